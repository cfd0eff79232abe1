"""What README.md and docs/evaluating.md promise of evaluation, kept by the command as it is run.

The runs ask the first eight questions of the sample gold, of which seven have an answer: enough for
the gate to see a loss.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from newscite_process import GOLD, SAMPLE, Corpus, Ran, Running

pytestmark = pytest.mark.slow

ASKED = 16
ANSWERABLE, EVIDENCE = 14, 16  # of them; two of these have two pieces
Json = dict[str, Any]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the runs go."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def first(eval_corpus: Corpus, runs: Path) -> Path:
    """A run of the sample gold, made in one go."""
    return _run(eval_corpus, runs / "first", "--limit", ASKED)


@pytest.fixture(scope="module")
def poorer(tmp_path_factory: pytest.TempPathFactory, runs: Path) -> Path:
    """The same questions of a corpus in which all but one of the articles are missing."""
    corpus = Corpus(tmp_path_factory.mktemp("poorer"))
    assert corpus.run("ingest", SAMPLE / "brackwater-mayor.md").code == 0
    return _run(corpus, runs / "poorer", "--limit", ASKED)


@pytest.fixture(scope="module")
def interrupted(eval_corpus: Corpus, runs: Path) -> tuple[Path, str, list[Json]]:
    """A run that was interrupted like with Ctrl-C, what it said, and which questions were done."""
    out = runs / "resumed"
    gold = ("--gold", GOLD, "--limit", str(ASKED))
    running = eval_corpus.start("eval", "run", *gold, "--out", out)
    while not _done(out):  # the first question is enough: the others are soon done
        with pytest.raises(subprocess.TimeoutExpired):  # it is still running
            running.process.wait(0.02)
    assert running.stop() == 130
    assert not (out / "results.json").exists()
    return out, " ".join(running.err.split()), _done(out)


@pytest.fixture(scope="module")
def resumed(interrupted: tuple[Path, str, list[Json]], eval_corpus: Corpus) -> Path:
    """The same run, brought to its end."""
    return _run(eval_corpus, interrupted[0], "--limit", ASKED)


def test_a_run_writes_its_results_and_a_report_for_people_and_for_a_pull_request(
    first: Path,
) -> None:
    assert {each.name for each in first.iterdir()} == {"results.json", "report.md", "report.html"}
    page = (first / "report.html").read_text(encoding="utf-8")
    summary = (first / "report.md").read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    for question in _results(first)["questions"]:
        assert question["id"] in page
    for name in ("answer_match", "citation_precision", "hits@4", "refusal_recall"):
        assert name in summary
        assert name in page


def test_the_reports_can_be_written_anew(first: Path, eval_corpus: Corpus, tmp_path: Path) -> None:
    again = tmp_path / "first"
    again.mkdir()
    shutil.copy(first / "results.json", again)
    ran = eval_corpus.run("eval", "report", again)
    assert ran.code == 0, ran.said
    for name in ("report.md", "report.html"):
        assert (again / name).read_bytes() == (first / name).read_bytes()


def test_an_interrupted_run_says_how_to_go_on(
    interrupted: tuple[Path, str, list[Json]],
) -> None:
    out, said, done = interrupted
    assert 1 <= len(done) < ASKED
    assert "goes on where this one stopped" in said
    assert out.name in said


def test_a_resumed_run_asks_no_question_again(
    interrupted: tuple[Path, str, list[Json]], resumed: Path
) -> None:
    done = interrupted[2]
    written = _results(resumed)
    assert written["questions"][: len(done)] == done  # the time that each took included
    assert len(written["questions"]) == ASKED
    assert written["run"]["resumed"] == 1
    assert not (resumed / "progress.jsonl").exists()


def test_the_same_corpus_configuration_and_gold_give_identical_scores(
    first: Path, resumed: Path, without_times: Callable[[Json], Json]
) -> None:
    assert without_times(_results(first)) == without_times(_results(resumed))


def test_a_run_compared_with_itself_shows_no_difference(first: Path, eval_corpus: Corpus) -> None:
    compared = eval_corpus.run("eval", "compare", first, first, "--json").json
    verdicts = {row["verdict"] for row in compared["measures"]}
    assert verdicts <= {"no difference shown", "not comparable"}
    assert "no difference shown" in verdicts
    assert compared["lost"] == compared["gained"] == []
    assert eval_corpus.run("eval", "compare", first, first).code == 0


def test_the_gate_passes_a_run_that_lost_nothing(
    first: Path, resumed: Path, eval_corpus: Corpus, tmp_path: Path
) -> None:
    baseline = tmp_path / "eval-baseline"  # as the guide has it: the results alone
    baseline.mkdir()
    shutil.copy(first / "results.json", baseline)
    ran = _gate(eval_corpus, resumed, baseline)
    assert ran.code == 0, ran.said


def test_the_gate_stops_a_run_that_lost_and_names_what(
    first: Path, poorer: Path, eval_corpus: Corpus
) -> None:
    ran = _gate(eval_corpus, poorer, first, "--json")
    assert ran.code == 1
    rulings = {guarded["measure"]: guarded["ruling"] for guarded in ran.json["guarded"]}
    assert rulings["hits@4"] == rulings["answer_match"] == "LOST"
    assert "hits@4" in _gate(eval_corpus, poorer, first).said
    assert _gate(eval_corpus, first, poorer).code == 0, "a gain is no loss"


def test_what_was_lost_is_shown_with_both_answers(
    first: Path, poorer: Path, eval_corpus: Corpus, tmp_path: Path
) -> None:
    table = tmp_path / "compared.md"
    ran = eval_corpus.run("eval", "compare", first, poorer, "--out", table, "--json")
    assert ran.code == 0
    verdicts = {row["measure"]: row["verdict"] for row in ran.json["measures"]}
    assert verdicts["hits@4"] == "worse"
    assert len(ran.json["lost"]) >= 6
    for flip in ran.json["lost"]:
        assert flip["question"] in table.read_text(encoding="utf-8")


def test_questions_asked_of_a_corpus_without_their_articles_are_scored_all_the_same(
    poorer: Path,
) -> None:
    written = _results(poorer)
    assert written["counts"]["hits@4"] == ANSWERABLE
    assert written["counts"]["unknown_evidence"] == EVIDENCE
    assert written["measures"]["hits@4"] == 0
    assert sum(written["stages"].values()) == ASKED


def test_the_sample_gold_has_no_errors(eval_corpus: Corpus) -> None:
    ran = eval_corpus.run("eval", "lint", GOLD, "--json")
    assert ran.code == 0
    assert (ran.json["questions"], ran.json["errors"]) == (120, 0)


def test_gold_that_has_leaked_into_another_set_is_an_error(
    eval_corpus: Corpus, tmp_path: Path
) -> None:
    held_back = tmp_path / "held-back.jsonl"
    held_back.write_text(GOLD.read_text(encoding="utf-8").splitlines()[0], encoding="utf-8")
    ran = eval_corpus.run("eval", "lint", GOLD, "--against", held_back, "--json")
    assert ran.code == 1
    findings = (each for each in ran.json["findings"] if each["severity"] == "error")
    assert [each["question_id"] for each in findings] == ["sample-001"]


def test_leaving_out_asks_again_without_the_evidence_and_expects_a_refusal(
    eval_corpus: Corpus, runs: Path
) -> None:
    questions = _results(_run(eval_corpus, runs / "left-out", "--leave-out", "--limit", "2"))
    asked = {each["id"]: each for each in questions["questions"]}
    assert list(asked) == [
        "sample-001", "sample-001/left-out", "sample-002", "sample-002/left-out",
    ]  # fmt: skip
    for name in ("sample-001", "sample-002"):
        whole, shadow = asked[name], asked[f"{name}/left-out"]
        (evidence,) = whole["evidence"]
        assert evidence["article"] in whole["retrieved"]
        assert evidence["article"] not in shadow["retrieved"]
        assert (shadow["answerable"], shadow["answers"]) == (False, [])
        assert "left-out" in shadow["tags"]
        refused = shadow["outcome"] == "refused"
        assert shadow["scores"]["refusal_recall"] == refused
        assert shadow["stage"] == ("right" if refused else "answered what it should refuse")


def test_squad_is_asked_as_an_open_corpus(corpus: Corpus, tmp_path: Path) -> None:
    published, made = tmp_path / "dev-v2.0.json", tmp_path / "squad"
    published.write_text(json.dumps(_squad()), encoding="utf-8")
    assert corpus.run("eval", "convert", published, "--out", made).code == 0
    assert corpus.run("ingest", made / "articles.jsonl", "--json").json["added"] == 2

    sample = ("--sample", "500")  # as the guide has it: more than there are are all of them
    written = _results(_run(corpus, tmp_path / "run", *sample, gold=made / "gold.jsonl"))
    assert written["counts"]["questions"] == 3
    assert written["counts"]["unknown_evidence"] == 0
    assert written["measures"]["hits@1"] == 1
    heights = next(each for each in written["questions"] if each["id"] == "height")
    assert heights["retrieved"][0] == heights["evidence"][0]["article"]


def test_a_server_is_asked_the_same_gold_and_scores_like_the_engine_in_it(
    server: Running, first: Path, corpus: Corpus, tmp_path: Path
) -> None:
    asked = ("--system", "server", "--url", server.url, "--limit", "4")
    written = _results(_run(corpus, tmp_path / "run", *asked))
    assert not corpus.data.exists(), "the corpus is the server's"
    for theirs, ours in zip(written["questions"], _results(first)["questions"], strict=False):
        assert theirs["id"] == ours["id"]
        assert theirs["outcome"] == ours["outcome"]
        assert theirs["answer"]["answer"] == ours["answer"]["answer"]
        assert theirs["retrieved"][:1] == ours["retrieved"][:1]
        assert theirs["scores"]["answer_match"] == ours["scores"]["answer_match"]


def test_a_llama_index_query_engine_is_checked_in_the_corpus(
    eval_corpus: Corpus, runs: Path
) -> None:
    folder = eval_corpus.cwd / "mypackage"
    folder.mkdir()
    (folder / "rag.py").write_text(_QUERY_ENGINE, encoding="utf-8")
    articles = {"ARTICLES": str(SAMPLE / "wire.jsonl")}
    engine = ("--system", "llama-index", "--query-engine", "mypackage.rag:query_engine")
    written = _results(_run(eval_corpus, runs / "peer", *engine, "--limit", "2", env=articles))
    assert written["config"]["system"]["name"] == "mypackage.rag:query_engine"
    true, invented = written["questions"]
    (cited,) = true["citations"]
    assert (cited["check"], true["scores"]["citation_precision"]) == ("found", 1)
    (cited,) = invented["citations"]
    assert (cited["check"], invented["scores"]["citation_precision"]) == ("absent", 0)
    assert true["scores"]["f1"] is not None


_QUERY_ENGINE = '''
"""Knows one article, and says of the second question what no article does."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.schema import NodeWithScore, TextNode

