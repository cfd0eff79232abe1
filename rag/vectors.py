"""The vector index: ids, vectors and the few filterable fields in Chroma, and nothing else.

The text stays in the archive. What Chroma is known to do (1.5) and what is done about it here:

- A collection opened without `embedding_function=None` gets a default that downloads a model.
- `add` on a known id silently keeps the old vector: only `upsert` is used.
- Too large a batch is an error: everything is paged by the client's own maximum.
- It will answer with vectors of another model: the model's fingerprint is stored with the
  collection and compared when it is opened.
- It has no null: an absent field is left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import chromadb
from chromadb.api import ClientAPI
from chromadb.api.client import Client
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import NotFoundError as ChromaNotFoundError
from llama_index.core.vector_stores.types import VectorStoreQuery
from llama_index.vector_stores.chroma import ChromaVectorStore

from rag.archive.records import seconds
from rag.embedding import Embedder
from rag.errors import ConfigurationError, ModelError
from rag.types import Filters
from rag.watching import span

_READ_PAGE = 10_000  # Chroma's `get` fails above SQLite's 32,766 variables


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
    """
    quiet = ChromaSettings(anonymized_telemetry=False)
    if url is None:
        return chromadb.PersistentClient(str(folder), settings=quiet)
    at = urlsplit(url)
    secure = at.scheme == "https"
    try:
        return chromadb.HttpClient(
            at.hostname or "", at.port or (443 if secure else 80), ssl=secure, settings=quiet
        )
    except Exception as error:  # the client wraps whatever its transport raised
        raise ConfigurationError(f"NEWSCITE_CHROMA_URL: no Chroma answers at {url}") from error


def collection_name(corpus_id: str, embedder: Embedder) -> str:
    """A corpus' collection for an embedder: shared with no other model, and with no other corpus
    on the same Chroma server.
    """
    return f"passages-{corpus_id}-{embedder.fingerprint[:16]}"


class VectorIndex:
    """A Chroma collection of passage vectors under cosine distance.

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
        self.name = name
        self._open()

    def _open(self) -> None:
        identity = {"model": self._embedder.name, "fingerprint": self._embedder.fingerprint}
        self._collection = self._client.get_or_create_collection(
            self.name,
            embedding_function=None,
            metadata=identity,
            # Twice Chroma's default search width: nothing to speak of in time, recall near 1.
            configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
        )
        stored = (self._collection.metadata or {}).get("fingerprint")
        if stored != self._embedder.fingerprint:
            raise ModelError(
                f"the vector collection {self.name} was written with another embedding model "
                f"({stored}); run: newscite reindex"
            )
        self._store = ChromaVectorStore(chroma_collection=self._collection)

    def upsert(self, records: Sequence[VectorRecord]) -> None:
        """Writes vectors, replacing those with the same ids."""
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
        size = self._client.get_max_batch_size()
        for at in range(0, len(wanted), size):
            self._collection.delete(ids=wanted[at : at + size])

    def nearest(self, vector: Sequence[float], limit: int, filters: Filters) -> list[str]:
        """Ids of the `limit` passages nearest to `vector` that the filters admit, nearest first.

        Excluded articles are among them, for the archive to leave out: a condition that nearly
        every vector meets takes Chroma 64 ms at 40,000 vectors, some more vectors take 1 ms.
        """
        query = VectorStoreQuery(query_embedding=list(vector), similarity_top_k=limit)
        where = _where(filters)
        with span("chroma query", limit=limit) as told:
            result = self._store.query(query, **({"where": where} if where else {}))
            told["found"] = len(result.ids or ())
        return list(result.ids or [])

    def count(self) -> int:
        """How many vectors there are."""
        return int(self._collection.count())

    def close(self) -> None:
        """Gives the files of an embedded index back."""
        cast(Client, self._client).close()  # the interface lacks what every client has

    def ids(self) -> Iterator[str]:
        """The id of every vector, in no particular order."""
        for at in range(0, self.count(), _READ_PAGE):
            yield from self._collection.get(limit=_READ_PAGE, offset=at, include=[])["ids"]

    def clear(self) -> None:
        """Deletes every vector and starts the collection anew."""
        self._client.delete_collection(self.name)
        self._open()

    def drop_other(self, name: str) -> None:
        """Deletes another model's collection, if it is there."""
        try:
            self._client.delete_collection(name)
        except (ChromaNotFoundError, ValueError):
            return


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
