"""A question sees only what it may: now, at a time in the past, and within its filters."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from builders import day, new_version

from rag.archive import Archive
from rag.archive.reading import lexical_search, list_articles, visible_passages
from rag.archive.visibility import Visibility
from rag.types import Filters, PubStatus

NOW = day(1, month=6)


def seen(archive: Archive, view: Visibility | None = None) -> list[str]:
    """Texts of the visible passages, which every way of looking agrees about."""
    view = view or Visibility(NOW)
    ids = [row[0] for row in _passage_ids(archive)]
    passages = visible_passages(archive.engine, ids, view)
    found = lexical_search(archive.engine, ["the"], view, limit=100)
    assert set(found) == {passage.id for passage in passages}
    listed = list_articles(archive.engine, view)
    assert {(a.id, a.version) for a in listed.articles} == {
        (passage.article_id, passage.version) for passage in passages
    }
    return sorted(passage.text for passage in passages)


def _passage_ids(archive: Archive) -> Iterable[Any]:
    with archive.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT id FROM passages").all()


def test_only_the_version_in_force_is_seen(archive: Archive) -> None:
    archive.store([new_version(text="the first", updated_at=day(1))])
    archive.store([new_version(text="the second", updated_at=day(2))])
    assert seen(archive) == ["the second"]


def test_as_of_sees_the_version_that_was_in_force_then(archive: Archive) -> None:
    archive.store([new_version(text="the first", updated_at=day(1))])
    archive.store([new_version(text="the third", updated_at=day(3))])
    archive.store([new_version(text="the second", updated_at=day(2))])

    def at(number: int) -> list[str]:
        return seen(archive, Visibility(NOW, as_of=day(number) + timedelta(hours=12)))

    assert [at(1), at(2), at(3)] == [["the first"], ["the second"], ["the third"]]
    before = Visibility(NOW, as_of=day(1) - timedelta(seconds=1))
    assert seen(archive, before) == []
    exactly = Visibility(NOW, as_of=day(2))
    assert seen(archive, exactly) == ["the second"]


def test_an_embargo_ends_by_the_clock_alone(archive: Archive) -> None:
    until = day(10)
    archive.store([new_version(text="the secret", embargoed_until=until, published_at=day(1))])
    assert seen(archive, Visibility(until - timedelta(seconds=1))) == []
    assert seen(archive, Visibility(until)) == ["the secret"]


def test_asking_as_of_a_time_under_embargo_does_not_break_it(archive: Archive) -> None:
    archive.store([new_version(text="the secret", embargoed_until=day(10), published_at=day(1))])
    assert seen(archive, Visibility(NOW, as_of=day(9))) == []
    assert seen(archive, Visibility(NOW, as_of=day(10))) == ["the secret"]
    assert seen(archive, Visibility(day(9), as_of=day(20))) == []


def test_an_expired_article_is_gone_by_the_clock_whatever_as_of_says(archive: Archive) -> None:
    archive.store([new_version(text="the photo", expires_at=day(10), published_at=day(1))])
    assert seen(archive, Visibility(day(10) - timedelta(seconds=1))) == ["the photo"]
    assert seen(archive, Visibility(day(10))) == []
    assert seen(archive, Visibility(day(10), as_of=day(5))) == []


def test_an_embargo_on_an_update_hides_the_article_not_shows_the_old_version(
    archive: Archive,
) -> None:
    archive.store([new_version(text="the first", updated_at=day(1))])
    archive.store([new_version(text="the second", updated_at=day(2), embargoed_until=day(9))])
    assert seen(archive, Visibility(day(5))) == []


@pytest.mark.parametrize("as_of", [None, day(1)])
def test_what_is_withheld_or_withdrawn_is_not_seen(archive: Archive, as_of: Any) -> None:
    archive.store([new_version("held", "the held", published_at=day(1))])
    archive.store([new_version("gone", "the gone", published_at=day(1))])
    view = Visibility(NOW, as_of=as_of)
    assert seen(archive, view) == ["the gone", "the held"]
    archive.set_status("held", PubStatus.WITHHELD)
    archive.withdraw("gone")
    assert seen(archive, view) == []
    archive.set_status("held", PubStatus.USABLE)
    assert seen(archive, view) == ["the held"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["the dated", "the later", "the undated"]),
        ({"after": day(5)}, ["the later"]),
        ({"after": day(3)}, ["the dated", "the later"]),
        ({"before": day(6)}, ["the dated"]),
        ({"after": day(3), "before": day(6)}, ["the dated"]),
        ({"sources": ["herald"]}, ["the dated"]),
        ({"sources": ["STRASSENZEITUNG"]}, ["the later"]),
        ({"sources": ["Herald", "Straßenzeitung"]}, ["the dated", "the later"]),
        ({"languages": ["de"]}, ["the later"]),
        ({"article_ids": ["undated", "dated", "unknown"]}, ["the dated", "the undated"]),
        ({"article_ids": ["undated"], "sources": ["Herald"]}, []),
        ({"excluded_article_ids": ["dated", "unknown"]}, ["the later", "the undated"]),
        ({"excluded_article_ids": ["dated", "later", "undated"]}, []),
        ({"article_ids": ["dated", "later"], "excluded_article_ids": ["dated"]}, ["the later"]),
        (
            {"excluded_article_ids": [f"x{n}" for n in range(999)] + ["later"], "after": day(1)},
            ["the dated"],
        ),
    ],
)
def test_filters_admit_what_they_name(
    archive: Archive, filters: dict[str, Any], expected: list[str]
) -> None:
    archive.store(
        [
            new_version("dated", "the dated", published_at=day(3), source="Herald", language="en"),
            new_version(
                "later", "the later", published_at=day(6), source="Straßenzeitung", language="de"
            ),
            new_version("undated", "the undated"),
        ]
    )
    assert seen(archive, Visibility(NOW, Filters(**filters))) == expected


def test_filters_judge_the_version_in_force(archive: Archive) -> None:
    archive.store([new_version(text="the first", updated_at=day(1), source="Herald")])
    archive.store([new_version(text="the second", updated_at=day(2), source="Courier")])
    assert seen(archive, Visibility(NOW, Filters(sources=["Herald"]))) == []
    then = Visibility(NOW, Filters(sources=["Herald"]), as_of=day(1))
    assert seen(archive, then) == ["the first"]
