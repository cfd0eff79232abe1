"""The bundled sample corpus and its gold questions keep the promises their READMEs make."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import trafilatura
import yaml

from eval.lint import lint
from eval.questions import GoldQuestion, read_gold
from eval.quotes import quote_span
from eval.systems.local import LocalCorpus
from rag.types import Article, Filters, PubStatus

if TYPE_CHECKING:
    from rag.engine import Engine

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "ingest" / "sample"
GOLD = ROOT / "eval" / "gold" / "sample.jsonl"
TALKS = ROOT / "eval" / "gold" / "followups.jsonl"

FERRY = "cpa-20241107-maren-elise"
BATTERY = "obl-20250121-lithvane"
WITHDRAWN = "vlm-20250306-astrolabe-arrest"
COPIES = ("cpa-20240628-aeris-nord", "courier-48817", "sentinel-wire-240629-03")

KINDS_OF_SILENCE = {"outside", "near-miss", "false-premise"}
WORKED_OUT = {"inferred", "multi-article"}
TAGS = {
    *("who", "what", "when", "where", "why", "how-many", "quote", "multi-article"),
    *("change-over-time", "correction", "syndicated", "withdrawn", "inferred", "unanswerable"),
    *KINDS_OF_SILENCE,
}


def folded(text: str) -> str:
    return " ".join(text.split())


@cache
def wire() -> list[Article]:
    lines = (SAMPLE / "wire.jsonl").read_text(encoding="utf-8").splitlines()
    return [Article.model_validate_json(line) for line in lines]


def versions(article_id: str) -> list[Article]:
    return [article for article in wire() if article.id == article_id]


def from_markdown(path: Path) -> Article:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Article.model_validate({**yaml.safe_load(front), "text": body})


def from_html(path: Path) -> Article:
    page = path.read_text(encoding="utf-8")
    about = trafilatura.extract_metadata(page)
    return Article.model_validate(
        {
            "title": about.title,
            "text": trafilatura.extract(page),
            "source": about.sitename,
            "url": about.url,
            "authors": [about.author],
            "published_at": about.date,
        }
    )


def from_text(path: Path) -> Article:
    headline, blank, body = path.read_text(encoding="utf-8").split("\n", 2)
    assert blank == "", f"{path.name}: the second line is not empty"
    return Article.model_validate({"title": headline, "text": body})


@cache
def files() -> dict[str, Article]:
    readers = {"*.md": from_markdown, "*.html": from_html, "*.txt": from_text}
    return {
        path.name: read(path)
        for pattern, read in readers.items()
        for path in sorted(SAMPLE.glob(pattern))
        if not path.name.startswith("README")
    }


def identity(article: Article) -> str:
    return article.id or article.url or article.title


@cache
def latest() -> dict[str, Article]:
    """The last version of each article, withdrawn ones left out."""
    last = {identity(article): article for article in [*wire(), *files().values()]}
    return {key: article for key, article in last.items() if article.status is PubStatus.USABLE}


@cache
def gold() -> list[GoldQuestion]:
    return read_gold(GOLD)


def answerable() -> list[GoldQuestion]:
    return [question for question in gold() if question.answerable]


def unanswerable() -> list[GoldQuestion]:
    return [question for question in gold() if not question.answerable]


def under_conditions() -> list[GoldQuestion]:
    return [q for q in answerable() if q.as_of or q.filters != Filters()]


# The articles


def test_wire_lines_have_no_misspelt_fields() -> None:
    assert {name for article in wire() for name in article.model_extra or {}} == set()


def test_markdown_front_matter_has_no_misspelt_fields() -> None:
    assert {field for article in files().values() for field in article.model_extra or {}} == set()


def test_wire_lines_are_in_order_of_delivery() -> None:
    moments = [article.updated_at or article.published_at for article in wire()]
    assert None not in moments
    assert moments == sorted(moment for moment in moments if moment)


def test_every_article_but_a_kill_notice_has_150_to_500_words() -> None:
    delivered = [item for item in [*wire(), *files().values()] if item.status is PubStatus.USABLE]
    lengths = {article.title: len((article.text or "").split()) for article in delivered}
    assert {title: n for title, n in lengths.items() if not 150 <= n <= 500} == {}


def test_the_corpus_is_large_and_varied_enough() -> None:
    formats = Counter(Path(name).suffix for name in files())
    assert len(latest()) >= 24
    assert len({folded(article.text or "") for article in latest().values()}) >= 24
    assert formats[".md"] >= 10
    assert formats[".html"] == formats[".txt"] == 2
    assert len({article.source for article in latest().values() if article.source}) >= 8


def test_every_article_but_plain_text_says_where_and_when_it_appeared() -> None:
    for name, article in [*files().items(), *((item.id, item) for item in wire())]:
        if not str(name).endswith(".txt"):
            assert article.source, name
            assert article.url, name
            assert article.published_at, name
            assert article.title, name


def test_addresses_lead_nowhere() -> None:
    hosts = {urlsplit(article.url).hostname or "" for article in latest().values() if article.url}
    assert [host for host in hosts if not host.endswith((".example", "example.org"))] == []


def test_no_two_articles_share_a_headline_or_an_address() -> None:
    for field in ("title", "url"):
        values = [getattr(article, field) for article in latest().values()]
        assert [value for value, n in Counter(filter(None, values)).items() if n > 1] == []


@pytest.mark.parametrize("name", [name for name in files() if name.endswith(".html")])
def test_a_page_gives_its_article_without_its_frame(name: str) -> None:
    page = (SAMPLE / name).read_text(encoding="utf-8")
    text = files()[name].text or ""
    for furniture in ("Subscribe", "cookies", "Sign up", "Privacy", "Terms of use", "Most read"):
        assert furniture not in text
    assert all(tag in page for tag in ("<nav", "<article>", "<footer>", 'rel="canonical"'))


def test_an_update_raises_the_death_toll() -> None:
    first, second = versions(FERRY)
    assert first.updated_at
    assert second.updated_at
    assert first.updated_at < second.updated_at
    assert "At least 11 people died" in (first.text or "")
    assert "rose to 17" in (second.text or "")
    assert "11" not in re.findall(r"\d+", second.text or "")


def test_a_correction_says_what_was_wrong_and_puts_it_right() -> None:
    first, second = versions(BATTERY)
    assert first.correction is None
    assert "1,400" in (second.correction or "")
    assert "The plant will employ 1,400 people" in (first.text or "")
    assert "The plant will employ 410 people" in (second.text or "")


def test_a_withdrawal_follows_the_article_that_it_withdraws() -> None:
    first, second = versions(WITHDRAWN)
    assert (first.status, second.status) == (PubStatus.USABLE, PubStatus.CANCELED)
    assert WITHDRAWN not in latest()
    assert "Lavandier" in (first.text or "")
    assert not any("Lavandier" in (article.text or "") for article in latest().values())


def test_syndicated_copies_differ_in_all_but_the_text() -> None:
    copies = [latest()[key] for key in COPIES]
    assert len({article.text for article in copies}) == 1
    for field in ("source", "title", "url"):
        assert len({getattr(article, field) for article in copies}) == len(COPIES)


def test_the_readme_lists_every_file() -> None:
    page = (SAMPLE / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([^`]+\.(?:md|html|txt|jsonl))`", page, flags=re.MULTILINE))
    assert listed == {*files(), "wire.jsonl"}
    assert f"{len(latest()) + 1} articles" in page


# The gold questions


def test_there_are_enough_gold_questions_of_each_kind() -> None:
    tags = Counter(tag for question in gold() for tag in question.tags)
    assert len(gold()) == 120
    assert set(tags) == TAGS
    assert min(tags.values()) >= 4
    assert min(tags[kind] for kind in KINDS_OF_SILENCE) >= 8


def test_the_gold_readme_counts_the_questions_and_their_tags() -> None:
    page = (GOLD.parent / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+`) \|.*\| ([\d, ]+) \|$", page, flags=re.MULTILINE)
    names = [name for cell, _ in rows for name in re.findall(r"[\w-]+", cell)]
    counts = [int(number) for _, cell in rows for number in cell.split(",")]
    assert dict(zip(names, counts, strict=True)) == Counter(t for q in gold() for t in q.tags)
    assert f"{len(gold())} questions" in page
    assert f"{len(answerable())} with their known answers" in page
    assert f"{len(unanswerable())} have no answer" in page


def test_the_linter_finds_no_error_and_warns_only_of_answers_to_be_worked_out(
    engine: "Engine",
) -> None:
    tags = {question.id: set(question.tags) for question in gold()}
    for finding in lint(gold(), LocalCorpus(engine)):
        assert finding.severity == "warning", finding
        assert finding.check == "answer-in-quote", finding
        assert tags[finding.question_id] & WORKED_OUT, finding


def test_the_conversations_are_whole_and_the_linter_finds_no_error(engine: "Engine") -> None:
    talks = read_gold(TALKS)
    halves = Counter(talk.tags[1] for talk in talks)
    assert halves == {"development": 40, "held-out": 40}
    assert all(talk.history and talk.standalone for talk in talks)
    alone = {talk.question == talk.standalone for talk in talks if talk.tags[0] == "alone"}
    assert alone == {True}
    findings = lint(talks, LocalCorpus(engine))
    assert [f for f in findings if f.severity == "error"] == []
    page = (ROOT / "eval" / "gold" / "README.md").read_text(encoding="utf-8")
    assert f"{sum(t.answerable for t in talks)} with their known answers" in folded(page)


@pytest.mark.parametrize("question", under_conditions(), ids=lambda question: question.id)
def test_a_question_under_filters_or_as_of_a_moment_may_see_its_evidence(
    engine: "Engine", question: GoldQuestion
) -> None:
    corpus = LocalCorpus(engine)
    for evidence in question.evidence:
        (article,) = corpus.resolve(evidence.article)
        only = question.filters.model_copy(update={"article_ids": [article]})
        seen = engine.search(question.question, filters=only, as_of=question.as_of)
        assert any(quote_span(passage.text, evidence.quote or "") for passage in seen)


def test_an_unanswerable_question_says_which_kind_it_is() -> None:
    for question in gold():
        kinds = KINDS_OF_SILENCE & set(question.tags)
        assert ("unanswerable" in question.tags) == (not question.answerable), question.id
        assert len(kinds) == (not question.answerable), question.id


def test_all_evidence_is_quoted() -> None:
    assert [q.id for q in answerable() for e in q.evidence if not e.quote] == []


def test_no_quote_holds_markup() -> None:
    quotes = [(q.id, e.quote) for q in answerable() for e in q.evidence if e.quote]
    assert [pair for pair in quotes if re.search(r"[*_#<>]|&\w+;", pair[1])] == []


def test_an_answer_stands_in_a_quote_unless_it_has_to_be_worked_out() -> None:
    """The first answer, that is; what has to be worked out has a vital nugget instead."""
    for question in answerable():
        quotes = " ".join(folded(item.quote or "") for item in question.evidence).casefold()
        if WORKED_OUT & set(question.tags):
            assert any(nugget.vital for nugget in question.nuggets), question.id
        else:
            assert question.answers[0].casefold() in quotes, (question.id, question.answers[0])


def test_a_multi_article_question_has_evidence_from_several_articles() -> None:
    for question in answerable():
        named = {evidence.article for evidence in question.evidence}
        assert (len(named) > 1) == ("multi-article" in question.tags), question.id


def test_every_answerable_question_names_a_vital_nugget() -> None:
    assert [q.id for q in answerable() if not any(n.vital for n in q.nuggets)] == []


def test_questions_are_not_lifted_from_the_articles() -> None:
    """No question repeats eight words in a row of an article."""
    corpus = " ".join(" ".join(words(article.text or "")) for article in latest().values())
    for question in gold():
        asked = words(question.question)
        runs = [" ".join(asked[i : i + 8]) for i in range(len(asked) - 7)]
        assert [run for run in runs if run in corpus] == [], question.id


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def test_gold_lines_are_plain_json_without_escapes() -> None:
    """So that a name with an accent can be found with a text search."""
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        assert line == json.dumps(json.loads(line), ensure_ascii=False)
