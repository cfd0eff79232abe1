"""What a person reads in the terminal, in a narrow one, and where it was piped to."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from answers import QUOTE, URL, answered, article, citation
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from api.cli.render import print_answer, print_article, print_passage, print_turn, styles
from api.cli.render.lines import web_address
from rag.corrections import correction_notes
from rag.types import Answer, AnswerSentence, Attribution, Gloss, Passage, StoredArticle

WIDTHS = [20, 40, 48, 80, 200]
PUBLISHERS = {"dale-3": "Dale Post", "dale-wire-240629-03": "The Associated Wire of Dale and Ostry"}


def shown(found: Answer, *articles: StoredArticle, width: int = 80, colour: bool = False) -> str:
    sink = io.StringIO()
    print_answer(_console(sink, width, colour), found, _by_version(articles), PUBLISHERS)
    return sink.getvalue()


def turn(found: Answer, *articles: StoredArticle, width: int = 80, colour: bool = False) -> str:
    sink = io.StringIO()
    print_turn(_console(sink, width, colour), found, _by_version(articles))
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
    {URL}
    version 1 · characters 20-124 · a

  strong confidence (0.90) · 1,234 ms
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

  1,234 ms
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


def test_a_terminal_without_colour_has_carets_too() -> None:
    sink = io.StringIO()
    console = Console(file=sink, width=80, force_terminal=True, _environ={"NO_COLOR": "1"})
    print_answer(console, answered(), _by_version(()), {})
    assert "┃ ^^^^^^^^^\n" in sink.getvalue()


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
    assert "\x1b[38;2;18;18;18;48;2;255;215;95mSeventeen\x1b[0m" in coloured
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


def test_who_else_carries_a_quote_is_named() -> None:
    found = answered(citation(syndicated_in=["dale-3", "c"]))
    assert "    also in 2 others: Dale Post (dale-3), c\n" in shown(found)
    assert "Dale Post\x1b[2m (dale-3)\x1b[0m" in shown(found, colour=True)


def test_in_a_narrow_terminal_each_stands_for_itself_its_id_whole() -> None:
    found = answered(citation(syndicated_in=["dale-3", "dale-wire-240629-03"]))
    assert """
    also in 2 others:
    Dale Post (dale-3)
    The Associated Wire of Dale and
    Ostry
    dale-wire-240629-03
""" in shown(found, width=40)


@pytest.mark.parametrize("width", [40, 60])
@pytest.mark.parametrize("show", [shown, turn])
def test_the_days_of_a_later_version_are_told_in_a_narrow_terminal(
    show: Callable[..., str], width: int
) -> None:
    found = answered(citation(updated_at=datetime(2025, 11, 30, tzinfo=UTC)))
    told = show(found, width=width)
    assert "Ellery Gazette · 4 March 2025, updated 30 November 2025" in words(told)
    assert all(cell_len(line) <= width or "https://" in line for line in told.splitlines())


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


def test_corrections_stand_over_the_quote_and_once() -> None:
    cited = citation(correction="It was seventeen.", corrected_since="It was eighteen.")
    told = shown(answered(cited, notes=[*correction_notes([cited]), "Another remark."]))
    assert told.count("It was seventeen.") == told.count("It was eighteen.") == 1
    corrected = "    Correction: It was seventeen.\n    Corrected since: It was eighteen.\n"
    assert told.index(corrected) < told.index("┃ ")
    assert "Another remark." in told


def test_figures_that_disagree_stand_under_the_answer_with_a_mark() -> None:
    note = "Sources differ: 17 (Ellery Gazette, 4 March 2025), 11 (Dale Post, 3 March 2025)."
    told = shown(answered(notes=[note]), width=60)
    assert "\n  ! Sources differ: 17 (Ellery Gazette, 4 March 2025), 11\n    (Dale Post" in told
    assert told.index("Sources differ") < told.index("[1] Ferry")


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
    assert sink.getvalue() == ("2.  Ferry\n    It rained all day.\n    characters 0-18\n    a\n\n")


def test_a_number_is_never_parted_from_its_sentence() -> None:
    for width in range(24, 81):
        assert not any(
            line.strip() == "[1]" for line in shown(answered(), width=width).splitlines()
        )


def test_lines_are_no_longer_than_one_reads_with_ease() -> None:
    lines = shown(answered(citation(url=None)), width=400).splitlines()
    assert 80 < max(map(cell_len, lines)) <= 96


def test_headline_and_address_are_links_where_there_is_style() -> None:
    coloured = shown(answered(), colour=True)
    assert len(re.findall(rf"\x1b]8;[^;]*;{re.escape(URL)}\x1b\\", coloured)) == 2
    assert "\x1b]8" not in shown(answered(citation(url="javascript:alert(1)")), colour=True)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://gazette.example/1?a=b#c", "https://gazette.example/1?a=b#c"),
        ("https://gazette.example/%C3%A9/é", "https://gazette.example/%C3%A9/%C3%A9"),
        *((url, None) for url in (
            None, "", "gazette.example", "javascript:alert(1)", "file:///etc/passwd", "https://",
            "http://[", "https://gazette.example/a b", "https://gazette.example/\x1b]8;;\x07",
        )),
    ],
)  # fmt: skip
def test_only_an_address_of_the_web_is_one(url: str | None, address: str | None) -> None:
    assert web_address(url) == address


def test_a_confidence_is_faint_unless_it_is_slight_and_never_certainty() -> None:
    assert "\x1b[2mstrong confidence (0.99)\x1b[0m" in shown(answered(confidence=1), colour=True)
    assert "\x1b[2mfair confidence" in shown(answered(confidence=0.4), colour=True)
    slight = shown(answered(confidence=0.39), colour=True)
    assert re.search(r"\x1b\[1;[\d;]+mslight confidence \(0.39\)", slight)


def test_every_colour_is_read_on_black_and_on_white() -> None:
    colours = re.findall(r"#[0-9a-f]{6}", " ".join([styles.SHORT, styles.MARKER, styles.MIND]))
    for light in map(_luminance, colours):  # the contrast of WCAG 2, large or bold text
        assert (light + 0.05) / 0.05 >= 3
        assert 1.05 / (light + 0.05) >= 3
    words, under = map(_luminance, re.findall(r"#[0-9a-f]{6}", styles.ANSWERS))
    assert (under + 0.05) / (words + 0.05) >= 7


def test_a_turn_of_a_conversation_reads_like_this() -> None:
    second = citation(2, "Nobody knows why it sank.")
    found = answered(citation(), second, standalone_question="How many died on the ferry?")
    assert (
        turn(found)
        == """\
