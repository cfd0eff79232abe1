"""Rebuilds both indexes from the archive while questions are answered from the old ones.

The vectors go into a collection of their own, which replaces the one in use only when it holds
all that the archive says. What was written meanwhile is caught up with, the last of it while
nothing else is written. An interruption leaves the corpus as it was, and the collection as far as
it came: the next run goes on there.
"""

from collections.abc import Callable

from rag.archive import lexical
from rag.archive.records import VersionKey
from rag.corpus import Corpus
from rag.index_in_use import being_built, put_to_use
from rag.vectors import VectorIndex

_ROUNDS = 5  # of catching up before writers wait
_FEW = 20  # versions that writers may wait for


def _never() -> bool:
    return False


def rebuild(
    corpus: Corpus, watch: Callable[[int, int], None], stopping: Callable[[], bool] = _never
) -> int | None:
    """Rebuilds both indexes from the archive, with the corpus' embedder.

    Args:
        corpus: opened for reindexing, where the embedder is another than before.
        watch: called with the versions done so far and how many there are.
        stopping: asked after each version; once it is true the work ends, to be gone on with.

    Returns:
        How many passages are indexed; None where it was stopped.
    """
    with corpus.writing:
        lexical.rebuild(corpus.archive.engine)
    built = being_built(corpus)
    for _ in range(_ROUNDS):
        missing, total = _missing(corpus, built)
        if len(missing) <= _FEW:
            break
        _fill(corpus, built, missing, total, watch, stopping)
        if stopping():
            return None
    with corpus.writing:
        missing, total = _missing(corpus, built)
        _fill(corpus, built, missing, total, watch, _never)
        wanted = corpus.archive.indexed_passages()
        built.delete(i for i in built.ids() if i not in wanted)
        put_to_use(corpus, built)
        corpus.finish()
    return len(wanted)


def _fill(
    corpus: Corpus,
    built: VectorIndex,
    missing: list[VersionKey],
    total: int,
    watch: Callable[[int, int], None],
    stopping: Callable[[], bool],
) -> None:
    before = total - len(missing)
    corpus.index_all(missing, built, lambda done: watch(before + done, total), stopping)


def _missing(corpus: Corpus, built: VectorIndex) -> tuple[list[VersionKey], int]:
    """The versions of which the new index lacks something, and how many versions there are."""
    wanted = corpus.archive.indexed_passages()
    there = set(built.ids())
    missing = dict.fromkeys(key for i, key in wanted.items() if i not in there)
    return list(missing), len(set(wanted.values()))
