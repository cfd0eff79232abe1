"""A conversation that is saved as Markdown."""

from datetime import UTC, datetime

from answers import QUOTE, URL, answered, article, citation
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from api.cli.chat.conversation import Exchange
from api.cli.chat.transcript import markdown
from api.cli.render.lines import shown
from rag.corrections import correction_notes
from rag.types import Answer, Attribution, Filters

PARTS = {
    f"{name}_{end}" for name in ("heading", "paragraph", "blockquote") for end in ("open", "close")
} | {"inline"}


def words(text: str) -> str:
    return " ".join(text.split())


def saved(*answers: Answer, filters: Filters | None = None, current: bool = True) -> str:
    cited = {("a", 1): article(current=current), (URL, 1): article(id=URL, current=current)}
    day = datetime(2025, 3, 6, tzinfo=UTC)
    return markdown([Exchange(answer, filters or Filters(), cited) for answer in answers], day)


def test_a_saved_answer_reads_like_this() -> None:
    found = answered(answer="Seventeen people died. [1]", standalone_question="How many drowned?")
    assert (
        saved(found)
        == f"""\
# A conversation with newscite

*Saved on 6 March 2025*

## How many died?

*Understood as: How many drowned?*

**Seventeen**

Seventeen people died. \\[1\\]

\\[1\\] “{QUOTE}”{"  "}
*Ferry sinks*, Ellery Gazette, 4 March 2025, <{URL}> (a, version 1, characters 20-124)
"""
    )


def test_an_address_that_is_the_id_stands_once_and_a_replaced_version_says_so() -> None:
    told = saved(answered(citation(article_id=URL)), current=False)
    assert told.count(URL) == 1
    assert "(version 1, since replaced, characters 20-124)" in told


def test_who_says_so_is_saved_with_the_short_answer() -> None:
    found = answered()
    assert found.short_answer is not None
    found.short_answer.according_to = Attribution(text="the coastguard said", start=73, end=92)
    assert "\n**Seventeen** (the coastguard said)\n" in saved(found)


def test_filters_corrections_and_what_is_to_mind_are_saved_too() -> None:
    cited = citation(correction="It was seventeen.")
    notes = ["Sources differ: 17, 11.", *correction_notes([cited])]
    since = datetime(2025, 3, 1, tzinfo=UTC)
    found = answered(cited, notes=notes, as_of=datetime(2025, 3, 5, tzinfo=UTC))
    told = saved(found, filters=Filters(after=since, sources=["Dale Post"]))
    assert "*Articles since 1 March 2025, of Dale Post, as of 5 March 2025*" in told
    assert "> Sources differ: 17, 11." in told
    assert told.count("It was seventeen.") == 1


def test_a_refusal_is_saved_with_the_nearest_statement_as_no_answer() -> None:
    refused = answered(
        answerable=False, answer=None, sentences=[], citations=[], short_answer=None,
        nearest=citation(), notes=["Looked for a number."],
    )  # fmt: skip
    told = saved(refused)
    parts = ["**The corpus does not say.**", "> Looked for a number.", "no answer:", QUOTE]
    assert [told.index(part) for part in parts] == sorted(told.index(part) for part in parts)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
@example("# <b>17</b> [x](javascript:1) `a` ~~b~~ \\_ & &lt; | **c** _d_ <https://a.example>")
@example("1. FC Ellery")
@example("- 17")
def test_nothing_in_an_article_is_markup_in_what_is_saved(text: str) -> None:
    cited = citation(quote=text, text=text, title=text, source=text, url="javascript:alert(1)")
    found = answered(cited, short=None, question=text, answer=text, notes=[text])
    blocks = MarkdownIt("commonmark").parse(saved(found))
    assert {block.type for block in blocks} <= PARTS
    for block in blocks:
        parts = {part.type for part in block.children or []}
        assert parts <= {"text", "hardbreak", "softbreak", "em_open", "em_close", "text_special"}
    plain = " ".join(part.content for block in blocks for part in block.children or [])
    assert words(plain).count(words(shown(text))) >= 5
