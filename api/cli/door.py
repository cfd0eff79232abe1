"""Opens the corpus for a command, or reaches the server that already holds it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.console import waiting

if TYPE_CHECKING:
    from api.client import RemoteEngine
    from rag.engine import Engine


@contextmanager
def engine_or_server(data_dir: Path | None, command: str) -> "Iterator[Engine | RemoteEngine]":
    """The engine on this corpus, reached over HTTP where a server holds it, else opened here.

    Raises:
        CorpusHeldError: another process holds it and is not a server that answers.
        ConfigurationError, ModelError: see `open_engine`.
    """
    with ExitStack() as held:
        with waiting("Opening the corpus ..."):
            engine = held.enter_context(_open(data_dir, command))
        yield engine


def _open(data_dir: Path | None, command: str) -> "AbstractContextManager[Engine | RemoteEngine]":
    from api.client import connect
    from rag.settings import load_settings

    settings = load_settings(data_dir)
    server = connect(settings)
    if server is not None:
        return server
    from rag.engine import open_engine

    return open_engine(settings, command)
