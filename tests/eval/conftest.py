"""What tests of remote systems share: a server with canned answers, and a real, small model."""

from collections.abc import Iterator

import llama_cpp_server
import pytest
from canned import Canned, serving

# A model as small as ours does not keep to the form that a judge is told; a grammar holds it there.
_VERDICT = 'root ::= ("CORRECT" | "INCORRECT" | "REFUSED") ": " [a-z]+ (" " [a-z]+)? "."'


@pytest.fixture
def canned() -> Iterator[Canned]:
    """A server that answers with what the test puts in its mouth."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def small_model() -> Iterator[str]:
    """The address of a real model, `llama_cpp_server.MODEL`, that says what it likes."""
    yield from _model()


@pytest.fixture(scope="session")
def small_judge() -> Iterator[str]:
    """The same, but all it can say is a verdict."""
    yield from _model(_VERDICT)


def _model(grammar: str = "") -> Iterator[str]:
    try:
        with llama_cpp_server.serving(grammar) as address:
            yield address
    except llama_cpp_server.UnavailableError as error:
        pytest.skip(str(error))
