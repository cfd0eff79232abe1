"""A listing is complete, in a fixed order, and its pages partition it."""

import base64
import hashlib

import pytest
from builders import day, new_version
from hypothesis import given
from hypothesis import strategies as st

from rag.archive import Archive
from rag.archive.reading import list_articles
from rag.archive.visibility import Visibility
from rag.errors import UsageError
from rag.types import PubStatus

NOW = day(1, year=2030)
VIEW = Visibility(NOW)

ids = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)
dates = st.none() | st.integers(1, 5).map(day)


def pages(archive: Archive, limit: int, status: PubStatus | None = None) -> list[list[str]]:
    found = []
    cursor = None
    while True:
        page = list_articles(archive.engine, VIEW, status=status, cursor=cursor, limit=limit)
        found.append([article.id for article in page.articles])
        cursor = page.next_cursor
        if cursor is None:
            return found


@given(st.dictionaries(ids, dates, max_size=12), st.integers(1, 5))
def test_pages_partition_the_listing(articles: dict[str, object], limit: int) -> None:
    archive = Archive("sqlite:///:memory:")
    archive.store([new_version(name, published_at=when) for name, when in articles.items()])
    found = pages(archive, limit)
    archive.close()
    listed = [name for page in found for name in page]
    assert sorted(listed) == sorted(articles)
    assert all(len(page) == limit for page in found[:-1])
    assert len(found[-1]) <= limit


def test_the_newest_come_first_and_the_undated_last(archive: Archive) -> None:
    dated = {"c": day(1), "b": day(2), "a": day(1), "d": None, "before 1970": day(1, year=1960)}
    archive.store([new_version(name, published_at=when) for name, when in dated.items()])
    assert pages(archive, 10) == [["b", "a", "c", "before 1970", "d"]]


def test_an_article_that_comes_between_two_pages_moves_nothing(archive: Archive) -> None:
    archive.store([new_version(name, published_at=day(n)) for n, name in enumerate("abcd", 1)])
    first = list_articles(archive.engine, VIEW, limit=2)
    archive.store([new_version("new", published_at=day(9))])
    archive.withdraw("c")
    second = list_articles(archive.engine, VIEW, limit=2, cursor=first.next_cursor)
    assert [a.id for a in first.articles + second.articles] == ["d", "c", "b", "a"]


def test_the_total_counts_every_page(archive: Archive) -> None:
    archive.store([new_version(name) for name in "abcde"])
    first = list_articles(archive.engine, VIEW, limit=2)
    last = list_articles(archive.engine, VIEW, limit=10, cursor=first.next_cursor)
    assert (first.total, last.total, last.next_cursor) == (5, 5, None)


def test_an_article_says_how_many_versions_it_has(archive: Archive) -> None:
    for number in (1, 2, 3):
        archive.store([new_version(text=f"{number} died.", updated_at=day(number))])
    (listed,) = list_articles(archive.engine, VIEW).articles
    assert (listed.version, listed.versions) == (3, 3)


def test_a_status_lists_the_articles_in_it(archive: Archive) -> None:
    archive.store([new_version(name) for name in ("used", "held", "gone")])
    archive.set_status("held", PubStatus.WITHHELD)
    archive.withdraw("gone")
    archive.withdraw("never came")
    assert pages(archive, 10, PubStatus.USABLE) == [["used"]]
    assert pages(archive, 10, PubStatus.WITHHELD) == [["held"]]
    assert pages(archive, 10, PubStatus.CANCELED) == [["gone"]]


def forged(cursor: str, position: bytes) -> str:
    """A cursor of the same listing with another position, by one who knows how they are made."""
    raw = base64.urlsafe_b64decode(cursor)
    content = raw[6:10] + position
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()[:6] + content).decode()


@pytest.mark.parametrize(
    "position",
    [
        b"", b"5", b"null", b"[1, 2]", b"1 2", b"1 2 ", b"1 a b", b"a 1 b", b"-1 1 a",
        b"1 %d a" % 10**30, b"%d 1 a" % 10**30, b"9" * 5000 + b" 1 a", b"[" * 100_000, b"\xff\xfe",
    ],
)  # fmt: skip
def test_a_position_that_there_is_not_is_refused_even_in_a_cursor_that_is_well_made(
    archive: Archive, position: bytes
) -> None:
    archive.store([new_version(name) for name in "ab"])
    given = list_articles(archive.engine, VIEW, limit=1).next_cursor
    assert given is not None
    own = base64.urlsafe_b64decode(given)[10:]
    assert list_articles(archive.engine, VIEW, cursor=forged(given, own)).articles
    with pytest.raises(UsageError, match="not one that this listing gave"):
        list_articles(archive.engine, VIEW, cursor=forged(given, position))


@pytest.mark.parametrize("cursor", ["", "xyz", "ümlaut", base64.urlsafe_b64encode(b"5").decode()])
def test_a_made_up_cursor_is_refused(archive: Archive, cursor: str) -> None:
    archive.store([new_version()])
    with pytest.raises(UsageError, match="not one that this listing gave"):
        list_articles(archive.engine, VIEW, cursor=cursor)


@given(st.integers(0), st.characters(codec="ascii"))
def test_a_cursor_with_another_character_in_it_is_refused(place: int, character: str) -> None:
    archive = Archive("sqlite:///:memory:")
    archive.store([new_version(name) for name in "ab"])
    cursor = list_articles(archive.engine, VIEW, limit=1).next_cursor
    assert cursor is not None
    at = place % len(cursor)
    damaged = cursor[:at] + character + cursor[at + 1 :]
    if damaged != cursor:
        with pytest.raises(UsageError, match="start without it"):
            list_articles(archive.engine, VIEW, cursor=damaged)
    archive.close()


def test_a_date_that_is_changed_between_two_pages_moves_nothing(archive: Archive) -> None:
    archive.store([new_version(name, published_at=day(n)) for n, name in enumerate("abcd", 1)])
    first = list_articles(archive.engine, VIEW, limit=2)
    for name, number in (("d", 1), ("a", 9), ("c", 2)):
        archive.store([new_version(name, published_at=day(number), updated_at=day(20))])
    second = list_articles(archive.engine, VIEW, limit=2, cursor=first.next_cursor)
    assert [a.id for a in first.articles + second.articles] == ["d", "c", "b", "a"]
    assert second.articles[-1].published_at == day(9), "it is told as it is now"
    assert pages(archive, 10) == [["a", "b", "c", "d"]]
