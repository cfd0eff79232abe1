"""JSON lines: good lines are delivered, each bad one is refused with its line and its fault."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources import Delivered, Refused, jsonl, read
from ingest.sources.fields import article_from
from rag.errors import IngestError
from rag.types import Article, PubStatus

GOOD = b'{"title": "a", "text": "Some text."}'


def lines(tmp_path: Path, *raw: bytes) -> list[Delivered | Refused]:
    path = tmp_path / "wire.jsonl"
    path.write_bytes(b"\n".join(raw))
    return list(read(path))


def refusal(tmp_path: Path, raw: bytes) -> str:
    before, item, after = lines(tmp_path, GOOD, raw, GOOD)
    assert isinstance(before, Delivered)
    assert isinstance(after, Delivered)
    assert isinstance(item, Refused)
    assert item.where.endswith("wire.jsonl:2")
    assert item.raw == raw
    return item.reason


def one(**fields: object) -> Article:
    return article_from({"text": "Some text."} | fields, "item 1")


def test_line_numbers_count_blank_lines(tmp_path: Path) -> None:
    found = lines(tmp_path, GOOD, b"", b"  \t\r", GOOD + b"\r", b"")
    assert [item.where.rpartition(":")[2] for item in found] == ["1", "4"]
    assert all(isinstance(item, Delivered) for item in found)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"title": "a" "text": "b"}', "not valid JSON: Expecting ',' delimiter at character 15"),
        (b"nonsense", "not valid JSON: Expecting value at character 1"),
        (b'{"text": "caf\xe9"}', "the line is not UTF-8 (byte 14)"),
        (b'{"text": "a", "n": NaN}', "not usable JSON: NaN is no JSON number"),
        (b'{"text": "a", "n": ' + b"1" * 5000 + b"}", "not usable JSON: "),
        (b"[" * 100_000, "not usable JSON: its values are nested too deeply"),
        (
            b'{"text": "a", "x": ' + b"[" * 200 + b"]" * 200 + b"}",
            "its values are nested more than",
        ),
        (b'["a"]', "the line should hold a JSON object"),
        (b'{"title": "a"}', "there is no text to ingest: 'text' and 'html' are both missing"),
        (
            b'{"headline": "a", "inhalt": "b"}',
            "there is no text to ingest: 'text' and 'html' are both missing or empty; "
            "not read as one: 'headline', 'inhalt'",
        ),
        (b'{"title": "a", "text": " \\n "}', "there is no text to ingest"),
        (b'{"text": "a", "published_at": "soon"}', "field 'published_at': 'soon' is not a date"),
        (b'{"text": "a", "published_at": "2019"}', "field 'published_at': '2019' is not a date"),
        (b'{"text": "a", "published_at": 2019}', "field 'published_at': 2019 is not a date"),
        (b'{"text": 5}', "field 'text': should be text, not a number"),
        (b'{"text": "a", "authors": {}}', "field 'authors': should be a list of texts, not an obj"),
        (b'{"text": "a", "authors": ["b", 1]}', "field 'authors', item 2: should be text, not a n"),
        (b'{"text": "a", "status": "gone"}', "field 'status': 'gone' is not one of usable, with"),
        (b'{"text": "a", "id": true}', "field 'id': should be text, not true or false"),
        (b'{"text": "a", "url": "http://[b"}', "field 'url': 'http://[b' is not a URL"),
        (b'{"text": "a", "id": "' + b"i" * 1001 + b'"}', "field 'id': is longer than 1,000 char"),
    ],
)
def test_a_bad_line_is_refused_and_its_neighbours_are_delivered(
    tmp_path: Path, raw: bytes, reason: str
) -> None:
    assert refusal(tmp_path, raw).startswith(reason)


def test_several_faults_are_named_together() -> None:
    with pytest.raises(IngestError) as caught:
        one(title=1, source=2, section=3, provider=4)
    assert caught.value.where == "item 1"
    assert caught.value.reason == (
        "field 'title': should be text, not a number; field 'source': should be text, not a "
        "number; field 'section': should be text, not a number; and 1 more"
    )


def test_a_line_over_the_bound_is_skipped_with_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl, "LONGEST", 1024 * 1024)
    item = lines(tmp_path, GOOD, b'{"text": "' + b"a" * 3_000_000 + b'"}', GOOD)[1]
    assert isinstance(item, Refused)
    assert item.reason == "the line is longer than 1 MB"
    assert len(item.raw) == 64 * 1024


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_does_no_harm(tmp_path: Path, encoding: str) -> None:
    first, second = lines(tmp_path, '{"text": "Žába"}\n{"text": "b"}'.encode(encoding))
    assert isinstance(first, Delivered)
    assert isinstance(second, Delivered)
    assert first.article.text == "Žába"


@given(value=st.integers())
def test_a_number_is_an_id(value: int) -> None:
    assert one(id=value).id == str(value)


def test_one_author_may_be_a_string() -> None:
    assert one(authors="Ann Lee").authors == ["Ann Lee"]


@pytest.mark.parametrize("nothing", ["", "  ", None])
@pytest.mark.parametrize("field", ["id", "published_at", "authors", "status", "url", "title"])
def test_an_empty_field_is_an_absent_one(field: str, nothing: str | None) -> None:
    assert getattr(one(**{field: nothing}), field) == getattr(one(), field)


@pytest.mark.parametrize(
    "written", ["2026-03-04", "20260304", "2026-03-04T01:00:00+01:00", 1772582400]
)
def test_dates_and_times_are_read_in_their_usual_forms(written: object) -> None:
    assert one(published_at=written).published_at == datetime(2026, 3, 4, tzinfo=UTC)


def test_a_withdrawal_needs_no_text() -> None:
    assert article_from({"id": 1, "status": "canceled"}, "").status is PubStatus.CANCELED


def test_unknown_fields_are_kept_and_can_be_stored() -> None:
    found = one(desk="city\ud800", model_dump="a", more={"b\0": ["c\udfff"]})
    assert found.model_extra == {
        "desk": "city\ufffd", "model_dump": "a", "more": {"b\ufffd": ["c\ufffd"]},
    }  # fmt: skip
    found.model_dump_json()


def test_real_news_is_delivered_whole() -> None:
    folder = os.environ.get("NEWSCITE_BENCH_DATA")
    if not folder:
        pytest.skip("NEWSCITE_BENCH_DATA does not name the folder of real news")
    items = list(read(Path(folder) / "wikinews" / "articles.jsonl"))
    assert len(items) == 295
    assert all(isinstance(item, Delivered) for item in items)


def test_fields_are_known_by_the_names_that_a_tables_columns_are(tmp_path: Path) -> None:
    raw = b'{"headline": "H", "body": "It rained.", "author": "Ann Lee", "date": "4 March 2026"}'
    (item,) = lines(tmp_path, raw)
    assert isinstance(item, Delivered)
    article = item.article
    assert (article.title, article.text, article.authors) == ("H", "It rained.", ["Ann Lee"])
    assert article.published_at == datetime(2026, 3, 4, tzinfo=UTC)


def test_an_article_in_the_contracts_names_keeps_other_fields_as_they_are(tmp_path: Path) -> None:
    (item,) = lines(tmp_path, b'{"title": "T", "text": "It rained.", "headline": "H"}')
    assert isinstance(item, Delivered)
    assert (item.article.title, item.article.model_extra) == ("T", {"headline": "H"})


def test_its_day_may_just_be_called_the_date(tmp_path: Path) -> None:
    known = b'"title": "T", "text": "It rained."'
    (item,) = lines(tmp_path, b'{%b, "date": "2025-11-24"}' % known)
    assert isinstance(item, Delivered)
    assert item.article.published_at == datetime(2025, 11, 24, tzinfo=UTC)
    assert item.article.model_extra == {}
    (item,) = lines(tmp_path, b'{%b, "date": "2025-11-24", "published_at": "2025-11-20"}' % known)
    assert isinstance(item, Delivered)
    assert item.article.published_at == datetime(2025, 11, 20, tzinfo=UTC)
    assert item.article.model_extra == {"date": "2025-11-24"}
    (item,) = lines(tmp_path, b'{%b, "date": {"on": "page 3"}}' % known)
    assert isinstance(item, Delivered)
    assert item.article.published_at is None
    (item,) = lines(tmp_path, b'{%b, "date": "soon"}' % known)
    assert isinstance(item, Refused)
    assert "'soon' is not a date" in item.reason


def test_it_can_be_said_which_field_holds_what(tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl"
    path.write_bytes(b'{"Kopf": "H", "Inhalt": "It rained."}\n{"Inhalt": "It snowed."}\n')
    one, other = read(path, naming={"title": "Kopf", "text": "Inhalt"})
    assert isinstance(one, Delivered)
    assert isinstance(other, Delivered)
    assert (one.article.title, one.article.text) == ("H", "It rained.")
    assert other.article.text == "It snowed."
