"""The Python client, sync and async alike, on a real server over the sample corpus."""

import inspect
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import scripted_llm
from awaited import Made
from newscite_process import SAMPLE, Corpus
from scripted_llm import ScriptedModel
from serving import serving

from api.client import AsyncClient, Client
from api.schemas import PassagesEvent, SentenceEvent
from ingest.job_told import Job
from rag.errors import (
    ForbiddenError,
    NotFoundError,
    QuoteMismatchError,
    TooLargeError,
    UnauthorizedError,
    UnreachableError,
    UsageError,
    WithdrawnError,
)
from rag.types import Answer, Article, Turn

THIEVES = "How did the thieves get into the museum?"
PENTAGON = "What justification did the Pentagon give?"
JUSTIFIED = (
    "The Pentagon's justification for the strikes is that they are directed at the Cartel of the "
    "Suns, a network that U.S. officials say is run from inside Venezuela's armed forces and police "
    "and profits from cocaine."
)
ELECTED = "Ngozi Adeyemi-Hart was elected mayor of Brackwater on Tuesday. [1]"
MOCK: dict[str, Any] = {
    "embedding": {"class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 8}
}
PIER = {"id": "pier", "title": "Pier", "text": "The pier at Dunmere is 300 metres long."}
HEAVY = ("llama_index", "chromadb", "onnxruntime", "sqlalchemy", "numpy", "lxml", "fastapi")


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_llm.serving() as served:
        yield served


@pytest.fixture(scope="module")
def sample_url(tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel) -> Iterator[str]:
    """A server over the sample corpus. Read from it only."""
    configured = {"NEWSCITE_LLM_BASE_URL": model.url, "NEWSCITE_LLM_MODEL": scripted_llm.MODEL}
    corpus = Corpus(tmp_path_factory.mktemp("client"), configured)
    assert corpus.run("ingest", SAMPLE).code == 0
    with corpus.serve() as running:
        yield running.url


@pytest.fixture
def sample(made: Made, sample_url: str) -> Iterator[Any]:
    """Talks to it."""
    with made(sample_url) as client:
        yield client


@pytest.fixture
def spare(made: Made, tmp_path: Path) -> Iterator[Any]:
    """Talks to a server over an empty corpus of the test's own, which embeds in no time."""
    with serving(tmp_path / "data", **MOCK) as url, made(url) as client:
        yield client


# Asking.


def test_an_answer_is_typed_and_each_of_its_citations_has_its_proof(sample: Any) -> None:
    answer = sample.ask(THIEVES)
    assert isinstance(answer, Answer)
    assert answer.answerable
    assert answer.request_id
    for citation in answer.citations:
        article = sample.proof(citation)
        assert article.text[citation.start : citation.end] == citation.quote
        assert (article.id, article.version) == (citation.article_id, citation.version)


def test_a_citation_whose_quote_does_not_stand_there_has_none(sample: Any) -> None:
    citation = sample.ask(THIEVES).citations[0]
    changed = citation.model_copy(update={"quote": citation.quote.replace("Monday", "Sunday")})
    moved = citation.model_copy(update={"start": citation.start + 1})
    for wrong in (changed, moved):
        with pytest.raises(QuoteMismatchError, match=f"{wrong.article_id}, version 1, are "):
            sample.proof(wrong)


@pytest.mark.parametrize(
    "options",
    [
        {"before": "2000-01-01"},
        {"before": date(2000, 1, 1)},
        {"before": datetime(2000, 1, 1, tzinfo=UTC)},
        {"sources": "Corvane Press Agency"},
        {"sources": ["Corvane Press Agency"]},
        {"languages": "de"},
        {"article_ids": ["cpa-20251125-venezuela-talks"]},
        {"as_of": date(2000, 1, 1)},
    ],
    ids=str,
)
def test_what_may_be_seen_is_said_by_keywords(sample: Any, options: dict[str, Any]) -> None:
    assert not sample.ask(THIEVES, **options).answerable
    found = sample.search("thieves museum", **options)
    assert all("astrolabe" not in passage.title for passage in found)


def test_the_other_options_are_heeded(sample: Any) -> None:
    answer = sample.ask(THIEVES, max_citations=1, include_passages=True)
    assert (len(answer.citations), bool(answer.passages)) == (1, True)
    assert len(sample.search("ferry", limit=3)) == 3


def test_an_option_that_there_is_not_is_told_at_once(sample: Any) -> None:
    with pytest.raises(TypeError, match="source"):
        sample.ask(THIEVES, source="Corvane Press Agency")


def test_a_follow_up_is_understood_from_the_history(sample: Any) -> None:
    before = Turn(question="Who was elected mayor of Brackwater?", answer=ELECTED)
    answer = sample.ask("When will she be sworn in?", history=[before])
    assert answer.standalone_question == "When will Ngozi Adeyemi-Hart be sworn in?"


def test_a_conversation_keeps_its_history(sample: Any) -> None:
    conversation = sample.conversation(after="2020-01-01")
    first = conversation.ask("Who was elected mayor of Brackwater?")
    second = conversation.ask("When will she be sworn in?")
    assert second.standalone_question == "When will Ngozi Adeyemi-Hart be sworn in?"
    assert conversation.history == [
        Turn(question=answer.question, answer=answer.answer) for answer in (first, second)
    ]


def test_a_long_conversation_goes_on(sample: Any) -> None:
    conversation = sample.conversation(before="2000-01-01")
    conversation.history.extend(Turn(question=f"Question {n}?", answer=None) for n in range(30))
    assert not conversation.ask(THIEVES).answerable
    assert len(conversation.history) == 31


def test_an_answer_comes_as_typed_events(sample: Any) -> None:
    with sample.stream(PENTAGON) as events:
        passages, *sentences, answer = list(events)
    assert isinstance(passages, PassagesEvent)
    assert all(isinstance(sentence, SentenceEvent) for sentence in sentences)
    assert isinstance(answer, Answer)
    assert [sentence.text for sentence in sentences] == [s.text for s in answer.sentences]
    assert [c for sentence in sentences for c in sentence.citations] == answer.citations
    assert {c.passage_id for c in answer.citations} <= {p.passage_id for p in passages.passages}


def test_to_leave_a_stream_stops_the_work(sample: Any, model: ScriptedModel) -> None:
    model.left.clear()
    model.says(f"{JUSTIFIED[:-1]} [1]. The", threading.Event())
    with sample.stream(PENTAGON, mode="generative") as events:
        assert any(isinstance(event, SentenceEvent) for event in events)
    assert model.left.wait(60)


def test_an_error_of_a_stream_is_raised_before_its_first_event(sample: Any) -> None:
    with pytest.raises(UsageError, match="is empty"), sample.stream(" "):
        pass


# The articles.


def test_a_quotation_is_verified(sample: Any) -> None:
    citation = sample.ask(THIEVES).citations[0]
    assert sample.verify(citation.article_id, citation.quote).status == "found"
    altered = citation.quote.replace("Monday", "Sunday")
    verdict = sample.verify(citation.article_id, altered)
    assert (verdict.status, verdict.start) == ("altered", citation.start)
    assert sample.verify(citation.article_id, "It rained.", version=1).status == "absent"


def test_an_articles_versions_are_read_apart(sample: Any) -> None:
    changed = next(article for article in sample.all_articles() if article.versions > 1)
    now, first = sample.article(changed.id), sample.article(changed.id, 1)
    assert (now.current, first.current, now.text != first.text) == (True, False, True)


def test_pages_follow_each_other_by_their_cursors(sample: Any) -> None:
    first = sample.articles(limit=20)
    second = sample.articles(limit=20, cursor=first.next_cursor)
    ids = [article.id for article in (*first.articles, *second.articles)]
    assert ids == [article.id for article in sample.all_articles()]
    assert (len(ids), second.next_cursor) == (first.total, None)


def test_a_listing_is_restricted_by_keywords(sample: Any) -> None:
    options = {"sources": "Corvane Press Agency", "after": date(2025, 11, 1)}
    found = list(sample.all_articles(**options))
    assert {article.source for article in found} == {"Corvane Press Agency"}
    assert len(found) == sample.articles(**options).total < sample.articles().total
    assert [a.status for a in sample.all_articles(status="canceled")] == ["canceled"]


def test_all_articles_are_more_than_a_page(spare: Any) -> None:
    spare.deliver([PIER | {"id": f"pier-{number}"} for number in range(450)])
    assert len({article.id for article in spare.all_articles()}) == 450


def test_one_article_or_many_are_delivered(spare: Any) -> None:
    assert spare.deliver(PIER).articles == ["pier"]
    mast = Article(id="mast", text="The mast fell.", published_at=datetime(2025, 3, 4, tzinfo=UTC))
    told = spare.deliver(item for item in (PIER, mast, {"id": "broken"}))
    assert (told.unchanged, told.added, told.articles) == (1, 1, ["pier", "mast"])
    assert [failure.where for failure in told.failures] == ["item 3"]
    assert spare.article("mast").published_at == mast.published_at
    with pytest.raises(UsageError):
        spare.deliver({"id": "broken"})


def test_what_json_cannot_hold_is_refused_before_it_is_sent(spare: Any) -> None:
    for wrong in (PIER | {"extra": object()}, PIER | {"title": "\ud800"}):
        with pytest.raises(UsageError, match="cannot be sent as JSON"):
            spare.deliver(wrong)


def test_a_delivery_under_the_same_key_is_done_once(spare: Any) -> None:
    first, again = (spare.deliver(PIER, idempotency_key="march-4") for _ in range(2))
    assert (first.added, again) == (1, first)
    assert spare.deliver(PIER).unchanged == 1


def test_files_are_ingested_as_a_job_that_is_waited_for(spare: Any, tmp_path: Path) -> None:
    file = tmp_path / "wire.jsonl"
    lines = [*(f'{{"id": "a{n}", "text": "Rain {n}."}}' for n in range(50)), *["{"] * 250]
    file.write_text("\n".join(lines))
    sent: list[int] = []
    told: list[Job] = []
    job = spare.ingest_files(file, format="jsonl", source="The Wire", sent=sent.append)
    done = spare.wait_for(job, told.append)
    assert (done.state, done.added, done.quarantined) == ("done", 50, 250)
    assert [failure.item for failure in done.failures] == list(range(51, 301)), "each once"
    assert sum(len(each.failures) for each in told) == 250
    assert sent[-1] == file.stat().st_size
    assert spare.article("a7").source == "The Wire"
    assert spare.job(done.id, failures_after=299).failures == done.failures[-1:]


def test_folders_are_walked_and_columns_named(spare: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("Nr,Body\nrow,It rained in Ostry.\n")
    job = spare.ingest_files([tmp_path / "in"], naming={"id": "Nr", "text": "Body"})
    assert spare.wait_for(job.id).added == 1
    assert spare.article("row").text == "It rained in Ostry."
    with pytest.raises(NotFoundError, match=r"gone\.txt"):
        spare.ingest_files(str(tmp_path / "gone.txt"))


def test_what_could_not_be_ingested_is_listed_tried_again_and_dropped(spare: Any) -> None:
    spare.deliver([{"id": f"broken-{number}"} for number in range(3)])
    page = spare.quarantine(limit=2)
    rest = spare.quarantine(cursor=page.next_cursor)
    numbers = [item.id for item in (*page.items, *rest.items)]
    assert (len(numbers), page.total) == (3, 3)
    job = spare.wait_for(spare.retry_quarantined(numbers[:1]))
    assert (job.retried, job.released, len(job.failures)) == (1, [], 1)
    assert spare.wait_for(spare.retry_quarantined()).retried == 3
    assert spare.wait_for(spare.retry_quarantined(transient=True)).retried == 0
    assert spare.drop_quarantined(numbers[0]).id == numbers[0]
    with pytest.raises(NotFoundError):
        spare.drop_quarantined(numbers[0])


def test_what_is_withdrawn_is_gone_and_the_error_says_so_with_its_request(spare: Any) -> None:
    spare.deliver(PIER | {"id": "https://wire.example/a?b=c/d#e"})
    assert spare.withdraw("https://wire.example/a?b=c/d#e").status == "canceled"
    with pytest.raises(WithdrawnError, match="withdrawn") as gone:
        spare.article("https://wire.example/a?b=c/d#e")
    assert gone.value.request_id
    with pytest.raises(NotFoundError, match="'nothing'"):
        spare.article("nothing")


# The server.


def test_a_server_says_what_it_has_open(sample: Any) -> None:
    assert sample.status().articles == sample.articles().total
    assert sample.status().models["embedding"] == "bge-small-en-v1.5"
    assert {check.name for check in sample.status().checks} >= {"corpus", "models", "disk"}
    assert sample.ready()


def test_where_nobody_answers_that_is_said(made: Made) -> None:
    with made("http://127.0.0.1:9") as client:
        assert not client.ready()
        with pytest.raises(UnreachableError, match=r"http://127\.0\.0\.1:9 does not answer"):
            client.ask(THIEVES)


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://a", "http://", "http://a:b", ""])
def test_what_is_no_address_is_refused(made: Made, url: str) -> None:
    with pytest.raises(UsageError, match="is no address"), made(url):
        pass


def test_a_key_is_an_argument_or_in_the_environment(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rag.api_keys import new_key

    key, kept = new_key("reader", {"ask"})
    with serving(tmp_path, **MOCK, api_keys=[kept.as_setting()]) as url:
        with made(url) as nobody, pytest.raises(UnauthorizedError, match="NEWSCITE_API_KEY"):
            nobody.articles()
        with made(url, key=key) as reader:
            assert reader.articles().total == 0
            with pytest.raises(ForbiddenError):
                reader.deliver(PIER)
        monkeypatch.setenv("NEWSCITE_API_KEY", key)
        with made(url) as reader:
            assert reader.articles().total == 0
        with made(url, key="another") as stranger, pytest.raises(UnauthorizedError):
            stranger.articles()
    with pytest.raises(UsageError, match="API key"), made(url, key="a\nb"):
        pass


def test_what_is_too_large_is_refused_in_the_servers_words(made: Made, tmp_path: Path) -> None:
    with (
        serving(tmp_path / "data", **MOCK, max_body_bytes=2000) as url,
        made(url) as client,
        pytest.raises(TooLargeError, match="2,000 bytes"),
    ):
        client.deliver(PIER | {"text": "rain " * 1000})


# What the two of them are.


def _methods(client: type) -> dict[str, Any]:
    return {
        name: inspect.signature(method).parameters
        for name, method in inspect.getmembers(client, inspect.isfunction)
        if not name.startswith("_") or name == "__init__"
    }


def test_both_clients_have_the_same_methods() -> None:
    assert _methods(Client) == _methods(AsyncClient)


def test_to_import_the_client_brings_in_nothing_heavy() -> None:
    code = (
        "import json, sys; from api.client import AsyncClient, Client; "
        "print(json.dumps([name.partition('.')[0] for name in sys.modules]))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(HEAVY) & set(json.loads(ran.stdout)) == set()
