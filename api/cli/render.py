"""Answers and passages as a person reads them in a terminal, or in a file that it was piped to.

Everything is laid out in lines of our own, so that nothing is padded, no address is broken, and
what colour tells is told without it too: a bar stands beside a quote, and where there is no style
at all, carets stand under the words that answer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from rich.console import Console
from rich.text import Text

from api.cli.console import UNTITLED
from rag.corrections import correction_notes
from rag.types import Answer, AnswerSentence, Citation, Passage, StoredArticle

_ANSWERS = "bold black on yellow"
_MARKER = "bold cyan"
_FAINT = "dim"
_INDENT = "  "
_BODY = "    "  # of a citation, under its "[1] "
_BAR = "┃ "
_CONTEXT = 400  # characters of the article that are looked at on either side of a quote
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_BLANK = Text()

Cited = Mapping[tuple[str, int], StoredArticle]
"""The cited versions by id and number."""


def print_answer(console: Console, found: Answer, articles: Cited) -> None:
    """The answer with its numbers, then each citation: what it says, where, and how to check it.

    Args:
        console: where to; its width is kept by all but addresses.
        found: what the engine answered.
        articles: the cited versions by id and number.
    """
    sources, notes = _sources(console, found, articles), _notes(console, found)
    told = [*sources, *notes] if found.answerable else [*notes, *sources]
    lines = [*_head(console, found), *told, *_foot(console, found)]
    for line in _single_blanks(lines):
        console.print(line, soft_wrap=True)


def print_passage(console: Console, found: Passage, rank: int) -> None:
    """A search result."""
    lines = [
        *_heading(console, found, f"{rank}.".ljust(len(_BODY))),
        *_wrapped(console, Text(f"characters {found.start}-{found.end}", _FAINT), _BODY),
        Text(_BODY + _shown(found.article_id), _FAINT),
        *(
            line
            for paragraph in found.text.split("\n\n")
            for line in _wrapped(console, Text(_shown(paragraph)), _BODY)
        ),
        _BLANK,
    ]
    for line in lines:
        console.print(line, soft_wrap=True)


def cited(found: Answer) -> list[Citation]:
    """What an answer shows: its citations or, without an answer, the nearest statement."""
    return [found.nearest] if found.nearest is not None else found.citations


def _head(console: Console, found: Answer) -> Iterator[Text]:
    """The question, how it was understood, and the answer or that there is none."""
    yield from _wrapped(console, Text(_shown(found.question), "bold"))
    if found.standalone_question is not None:
        understood = f"Understood as: {_shown(found.standalone_question)}"
        yield from _wrapped(console, Text(understood, "italic"))
    yield _BLANK
    if not found.answerable:
        yield from _wrapped(console, Text("The corpus does not say.", "bold yellow"), _INDENT)
        return
    short = found.short_answer
    if short is not None and short.text not in {s.text for s in found.sentences}:
        said_so = f" ({_shown(short.according_to.text)})" if short.according_to else ""
        shown = Text.assemble((_shown(short.text), "bold green"), said_so)
        yield from _wrapped(console, shown, _INDENT)
        yield _BLANK
    said = Text(f"{found.lead}. " if found.lead else "")
    for sentence in found.sentences:
        numbers = "".join(f"[{n}]" for n in sentence.citations)
        # A no-break space keeps the numbers on the line of the last word.
        said += Text.assemble(_sentence(sentence), "\u00a0", (numbers, _MARKER), " ")
    said.rstrip()
    for line in _wrapped(console, said, _INDENT):
        yield _spaced(line)


def _sentence(sentence: AnswerSentence) -> Text:
    """A sentence, with what is ours in it faint."""
    text = Text(_shown(sentence.text))
    for gloss in sentence.glosses:
        text.stylize(_FAINT, gloss.at, gloss.at + len(gloss.text))
    return text


def _sources(console: Console, found: Answer, articles: Cited) -> Iterator[Text]:
    earlier: Citation | None = None
    if found.nearest is not None:
        yield _BLANK
        yield from _wrapped(console, Text("The nearest statement, which is no answer:"), _INDENT)
    for citation in cited(found):
        article = articles[citation.article_id, citation.version]
        number = f"[{citation.number}] "
        yield _BLANK
        again = earlier is not None and _same_article(earlier, citation)
        if again:
            yield Text.assemble((number, _MARKER), ("the same article", _FAINT))
        else:
            yield from _heading(console, citation, number)
        yield from _quote(console, citation, article.text, found)
        yield from _place(console, citation, article)
        if not again:
            yield from _about_the_article(console, citation)
        earlier = citation


def _notes(console: Console, found: Answer) -> Iterator[Text]:
    """What there is to mind, but for corrections, which stand with their articles."""
    corrections = correction_notes(cited(found))
    notes = [note for note in found.notes if note not in corrections]
    for note in notes:
        yield _BLANK
        yield from _wrapped(console, Text(_shown(note)), _INDENT)


def _foot(console: Console, found: Answer) -> Iterator[Text]:
    total = found.timings_ms.get("total", 0)
    facts = [f"confidence {found.confidence:.2f}", f"{total:,.0f} ms"]
    if found.as_of is not None:
        facts.insert(0, f"as of {found.as_of:%-d %B %Y}")
    yield _BLANK
    yield from _wrapped(console, Text(" · ".join(facts), _FAINT), _INDENT)


def _heading(console: Console, item: Citation | Passage, number: str) -> Iterator[Text]:
    """The headline beside the number; source and day below it."""
    title = Text.assemble((number, _MARKER), (_shown(item.title) or UNTITLED, "bold"))
    hang = _BODY
    first, *others = title.wrap(console, _width(console))
    first.rstrip()
    yield first
    if others:
        rest = Text(title.plain[len(first.plain) :].strip(), "bold")
        yield from _wrapped(console, rest, hang)
    day = f"{item.published_at:%-d %B %Y}" if item.published_at else None
    about = " · ".join(_shown(part) for part in (item.source, day) if part)
    if about:
        yield from _wrapped(console, Text(about, _FAINT), hang)


def _quote(console: Console, citation: Citation, text: str, found: Answer) -> Iterator[Text]:
    """The quote behind a bar, its answering words marked, between what stands around it."""
    before, after = _shown(text[: citation.start]), _shown(text[citation.end :])
    width = _width(console) - len(_BODY) - len(_BAR)
    if before.strip():
        yield Text(_BODY + "  " + _end_of(before, width), _FAINT)
    quote = Text(_shown(citation.quote))
    short = found.short_answer
    if short is not None and short.citation == citation.number:
        start = short.start - citation.start
        quote.stylize(_ANSWERS, start, start + len(short.text))
    for line in quote.wrap(console, max(1, width)):
        line.rstrip()
        yield Text.assemble(_BODY, (_BAR, "yellow"), line)
        if console.color_system is None and (carets := _carets(line)):
            yield Text(_BODY + _BAR + carets)
    if after.strip():
        yield Text(_BODY + "  " + _start_of(after, width), _FAINT)


def _place(console: Console, citation: Citation, article: StoredArticle) -> Iterator[Text]:
    """Which characters of which version the quote is."""
    version = f"version {citation.version}" + ("" if article.current else ", since replaced")
    place = f"{version} · characters {citation.start}-{citation.end}"
    yield from _wrapped(console, Text(place, _FAINT), _BODY)


def _about_the_article(console: Console, citation: Citation) -> Iterator[Text]:
    """Its id and address, who else carries it, and what of it was corrected."""
    for whole in dict.fromkeys([citation.article_id, citation.url]):  # however narrow the terminal
        if whole:
            yield Text(_BODY + _shown(whole), _FAINT)
    if copies := citation.syndicated_in:
        also = f"also in {len(copies)} other{'s' if len(copies) > 1 else ''}:"
        together = Text(_BODY + _shown(f"{also} {', '.join(copies)}"), _FAINT)
        if together.cell_len <= console.width:
            yield together
        else:  # each whole, since it may be an address
            yield from _wrapped(console, Text(also, _FAINT), _BODY)
            yield from (Text(_BODY + _shown(copy), _FAINT) for copy in copies)
    corrections = {"Correction": citation.correction, "Corrected since": citation.corrected_since}
    for kind, said in corrections.items():
        if said:
            told = Text.assemble((f"{kind}: ", "bold yellow"), _shown(said))
            yield from _wrapped(console, told, _BODY)


def _carets(line: Text) -> str:
    """A line of carets under the marked words of a line; "" where none is marked."""
    marked = [(s.start, s.end) for s in line.spans if s.style == _ANSWERS and s.end > s.start]
    result = ""
    for start, end in marked:
        column = Text(line.plain[:start]).cell_len
        result = result.ljust(column) + "^" * Text(line.plain[start:end].rstrip()).cell_len
    return result


def _end_of(text: str, width: int) -> str:
    """The last whole words of a text that fit, after "… " where something is left out."""
    kept = " ".join(text[-_CONTEXT:].split())
    whole = len(text) <= _CONTEXT and Text(kept).cell_len <= width
    while not whole and Text(kept).cell_len > width - 2 and " " in kept:
        kept = kept.partition(" ")[2]
    return _fitting(kept if whole else f"… {kept}", width)


def _start_of(text: str, width: int) -> str:
    """The first whole words of a text that fit, before " …" where something is left out."""
    kept = " ".join(text[:_CONTEXT].split())
    whole = len(text) <= _CONTEXT and Text(kept).cell_len <= width
    while not whole and Text(kept).cell_len > width - 2 and " " in kept:
        kept = kept.rpartition(" ")[0]
    return _fitting(kept if whole else f"{kept} …", width)


def _fitting(line: str, width: int) -> str:
    """A line without spaces to break at is cut."""
    text = Text(line)
    text.truncate(max(1, width), overflow="ellipsis")
    return text.plain


def _wrapped(console: Console, text: Text, indent: str = "") -> Iterator[Text]:
    """The lines of a text at the console's width, each behind the indent."""
    for line in text.wrap(console, max(1, _width(console) - len(indent))):
        line.rstrip()
        yield Text.assemble(indent, line)


def _width(console: Console) -> int:
    return max(20, console.width)


def _spaced(line: Text) -> Text:
    """The line with ordinary spaces, so that what is copied from it has them."""
    spaced = line.copy()
    spaced.plain = line.plain.replace("\u00a0", " ")
    return spaced


def _shown(text: str) -> str:
    """The text on one line, as long as before, without what steers a terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text).replace("\n", " ")


def _same_article(one: Citation, other: Citation) -> bool:
    return (one.article_id, one.version) == (other.article_id, other.version)


def _single_blanks(lines: Sequence[Text]) -> Iterator[Text]:
    """The lines without empty ones that follow each other."""
    yield from lines[:1]
    yield from (line for before, line in pairwise(lines) if line.plain or before.plain)


def summary_lines(counts: dict[str, object]) -> Sequence[str]:
    """An ingest summary's counts as "12 added" and the like, zeros left out."""
    names = {
        "added": "added", "updated": "updated", "unchanged": "unchanged", "withdrawn": "withdrawn",
        "kept_out": "kept out (withdrawn before)", "syndicated": "syndicated",
        "quarantined": "quarantined", "passages": "passages",
    }  # fmt: skip
    return [f"{counts[name]:,} {shown}" for name, shown in names.items() if counts[name]]
