"""JSON documents: item by item, a broken one refused and the next ones delivered."""

import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources import Delivered, Refused, json_stream, read
from ingest.sources.json_stream import split

FIXTURES = Path(__file__).parent / "fixtures" / "json"
GOOD = '{"text": "Good."}'


def found(tmp_path: Path, content: str | bytes) -> list[Delivered | Refused]:
    path = tmp_path / "file.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(path))


def places(items: list[Delivered | Refused]) -> list[str]:
    return [item.where.rpartition("file.json")[2] for item in items]


def outcome(item: Delivered | Refused) -> str | None:
    return item.article.text if isinstance(item, Delivered) else item.reason


def test_an_article_over_several_lines_is_read(tmp_path: Path) -> None:
    (item,) = found(tmp_path, json.dumps({"id": "7", "text": "It says.", "desk": 1}, indent=2))
    assert isinstance(item, Delivered)
    assert item.article.text == "It says."
    assert item.article.model_extra == {"desk": 1}
    assert item.where.endswith("file.json")


@pytest.mark.parametrize(
    "content",
    [
        f"[{GOOD},{GOOD}]",
        f"[\n  {GOOD}\n,\n  {GOOD},\n]\n",
        f'{{"next": null, "items": [{GOOD},{GOOD}], "total": 2}}',
        f'{{"data": {{"items": [{GOOD},{GOOD}], "x": {{}}}}, "total": 2}}',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_list_is_read_item_by_item(tmp_path: Path, content: str, encoding: str) -> None:
    items = found(tmp_path, content.encode(encoding))
    assert [outcome(item) for item in items] == ["Good.", "Good."]
    assert places(items) == ["#1", "#2"]


def test_documents_may_follow_each_other(tmp_path: Path) -> None:
    items = found(tmp_path, f'{{\n"text": "a"}}\n\n{GOOD}\n[{GOOD}]')
    assert [outcome(item) for item in items] == ["a", "Good.", "Good."]
    assert places(items) == [":1", ":4", "#1"]


def test_an_article_with_items_of_its_own_is_no_envelope(tmp_path: Path) -> None:
    (item,) = found(tmp_path, '{\n"text": "a", "items": [{"text": "b"}]}')
    assert outcome(item) == "a"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ('{"text": "a" "id": 1}', "not valid JSON: Expecting ',' delimiter at character 14"),
        ('{"text": "a",\n "id" 1}', "not valid JSON: Expecting ':' delimiter at character 7 of it"),
        ('{"text": "a", "n": NaN}', "not usable JSON: NaN is no JSON number"),
        ('{"text": "a", "n": -Infinity}', "not usable JSON: -Infinity is no JSON number"),
        (
            '{"text": "a", "text": "b"}',
            "not usable JSON: 'text' stands there twice, with different",
        ),
        ('{"x": ' + "[" * 5000 + "]" * 5000 + "}", "not usable JSON: its values are nested too"),
        ('{"text": "a", "x": ' + "[" * 99 + "]" * 99 + "}", "its values are nested more than 32"),
        ('{"title": "a"}', "there is no text to ingest"),
        ('{"text": "a", "published_at": "soon"}', "field 'published_at': 'soon' is not a date"),
        ("[1, 2]", "here should be a JSON object"),
        ('"text"', "here should be a JSON object"),
        ("null", "here should be a JSON object"),
    ],
)
def test_a_bad_item_is_refused_and_its_neighbours_are_delivered(
    tmp_path: Path, raw: str, reason: str
) -> None:
    before, item, after = found(tmp_path, f"[{GOOD}, {raw}, {GOOD}]")
    assert outcome(before) == outcome(after) == "Good."
    assert isinstance(item, Refused)
    assert item.reason.startswith(reason)
    assert item.raw.decode().strip(", ") == raw


