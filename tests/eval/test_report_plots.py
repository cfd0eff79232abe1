"""The plots: what they are of, why they are left out, and that they belong to the page."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import report_fakes as fakes

from eval.report.plots import Plot, calibration, hits, latency, losses, plots, risk
from eval.results import Run


@pytest.fixture(scope="module")
def drawn() -> list[Plot]:
    return plots(fakes.every_kind(3))


def without(run: Run, **fields: object) -> Run:
    changed = [question.model_copy(update=fields) for question in run.questions]
    return run.model_copy(update={"questions": changed})


def test_every_plot_is_drawn_and_says_over_how_many(drawn: list[Plot]) -> None:
    assert len(drawn) == 5
    assert all(plot.image and re.search(r"\d+ questions", plot.reading) for plot in drawn)


def test_every_plot_is_well_formed_with_words_for_who_does_not_see_it(drawn: list[Plot]) -> None:
    for plot in drawn:
        picture = ET.fromstring(plot.image or "")
        assert picture.attrib["role"] == "img"
        assert re.search(r"\d", picture.attrib["aria-label"])
        assert picture.attrib["viewBox"]


def test_the_plots_wear_the_pages_colours_and_font(drawn: list[Plot]) -> None:
    for plot in drawn:
        assert "var(--soft)" in (plot.image or "")
        assert not re.search(r"#0a0[bc]|font-family|<style|<metadata", plot.image or "")
        assert not re.search(r"#[0-9a-f]{6}\b", plot.image or "")


def test_no_two_plots_share_an_id(drawn: list[Plot]) -> None:
    ids = [name for plot in drawn for name in re.findall(r' id="([^"]*)"', plot.image or "")]
    assert len(ids) == len(set(ids))
    for plot in drawn:
        used = re.findall(r"(?:url\(|href=\")#([^)\"]*)", plot.image or "")
        assert set(used) <= set(ids)


def test_the_same_run_draws_the_same(drawn: list[Plot]) -> None:
    assert plots(fakes.every_kind(3)) == drawn


def test_without_gold_answers_there_are_no_losses_and_no_risk() -> None:
    run = fakes.kinds("retrieval-only")
    for plot in (losses(run), risk(run)):
        assert plot.image is None
        assert plot.reading.startswith("Left out: ")


def test_a_system_that_does_not_tell_what_it_retrieved_has_no_curve_of_hits() -> None:
    plot = hits(without(fakes.every_kind(1), retrieved=[]))
    assert (plot.image, plot.reading) == (
        None, "Left out: the system does not tell what it retrieved.",
    )  # fmt: skip


def test_evidence_without_quotes_has_a_curve_of_articles_only() -> None:
    assert "passage:" not in hits(fakes.kinds("unplaced")).reading


def test_a_system_without_confidence_has_no_reliability_diagram() -> None:
    run = fakes.every_kind(1)
    silent = [
        question.model_copy(
            update={"answer": question.answer.model_copy(update={"confidence": None})}
        )
        if question.answer
        else question
        for question in run.questions
    ]
    plot = calibration(run.model_copy(update={"questions": silent}))
    assert (plot.image, plot.reading) == (None, "Left out: the system tells no confidence.")


def test_a_run_without_timings_has_no_plot_of_them() -> None:
    assert latency(without(fakes.every_kind(1), timings_ms={})).image is None


def test_one_question_is_enough_for_every_plot() -> None:
    assert all(plot.image for plot in plots(fakes.kinds("right")))


def test_a_home_that_cannot_be_written_is_no_cause_for_words(tmp_path: Path) -> None:
    blocked = tmp_path / "home"
    blocked.write_text("a file, so nothing can be made in it")
    code = (
        "from eval.report.svg import drawn\n"
        "print(drawn('x', 'alt', lambda figure: figure.subplots())[:4])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "HOME": str(blocked), "XDG_CACHE_HOME": "", "XDG_CONFIG_HOME": ""},
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("<svg\n", "")
