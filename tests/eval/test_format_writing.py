"""What is written is read back as it was, and nothing is overwritten by mistake."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eval.formats import read_gold_set, write_articles, write_gold
from eval.questions import Evidence, GoldQuestion, Nugget, read_gold
from rag.errors import UsageError
from rag.types import Article, Filters

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda text: text.strip() != ""
)
_TIME = st.none() | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))
_QUESTION = st.builds(
    GoldQuestion,
    id=_TEXT,
    question=_TEXT,
    answers=st.lists(_TEXT, min_size=1, max_size=3),
    answerable=st.just(True),
    evidence=st.lists(st.builds(Evidence, article=_TEXT, quote=st.none() | _TEXT), max_size=2),
    nuggets=st.lists(st.builds(Nugget, text=_TEXT, vital=st.booleans()), max_size=2),
    as_of=_TIME,
    filters=st.builds(Filters, before=_TIME, sources=st.lists(_TEXT, max_size=2)),
    tags=st.lists(_TEXT, max_size=2),
)

SAMPLES = Path(__file__).parent / "formats"
PLAIN = GoldQuestion(id="a", question="Who?", answerable=False)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions=st.lists(_QUESTION, min_size=1, max_size=3, unique_by=lambda q: q.id))
def test_gold_is_read_back_as_it_was(tmp_path: Path, questions: list[GoldQuestion]) -> None:
    path = tmp_path / "gold.jsonl"
    path.unlink(missing_ok=True)
    write_gold(path, questions)
    assert read_gold(path) == questions


def test_defaults_are_left_out_and_text_stays_readable(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    write_gold(path, [PLAIN.model_copy(update={"question": "Vem är Åsa?"})])
    assert path.read_text("utf-8") == '{"id":"a","question":"Vem är Åsa?","answerable":false}\n'


def test_articles_keep_every_field_they_came_with(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    articles = read_gold_set(SAMPLES / "multihop_rag").articles
    articles.append(Article.model_validate({"id": "x", "text": "T", "mood": "calm"}))
    write_articles(path, articles)
    lines = path.read_text("utf-8").splitlines()
    assert [Article.model_validate_json(line) for line in lines] == articles
    assert json.loads(lines[-1]) == {"id": "x", "text": "T", "mood": "calm"}


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        write_gold(path, [PLAIN])
    assert path.read_text() == "mine"


def test_an_interrupted_write_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> Iterator[GoldQuestion]:
        yield PLAIN
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_gold(tmp_path / "gold.jsonl", interrupted())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["nowhere/gold.jsonl", "file/gold.jsonl"])
def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        write_gold(tmp_path / where, [PLAIN])
