"""Reading a file: whatever it holds, something comes out and nothing is raised."""

import gzip
import os
import socket
import tempfile
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.cli.ingest import FormatName
from ingest.sources import Delivered, Format, Refused, base, read
from ingest.sources.items import Known

TEXTS: list[Format] = ["auto", "text", "markdown", "html", "jsonl", "csv"]
FORMATS: list[Format] = ["auto", *get_args(Known)]


def test_the_command_line_names_every_format() -> None:
    assert set(get_args(FormatName)) == {"auto", *get_args(Known)}


def only(path: Path, format: Format = "auto", source: str | None = None) -> Delivered | Refused:  # noqa: A002
    (item,) = read(path, format, source)
    return item


def refused(path: Path, format: Format = "auto") -> str:  # noqa: A002
    item = only(path, format)
    assert isinstance(item, Refused)
    assert item.where == str(path)
    return item.reason


def written(tmp_path: Path, content: bytes, name: str = "story.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("format", FORMATS)
@given(content=st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "replace"))))
@example(content=b"\xff\xfe")
@example(content=b"---\n---\n")
@example(content=b"---\n? [a]\n: - b\n---\nText")
@example(content=b'{"title": "a", "text": "\\ud800"}\n\n{"authors": 1}')
@example(content=b"<html><!--")
@example(content=b'[{"text": "a"},')
@example(content=b'{"data": {"items": [{"item": {"uri": 1, "bodies": {}}}]}}')
@example(content=b'{"uri": "u", "pubstatus": [], "body_nitf": "<nitf><body.head>"}')
@example(content=b"<nitf><body><body.content><p>a</nitf>")
@example(content=b"<rss><channel><item><title>a</title><link/><guid/><pubDate>x</pubDate></item>")
@example(content=b"<urlset><url/></urlset>")
@example(content=b"\xff\xfe<\0n\0")
@example(content=b'text,id\n"a""b,1\n"c\n,,,\n')
@example(content=b"%PDF-1.4\n1 0 obj")
@example(content=b"PAR1PAR1")
@example(content=b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 9\r\n\r\nHTTP")
@example(content=gzip.compress(b'{"text": "a"}', mtime=0)[:-9])
def test_any_bytes_yield_something_and_raise_nothing(format: Format, content: bytes) -> None:  # noqa: A002
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), content)
        items = list(read(path, format))
    assert items
    for item in items:
        assert item.where.startswith(str(path))
        assert isinstance(item, Refused) or item.article.text


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("content", [b"", b" \n\t\r\n ", b"\xef\xbb\xbf", b"\xff\xfe\n\x00"])
def test_an_empty_file_is_refused(tmp_path: Path, format: Format, content: bytes) -> None:  # noqa: A002
    assert refused(written(tmp_path, content), format).startswith("there is no text to ingest")


@pytest.mark.parametrize("format", TEXTS)
@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        bytes(range(256)) * 20,
    ],
    ids=["png", "every byte"],
)
def test_a_binary_file_is_refused(tmp_path: Path, format: Format, content: bytes) -> None:  # noqa: A002
    assert refused(written(tmp_path, content), format) == "looks like a binary file, not text"


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "a picture"), ("a.JPG", "a picture"), ("a.mp3", "a recording")]
)
def test_what_is_named_like_a_picture_or_a_recording_is_none_of_text(
    tmp_path: Path, name: str, kind: str
) -> None:
    file = tmp_path / name
    file.write_bytes(b"\x89PNG\r\n\x1a\n")
    (item,) = read(file)
    assert isinstance(item, Refused)
    assert item.reason == f"is named like {kind}; newscite reads text"


def test_an_article_with_the_name_of_a_picture_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_text("<html><body><article><p>The mill burned.</p></article></body></html>")
    (item,) = read(file)
    assert isinstance(item, Delivered)


def test_a_refused_file_keeps_its_bytes(tmp_path: Path) -> None:
    item = only(written(tmp_path, b"a\0b"))
    assert isinstance(item, Refused)
    assert item.raw == b"a\0b"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{\\rtf1 text}", "looks like a RTF file"),
        (b'<?xml version="1.0"?><svg/>', "looks like XML of a kind that is not read"),
    ],
)
def test_a_format_that_is_known_but_not_read_is_named(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    assert refused(written(tmp_path, content)).startswith(reason)


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("page.txt", b"<!DOCTYPE html><title>Page</title><p>The page says this.", "Page"),
        ("page.md", b"<!-- saved --><html><title>Page</title><p>The page says this.", "Page"),
        ("lines.txt", b'{"title": "Line", "text": "The line says this."}', "Line"),
        ("list.txt", b'[{"title": "List", "text": "It says this."}]', "List"),
        ("object.md", b'{"title": "Object",\n "text": "It says this."}', "Object"),
        ("ninjs.txt", b'{"uri": "u:1", "headline": "Wire", "body_text": "It says this."}', "Wire"),
        (
            "ap.json",
            b'\xef\xbb\xbf{"altids": {"itemid": "1"}, "headline": "AP", "body_nitf": "<p>It.</p>"}',
            "AP",
        ),
        ("marked.md", b"<p align=center>Logo</p>\n\n# Marked\n\nIt says this.", "Marked"),
        ("plain.log", b"It says this.", "Plain"),
        ("note.txt", b"[Editor's note: this came late.]", "Note"),
    ],
)
def test_the_format_is_told_by_content_and_then_by_name(
    tmp_path: Path, name: str, content: bytes, title: str
) -> None:
    item = only(written(tmp_path, content, name))
    assert isinstance(item, Delivered)
    assert item.article.title == title


def test_a_fifo_does_not_make_the_reader_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert refused(tmp_path / "pipe.txt").endswith("it is not a regular file")


def test_folders_devices_and_sockets_are_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(tmp_path / "s"))
        for path in (tmp_path, Path(os.devnull), tmp_path / "s"):
            assert refused(path).startswith("the file cannot be read: ")


def test_a_file_that_has_vanished_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone.txt") == "the file cannot be read: No such file or directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, b"Secret.")
    path.chmod(0)
    assert refused(path) == "the file cannot be read: Permission denied"


def test_a_file_over_the_bound_is_refused_without_keeping_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "LARGEST", 1_000_000)
    item = only(written(tmp_path, b"word " * 300_000))
    assert isinstance(item, Refused)
    assert item.reason == "the file is larger than 1 MB"
    assert len(item.raw) == 64 * 1024


def test_a_name_that_is_not_utf8_is_shown_as_far_as_it_can_be(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_bytes(b"Some text.")
    item = only(path)
    assert item.where.endswith("/caf\ufffd.txt")
    assert isinstance(item, Delivered)
    item.article.title.encode()


def test_a_source_is_given_to_articles_that_name_none(tmp_path: Path) -> None:
    lines = b'{"text": "a", "source": "Its own"}\n{"text": "b"}\n{"text": "c", "source": ""}\n{'
    items = list(read(written(tmp_path, lines, "wire.jsonl"), source="The Wire"))
    sources = [item.article.source for item in items if isinstance(item, Delivered)]
    assert sources == ["Its own", "The Wire", "The Wire"]
