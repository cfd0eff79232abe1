"""Answers, passages and articles as a person reads them in a terminal."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from rag.types import Answer, AnswerSentence, Citation, Passage, StoredArticle

_CONTEXT = 160  # characters of the article shown on either side of a quote


def answer(found: Answer, articles: dict[tuple[str, int], StoredArticle]) -> RenderableType:
    """The answer with its numbers, then each citation with its quote highlighted in context.

    Args:
        found: what the engine answered.
        articles: the cited versions by id and number.
    """
    parts: list[RenderableType] = [Text(found.question, style="bold")]
    if found.answerable:
        parts.append(Padding(_answer_line(found), (1, 2)))
        for citation in found.citations:
            text = articles[citation.article_id, citation.version].text
            parts.append(Padding(_citation(citation, text), (0, 2, 1, 2)))
    else:
        parts.append(Padding(Text("The corpus does not say.", style="yellow"), (1, 2)))
    parts += [Padding(Text(note, style="dim italic"), (0, 2)) for note in found.notes]
    total = found.timings_ms.get("total", 0)
    parts.append(
        Padding(Text(f"confidence {found.confidence:.2f} · {total:,.0f} ms", style="dim"), (0, 2))
    )
    return Group(*parts)


def _answer_line(found: Answer) -> Text:
    line = Text(f"{found.lead}. " if found.lead else "")
    for sentence in found.sentences:
        line.append(_sentence(sentence, found))
        line.append(" " + "".join(f"[{n}]" for n in sentence.citations) + " ", style="bold cyan")
    return line


def _sentence(sentence: AnswerSentence, found: Answer) -> Text:
    """A sentence, with the short answer bold in it if it stands there, and what is ours dim."""
    text, short = Text(sentence.quoted), found.short_answer
    if short is not None and short.citation in sentence.citations:
        cited = found.citations[short.citation - 1]
        if sentence.quoted == cited.quote:  # and not a language model's words
            start = short.start - cited.start
            text.stylize("bold", start, start + len(short.text))
    for gloss in sentence.glosses:
        head, tail = text[: gloss.at], text[gloss.at :]
        text = Text.assemble(head, (gloss.text, "dim"), tail)
    return text


def _citation(citation: Citation, text: str) -> RenderableType:
    before, after = text[: citation.start], text[citation.end :]
    if len(before) > _CONTEXT:  # whole words only
        before = "… " + before[-_CONTEXT:].partition(" ")[2]
    if len(after) > _CONTEXT:
        after = after[:_CONTEXT].rpartition(" ")[0] + " …"
    body = Text()
    body.append(before, style="dim")
    body.append(citation.quote, style="black on yellow")
    body.append(after, style="dim")
    place = f"characters {citation.start}-{citation.end} of version {citation.version}"
    return Panel(
        Group(Text(_heading(citation), style="bold"), body),
        title=Text(f"[{citation.number}]", style="bold cyan"),
        title_align="left",
        subtitle=Text(place, style="dim"),
        subtitle_align="right",
    )


def passage(found: Passage, rank: int) -> RenderableType:
    """A search result."""
    head = Text(f"{rank}. {_heading(found)}", style="bold")
    place = Text(f"{found.article_id} · {found.start}-{found.end}", style="dim")
    return Group(head, place, Padding(Text(found.text), (0, 2, 1, 2)))


def _heading(item: Citation | Passage) -> str:
    parts = [
        item.title,
        item.source,
        f"{item.published_at:%d %B %Y}" if item.published_at else None,
    ]
    return " · ".join(part for part in parts if part)


def summary_lines(counts: dict[str, object]) -> Sequence[str]:
    """An ingest summary's counts as "12 added" and the like, zeros left out."""
    names = ("added", "updated", "unchanged", "withdrawn", "syndicated", "quarantined", "passages")
    return [f"{counts[name]:,} {name}" for name in names if counts[name]]
