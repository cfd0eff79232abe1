"""/v1/quarantine: what could not be ingested is listed, shown, tried again and dropped."""

import httpx
import pytest
from test_ingest_jobs import finished

BROKEN = {"id": "quarantine-1", "title": "A", "text": "B", "published_at": "soon"}


@pytest.fixture
def number(client: httpx.Client) -> int:
    """An item that never can be ingested."""
    assert client.post("/v1/articles", json=BROKEN).status_code == 422
    items = client.get("/v1/quarantine", params={"limit": 200}).json()["items"]
    return next(int(item["id"]) for item in items if "published_at" in item["reason"])


def test_an_item_is_listed_with_its_reason_and_kind(client: httpx.Client, number: int) -> None:
    items = {item["id"]: item for item in client.get("/v1/quarantine").json()["items"]}
    assert items[number]["place"] == "item 1"
    assert items[number]["transient"] is False


def test_an_items_bytes_are_given_as_they_were_kept(client: httpx.Client, number: int) -> None:
    shown = client.get(f"/v1/quarantine/{number}")
    assert shown.headers["content-type"] == "application/octet-stream"
    assert b'"published_at": "soon"' in shown.content


def test_a_retry_is_a_job_and_an_item_that_fails_again_stays(
    client: httpx.Client, number: int
) -> None:
    job = finished(client, client.post("/v1/quarantine/retry", json={"numbers": [number, number]}))
    assert (job["state"], job["retried"], job["released"]) == ("done", 1, [])
    assert [(item["item"], item["where"]) for item in job["failures"]] == [(1, "item 1")]
    assert client.get(f"/v1/quarantine/{number}").status_code == 200


def test_a_row_is_tried_again_by_its_header_with_the_mapping_it_was_delivered_with(
    client: httpx.Client,
) -> None:
    table = b"Nr;Kopf;Inhalt;Tag\nretry-row;Regen;Es regnete in Ostry.;03/04/2026\n"
    posted = client.post(
        "/v1/ingest-jobs",
        files=[("file", ("dump", table))],
        params={
            "format": "csv",
            "source": "Bote",
            "map": "id=Nr,title=Kopf,text=Inhalt,published_at=Tag",
        },
    )
    (failure,) = finished(client, posted)["failures"]
    (item,) = [
        item
        for item in client.get("/v1/quarantine").json()["items"]
        if item["place"] == failure["where"] == "dump:2"
    ]
    job = finished(client, client.post("/v1/quarantine/retry", json={"numbers": [item["id"]]}))
    (again,) = job["failures"]
    assert again["reason"] == failure["reason"], "the header and the mapping were known"
    assert "published_at" in again["reason"]


@pytest.mark.parametrize(
    "query", [{"cursor": "not-one"}, {"cursor": "é"}, {"cursor": ""}, {"limit": 0}, {"limit": 201}]
)
def test_a_page_that_cannot_be_is_an_error_of_the_callers(
    client: httpx.Client, query: dict[str, str | int]
) -> None:
    refused = client.get("/v1/quarantine", params=query)
    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_an_item_that_is_dropped_is_gone(client: httpx.Client, number: int) -> None:
    assert client.delete(f"/v1/quarantine/{number}").json()["id"] == number
    assert client.get(f"/v1/quarantine/{number}").status_code == 404
    assert client.delete(f"/v1/quarantine/{number}").status_code == 404


@pytest.mark.parametrize("number", [0, -1, 2**64, 999_999, "x"])
def test_an_item_that_is_not_there_is_an_error_of_the_callers(
    client: httpx.Client, number: object
) -> None:
    assert client.get(f"/v1/quarantine/{number}").status_code in (404, 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"numbers": [999_999]}, 404), ({"numbers": ["x"]}, 422), ({"number": 1}, 422), ([], 422)],
)
def test_a_wrong_choice_is_an_error_of_the_callers(
    client: httpx.Client, body: object, status: int
) -> None:
    assert client.post("/v1/quarantine/retry", json=body).status_code == status


def test_items_come_page_by_page_newest_first(client: httpx.Client) -> None:
    broken = [("file", ("pages.jsonl", b'{"id": "b"\n' * 450))]
    job = finished(client, client.post("/v1/ingest-jobs", files=broken))
    assert job["quarantined"] == 450
    query: dict[str, str | int] = {"limit": 200}
    numbers: list[int] = []
    places: list[str] = []
    while True:
        page = client.get("/v1/quarantine", params=query).json()
        assert set(page) == {"items", "total", "next_cursor"}
        numbers += [item["id"] for item in page["items"]]
        places += [item["place"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == page["total"] >= 450
    assert places[:450] == [f"pages.jsonl:{n}" for n in range(450, 0, -1)]
    assert len(client.get("/v1/quarantine").json()["items"]) == 50
