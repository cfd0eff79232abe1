"""What is said where nothing answers: what was looked for, and which article comes nearest."""

import re
from collections.abc import Sequence

from rag.reading.candidates import Candidate
from rag.reading.coverage import Demands, Evidence
from rag.retrieval import Hit
from rag.words import content_words, stem, words

NOTHING = "Nothing that may be searched is about this."
"""What is said where there is nothing to read."""

_KINDS = (
    (r"\bwhy\b", "a reason"),
    (r"\bhow (?:many|much)\b|\b(?:what|which) (?:number|amount|percentage|share)\b", "a number"),
    (r"\bhow (?:long|old|far|tall|high|heavy|big|large|often|fast)\b", "a measure"),
    (r"\bwhen\b|\b(?:what|which) (?:year|date|day|month)\b", "a time"),
    (r"\bwhere\b", "a place"),
    (r"\bwho(?:m|se)?\b", "a person or a body"),
    (r"^(?:is|are|was|were|did|do|does|has|have|had|can|could|will|would)\b", "a yes or a no"),
)


def nearest_to(question: str, found: Sequence[Candidate]) -> Candidate:
    """The sentence that has most of the question's words; of several, the one that fits best.

    What fits best as an answer may be about anything where nothing answers: a name, to a who.

    Args:
        found: what was read, at least one sentence, best first.
    """
    asked = {stem(word) for word in content_words(question)}
    return max(found, key=lambda one: len(asked & {stem(word) for word in words(one.text)}))


def looked_for(question: str, asked: Demands, hits: Sequence[Hit]) -> str:
    """What was looked for and where: "Looked for a time, with “Oslo”, in 6 passages of 2 articles."

    Args:
        asked: what the question names.
        hits: what was read.
    """
    kinds = (kind for pattern, kind in _KINDS if re.search(pattern, question, re.IGNORECASE))
    names = _listed([*asked.names, *asked.figures], "and")
    about = f", with {names}" if names else ""
    articles = len({hit.passage.article_id for hit in hits})
    where = f"{_counted(len(hits), 'passage')} of {_counted(articles, 'article')}"
    return f"Looked for {next(kinds, 'an answer')}{about}, in {where}."


def why_not(title: str, asked: Demands, article: Evidence) -> str:
    """What the nearest article, which has this title, lacks of what the question names."""
    lacking = [name for name in asked.names if not article.has_name(name)]
    lacking += [figure for figure in asked.figures if not article.has_figure(figure)]
    nearest = f"The nearest article is “{title}”"
    if lacking:
        return f"{nearest}, which does not mention {_listed(lacking, 'or')}."
    return f"{nearest}, and no sentence of it answers this."


def _listed(words: Sequence[str], joint: str) -> str:
    """The words as a list in a sentence: “Norway”, “Oslo” and “1905”."""
    each = [f"“{word}”" for word in words]
    return f" {joint} ".join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
