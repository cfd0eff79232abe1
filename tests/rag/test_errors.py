"""The tree of errors: each has a name of its own, by which a client finds its class again."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from rag import errors
from rag.errors import PROBLEM, NewsciteError, error_of


def _tree(root: type[NewsciteError] = NewsciteError) -> Iterator[type[NewsciteError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _tree(kind)


OURS = [kind for kind in _tree() if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_a_problem_document_names_its_class(kind: type[NewsciteError]) -> None:
    assert error_of(PROBLEM + kind.code) is kind


@pytest.mark.parametrize("told", ["about:blank", PROBLEM, PROBLEM + "rain", "", None, 7])
def test_another_problem_is_none_of_ours(told: object) -> None:
    assert error_of(told) is None


def test_no_two_errors_have_the_same_name() -> None:
    assert set(Counter(kind.code for kind in OURS).values()) == {1}


def test_the_drawn_tree_is_the_real_one() -> None:
    drawn = re.findall(r"(\w+Error) +(\d+) +exit (\d)", errors.__doc__ or "")
    assert drawn == [(kind.__name__, str(kind.status), str(kind.exit_code)) for kind in OURS]
