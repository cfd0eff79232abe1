"""The vector index: ids, vectors and the few filterable fields in Chroma, and nothing else.

The text stays in the archive. What Chroma is known to do (1.5) and what is done about it here:

- A collection opened without `embedding_function=None` gets a default that downloads a model.
- `add` on a known id silently keeps the old vector: only `upsert` is used.
- Too large a batch is an error: everything is paged by the client's own maximum.
- It will answer with vectors of another model: the model's fingerprint is stored with the
  collection and compared when it is opened.
- It has no null: an absent field is left out.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import chromadb
import numpy as np
import numpy.typing as npt
from chromadb.api import ClientAPI
from chromadb.api.client import Client
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from rag.archive.records import seconds
from rag.embedding import Embedder
from rag.errors import (
    ConfigurationError,
    CorruptCorpusError,
    ModelError,
    NewsciteError,
    StorageError,
)
from rag.types import Filters
from rag.watching import span

_READ_PAGE = 10_000  # Chroma's `get` fails above SQLite's 32,766 variables
_VECTORS_AT_A_TIME = 2_000

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VectorRecord:
    """A passage as the vector index holds it."""

    id: str
    vector: Sequence[float]
    fields: dict[str, str | int]


def vector_fields(
    article_id: str, version: int, source: str | None, language: str | None, day: int | None
) -> dict[str, str | int]:
    """The filterable fields of a passage; `day` is its publication in epoch seconds."""
    fields: dict[str, str | int] = {"article_id": article_id, "version": version}
    if source is not None:
        fields["source"] = source.casefold()
    if language is not None:
        fields["language"] = language
    if day is not None:
        fields["published_at"] = day
    return fields


def open_client(folder: Path, url: str | None) -> ClientAPI:
    """A Chroma client: embedded in `folder`, or of the server at `url` when one is configured.

    Raises:
        ConfigurationError: the server does not answer.
        CorruptCorpusError, StorageError: the folder's files cannot be read or written.
    """
    quiet = ChromaSettings(anonymized_telemetry=False)
    if url is None:
        with _in_our_words():
            return chromadb.PersistentClient(str(folder), settings=quiet)
    at = urlsplit(url)
    secure = at.scheme == "https"
    try:
        return chromadb.HttpClient(
            at.hostname or "", at.port or (443 if secure else 80), ssl=secure, settings=quiet
        )
    except Exception as error:  # the client wraps whatever its transport raised
        raise ConfigurationError(f"NEWSCITE_CHROMA_URL: no Chroma answers at {url}") from error


def collection_prefix(corpus_id: str) -> str:
    """What the names of a corpus' collections begin with, and of no other corpus on the server."""
    return f"passages-{corpus_id}-"


def collection_name(corpus_id: str, embedder: Embedder) -> str:
    """A corpus' first collection for an embedder: shared with no other model."""
    return f"{collection_prefix(corpus_id)}{embedder.fingerprint[:16]}"


def next_name(name: str) -> str:
    """The collection that replaces one of the same model: a, a-2, a-3 and so on."""
    prefix, corpus_id, model, *number = name.split("-")
    return "-".join((prefix, corpus_id, model, str(int(number[0]) + 1 if number else 2)))


def same_model(name: str, other: str) -> bool:
    """Whether two collections of a corpus hold vectors of one model."""
    return name.split("-")[:3] == other.split("-")[:3]


@contextmanager
def _in_our_words() -> Iterator[None]:
    """What Chroma says of its files as an error of ours."""
    try:
        yield
    except ChromaError as error:
        raise _error(str(error)) from error


def _error(said: str) -> NewsciteError:
    """Chroma has one kind of error for all that its files do; only the words tell them apart."""
    if any(sign in said for sign in _NOT_WRITABLE):
        return StorageError(
            f"the vector index cannot be written ({said}); make room or make the data folder "
            "writable: what is missing is made good by the next write, or when newscite opens next"
        )
    if "dimension" in said:
        return ModelError(
            f"the vector index holds vectors of another length ({said}); set NEWSCITE_EMBEDDING "
            "back, or run: newscite reindex"
        )
    return CorruptCorpusError(
        f"the vector index cannot be read ({said}); newscite doctor --repair rebuilds it from the "
        "archive"
    )


_NOT_WRITABLE = (
    "disk is full", "code: 13)", "readonly database", "code: 8)", "disk I/O error",
    "No space left", "Read-only file system", "unable to open database file", "File too large",
    "Failed to apply logs",  # what it says of a full disk when it is about to sort its index
)  # fmt: skip


class _Opened:
    """A collection, and how many are searching it now."""

    def __init__(self, collection: chromadb.Collection) -> None:
        self.collection = collection
        self.readers = 0


