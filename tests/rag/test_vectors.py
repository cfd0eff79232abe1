"""The vector index holds exactly what it was given, of one model, and downloads nothing."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import day
from chromadb.api import ClientAPI
from llama_index.core.embeddings import MockEmbedding

from rag.embedding import Embedder
from rag.errors import ConfigurationError, ModelError
from rag.types import Filters
from rag.vectors import (
    VectorIndex,
    VectorRecord,
    collection_name,
    next_name,
    open_client,
    vector_fields,
)

NO_FILTERS = Filters()


def embedder(fingerprint: str = "f" * 16, name: str = "three numbers") -> Embedder:
    return Embedder(lambda: MockEmbedding(embed_dim=3), name, fingerprint)


def record(name: str, vector: list[float], **fields: Any) -> VectorRecord:
    known = {"source": None, "language": None, "day": None} | fields
    return VectorRecord(name, vector, vector_fields(known.pop("article", name), 1, **known))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[ClientAPI]:
    opened = open_client(tmp_path / "chroma", None)
    yield opened
    opened.close()


def opened(client: ClientAPI, model: Embedder) -> VectorIndex:
    return VectorIndex(client, collection_name("corpus", model), model)


@pytest.fixture
def index(client: ClientAPI) -> VectorIndex:
    return opened(client, embedder())


def test_the_nearest_come_first(index: VectorIndex) -> None:
    index.upsert([record("x", [1, 0, 0]), record("xy", [1, 1, 0]), record("z", [0, 0, 1])])
    assert index.nearest([1.0, 0.1, 0.0], 3, NO_FILTERS) == ["x", "xy", "z"]
    assert index.nearest([1.0, 0.1, 0.0], 1, NO_FILTERS) == ["x"]


def test_the_direction_counts_and_not_the_length(index: VectorIndex) -> None:
    index.upsert([record("far but straight", [90, 0, 0]), record("near but askew", [1, 1, 0])])
    assert index.nearest([1.0, 0.0, 0.0], 1, NO_FILTERS) == ["far but straight"]


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert index.nearest([1.0, 0.0, 0.0], 5, NO_FILTERS) == []
    assert list(index.ids()) == []
    index.upsert([])
    index.delete([])
    assert index.count() == 0


def test_upserting_replaces_the_vector_and_its_fields(index: VectorIndex) -> None:
    index.upsert([record("a", [1, 0, 0], source="Herald"), record("b", [1, 1, 0])])
    index.upsert([record("a", [0, 0, 1], source="Courier")])
    assert index.count() == 2
    assert index.nearest([1.0, 0.0, 0.0], 1, NO_FILTERS) == ["b"]
    assert index.nearest([1.0, 0.0, 0.0], 2, Filters(sources=["Herald"])) == []
    assert index.nearest([1.0, 0.0, 0.0], 2, Filters(sources=["Courier"])) == ["a"]


def test_deleting_passes_over_what_is_not_there(index: VectorIndex) -> None:
    index.upsert([record("a", [1, 0, 0]), record("b", [0, 1, 0])])
    index.delete(["a", "never there"])
    assert list(index.ids()) == ["b"]


def test_what_is_larger_than_chroma_takes_goes_in_pages(
    client: ClientAPI, index: VectorIndex, monkeypatch: pytest.MonkeyPatch,
    counted: Callable[[object, str], list[Any]],
) -> None:  # fmt: skip
    monkeypatch.setattr(client, "get_max_batch_size", lambda: 4)
    monkeypatch.setattr("rag.vectors._READ_PAGE", 4)
    collection = type(index._collection)
    upserts, deletes = counted(collection, "upsert"), counted(collection, "delete")
    names = [f"p{number}" for number in range(10)]
    index.upsert([record(name, [1, 0, number]) for number, name in enumerate(names)])
    assert (len(upserts), index.count()) == (3, 10)
    assert sorted(index.ids()) == names
    index.delete(names[:9])
    assert (len(deletes), list(index.ids())) == (3, ["p9"])


def test_more_vectors_than_one_batch_of_chroma_are_written_and_read(
    client: ClientAPI, index: VectorIndex
) -> None:
    size = client.get_max_batch_size() + 10
    vectors = np.random.default_rng(0).normal(size=(size, 3)).tolist()
    index.upsert([record(f"p{number}", vector) for number, vector in enumerate(vectors)])
    assert len(set(index.ids())) == index.count() == size
    assert index.nearest(vectors[-1], 1, NO_FILTERS) == [f"p{size - 1}"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"herald", "courier", "undated"}),
        ({"after": day(3)}, {"herald", "courier"}),
        ({"after": day(4)}, {"courier"}),
        ({"before": day(6)}, {"herald"}),
        ({"after": day(3), "before": day(6)}, {"herald"}),
        ({"sources": ["HERALD"]}, {"herald"}),
        ({"languages": ["en"], "after": day(1)}, {"herald"}),
        ({"article_ids": ["undated", "courier"]}, {"undated", "courier"}),
        ({"article_ids": ["unknown"]}, set()),
    ],
)
def test_filters_are_chromas_own_work(
    index: VectorIndex, filters: dict[str, Any], expected: set[str]
) -> None:
    def at(number: int) -> int:
        return int(day(number).timestamp())

    index.upsert(
        [
            record("herald", [1, 0, 0], source="Herald", language="en", day=at(3)),
            record("courier", [1, 0, 0], source="Courier", language="de", day=at(6)),
            record("undated", [1, 0, 0]),
        ]
    )
    assert set(index.nearest([1.0, 0.0, 0.0], 10, Filters(**filters))) == expected


def test_a_filter_narrows_before_the_nearest_are_counted(index: VectorIndex) -> None:
    near = [record(f"n{number}", [1, 0, number / 1000], source="other") for number in range(300)]
    index.upsert([*near, record("far", [0, 1, 0], source="wanted")])
    assert index.nearest([1.0, 0.0, 0.0], 5, Filters(sources=["wanted"])) == ["far"]


def test_absence_is_absence() -> None:
    assert vector_fields("a", 2, None, None, None) == {"article_id": "a", "version": 2}
    assert vector_fields("a", 2, "", "en", 0) == {
        "article_id": "a", "version": 2, "source": "", "language": "en", "published_at": 0,
    }  # fmt: skip


def test_no_default_embedding_is_attached(client: ClientAPI, index: VectorIndex) -> None:
    index.upsert([record("a", [1, 0, 0])])
    opened = client.get_collection(index.name, embedding_function=None)
    assert opened._embedding_function is None
    assert index._collection._embedding_function is None


def test_the_text_stays_in_the_archive(index: VectorIndex) -> None:
    index.upsert([record("a", [1, 0, 0])])
    assert index._collection.get(include=["documents"])["documents"] == [None]


def test_another_model_has_a_collection_of_its_own() -> None:
    assert collection_name("corpus", embedder("a" * 20)) != collection_name(
        "corpus", embedder("b" * 20)
    )


def test_a_collection_of_another_model_is_refused_with_the_remedy(client: ClientAPI) -> None:
    opened(client, embedder("f" * 16 + "one"))
    with pytest.raises(ModelError, match=r"another embedding model .* run: newscite reindex"):
        opened(client, embedder("f" * 16 + "two"))


def test_clearing_leaves_an_empty_index_of_the_same_model(
    client: ClientAPI, index: VectorIndex
) -> None:
    index.upsert([record("a", [1, 0, 0])])
    index.clear()
    assert index.count() == 0
    index.upsert([record("b", [1, 0, 0])])
    assert list(opened(client, embedder()).ids()) == ["b"]


def test_the_other_collections_of_a_corpus_are_dropped_and_no_other_corpus_is_touched(
    client: ClientAPI, index: VectorIndex
) -> None:
    opened(client, embedder("other"))
    index.sibling(next_name(index.name))
    elsewhere = VectorIndex(client, collection_name("corpus2", embedder()), embedder())
    for _ in range(2):
        index.drop_others("passages-corpus-")
        left = {collection.name for collection in client.list_collections()}
        assert left == {index.name, elsewhere.name}


def test_a_collection_is_replaced_by_another_from_one_search_to_the_next(
    client: ClientAPI, index: VectorIndex
) -> None:
    index.upsert([record("old", [1, 0, 0])])
    built = index.sibling(next_name(index.name))
    built.upsert([record("new", [1, 0, 0])])
    index.take_over(built)
    index.drop_others("passages-corpus-")
    assert index.nearest([1.0, 0.0, 0.0], 5, NO_FILTERS) == ["new"]
    assert index.name == "passages-corpus-ffffffffffffffff-2"


def test_searches_go_on_while_collections_are_replaced_and_dropped(index: VectorIndex) -> None:
    index.upsert([record("a", [1, 0, 0])])
    stop = threading.Event()

    def search() -> list[list[str]]:
        found = []
        while not stop.is_set():
            found.append(index.nearest([1.0, 0.0, 0.0], 5, NO_FILTERS))
        return found

    with ThreadPoolExecutor(3) as threads:
        searches = [threads.submit(search) for _ in range(3)]
        for _ in range(10):
            built = index.sibling(next_name(index.name))
            built.upsert([record("a", [1, 0, 0])])
            index.take_over(built)
            index.drop_others("passages-corpus-")
        stop.set()
        assert all(found == ["a"] for each in searches for found in each.result())


def test_vectors_come_back_as_they_were_stored(index: VectorIndex) -> None:
    index.upsert([record("a", [1, 0, 0.5]), record("b", [0, 2, 0])])
    found = index.vectors(["b", "nowhere", "a"])
    assert {name: vector.tolist() for name, vector in found.items()} == {
        "a": [1, 0, 0.5],
        "b": [0, 2, 0],
    }


def test_vectors_of_another_length_are_told_as_another_model(index: VectorIndex) -> None:
    index.upsert([record("a", [1, 0, 0])])
    with pytest.raises(ModelError, match="newscite reindex"):
        index.nearest([1.0, 0.0], 5, NO_FILTERS)


def test_what_was_written_is_there_for_the_next_process(tmp_path: Path) -> None:
    first = open_client(tmp_path / "chroma", None)
    opened(first, embedder()).upsert([record("a", [1, 0, 0])])
    first.close()
    second = open_client(tmp_path / "chroma", None)
    assert opened(second, embedder()).nearest([1.0, 0.0, 0.0], 1, NO_FILTERS) == ["a"]
    second.close()


def test_a_server_that_does_not_answer_is_a_refused_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no Chroma answers at http://127\.0\.0\.1:9"):
        open_client(tmp_path, "http://127.0.0.1:9")
