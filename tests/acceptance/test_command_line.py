"""The command line over the sample corpus: help, ingesting, listing, showing, exporting, mending."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from newscite_process import SAMPLE, Corpus, Ingested, Running
from typer.testing import CliRunner

from api.cli.main import app

SUMMARY = [
    "job_id", "seen", "added", "updated", "unchanged", "withdrawn", "syndicated", "kept_out", "quarantined",
    "passages", "seconds", "articles",
]  # fmt: skip
COPY = "courier-48817"
PLANT = "obl-20250121-lithvane"
WITHDRAWN = "vlm-20250306-astrolabe-arrest"
COMMANDS = (
    "ingest", "ask", "chat", "search", "serve", "demo", "doctor", "reindex", "articles list",
    "articles show", "articles withdraw", "articles history", "articles export",
    "quarantine list", "quarantine show", "quarantine retry", "quarantine drop", "eval run",
)  # fmt: skip


def test_help_names_every_command(corpus: Corpus) -> None:
    ran = corpus.run("--help")
    assert ran.code == 0
    for command in COMMANDS:
        assert command.split()[0] in ran.out


def test_help_loads_none_of_the_heavy_packages(corpus: Corpus) -> None:
    program = (
        "import sys\n"
        "from api.cli.main import run\n"
        "sys.argv = ['newscite', '--help']\n"
        "try:\n"
        "    run()\n"
        "except SystemExit as stop:\n"
        "    assert not stop.code\n"
        "heavy = {'chromadb', 'llama_index', 'onnxruntime', 'numpy', 'sqlalchemy', 'fastapi'}\n"
        "print('LOADED', sorted(heavy & sys.modules.keys()))\n"
    )
    line = [sys.executable, "-c", program]
    ran = subprocess.run(
        line, env=corpus.environment(), capture_output=True, encoding="utf-8", check=True
    )
    assert "LOADED []" in ran.stdout


@pytest.mark.parametrize(
    ("doing", "modules", "heavy"),
    [
        (
            "through a server",
            "api.client, api.cli.handing_over, api.cli.render, rag.archive_opening",
            "chromadb llama_index onnxruntime",
        ),
        ("upkeep", "rag.doctor, rag.upkeep.backup, rag.upkeep.restoring", "llama_index"),
    ],
)
def test_what_needs_no_models_imports_none_of_their_packages(
    corpus: Corpus, doing: str, modules: str, heavy: str
) -> None:
    program = f"import sys, {modules}; print(sorted(set({heavy.split()}) & sys.modules.keys()))"
    line = [sys.executable, "-c", program]
    ran = subprocess.run(
        line, env=corpus.environment(), capture_output=True, encoding="utf-8", check=True
    )
    assert ran.stdout == "[]\n", doing


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    shown = CliRunner().invoke(app, [*command.split(), "--help"])
    assert shown.exit_code == 0
    assert "Usage:" in shown.output


def test_the_version_is_told(corpus: Corpus) -> None:
    ran = corpus.run("--version")
    assert (ran.code, ran.out.split()[0]) == (0, "newscite")


def test_ingest_json_is_the_contracts_summary(sample: Ingested) -> None:
    summary = sample.ran.json
    assert list(summary) == SUMMARY
    assert (summary["added"], summary["updated"], summary["withdrawn"]) == (31, 2, 1)
    assert (summary["syndicated"], summary["unchanged"], summary["quarantined"]) == (2, 0, 0)
    assert summary["seen"] == 34
    assert summary["passages"] > 31


@pytest.mark.slow
def test_a_rerun_changes_nothing(a_copy: Callable[[], Corpus], sample: Ingested) -> None:
    corpus = a_copy()
    again = corpus.run("ingest", SAMPLE, "--json")
    assert again.code == 0
    told = {key: again.json[key] for key in SUMMARY[1:-2]}
    assert told == dict.fromkeys(told, 0) | {"seen": 34, "unchanged": 34, "kept_out": 1}


@pytest.mark.slow
def test_an_index_that_is_lost_is_noticed_and_rebuilt(a_copy: Callable[[], Corpus]) -> None:
    corpus = a_copy()
    shutil.rmtree(corpus.data / "chroma")
    missing = corpus.run("doctor")
    assert missing.code == 1
    assert "missing from the vector index" in missing.said
    assert "newscite reindex" in missing.said
    assert corpus.run("reindex").code == 0
    healthy = corpus.run("doctor", "--json")
    assert healthy.code == 0


@pytest.mark.slow
def test_an_export_ingests_to_the_same(server: Running, corpus: Corpus, tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    assert server.corpus.run("articles", "export", first).code == 0
    articles = [json.loads(line) for line in first.read_text(encoding="utf-8").splitlines()]
    assert WITHDRAWN not in {article["id"] for article in articles}
    summary = corpus.run("ingest", first, "--json").json
    assert (summary["added"], summary["quarantined"]) == (len(articles), 0)
    assert corpus.run("articles", "export", second).code == 0
    again = [json.loads(line) for line in second.read_text(encoding="utf-8").splitlines()]
    assert {article["id"]: article for article in again} == {a["id"]: a for a in articles}
    assert server.corpus.run("articles", "export").out == first.read_text(encoding="utf-8")


def test_the_listing_is_newest_first_and_stops_at_its_limit(server: Running) -> None:
    articles = server.corpus.run("articles", "list", "--json", "--limit", "5").json
    days = [article["published_at"] for article in articles]
    assert len(days) == 5
    assert days == sorted(days, reverse=True)
    shown = server.corpus.run("articles", "list", "--limit", "5")
    assert all(article["id"] in shown.said for article in articles)


def test_an_article_is_shown_in_the_version_asked_for(server: Running) -> None:
    now = server.corpus.run("articles", "show", PLANT, "--json").json
    then = server.corpus.run("articles", "show", PLANT, "--version", "1", "--json").json
    assert (now["version"], now["current"]) == (2, True)
    assert (then["version"], then["current"]) == (1, False)
    assert "410" in now["text"]
    shown = server.corpus.run("articles", "show", PLANT)
    assert " ".join(now["text"].split()) in shown.said


def test_an_article_is_shown_with_its_story(server: Running) -> None:
    story = server.corpus.run("articles", "show", COPY, "--json").json["story"]
    assert COPY in story["copies"]
    assert len(story["copies"]) == 2
    assert f"a copy of {story['canonical']}" in server.corpus.run("articles", "show", COPY).said
    shown = server.corpus.run("articles", "show", story["canonical"]).said
    assert all(copy in shown for copy in story["copies"])


def test_history_lists_every_version(server: Running) -> None:
    versions = server.corpus.run("articles", "history", PLANT, "--json").json
    assert [version["version"] for version in versions] == [1, 2]
    assert versions[1]["correction"]
    ran = server.corpus.run("articles", "history", PLANT)
    assert ran.code == 0, ran.err
    assert "* 2" in ran.out


def test_an_answer_is_printed_with_its_quote_and_as_json(server: Running) -> None:
    question = "How many people will the Lithvane plant in Tarsholm employ?"
    answer = server.corpus.run("ask", question, "--json").json
    assert answer["answerable"]
    assert answer["citations"][0]["article_id"] == PLANT
    shown = server.corpus.run("ask", question)
    assert shown.code == 0
    assert "410 people" in shown.said
    assert "[1]" in shown.said
    assert "Correction: " in shown.said


def test_no_answer_is_no_error(server: Running) -> None:
    ran = server.corpus.run("ask", "What did the Chinese foreign ministry say about the talks?")
    assert ran.code == 0
    assert "does not say" in ran.said
    assert "The nearest statement, which is no answer" in ran.said


def test_filters_and_limit_reach_the_search(server: Running) -> None:
    filters = ("--source", "Oskelund Telegraf", "--after", "2024-10-01", "--before", "2025-01-01")
    found = server.corpus.run("search", "central bank", *filters, "--limit", "2", "--json").json
    assert 1 <= len(found["passages"]) <= 2
    assert {passage["source"] for passage in found["passages"]} == {"Oskelund Telegraf"}
    as_of = ("--as-of", "2024-11-08T12:00:00Z")
    then = server.corpus.run("search", "Maren Elise deaths", *as_of, "--json").json["passages"]
    ferry = {p["version"] for p in then if p["article_id"] == "cpa-20241107-maren-elise"}
    assert ferry == {1}


@pytest.mark.parametrize("command", ["show", "withdraw", "history"])
def test_an_unknown_article_is_wrong_usage(server: Running, command: str) -> None:
    ran = server.corpus.run("articles", command, "no-such-article")
    assert ran.code == 2
    assert "no-such-article" in ran.err
    assert ran.out == ""


def test_a_withdrawn_article_is_not_shown(server: Running) -> None:
    for command in ("show", "history"):
        ran = server.corpus.run("articles", command, WITHDRAWN)
        assert ran.code == 2
        assert "withdrawn" in ran.err
    version = server.corpus.run("articles", "show", WITHDRAWN, "--version", "1")
    assert version.code == 2


@pytest.mark.slow
def test_a_listing_tells_of_more_and_of_articles_without_a_title(corpus: Corpus) -> None:
    lines = [{"id": f"n{number}", "text": f"Bus {number} was late."} for number in range(3)]
    delivery = corpus.folder / "notes.jsonl"
    delivery.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert corpus.run("ingest", delivery).code == 0
    some, every = corpus.run("articles", "list", "--limit", "2"), corpus.run("articles", "list")
    assert (some.out.count("Untitled"), every.out.count("Untitled")) == (2, 3)
    assert ("There are more" in some.err, "There are more" in every.err) == (True, False)


@pytest.mark.slow
def test_what_is_dropped_leaves_the_quarantine_with_a_server_and_without(corpus: Corpus) -> None:
    delivery = corpus.folder / "notes.jsonl"
    delivery.write_text('{"id": 1}\n{"id": 2}\n{"id": 3}\n', encoding="utf-8")
    assert corpus.run("ingest", delivery).code == 1
    assert corpus.run("quarantine", "drop").code == 2
    assert corpus.run("quarantine", "drop", "9").code == 2
    assert corpus.run("quarantine", "drop", "1").code == 0
    with corpus.serve():
        assert corpus.run("quarantine", "drop", "2").code == 0
    assert [item["id"] for item in corpus.run("quarantine", "list", "--json").json] == [3]
    assert corpus.run("quarantine", "drop", "--all").code == 0
    assert corpus.run("quarantine", "list").out == "Nothing is in quarantine.\n"
