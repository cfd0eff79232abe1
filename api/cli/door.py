"""Opens the corpus for a command, or reaches the server that already holds it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from api.cli.console import remark, waiting

if TYPE_CHECKING:
    from api.client import RemoteEngine
    from rag.engine import Engine
    from rag.settings import Settings


@contextmanager
def engine_or_server(
    data_dir: Path | None, command: str, *, to_read: bool = False
) -> "Iterator[Engine | RemoteEngine]":
    """The engine on this corpus, reached over HTTP where a server holds it, else opened here.

    Args:
        data_dir: see `load_settings`.
        command: see `open_engine`.
        to_read: whether only what is there already is of use, so that no folder is made.

    Raises:
        CorpusHeldError: another process holds it and is not a server that answers.
        ConfigurationError, ModelError: see `open_engine`; or there is no folder to read from.
    """
    from api.client import connect
    from rag.settings import load_settings

    settings = load_settings(data_dir)
    server = connect(settings)
    if server is not None:
        with server:
            yield server
        return
    if to_read:
        _refuse_if_missing(settings)
    with ExitStack() as held:
        with waiting("Opening the corpus ..."):
            from rag.engine import open_engine

            engine = held.enter_context(open_engine(settings, command))
        yield engine


class Door:
    """The engine or server of a conversation, found anew after it was left.

    A context, which closes what is open at its end.

    Args:
        data_dir, command: see `engine_or_server`; always to read.
    """

    def __init__(self, data_dir: Path | None, command: str) -> None:
        self._data_dir = data_dir
        self._command = command
        self._held = ExitStack()
        self._engine: Engine | RemoteEngine | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._held.close()

    @property
    def engine(self) -> "Engine | RemoteEngine":
        """What answers now.

        Raises:
            NewsciteError: see `engine_or_server`.
        """
        if self._engine is None:
            opened = engine_or_server(self._data_dir, self._command, to_read=True)
            self._engine = self._held.enter_context(opened)
        return self._engine

    def leave_server(self) -> bool:
        """Has `engine` look anew if it is a server; returns whether it is."""
        from api.client import RemoteEngine

        if not isinstance(self._engine, RemoteEngine):
            return False
        self._engine = None
        self._held.close()
        return True


def remark_if_empty(engine: "Engine | RemoteEngine", data_dir: Path | None) -> None:
    """Names the folder of a corpus without articles: it may not be the one that was meant."""
    from rag.settings import load_settings

    if not engine.holdings().articles:
        remark(f"There is no article in the data folder {load_settings(data_dir).data_dir}")


def _refuse_if_missing(settings: "Settings") -> None:
    from rag.data_folder import archive_file
    from rag.errors import ConfigurationError

    if not settings.data_dir.exists() and not archive_file(settings).exists():
        raise ConfigurationError(
            f"there is no data folder {settings.data_dir}; newscite ingest makes it, and "
            "--data-dir before the command, or NEWSCITE_DATA_DIR, names another"
        )
