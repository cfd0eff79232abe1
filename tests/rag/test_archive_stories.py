"""Stories are the same in whatever order articles came, and follow what may be seen."""

import itertools
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from builders import day, new_version
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rag.archive import Archive, NewVersion, copies, migrations
from rag.archive.copies import link_uncompared
from rag.archive.stories import stories_of
from rag.archive.visibility import Visibility
from rag.types import Filters, PubStatus

NOW = Visibility(day(1, year=2030))

_FLOOD = [
    "The river Corrie rose by four metres on Sunday and flooded the lower streets of Dunmore.",
    "Firefighters brought 212 people to the gymnasium of the grammar school by boat.",
    "The mayor, Ines Falk, said that the barrier had been ordered in March but not delivered.",
    "Schools will remain closed until Thursday, and drinking water is brought by lorry.",
    "Meteorologists expect more rain from the west on Tuesday and a dry end of the week.",
    "The last flood of this height, in 1954, cost eleven people their lives.",
]
_FOLLOW_UP = [
    "Prosecutors searched the offices of the barrier's maker in Halvorn on Monday morning.",
    "They suspect the company of having taken money for steel that it never bought.",
    "A lawyer of the company called the search a spectacle and promised every assistance.",
    "The council will sit behind closed doors on Wednesday, its clerk told reporters.",
]
_OTHER = ["The Sorrel prize goes to the poet Marta Ilves.", "She was born in Orpe in 1961."]


def _text(parts: Sequence[str]) -> str:
    return "\n\n".join(parts)


TEXTS = {
    "whole": _text(_FLOOD),
    "same": _text(_FLOOD).upper(),
    "trimmed": _text(_FLOOD[:3]),
    "reordered": _text([_FLOOD[0], *reversed(_FLOOD[1:])]),
    "padded": _text(
        ["Subscribe to the Sentinel for a crown a week.", *_FLOOD, "Photo: Lena Holub"]
    ),
    "follow-up": _text([*_FOLLOW_UP, *_FLOOD[4:]]),
    "other": _text(_OTHER),
}
STORY = ["whole", "trimmed", "same", "reordered", "padded"]
DATES = dict(zip([*STORY, "follow-up", "other"], map(day, range(1, 8)), strict=True))


def _version(name: str, text: str | None = None, **fields: Any) -> NewVersion:
    return new_version(
        name, TEXTS[name] if text is None else text, **{"published_at": DATES[name]} | fields
    )


def _stories(archive: Archive, view: Visibility = NOW) -> set[tuple[str, ...]]:
    found = stories_of(archive.engine, list(TEXTS), view).values()
    return {tuple(member.article_id for member in story.members) for story in found}


@pytest.fixture
def told(archive: Archive) -> Archive:
    """An archive of all texts."""
    archive.store([_version(name) for name in TEXTS])
    return archive


def test_copies_are_a_story_and_a_follow_up_with_its_background_is_none(told: Archive) -> None:
    assert _stories(told) == {tuple(STORY), ("follow-up",), ("other",)}


@hypothesis_settings(max_examples=25)
@given(order=st.permutations(list(TEXTS)), cuts=st.sets(st.integers(1, len(TEXTS) - 1)))
def test_any_order_of_delivery_gives_the_same_stories(order: list[str], cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), len(order)]
    with TemporaryDirectory() as folder:
        archive = Archive(f"sqlite:///{Path(folder) / 'archive.db'}")
        for start, end in itertools.pairwise(edges):
            archive.store([_version(name) for name in order[start:end]])
        assert _stories(archive) == {tuple(STORY), ("follow-up",), ("other",)}
        archive.close()


def test_the_canonical_article_is_the_earliest_published_then_the_first_id(
    archive: Archive,
) -> None:
    dates: dict[str, datetime | None] = {
        "whole": None, "same": day(3), "trimmed": day(3), "reordered": day(9), "padded": None,
    }  # fmt: skip
    archive.store([_version(name, published_at=date) for name, date in dates.items()])
    assert _stories(archive) == {("same", "trimmed", "reordered", "padded", "whole")}


def test_an_update_leaves_its_story_and_comes_back_to_it(told: Archive) -> None:
    told.store([_version("whole", _text(_OTHER[:1]), updated_at=day(20))])
    assert tuple(STORY[1:]) in _stories(told)
    assert tuple(STORY) in _stories(told, Visibility(NOW.now, as_of=day(19)))
    told.store([_version("whole", updated_at=day(21))])
    assert tuple(STORY) in _stories(told)


