"""/v1/quarantine: what could not be ingested is listed, shown, tried again and dropped."""

import httpx
import pytest

BROKEN = {"id": "quarantine-1", "title": "A", "text": "B", "published_at": "soon"}


@pytest.fixture
def number(client: httpx.Client) -> int:
    """An item that never can be ingested."""
    assert client.post("/v1/articles", json=BROKEN).status_code == 422
    items = client.get("/v1/quarantine").json()["items"]
    return next(int(item["id"]) for item in items if "published_at" in item["reason"])


def test_an_item_is_listed_with_its_reason_and_kind(client: httpx.Client, number: int) -> None:
    items = {item["id"]: item for item in client.get("/v1/quarantine").json()["items"]}
    assert items[number]["place"] == "item 1"
    assert items[number]["transient"] is False


def test_an_items_bytes_are_given_as_they_were_kept(client: httpx.Client, number: int) -> None:
    shown = client.get(f"/v1/quarantine/{number}")
    assert shown.headers["content-type"] == "application/octet-stream"
    assert b'"published_at": "soon"' in shown.content


def test_an_item_that_fails_again_stays(client: httpx.Client, number: int) -> None:
    report = client.post("/v1/quarantine/retry", json={"numbers": [number]})
    assert report.status_code == 200, report.text
    assert report.json()["released"] == []
    assert [item["where"] for item in report.json()["kept"]] == ["item 1"]


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
