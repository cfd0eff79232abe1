"""An answer with all of its proof: what `newscite ask` prints."""

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.text import Text

from api.cli.render.lines import BLANK, BODY, INDENT, linked, print_lines, shown, wrapped
from api.cli.render.quotes import quoted
from api.cli.render.saying import cited, facts, said, to_mind, understood
from api.cli.render.source import copies, corrections, heading
from api.cli.render.styles import FAINT, MARKER
from rag.types import Answer, Citation, StoredArticle

Cited = Mapping[tuple[str, int], StoredArticle]
"""The cited versions by id and number."""

NEAREST = "The nearest statement, which is no answer:"


def print_answer(
    console: Console, found: Answer, articles: Cited, publishers: Mapping[str, str]
) -> None:
    """The answer with its numbers, then each citation: what it says, where, and how to check it.

    Args:
        console: where to; its width is kept by all but addresses.
        found: what the engine answered.
        articles: the cited versions by id and number.
        publishers: of the articles that carry a quote too, by their ids, as far as they are known.
    """
    print_lines(
        console,
        [
            *wrapped(console, Text(shown(found.question), "bold")),
            *understood(console, found),
            BLANK,
            *said(console, found, mark=False),
            *to_mind(console, found),
            *sources(console, found, articles, publishers),
            BLANK,
            *facts(console, found),
        ],
    )


def sources(
    console: Console, found: Answer, articles: Cited, publishers: Mapping[str, str]
) -> Iterator[Text]:
    """The citations of an answer, or the nearest statement; of an article what is known, once."""
    if found.nearest is not None:
        yield BLANK
        yield from wrapped(console, Text(NEAREST), INDENT)
    first: dict[tuple[str, int], int] = {}
    for citation in cited(found):
        key = (citation.article_id, citation.version)
        number = f"[{citation.number}] "
        yield BLANK
        again = key in first
        if again:
            same = f"the same article as [{first[key]}]"
            yield Text.assemble((number, MARKER), (same, FAINT))
        else:
            first[key] = citation.number
            yield from heading(console, citation, number)
            yield from corrections(console, citation)
        yield from quoted(console, citation, found.short_answer, articles[key].text)
        yield from _place(console, citation, articles[key], again=again)
        if not again:
            yield from copies(console, citation, publishers)


def _place(
    console: Console, citation: Citation, article: StoredArticle, *, again: bool
) -> Iterator[Text]:
    """Where the article is to be had, and which characters of which version the quote is."""
    if citation.url and not again:  # whole, however narrow the terminal
        yield Text.assemble(BODY, linked(Text(shown(citation.url), FAINT), citation.url))
    version = f"version {citation.version}" + ("" if article.current else ", since replaced")
    place = f"{version} · characters {citation.start}-{citation.end}"
    if citation.article_id != citation.url and not again:
        named = Text(f"{BODY}{place} · {shown(citation.article_id)}", FAINT)
        if named.cell_len <= console.width:
            yield named
            return
        yield Text(BODY + shown(citation.article_id), FAINT)
    yield from wrapped(console, Text(place, FAINT), BODY)
