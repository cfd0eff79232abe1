"""What the copies of a story say alike is found, cited and shown once; what one adds is not lost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders import day, delivery

from ingest.pipeline import Pipeline
from rag.engine import Engine, open_engine
from rag.settings import Settings
from rag.types import Answer, Filters, PubStatus

_DAM = (
    "The Ostrava river dam at Velm burst on Monday night after eleven days of rain.",
    "Engineers opened the last two sluices at nine in the evening, the Velm water board said. "
    "An hour later the eastern wall gave way.",
    "Some 4,300 people were taken to schools and sports halls in Dunmore. Nobody was killed.",
    "The dam was built in 1934 and was to be strengthened next spring. "
    "The water board had asked for 12 million crowns for the work.",
)
_ADDED = "Baker Lena Holub of Velm lost her two ovens and says she will not rebuild the shop."
_WIRE = "\n\n".join(_DAM)
_COPY = "\n\n".join([*_DAM[:2], _ADDED, *_DAM[2:]])
_PADDED = "\n\n".join([*_DAM[:3], "Subscribe to the Sentinel for more stories of this kind."])
_BAKER = "What did the baker Lena Holub lose?"
_WALL = "Which wall of the Velm dam gave way?"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over a wire story, two copies of it and reports of other matters. Read only."""
    with open_engine(Settings(data_dir=tmp_path_factory.mktemp("stories")), "pytest") as engine:
        Pipeline(engine.corpus).run(_deliveries())
        yield engine


@pytest.fixture
def changed(settings: Settings) -> Iterator[Engine]:
    """The same, for a test of its own."""
    with open_engine(settings, "pytest") as engine:
        Pipeline(engine.corpus).run(_deliveries())
        yield engine


def _deliveries(**wire: Any) -> list[Any]:
    return [
        delivery("padded", _PADDED, title="Dam bursts", source="Sentinel", published_at=day(4)),
        delivery("copy", _COPY, title="Velm flooded", source="Courier", published_at=day(3)),
        delivery("wire", _WIRE, title="Velm dam", source="Wire", published_at=day(2), **wire),
        delivery("ferry", "The ferry to Storsund will sail again in May.", title="Ferry"),
        delivery("prize", "The Sorrel prize goes to a poet from Orpe.", title="Prize"),
    ]


def _cited(answer: Answer) -> tuple[str, list[str]]:
    (citation, *_) = answer.citations
    return citation.article_id, citation.syndicated_in


def test_an_answer_cites_the_canonical_article_and_names_the_copies(asked: Engine) -> None:
    answer = asked.ask(_WALL)
    assert "eastern wall" in (answer.answer or "")
    assert _cited(answer) == ("wire", ["copy", "padded"])


def test_what_a_copy_adds_is_answered_from_the_copy(asked: Engine) -> None:
    answer = asked.ask(_BAKER)
    assert "ovens" in (answer.answer or "")
    assert _cited(answer) == ("copy", [])


def test_search_gives_what_copies_say_alike_once(asked: Engine) -> None:
    found = asked.search("Velm dam burst engineers sluices", limit=20)
    assert sum("eastern wall" in passage.text for passage in found) == 1
    assert found[0].article_id == "wire"
    (added,) = [passage for passage in found if passage.article_id == "copy"]
    assert added.text == _ADDED
    for passage in found:
        text = asked.article(passage.article_id, passage.version).text
        assert text[passage.start : passage.end] == passage.text


def test_the_first_that_may_be_seen_is_given_where_filters_leave_out_the_canonical_one(
    asked: Engine,
) -> None:
    for filters, first, others in (
        (Filters(sources=["Courier"]), "copy", []),
        (Filters(sources=["Courier", "Sentinel"]), "copy", ["padded"]),
        (Filters(excluded_article_ids=["copy"]), "wire", ["padded"]),
        (Filters(after=day(4)), "padded", []),
    ):
        assert _cited(asked.ask(_WALL, filters=filters)) == (first, others)


def test_a_withdrawn_canonical_article_hides_no_copy(changed: Engine) -> None:
    Pipeline(changed.corpus).withdraw("wire")
    assert _cited(changed.ask(_WALL)) == ("copy", ["padded"])
    story = changed.article("padded").story
    assert story is not None
    assert (story.canonical, story.copies) == ("copy", ["padded"])


def test_a_withheld_copy_is_not_named(changed: Engine) -> None:
    changed.corpus.set_status("copy", PubStatus.WITHHELD)
    assert _cited(changed.ask(_WALL)) == ("wire", ["padded"])
    assert not changed.ask(_BAKER).answerable


def test_an_embargoed_article_joins_its_story_when_the_embargo_is_over(settings: Settings) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    with open_engine(settings, "pytest") as engine:
        Pipeline(engine.corpus).run(_deliveries(embargoed_until=until))
        assert _cited(engine.ask(_WALL)) == ("copy", ["padded"])
        Pipeline(engine.corpus).run(_deliveries(embargoed_until=day(2)))
        assert _cited(engine.ask(_WALL)) == ("wire", ["copy", "padded"])


def test_an_update_leaves_the_story_and_as_of_before_it_is_still_in_it(changed: Engine) -> None:
    told = "The Velm dam burst is now before a judge in Dunmore, who will hear nine engineers."
    update = delivery("wire", told, title="Velm dam", source="Wire", updated_at=day(9))
    Pipeline(changed.corpus).run([update])
    assert _cited(changed.ask(_WALL)) == ("copy", ["padded"])
    assert _cited(changed.ask(_WALL, as_of=day(5))) == ("wire", ["copy", "padded"])


def test_an_article_tells_its_story(asked: Engine) -> None:
    for article_id in ("wire", "copy", "padded"):
        story = asked.article(article_id).story
        assert story is not None
        assert (story.canonical, story.copies) == ("wire", ["copy", "padded"])
    alone = asked.article("ferry").story
    assert alone is not None
    assert (alone.canonical, alone.copies) == ("ferry", [])


def test_many_copies_do_not_crowd_out_the_rest(changed: Engine) -> None:
    def copied(number: int) -> Any:
        signed = f"{_WIRE}\n\nSubscribe to outlet {number} of {number + 300} for the best stories."
        return delivery(f"outlet {number}", signed, published_at=day(5), title="Velm dam bursts")

    Pipeline(changed.corpus).run([copied(number) for number in range(70)])
    found = changed.search("Velm dam", limit=20)
    assert {"wire", "ferry", "prize"} <= {passage.article_id for passage in found}
    (citation, *_) = changed.ask(_WALL).citations
    assert citation.article_id == "wire"
    assert len(citation.syndicated_in) == 72
