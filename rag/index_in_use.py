"""Which collection of vectors answers for a corpus, and how another takes its place."""

import uuid

from rag.archive import Archive
from rag.corpus import Corpus
from rag.embedding import Embedder
from rag.vectors import VectorIndex, collection_name, collection_prefix, next_name, same_model

_COLLECTION = "collection"
_CORPUS_ID = "corpus_id"


def index_in_use(archive: Archive) -> str | None:
    """The collection that questions are answered from; None: there has been none yet."""
    return archive.note(_COLLECTION)


def new_index_name(archive: Archive, embedder: Embedder) -> str:
    """What this corpus' first collection of an embedder's vectors is called."""
    return collection_name(_corpus_id(archive), embedder)


def note_in_use(archive: Archive, vectors: VectorIndex) -> None:
    """Writes down that questions are answered from this collection."""
    archive.set_note(_COLLECTION, vectors.name)


def being_built(corpus: Corpus) -> VectorIndex:
    """The index that is to replace the one in use, as far as it was built before."""
    in_use = str(index_in_use(corpus.archive))
    if not same_model(in_use, corpus.vectors.name):  # opened for a change of model
        return corpus.vectors
    return corpus.vectors.sibling(next_name(in_use))


def put_to_use(corpus: Corpus, built: VectorIndex) -> None:
    """Makes an index the one in use, from one question to the next, and deletes all others."""
    note_in_use(corpus.archive, built)
    corpus.vectors.take_over(built)
    corpus.vectors.drop_others(collection_prefix(_corpus_id(corpus.archive)))


def renew_identity(archive: Archive) -> None:
    """Makes of a restored archive a corpus of its own, with no vector index yet."""
    archive.set_note(_CORPUS_ID, uuid.uuid4().hex[:12])
    archive.drop_note(_COLLECTION)


def _corpus_id(archive: Archive) -> str:
    """Twelve random digits that tell this corpus from every other, made when it is first opened."""
    known = archive.note(_CORPUS_ID)
    if known is None:
        known = uuid.uuid4().hex[:12]
        archive.set_note(_CORPUS_ID, known)
    return known
