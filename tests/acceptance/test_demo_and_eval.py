"""`newscite demo` and `newscite eval run`, whole."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from checking import ask
from newscite_process import GOLD, Corpus

pytestmark = pytest.mark.slow

SPINE_MEASURES = {
    "hits@1", "hits@4", "hits@10", "mrr@10", "em", "f1", "answer_match", "citation_precision",
    "quote_exact", "refusal_precision", "refusal_recall", "latency_p50_ms", "latency_p95_ms",
}  # fmt: skip


@pytest.fixture
def a_port_in_use() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_the_demo_ingests_answers_and_serves_on_the_next_free_port(
    corpus: Corpus, a_port_in_use: int
) -> None:
    running = corpus.start("demo", "--port", str(a_port_in_use))
    try:
        running.wait_for_address()
        printed = " ".join(corpus.stdout.read_text(encoding="utf-8").split())
        assert f"Port {a_port_in_use} is in use" in " ".join(running.err.split())
        assert running.url != f"http://127.0.0.1:{a_port_in_use}"
        with httpx.Client(base_url=running.url, timeout=60) as client:
            assert client.get("/").status_code == 200
            assert ask(client, "What justification did the Pentagon give?")["answerable"]
    finally:
        code = running.stop()
    assert code == 0
    assert "31 added" in printed
    assert "What justification did the Pentagon give?" in printed
    assert "Cartel of the Suns" in printed
    assert "does not say" in printed

    again = corpus.run("demo", "--no-serve")
    assert again.code == 0
    assert "34 unchanged" in again.said
    assert "Cartel of the Suns" in again.said


def test_an_eval_run_writes_every_key_of_the_contract(
    a_copy: Callable[[], Corpus], tmp_path: Path
) -> None:
    corpus, out = a_copy(), tmp_path / "run"
    lines = GOLD.read_text(encoding="utf-8").splitlines()
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join([*lines[1:3], lines[5]]) + "\n", encoding="utf-8")
    ran = corpus.run("eval", "run", "--gold", gold, "--out", out, "--json")
    assert ran.code == 0, ran.err
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert ran.json == results
    assert set(results) == {
        "run", "config", "corpus", "measures", "intervals", "counts", "stages", "questions",
        "judge",
    }  # fmt: skip
    assert set(results["measures"]) >= SPINE_MEASURES
    assert results["measures"]["quote_exact"] == 1
    assert results["measures"]["citation_precision"] == 1
    for name, (low, high) in ((n, i) for n, i in results["intervals"].items() if i):
        assert low <= results["measures"][name] <= high
    assert results["counts"]["questions"] == 3
    for question in results["questions"]:
        assert {"id", "scores", "answer", "retrieved", "timings_ms"} <= set(question)
    assert (out / "report.md").read_text(encoding="utf-8")


def test_a_broken_gold_question_is_wrong_usage(corpus: Corpus, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    whole = '{"id": "a", "question": "Who?", "answerable": false}'
    gold.write_text(whole + "\n" + whole[:20] + "\n")
    ran = corpus.run("eval", "run", "--gold", gold)
    assert ran.code == 2
    assert "gold.jsonl, line 2" in ran.said
