"""A newscite server as a system under test: a real one, over articles that are delivered to it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

# What runs the command is shared with the acceptance tests.
sys.path.insert(0, str(Path(__file__).parents[1] / "acceptance"))

from canned import Canned
from eval_fakes import gold
from newscite_process import Corpus

from eval.questions import GoldQuestion
from eval.systems.server import NewsciteServer, ServerCorpus
from rag.errors import NewsciteError, UsageError

HARBOUR = (
    "The harbour of Port Ellery reopened on Tuesday, its master, Rosa Quill, said. The storm had "
    "sunk 14 boats. Nobody was hurt."
)
ODD = "https://gazette.example/a b?x=1&y=ü#top/../50%25"
ARTICLES = [
    {"id": "harbour", "title": "Harbour reopens", "text": "An early draft.", "source": "Gazette"},
    {"id": "harbour", "title": "Harbour reopens", "text": HARBOUR, "source": "Gazette"},
    {"id": ODD, "title": "Mayor resigns", "text": "Mayor Ida Finch resigned on Monday over a parking fine.", "source": "Herald"},
    {"id": "gone", "title": "Gone", "text": "This was wrong from start to end."},
]  # fmt: skip
STATUS = {"version": "0.1.0", "articles": 1, "passages": 1, "models": {}, "retrieved": 30}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that holds ARTICLES, of which "gone" is withdrawn."""
    with (
        Corpus(tmp_path_factory.mktemp("eval-server")).serve() as running,
        httpx.Client(base_url=running.url, timeout=60, trust_env=False) as client,
    ):
        for article in ARTICLES:
            client.post("/v1/articles", json=article).raise_for_status()
        client.delete("/v1/articles/gone").raise_for_status()
        yield running.url


@pytest.fixture(scope="module")
def server(url: str) -> Iterator[NewsciteServer]:
    opened = NewsciteServer(url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def corpus(url: str) -> Iterator[ServerCorpus]:
    opened = ServerCorpus(url)
    yield opened
    opened.close()


def question(text: str, **fields: Any) -> GoldQuestion:
    return gold(**fields).model_copy(update={"question": text})


@pytest.mark.slow
def test_a_question_is_asked_with_the_turns_before_it(server: NewsciteServer) -> None:
    turns = [{"question": "When did the harbour of Port Ellery reopen?"}]
    reply = server.ask(question("Who is its master?", history=turns))
    assert "Rosa Quill" in reply.text


@pytest.mark.slow
def test_an_answer_comes_with_what_was_read_and_the_ranking(
    server: NewsciteServer, corpus: ServerCorpus
) -> None:
    reply = server.ask(question("When did the harbour of Port Ellery reopen?"))
    assert reply.answerable
    assert "Tuesday" in reply.text
    cited = reply.citations[0]
    text = corpus.text(cited.article_id, cited.version)
    assert text is not None
    assert text[cited.start : cited.end] == cited.quote
    assert reply.sentences[0].citations == [cited.number]
    assert reply.passages[0].article_id == "harbour"
    assert reply.read is not None
    assert 1 <= reply.read <= len(reply.passages)
    assert len({p.passage_id for p in reply.passages}) == len(reply.passages)
    assert reply.confidence is not None


@pytest.mark.slow
def test_filters_and_moment_are_asked_too(server: NewsciteServer) -> None:
    about_mayor = "Why did Mayor Ida Finch resign?"
    assert server.ask(question(about_mayor)).passages[0].article_id == ODD
    hidden = server.ask(question(about_mayor, filters={"excluded_article_ids": [ODD]}))
    assert ODD not in {passage.article_id for passage in hidden.passages}
    assert server.ask(question(about_mayor, as_of="2001-01-01")).passages == []


@pytest.mark.slow
def test_articles_are_known_by_their_names_and_their_texts_by_version(
    corpus: ServerCorpus,
) -> None:
    assert corpus.resolve("harbour reopens") == {"harbour"}
    assert corpus.resolve("gone") == frozenset()
    assert corpus.text("harbour", 1) == "An early draft."
    assert corpus.text("harbour", 2) == corpus.text("harbour", None) == HARBOUR
    assert corpus.text(ODD, None) == ARTICLES[2]["text"]
    for name, version in (("harbour", 3), ("nowhere", None), ("gone", None), ("gone", 1)):
        assert corpus.text(name, version) is None


@pytest.mark.slow
def test_a_run_records_the_server_and_its_corpus(
    url: str, server: NewsciteServer, corpus: ServerCorpus
) -> None:
    config = server.config()
    assert (config["url"], config["mode"]) == (url, "extractive")
    assert config["server"].keys() == {"version", "models"}
    told = corpus.describe()
    assert told["articles"] == 2
    assert told["fingerprint"]


@pytest.mark.slow
def test_a_question_that_the_server_refuses_is_an_error_in_its_words(
    server: NewsciteServer,
) -> None:
    unaskable = gold().model_copy(update={"question": " "})
    with pytest.raises(UsageError, match="/v1/ask answered 422: question: "):
        server.ask(unaskable)


def test_all_pages_of_the_listing_are_read_with_the_key(canned: Canned) -> None:
    def page(name: str, more: str | None) -> dict[str, Any]:
        article = {
            "id": name, "version": 1, "status": "usable", "title": name, "source": None,
            "url": None, "published_at": None, "updated_at": None, "versions": 1,
        }  # fmt: skip
        return {"articles": [article], "total": 2, "next_cursor": more}

    canned.answers(STATUS).answers(page("a", "c&d")).answers(page("b", None))
    corpus = ServerCorpus(canned.url, "key-1")
    assert corpus.resolve("a") | corpus.resolve("b") == {"a", "b"}
    assert canned.requests[2].path.endswith("cursor=c%26d")
    assert {request.headers["Authorization"] for request in canned.requests} == {"Bearer key-1"}
    corpus.close()


@pytest.mark.parametrize("open_it", [NewsciteServer, ServerCorpus])
def test_a_server_that_does_not_answer_is_found_out_at_opening(
    canned: Canned, open_it: type[NewsciteServer] | type[ServerCorpus]
) -> None:
    with pytest.raises(NewsciteError, match="/readyz did not answer within"):
        open_it(canned.url, timeout_s=0.05)
    canned.answers({"detail": "the corpus is damaged"}, 500)
    with pytest.raises(NewsciteError, match="500: the corpus is damaged"):
        open_it(canned.url)
    canned.answers("ready")
    with pytest.raises(NewsciteError, match="did not answer as a newscite server does"):
        open_it(canned.url)


@pytest.mark.parametrize("open_it", [NewsciteServer, ServerCorpus])
def test_another_service_is_found_out_at_opening(
    canned: Canned, open_it: type[NewsciteServer] | type[ServerCorpus]
) -> None:
    canned.answers({"status": "ok"}).answers({"hello": "world"})
    with pytest.raises(NewsciteError, match="is that a newscite server"):
        open_it(canned.url)
