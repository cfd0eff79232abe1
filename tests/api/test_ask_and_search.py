"""POST /v1/ask and POST /v1/search, over a real server."""

import json
from typing import Any

import httpx
import pytest
from checking import ask
from delivered import PLAIN
from typer.testing import CliRunner

from api.cli.main import app as command

ANSWER = {
    "question", "standalone_question", "answerable", "answer", "lead", "short_answer", "differing",
    "sentences", "citations", "confidence", "nearest", "mode", "model", "as_of", "notes", "passages",
    "passages_read", "timings_ms", "request_id",
}  # fmt: skip
CITATION = {
    "number", "quote", "article_id", "version", "title", "source", "url", "published_at", "updated_at",
    "start", "end", "passage_id", "syndicated_in", "correction", "corrected_since",
}  # fmt: skip
BOATS = "How many boats did the storm at Port Ellery sink?"
ONLY = {"article_ids": [PLAIN["id"]]}


def test_an_answer_has_every_field_of_the_contract(client: httpx.Client) -> None:
    answer = ask(client, BOATS)
    assert set(answer) == ANSWER
    assert answer["question"] == BOATS
    assert answer["answerable"] is True
    assert "14" in answer["answer"]
    assert {frozenset(sentence) for sentence in answer["sentences"]} == {
        frozenset({"text", "citations", "glosses"})
    }
    assert all(set(citation) == CITATION for citation in answer["citations"])
    assert 0 <= answer["confidence"] <= 1
    assert answer["mode"] == "extractive"
    assert answer["model"]["embedding"]
    assert answer["passages"] is None
    assert answer["timings_ms"]["total"] > 0
    first = answer["citations"][0]
    assert (first["article_id"], first["title"]) == (PLAIN["id"], PLAIN["title"])
    short = answer["short_answer"]
    assert set(short) == {"text", "citation", "start", "end", "according_to"}
    assert "14" in short["text"]
    assert PLAIN["text"][short["start"] : short["end"]] == short["text"]


def test_a_follow_up_is_understood_from_its_history(client: httpx.Client) -> None:
    history = [{"question": "What happened at Port Ellery?", "answer": "A storm struck. [1]"}]
    answer = ask(client, "And when did its harbour reopen?", history=history)
    assert answer["question"] == "And when did its harbour reopen?"
    assert answer["standalone_question"] == "When did Port Ellery's harbour reopen?"
    assert "Tuesday" in answer["answer"]


def test_a_question_left_as_it_is_says_nothing_of_how_it_was_understood(
    client: httpx.Client,
) -> None:
    history = [{"question": "Who is the finance minister of Belgium?"}]
    assert ask(client, BOATS, history=history)["standalone_question"] is None
    assert ask(client, BOATS)["standalone_question"] is None


@pytest.mark.parametrize(
    ("history", "field"),
    [
        ([{"question": ""}], "history.0.question"),
        ([{"question": "Why?", "answer": "a" * 20_001}], "history.0.answer"),
        ([{"question": "Why?", "answer": "\\ud800"}], "history.0.answer"),
        ([{"question": "Why?", "role": "user"}], "history.0.role"),
        ([{"answer": "Because."}], "history.0.question"),
        ([{"question": "Why?"}] * 21, "history"),
        ("Why?", "history"),
    ],
)
def test_a_history_of_another_form_is_refused_by_its_field(
    client: httpx.Client, history: Any, field: str
) -> None:
    body = json.dumps({"question": BOATS, "history": history}).replace("\\\\ud800", "\\ud800")
    response = client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert {error["field"] for error in response.json()["errors"]} == {field}


def test_an_answer_on_which_sources_agree_has_no_differing_figures(client: httpx.Client) -> None:
    assert ask(client, BOATS)["differing"] == []


def test_a_timeline_tells_the_articles_of_a_story_and_its_coverage(client: httpx.Client) -> None:
    told = client.post("/v1/timeline", json={"question": BOATS, "filters": ONLY}).json()
    assert set(told) == {"articles", "coverage", "undated"}
    (article,) = told["articles"]
    assert set(article) == {
        "article_id", "version", "title", "source", "url", "published_at", "passage_id", "quote",
        "start", "end", "copies",
    }  # fmt: skip
    assert (article["article_id"], article["published_at"]) == (PLAIN["id"], PLAIN["published_at"])
    assert PLAIN["text"][article["start"] : article["end"]] == article["quote"]
    assert told["coverage"]["names"] == ["Port", "Ellery"]
    assert [bucket["articles"] for bucket in told["coverage"]["buckets"]] == [1]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "question"),
        ({"question": " "}, "question"),
        ({"question": BOATS, "limit": 0}, "limit"),
        ({"question": BOATS, "limit": 51}, "limit"),
        ({"question": BOATS, "as_of": "someday"}, "as_of"),
        ({"question": BOATS, "filters": {"color": "red"}}, "filters.color"),
    ],
)
def test_a_timeline_that_cannot_be_asked_for_is_refused_by_its_field(
    client: httpx.Client, body: dict[str, Any], field: str
) -> None:
    response = client.post("/v1/timeline", json=body)
    assert response.status_code == 422
    assert {error["field"] for error in response.json()["errors"]} == {field}


