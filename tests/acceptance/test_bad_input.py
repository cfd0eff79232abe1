"""Bad input on the command line: one clear message, the right exit code, and the good is kept."""

import json
import os
from pathlib import Path

import pytest
from newscite_process import Corpus, Running

_NOISE = bytes(range(256)) * 12


def _write_jsonl(file: Path, break_line: int) -> None:
    articles = [
        {"id": f"bus-{n}", "text": f"The number {n} bus in Hexley runs every {n + 10} minutes."}
        for n in range(1, 11)
    ]
    lines = [json.dumps(article) for article in articles]
    lines[break_line - 1] = lines[break_line - 1][:-3]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def pile(tmp_path: Path) -> Path:
    """A folder of good and bad files."""
    folder = tmp_path / "pile"
    folder.mkdir()
    (folder / "good.txt").write_text("The new well\n\nHexley's well is 40 metres deep.\n")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.md").write_text("  \n\n")
    (folder / "noise.txt").write_bytes(_NOISE)
    (folder / "none.html").write_text("<html><body></body></html>")
    _write_jsonl(folder / "broken.jsonl", break_line=7)
    return folder


@pytest.mark.slow
def test_what_is_good_is_ingested_and_what_is_not_is_named_and_kept(
    corpus: Corpus, pile: Path
) -> None:
    photo = corpus.folder / "photo.jpg"
    photo.write_bytes(_NOISE)
    ran = corpus.run("ingest", pile, photo, "--json")
    assert ran.code == 1
    summary = ran.json
    assert (summary["seen"], summary["added"], summary["quarantined"]) == (16, 10, 6)
    assert f"{pile / 'broken.jsonl'}:7: not valid JSON" in ran.err
    for name in ("empty.txt", "blank.md", "noise.txt", "none.html"):
        assert f"{pile / name}: " in ran.err
    assert f"{photo}: is named like a picture" in ran.err

    kept = corpus.run("quarantine", "list", "--json").json
    assert len(kept) == 6
    assert set(kept[0]) >= {"id", "place", "reason", "at"}
    listed = corpus.run("quarantine", "list").out
    assert f"{pile / 'broken.jsonl'}:7\n" in listed, "a place is shown whole, to be copied"
    number = next(item["id"] for item in kept if item["place"].endswith("broken.jsonl:7"))
    broken = corpus.run("quarantine", "show", number)
    assert broken.out.strip() == (pile / "broken.jsonl").read_text().splitlines()[6]


def test_a_missing_file_is_wrong_usage_and_nothing_is_ingested(
    corpus: Corpus, tmp_path: Path
) -> None:
    good = tmp_path / "good.txt"
    good.write_text("A good article about Hexley.")
    ran = corpus.run("ingest", good, tmp_path / "missing.txt")
    assert ran.code == 2
    assert "missing.txt" in ran.err
    assert ran.out == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(corpus: Corpus, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Hexley.")
    secret.chmod(0)
    ran = corpus.run("ingest", secret)
    assert ran.code in (1, 2)
    assert "secret.txt" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("ingest",),
        ("ask",),
        ("frobnicate",),
        ("ask", "Who?", "--mode", "psychic"),
        ("ask", "Who?", "--after", "tomorrow"),
        ("ask", "Who?", "--colour", "red"),
        ("search", "x", "--limit", "0"),
        ("search", "x", "--limit", "many"),
        ("ingest", ".", "--format", "papyrus"),
        ("serve", "--port", "99999"),
        ("articles", "show", "x", "--version", "two"),
        ("quarantine", "show", "first"),
        ("eval", "run", "--gold", "missing.jsonl"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_a_word_of_help(
    corpus: Corpus, arguments: tuple[str, ...]
) -> None:
    ran = corpus.run(*arguments)
    assert ran.code == 2, ran.said
    assert ran.out == ""
    assert ran.err


@pytest.mark.slow
def test_a_question_of_100000_characters_is_refused(corpus: Corpus) -> None:
    ran = corpus.run("ask", "x" * 100_000)
    assert ran.code == 2
    assert "100,000 characters" in ran.err
    assert "2,000" in ran.err
    assert len(ran.err) < 500, "the question is not repeated"


@pytest.mark.parametrize("question", ["", " \n ", "x" * 100_000], ids=["empty", "blank", "long"])
def test_a_question_is_refused_through_a_server_too(server: Running, question: str) -> None:
    ran = server.corpus.run("ask", question)
    assert ran.code == 2
    assert "question" in ran.err
    assert len(ran.err) < 500


def test_an_unknown_status_is_wrong_usage(server: Running) -> None:
    ran = server.corpus.run("articles", "list", "--status", "lost")
    assert ran.code == 2
    assert "lost" in ran.err


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("NEWSCITE_COLOUR", "red"),
        ("NEWSCITE_THREADS", "many"),
        ("NEWSCITE_THREADS", "0"),
        ("NEWSCITE_DATABASE_URL", "oracle://x"),
        ("NEWSCITE_CHROMA_URL", "nonsense"),
    ],
)
def test_a_setting_that_is_refused_ends_with_4_and_is_named(
    corpus: Corpus, setting: str, value: str
) -> None:
    ran = corpus.run("ask", "Who?", env={setting: value})
    assert ran.code == 4
    assert setting in ran.err


def test_a_misspelt_setting_in_a_file_is_refused(corpus: Corpus) -> None:
    corpus.cwd.mkdir()
    (corpus.cwd / "newscite.toml").write_text('colour = "red"\n')
    ran = corpus.run("ask", "Who?")
    assert ran.code == 4
    assert "COLOUR" in ran.err


def test_a_settings_file_that_is_no_toml_is_refused(corpus: Corpus) -> None:
    corpus.cwd.mkdir()
    (corpus.cwd / "newscite.toml").write_text("data_dir = = 3\n")
    ran = corpus.run("ask", "Who?")
    assert ran.code == 4
    assert "line 1" in ran.err


@pytest.mark.slow
def test_a_data_folder_that_is_a_file_is_refused(corpus: Corpus) -> None:
    corpus.data.write_text("not a folder")
    ran = corpus.run("ask", "Who?")
    assert ran.code == 4
    assert str(corpus.data) in ran.err