def test_bytes_that_are_not_utf8_are_refused_with_their_item(tmp_path: Path) -> None:
    items = found(tmp_path, b'[{"text": "caf\xe9"}, ' + GOOD.encode() + b"]")
    assert [outcome(item) for item in items] == ["the item is not UTF-8 (byte 14)", "Good."]


def test_a_name_that_stands_twice_with_one_value_does_no_harm(tmp_path: Path) -> None:
    (item,) = found(tmp_path, '{\n"text": "a", "text": "a"}')
    assert outcome(item) == "a"


def test_an_item_whose_brackets_do_not_match_ends_where_the_next_line_begins_like_it() -> None:
    items = list(read(FIXTURES / "list.json"))
    assert [isinstance(item, Delivered) for item in items] == [True, False, True]
    assert [outcome(item) for item in items] == [
        "The Vale library will open on Sundays from April.",
        "not valid JSON: Expecting ',' delimiter at character 3 of its line 7",
        "The toll on the Corrie bridge ends on May 1.",
    ]


@pytest.mark.parametrize("broken", ['{"text": "a"', '{"text": "a', '{"text": ["a"}'])
def test_a_broken_line_does_not_take_the_next_ones_with_it(tmp_path: Path, broken: str) -> None:
    items = found(tmp_path, f"[\n{broken}\n{GOOD},\n{broken}\n{GOOD}]")
    assert [outcome(item) for item in items][1::2] == ["Good.", "Good."]


def test_lines_are_trusted_once_many_items_were_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "_PATIENCE", 100)
    lines = [b'{"text": "a"', b'{"text": "b"}'] * 50
    items = list(split(io.BytesIO(b"\n".join(lines)).read))
    assert [item.data.get("text") for item in items] == [None, "b"] * 50


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"[{GOOD}, {GOOD[:9]}", "the file ends in the middle of this item"),
        (f"[{GOOD}", "the file ends before its list does"),
        (f"{{\n{GOOD[1:]}\n{GOOD[:9]}", "the file ends in the middle of this item"),
    ],
)
def test_a_file_that_was_cut_off_is_told(tmp_path: Path, content: str, reason: str) -> None:
    first, *_, _last = items = found(tmp_path, content)
    assert outcome(first) == "Good."
    assert any(str(outcome(item)).startswith(reason) for item in items)


def test_a_long_string_is_passed_over_with_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    with path.open("w") as file:
        file.write('[{"text": "')
        for _ in range(100):
            file.write('x\\"}{[' * 170_000)
        file.write(f'"}}, {GOOD}]')
    tracemalloc.start()
    items = list(read(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [outcome(item) for item in items] == ["the item is longer than 16 MB", "Good."]
    assert isinstance(items[0], Refused)
    assert len(items[0].raw) == 64 * 1024
    assert peak < 64 * 1024 * 1024


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
OBJECTS = st.dictionaries(st.text(), VALUES).filter(lambda item: not {"items", "data"} & set(item))


@given(
    items=st.lists(OBJECTS, min_size=1),
    indent=st.sampled_from([None, 1]),
    escaped=st.booleans(),
    size=st.integers(1, 50),
)
def test_what_was_written_is_what_is_read_however_it_arrives(
    items: list[dict[str, object]], indent: int | None, escaped: bool, size: int
) -> None:
    document = json.dumps(items, indent=indent, ensure_ascii=escaped).encode("utf-8", "replace")
    lines = "\n".join(json.dumps(item) for item in items).encode()
    for written in (document, lines):
        file = io.BytesIO(written)
        read_back = list(split(lambda _, file=file: file.read(size)))  # type: ignore[misc]
        assert all(item.reason is None for item in read_back)
        if written is lines or escaped:
            assert [item.data for item in read_back] == items
        assert len(read_back) == len(items)


@given(st.text('{}[]",:\\ \na1'))
def test_any_text_comes_to_an_end(content: str) -> None:
    for item in split(io.BytesIO(content.encode()).read):
        assert item.reason is not None or isinstance(item.data, dict)
