"""GET, POST and DELETE /v1/articles, over a real server."""

import base64
from typing import Any

import httpx
import pytest
from checking import article_path, ask
from delivered import PLAIN

COUNTS = {
    "job_id", "seen", "added", "updated", "unchanged", "withdrawn", "syndicated", "kept_out", "quarantined",
    "passages", "seconds",
}  # fmt: skip


def _deliver(client: httpx.Client, *articles: Any) -> dict[str, Any]:
    response = client.post("/v1/articles", json=list(articles))
    assert response.status_code == 200, response.text
    report: dict[str, Any] = response.json()
    return report


def test_a_delivery_is_reported_in_the_contracts_words(client: httpx.Client) -> None:
    report = _deliver(client, {"id": "told", "text": "The ferry to Brack ran late on Sunday."})
    assert set(report) == COUNTS | {"articles", "failures"}
    assert (report["seen"], report["added"], report["passages"]) == (1, 1, 1)
    assert report["articles"] == ["told"]
    assert report["failures"] == []


def test_the_same_delivery_again_changes_nothing(client: httpx.Client) -> None:
    report = _deliver(client, PLAIN)
    assert (report["added"], report["updated"], report["unchanged"]) == (0, 0, 1)


def test_one_article_and_a_list_of_one_are_the_same_delivery(client: httpx.Client) -> None:
    report = client.post("/v1/articles", json=PLAIN).json()
    assert (report["seen"], report["unchanged"]) == (1, 1)


def test_an_article_is_read_as_it_was_delivered(client: httpx.Client) -> None:
    article = client.get("/v1/articles/ellery-harbour").json()
    given = {key: value for key, value in PLAIN.items() if key != "priority"}
    assert given.items() <= article.items()
    assert article["extra"] == {"priority": 3}
    assert (article["version"], article["current"], article["status"]) == (1, True, "usable")


def test_other_content_under_the_same_id_is_a_new_version_and_the_old_one_stays(
    client: httpx.Client,
) -> None:
    first = {"id": "lantern-fair", "text": "About 300 people came to the lantern fair in Ostry."}
    second = first | {"text": "About 410 people came to the lantern fair in Ostry."}
    assert _deliver(client, first)["added"] == 1
    assert _deliver(client, second)["updated"] == 1
    assert "410" in client.get("/v1/articles/lantern-fair").json()["text"]
    old = client.get("/v1/articles/lantern-fair", params={"version": 1}).json()
    assert "300" in old["text"]
    assert old["current"] is False
    answer = ask(client, "How many people came to the lantern fair in Ostry?")
    assert "410" in answer["answer"]
    assert all(citation["version"] == 2 for citation in answer["citations"])


def test_an_article_lists_its_versions_oldest_first(client: httpx.Client) -> None:
    first = {"id": "weir", "title": "Weir fails", "text": "The weir of Ostry failed at dawn.",
             "published_at": "2025-03-01T06:00:00Z"}  # fmt: skip
    second = first | {"title": "Weir holds", "text": "The weir of Ostry held.",
                      "updated_at": "2025-03-01T09:00:00Z", "correction": "It did not fail."}  # fmt: skip
    _deliver(client, second)
    _deliver(client, first)  # came late
    article = client.get("/v1/articles/weir").json()
    arrivals = [version.pop("ingested_at") for version in article["versions"]]
    assert article["versions"] == [
        {"version": 2, "title": "Weir fails", "at": "2025-03-01T06:00:00Z", "correction": None,
         "current": False},
        {"version": 1, "title": "Weir holds", "at": "2025-03-01T09:00:00Z",
         "correction": "It did not fail.", "current": True},
    ]  # fmt: skip
    assert article["ingested_at"] == arrivals[1]
    older = client.get("/v1/articles/weir", params={"version": 2}).json()
    assert [version["version"] for version in older["versions"]] == [2, 1]


def test_a_version_without_a_date_is_listed_at_its_arrival(client: httpx.Client) -> None:
    _deliver(client, {"id": "undated-weir", "text": "The weir of Brenn is undated."})
    [version] = client.get("/v1/articles/undated-weir").json()["versions"]
    assert version["at"] == version["ingested_at"]


