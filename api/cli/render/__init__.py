"""Answers, passages and articles as a person reads them in a terminal, or in a pipe's file.

Everything is laid out in lines of our own, so that nothing is padded, no address is broken, and
what colour tells is told without it too: a bar stands beside a quote, and where there is no colour
carets stand under the words that answer.
"""

from api.cli.render.answer import print_answer
from api.cli.render.article import print_article
from api.cli.render.counts import summary_lines
from api.cli.render.passage import print_passage
from api.cli.render.saying import cited
from api.cli.render.turn import print_turn

__all__ = [
    "cited",
    "print_answer",
    "print_article",
    "print_passage",
    "print_turn",
    "summary_lines",
]
