"""What is said to a question, before any source: the answer, or that there is none."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from api.cli.render.lines import BLANK, GLUE, INDENT, hanging, shown, wrapped
from api.cli.render.styles import ANSWERS, FAINT, MARKER, MIND, SHORT
from rag.corrections import correction_notes
from rag.types import Answer, AnswerSentence, Citation, ShortAnswer

_STRONG, _FAIR = 0.75, 0.4  # as the page says it
_NEVER_CERTAIN = 0.99


def cited(found: Answer) -> list[Citation]:
    """What an answer shows: its citations or, without an answer, the nearest statement."""
    return [found.nearest] if found.nearest is not None else found.citations


def short_apart(found: Answer) -> ShortAnswer | None:
    """The short answer, if it is not a sentence of the answer besides."""
    short = found.short_answer
    return short if short and short.text not in {s.text for s in found.sentences} else None


def understood(console: Console, found: Answer) -> Iterator[Text]:
    """How a follow-up was understood, if not as it was asked."""
    if found.standalone_question is not None:
        text = f"Understood as: {shown(found.standalone_question)}"
        yield from wrapped(console, Text(text, "italic"))


def said(console: Console, found: Answer, *, mark: bool) -> Iterator[Text]:
    """The short answer and the sentences with their numbers, or that the corpus does not say.

    Args:
        mark: whether the words that answer are marked in their sentence.
    """
    if not found.answerable:
        yield from wrapped(console, Text("The corpus does not say.", MIND), INDENT)
        return
    short = short_apart(found)
    if short is not None:
        who = f" ({shown(short.according_to.text)})" if short.according_to else ""
        text = Text.assemble((shown(short.text), SHORT), who)
        yield from wrapped(console, text, INDENT)
        yield BLANK
    yield from wrapped(console, _prose(found, mark), INDENT)


def to_mind(console: Console, found: Answer) -> Iterator[Text]:
    """The notes but for corrections, which stand with their articles.

    Beside an answer they are what to mind, as figures that disagree; without one, why there is
    none.
    """
    in_articles = correction_notes(cited(found))
    for note in found.notes:
        if note in in_articles:
            continue
        yield BLANK
        if not found.answerable:
            yield from wrapped(console, Text(shown(note)), INDENT)
            continue
        text = Text(shown(note))
        text.stylize(MIND, 0, text.plain.find(":") + 1)
        yield from hanging(console, Text.assemble(INDENT, ("! ", MIND)), text, INDENT * 2)


def facts(console: Console, found: Answer) -> Iterator[Text]:
    """Of when the answer is, how sure, and how long it took; a slight confidence is not faint."""
    took = found.timings_ms.get("total", 0)
    told = [Text(f"{took:,.0f} ms" if took >= 1 else "under 1 ms", FAINT)]
    if found.answerable:
        sure = min(found.confidence, _NEVER_CERTAIN)
        style = FAINT if found.confidence >= _FAIR else MIND
        told.insert(0, Text(f"{_word(found.confidence)} confidence ({sure:.2f})", style))
    if found.as_of is not None:
        told.insert(0, Text(f"as of {found.as_of:%-d %B %Y}", FAINT))
    yield from wrapped(console, Text(" · ", FAINT).join(told), INDENT)


def _prose(found: Answer, mark: bool) -> Text:
    text = Text(f"{found.lead}. " if found.lead else "")
    for sentence in found.sentences:
        numbers = "".join(f"[{n}]" for n in sentence.citations)
        text += Text.assemble(_sentence(sentence, found, mark), GLUE, (numbers, MARKER), " ")
    text.rstrip()
    return text


def _sentence(sentence: AnswerSentence, found: Answer, mark: bool) -> Text:
    """A sentence, with what is ours in it faint."""
    text = Text(shown(sentence.text))
    for gloss in sentence.glosses:
        text.stylize(FAINT, gloss.at, gloss.at + len(gloss.text))
    if mark and (place := _answering(sentence, found)):
        text.stylize(ANSWERS, *place)
    return text


def _answering(sentence: AnswerSentence, found: Answer) -> tuple[int, int] | None:
    """Where the short answer stands in a sentence that is its citation's quote, if it does."""
    short = found.short_answer
    if short is None or short.citation not in sentence.citations:
        return None
    quote = next(c for c in found.citations if c.number == short.citation)
    if sentence.quoted != quote.quote:
        return None
    start, end = short.start - quote.start, short.end - quote.start
    for gloss in sentence.glosses:  # in their order; `at` counts those before
        put_in = len(gloss.text)
        start += put_in if gloss.at <= start else 0
        end += put_in if gloss.at < end else 0
    return start, end


def _word(confidence: float) -> str:
    if confidence >= _STRONG:
        return "strong"
    return "fair" if confidence >= _FAIR else "slight"