def test_no_answer_is_null_and_says_why(client: httpx.Client) -> None:
    answer = ask(client, "Who is the finance minister of Belgium?")
    assert answer["answerable"] is False
    assert answer["answer"] is None
    assert answer["notes"]


def test_the_passages_come_when_they_are_asked_for(client: httpx.Client) -> None:
    answer = ask(client, BOATS, include_passages=True)
    passages = answer["passages"]
    cited = {citation["passage_id"] for citation in answer["citations"]}
    assert cited <= {passage["passage_id"] for passage in passages}
    read = {passage["passage_id"] for passage in passages[: answer["passages_read"]]}
    assert cited <= read, "only what was read is cited"


def test_no_more_citations_are_given_than_asked_for(client: httpx.Client) -> None:
    assert len(ask(client, BOATS, max_citations=1)["citations"]) == 1


@pytest.mark.parametrize(
    ("filters", "admits"),
    [
        ({"after": "2025-03-04T09:00:00Z"}, True),
        ({"after": "2025-03-04T09:00:01Z"}, False),
        ({"before": "2025-03-04T09:00:00Z"}, False),
        ({"before": "2025-03-04T09:00:01Z"}, True),
        ({"before": "2025-03-04T10:00:00+02:00"}, False),
        ({"sources": ["ellery gazette"]}, True),
        ({"sources": ["Somebody Else", "Ellery Gazette"]}, True),
        ({"sources": ["Somebody Else"]}, False),
        ({"languages": ["en"]}, True),
        ({"languages": ["fr"]}, False),
        ({"article_ids": ["another"]}, False),
        ({"excluded_article_ids": ["another"]}, True),
        ({"excluded_article_ids": ["another", PLAIN["id"]]}, False),
    ],
)
def test_filters_say_which_articles_are_seen(
    client: httpx.Client, filters: dict[str, Any], admits: bool
) -> None:
    body = {"query": "boats sunk by the storm", "filters": filters, "limit": 50}
    found = client.post("/v1/search", json=body).json()["passages"]
    assert (PLAIN["id"] in {passage["article_id"] for passage in found}) is admits


def test_an_excluded_article_is_not_quoted(client: httpx.Client) -> None:
    answer = ask(client, BOATS, filters={"excluded_article_ids": [PLAIN["id"]]})
    assert PLAIN["id"] not in {citation["article_id"] for citation in answer["citations"]}


def test_as_of_an_earlier_time_an_article_is_not_there_yet(client: httpx.Client) -> None:
    early = ask(client, BOATS, as_of="2025-03-01T00:00:00Z", filters=ONLY)
    assert early["answerable"] is False
    late = ask(client, BOATS, as_of="2025-03-05T00:00:00Z", filters=ONLY)
    assert late["answerable"] is True
    assert late["as_of"] == "2025-03-05T00:00:00Z"


def test_as_of_a_day_is_as_of_its_end(client: httpx.Client) -> None:
    published = PLAIN["published_at"]
    day = ask(client, BOATS, as_of=published[:10], filters=ONLY)
    assert day["answerable"] is True
    assert day["as_of"] == f"{published[:10]}T23:59:59.999999Z"
    morning = ask(client, BOATS, as_of=f"{published[:10]}T00:00:00Z", filters=ONLY)
    assert morning["answerable"] is False


