"""How the command line tells errors, that of an API key above all."""

import pytest

from api.cli.refusals import briefly, in_words
from rag.errors import NotReadyError, UnauthorizedError, UsageError

REFUSED = UnauthorizedError("this API key is unknown here or was revoked; send one as X-API-Key")


def test_without_a_key_it_is_said_where_to_put_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSCITE_API_KEY", raising=False)
    assert in_words(REFUSED) == (
        "This server wants an API key: put one into NEWSCITE_API_KEY. "
        "newscite keys create makes one."
    )


def test_of_a_wrong_key_it_is_said_which_and_the_key_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NEWSCITE_API_KEY", "nc_wrong-0123456789")
    for said in (in_words(REFUSED), briefly(REFUSED)):
        assert said.startswith("This server does not know the API key in NEWSCITE_API_KEY")
        assert "nc_wrong" not in said
        assert len(said) < 160


def test_another_error_is_told_with_its_title_and_to_who_typed_it_without() -> None:
    error = UsageError("there is no [7]")
    assert in_words(error) == "The request is not valid: there is no [7]"
    assert briefly(error) == "There is no [7]"
    assert briefly(NotReadyError("loading")) == in_words(NotReadyError("loading"))
