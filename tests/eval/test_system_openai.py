"""An OpenAI-compatible endpoint as a system under test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from canned import Canned, completion
from eval_fakes import TEXTS, SmallCorpus, gold

from eval.systems.openai_endpoint import PROMPT, OpenAIEndpoint
from rag.errors import NewsciteError, UsageError

STRIKE = "Three ships were hit on Friday."


@contextmanager
def opened(canned: Canned, **options: Any) -> Iterator[OpenAIEndpoint]:
    """The endpoint, once it has answered what is asked first."""
    canned.script.insert(0, canned.says("Much.").script.pop())
    endpoint = OpenAIEndpoint(canned.url, "parrot", "sk-1", SmallCorpus(), **options)
    canned.requests.clear()
    try:
        yield endpoint
    finally:
        endpoint.close()


def test_an_answer_becomes_sentences_and_its_cost_is_told(canned: Canned) -> None:
    with opened(canned.says("Three ships were hit [1]. Who knows?")) as endpoint:
        reply = endpoint.ask(gold())
    assert reply.answerable
    assert reply.answer == "Three ships were hit [1]. Who knows?"
    assert [(s.text, s.citations) for s in reply.sentences] == [
        ("Three ships were hit.", [1]), ("Who knows?", []),
    ]  # fmt: skip
    assert reply.citations == []  # [1] dangles: the endpoint gives no citations
    assert (reply.model_runs, reply.tokens, reply.confidence) == (1, 42, None)
    assert reply.passages == []
    asked = canned.requests[0].body["messages"]
    assert [m["content"] for m in asked] == [PROMPT, "What about q?"]


def test_the_turns_before_a_question_are_sent_as_messages(canned: Canned) -> None:
    turns = [{"question": "Is it raining?", "answer": "Yes."}, {"question": "Where?"}]
    with opened(canned.says("In Rome.")) as endpoint:
        endpoint.ask(gold(history=turns))
    asked = [(m["role"], m["content"]) for m in canned.requests[0].body["messages"]]
    assert asked[1:] == [
        ("user", "Is it raining?"), ("assistant", "Yes."), ("user", "Where?"), ("assistant", ""),
        ("user", "What about q?"),
    ]  # fmt: skip


def test_a_run_records_how_it_was_asked_without_the_key(canned: Canned) -> None:
    with opened(canned) as endpoint:
        config = endpoint.config()
    assert config["prompt"] == PROMPT
    assert (config["model"], config["answers_as"], config["url"]) == (
        "parrot", "parrot-1", f"{canned.url}/v1",
    )  # fmt: skip
    assert "sk-1" not in str(config)


def test_citations_as_newscite_gives_them_are_taken_as_they_are(canned: Canned) -> None:
    given = {
        "number": 3, "quote": STRIKE, "article_id": "strike", "version": 1, "title": "Strike",
        "source": "Gazette", "url": "https://g.example/1", "published_at": "2025-03-04T09:00:00Z",
        "start": 0, "end": len(STRIKE), "passage_id": "strike:1:0", "syndicated_in": [],
        "correction": None, "corrected_since": None, "updated_at": None,
    }  # fmt: skip
    wrong = given | {"number": 4, "start": 5, "end": 9}
    with opened(canned.says("Three [3] or more [4].", citations=[given, wrong])) as endpoint:
        first, second = endpoint.ask(gold()).citations
    published = first.model_dump(mode="json", exclude={"published_at"})
    assert published == {key: value for key, value in given.items() if key != "published_at"}
    assert (second.start, second.end) == (5, 9)  # a wrong offset is the endpoint's, and stays


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("strike", ("strike", TEXTS["strike"], 0, len(TEXTS["strike"]))),
        ("https://elsewhere.example/", ("https://elsewhere.example/", "", 0, 0)),
        ({"id": "flood", "quote": "Two hundred\npeople"}, ("flood", "Two hundred\npeople", 28, 46)),
        ({"title": "flood", "quote": "Three ships"}, ("flood", "Three ships", 0, 0)),
        ({"title": "Nowhere", "quote": "Three"}, ("Nowhere", "Three", 0, 0)),
        ({"url": "x", "article_id": "flood", "number": 0, "start": -1}, ("flood", TEXTS["flood"], 0, len(TEXTS["flood"]))),
        ({"version": True, "quote": None}, ("", "", 0, 0)),
        (17, ("", "", 0, 0)),
        (None, ("", "", 0, 0)),
    ],
)  # fmt: skip
def test_citations_of_other_kinds_are_looked_up(
    canned: Canned, given: Any, found: tuple[Any, ...]
) -> None:
    with opened(canned.says("So [1].", citations=[given])) as endpoint:
        (cited,) = endpoint.ask(gold()).citations
    assert (cited.article_id, cited.quote, cited.start, cited.end) == found
    assert (cited.number, cited.version) == (1, 1)


def test_citations_in_the_message_are_found_too(canned: Canned) -> None:
    canned.answers(completion("So [2].", citations=["nowhere", "budget"]))
    with opened(canned) as endpoint:
        reply = endpoint.ask(gold())
    assert [(c.number, c.article_id) for c in reply.citations] == [(1, "nowhere"), (2, "budget")]


@pytest.mark.parametrize(
    "body",
    [completion("NO ANSWER"), completion("I don't know."), completion(None, refusal="I may not.")],
)
def test_a_refusal_is_none_of_an_answer(canned: Canned, body: Any) -> None:
    with opened(canned.answers(body | {"citations": ["strike"]})) as endpoint:
        reply = endpoint.ask(gold(as_of="2024-05-01"))
    assert (reply.answerable, reply.answer, reply.sentences, reply.citations) == (
        False, None, [], [],
    )  # fmt: skip
    said = body["choices"][0]["message"]
    assert reply.notes[0] == (said["content"] or said["refusal"])
    assert "without as_of" in reply.notes[1]
    assert reply.tokens == 42


def test_saying_nothing_is_no_refusal(canned: Canned) -> None:
    with opened(canned.says("")) as endpoint:
        reply = endpoint.ask(gold())
    assert reply.answerable
    assert reply.text == ""


def test_a_question_fails_for_itself_alone(canned: Canned) -> None:
    canned.answers({"error": {"message": "out of memory"}}, 500).says("Yes.")
    with opened(canned, timeout_s=0.2) as endpoint:
        with pytest.raises(NewsciteError, match="500: out of memory"):
            endpoint.ask(gold())
        assert endpoint.ask(gold()).answer == "Yes."
        with pytest.raises(NewsciteError, match="did not answer within"):
            endpoint.ask(gold())


def test_a_wrong_key_shows_at_opening(canned: Canned) -> None:
    canned.answers({"error": {"message": "no such key"}}, 401)
    with pytest.raises(UsageError, match="no such key; check the API key"):
        OpenAIEndpoint(canned.url, "parrot", None, SmallCorpus())


@pytest.mark.slow
def test_a_real_model_is_asked_and_always_says_the_same(small_model: str) -> None:
    endpoint = OpenAIEndpoint(small_model, "smollm2", None, SmallCorpus())
    first, second = (endpoint.ask(gold()) for _ in range(2))
    assert endpoint.config()["answers_as"] == "smollm2"
    endpoint.close()
    assert first == second
    assert first.answer
    assert first.sentences
    assert first.tokens is not None
    assert first.tokens > 40
