"""What each measure means, from its own docstring."""

import re
from inspect import cleandoc
from typing import NamedTuple

from markupsafe import Markup, escape

from eval.measures import MEASURES
from eval.report.wording import heading_of
from eval.results import Run

_FIELD = re.compile(r"^(Formula|Range|Denominator|Reference|Edge cases): ", re.MULTILINE)


class Definition(NamedTuple):
    """One or several measures that share a definition.

    Attributes:
        names: the measures.
        heading: the family they belong to.
        says: what they are, in a sentence.
        fields: formula, range, reference and edge cases, as (name, text).
    """

    names: list[str]
    heading: str
    says: str
    fields: list[tuple[str, str]]


def all_of(run: Run) -> list[Definition]:
    """The definitions of the run's measures, one for those that are of one class."""
    found: dict[type, Definition] = {}
    for name, measure in MEASURES.items():
        if name in run.measures:
            defined = found.setdefault(
                type(measure),
                Definition([], heading_of(name).title, *_read(type(measure).__doc__ or "")),
            )
            defined.names.append(name)
    return list(found.values())


def _read(docstring: str) -> tuple[str, list[tuple[str, str]]]:
    """The opening words, and the named fields after them."""
    text = cleandoc(docstring)
    # "Range: 0 to 1. Denominator: questions." is two fields in a line.
    text = re.sub(r"(?<=\.) (?=Denominator: )", "\n", text)
    opening, *pieces = _FIELD.split(text)
    fields = zip(pieces[::2], pieces[1::2], strict=True)
    return _folded(opening), [(name, _folded(words)) for name, words in fields]


def code(text: str) -> Markup:
    """The text with what stands in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704


def _folded(text: str) -> str:
    return " ".join(text.split())
