"""What tests of every part share: settings of their own, and corpora over them.

The heavy packages are imported where a fixture needs them, so that tests which need none start
at once.
"""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from rag.settings import PREFIX, Settings

if TYPE_CHECKING:
    from rag.archive import Archive
    from rag.bundled_embedding import BundledEmbedding
    from rag.corpus import Corpus
    from rag.engine import Engine
    from rag.reranking import CrossEncoder

SAMPLE = Path(__file__).parents[1] / "ingest" / "sample"
MOCK_EMBEDDING = {"class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 8}

# The machine that runs the tests may be slow and busy: that is no finding.
hypothesis_settings.register_profile(
    "newscite", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("newscite")

# A shell ignores Ctrl-C for what it runs in the background, and so would all that is started here.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _without_times(run: dict[str, Any]) -> dict[str, Any]:
    def kept(by_measure: dict[str, Any]) -> dict[str, Any]:
        return {name: each for name, each in by_measure.items() if "latency" not in name}

    questions = [
        {**each, "scores": kept(each["scores"]), "parts": kept(each["parts"]), "timings_ms": {}}
        for each in run["questions"]
    ]
    found = {name: kept(run[name]) for name in ("measures", "intervals", "counts")}
    return {**found, "stages": run["stages"], "corpus": run["corpus"], "questions": questions}


@pytest.fixture
def without_times() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Makes of a results.json all that was found, but for how long it took and what a judge held."""
    return _without_times


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and an environment in which newscite is not configured at all."""
    folder = tmp_path / "working-folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in [n for n in os.environ if n.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)
    return folder


@pytest.fixture
def settings(bare: Path, tmp_path: Path) -> Settings:
    """Settings of a corpus of the test's own, with the default models."""
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def mock_settings(settings: Settings) -> Settings:
    """The same with an embedder for which all texts are alike: fast, and eight numbers long."""
    return settings.model_copy(update={"embedding": MOCK_EMBEDDING})


@pytest.fixture
def archive(tmp_path: Path) -> "Iterator[Archive]":
    """An empty archive."""
    from rag.archive import Archive

    opened = Archive(f"sqlite:///{tmp_path / 'archive.db'}")
    yield opened
    opened.close()


@pytest.fixture
def corpus(settings: Settings) -> "Iterator[Corpus]":
    """An empty corpus with the bundled embedder."""
    from rag.opening import open_corpus

    with open_corpus(settings, "pytest") as opened:
        yield opened


@pytest.fixture
def mock_corpus(mock_settings: Settings) -> "Iterator[Corpus]":
    """An empty corpus with the mock embedder."""
    from rag.opening import open_corpus

    with open_corpus(mock_settings, "pytest") as opened:
        yield opened


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Engine]":
    """An engine over the bundled sample corpus. Read from it only."""
    from ingest.pipeline import Pipeline
    from ingest.sources import find_files, read
    from rag.engine import open_engine

    folder = tmp_path_factory.mktemp("sample-corpus")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in [n for n in os.environ if n.upper().startswith(PREFIX)]:
            patch.delenv(name)
        own = Settings(data_dir=folder / "data", answer_cache=0)
    with open_engine(own, "pytest") as opened:
        Pipeline(opened.corpus).run(item for file in find_files([SAMPLE]) for item in read(file))
        yield opened


@pytest.fixture(scope="session")
def bge() -> "BundledEmbedding":
    """The bundled embedder."""
    from rag.bundled_embedding import BundledEmbedding

    return BundledEmbedding(threads=2)


@pytest.fixture(scope="session")
def cross_encoder() -> "CrossEncoder":
    """The bundled reranker."""
    from rag.reranking import CrossEncoder

    return CrossEncoder(threads=2)


@pytest.fixture(scope="session")
def small_model() -> Iterator[str]:
    """The address of a real model, `llama_cpp_server.MODEL`, that says what it likes."""
    from llama_cpp_server import real_model

    yield from real_model()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[object, str], list[Any]]:
    """Makes a method of a class write down the arguments of each call, and still do its work."""

    def count(owner: object, name: str) -> list[Any]:
        calls: list[Any] = []
        method = getattr(owner, name)

        def counting(*args: Any, **kwargs: Any) -> Any:
            calls.append(args[1:])
            return method(*args, **kwargs)

        monkeypatch.setattr(owner, name, counting)
        return calls

    return count