@pytest.mark.parametrize(
    "hidden",
    [
        {"status": "withheld"},
        {"embargoed_until": "2999-01-01T00:00:00Z"},
        {"expires_at": "2001-01-01T00:00:00Z"},
    ],
    ids=["withheld", "under embargo", "expired"],
)
def test_a_version_that_may_not_be_shown_is_not_listed(
    client: httpx.Client, hidden: dict[str, str], request: pytest.FixtureRequest
) -> None:
    article_id = f"listed {request.node.callspec.id}"
    secret = {"id": article_id, "title": "Secret", "text": f"A secret of Tarn, {article_id}.",
              "updated_at": "2025-03-01T06:00:00Z", "correction": "Secret."} | hidden  # fmt: skip
    plain = {"id": article_id, "title": "Plain", "text": f"A plain word of Tarn, {article_id}.",
             "updated_at": "2025-03-02T06:00:00Z"}  # fmt: skip
    _deliver(client, secret, plain)
    article = client.get(article_path(article_id)).json()
    assert [(v["version"], v["title"]) for v in article["versions"]] == [(2, "Plain")]
    assert client.get(article_path(article_id), params={"version": 1}).status_code == 403


def test_a_new_version_changes_the_tag_of_the_ones_before_it(client: httpx.Client) -> None:
    address, first = "/v1/articles/tagged?version=1", {"id": "tagged", "text": "Tag one of Tarn."}
    _deliver(client, first)
    tag = {"If-None-Match": client.get(address).headers["etag"]}
    assert client.get(address, headers=tag).status_code == 304
    _deliver(client, first | {"text": "Tag two of Tarn."})
    assert client.get(address, headers=tag).status_code == 200


def test_an_article_tells_its_story(client: httpx.Client) -> None:
    text = (
        "The lock keeper of Brenn found a Roman anchor in the drained basin on Friday. "
        "It weighs 80 kilos and will go to the museum in Halvorn."
    )
    first = {"id": "anchor", "text": text, "published_at": "2025-03-01T09:00:00Z"}
    copy = {"id": "anchor-copy", "text": f"{text}\n\nSubscribe to the Brenn Post."}
    assert _deliver(client, copy, first)["syndicated"] == 1
    story = {"canonical": "anchor", "copies": ["anchor-copy"]}
    for article_id in ("anchor", "anchor-copy"):
        assert client.get(f"/v1/articles/{article_id}").json()["story"] == story


def test_without_an_id_the_url_is_the_article_s_identity(client: httpx.Client) -> None:
    url = "HTTPS://Gazette.Example/Mill?page=1#top"
    report = _deliver(client, {"url": url, "text": "The old mill at Brack is for sale."})
    assert report["articles"] == ["https://gazette.example/Mill?page=1"]


@pytest.mark.parametrize(
    "article_id",
    [
        "https://gazette.example/a//b?x=1&y=2#part",
        "https://gazette.example/it's",
        "//leading/and/trailing/",
        "tag:gazette.example,2025:été/東京 50%",
        "a%2Fb",
        "a+b c",
    ],
)
def test_any_id_can_be_read_cited_and_withdrawn(client: httpx.Client, article_id: str) -> None:
    word = "".join(letter for letter in article_id if letter.isalnum())
    text = f"The village of Hexley elected Mayor Smith{word} by 31 votes."
    assert _deliver(client, {"id": article_id, "text": text})["articles"] == [article_id]
    article = client.get(article_path(article_id)).json()
    assert (article["id"], article["text"]) == (article_id, text)
    only = {"article_ids": [article_id]}
    found = client.post("/v1/search", json={"query": "Hexley mayor", "filters": only}).json()
    assert {passage["article_id"] for passage in found["passages"]} == {article_id}
    assert ask(client, "By how many votes was the mayor of Hexley elected?", filters=only)
    gone = client.delete(article_path(article_id))
    assert gone.json() == {"id": article_id, "status": "canceled"}
    assert client.get(article_path(article_id)).status_code == 410


