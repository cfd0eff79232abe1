"""The bundled sample corpus, asked over HTTP: figures that changed, corrections, withdrawals, copies."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from checking import Json, ask
from newscite_process import GOLD, Running

WITHDRAWN = "vlm-20250306-astrolabe-arrest"
FERRY = "cpa-20241107-maren-elise"
PLANT = "obl-20250121-lithvane"
COPIES = {"cpa-20240628-aeris-nord", "courier-48817", "sentinel-wire-240629-03"}

_GOLD: list[Json] = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def client(server: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=120) as client:
        yield client


def test_the_question_everyone_starts_with_is_answered(client: httpx.Client) -> None:
    answer = ask(client, "What justification did the Pentagon give?")
    assert "Cartel of the Suns" in answer["answer"]


def test_what_no_article_says_is_not_answered(client: httpx.Client) -> None:
    answer = ask(client, "What did the Chinese foreign ministry say about the talks?")
    assert answer["answerable"] is False


def test_an_updated_figure_is_answered_from_the_update(client: httpx.Client) -> None:
    answer = ask(client, "How many people died in the sinking of the Maren Elise?")
    assert "17" in answer["answer"]
    assert "11" not in answer["answer"]
    assert (FERRY, 2) in {(c["article_id"], c["version"]) for c in answer["citations"]}


def test_the_earlier_figure_is_answered_as_of_its_day(client: httpx.Client) -> None:
    question = "How many people died in the sinking of the Maren Elise?"
    answer = ask(client, question, as_of="2024-11-08T12:00:00Z")
    assert answer["answerable"]
    assert "11" in answer["answer"]
    assert "17" not in answer["answer"]
    assert {c["version"] for c in answer["citations"] if c["article_id"] == FERRY} == {1}


def test_a_corrected_fact_is_answered_from_the_correction_with_a_note(
    client: httpx.Client,
) -> None:
    answer = ask(client, "How many people will the Lithvane plant in Tarsholm employ?")
    assert "410" in answer["answer"]
    assert "1,400" not in answer["answer"]
    assert {c["version"] for c in answer["citations"] if c["article_id"] == PLANT} == {2}
    assert any("correct" in note for note in answer["notes"]), answer["notes"]


def test_a_withdrawn_article_is_gone(client: httpx.Client) -> None:
    for path in (f"/v1/articles/{WITHDRAWN}", f"/v1/articles/{WITHDRAWN}?version=1"):
        response = client.get(path)
        assert response.status_code == 410
        assert response.headers["content-type"] == "application/problem+json"
    listed = client.get("/v1/articles", params={"limit": 200}).json()["articles"]
    assert WITHDRAWN not in {article["id"] for article in listed}


def test_a_withdrawn_article_is_not_found(client: httpx.Client) -> None:
    for query in ("astrolabe arrest Musée des Salines", "locksmith held over stolen astrolabe"):
        found = client.post("/v1/search", json={"query": query, "limit": 50}).json()["passages"]
        assert found
        assert WITHDRAWN not in {passage["article_id"] for passage in found}
    only = {"article_ids": [WITHDRAWN]}
    body = {"query": "astrolabe", "filters": only, "as_of": "2025-03-06T20:00:00Z"}
    assert client.post("/v1/search", json=body).json()["passages"] == []


def test_syndicated_copies_are_cited_once_and_the_others_named(client: httpx.Client) -> None:
    answer = ask(client, "How many flights did Aeris Nord cancel?")
    assert "212" in answer["answer"]
    cited = [citation for citation in answer["citations"] if citation["article_id"] in COPIES]
    assert cited
    for citation in cited:
        assert {citation["article_id"], *citation["syndicated_in"]} == COPIES
    quotes = [citation["quote"] for citation in answer["citations"]]
    assert len(set(quotes)) == len(quotes)


def test_filters_reach_the_answer(client: httpx.Client) -> None:
    question = "How much did the central bank raise its key interest rate?"
    source = "Oskelund Telegraf"
    answer = ask(client, question, filters={"sources": [source]})
    assert {citation["source"] for citation in answer["citations"]} == {source}


@pytest.fixture(scope="module")
def gold_answers(client: httpx.Client) -> list[tuple[Json, Json]]:
    """Every gold question with its answer, its citations verified over HTTP, 16 at a time."""

    def asked(gold: Json) -> tuple[Json, Json]:
        filters: dict[str, Any] = gold.get("filters", {})
        return gold, ask(client, gold["question"], filters=filters)

    with ThreadPoolExecutor(16) as threads:
        return list(threads.map(asked, _GOLD))


@pytest.mark.slow
def test_every_citation_of_every_gold_answer_is_real(
    gold_answers: list[tuple[Json, Json]],
) -> None:
    assert len(gold_answers) == len(_GOLD)
    assert sum(len(answer["citations"]) for _, answer in gold_answers) >= 40


@pytest.mark.slow
def test_no_answer_ever_names_the_wrong_man(gold_answers: list[tuple[Json, Json]]) -> None:
    for gold, answer in gold_answers:
        assert WITHDRAWN not in json.dumps(answer), gold["id"]
    withdrawn = [(g, a) for g, a in gold_answers if "withdrawn" in g["tags"]]
    assert withdrawn


@pytest.mark.slow
def test_among_sixteen_at_once_each_gets_the_answer_it_gets_alone(
    client: httpx.Client, gold_answers: list[tuple[Json, Json]]
) -> None:
    assert len({answer["request_id"] for _, answer in gold_answers}) == len(gold_answers)
    for gold, answer in gold_answers:
        assert answer["question"] == gold["question"]
    for gold, answer in gold_answers[:5]:
        alone = ask(client, gold["question"])
        assert (alone["answer"], alone["notes"]) == (answer["answer"], answer["notes"])
