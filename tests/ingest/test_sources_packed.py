"""Gzip: what is packed is read like the file within, as far as it goes, and no bomb goes off."""

import gzip
import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources import Delivered, Refused, find_files, packed, read

PAGE = (
    "<!DOCTYPE html><title>Flood</title><article><h1>Flood</h1>"
    f"<p>{'The river rose by four metres. ' * 20}</p></article>"
).encode()


def items(tmp_path: Path, content: bytes, name: str = "story.txt.gz") -> list[Delivered | Refused]:
    path = tmp_path / name
    path.write_bytes(content)
    return list(read(path))


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("wire.jsonl.gz", b'{"title": "Line", "text": "It rained."}', "Line"),
        ("dump.csv.gz", b"title,text\nRow,It rained.\n", "Row"),
        ("page.html.gz", PAGE, "Flood"),
        ("big-flood.txt.gz", b"It rained.", "Big flood"),
        ("story.md.gz", b"# Marked\n\nIt rained.", "Marked"),
        ("story", b"It rained.", "Story"),
    ],
)
def test_any_format_of_text_may_be_packed(
    tmp_path: Path, name: str, content: bytes, title: str
) -> None:
    (item,) = items(tmp_path, gzip.compress(content), name)
    assert isinstance(item, Delivered)
    assert item.article.title == title


def test_members_one_after_another_are_one_file(tmp_path: Path) -> None:
    lines = [b'{"text": "a"}\n{"te', b'xt": "b"}\n']
    padded = b"".join(map(gzip.compress, lines)) + bytes(100)
    assert [isinstance(item, Delivered) for item in items(tmp_path, padded)] == [True, True]


def test_packed_files_of_a_folder_are_found_by_the_name_within(tmp_path: Path) -> None:
    for name in ("a.csv.gz", "b.gz", "c.tar.gz", "d.html.gz", "e.jsonl"):
        (tmp_path / name).touch()
    assert [file.name for file in find_files([tmp_path])] == ["a.csv.gz", "d.html.gz", "e.jsonl"]


def lines(count: int) -> bytes:
    noise = random.Random(7)  # so that it packs to something
    return b"".join(
        b'{"text": "Article %d. %s"}\n' % (number, noise.randbytes(40).hex().encode())
        for number in range(count)
    )


def test_a_file_that_breaks_off_is_delivered_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = gzip.compress(lines(2000))
    *good, half, rest = items(tmp_path, whole[: len(whole) // 2])
    assert len(good) > 500
    assert all(isinstance(item, Delivered) for item in good)
    assert isinstance(half, Refused)
    assert isinstance(rest, Refused)
    assert rest.reason.startswith("the gzip file breaks off after ")
    assert rest.where == str(tmp_path / "story.txt.gz")


def test_a_damaged_file_is_delivered_up_to_the_damage(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(lines(2000)))
    whole[len(whole) // 2 : len(whole) // 2 + 50] = bytes(50)
    *good, _, rest = items(tmp_path, bytes(whole))
    assert sum(isinstance(item, Delivered) for item in good) > 500
    assert isinstance(rest, Refused)
    assert rest.reason.startswith("the gzip file is damaged after ")


def test_an_article_that_may_be_cut_short_is_refused_and_kept(tmp_path: Path) -> None:
    whole = gzip.compress(b"It rained. It poured.", compresslevel=0)
    half, rest = items(tmp_path, whole[:-15])
    assert isinstance(half, Refused)
    assert half.reason == "the gzip file breaks off within it or just after it"
    assert b"It rained." in half.raw
    assert isinstance(rest, Refused)


def test_a_row_that_may_be_cut_short_is_refused_and_those_before_are_delivered(
    tmp_path: Path,
) -> None:
    whole = gzip.compress(b"title,text\na,It rained.\nb,It poured all day.\n", compresslevel=0)
    first, half, rest = items(tmp_path, whole[:-15], "dump.csv.gz")
    assert isinstance(first, Delivered)
    assert isinstance(half, Refused)
    assert isinstance(rest, Refused)


@pytest.mark.parametrize("name", ["bomb.jsonl.gz", "bomb.csv.gz", "bomb.txt.gz", "bomb.html.gz"])
def test_a_bomb_is_not_unpacked_to_its_end(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "_FREE", 1_000_000)
    bomb = gzip.compress(b"title,text\n" + bytes([32]) * 100_000_000)
    unpacked = 0
    readinto = packed.Unpacked.readinto

    def count(self: packed.Unpacked, buffer: memoryview) -> int:
        nonlocal unpacked
        unpacked += (size := readinto(self, buffer))
        return size

    monkeypatch.setattr(packed.Unpacked, "readinto", count)
    rest = items(tmp_path, bomb, name)[-1]
    assert isinstance(rest, Refused)
    assert "unpacks to far more than news does" in rest.reason
    assert unpacked < 50_000_000


@given(content=st.binary(), size=st.integers(1, 100), more=st.binary(max_size=20))
def test_unpacked_bytes_are_those_that_were_packed(content: bytes, size: int, more: bytes) -> None:
    file = io.BufferedReader(
        packed.Unpacked(io.BytesIO(gzip.compress(content) + gzip.compress(more))), size
    )
    assert file.read() == content + more
    file.seek(0)
    assert file.read() == content + more


@given(content=st.binary(max_size=300), at=st.integers(0, 400), change=st.integers(1, 255))
def test_damage_anywhere_raises_nothing(content: bytes, at: int, change: int) -> None:
    raw = bytearray(gzip.compress(content))
    raw[at % len(raw)] ^= change
    file = packed.Unpacked(io.BytesIO(raw))
    found = io.BufferedReader(file).read()
    assert found == content or file.damage
