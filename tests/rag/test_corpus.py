"""The two stores stay in step: through writes, withdrawals, crashes and reopening."""

from collections.abc import Callable
from typing import Any

import pytest
from builders import WIDTH, day, new_version
from sqlalchemy import text

from rag.archive import Archive, storing
from rag.archive.reading import passages_of
from rag.archive_opening import open_archive
from rag.corpus import Corpus
from rag.doctor import examine
from rag.errors import ConfigurationError, ModelError
from rag.opening import open_corpus
from rag.settings import Settings
from rag.types import Filters, PubStatus
from rag.vectors import VectorIndex


class Crash(BaseException):
    """The process ends here."""


def crash_in(
    monkeypatch: pytest.MonkeyPatch, owner: object, step: str, act: Callable[[], object]
) -> None:
    """Does something, and dies when it comes to that step."""

    def crash(*_args: object, **_kwargs: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, crash)
        with pytest.raises(Crash):
            act()


def in_step(corpus: Corpus) -> bool:
    found = examine(corpus)
    assert found.healthy, found.lines()
    return True


def test_what_is_added_is_in_both_stores(mock_corpus: Corpus) -> None:
    assert mock_corpus.add([new_version("a", "One.\n\nTwo."), new_version("b", "Three.")]) == [
        True,
        True,
    ]
    assert sorted(mock_corpus.vectors.ids()) == sorted(
        passage.id
        for name in ("a", "b")
        for passage in passages_of(mock_corpus.archive.engine, name, 1)
    )
    assert mock_corpus.archive.in_state("pending") == []
    assert in_step(mock_corpus)


def test_adding_the_same_again_adds_nothing(mock_corpus: Corpus) -> None:
    mock_corpus.add([new_version()])
    assert mock_corpus.add([new_version(), new_version("b")]) == [False, True]
    assert mock_corpus.vectors.count() == 2
    assert in_step(mock_corpus)


def test_every_version_keeps_its_vectors(mock_corpus: Corpus) -> None:
    mock_corpus.add([new_version(text="11 died.", updated_at=day(1))])
    mock_corpus.add([new_version(text="17 died.", updated_at=day(2))])
    assert mock_corpus.vectors.count() == 2, "as_of needs the older one"
    assert in_step(mock_corpus)


def test_a_withdrawal_takes_every_version_out_of_both_indexes(mock_corpus: Corpus) -> None:
    mock_corpus.add([new_version(text="11 died.")])
    mock_corpus.add([new_version(text="17 died."), new_version("b")])
    mock_corpus.withdraw("a")
    assert mock_corpus.vectors.count() == 1
    assert mock_corpus.archive.in_state("removing") == []
    assert in_step(mock_corpus)


def test_an_add_that_a_withdrawal_overtakes_stores_nothing(mock_corpus: Corpus) -> None:
    late = new_version()
    mock_corpus.withdraw("a")
    assert mock_corpus.add([late, new_version("b")]) == [False, True]
    assert mock_corpus.vectors.count() == 1
    assert in_step(mock_corpus)


def test_withheld_and_back_changes_neither_index(mock_corpus: Corpus) -> None:
    mock_corpus.add([new_version()])
    mock_corpus.set_status("a", PubStatus.WITHHELD)
    assert mock_corpus.vectors.count() == 1
    assert in_step(mock_corpus)


@pytest.mark.parametrize(("owner", "step"), [(VectorIndex, "upsert"), (Archive, "mark")])
def test_a_crash_after_the_archive_is_mended_on_reopening(
    mock_settings: Settings, monkeypatch: pytest.MonkeyPatch, owner: type, step: str
) -> None:
    batch = [new_version("a", "One.\n\nTwo."), new_version("b")]
    with open_corpus(mock_settings, "one") as corpus:
        corpus.add([new_version("before")])
        crash_in(monkeypatch, owner, step, lambda: corpus.add(batch))
    with open_archive(mock_settings) as archive:
        assert archive.in_state("pending") == [("a", 1), ("b", 1)]
    with open_corpus(mock_settings, "two") as corpus:
        assert corpus.archive.in_state("pending") == []
        assert corpus.vectors.count() == 4
        assert in_step(corpus)


