"""Reindexing beside the answering of questions, in a process that holds the corpus."""

import threading
from typing import TYPE_CHECKING

import structlog

from rag.errors import NewsciteError
from rag.states import ReindexState

if TYPE_CHECKING:
    from rag.corpus import Corpus

log = structlog.get_logger()


class Reindexing:
    """At most one reindexing of a corpus at a time. A context, at whose end it is stopped.

    One that is stopped goes on where it was when it is started again, by whatever process.
    """

    def __init__(self, corpus: "Corpus") -> None:
        self._corpus = corpus
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._state = ReindexState()

    def __enter__(self) -> "Reindexing":
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    @property
    def state(self) -> ReindexState:
        """How far it is now, or how the last one ended."""
        return self._state

    def start(self) -> ReindexState:
        """Starts it, unless it is under way already."""
        with self._starting:
            if self._state.state != "running":
                self._state = ReindexState(state="running")
                self._thread = threading.Thread(target=self._work, name="reindexing")
                self._thread.start()
        return self._state

    def _work(self) -> None:
        from rag.upkeep.reindexing import rebuild  # a client wants `ReindexState` alone

        try:
            passages = rebuild(self._corpus, self._watch, self._stopping.is_set)
        except Exception as error:  # whoever asked is told; the server goes on
            log.error("reindexing failed", exc_info=error)
            ours = isinstance(error, NewsciteError)
            said = str(error) if ours else f"{type(error).__name__}: {error}"
            self._state = self._state.model_copy(update={"state": "failed", "error": said})
            return
        end = {"state": "stopped"} if passages is None else {"state": "done", "passages": passages}
        self._state = self._state.model_copy(update=end)

    def _watch(self, done: int, total: int) -> None:
        self._state = ReindexState(state="running", done=done, total=total)
