"""An answer as it stands in a conversation: what is said, and where from, in a few lines."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from api.cli.render.answer import NEAREST, Cited
from api.cli.render.lines import BLANK, BODY, INDENT, print_lines, wrapped
from api.cli.render.quotes import behind_a_bar, marked
from api.cli.render.saying import cited, facts, said, to_mind, understood
from api.cli.render.source import corrections, heading
from api.cli.render.styles import MIND
from rag.types import Answer, Citation


def print_turn(console: Console, found: Answer, articles: Cited) -> None:
    """The answer and its sources, of each what is needed to know it.

    A quote is printed where no sentence of the answer is it. Several of one article stand together.

    Args:
        console, found, articles: see `print_answer`.
    """
    print_lines(
        console,
        [
            *understood(console, found),
            BLANK,
            *said(console, found, mark=True),
            *to_mind(console, found),
            BLANK,
            *_sources(console, found, articles),
            BLANK,
            *facts(console, found),
            BLANK,
        ],
    )


def _sources(console: Console, found: Answer, articles: Cited) -> Iterator[Text]:
    if found.nearest is not None:
        yield from wrapped(console, Text(NEAREST), INDENT)
        yield BLANK
    told = {sentence.quoted for sentence in found.sentences}
    by_article: dict[tuple[str, int], list[Citation]] = {}
    for citation in cited(found):
        by_article.setdefault((citation.article_id, citation.version), []).append(citation)
    for key, citations in by_article.items():
        numbers = "".join(f"[{citation.number}]" for citation in citations) + " "
        yield from heading(console, citations[0], numbers)
        if not articles[key].current:
            yield Text.assemble(BODY, (f"version {key[1]}, since replaced", MIND))
        yield from corrections(console, citations[0])
        for citation in citations:
            if citation.quote not in told:
                yield from behind_a_bar(console, marked(citation, found.short_answer), BODY)
