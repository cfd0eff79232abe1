"""The API against a model of the archive: whatever is done in whatever order, both say the same.

The model is a dictionary of what was delivered; the service is the real application in this
process, over a real archive and a real vector index.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from checking import article_path, verify
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from api.app import create_app
from rag import present
from rag.settings import Settings

MOCK = {"class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 8}
START = datetime(2026, 3, 4, 9, tzinfo=UTC)
EMBARGO = timedelta(hours=1)
IDS = ["a", "b", "c", "d"]
PLACES = dict(zip(IDS, ["Wrexby", "Ostry", "Hexley", "Brandal"], strict=True))

ids = st.sampled_from(IDS)


@dataclass
class Known:
    """An article as the model has it: the texts of its versions, oldest first."""

    texts: list[str]
    status: str = "usable"
    embargoed_until: datetime | None = None

    def readable(self, now: datetime) -> bool:
        embargoed = self.embargoed_until is not None and now < self.embargoed_until
        return self.status == "usable" and not embargoed


def text_of(article_id: str, herons: int) -> str:
    return f"The council of {PLACES[article_id]} counted {herons} herons on its pond on Monday."


@contextmanager
def application() -> Iterator[TestClient]:
    with TemporaryDirectory() as folder:
        own = Settings(data_dir=Path(folder), embedding=MOCK, threads=1)
        with TestClient(create_app(own)) as client:
            yield client


class Archive(RuleBasedStateMachine):
    """Deliveries, updates, withdrawals, embargoes and questions in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Known] = {}
        self.herons = 100
        self.now = START
        self._clock = pytest.MonkeyPatch()
        self._clock.setattr(present, "now", lambda: self.now)
        self._opened = application()
        self.client = self._opened.__enter__()

    def teardown(self) -> None:
        """Closes the application."""
        self._opened.__exit__(None, None, None)
        self._clock.undo()

    def deliver(self, article_id: str, text: str, **fields: Any) -> dict[str, Any]:
        body = {"id": article_id, "title": PLACES[article_id], "text": text, **fields}
        response = self.client.post("/v1/articles", json=body)
        assert response.status_code == 200, response.text
        report: dict[str, Any] = response.json()
        return report

    @rule(article_id=ids)
    def deliver_something_new(self, article_id: str) -> None:
        """A new article, or a new version of one; of one that was withdrawn, nothing."""
        self.herons += 1
        self.now += timedelta(minutes=1)
        text = text_of(article_id, self.herons)
        report = self.deliver(article_id, text, updated_at=self.now.isoformat())
        article = self.known.get(article_id)
        if article is None:
            assert report["added"] == 1
            self.known[article_id] = Known([text])
        elif article.status == "canceled":
            assert (report["added"], report["updated"], report["unchanged"]) == (0, 0, 1)
        else:
            assert report["updated"] == 1
            article.texts.append(text)
            article.status, article.embargoed_until = "usable", None

    @rule(article_id=ids)
    def deliver_under_embargo(self, article_id: str) -> None:
        """A version that may not be shown for an hour, and hides the ones before it."""
        article = self.known.get(article_id)
        self.herons += 1
        self.now += timedelta(minutes=1)
        text = text_of(article_id, self.herons)
        until = self.now + EMBARGO
        self.deliver(
            article_id, text, updated_at=self.now.isoformat(), embargoed_until=until.isoformat()
        )
        if article is None:
            self.known[article_id] = Known([text], embargoed_until=until)
        elif article.status != "canceled":
            article.texts.append(text)
            article.status, article.embargoed_until = "usable", until

    @rule(article_id=ids)
    def deliver_withheld(self, article_id: str) -> None:
        """A version that may not be shown at all."""
        article = self.known.get(article_id)
        self.herons += 1
        self.now += timedelta(minutes=1)
        text = text_of(article_id, self.herons)
        self.deliver(article_id, text, updated_at=self.now.isoformat(), status="withheld")
        if article is None:
            self.known[article_id] = Known([text], status="withheld")
        elif article.status != "canceled":
            article.texts.append(text)
            article.status, article.embargoed_until = "withheld", None

    @rule(article_id=ids)
    def withdraw(self, article_id: str) -> None:
        """For good; what is not known cannot be withdrawn this way."""
        response = self.client.delete(article_path(article_id))
        assert response.status_code == (200 if article_id in self.known else 404)
        if article_id in self.known:
            self.known[article_id].status = "canceled"

    @rule(article_id=ids)
    def deliver_a_withdrawal(self, article_id: str) -> None:
        """Of an article that may not have come yet, and then never comes."""
        body = {"id": article_id, "status": "canceled"}
        assert self.client.post("/v1/articles", json=body).status_code == 200
        self.known.setdefault(article_id, Known([])).status = "canceled"

    @rule(hours=st.integers(1, 2))
    def wait(self, hours: int) -> None:
        """Embargoes pass."""
        self.now += timedelta(hours=hours)

    @rule(article_id=ids)
    def ask(self, article_id: str) -> None:
        """What is quoted is what the versions in force say, of articles that may be shown."""
        question = f"How many herons did the council of {PLACES[article_id]} count?"
        response = self.client.post("/v1/ask", json={"question": question})
        assert response.status_code == 200, response.text
        answer = response.json()
        verify(self.client, answer)
        for cited in answer["citations"]:
            article = self.known[cited["article_id"]]
            assert article.readable(self.now)
            assert cited["quote"] == article.texts[-1]
        asked = self.known.get(article_id)
        if asked is not None and asked.readable(self.now):
            assert answer["answerable"], answer
            assert answer["citations"][0]["article_id"] == article_id

    @rule(article_id=ids)
    def read(self, article_id: str) -> None:
        """The article and each of its versions, or why not."""
        article = self.known.get(article_id)
        response = self.client.get(article_path(article_id))
        if article is None:
            assert response.status_code == 404
        elif article.status == "canceled":
            assert response.status_code == 410
        elif not article.readable(self.now):
            assert response.status_code == 403
        else:
            assert response.json()["text"] == article.texts[-1]
            assert response.json()["version"] == len(article.texts)
        if response.is_error:
            assert "herons" not in response.text

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def read_a_version(self, data: st.DataObject) -> None:
        """Of an article in whatever state: its text, or a refusal without it."""
        article_id = data.draw(st.sampled_from(sorted(self.known)))
        article = self.known[article_id]
        number = data.draw(st.integers(1, len(article.texts) + 1))
        response = self.client.get(article_path(article_id), params={"version": number})
        if response.is_success:
            assert article.readable(self.now)
            assert response.json()["text"] == article.texts[number - 1]
        else:
            assert response.status_code in (403, 404, 410)
            assert "herons" not in response.text

    @invariant()
    def lists_what_may_be_shown(self) -> None:
        """The listing has exactly those, and so have the withdrawn ones."""
        shown = {i for i, article in self.known.items() if article.readable(self.now)}
        listed = self.client.get("/v1/articles").json()
        assert {article["id"] for article in listed["articles"]} == shown
        assert listed["total"] == len(shown)


Archive.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestArchive = pytest.mark.slow(Archive.TestCase)
