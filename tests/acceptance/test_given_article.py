"""The seed article of the benchmark data: ingested as it is, asked over HTTP."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from checking import ask
from newscite_process import ROOT, Corpus

_DATA = Path(os.environ.get("NEWSCITE_BENCH_DATA") or ROOT.parent / "shared" / "data")
_GIVEN = _DATA / "seed" / "venezuela-talks.txt"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not _GIVEN.is_file(),
        reason="needs seed/venezuela-talks.txt of the benchmark data; see NEWSCITE_BENCH_DATA",
    ),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    corpus = Corpus(tmp_path_factory.mktemp("given"))
    ran = corpus.run("ingest", _GIVEN)
    assert ran.code == 0, ran.err
    with corpus.serve() as running, httpx.Client(base_url=running.url, timeout=60) as client:
        yield client


@pytest.mark.parametrize(
    ("question", "stated"),
    [
        ("What justification did the Pentagon give?", "Cartel of the Suns"),
        ("About how many people have the strikes killed?", "80"),
        ("Which cartel was designated a foreign terrorist organization?", "Cartel of the Suns"),
        ("Has a date been set for the talks?", "not yet set a date"),
        ("Who reported the decision to hold direct talks?", "Axios"),
    ],
)
def test_what_it_says_is_answered_and_quoted(
    client: httpx.Client, question: str, stated: str
) -> None:
    answer = ask(client, question)
    assert answer["answerable"], answer["notes"]
    assert stated in answer["answer"]
    assert any(stated in citation["quote"] for citation in answer["citations"])


def test_what_it_does_not_say_is_not_answered(client: httpx.Client) -> None:
    answer = ask(client, "What did the Chinese foreign ministry say about the talks?")
    assert answer["answerable"] is False


def test_it_is_stored_as_it_stands_in_the_file(client: httpx.Client) -> None:
    listed = client.get("/v1/articles").json()["articles"]
    assert len(listed) == 1
    stored = client.get(f"/v1/articles/{listed[0]['id']}").json()
    given = " ".join(_GIVEN.read_text(encoding="utf-8").split())
    assert " ".join(f"{stored['title']} {stored['text']}".split()).endswith(given)