LINES = Path(os.environ["ARTICLES"]).read_text(encoding="utf-8").splitlines()
ARTICLE = next(a for a in map(json.loads, LINES) if a["id"] == "cpa-20251125-venezuela-talks")


class Lead(CustomQueryEngine):
    def custom_query(self, query_str: str) -> Response:
        lead = ARTICLE["text"].split("\\n")[0]
        if query_str.startswith("About how many"):
            lead = "Nobody was ever struck by any lightning on that quiet lake."
        node = TextNode(text=lead, metadata={"id": ARTICLE["id"]})
        return Response(f"{lead} [1]", source_nodes=[NodeWithScore(node=node, score=1.0)])


query_engine = Lead()
'''


def _run(
    corpus: Corpus,
    out: Path,
    *options: str | int | Path,
    gold: Path = GOLD,
    env: dict[str, str] | None = None,
) -> Path:
    given = (str(option) for option in options)
    ran = corpus.run("eval", "run", "--gold", gold, "--out", out, *given, env=env)
    assert ran.code == 0, ran.said
    return out


def _results(folder: Path) -> Json:
    return dict(json.loads((folder / "results.json").read_bytes()))


def _gate(corpus: Corpus, candidate: Path, baseline: Path, *options: str) -> Ran:
    allowed = ("--max-loss", "0.02")
    return corpus.run("eval", "gate", candidate, "--baseline", baseline, *allowed, *options)


def _done(folder: Path) -> list[Json]:
    """The questions that a run's journal has as done; a line that is being written is none yet."""
    journal = folder / "progress.jsonl"
    text = journal.read_text(encoding="utf-8") if journal.exists() else ""
    whole = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return [record["question"] for record in whole if "question" in record]


def _squad() -> Json:
    """Two paragraphs and three questions, one of them impossible, laid out like SQuAD 2.0."""
    tower = "The Brell Tower was finished in 1911. It is 84 metres high and stands by the harbour."
    baker = "Odile Marchetti opened her first bakery in Lunford in 1974 and sold it to her niece."

    def asked(id_: str, question: str, context: str, answer: str | None) -> Json:
        answers = [{"text": answer, "answer_start": context.index(answer)}] if answer else []
        return {"id": id_, "question": question, "answers": answers, "is_impossible": not answer}

    def entry(title: str, context: str, *questions: Json) -> Json:
        return {"title": title, "paragraphs": [{"context": context, "qas": list(questions)}]}

    height = asked("height", "How high is the Brell Tower?", tower, "84 metres")
    architect = asked("architect", "Who was the architect of the Brell Tower?", tower, None)
    bakery = asked("bakery", "Where did Odile Marchetti open a bakery?", baker, "Lunford")
    data = [entry("Brell_Tower", tower, height, architect), entry("Bakeries", baker, bakery)]
    return {"version": "v2.0", "data": data}
