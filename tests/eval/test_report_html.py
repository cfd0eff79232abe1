"""report.html as it stands in the file: whole, safe and the same each time."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
import report_fakes as fakes

from eval.judgement import Judged, Judgement, Verdict, agreement
from eval.measures import MEASURES
from eval.report import html
from eval.report.definitions import all_of
from eval.report.questions import payload
from eval.results import Run

_VOID = {"meta", "link", "input", "br", "col"}


class Page(HTMLParser):
    """What a browser makes of the file: elements, their attributes, ids and script texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.left_open = self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        (self.scripts if self._open[-1:] == ["script"] else self.text).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def run() -> Run:
    return fakes.every_kind(3)


@pytest.fixture(scope="module")
def text(run: Run) -> str:
    return html(run)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def data(page: Page) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(page.scripts[0])
    return loaded


def judged(run: Run) -> Run:
    questions = [
        Judged(
            id=question.id, verdict=Verdict.CORRECT, right=True,
            reason=f"it says so {fakes.HOSTILE}", asked=True,
        )
        for question in run.questions
    ]  # fmt: skip
    judgement = Judgement(
        judge={"url": "http://127.0.0.1:1/v1", "model": "a-model"},
        prompt_sha256="ef" * 32,
        counts={Verdict.CORRECT: len(questions)},
        right=len(questions),
        over=len(questions),
        share=1.0,
        agreement={"answer_match": agreement([(True, True), (True, False)])},
        questions=questions,
    )
    return run.model_copy(update={"judge": judgement})


def test_the_same_run_gives_the_same_bytes(run: Run, text: str) -> None:
    assert html(run) == text


def test_every_element_is_closed_and_no_id_stands_twice(page: Page) -> None:
    assert page.left_open == []
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_nothing_is_loaded_from_anywhere(page: Page) -> None:
    for _, attributes in page.elements:
        assert "src" not in attributes
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert "@import" not in "".join(page.text)
    assert "url(" not in "".join(page.text).replace("url(#", "")


def test_the_policy_lets_only_our_script_run(page: Page) -> None:
    (policy,) = [
        meta["content"]
        for meta in page.all("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy
    assert "default-src 'none'" in policy
    digest = b64encode(sha256(page.scripts[1].encode()).digest()).decode()
    assert re.search(r"script-src ([^;]*)", policy)[1] == f"'sha256-{digest}'"  # type: ignore[index]


def test_hostile_text_makes_no_elements(page: Page, text: str) -> None:
    assert len(page.all("script")) == len(page.scripts) == 2
    assert page.all("img") == []
    assert "<" not in page.scripts[0]
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    links = [attributes.get("href") or "" for attributes in page.all("a")]
    assert all(link.startswith("#") for link in links)


def test_every_inner_link_leads_somewhere(page: Page) -> None:
    ids = {attributes.get("id") for _, attributes in page.elements}
    for link in page.all("a"):
        target = (link["href"] or "")[1:]
        assert "=" in target or target in ids


def test_every_question_travels_with_all_there_is_to_show(run: Run, page: Page) -> None:
    questions = {question["id"]: question for question in data(page)["questions"]}
    assert list(questions) == [question.id for question in run.questions]
    right = questions["right"]
    (citation,) = right["citations"]
    assert citation["before"] + citation["quote"] + citation["after"] in fakes.ARTICLES["talks"]
    assert (citation["check"], citation["exact"]) == ("found", True)
    assert right["evidence"][0]["articleRank"] == 1
    assert right["nuggets"] == [["The truce is of thirty days", 1], ["It was agreed in Geneva", 0]]
    assert questions["altered"]["citations"][0]["check"] == "altered"
    assert questions["failed"]["error"].endswith(fakes.HOSTILE)
    assert questions["wrongly-refused"]["notes"] == ["No passage says so."]


def test_scores_stand_in_the_order_of_their_measures(run: Run) -> None:
    sent = payload(run)
    for question, told in zip(run.questions, sent["questions"], strict=True):
        for name, score in zip(sent["measures"], told["scores"], strict=True):
            expected = question.scores[name]
            assert score == (None if expected is None else pytest.approx(expected, abs=1e-4))


def test_every_measure_stands_in_the_page_with_its_definition(run: Run, page: Page) -> None:
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert {f"measure-{name}" for name in run.measures} <= ids
    shown = " ".join(page.text)
    for name in run.measures:
        assert f"{run.counts[name]:,} {MEASURES[name].over}" in shown


def test_definitions_are_read_from_the_docstrings(run: Run) -> None:
    definitions = all_of(run)
    assert sorted(name for each in definitions for name in each.names) == sorted(run.measures)
    for definition in definitions:
        fields = [name for name, _ in definition.fields]
        assert definition.says.endswith("."), definition.names
        assert {"Formula", "Range", "Denominator"} <= set(fields), definition.names


def test_the_command_to_repeat_it_stands_in_the_page(page: Page) -> None:
    assert "newscite eval run --gold gold.jsonl" in page.text


def test_a_judge_is_told_apart_and_changes_nothing_else(run: Run, text: str) -> None:
    with_judge = html(judged(run))
    page = Page(with_judge)
    assert 'id="judge"' not in text
    assert 'id="judge"' in with_judge
    assert "a-model" in page.text
    assert data(page)["questions"][0]["judge"][0] == "correct"
    before = re.search(r'<section id="measures".*?</section>', text, re.DOTALL)
    after = re.search(r'<section id="measures".*?</section>', with_judge, re.DOTALL)
    assert before is not None
    assert after is not None
    assert before[0] == after[0]


@pytest.mark.parametrize("kind", ["right", "retrieval-only", "failed", "untagged"])
def test_a_run_of_one_question_has_a_page_too(kind: str) -> None:
    page = Page(html(fakes.kinds(kind)))
    assert len(data(page)["questions"]) == 1
    assert page.left_open == []
