"""Opens what a run asks, and the corpus that its answers are checked in."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from eval.systems.base import ReferenceCorpus, System
    from rag.engine import Engine
    from rag.settings import Settings
    from rag.types import Mode


class Kind(StrEnum):
    """A kind of system under test."""

    LOCAL = "local"
    SERVER = "server"
    OPENAI = "openai"
    LLAMA_INDEX = "llama-index"


class Target(NamedTuple):
    """What the command line says of the system under test."""

    kind: Kind
    mode: "Mode"
    url: str | None = None
    model: str | None = None
    query_engine: str | None = None
    leave_out: bool = False


_UNFILTERED = (Kind.OPENAI, Kind.LLAMA_INDEX)
_NEEDS = {
    Kind.SERVER: ("url",),
    Kind.OPENAI: ("url", "model"),
    Kind.LLAMA_INDEX: ("query_engine",),
}


def checked(target: Target) -> Target:
    """The target, when the options that its kind needs are given, and no others.

    Raises:
        UsageError: one is missing, or another is given that the kind has no use for.
    """
    from rag.errors import UsageError

    needed = _NEEDS.get(target.kind, ())
    for name in ("url", "model", "query_engine"):
        option, given = f"--{name.replace('_', '-')}", getattr(target, name) is not None
        if name in needed and not given:
            raise UsageError(f"--system {target.kind} needs {option}")
        if given and name not in needed:
            raise UsageError(f"--system {target.kind} has no use for {option}; leave it out")
    if target.leave_out and target.kind in _UNFILTERED:
        raise UsageError(
            f"--system {target.kind} takes no filters, so nothing can be hidden from it; "
            "leave out --leave-out"
        )
    return target


@contextmanager
def opened(target: Target, settings: "Settings") -> "Iterator[tuple[System, ReferenceCorpus]]":
    """The system and the corpus, open for as long as the block lasts.

    A newscite server is its own reference; every other system is checked in the corpus of the
    data folder.

    Raises:
        UsageError: see `checked`; a query engine that cannot be loaded.
        NewsciteError: the corpus or the server cannot be opened.
    """
    checked(target)
    url, model, query_engine = (option or "" for option in target[2:5])
    if target.kind is Kind.SERVER:
        from eval.systems.server import NewsciteServer, ServerCorpus

        given = settings.api_key
        key = given.get_secret_value() if given else None
        with (
            closing(ServerCorpus(url, key)) as listed,
            closing(NewsciteServer(url, target.mode, key)) as server,
        ):
            yield server, listed
        return
    from eval.systems.local import LocalCorpus

    with filled(settings, "newscite eval run") as engine:
        corpus = LocalCorpus(engine)
        if target.kind is Kind.OPENAI:
            from eval.systems.openai_endpoint import OpenAIEndpoint

            key = _key(settings, url)
            with closing(OpenAIEndpoint(url, model, key, corpus)) as endpoint:
                yield endpoint, corpus
        elif target.kind is Kind.LLAMA_INDEX:
            from eval.systems.llama_index import LlamaIndexEngine, load_query_engine

            loaded = load_query_engine(query_engine)
            yield LlamaIndexEngine(loaded, corpus, query_engine), corpus
        else:
            from eval.systems.local import LocalEngine
            from rag.errors import ConfigurationError

            if target.mode == "generative" and engine.language_model is None:
                raise ConfigurationError(
                    "--mode generative needs NEWSCITE_LLM_BASE_URL and NEWSCITE_LLM_MODEL; without "
                    "them every answer would be quoted"
                )
            yield LocalEngine(engine, target.mode), corpus


@contextmanager
def filled(settings: "Settings", command: str) -> "Iterator[Engine]":
    """The engine over the corpus of the data folder, which has to hold articles.

    A mistyped folder must not become a new corpus in which nothing is found.

    Raises:
        UsageError: there is no corpus, or an empty one.
        NewsciteError: it cannot be opened.
    """
    from rag.engine import open_engine
    from rag.errors import UsageError

    remedy = "ingest articles into it first, or name another with newscite --data-dir DIR"
    if not settings.data_dir.is_dir():
        raise UsageError(f"there is no corpus in {settings.data_dir}; {remedy}")
    measured = settings.model_copy(update={"answer_cache": 0})  # what is timed is answering
    with open_engine(measured, command) as engine:
        if not engine.status().passages:
            raise UsageError(f"the corpus in {settings.data_dir} is empty; {remedy}")
        yield engine


def _key(settings: "Settings", url: str) -> str | None:
    """The key in the settings, if it is for this host: no other one is to see it."""
    ours = urlsplit(settings.llm_base_url or "").netloc.rpartition("@")[2]
    if settings.llm_api_key is None or urlsplit(url).netloc.rpartition("@")[2] != ours:
        return None
    return settings.llm_api_key.get_secret_value()
