"""A conversation as a Markdown document: questions, answers, and what each rests on."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from api.cli.chat.conversation import Exchange, filters_in_words
from api.cli.console import UNTITLED
from api.cli.render import cited
from api.cli.render.lines import shown, web_address
from api.cli.render.saying import short_apart
from api.dated import dated
from rag.corrections import correction_notes
from rag.types import Answer, Citation

_MARKUP = re.compile(r"[\\`*_\[\]<>#|~&]|^\d*[-+=.)]")


def markdown(exchanges: Sequence[Exchange], saved_at: datetime) -> str:
    """The document (CommonMark); what is quoted shows as it stands in the articles."""
    parts = ["# A conversation with newscite", f"*Saved on {saved_at:%-d %B %Y}*"]
    for exchange in exchanges:
        parts += _exchange(exchange)
    return "\n\n".join(parts) + "\n"


def _exchange(exchange: Exchange) -> Iterator[str]:
    answer = exchange.answer
    yield f"## {_plain(answer.question)}"
    if answer.standalone_question:
        yield f"*Understood as: {_plain(answer.standalone_question)}*"
    if seen := filters_in_words(exchange.filters, answer.as_of):
        yield f"*Articles {_plain(seen)}*"
    yield from _said(answer)
    corrections = correction_notes(cited(answer))
    for note in answer.notes:
        if note not in corrections:
            yield f"> {_plain(note)}"
    if answer.nearest is not None:
        yield "The nearest statement, which is no answer:"
    for citation in cited(answer):
        article = exchange.articles[citation.article_id, citation.version]
        yield _citation(citation, current=article.current)


def _said(answer: Answer) -> Iterator[str]:
    if not answer.answerable:
        yield "**The corpus does not say.**"
        return
    if short := short_apart(answer):
        who = f" ({_plain(short.according_to.text)})" if short.according_to else ""
        yield f"**{_plain(short.text)}**{who}"
    yield _plain(answer.answer or "")


def _citation(citation: Citation, *, current: bool) -> str:
    day = dated(citation.published_at, citation.updated_at)
    title = f"*{_plain(citation.title or UNTITLED)}*"
    source = citation.source and _plain(citation.source)
    address = web_address(citation.url)
    where = ", ".join(part for part in (title, source, day, address and f"<{address}>") if part)
    named = address and citation.article_id == citation.url
    place = "" if named else f"{_plain(citation.article_id)}, "
    place += f"version {citation.version}, " + ("" if current else "since replaced, ")
    place += f"characters {citation.start}-{citation.end}"
    lines = [f"{_plain(f'[{citation.number}]')} “{_plain(citation.quote)}”", f"{where} ({place})"]
    said = {"Correction": citation.correction, "Corrected since": citation.corrected_since}
    lines += [f"**{kind}:** {_plain(told)}" for kind, told in said.items() if told]
    return "  \n".join(lines)


def _plain(text: str) -> str:
    """The text on one line, with nothing in it that Markdown would take for markup."""
    return _MARKUP.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", shown(text).strip())
