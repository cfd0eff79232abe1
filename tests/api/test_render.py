"""What a person reads in the terminal, in a narrow one, and where it was piped to."""

import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from api.cli.render import print_answer, print_passage
from rag.corrections import correction_notes
from rag.types import (
    Answer,
    AnswerSentence,
    Attribution,
    Citation,
    Gloss,
    Passage,
    PubStatus,
    ShortAnswer,
    StoredArticle,
)

TEXT = (
    "It rained all day.\n\nSeventeen people died when the ferry sank, the coastguard said on Friday "
    "after its divers had come back. Nobody knows why it sank."
)
QUOTE = TEXT[20 : TEXT.index(" Nobody")]
URL = "https://gazette.example/2025/03/04/a-very-long-address-that-no-terminal-of-ours-may-break-in-two"
WIDTHS = [20, 40, 48, 80, 200]


def article(text: str = TEXT, **fields: Any) -> StoredArticle:
    return StoredArticle(
        **{
            "id": "a", "version": 1, "title": "Ferry", "text": text, "status": PubStatus.USABLE,
            "current": True, "ingested_at": datetime(2025, 3, 4, tzinfo=UTC),
        } | fields
    )  # fmt: skip


def citation(number: int = 1, quote: str = QUOTE, text: str = TEXT, **fields: Any) -> Citation:
    start = text.index(quote)
    return Citation(
        **{
            "number": number, "quote": quote, "article_id": "a", "version": 1, "title": "Ferry sinks",
            "source": "Ellery Gazette", "url": URL, "start": start, "end": start + len(quote),
            "published_at": datetime(2025, 3, 4, tzinfo=UTC), "passage_id": "p",
        } | fields
    )  # fmt: skip


def answered(*citations: Citation, short: str | None = "Seventeen", **fields: Any) -> Answer:
    cited = citations or (citation(),)
    first = cited[0]
    at = first.start + first.quote.index(short) if short else 0
    return Answer(
        **{
            "question": "How many died?",
            "answerable": True,
            "answer": "",
            "sentences": [AnswerSentence(text=c.quote, citations=[c.number]) for c in cited],
            "citations": list(cited),
            "short_answer": short
            and ShortAnswer(text=short, citation=1, start=at, end=at + len(short)),
            "confidence": 0.9,
            "timings_ms": {"total": 1234.5},
        } | fields
    )  # fmt: skip


def shown(found: Answer, *articles: StoredArticle, width: int = 80, colour: bool = False) -> str:
    sink = io.StringIO()
    console = Console(
        file=sink, width=width, force_terminal=colour, color_system="truecolor" if colour else None,
        highlight=False, legacy_windows=False, _environ={},
    )  # fmt: skip
    print_answer(console, found, {(a.id, a.version): a for a in articles or (article(),)})
    return sink.getvalue()


def words(text: str) -> str:
    return " ".join(text.split())


def test_an_answer_in_a_pipe_reads_like_this() -> None:
    assert (
        shown(answered())
        == f"""\
How many died?

  Seventeen

  Seventeen people died when the ferry sank, the coastguard said on Friday after
  its divers had come back. [1]

[1] Ferry sinks
    Ellery Gazette · 4 March 2025
      It rained all day.
    ┃ Seventeen people died when the ferry sank, the coastguard said on Friday
    ┃ ^^^^^^^^^
    ┃ after its divers had come back.
      Nobody knows why it sank.
    version 1 · characters 20-124
    a
    {URL}

  confidence 0.90 · 1,234 ms
"""
    )


def test_a_refusal_reads_like_this() -> None:
    refused = answered(
        answerable=False, answer=None, sentences=[], citations=[], short_answer=None, confidence=0.1,
        notes=["The nearest article is “Ferry sinks”, which does not mention “Chinese”."],
    )  # fmt: skip
    assert (
        shown(refused, width=40)
        == """\
How many died?

  The corpus does not say.

  The nearest article is “Ferry sinks”,
  which does not mention “Chinese”.

  confidence 0.10 · 1,234 ms
"""
    )


def test_a_refusal_shows_the_nearest_statement_as_no_answer() -> None:
    refused = answered(
        answerable=False, answer=None, sentences=[], citations=[], short_answer=None,
        notes=["Looked for a number, in 1 passage of 1 article."], nearest=citation(),
    )  # fmt: skip
    lines = shown(refused, article())
    said, nearest = lines.index("Looked for"), lines.index("The nearest statement, which is no")
    assert said < nearest < lines.index("┃ Seventeen people died")


def test_what_is_ours_is_faint_and_a_lead_comes_first() -> None:
    text = "Ann Li came. He saw seventeen birds."
    gloss = Gloss(at=2, text=" [Ann Li]", name="Ann Li", citation=1, start=0, end=6)
    sentence = AnswerSentence(
        text="He [Ann Li] saw seventeen birds.", citations=[1], glosses=[gloss]
    )
    quoted = citation(quote=text[13:], text=text)
    found = answered(quoted, short=None, sentences=[sentence], lead="Yes")
    assert "Yes. He [Ann Li] saw seventeen birds.\u00a0[1]" in shown(found, article(text)).replace(
        " [1]", "\u00a0[1]"
    )
    assert "\x1b[2m [Ann Li]" in shown(found, article(text), colour=True)


def test_who_says_so_is_told_with_the_short_answer() -> None:
    found = answered()
    assert found.short_answer is not None
    found.short_answer.according_to = Attribution(text="the coastguard said", start=73, end=92)
    assert "  Seventeen (the coastguard said)\n" in shown(found)


