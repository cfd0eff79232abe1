"""What tests of remote systems share: a server with canned answers, and a real judge."""

from collections.abc import Iterator

import pytest
from canned import Canned, serving
from llama_cpp_server import real_model

# A model as small as ours does not keep to the form that a judge is told; a grammar holds it there.
_VERDICT = 'root ::= ("CORRECT" | "INCORRECT" | "REFUSED") ": " [a-z]+ (" " [a-z]+)? "."'


@pytest.fixture
def canned() -> Iterator[Canned]:
    """A server that answers with what the test puts in its mouth."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def small_judge() -> Iterator[str]:
    """A real model, but all it can say is a verdict."""
    yield from real_model(_VERDICT)