def test_a_passage_is_where_it_says_it_is(client: httpx.Client) -> None:
    found = client.post("/v1/search", json={"query": "harbour reopened", "limit": 3}).json()
    assert set(found) == {"passages"}
    assert 1 <= len(found["passages"]) <= 3
    first = found["passages"][0]
    assert first["article_id"] == PLAIN["id"]
    text = client.get(f"/v1/articles/{PLAIN['id']}").json()["text"]
    assert text[first["start"] : first["end"]] == first["text"]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"text": ""}, None),
        ({"text": " \n\t"}, None),
        ({"text": "x" * 100_000}, None),
        ({"text": None}, None),
        ({"text": 5}, None),
        ({"text": ["Who?"]}, None),
        ({}, None),
        ({"text": "Who?", "frobnicate": 1}, "frobnicate"),
        ({"text": "Who?", "filters": {"colour": "red"}}, "filters.colour"),
        ({"text": "Who?", "filters": {"after": "yesterday"}}, "filters.after"),
        ({"text": "Who?", "filters": {"sources": "one"}}, "filters.sources"),
        ({"text": "Who?", "filters": []}, "filters"),
        ({"text": "Who?", "as_of": "now"}, "as_of"),
        ({"text": "Who?", "as_of": 1e308}, "as_of"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_by_field(
    client: httpx.Client, path: str, wrong: dict[str, Any], named: str | None
) -> None:
    field = "question" if path == "/v1/ask" else "query"
    body = {field if key == "text" else key: value for key, value in wrong.items()}
    response = client.post(path, json=body)
    assert response.status_code == 422
    problem = response.json()
    assert (named or field) in {error["field"] for error in problem["errors"]}
    assert (named or field) in problem["detail"]
    assert len(response.content) < 2000, "what was sent is not sent back"


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "psychic"}, {"max_citations": 0}, {"max_citations": 1000},
        {"max_citations": "few"}, {"include_passages": "perhaps"},
    ],
)  # fmt: skip
def test_an_option_out_of_range_is_refused(client: httpx.Client, wrong: dict[str, Any]) -> None:
    response = client.post("/v1/ask", json={"question": BOATS} | wrong)
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == list(wrong)


@pytest.mark.parametrize(
    "body",
    [
        b'{"question": "boats\\ud800?"}',
        b'{"question": "\\udc00\\ud800"}',
    ],
)
def test_a_lone_surrogate_in_a_question_is_refused(client: httpx.Client, body: bytes) -> None:
    response = client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "question",
    [
        "How many boats\0 did the storm sink?",
        "\0",
        '?!"\'*()^:- NEAR AND OR NOT "',
        "title:boats* OR 1=1; DROP TABLE articles; --",
        "🙂",
        "東京の天気は？",
        "\u202eboats\u200b",
        "%s %d {0} ${x}",
    ],
)
def test_any_text_is_a_question_and_gets_an_answer_or_none(
    client: httpx.Client, question: str
) -> None:
    assert ask(client, question, filters=ONLY)["question"] == question


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", {"question": "Who?", "as_of": "0001-01-01T00:00:00+14:00"}),
        ("/v1/search", {"query": "Who?", "filters": {"after": "9999-12-31T23:59:59-14:00"}}),
        ("/v1/articles", {"text": "Hexley.", "published_at": "0001-01-01T00:00:00+14:00"}),
    ],
)
def test_a_time_that_utc_cannot_hold_is_refused(
    client: httpx.Client, path: str, body: dict[str, Any]
) -> None:
    assert client.post(path, json=body).status_code == 422


def test_a_surrogate_in_a_filter_is_refused(client: httpx.Client) -> None:
    body = b'{"query": "Who?", "filters": {"sources": ["\\ud800"]}}'
    response = client.post("/v1/search", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422


def test_very_many_filters_are_refused_or_honoured(client: httpx.Client) -> None:
    wanted = {"article_ids": [f"id-{n}" for n in range(40_000)]}
    response = client.post("/v1/search", json={"query": "Who?", "filters": wanted})
    assert response.status_code in (200, 422)


@pytest.mark.parametrize(
    ("time", "status"),
    [("0001-01-01T00:00:00Z", 200), ("9999-12-31T23:59:59.999999Z", 200), (0, 422),
     ("0001-01-01T00:00:00+14:00", 422), ("9999-12-31T23:59:59-12:00", 422), ("2026-02-30", 422),
     (1e20, 422), (-1e20, 422), (2**63, 422), ("NaN", 422), ("9" * 5000, 422)],
)  # fmt: skip
def test_an_absurd_time_is_taken_or_refused(
    client: httpx.Client, time: str | float, status: int
) -> None:
    asked = client.post("/v1/ask", json={"question": BOATS, "as_of": time})
    between = {"query": BOATS, "filters": {"after": time, "before": time}}
    assert asked.status_code == status, asked.text
    assert client.post("/v1/search", json=between).status_code == status
    listed = client.get("/v1/articles", params={"after": time, "before": time})
    assert listed.status_code == status


@pytest.mark.parametrize("option", ["--as-of", "--after", "--before"])
def test_the_command_refuses_a_time_that_is_in_no_year(option: str) -> None:
    ran = CliRunner().invoke(command, ["ask", BOATS, option, "0001-01-01T00:00:00+1400"])
    assert ran.exit_code == 2
    assert "outside the years 1 to 9999" in " ".join(ran.output.replace("│", " ").split())