class VectorIndex:
    """A Chroma collection of passage vectors under cosine distance.

    Every method raises CorruptCorpusError or StorageError where Chroma's files cannot be read or
    written.

    Args:
        client: see `open_client`.
        name: the collection's, see `collection_name`.
        embedder: whose vectors the collection holds.

    Raises:
        ModelError: the collection was written with another model.
    """

    def __init__(self, client: ClientAPI, name: str, embedder: Embedder) -> None:
        self._client = client
        self._embedder = embedder
        self._gate = threading.Condition()
        self.name = name
        self._opened = self._open()

    def _open(self) -> _Opened:
        identity = {"model": self._embedder.name, "fingerprint": self._embedder.fingerprint}
        with _in_our_words():
            collection = self._client.get_or_create_collection(
                self.name,
                embedding_function=None,
                metadata=identity,
                # Twice Chroma's default search width: nothing to speak of in time, recall near 1.
                configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
            )
        stored = (collection.metadata or {}).get("fingerprint")
        if stored != self._embedder.fingerprint:
            raise ModelError(
                f"the vector collection {self.name} was written with another embedding model "
                f"({stored}); run: newscite reindex"
            )
        return _Opened(collection)

    @property
    def _collection(self) -> chromadb.Collection:
        return self._opened.collection

    def upsert(self, records: Sequence[VectorRecord]) -> None:
        """Writes vectors, replacing those with the same ids."""
        with _in_our_words(), span("chroma write", passages=len(records)):
            size = self._client.get_max_batch_size()
            for at in range(0, len(records), size):
                page = records[at : at + size]
                self._collection.upsert(
                    ids=[r.id for r in page],
                    embeddings=[*(r.vector for r in page)],
                    metadatas=[dict(r.fields) for r in page],
                )

    def delete(self, ids: Iterable[str]) -> None:
        """Deletes vectors; ids that are not there are passed over."""
        wanted = list(ids)
        with _in_our_words(), span("chroma delete", passages=len(wanted)):
            size = self._client.get_max_batch_size()
            for at in range(0, len(wanted), size):
                self._collection.delete(ids=wanted[at : at + size])

    def nearest(self, vector: Sequence[float], limit: int, filters: Filters) -> list[str]:
        """Ids of the `limit` passages nearest to `vector` that the filters admit, nearest first.

        Excluded articles are among them, for the archive to leave out: a condition that nearly
        every vector meets takes Chroma 64 ms at 40,000 vectors, some more vectors take 1 ms.
        """
        with (
            self._reading() as opened,
            _in_our_words(),
            span("chroma query", limit=limit) as told,
        ):
            result = opened.collection.query(
                query_embeddings=[vector],
                n_results=limit,
                where=_where(filters) or None,
                include=[],  # ids alone: the archive has the rest, and knows what may be seen of it
            )
            (found,) = result["ids"]
            told["found"] = len(found)
        return found

    @contextmanager
    def _reading(self) -> Iterator[_Opened]:
        with self._gate:
            opened = self._opened
            opened.readers += 1
        try:
            yield opened
        finally:
            with self._gate:
                opened.readers -= 1
                self._gate.notify_all()

    def count(self) -> int:
        """How many vectors there are."""
        with self._reading() as opened, _in_our_words():
            return int(opened.collection.count())

    def close(self) -> None:
        """Gives the files of an embedded index back."""
        cast(Client, self._client).close()  # the interface lacks what every client has

    def ids(self) -> Iterator[str]:
        """The id of every vector, in no particular order."""
        for at in range(0, self.count(), _READ_PAGE):
            with _in_our_words():
                page = self._collection.get(limit=_READ_PAGE, offset=at, include=[])
            yield from page["ids"]

    def vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        """The vectors of those of `ids` that are there."""
        found: dict[str, Vector] = {}
        for at in range(0, len(ids), _VECTORS_AT_A_TIME):
            wanted = [*ids[at : at + _VECTORS_AT_A_TIME]]
            with self._reading() as opened, _in_our_words():
                page = opened.collection.get(ids=wanted, include=["embeddings"])
            given = page["embeddings"]
            if given is not None:
                found |= zip(page["ids"], np.asarray(given, dtype=np.float32), strict=True)
        return found

    def clear(self) -> None:
        """Deletes every vector and starts the collection anew."""
        self._drop(self.name)
        self._opened = self._open()

    def sibling(self, name: str) -> "VectorIndex":
        """Another collection of the same model, made if it is not there."""
        return VectorIndex(self._client, name, self._embedder)

    def take_over(self, other: "VectorIndex") -> None:
        """Is from now on the collection of `other`; returns once nobody searches its former one."""
        with self._gate:
            former, self._opened, self.name = self._opened, other._opened, other.name
            self._gate.wait_for(lambda: not former.readers)

    def drop_others(self, prefix: str) -> None:
        """Deletes the collections whose names begin so, but for this one."""
        with _in_our_words():
            names = [collection.name for collection in self._client.list_collections()]
        for name in names:
            if name.startswith(prefix) and name != self.name:
                self._drop(name)

    def _drop(self, name: str) -> None:
        with _in_our_words():
            self._client.delete_collection(name)


def is_sound(vector: Vector) -> bool:
    """Whether a vector has a direction at all, as every one that was stored did."""
    return bool(np.isfinite(vector).all()) and 1e-6 < float(np.linalg.norm(vector)) < 1e6  # noqa: PLR2004


def forget_clients() -> None:
    """Makes Chroma open its folders anew; it keeps what it has opened, were it broken, by path."""
    Client.clear_system_cache()


def _where(filters: Filters) -> dict[str, Any]:
    """Chroma's `where` for the caller's filters; {} when there are none."""
    conditions: list[dict[str, Any]] = []
    if filters.after is not None:
        conditions.append({"published_at": {"$gte": seconds(filters.after)}})
    if filters.before is not None:
        conditions.append({"published_at": {"$lt": seconds(filters.before)}})
    if filters.sources:
        conditions.append({"source": {"$in": [s.casefold() for s in filters.sources]}})
    if filters.languages:
        conditions.append({"language": {"$in": filters.languages}})
    if filters.article_ids:
        conditions.append({"article_id": {"$in": filters.article_ids}})
    return conditions[0] if len(conditions) == 1 else {"$and": conditions} if conditions else {}
