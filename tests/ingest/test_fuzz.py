"""Every format's own sample, damaged in every way: items come out, and nothing else."""

import gzip
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_writer import paragraphs, pdf

from ingest.sources import Delivered, Refused, read
from ingest.sources.items import Known

FIXTURES = Path(__file__).parent / "fixtures"

_PAGE = (
    b'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Flood</title><script '
    b'type="application/ld+json">{"@type": "NewsArticle", "headline": "Flood", "datePublished": '
    b'"2026-03-04T18:30:00Z", "author": {"name": "Ann Lee"}, "articleBody": "The river rose."}'
    b"</script></head><body><article><h1>Flood</h1><p>The river rose by four metres.</p></article>"
    b"</body></html>"
)
_HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + _PAGE
_WARC = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2026-03-04T18:"
    b"30:00Z\r\nWARC-Target-URI: https://g.example/flood\r\nContent-Type: application/http\r\n"
    b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(_HTTP), _HTTP)
)


def _parquet() -> bytes:
    pyarrow = pytest.importorskip("pyarrow", reason="newscite[parquet] is not installed")
    from pyarrow import parquet

    file = io.BytesIO()
    columns = {"title": ["Flood", None], "text": ["The river rose.", "It fell."], "id": [1, 2]}
    parquet.write_table(pyarrow.table(columns), file)
    return file.getvalue()


def _fixture(name: str) -> Callable[[], bytes]:
    return (FIXTURES / name).read_bytes


SAMPLES: dict[Known, Callable[[], bytes]] = {
    "text": "HALTERN, 4 March - The river rose.\n\nIt fell — on Sunday.\n".encode,
    "markdown": lambda: (
        b"---\nid: a\ntitle: Flood\ndate: 2026-03-04\ntags: [a, b]\n---\n# Flood\n\n"
        b"The **river** [rose](x).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> - It `fell`.\n"
    ),
    "html": lambda: _PAGE,
    "jsonl": lambda: (
        b'{"id": "a", "text": "It rained.", "authors": ["Ann"], "published_at": '
        b'"2026-03-04"}\n\n{"id": 2, "html": "<p>It\\u00a0rained.</p>", "status": "usable"}\n'
    ),
    "json": _fixture("json/list.json"),
    "ninjs": _fixture("ninjs/3.1.json"),
    "ap": _fixture("ap/feed.json"),
    "newsml-g2": _fixture("newsml-g2/message.xml"),
    "nitf": _fixture("nitf/bridge.xml"),
    "rss": _fixture("feed/rss.xml"),
    "sitemap": _fixture("sitemap/news.xml"),
    "csv": lambda: (
        b'id,headline,body,date\n1,Flood,"The ""river"", rose.\nIt fell.",4 March 2026\n'
        b"2,Rain,It rained.,2026-03-05\n"
    ),
    "parquet": _parquet,
    "pdf": lambda: pdf(paragraphs(["The river rose by four", "metres on Sunday."]), Title="Flood"),
    "warc": lambda: _WARC,
}

# What parsers stumble over, whatever the format: openings without an end, ends without one, numbers
# that are none, marks of other encodings, entities, escapes.
_TOKENS = [
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x1f\x8b\x08\0", b"\r", b"\n\n", b"\x1b[",
    b'"', b'""', b"\\", b"\\ud800", b"{", b"}", b"[", b"]]", b"null", b"1e999", b"-", b"NaN", b":", b",",
    b"<", b">", b"</p>", b"<!--", b"]]>", b"<![CDATA[", b"&", b"&#0;", b"&#x110000;", b"&a;", b"&nbsp;",
    b"<!DOCTYPE a [<!ENTITY a 'b'>]>", b"<?xml version='1.0' encoding='utf-16'?>", b"xmlns='x'",
    b"---\n", b"* &a", b"!!python/object:x", b"![", b"](", b"```", b"\xe2\x80\xae", b"9999-99-99",
    b"0000-00-00T00:00:00+99:99", b"99999999999999999999", b"Content-Length: -1\r\n", b"stream",
    b"endobj", b"WARC/1.0\r\n", b"PAR1", b"HTTP/1.1 200 OK\r\n\r\n",
]  # fmt: skip
_PIECES = st.sampled_from(_TOKENS) | st.binary(max_size=20)


@st.composite
def damages(draw: st.DrawFn) -> list[tuple[str, float, float, bytes]]:
    """What is done to a sample: how, from where to where in shares of it, and with what."""
    some = st.tuples(
        st.sampled_from(["put", "overwrite", "drop", "repeat", "move"]),
        st.floats(0, 1),
        st.floats(0, 1),
        _PIECES,
    )
    return draw(st.lists(some, min_size=1, max_size=4))


def damaged(raw: bytes, done: list[tuple[str, float, float, bytes]]) -> bytes:
    for how, one, other, piece in done:
        start, end = sorted((int(one * len(raw)), int(other * len(raw))))
        if how == "put":
            raw = raw[:start] + piece + raw[start:]
        elif how == "overwrite":
            raw = raw[:start] + piece + raw[start + len(piece) :]
        elif how == "drop":
            raw = raw[:start] + raw[end:]
        elif how == "repeat":
            raw = raw[:end] + raw[start:end] + raw[end:]
        else:
            raw = raw[:start] + raw[end:] + raw[start:end]
    return raw


def check(known: Known, raw: bytes, *, told: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "delivery"
        path.write_bytes(raw)
        items = list(read(path, known if told else "auto"))
    assert items, "whatever comes in, something comes out"
    for item in items:
        assert item.where.startswith(str(path))
        if isinstance(item, Delivered):
            article = item.article
            assert type(article).model_validate_json(article.model_dump_json()) == article
        else:
            assert isinstance(item, Refused)
            assert item.reason.strip()


def test_every_format_has_a_sample_that_is_read(tmp_path: Path) -> None:
    assert set(SAMPLES) == set(get_args(Known))
    for known, sample in SAMPLES.items():
        path = tmp_path / "delivery"
        path.write_bytes(sample())
        items = list(read(path))
        if known != "sitemap":  # which names pages only
            assert any(isinstance(item, Delivered) for item in items), known


@pytest.mark.parametrize("known", [known for known in SAMPLES if known != "pdf"])
@given(done=damages(), told=st.booleans(), packed=st.booleans(), cut=st.integers(0, 20))
def test_a_damaged_sample_is_read_or_refused(
    known: Known, done: list[tuple[str, float, float, bytes]], told: bool, packed: bool, cut: int
) -> None:
    raw = damaged(SAMPLES[known](), done)
    if packed:
        whole = gzip.compress(raw, mtime=0)
        raw = whole[: len(whole) - cut]
    check(known, raw, told=told)


@pytest.mark.slow
@settings(max_examples=25)
@given(done=damages(), told=st.booleans())
def test_a_damaged_pdf_is_read_or_refused(
    done: list[tuple[str, float, float, bytes]], told: bool
) -> None:
    check("pdf", damaged(SAMPLES["pdf"](), done), told=told)
