"""Unknown keys: each is counted, and from where too many come none is looked at for a while."""

from pathlib import Path

import httpx
import pytest
from newscite_process import Corpus
from observing import counted
from serving import client, serving

from api.access import guesses
from api.access.guesses import GUESSES, Guesses
from rag.api_keys import new_key


def _made(corpus: Corpus, name: str) -> str:
    return corpus.run("keys", "create", "--name", name, "--scope", "ask").out.strip()


def _status(url: str, key: str | None, source: str = "127.0.0.1") -> int:
    """What a client at that address is told that sends this key."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    transport = httpx.HTTPTransport(local_address=source)
    with httpx.Client(base_url=url, headers=headers, transport=transport, timeout=60) as http:
        return http.get("/v1/models").status_code


def test_who_guesses_is_turned_away_and_every_guess_is_counted(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    known, new = _made(corpus, "known"), _made(corpus, "new")
    with serving(corpus.data) as url, client(url, known) as desk:
        assert desk.get("/v1/models").status_code == 200
        tries = [_status(url, new_key("x", ["ask"])[0]) for _ in range(GUESSES.requests + 5)]
        assert tries == [401] * GUESSES.requests + [429] * 5
        with client(url, new) as http:
            refused = http.get("/v1/models")
        assert refused.status_code == 429, "a right guess is not told from a wrong one"
        assert 1 <= int(refused.headers["retry-after"]) <= GUESSES.seconds
        assert refused.json()["type"] == "urn:newscite:problem:too-many-requests"
        assert "www-authenticate" not in refused.headers
        assert desk.get("/v1/models").status_code == 200, "who was let in before comes in still"
        assert _status(url, new, "127.0.0.2") == 200, "as do others from elsewhere"
        told = counted(desk)
    assert told['newscite_keys_refused_total{why="unknown"}'] == GUESSES.requests
    assert told['newscite_keys_refused_total{why="turned_away"}'] == 6


def test_what_is_no_guess_is_not_counted_as_one(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    revoked, known = _made(corpus, "revoked"), _made(corpus, "known")
    corpus.run("keys", "revoke", "revoked")
    with serving(corpus.data) as url, client(url, revoked) as late, client(url) as none:
        for http in (late, none):
            answers = {http.get("/v1/models").status_code for _ in range(GUESSES.requests + 5)}
            assert answers == {401}
        assert _status(url, known) == 200


def test_an_address_is_looked_at_again_when_its_minute_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(guesses.time, "monotonic", lambda: now[0])
    asked = Guesses()
    for _ in range(GUESSES.requests):
        assert asked.wait_s("here", "hash") is None
        asked.failed("here")
    assert asked.wait_s("here", "hash") == GUESSES.seconds
    now[0] = GUESSES.seconds - 1
    assert asked.wait_s("here", "hash") == 1
    now[0] = GUESSES.seconds
    assert asked.wait_s("here", "hash") is None


def test_keys_without_number_take_no_memory_without_bound() -> None:
    asked = Guesses()
    for number in range(guesses._REMEMBERED + 100):
        asked.let_in("here", str(number))
    assert len(asked._let_in) == guesses._REMEMBERED
