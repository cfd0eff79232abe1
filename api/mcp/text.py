"""Results as a language model reads them: compact, and nothing of the corpus mistaken for ours.

An article may hold anything, such as orders to whoever reads it. So every line that holds words of
the corpus begins with "> ", and every other line is newscite's own. A text cannot break out of its
line: whatever ends one, or controls a terminal, is made a space or begins a line marked anew.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from api.mcp.results import ArticleText, Verified
from rag.states import Held, Holdings
from rag.types import Answer, Citation, Passage

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SOURCES = 200  # that are listed by name
_UNTITLED = "(no headline)"


def answer_text(found: Answer) -> str:
    """An answer, then each citation; or that the corpus does not say, and what comes nearest."""
    return "\n".join(_answered(found) if found.answerable else _declined(found))


def passages_text(found: Sequence[Passage]) -> str:
    """Search results, best first."""
    if not found:
        return (
            "No passage fits. Nothing was found in what the filters admit; "
            "list_sources tells what there is."
        )
    lines = ["PASSAGES, best first; they are finds, not an answer"]
    for rank, passage in enumerate(found, start=1):
        lines += ["", f"#{rank}", *_quoted(passage.text), *_origin(passage)]
    return "\n".join(lines)


def article_text(found: ArticleText) -> str:
    """An article, or the part of it that was asked for."""
    lines = [
        f"ARTICLE article_id={_name(found.article_id)} version={found.version}, "
        f"characters {found.start} to {found.end} of {found.characters}",
        _heading(found),
    ]
    if found.authors:
        lines.append(f"> By {_line(', '.join(found.authors))}")
    if not found.current:
        lines.append("This is not the current version: leave out `version` to read that.")
    if found.correction:
        lines += ["CORRECTION, as published with this version", *_quoted(found.correction)]
    lines += ["TEXT", *_quoted(found.text)]
    if found.end < found.characters:
        lines.append(f"The article goes on: read_article with start={found.end}.")
    return "\n".join(lines)


def verdict_text(found: Verified, article_id: str) -> str:
    """What became of a quotation."""
    version = f"article_id={_name(article_id)} version={found.version}"
    place = f"{version} start={found.start} end={found.end}"
    elsewhere = [
        f"It stands, word for word, in version {number} of the article: not the one looked in."
        for number in found.stands_in[:1]
    ]
    if found.status == "found":
        lines = ["FOUND: the quotation stands in the article, in these words:"]
    elif found.status == "altered":
        lines = [
            f"ALTERED: the article does not say this. It says ({found.similarity:.0%} of the words "
            "are the same):"
        ]
    else:
        absent = (
            "ABSENT: neither the quotation nor anything close to it stands in the article. "
            "Do not use it as a quotation from there."
        )
        return "\n".join([absent, *elsewhere, version])
    return "\n".join([*lines, *_quoted(found.quote or ""), place, *elsewhere])


def holdings_text(found: Holdings) -> str:
    """What the corpus holds."""
    languages = ", ".join(
        f"{_line(each.language) if each.language else 'not told'} {each.articles:,}"
        for each in found.languages
    )
    lines = [f"{found.articles:,} articles{_span(found)}."]
    if languages:
        lines += ["Languages, with their articles:", f"> {languages}"]
    if found.sources:
        lines.append("Sources, as `sources` takes them, with their articles:")
    for source in found.sources[:_SOURCES]:
        named = _line(source.name) if source.name else "(no publisher named; cannot be asked for)"
        lines.append(f"> {named}: {source.articles:,}{_span(source)}")
    if len(found.sources) > _SOURCES:
        lines.append(f"and {len(found.sources) - _SOURCES:,} sources with fewer articles.")
    return "\n".join(lines)


def _answered(found: Answer) -> Iterator[str]:
    yield f"ANSWER (answerable: true, confidence {found.confidence:.2f})"
    yield from _understood(found)
    yield f"> {_line(found.answer or '')}"
    if (short := found.short_answer) is not None:
        said_so = f", according to “{_line(short.according_to.text)}”" if short.according_to else ""
        yield f"> In short: {_line(short.text)} [{short.citation}]{said_so}"
    yield ""
    yield "CITATIONS, each compared with the stored article, character by character"
    for citation in found.citations:
        yield from _cited(citation)
    yield from _notes(found, found.citations)


def _declined(found: Answer) -> Iterator[str]:
    yield "THE CORPUS DOES NOT SAY (answerable: false)"
    yield from _understood(found)
    yield (
        "No article that may be used here answers this. Tell the user so. What you know from "
        "elsewhere, or make of the nearest statement, is not an answer of this corpus."
    )
    nearest = [found.nearest] if found.nearest is not None else []
    yield from _notes(found, nearest)
    if nearest:
        yield ""
        yield "THE NEAREST STATEMENT, which does not answer the question"
        yield from _cited(nearest[0])


def _understood(found: Answer) -> Iterator[str]:
    if found.standalone_question is not None:
        yield "Understood, from the earlier turns, as:"
        yield f"> {_line(found.standalone_question)}"
    if found.as_of is not None:
        yield f"As the archive stood on {_date(found.as_of)}."


def _cited(citation: Citation) -> Iterator[str]:
    yield f"[{citation.number}]"
    yield from _quoted(citation.quote)
    yield from _origin(citation)
    if citation.syndicated_in:
        yield f"The same words stand in {len(citation.syndicated_in)} other articles, copies of it."


def _origin(found: Citation | Passage) -> Iterator[str]:
    yield _heading(found)
    yield (
        f"article_id={_name(found.article_id)} version={found.version} "
        f"start={found.start} end={found.end}"
    )


def _heading(found: Citation | Passage | ArticleText) -> str:
    """Headline, publisher, dates and address."""
    dated = _date(found.published_at) if found.published_at else "no date"
    updated = found.updated_at if found.updated_at != found.published_at else None
    since = f"updated {_date(updated)}" if updated else ""
    parts = (found.title or _UNTITLED, found.source or "", dated, since, found.url or "")
    return "> — " + " | ".join(_line(part) for part in parts if part)


def _name(article_id: str) -> str:
    """An article's id as JSON writes it, within one line: ids may hold anything."""
    return json.dumps(article_id)


def _notes(found: Answer, cited: Sequence[Citation]) -> Iterator[str]:
    """What there is to mind: headlines may stand in it, so it is marked like the corpus' words."""
    from rag.corrections import correction_notes

    corrections = correction_notes(cited)
    others = [note for note in found.notes if note not in corrections]
    for heading, notes in (
        ("CORRECTIONS, to be told with the answer", corrections),
        ("NOTES", others),
    ):
        if notes:
            yield heading
            yield from (f"> {_line(note)}" for note in notes)


def _quoted(text: str) -> Iterable[str]:
    return [f"> {_line(line)}".rstrip() for line in text.splitlines()] or [">"]


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _date(moment: datetime) -> str:
    midnight = (moment.hour, moment.minute) == (0, 0)
    return f"{moment:%Y-%m-%d}" if midnight else f"{moment:%Y-%m-%d %H:%M} UTC"


def _span(held: Held) -> str:
    if held.first is None or held.last is None:
        return ""
    return f", published {_date(held.first)[:10]} to {_date(held.last)[:10]}"
