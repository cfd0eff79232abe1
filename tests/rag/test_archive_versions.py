"""Articles and their versions: what is stored, what is in force, and what is gone for good."""

from datetime import timedelta
from typing import Any

import pytest
from builders import day, new_version
from sqlalchemy import text

from rag.archive import Archive
from rag.archive.reading import passages_of, shown_versions
from rag.archive.showing import hidden_because
from rag.errors import NotFoundError
from rag.types import PubStatus


def count(archive: Archive, table: str) -> int:
    with archive.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_what_was_stored_comes_back_whole(archive: Archive) -> None:
    fields: dict[str, Any] = {
        "title": "Łódź: the “river” rose", "source": "Herald", "url": "https://h.example/1",
        "authors": ["Ana Ruiz", "Émile Zed"], "published_at": day(3), "updated_at": day(4),
        "language": "en", "section": "World", "subjects": ["weather"], "dateline": "LODZ",
        "provider": "Agency", "embargoed_until": day(2), "expires_at": day(9, year=2999),
        "usage_terms": "not for resale", "correction": "It was Tuesday.",
        "extra": {"desk": {"code": 7}},
    }  # fmt: skip
    assert archive.store([new_version("x", "One.\n\nTwo.", **fields)]) == [("x", 1)]
    stored = archive.article("x")
    assert stored.model_dump(include=set(fields)) == fields
    assert (stored.id, stored.version, stored.text) == ("x", 1, "One.\n\nTwo.")
    assert stored.status is PubStatus.USABLE
    assert stored.current
    one, two = passages_of(archive.engine, "x", 1)
    assert (one.text, two.text) == ("One.", "Two.")
    assert two.sentences == ((6, 10),)
    assert (two.source, two.published_at, two.dateline) == ("Herald", day(3), "LODZ")


def test_absence_stays_absence(archive: Archive) -> None:
    archive.store([new_version()])
    stored = archive.article("a")
    assert stored.source is None
    assert stored.published_at is None
    assert stored.extra == {}


def test_a_new_version_takes_over_and_the_old_one_stays_readable(archive: Archive) -> None:
    archive.store([new_version(text="11 died.", updated_at=day(1))])
    assert archive.store([new_version(text="17 died.", updated_at=day(2))]) == [("a", 2)]
    assert archive.article("a").text == "17 died."
    old = archive.article("a", 1)
    assert (old.text, old.current) == ("11 died.", False)
    assert [v.version for v in archive.history("a")] == [1, 2]


def test_the_same_content_again_is_not_stored(archive: Archive) -> None:
    archive.store([new_version()])
    assert archive.store([new_version()]) == [None]
    assert count(archive, "versions") == 1


def test_the_same_version_twice_in_one_batch_is_stored_once(archive: Archive) -> None:
    assert archive.store([new_version(), new_version()]) == [("a", 1), None]


def test_an_older_version_that_comes_late_joins_the_history_only(archive: Archive) -> None:
    archive.store([new_version(text="17 died.", updated_at=day(2))])
    late = new_version(text="11 died.", updated_at=day(1), status=PubStatus.WITHHELD)
    assert archive.store([late]) == [("a", 2)]
    assert archive.article("a").text == "17 died."
    assert archive.status("a") is PubStatus.USABLE
    assert [(v.text, v.current) for v in archive.history("a")] == [
        ("17 died.", True),
        ("11 died.", False),
    ]


def test_of_two_versions_of_one_publication_the_later_delivery_is_in_force(
    archive: Archive,
) -> None:
    archive.store([new_version(text="11 died.", published_at=day(1))])
    archive.store([new_version(text="12 died.", published_at=day(1))])
    assert archive.article("a").text == "12 died."


@pytest.mark.parametrize("first", [0, 1])
def test_two_versions_of_one_update_are_told_apart_whichever_comes_first(
    archive: Archive, first: int
) -> None:
    both = [new_version(text=text, updated_at=day(1)) for text in ("11 died.", "12 died.")]
    archive.store([both[first], both[1 - first]])
    chosen = max(both, key=lambda version: version.content_hash)
    assert archive.article("a").text == chosen.fields["text"]


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(
    "less",
    [{"status": PubStatus.WITHHELD}, {"embargoed_until": day(9)}, {"correction": "Eleven died."}],
)
def test_of_two_versions_of_one_update_the_more_cautious_is_in_force(
    archive: Archive, first: int, less: dict[str, Any]
) -> None:
    both = [
        new_version(text="11 died.", updated_at=day(1), **less),
        new_version(text="12 died.", updated_at=day(1), extra={"provider_version": None}),
    ]
    archive.store([both[first], both[1 - first]])
    assert archive.article("a").text == "11 died."


@pytest.mark.parametrize("given", [["2", "10"], [2, 10], ["1.9", "1.10"], ["1", "1.1"]])
@pytest.mark.parametrize("times", [{}, {"published_at": day(1)}, {"updated_at": day(1)}])
def test_of_two_versions_of_one_time_the_providers_number_decides(
    archive: Archive, given: list[Any], times: dict[str, Any]
) -> None:
    for said, number in (("12 died.", given[1]), ("11 died.", given[0])):
        archive.store([new_version(text=said, extra={"provider_version": number}, **times)])
    assert archive.article("a").text == "12 died."


def test_an_undated_version_is_from_when_it_came(archive: Archive) -> None:
    archive.store([new_version(text="11 died.", published_at=day(1), updated_at=day(2))])
    archive.store([new_version(text="12 died.")])
    assert archive.article("a").text == "12 died."