def test_a_withdrawn_article_is_never_shown_found_or_brought_back(client: httpx.Client) -> None:
    first = {"id": "gull", "text": "The gull of Tarn Pier stole 52 ice creams."}
    _deliver(client, first, first | {"text": "The gull of Tarn Pier stole 53 ice creams."})
    assert client.delete("/v1/articles/gull").status_code == 200
    for path in ("/v1/articles/gull", "/v1/articles/gull?version=1"):
        problem = client.get(path)
        assert problem.status_code == 410
        assert "withdrawn" in problem.json()["detail"]
    late = _deliver(client, first)
    assert (late["added"], late["updated"], late["unchanged"]) == (0, 0, 1)
    found = client.post("/v1/search", json={"query": "gull of Tarn Pier ice creams"}).json()
    assert "gull" not in {passage["article_id"] for passage in found["passages"]}
    assert not ask(client, "How many ice creams did the gull of Tarn Pier steal?")["answerable"]
    listed = client.get("/v1/articles", params={"limit": 200}).json()["articles"]
    assert "gull" not in {article["id"] for article in listed}


def test_a_cancelling_delivery_withdraws(client: httpx.Client) -> None:
    article = {"id": "killed", "text": "Constable Wren has been arrested, Hexley police say."}
    _deliver(client, article)
    assert _deliver(client, {"id": "killed", "status": "canceled"})["withdrawn"] == 1
    assert client.get("/v1/articles/killed").status_code == 410


