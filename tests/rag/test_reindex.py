"""Reindexing rebuilds both indexes from the archive, with this model or another, or not at all."""

from typing import Any

import pytest
from builders import day, new_version
from sqlalchemy import text

from rag.corpus import Corpus
from rag.doctor import examine
from rag.errors import ModelError
from rag.opening import open_corpus
from rag.settings import Settings
from rag.types import Filters
from rag.upkeep.reindexing import rebuild

NO_FILTERS = Filters()


def watch_nothing(_done: int, _total: int) -> None:
    pass


def fill(corpus: Corpus) -> None:
    corpus.add([new_version("a", "One.\n\nTwo.", updated_at=day(1)), new_version("gone")])
    corpus.add([new_version("a", "Three.", updated_at=day(2)), new_version("b", "Four.")])
    corpus.withdraw("gone")


def other_model(mock_settings: Settings) -> Settings:
    spec: dict[str, Any] = {
        "class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 5, "model_name": "five",
    }  # fmt: skip
    return mock_settings.model_copy(update={"embedding": spec})


def test_a_corpus_that_lost_both_indexes_is_rebuilt(mock_corpus: Corpus) -> None:
    fill(mock_corpus)
    before = sorted(mock_corpus.vectors.ids())
    mock_corpus.vectors.clear()
    with mock_corpus.archive.engine.begin() as connection:
        connection.execute(text("DELETE FROM passages_fts"))
    seen: list[tuple[int, int]] = []
    assert rebuild(mock_corpus, lambda done, total: seen.append((done, total))) == 4
    assert seen == [(3, 3)]
    assert sorted(mock_corpus.vectors.ids()) == before
    assert examine(mock_corpus).healthy


def test_an_empty_corpus_is_rebuilt_to_an_empty_one(mock_corpus: Corpus) -> None:
    assert rebuild(mock_corpus, watch_nothing) == 0
    assert examine(mock_corpus).healthy


def test_to_another_model_and_back(mock_settings: Settings) -> None:
    five = other_model(mock_settings)
    with open_corpus(mock_settings, "one") as corpus:
        fill(corpus)
        before = sorted(corpus.vectors.ids())
    for settings, width, refused in ((five, 5, mock_settings), (mock_settings, 8, five)):
        with open_corpus(settings, "newscite reindex", purpose="reindexing") as corpus:
            assert rebuild(corpus, watch_nothing) == 4
        with open_corpus(settings, "two") as corpus:
            assert examine(corpus).healthy
            assert sorted(corpus.vectors.ids()) == before
            assert len(corpus.vectors.nearest([0.5] * width, 9, NO_FILTERS)) == 4
            assert len(corpus.vectors._client.list_collections()) == 1, "the old one stays behind"
        with pytest.raises(ModelError, match="newscite reindex"), open_corpus(refused, "three"):
            pytest.fail("it opened")


def test_to_the_bundled_model(settings: Settings, mock_settings: Settings) -> None:
    with open_corpus(mock_settings, "one") as corpus:
        fill(corpus)
    with open_corpus(settings, "newscite reindex", purpose="reindexing") as corpus:
        rebuild(corpus, watch_nothing)
    with open_corpus(settings, "two") as corpus:
        question = corpus.embedder.model.get_query_embedding("Flood: four?")
        (nearest,) = corpus.vectors.nearest(question, 1, NO_FILTERS)
        assert corpus.archive.versions_of([nearest]) == [("b", 1)]


class Crash(BaseException):
    """The process ends here."""


def crash_on_the_way(_done: int, _total: int) -> None:
    raise Crash


def test_an_interrupted_change_of_model_leaves_the_old_one_in_use(mock_settings: Settings) -> None:
    with open_corpus(mock_settings, "one") as corpus:
        fill(corpus)
    five = other_model(mock_settings)
    with (
        pytest.raises(Crash),
        open_corpus(five, "newscite reindex", purpose="reindexing") as corpus,
    ):
        rebuild(corpus, crash_on_the_way)
    with open_corpus(mock_settings, "two") as corpus:
        assert examine(corpus).healthy
    with open_corpus(five, "newscite reindex", purpose="reindexing") as corpus:
        assert rebuild(corpus, watch_nothing) == 4
    with open_corpus(five, "three") as corpus:
        assert examine(corpus).healthy


def test_an_interrupted_rebuild_with_the_same_model_leaves_the_old_one_in_use(
    mock_settings: Settings,
) -> None:
    with open_corpus(mock_settings, "one", purpose="reindexing") as corpus:
        fill(corpus)
        with pytest.raises(Crash):
            rebuild(corpus, crash_on_the_way)
    with open_corpus(mock_settings, "two") as corpus:
        assert examine(corpus).healthy
        assert corpus.vectors.count() == 4


def many(corpus: Corpus, number: int) -> None:
    corpus.add([new_version(f"many {n}", f"Number {n}.") for n in range(number)])


def test_an_interrupted_rebuild_goes_on_where_it_was(mock_settings: Settings) -> None:
    with open_corpus(mock_settings, "one") as corpus:
        many(corpus, 50)
        with pytest.raises(Crash):
            rebuild(corpus, crash_on_the_way)
    seen: list[int] = []
    with open_corpus(mock_settings, "two") as corpus:
        assert rebuild(corpus, lambda done, _total: seen.append(done)) == 50
        assert examine(corpus).healthy
        assert len(corpus.vectors._client.list_collections()) == 1
    assert seen[0] > 8, "the first eight are there from the first time"


def test_what_is_written_meanwhile_is_in_the_new_index_too(mock_corpus: Corpus) -> None:
    many(mock_corpus, 50)
    written = []

    def write(done: int, _total: int) -> None:
        if not written:
            written.append(done)
            mock_corpus.add([new_version("late", "Late.")])
            mock_corpus.withdraw("many 1")
            mock_corpus.withdraw("many 49")

    assert rebuild(mock_corpus, write) == 49
    assert written
    assert examine(mock_corpus).healthy


def test_a_rebuild_that_is_told_to_stop_stops(mock_corpus: Corpus) -> None:
    many(mock_corpus, 50)
    name = mock_corpus.vectors.name
    assert rebuild(mock_corpus, watch_nothing, lambda: True) is None
    assert mock_corpus.vectors.name == name
    assert examine(mock_corpus).healthy