def test_colour_marks_the_answering_words_and_needs_no_carets() -> None:
    coloured = shown(answered(), colour=True)
    assert "\x1b[1;30;43mSeventeen\x1b[0m" in coloured
    assert "^" not in coloured
    assert "\x1b" not in shown(answered())


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_line_fits_but_for_addresses_which_stay_whole(width: int, colour: bool) -> None:
    copies = [f"https://other.example/{name * 12}" for name in "bc"]
    found = answered(
        citation(syndicated_in=copies), notes=["A remark that is long enough to be broken twice."]
    )
    for line in shown(found, width=width, colour=colour).splitlines():
        plain = _bare(line)
        assert cell_len(plain) <= width or "https://" in plain
        assert plain == plain.rstrip()
    for whole in (URL, *copies):
        assert whole in _bare(shown(found, width=width, colour=colour))


def test_what_is_shown_is_the_quote_to_the_letter() -> None:
    for width in WIDTHS:
        bars = [line for line in shown(answered(), width=width).splitlines() if "┃ " in line]
        told = [line.partition("┃ ")[2] for line in bars if set(line.strip()) - set("┃ ^")]
        assert words(" ".join(told)) == words(QUOTE)


def test_carets_stand_under_wide_characters() -> None:
    text = "渡し船が沈み、十七人が死亡した。"
    found = answered(citation(quote=text, text=text), short="十七人")
    lines = shown(found, article(text)).splitlines()
    (at,) = (n for n, line in enumerate(lines) if line.strip().startswith("┃ ^") or "^" in line)
    over = lines[at - 1].partition("十七人")[0]
    assert lines[at].index("^") == cell_len(over)
    assert lines[at].count("^") == cell_len("十七人")


def test_carets_go_on_under_the_next_line() -> None:
    short = "Seventeen people died when the ferry sank"
    carets = [ln for ln in shown(answered(short=short), width=30).splitlines() if "^" in ln]
    assert len(carets) == 2
    assert sum(line.count("^") for line in carets) == len(short) - 1  # for the space at the break


def test_a_second_quote_of_one_article_does_not_repeat_what_is_known_of_it() -> None:
    second = citation(2, "Nobody knows why it sank.")
    told = shown(answered(citation(syndicated_in=["b", "c"]), second))
    assert told.count("Ferry sinks") == 1
    assert told.count(URL) == 1
    assert "[2] the same article" in told
    assert told.count("also in 2 others: b, c") == 1


def test_corrections_stand_with_the_article_and_once() -> None:
    cited = citation(correction="It was seventeen.", corrected_since="It was eighteen.")
    told = shown(answered(cited, notes=[*correction_notes([cited]), "Another remark."]))
    assert told.count("It was seventeen.") == told.count("It was eighteen.") == 1
    assert "    Correction: It was seventeen.\n    Corrected since: It was eighteen.\n" in told
    assert "Another remark." in told


def test_a_replaced_version_and_the_moment_asked_of_are_told() -> None:
    told = shown(answered(as_of=datetime(2025, 3, 4, tzinfo=UTC)), article(current=False))
    assert "version 1, since replaced" in told
    assert "as of 4 March 2025" in told


def test_how_a_follow_up_was_understood_is_told() -> None:
    told = shown(answered(standalone_question="How many died on the ferry?"))
    assert told.startswith("How many died?\nUnderstood as: How many died on the ferry?\n")


def test_an_answer_without_a_short_one_leads_with_its_sentence() -> None:
    assert shown(answered(short=None)).splitlines()[2].startswith("  Seventeen people died")


def test_nothing_in_an_article_steers_the_terminal() -> None:
    text = "\x1b[2JSeventeen\x07 [bold]people[/bold] died.\x9b31m"
    found = answered(citation(quote=text, text=text, title="\x1b]0;taken\x07"), short="Seventeen")
    told = shown(found, article(text))
    assert not {"\x1b", "\x07", "\x9b"} & set(told)
    assert "[bold]people[/bold]" in told


def test_an_article_without_headline_source_day_and_address_is_told_too() -> None:
    bare = citation(title="", source=None, url=None, published_at=None)
    told = shown(answered(bare))
    assert "[1] Untitled\n      It rained" in told
    assert "None" not in told


def test_an_id_that_is_the_address_is_told_once() -> None:
    found = answered(citation(article_id=URL))
    assert shown(found, article(id=URL), width=40).count(URL) == 1


def test_a_search_result_says_where_it_stands() -> None:
    sink = io.StringIO()
    found = Passage(
        passage_id="p", article_id="a", version=1, title="Ferry", start=0, end=18,
        text="It rained all day.", score=1,
    )  # fmt: skip
    print_passage(Console(file=sink, width=40, color_system=None), found, 2)
    assert sink.getvalue() == "2.  Ferry\n    characters 0-18\n    a\n    It rained all day.\n\n"


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120),
    st.integers(1, 120),
    st.booleans(),
)
def test_any_text_is_shown_at_any_width(quote: str, width: int, colour: bool) -> None:
    text = f"Before. {quote} After."
    found = answered(citation(quote=quote, text=text, title=quote), short=quote)
    assert "characters" in words(shown(found, article(text), width=width, colour=colour))


def _bare(text: str) -> str:
    """Without the codes of colours."""
    return re.sub(r"\x1b\[[\d;]*m", "", text)
