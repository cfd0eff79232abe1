"""Opens the corpus for a command, or reaches the server that already holds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import CorpusHeldError
from rag.settings import load_settings

if TYPE_CHECKING:
    from api.client import RemoteEngine
    from rag.engine import Engine


@contextmanager
def engine_or_server(data_dir: Path | None, command: str) -> "Iterator[Engine | RemoteEngine]":
    """The engine on this corpus, opened here or reached over HTTP where a server holds it.

    Raises:
        CorpusHeldError: another process holds it and does not answer.
        ConfigurationError, ModelError: see `open_engine`.
    """
    settings = load_settings(data_dir)
    from rag.engine import open_engine

    opened = open_engine(settings, command)
    try:
        engine = opened.__enter__()
    except CorpusHeldError:
        from api.client import connect

        remote = connect(settings.data_dir)
        if remote is None:
            raise
        with remote:
            yield remote
        return
    try:
        yield engine
    finally:
        opened.__exit__(None, None, None)
