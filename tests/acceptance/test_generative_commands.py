"""`newscite ask` and `newscite eval run` in the generative mode, with a scripted language model."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import scripted_llm
from newscite_process import GOLD, Corpus
from scripted_llm import ScriptedModel

QUESTION = "How much will the Alder Street Bridge cost?"
WRITTEN = "The works department said that the bridge will cost $61 million."


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with scripted_llm.serving() as served:
        yield served


def _configured(model: ScriptedModel) -> dict[str, str]:
    return {"NEWSCITE_LLM_BASE_URL": model.url, "NEWSCITE_LLM_MODEL": scripted_llm.MODEL}


@pytest.mark.slow
def test_a_written_answer_is_printed_with_its_citations(
    eval_corpus: Corpus, model: ScriptedModel
) -> None:
    model.says(f"{WRITTEN[:-1]} [1]. It is made of cheese [2].")
    env = _configured(model)
    told = eval_corpus.run("ask", QUESTION, "--mode", "generative", "--json", env=env).json
    assert (told["mode"], told["answer"]) == ("generative", f"{WRITTEN} [1]")
    assert told["model"]["llm"] == scripted_llm.MODEL
    ran = eval_corpus.run("ask", QUESTION, "--mode", "generative", env=env)
    assert ran.code == 0
    assert WRITTEN.split("$", maxsplit=1)[0].strip() in ran.said
    assert "1 sentence was left out" in ran.said


@pytest.mark.slow
def test_gold_is_asked_in_the_generative_mode(
    eval_corpus: Corpus, model: ScriptedModel, tmp_path: Path
) -> None:
    model.says(f"{WRITTEN[:-1]} [1].")
    out = tmp_path / "run"
    run = ("eval", "run", "--gold", GOLD, "--limit", "5", "--mode", "generative", "--out", out)
    ran = eval_corpus.run(*run, env=_configured(model))
    assert ran.code == 0, ran.err
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert results["config"]["system"]["mode"] == "generative"
    assert results["config"]["system"]["models"]["llm"] == scripted_llm.MODEL
    assert results["measures"]["quote_exact"] == 1
    assert model.requests


@pytest.mark.slow
def test_without_a_language_model_ask_quotes_and_a_run_is_refused(
    eval_corpus: Corpus, tmp_path: Path
) -> None:
    told = eval_corpus.run("ask", QUESTION, "--mode", "generative", "--json").json
    assert told["mode"] == "extractive"
    assert any("NEWSCITE_LLM_BASE_URL" in note for note in told["notes"])
    ran = eval_corpus.run(
        "eval", "run", "--gold", GOLD, "--mode", "generative", "--out", tmp_path / "run"
    )
    assert ran.code == 4
    assert "NEWSCITE_LLM_BASE_URL" in ran.said