Understood as: How many died on the ferry?

  Seventeen

  Seventeen people died when the ferry sank, the coastguard said on Friday after
  its divers had come back. [1] Nobody knows why it sank. [2]

[1][2] Ferry sinks
    Ellery Gazette · 4 March 2025

  strong confidence (0.90) · 1,234 ms

"""
    )


def test_a_turn_marks_the_answering_words_behind_a_gloss_as_well() -> None:
    text = "Ann Li came. He saw seventeen birds."
    gloss = Gloss(at=2, text=" [Ann Li]", name="Ann Li", citation=1, start=0, end=6)
    sentence = AnswerSentence(
        text="He [Ann Li] saw seventeen birds.", citations=[1], glosses=[gloss]
    )
    found = answered(citation(quote=text[13:], text=text), short="seventeen", sentences=[sentence])
    assert "48;2;255;215;95mseventeen\x1b[0m birds" in turn(found, article(text), colour=True)


def test_a_turn_shows_the_quote_of_a_sentence_in_other_words_and_of_a_refusal() -> None:
    written = AnswerSentence(text="The ferry took seventeen lives.", citations=[1])
    assert "    ┃ Seventeen people died" in turn(answered(sentences=[written]))
    refused = answered(
        answerable=False, answer=None, sentences=[], citations=[], short_answer=None,
        nearest=citation(),
    )  # fmt: skip
    told = turn(refused)
    assert told.index("does not say") < told.index("no answer:") < told.index("┃ Seventeen")


def test_a_turn_tells_of_replaced_versions_and_corrections() -> None:
    cited = citation(correction="It was seventeen.")
    told = turn(answered(cited, notes=correction_notes([cited])), article(current=False))
    assert "    version 1, since replaced\n    Correction: It was seventeen.\n" in told


def test_an_article_is_shown_with_the_quote_marked_in_it() -> None:
    sink = io.StringIO()
    at = print_article(
        _console(sink, 60, colour=False), article(source="Ellery Gazette"), citation()
    )
    lines = sink.getvalue().splitlines()
    assert lines[:4] == ["Ferry", "Ellery Gazette · version 1", "", "  It rained all day."]
    assert lines[at - 1].startswith("┃ Seventeen people died")
    carets = "".join(line for line in lines if "^" in line).count("^")
    assert carets == len(QUOTE) - 1  # for the space at the break
    assert lines[-1].endswith("why it sank.")


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
    return re.sub(r"\x1b\[[\d;]*m|\x1b]8;[^\x1b]*\x1b\\", "", text)


def _console(sink: io.StringIO, width: int, colour: bool) -> Console:
    return Console(
        file=sink, width=width, force_terminal=colour, color_system="truecolor" if colour else None,
        highlight=False, legacy_windows=False, _environ={},
    )  # fmt: skip


def _by_version(articles: tuple[StoredArticle, ...]) -> dict[tuple[str, int], StoredArticle]:
    return {(a.id, a.version): a for a in articles or (article(),)}


def _luminance(colour: str) -> float:
    """Relative, of WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4) for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
