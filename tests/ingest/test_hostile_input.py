"""Input made to harm, through the whole pipeline: nothing crashes, leaks or is lost without a word.

Beside these, what a single format makes of its own kinds is tested with that format; the table in
docs/ingesting.md names them all.
"""

import bz2
import gzip
import io
import json
import lzma
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from ingest.pipeline import ItemDone, Pipeline
from ingest.sources import read
from rag.archive.quarantine import quarantined
from rag.corpus import Corpus
from rag.types import StoredArticle

ROOT = Path(__file__).parents[2]
GOOD = '{"id": "good", "text": "The river rose by four metres on Sunday."}'


def taken(corpus: Corpus, file: Path) -> tuple[list[StoredArticle], list[str]]:
    """Ingests a file: the articles as they are stored, and the reasons of what was refused."""
    seen: list[ItemDone] = []
    Pipeline(corpus).run(read(file), seen.append)
    ids = [item.article_id for item in seen if item.article_id]
    refused = [item.refused.reason for item in seen if item.refused]
    kept = [item.reason for item in quarantined(corpus.archive.engine)]
    assert sorted(kept) == sorted(refused), "what is refused is kept"
    return [corpus.archive.article(article_id) for article_id in ids], refused


def written(tmp_path: Path, name: str, content: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../outside.txt", "It rained. " * 1_000_000)
    return file.getvalue()


def _tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("../../outside.txt")
        member.size = 10
        archive.addfile(member, io.BytesIO(b"It rained."))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (_zip(), "a ZIP archive"),
        (_tar(), "a tar archive"),
        (gzip.compress(_tar()), "a tar archive"),
        (gzip.compress(gzip.compress(b"It rained.")), "gzip within gzip"),
        (bz2.compress(b"It rained."), "a bzip2 file"),
        (lzma.compress(b"It rained."), "an xz file"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive"),
        (b"Rar!\x1a\x07\x01\0", "a RAR archive"),
        (b"\x28\xb5\x2f\xfd\x04", "a Zstandard file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a document of an office program"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("name", ["news.zip", "news.jsonl", "news.txt", "news"])
def test_an_archive_is_refused_by_name_and_never_unpacked(
    mock_corpus: Corpus, tmp_path: Path, content: bytes, kind: str, name: str
) -> None:
    before = sorted(path.name for path in tmp_path.parent.iterdir())
    articles, (reason,) = taken(mock_corpus, written(tmp_path, name, content))
    assert articles == []
    assert reason.startswith(f"looks like {kind}")
    assert "; unpack it" in reason or "; save it" in reason
    assert sorted(path.name for path in tmp_path.parent.iterdir()) == before


def test_a_name_inside_a_gzip_file_is_no_path(mock_corpus: Corpus, tmp_path: Path) -> None:
    packed = gzip.compress(GOOD.encode(), mtime=0)
    named = packed[:3] + b"\x08" + packed[4:10] + b"../../../evil.txt\0" + packed[10:]
    articles, refused = taken(mock_corpus, written(tmp_path, "news.jsonl.gz", named))
    assert ([article.id for article in articles], refused) == (["good"], [])
    assert not list(tmp_path.parent.rglob("evil.txt"))


def test_padding_without_end_behind_a_gzip_file_is_passed_over(
    mock_corpus: Corpus, tmp_path: Path
) -> None:
    padded = gzip.compress(GOOD.encode()) + bytes(100_000_000)
    articles, refused = taken(mock_corpus, written(tmp_path, "tape.jsonl.gz", padded))
    assert (len(articles), refused) == (1, [])


@pytest.mark.parametrize(
    "article_id", ["../../../etc/passwd", "..\\..\\x", "/etc/passwd", "a/../b"]
)
def test_an_id_is_no_path(mock_corpus: Corpus, tmp_path: Path, article_id: str) -> None:
    path = written(tmp_path, "ids.jsonl", json.dumps({"id": article_id, "text": "It rained."}))
    articles, refused = taken(mock_corpus, path)
    assert ([article.id for article in articles], refused) == ([article_id], [])
    assert not [file for file in tmp_path.parent.rglob("*") if file.name in ("passwd", "x", "b")]


def test_nul_bytes_cost_no_more_than_themselves_or_their_line(
    mock_corpus: Corpus, tmp_path: Path
) -> None:
    for name, content in {
        "a.txt": "The river\0 rose by four metres on Sunday.\n",
        "b.md": "The lake\0 rose by four metres on Sunday.\n",
        "c.html": "<html><body><p>The sea\0 rose by four metres on Sunday.</p></body></html>",
        "d.csv": "id,title,text\n1,Rain,The moor\0 rose by four metres on Sunday.\n",
        "e.xml": "<nitf><body><body.content><p>The fen\0 rose by four metres on Sunday.</p>"
        "</body.content></body></nitf>",
        "f.jsonl": '{"title": "a\\u0000b", "text": "The mere\\u0000 rose by four metres."}',
    }.items():
        (article,), refused = taken(mock_corpus, written(tmp_path, name, content))
        assert refused == []
        assert "rose by four metres" in article.text
        assert "\0" not in article.model_dump_json()
    lines = (
        GOOD + '\n{"text": "It\0 rained."}\n' + GOOD.replace("good", "better").replace("four", "5")
    )
    articles, (reason,) = taken(mock_corpus, written(tmp_path, "g.jsonl", lines))
    assert [article.id for article in articles] == ["good", "better"]
    assert "not valid JSON" in reason


def test_marks_that_turn_text_and_escapes_of_terminals_are_left_out_everywhere(
    mock_corpus: Corpus, tmp_path: Path
) -> None:
    odd = "\u202e\u2066\x1b[31m\x07\u200b"
    said = {
        "id": "odd", "title": f"Ra{odd}in", "text": f"It rain{odd}ed in Calder.",
        "source": f"Post{odd}", "provider": f"{odd}Wire", "section": "\u202e", "dateline": f"CAL{odd}DER",
        "authors": [f"Ann{odd} Lee"], "subjects": [f"rain{odd}"], "usage_terms": f"No{odd} resale",
        "correction": f"A wrong{odd} date.", "url": f"https://calder.example/{odd}rain",
    }  # fmt: skip
    (article,), refused = taken(mock_corpus, written(tmp_path, "a.jsonl", json.dumps(said)))
    assert refused == []
    shown = str(list(json.loads(article.model_dump_json(exclude={"extra"})).values()))
    assert not re.search(r"\\x|\\u20", shown), "which is how Python writes what has no shape"
    assert (article.title, article.text) == ("Ra[31min", "It rain[31med in Calder.")
    assert article.section is None


def test_an_id_with_an_invisible_character_is_refused(mock_corpus: Corpus, tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", json.dumps({"id": "a\u202eb", "text": "It rained."}))
    articles, (reason,) = taken(mock_corpus, path)
    assert articles == []
    assert "character without a shape" in reason


@pytest.mark.parametrize(
    "content",
    [
        "Café à Zürich, wo es regnete. ".encode() * 50 + "Köln während".encode("cp1252"),
        "Es regnete in Zürich und Köln während der Nacht.".encode("cp1252"),
        "\ufeffEs regnete in Zürich.".encode("utf-16-le"),
        "Es regnete in Zürich.".encode("utf-32"),
    ],
    ids=["mixed", "old", "utf-16", "utf-32"],
)
def test_encodings_are_told_and_damage_is_marked(
    mock_corpus: Corpus, tmp_path: Path, content: bytes
) -> None:
    (article,), refused = taken(mock_corpus, written(tmp_path, "a.txt", content))
    assert refused == []
    assert "Zürich" in article.text


@pytest.mark.parametrize(
    "codec",
    ["rot13", "zlib_codec", "hex", "idna", "unicode_escape", "undefined", "punycode", "utf-7"],
)
def test_a_declared_codec_that_is_no_encoding_does_no_harm(
    mock_corpus: Corpus, tmp_path: Path, codec: str
) -> None:
    page = f"<html><head><meta charset='{codec}'></head><body><p>It rained in Orléans.</p></body>"
    (article,), refused = taken(mock_corpus, written(tmp_path, "a.html", page.encode("cp1252")))
    assert (article.text, refused) == ("It rained in Orléans.", [])


_CHILD = """
import resource, sys
from pathlib import Path
from ingest.sources import Delivered, read
import ingest.sources.registry
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
good = bad = 0
for item in read(Path(sys.argv[1])):
    good, bad = good + isinstance(item, Delivered), bad + (not isinstance(item, Delivered))
print(good, bad, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="has no resource module")
@pytest.mark.parametrize(
    ("name", "start", "unit", "end", "good"),
    [
        ("a.txt", b"", b"word ", b"", 0),
        ("a.md", b"", b"word ", b"", 0),
        ("a.jsonl", b'{"text": "', b"word ", b'"}\n' + GOOD.encode() + b"\n", 1),
        ("a.json", b'[{"text": "', b"word ", b'"}, ' + GOOD.encode() + b"]", 1),
        ("a.html", b"<html><body><p>", b"word ", b"</p>", 0),
        ("a.xml", b"<nitf><body><body.content><p>", b"word ", b"</p>", 0),
        ("b.xml", b"<newsItem><contentSet><inlineData>", b"word ", b"</inlineData>", 0),
        ("c.xml", b"<rss><channel><item><description>", b"word ", b"</description>", 0),
        ("d.xml", b"<urlset><url><loc>", b"x", b"</loc></url></urlset>", 0),
        ("e.xml", b"<!-- ", b"word ", b"--><nitf/>", 0),
        ("a.csv", b"id,text\n1,", b"word ", b"\n2,It rained in Calder.\n", 1),
        ("a.pdf", b"%PDF-1.4\n", b"word ", b"", 0),
        ("a.warc", b"WARC/1.0\r\nWARC-Type: response\r\nX: ", b"word ", b"\r\n\r\n", 0),
    ],
)
def test_a_line_of_100_megabytes_is_refused_in_bounded_memory(
    tmp_path: Path, name: str, start: bytes, unit: bytes, end: bytes, good: int
) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.write(start)
        for _ in range(100):
            file.write(unit * (1_000_000 // len(unit)))
        file.write(end)
    ran = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path)],
        capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    delivered, refused, grown = map(int, ran.stdout.split())
    assert (delivered, refused) == (good, 1)
    assert grown < 300 * 1024, "kilobytes"
