"""What the acceptance tests share: the sample corpus, ingested once, and a server over it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from newscite_process import SAMPLE, Corpus, Ingested, Running

if TYPE_CHECKING:
    from browsing import Visit
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    """The bundled sample corpus as `newscite ingest` leaves it. Copy it before writing to it."""
    corpus = Corpus(tmp_path_factory.mktemp("sample"))
    ran = corpus.run("ingest", SAMPLE, "--json")
    assert ran.code == 0, ran.err
    return Ingested(corpus, ran)


@pytest.fixture(scope="session")
def server(sample: Ingested, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running server over a copy of the sample corpus. Read from it only."""
    with _copy(sample, tmp_path_factory.mktemp("server")).serve() as running:
        yield running


@pytest.fixture(scope="session")
def eval_corpus(sample: Ingested, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A copy of the sample corpus that no server holds. Ask it only."""
    return _copy(sample, tmp_path_factory.mktemp("eval-corpus"))


@pytest.fixture
def a_copy(sample: Ingested, tmp_path: Path) -> Callable[[], Corpus]:
    """Makes a sample corpus of the test's own."""
    return lambda: _copy(sample, tmp_path)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """An empty corpus of the test's own."""
    return Corpus(tmp_path)


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """A real browser."""
    from browsing import chromium

    with chromium() as launched:
        yield launched


@pytest.fixture
def visit(browser: "Browser", server: Running) -> Iterator["Visit"]:
    """A page of the server over the sample corpus, in a profile of its own."""
    from browsing import visiting

    with visiting(browser, server.url) as visit:
        yield visit


def _copy(sample: Ingested, folder: Path) -> Corpus:
    copy = Corpus(folder)
    shutil.copytree(sample.corpus.data, copy.data)
    return copy
