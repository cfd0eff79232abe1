"""Articles are found by the words that they have, wherever they have them."""

import pytest
from builders import day, new_version
from hypothesis import given
from hypothesis import strategies as st

from rag.archive import Archive
from rag.archive.reading import list_articles
from rag.archive.visibility import Visibility
from rag.types import Filters, PubStatus

VIEW = Visibility(day(1, year=2030))


def found(archive: Archive, find: str, view: Visibility = VIEW, **asked: PubStatus) -> list[str]:
    page = list_articles(archive.engine, view, find=find, **asked)
    assert page.total == len(page.articles)
    return [article.id for article in page.articles]


@pytest.fixture
def archive(archive: Archive) -> Archive:
    # Each paragraph is a passage of its own.
    archive.store(
        [
            new_version("storm", title="Storm", text="Fourteen boats sank.\n\nThe harbour is shut.",
                        published_at=day(2)),
            new_version("ferry", title="Ferry", text="The ferry boat is late.",
                        published_at=day(3), language="en"),
            new_version("fair", title="Lantern fair at the harbour", text="300 came to Orléans."),
        ]
    )  # fmt: skip
    return archive


@pytest.mark.parametrize(
    ("find", "ids"),
    [
        ("boat", ["ferry", "storm"]),
        ("Boats  HARBOUR", ["storm"]),
        ("harbour", ["storm", "fair"]),
        ("lantern came", ["fair"]),
        ("orleans", ["fair"]),
        ("the boat", ["ferry", "storm"]),
        ("the", ["ferry", "storm", "fair"]),
        ("boat lantern", []),
        ("zeppelin", []),
        ("?!", []),
        ('"boat" OR NOT(lantern)*', []),
        ('"ferry boat"', ["ferry"]),
        ('"boat ferry"', []),
        ("“ferry boat is”", ["ferry"]),
        ('"fair at the harbour"', ["fair"]),
        ('"the harbour"', ["storm", "fair"]),
        ('"the harbour" boats', ["storm"]),
        ('"boats sank the harbour"', []),
        ('"ferry boat', ["ferry"]),
        ('"?!"', []),
        ('"?!" boat', ["ferry", "storm"]),
        ("", ["ferry", "storm", "fair"]),
        ("  ", ["ferry", "storm", "fair"]),
    ],
)
def test_every_word_is_in_the_headline_or_the_text(
    archive: Archive, find: str, ids: list[str]
) -> None:
    assert found(archive, find) == ids


def test_a_version_that_is_not_seen_is_not_searched(archive: Archive) -> None:
    correction = "Fifteen barges sank.\n\nThe harbour is shut."
    archive.store([new_version("storm", title="Storm", text=correction, updated_at=day(9))])
    assert found(archive, "boats harbour") == []
    assert found(archive, "barges harbour") == ["storm"]
    assert found(archive, "boats harbour", Visibility(VIEW.now, as_of=day(5))) == ["storm"]


def test_filters_hold_for_what_is_found(archive: Archive) -> None:
    assert found(archive, "boat", Visibility(VIEW.now, Filters(after=day(3)))) == ["ferry"]
    assert found(archive, "boat", Visibility(VIEW.now, Filters(languages=["en"]))) == ["ferry"]


def test_nobody_is_told_what_words_are_in_what_may_not_be_seen(archive: Archive) -> None:
    archive.set_status("storm", PubStatus.WITHHELD)
    archive.withdraw("ferry")
    assert found(archive, "boat") == []
    assert found(archive, "boat", status=PubStatus.WITHHELD) == []
    assert found(archive, "boat", status=PubStatus.CANCELED) == []


@given(st.text(max_size=40))
def test_whatever_is_looked_for_is_no_query_of_the_index(find: str) -> None:
    archive = Archive("sqlite:///:memory:")
    archive.store([new_version(text=f"It says: {find.replace(chr(0), '')} and so on.")])
    assert found(archive, find) in ([], ["a"]) or not find.strip()
    archive.close()


def test_pages_of_what_is_found_go_on_where_they_ended(archive: Archive) -> None:
    first = list_articles(archive.engine, VIEW, find="boat", limit=1)
    assert first.total == 2
    cursor = first.next_cursor
    second = list_articles(archive.engine, VIEW, find="boat", limit=1, cursor=cursor)
    assert [a.id for a in first.articles + second.articles] == ["ferry", "storm"]
    assert second.next_cursor is None
