"""The corpus' fingerprint: equal for equal content, and different for any other."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from builders import day, new_version
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from rag.archive import Archive, NewPassage, NewVersion
from rag.archive.fingerprint import fingerprint
from rag.archive.quarantine import NewQuarantined, keep_items
from rag.bundled import CROSS_ENCODER, EMBEDDER, locate, locate_reader
from rag.engine import Engine, open_engine
from rag.settings import Settings
from rag.types import PubStatus

FIRST = new_version("a", "It rained.\n\nIt poured.", updated_at=day(1))
SECOND = new_version("a", "It rained.\n\nIt did not pour.", updated_at=day(2))
OTHER = new_version("b", "The bridge fell.")
PARTS = (FIRST, SECOND, OTHER)

Of = Callable[..., str]


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Of:
    """The fingerprint of an archive that takes versions in one by one and is then changed."""

    def made(*versions: NewVersion, then: Callable[[Archive], object] = lambda _: None) -> str:
        archive = Archive(f"sqlite:///{tmp_path_factory.mktemp('archive') / 'archive.db'}")
        for version in versions:
            archive.store([version])
        then(archive)
        try:
            return fingerprint(archive.engine)
        finally:
            archive.close()

    return made


@given(order=st.permutations(PARTS))
def test_the_order_of_arrival_makes_no_difference(of: Of, order: list[NewVersion]) -> None:
    assert of(*order) == of(*PARTS)


def sql(statement: str) -> Callable[[Archive], object]:
    def run(archive: Archive) -> None:
        with archive.engine.begin() as connection:
            connection.execute(text(statement))

    return run


@pytest.mark.parametrize(
    "change",
    [
        lambda archive: archive.store([new_version("c", "It snowed.")]),
        lambda archive: archive.store([replace(SECOND, content_hash="0" * 64)]),
        lambda archive: archive.set_status("b", PubStatus.WITHHELD),
        lambda archive: archive.withdraw("b"),
        lambda archive: archive.withdraw("never seen"),
        sql("UPDATE versions SET text = replace(text, 'rained', 'hailed') WHERE version = 1"),
        sql("UPDATE versions SET title = 'Ebb'"),
        sql("UPDATE articles SET current_version = 1"),
        sql('UPDATE passages SET "end" = "end" - 1 WHERE ordinal = 1'),
        sql("UPDATE passages SET sentences = '[[0, 2], [3, 10]]' WHERE rowid = 1"),
        sql("DELETE FROM passages WHERE rowid = 1"),
    ],
)
def test_any_change_of_content_makes_another(of: Of, change: Callable[[Archive], object]) -> None:
    assert of(*PARTS, then=change) != of(*PARTS)


def test_the_same_text_cut_otherwise_makes_another(of: Of) -> None:
    whole = NewPassage(0, 22, ((0, 10), (12, 22)), [0.5] * 8)
    assert of(replace(FIRST, passages=(whole,))) != of(FIRST)


def test_a_withdrawal_counts_the_same_before_and_after_its_article(of: Of) -> None:
    early = of(then=lambda archive: (archive.withdraw("b"), archive.store([OTHER])))
    assert early == of(OTHER, then=lambda archive: archive.withdraw("b"))
    assert early != of()


def test_what_is_not_content_does_not_count(of: Of) -> None:
    def mark(archive: Archive) -> None:
        archive.mark([("a", 1)], "indexed")
        archive.set_note("collection", "another")
        keep_items(archive.engine, "job", [NewQuarantined("a.txt", "no text", b"")])

    assert of(*PARTS, then=mark) == of(*PARTS)


def test_the_engine_tells_the_fingerprint_of_its_corpus(engine: Engine) -> None:
    told = engine.fingerprint()
    assert told == fingerprint(engine.corpus.archive.engine)
    assert len(bytes.fromhex(told)) == 32


def test_the_engine_tells_its_models_weights(engine: Engine) -> None:
    def weights(path: Path) -> str:
        return hashlib.sha256(path.read_bytes()).hexdigest()

    bge, own = weights(locate(EMBEDDER).onnx), weights(locate_reader().onnx)
    assert engine.model_hashes() == {
        "embedding": f"bge-small-en-v1.5 sha256:{bge}",
        "reranker": f"newscite-reader-1 sha256:{own}",
        "reader": f"SpanReader with newscite-reader-1 sha256:{own}",
    }


def test_the_stock_path_tells_the_cross_encoders_weights(mock_settings: Settings) -> None:
    minilm = hashlib.sha256(locate(CROSS_ENCODER).onnx.read_bytes()).hexdigest()
    stock = mock_settings.model_copy(update={"reranker": "ms-marco-minilm-l-12-v2"})
    with open_engine(stock, "pytest") as opened:
        told = opened.model_hashes()
    assert told["reranker"] == f"ms-marco-minilm-l-12-v2 sha256:{minilm}"
    assert told["reader"] == f"ExtractiveReader with {told['reranker']}"


def test_of_a_plugged_in_model_the_name_is_told(mock_settings: Settings) -> None:
    spec = {"class": "llama_index.core.postprocessor.SimilarityPostprocessor"}
    with open_engine(mock_settings.model_copy(update={"reranker": spec}), "pytest") as opened:
        told = opened.model_hashes()
    assert told["embedding"] == opened.corpus.embedder.name
    assert told["reranker"] == "SimilarityPostprocessor"