def test_the_first_version_that_comes_last_does_not_replace_its_update(archive: Archive) -> None:
    archive.store([new_version(text="12 died.", published_at=day(1), updated_at=day(2))])
    archive.store([new_version(text="11 died.", published_at=day(1))])
    assert archive.article("a").text == "12 died."


def test_a_withdrawn_article_is_not_brought_back_by_a_change_of_status(archive: Archive) -> None:
    archive.store([new_version()])
    archive.withdraw("a")
    archive.set_status("a", PubStatus.USABLE)
    assert archive.status("a") is PubStatus.CANCELED


def test_an_earlier_versions_status_is_its_own(archive: Archive) -> None:
    archive.store([new_version(text="11 died.", updated_at=day(1))])
    archive.store([new_version(text="12 died.", updated_at=day(2))])
    archive.set_status("a", PubStatus.WITHHELD, version=1)
    assert archive.status("a") is PubStatus.USABLE
    assert [v.status for v in archive.history("a")] == ["withheld", "usable"]
    archive.set_status("a", PubStatus.WITHHELD)
    assert [v.status for v in archive.history("a")] == ["withheld", "withheld"]


def test_a_version_in_force_brings_its_status(archive: Archive) -> None:
    archive.store([new_version(text="11 died.")])
    archive.store([new_version(text="12 died.", status=PubStatus.WITHHELD)])
    assert archive.status("a") is PubStatus.WITHHELD
    archive.set_status("a", PubStatus.USABLE)
    assert archive.status("a") is PubStatus.USABLE


def test_unknown_articles_and_versions_are_not_found(archive: Archive) -> None:
    archive.store([new_version()])
    with pytest.raises(NotFoundError, match="no article 'b'"):
        archive.article("b")
    with pytest.raises(NotFoundError, match="no version 2 of article 'a'"):
        archive.article("a", 2)
    with pytest.raises(NotFoundError, match="no article 'b'"):
        archive.history("b")
    assert archive.status("b") is None


def test_a_store_that_fails_leaves_nothing(archive: Archive) -> None:
    archive.store([new_version("before")])
    tables = ("articles", "versions", "passages", "ledger", "passages_fts")
    counts = {table: count(archive, table) for table in tables}
    unstorable = new_version("bad", extra={"seen": {1, 2}})
    with pytest.raises(Exception, match="set"):
        archive.store([new_version("good"), unstorable])
    assert {table: count(archive, table) for table in tables} == counts
    assert archive.status("good") is None


def test_a_withdrawal_is_final(archive: Archive) -> None:
    archive.store([new_version(text="He did it.", updated_at=day(1))])
    assert archive.withdraw("a") == [("a", 1)]
    late = new_version(text="He did it, police say.", updated_at=day(2))
    assert archive.store([late]) == [None]
    assert archive.status("a") is PubStatus.CANCELED
    assert len(archive.history("a")) == 1


def test_a_withdrawal_outlives_a_restart(archive: Archive) -> None:
    archive.store([new_version()])
    archive.withdraw("a")
    archive.close()
    again = Archive(str(archive.engine.url))
    assert again.store([new_version(text="Another text.")]) == [None]
    assert again.status("a") is PubStatus.CANCELED
    again.close()


def test_withdrawing_twice_changes_nothing(archive: Archive) -> None:
    archive.store([new_version()])
    archive.withdraw("a")
    assert archive.withdraw("a") == [("a", 1)]
    archive.forget([("a", 1)])
    assert archive.withdraw("a") == []


def test_an_article_can_be_withdrawn_before_it_comes(archive: Archive) -> None:
    assert archive.withdraw("a") == []
    assert archive.status("a") is PubStatus.CANCELED
    assert archive.store([new_version()]) == [None]
    assert count(archive, "versions") == 0


def test_nothing_of_a_withdrawn_article_stays_in_the_lexical_index(archive: Archive) -> None:
    archive.store([new_version("a", "One.\n\nTwo."), new_version("b", "Three.")])
    archive.store([new_version("a", "One.\n\nTwo.\n\nFour.")])
    archive.withdraw("a")
    assert count(archive, "passages_fts") == 1


def test_copies_are_other_usable_articles_whose_current_text_is_the_same(archive: Archive) -> None:
    shared = "The same text."
    archive.store(
        [new_version(name, shared, source=name) for name in ("a", "b", "held", "old", "gone")]
    )
    archive.store([new_version("old", "Rewritten.")])
    archive.set_status("held", PubStatus.WITHHELD)
    archive.withdraw("gone")
    assert archive.copies("a") == ["b"]


def test_notes_are_kept_and_replaced(archive: Archive) -> None:
    assert archive.note("collection") is None
    archive.set_note("collection", "one")
    archive.set_note("collection", "two")
    assert archive.note("collection") == "two"


@pytest.mark.parametrize("seconds", [-1, -0.5, 0, 0.5, 1])
def test_the_versions_listed_are_those_that_nothing_keeps_from_being_shown(
    archive: Archive, seconds: float
) -> None:
    archive.store([
        new_version(text="Withheld.", status=PubStatus.WITHHELD, updated_at=day(1)),
        new_version(text="Under embargo.", updated_at=day(2), embargoed_until=day(8)),
        new_version(text="Expiring.", updated_at=day(3), expires_at=day(8)),
        new_version(text="Open.", updated_at=day(4)),
    ])  # fmt: skip
    now = day(8) + timedelta(seconds=seconds)
    open_then = [v.version for v in archive.history("a") if hidden_because(v, now) is None]
    listed = shown_versions(archive.engine, "a", now)
    assert [version.version for version in listed] == open_then
    assert [version.current for version in listed] == [False, True]
    assert listed[-1].at == day(4)
