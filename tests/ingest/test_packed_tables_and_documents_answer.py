"""From a table, a document, an archive or a packed file to an answer cited to the character."""

import gzip
from pathlib import Path

import pytest
from pdf_writer import paragraphs, pdf
from test_sources_warc import INFO, record
from typer.testing import CliRunner

from api.cli.main import app
from ingest.pipeline import Pipeline
from ingest.sources import read
from rag.engine import open_engine
from rag.settings import Settings

SAID = "The harbour of Port Ellery reopened on Tuesday after eleven days of repairs."
MORE = "Fishing boats left before dawn, and the ferry to Brannock sails again from Friday morning."
QUESTION = "When did the harbour of Port Ellery reopen?"


def csv(path: Path) -> None:
    path.write_text(f'Headline,Body\nHarbour reopens,"<p>{SAID}</p><p>{MORE}</p>"\n')


def packed(path: Path) -> None:
    path.write_bytes(gzip.compress(f"headline;content\nHarbour;{SAID} {MORE}\n".encode()))


def document(path: Path) -> None:
    lines = [SAID[:29] + "-", SAID[29:], MORE[:46], MORE[47:]]
    path.write_bytes(pdf(paragraphs(lines[:2], lines[2:]), Title="Harbour reopens"))


def archive(path: Path) -> None:
    page = f"<html><title>Harbour</title><article><p>{SAID}</p><p>{MORE * 4}</p></article></html>"
    path.write_bytes(gzip.compress(INFO) + gzip.compress(record(page.encode())))


def parquet(path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="newscite[parquet] is not installed")
    from pyarrow import parquet as file

    file.write_table(pyarrow.table({"title": ["Harbour"], "body": [f"{SAID} {MORE}"]}), path)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("dump.csv", csv),
        ("dump.csv.gz", packed),
        ("release.pdf", document),
        ("crawl.warc.gz", archive),
        ("dump.parquet", parquet),
    ],
)
def test_a_file_of_each_format_answers(
    settings: Settings, tmp_path: Path, name: str, write: object
) -> None:
    assert callable(write)
    write(tmp_path / name)
    with open_engine(settings, "pytest") as engine:
        summary = Pipeline(engine.corpus).run(read(tmp_path / name))
        assert (summary.added, summary.quarantined) == (1, 0)
        answer = engine.ask(QUESTION)
        assert answer.answerable
        assert answer.citations[0].quote == SAID
        for cited in answer.citations:
            stored = engine.corpus.archive.article(cited.article_id)
            assert stored.text[cited.start : cited.end] == cited.quote


def test_the_command_line_maps_columns(bare: Path) -> None:
    (bare / "dump.csv").write_text(f"Kopf,Inhalt\nHafen,{SAID}\n")
    command = ["--data-dir", str(bare / "data"), "ingest", "dump.csv"]
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 1
    done = CliRunner().invoke(app, [*command, "--map", "title=Kopf,text=Inhalt"])
    assert done.exit_code == 0
    assert "1 added" in done.output