def test_withdrawn_withheld_embargoed_and_expired_articles_are_in_no_story(told: Archive) -> None:
    told.withdraw("whole")
    told.set_status("trimmed", PubStatus.WITHHELD)
    told.store([_version("same", embargoed_until=day(1, year=2031), updated_at=day(20))])
    told.store([_version("reordered", expires_at=day(1, year=2029), updated_at=day(20))])
    assert _stories(told) == {("padded",), ("follow-up",), ("other",)}
    later = Visibility(day(1, year=2032))
    assert _stories(told, later) == {("same", "padded"), ("follow-up",), ("other",)}


def test_filters_leave_a_story_of_those_they_admit(told: Archive) -> None:
    view = Visibility(NOW.now, Filters(article_ids=["padded", "same", "other"]))
    assert _stories(told, view) == {("same", "padded"), ("other",)}


@hypothesis_settings(max_examples=25)
@given(seen=st.sets(st.sampled_from(list(TEXTS))))
def test_of_a_story_whoever_may_be_seen_is_told_as_if_the_others_were_not_there(
    seen: set[str],
) -> None:
    with TemporaryDirectory() as folder:
        archive = Archive(f"sqlite:///{Path(folder) / 'archive.db'}")
        archive.store([_version(name) for name in TEXTS])
        alone = Archive(f"sqlite:///{Path(folder) / 'alone.db'}")
        alone.store([_version(name) for name in TEXTS if name in seen])
        view = Visibility(
            NOW.now, Filters(excluded_article_ids=[n for n in TEXTS if n not in seen])
        )
        assert _stories(archive, view) == _stories(alone)
        archive.close()
        alone.close()


def test_a_story_falls_apart_where_what_connects_it_may_not_be_seen(archive: Archive) -> None:
    chain = {f"part {n}": _text(_FLOOD[n : n + 3]) for n in range(4)}
    chain |= {"end": _text(_OTHER)}
    archive.store([new_version(name, text) for name, text in chain.items()])
    story = stories_of(archive.engine, ["part 0"], NOW)["part 0"]
    linked = [member.article_id for member in story.members]
    assert len(linked) > 2
    view = Visibility(NOW.now, Filters(excluded_article_ids=linked[1:-1]))
    apart = stories_of(archive.engine, ["part 0"], view)["part 0"]
    assert [member.article_id for member in apart.members] == ["part 0"]


def test_a_text_that_is_known_to_the_letter_is_not_compared_again(
    told: Archive, counted: Callable[[object, str], list[Any]]
) -> None:
    signed = counted(copies, "signature")
    told.store([_version("whole", title="Another headline", updated_at=day(20))])
    assert signed == []


def test_stories_of_a_corpus_from_before_there_were_any_are_found_when_it_is_opened(
    told: Archive,
) -> None:
    with told.engine.begin() as connection:
        for table in ("text_bands", "text_copies", "texts"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        for statement in (*migrations._STEPS[1], *migrations._STEPS[9]):  # which brought them
            connection.exec_driver_sql(statement)
    again = Archive(str(told.engine.url))
    to_the_letter = {("whole", "same")}
    assert _stories(again) == to_the_letter | {(n,) for n in TEXTS if n not in ("whole", "same")}
    assert link_uncompared(again.engine) == len(TEXTS) - 1
    assert _stories(again) == {tuple(STORY), ("follow-up",), ("other",)}
    assert link_uncompared(again.engine) == 0
    again.close()


def test_looking_for_copies_in_an_old_corpus_is_said(
    told: Archive, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_A_TRANSACTION", 3)
    monkeypatch.setattr(copies, "_SAID_EVERY", 3)
    link_uncompared(told.engine)
    first, *further = caplog.messages
    assert first.startswith("Looking for copies among 6 texts")
    assert further == ["Compared 3 of 6 texts.", "Compared 6 of 6 texts."]
    caplog.clear()
    link_uncompared(told.engine)
    assert caplog.messages == []


def test_signatures_of_another_algorithm_are_made_anew(
    told: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        link_uncompared(told.engine) == len(TEXTS) - 1
    )  # nobody had noted what they were made with
    monkeypatch.setattr(copies, "ALGORITHM", "another")
    assert link_uncompared(told.engine) == len(TEXTS) - 1
    assert tuple(STORY) in _stories(told)


@pytest.mark.parametrize(
    "text", ["...", "Yes.", "💧", "The the the.", "雨が降った。川があふれた。"]
)
def test_texts_of_hardly_any_words_are_stored_and_are_copies_of_the_same(
    archive: Archive, text: str
) -> None:
    archive.store([_version("whole", text), _version("same", text), _version("other")])
    assert _stories(archive) == {("whole", "same"), ("other",)}
