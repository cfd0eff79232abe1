"""Pages of a list that is written to meanwhile: what was there throughout comes once, nothing twice."""

import base64
import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.app import create_app
from rag.settings import Settings

MOCK = {"class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 8}
AT_FIRST = 9

Write = tuple[str, int, int]
"""What is done, to which article, and the day that it has then."""

writes = st.lists(
    st.tuples(
        st.sampled_from(["add", "update", "move", "withdraw"]),
        st.integers(0, 2 * AT_FIRST),
        st.integers(1, 28),
    )
)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder), embedding=MOCK), local=True)
        with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000)) as client:
            yield client


def _article(name: str, day: int, text: str = "The river rose.") -> dict[str, Any]:
    # Some of one day, which their ids order, and some without a date.
    dated = {"published_at": f"2026-02-{day:02d}T00:00:00Z"} if day % 5 else {}
    return {"id": name, "text": text, **dated}


def _deliver(client: TestClient, article: dict[str, Any]) -> None:
    assert client.post("/v1/articles", json=article).status_code == 200


@settings(max_examples=25, deadline=None)
@given(limit=st.integers(1, 4), between=st.lists(writes, max_size=8))
def test_every_article_that_was_there_throughout_is_listed_once(
    client: TestClient, limit: int, between: list[list[Write]]
) -> None:
    source = run = str(uuid.uuid4())  # what one run withdraws another must not miss
    days = {f"{run}-{n}": n + 1 for n in range(AT_FIRST)}
    for name, day in days.items():
        _deliver(client, _article(name, day) | {"source": source})
    throughout, listed, cursor, written = set(days), list[str](), None, 0
    names, withdrawn = list(days), set[str]()
    waiting = iter(between)
    while True:
        asked = {"source": source, "limit": limit} | ({"cursor": cursor} if cursor else {})
        page = client.get("/v1/articles", params=asked).json()
        listed += [article["id"] for article in page["articles"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        for what, number, day in next(waiting, []):
            name, written = names[number % len(names)], written + 1
            if what == "add":
                name = f"{run}-new-{written}"
                names.append(name)
            elif name in withdrawn:
                continue
            if what == "withdraw":
                assert client.delete(f"/v1/articles/{name}").status_code == 200
                throughout.discard(name)
                withdrawn.add(name)
                continue
            days[name] = days[name] if what == "update" else day
            text = f"The river fell for the {written}th time."
            # Each is the latest word, so that a date that it moves to is the one in force.
            at = {"updated_at": f"2026-03-01T00:00:{written % 60:02d}Z"}
            _deliver(client, _article(name, days[name], text) | {"source": source} | at)
    assert len(listed) == len(set(listed)), "none twice"
    assert throughout <= set(listed), "none is missed"


def _pages(client: TestClient, address: str, key: str, name: str) -> Iterator[list[Any]]:
    cursor = None
    while True:
        page = client.get(address, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        yield [each[name] for each in page.json()[key]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            return


def _submit(client: TestClient, text: str) -> None:
    kind = {"Content-Type": "application/x-ndjson"}
    assert client.post("/v1/ingest-jobs", content=text, headers=kind).status_code == 202


def test_every_job_is_listed_once_while_others_come(client: TestClient) -> None:
    for number in range(5):
        _submit(client, f'{{"id": "job-{number}", "text": "It rained."}}\n')
    (first,) = (page for page in [client.get("/v1/ingest-jobs").json()["jobs"]])
    seen: list[str] = []
    for page in _pages(client, "/v1/ingest-jobs", "jobs", "id"):
        seen += page
        _submit(client, '{"id": "more", "text": "It rained again."}\n')
    assert seen == [job["id"] for job in first]


def test_every_item_in_quarantine_is_listed_once_while_others_come_and_go(
    client: TestClient,
) -> None:
    refused = [{"id": f"hollow-{n}", "html": f"<p hidden>{n}</p>"} for n in range(5)]
    client.post("/v1/articles", json=refused)
    first = [each["id"] for each in client.get("/v1/quarantine").json()["items"]]
    seen: list[int] = []
    for number, page in enumerate(_pages(client, "/v1/quarantine", "items", "id")):
        seen += page
        client.post("/v1/articles", json=[{"id": f"later-{number}", "html": "<p></p>"}])
        if number == 0:
            assert client.delete(f"/v1/quarantine/{first[-1]}").status_code == 200
    assert seen == first[:-1]


LISTS = ["/v1/articles", "/v1/quarantine", "/v1/ingest-jobs"]


@pytest.fixture(scope="module")
def filled(client: TestClient) -> TestClient:
    """Two of everything, at least."""
    for number in range(2):
        _deliver(client, _article(f"filled-{number}", 3) | {"source": "Filler"})
        client.post("/v1/articles", json=[{"id": f"filler-{number}", "html": "<p></p>"}])
        _submit(client, f'{{"id": "submitted-{number}", "text": "It rained."}}\n')
    return client


def _cursor(client: TestClient, address: str, **asked: Any) -> str:
    given: str = client.get(address, params={"limit": 1} | asked).json()["next_cursor"]
    return given


@pytest.mark.parametrize("address", LISTS)
def test_the_links_lead_through_all_pages(filled: TestClient, address: str) -> None:
    if address == "/v1/articles":
        address += "?source=Filler&source=A%26B&after=2026-01-01T00:00:00%2B00:00"
    first = filled.get(address, params=filled.get(address).url.params.merge({"limit": 1}))
    page, pages = first, [first]
    while "next" in page.links:
        page = filled.get(str(page.url.join(page.links["next"]["url"])))
        assert page.status_code == 200, page.text
        pages.append(page)
    cursors = [each.json()["next_cursor"] for each in pages]
    assert [each.url.params.get("cursor") for each in pages] == [None, *cursors[:-1]]
    assert (cursors[-1], len(pages) > 1) == (None, True)
    assert len({each.url.params.get("limit") for each in pages}) == 1
    assert len({tuple(each.url.params.get_list("source")) for each in pages}) == 1


@pytest.mark.parametrize(
    "other",
    [{"source": "Other"}, {"source": ["Filler", "Other"]}, {}, {"source": "Filler", "after": "2020-01-01"},
     {"source": "Filler", "status": "withheld"}],
)  # fmt: skip
def test_a_cursor_is_good_for_its_own_filters_alone(
    filled: TestClient, other: dict[str, Any]
) -> None:
    cursor = _cursor(filled, "/v1/articles", source="Filler")
    told = filled.get("/v1/articles", params=other | {"cursor": cursor})
    assert told.status_code == 422
    assert "other filters; send those of its first page" in told.json()["detail"]
    same = {"source": "Filler", "status": "usable", "limit": 7, "cursor": cursor}
    assert filled.get("/v1/articles", params=same).status_code == 200


@pytest.mark.parametrize("address", LISTS)
def test_a_cursor_is_good_for_its_own_list_alone(filled: TestClient, address: str) -> None:
    for other in set(LISTS) - {address}:
        told = filled.get(other, params={"cursor": _cursor(filled, address)})
        assert (told.status_code, "another listing" in told.json()["detail"]) == (422, True)


@pytest.mark.parametrize("position", [b"", b"-1", b"0", b"x", b"9" * 30, b"1 1", b"\xff"])
@pytest.mark.parametrize("address", LISTS)
def test_a_forged_cursor_is_refused_where_it_makes_no_sense(
    filled: TestClient, address: str, position: bytes
) -> None:
    content = base64.urlsafe_b64decode(_cursor(filled, address))[6:10] + position
    made = base64.urlsafe_b64encode(hashlib.sha256(content).digest()[:6] + content).decode()
    refused = filled.get(address, params={"cursor": made})
    assert (refused.status_code, "start without it" in refused.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    "cursor", ["", "nonsense", "é", "MQ", "LTE=", "bm9uZQ==", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ=="]
)
@pytest.mark.parametrize("address", LISTS)
def test_a_cursor_that_no_list_gave_is_refused(
    client: TestClient, address: str, cursor: str
) -> None:
    refused = client.get(address, params={"cursor": cursor})
    assert refused.status_code == 422
    assert "start without it" in refused.json()["detail"]