def test_a_crash_before_the_archive_commits_leaves_nothing(
    mock_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_corpus(mock_settings, "one") as corpus:
        crash_in(monkeypatch, storing, "_store_passages", lambda: corpus.add([new_version()]))
    with open_corpus(mock_settings, "two") as corpus:
        assert corpus.archive.status("a") is None
        assert corpus.vectors.count() == 0
        assert corpus.add([new_version()]) == [True]


@pytest.mark.parametrize(("owner", "step"), [(VectorIndex, "delete"), (Archive, "forget")])
def test_a_crash_in_a_withdrawal_is_mended_on_reopening(
    mock_settings: Settings, monkeypatch: pytest.MonkeyPatch, owner: type, step: str
) -> None:
    with open_corpus(mock_settings, "one") as corpus:
        corpus.add([new_version("a", "One.\n\nTwo."), new_version("b")])
        crash_in(monkeypatch, owner, step, lambda: corpus.withdraw("a"))
    with open_corpus(mock_settings, "two") as corpus:
        assert corpus.archive.status("a") is PubStatus.CANCELED
        assert corpus.archive.in_state("removing") == []
        assert corpus.vectors.count() == 1
        assert in_step(corpus)


def test_a_withdrawal_after_a_crashed_add_leaves_no_vector(
    mock_corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash_in(monkeypatch, Archive, "mark", lambda: mock_corpus.add([new_version()]))
    mock_corpus.withdraw("a")
    assert mock_corpus.vectors.count() == 0
    assert in_step(mock_corpus)


def test_reopening_a_corpus_in_step_embeds_nothing(
    mock_settings: Settings, counted: Callable[[object, str], list[Any]]
) -> None:
    with open_corpus(mock_settings, "one") as corpus:
        corpus.add([new_version()])
    calls = counted(Corpus, "index")
    with open_corpus(mock_settings, "two") as corpus:
        assert in_step(corpus)
    assert calls == []


def test_another_model_is_refused_until_the_corpus_is_reindexed(
    settings: Settings, mock_settings: Settings
) -> None:
    with open_corpus(mock_settings, "one") as corpus:
        corpus.add([new_version()])
    with (
        pytest.raises(ModelError, match=r"than bge-small-en-v1.5; .*run: newscite reindex"),
        open_corpus(settings, "two"),
    ):
        pytest.fail("it opened")
    with open_corpus(mock_settings, "three") as corpus:
        assert corpus.vectors.nearest([0.5] * WIDTH, 1, Filters()) != []


def test_the_archive_can_be_elsewhere(mock_settings: Settings) -> None:
    elsewhere = mock_settings.data_dir.parent / "elsewhere.db"
    own = mock_settings.model_copy(update={"database_url": f"sqlite:///{elsewhere}"})
    with open_corpus(own, "one") as corpus:
        corpus.add([new_version()])
    assert elsewhere.is_file()
    assert not (own.data_dir / "archive.db").exists()


def test_a_data_folder_that_cannot_be_made_is_refused(mock_settings: Settings) -> None:
    in_the_way = mock_settings.data_dir.parent / "file"
    in_the_way.write_text("not a folder")
    own = mock_settings.model_copy(update={"data_dir": in_the_way / "data"})
    with (
        pytest.raises(
            ConfigurationError, match=r"cannot be made: .* choose another with --data-dir"
        ),
        open_corpus(own, "one"),
    ):
        pytest.fail("it opened")


def test_the_archive_is_read_while_the_corpus_is_held(
    mock_corpus: Corpus, mock_settings: Settings
) -> None:
    mock_corpus.add([new_version()])
    with open_archive(mock_settings) as reader, mock_corpus.archive.engine.begin() as writing:
        writing.execute(text("UPDATE articles SET status = 'withheld'"))
        assert reader.status("a") is PubStatus.USABLE
    assert mock_corpus.archive.status("a") is PubStatus.WITHHELD
