"""Opens the corpus for a command, or reaches the server that already holds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

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
    from api.client import connect
    from rag.settings import load_settings

    settings = load_settings(data_dir)
    server = connect(settings)
    if server is not None:
        with server:
            yield server
        return
    from rag.engine import open_engine

    with open_engine(settings, command) as engine:
        yield engine