def test_withdrawing_twice_is_no_error(client: httpx.Client) -> None:
    _deliver(client, {"id": "twice", "text": "The twice told tale of Hexley."})
    assert [client.delete("/v1/articles/twice").status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize(
    "hidden",
    [
        {"status": "withheld"},
        {"embargoed_until": "2999-01-01T00:00:00Z"},
        {"expires_at": "2001-01-01T00:00:00Z"},
    ],
    ids=["withheld", "under embargo", "expired"],
)
def test_a_hidden_article_is_neither_shown_nor_found(
    client: httpx.Client, hidden: dict[str, str]
) -> None:
    name = "hidden-" + next(iter(hidden))
    text = f"The {name} comet passes Hexley on 9 May."
    _deliver(client, {"id": name, "text": text} | hidden)
    assert client.get(f"/v1/articles/{name}").status_code == 403
    only = {"article_ids": [name]}
    found = client.post("/v1/search", json={"query": "comet Hexley", "filters": only}).json()
    assert found["passages"] == []
    answer = ask(client, "When does the comet pass Hexley?", filters=only)
    assert not answer["answerable"]


def test_what_is_good_in_a_delivery_is_ingested_and_what_is_not_is_named(
    client: httpx.Client,
) -> None:
    good = {"id": "good-one", "text": "The library of Hexley opens on Sundays."}
    report = _deliver(client, {"title": "no text"}, good, 5, {"text": "x", "published_at": "soon"})
    assert (report["seen"], report["added"], report["quarantined"]) == (4, 1, 3)
    assert [failure["where"] for failure in report["failures"]] == ["item 1", "item 3", "item 4"]
    assert "text" in report["failures"][0]["reason"]
    assert "published_at" in report["failures"][2]["reason"]
    assert client.get("/v1/articles/good-one").status_code == 200


@pytest.mark.parametrize(
    "delivery",
    [
        [],
        {},
        5,
        "text",
        None,
        {"text": ""},
        {"text": 5},
        {"text": "x", "status": "?"},
    ],
)
def test_a_delivery_that_is_not_one_good_article_or_a_list_is_refused(
    client: httpx.Client, delivery: object
) -> None:
    response = client.post("/v1/articles", json=delivery)
    assert response.status_code == 422
    assert response.json()["detail"]


@pytest.mark.parametrize("delivery", [[[]], [None], [{"text": ""}]])
def test_a_list_of_nothing_good_is_reported_item_by_item(
    client: httpx.Client, delivery: object
) -> None:
    report = client.post("/v1/articles", json=delivery).json()
    assert (report["seen"], report["quarantined"], report["articles"]) == (1, 1, [])
    assert report["failures"][0]["where"] == "item 1"


@pytest.mark.parametrize("item", [[], None, 5, {}, {"text": " "}])
def test_a_list_of_which_nothing_is_good_is_reported_item_by_item(
    client: httpx.Client, item: object
) -> None:
    report = _deliver(client, item, item)
    assert (report["seen"], report["added"], report["quarantined"]) == (2, 0, 2)
    assert [failure["where"] for failure in report["failures"]] == ["item 1", "item 2"]


def test_more_than_a_thousand_articles_at_once_are_refused(client: httpx.Client) -> None:
    response = client.post("/v1/articles", json=[PLAIN] * 1001)
    assert response.status_code == 422
    assert "1,000" in response.json()["detail"]


def test_characters_that_no_database_holds_are_replaced(client: httpx.Client) -> None:
    body = b'{"id": "odd", "title": "A \\ud800 headline", "text": "A comma\\u0000 and a \\udfff surrogate in Hexley."}'
    response = client.post(
        "/v1/articles", content=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 200, response.text
    assert client.get("/v1/articles/odd").json()["title"] == "A \ufffd headline"


@pytest.mark.parametrize("odd", ["half\\ud800", "no\\u0000thing", "two\\nlines"])
def test_an_id_that_could_not_be_asked_for_is_refused(client: httpx.Client, odd: str) -> None:
    response = client.post(
        "/v1/articles",
        content=f'{{"id": "{odd}", "text": "A text."}}'.encode(),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == 422
    assert "'id'" in response.json()["detail"]


def test_offsets_are_code_points_beyond_the_basic_plane(client: httpx.Client) -> None:
    text = "🎉🎉 Fête! 🇫🇷 The mayor of Ondry, Zoë Ünal, opened the 𝔘nion bridge on 3 June. 👩‍👩‍👧 Crowds cheered."
    _deliver(client, {"id": "emoji", "text": text})
    answer = ask(client, "Who opened the bridge at Ondry?", filters={"article_ids": ["emoji"]})
    assert answer["answerable"]
    assert "Zoë Ünal" in answer["answer"]


def test_the_listing_gives_every_article_once_page_by_page(client: httpx.Client) -> None:
    texts = [f"Notice number {n} of the parish of Ladder." for n in range(7)]
    _deliver(
        client,
        *({"id": f"parish-{n}", "text": text, "source": "Parish"} for n, text in enumerate(texts)),
    )
    seen: list[str] = []
    query: dict[str, Any] = {"source": "Parish", "limit": 3}
    while True:
        page = client.get("/v1/articles", params=query).json()
        assert set(page) == {"articles", "total", "next_cursor"}
        assert page["total"] == 7
        seen += [article["id"] for article in page["articles"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(seen) == [f"parish-{n}" for n in range(7)]


def test_the_listing_is_filtered_by_date_source_and_status(client: httpx.Client) -> None:
    def listed(**query: str) -> set[str]:
        articles = client.get("/v1/articles", params=query).json()["articles"]
        return {article["id"] for article in articles}

    _deliver(client, {"id": "held-back", "text": "Not yet, says Hexley.", "status": "withheld"})
    day = PLAIN["published_at"]
    assert isinstance(day, str)
    assert "ellery-harbour" in listed(after=day)
    assert "ellery-harbour" not in listed(before=day)
    assert listed(source="Ellery Gazette") == {"ellery-harbour"}
    assert "held-back" not in listed()
    assert "held-back" in listed(status="withheld")
    assert "ellery-harbour" not in listed(status="withheld")


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0}, {"limit": 201}, {"limit": "many"}, {"after": "yesterday"},
        {"status": "lost"}, {"cursor": "not-one"}, {"cursor": "é"},
        {"source": "x" * 501}, {"source": ["x"] * 51},
    ],
)  # fmt: skip
def test_a_listing_that_makes_no_sense_is_refused(
    client: httpx.Client, query: dict[str, Any]
) -> None:
    response = client.get("/v1/articles", params=query)
    assert response.status_code == 422
    assert next(iter(query)) in response.json()["detail"]


def test_a_made_up_cursor_is_refused(client: httpx.Client) -> None:
    cursor = base64.urlsafe_b64encode(b'[99999999999999999999999999, "a"]').decode()
    assert client.get("/v1/articles", params={"cursor": cursor}).status_code == 422


@pytest.mark.parametrize("version", ["0", "-1", "99", "two", "9" * 30])
def test_a_version_that_does_not_exist_is_an_error(client: httpx.Client, version: str) -> None:
    response = client.get("/v1/articles/ellery-harbour", params={"version": version})
    assert response.status_code in (404, 422)
    assert "version" in response.json()["detail"]
