"""The pipeline counts what it does, does nothing twice, and loses nothing when it is interrupted."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from builders import delivery
from llama_index.core.embeddings import MockEmbedding
from sqlalchemy import Engine

from ingest.pipeline import Pipeline
from ingest.sources import Delivered, Refused, find_files, read
from ingest.summary import ItemDone, Summary
from rag.archive import copies
from rag.archive.quarantine import (
    NewQuarantined,
    keep_items,
    quarantine_page,
    quarantined,
    quarantined_bytes,
)
from rag.archive.reading import passages_of
from rag.corpus import Corpus
from rag.doctor import examine
from rag.errors import NotFoundError
from rag.opening import open_corpus
from rag.settings import Settings
from rag.types import PubStatus

SAMPLE = Path(__file__).parents[2] / "ingest" / "sample"

Item = Delivered | Refused


def run(corpus: Corpus, *items: Item) -> dict[str, Any]:
    """Ingests; the counts that are not zero, but for the passages and the time."""
    summary = Pipeline(corpus).run(items)
    assert examine(corpus).healthy
    assert add_up(summary)
    counts = summary.model_dump(exclude={"job_id", "seconds", "passages", "articles"})
    return {name: count for name, count in counts.items() if count}


def add_up(summary: Summary) -> bool:
    parts = ("added", "updated", "unchanged", "withdrawn", "quarantined")
    return bool(sum(getattr(summary, part) for part in parts) == summary.seen)


@pytest.fixture
def embedded(counted: Callable[[object, str], list[Any]]) -> list[Any]:
    """A note of every text that is embedded."""
    return counted(MockEmbedding, "_get_text_embedding")


def sample() -> list[Item]:
    return [item for file in find_files([SAMPLE]) for item in read(file)]


def test_the_sample_corpus_is_counted(mock_corpus: Corpus) -> None:
    assert run(mock_corpus, *sample()) == {
        "seen": 34, "added": 31, "updated": 2, "withdrawn": 1, "syndicated": 2,
    }  # fmt: skip


def test_a_summary_names_the_first_articles_once_new_or_not(mock_corpus: Corpus) -> None:
    first = Pipeline(mock_corpus).run([delivery(f"a{n}") for n in (1, 2, 1)])
    assert first.articles == ["a1", "a2"]
    gone = delivery("a9", status="canceled")
    again = Pipeline(mock_corpus).run([gone, *(delivery(f"a{n}") for n in range(30))])
    assert again.articles == [f"a{n}" for n in (*range(9), 10)], "a9 is withdrawn"


def test_a_job_that_goes_on_names_its_articles_from_its_start(mock_corpus: Corpus) -> None:
    noted: list[Summary] = []
    pipeline = Pipeline(mock_corpus)
    pipeline.run([delivery("a1")], settled=lambda summary: noted.append(summary.model_copy()))
    done = pipeline.run([delivery("a2")], since=noted[-1])
    assert done.articles == ["a1", "a2"]


def test_a_rerun_changes_nothing_and_embeds_nothing(
    mock_corpus: Corpus, embedded: list[Any]
) -> None:
    run(mock_corpus, *sample())
    before = sorted(mock_corpus.vectors.ids())
    embedded.clear()
    summary = Pipeline(mock_corpus).run(sample())
    assert (summary.seen, summary.unchanged, summary.passages) == (34, 34, 0)
    assert embedded == []
    assert sorted(mock_corpus.vectors.ids()) == before


def test_passages_are_cut_stored_and_embedded_with_their_headline(
    mock_corpus: Corpus, embedded: list[Any]
) -> None:
    text = "\n\n".join(f"Paragraph {n} says a little. " * 20 for n in range(4))
    summary = Pipeline(mock_corpus).run([delivery("a", text, title=" The\n river ")])
    stored = passages_of(mock_corpus.archive.engine, "a", 1)
    assert summary.passages == len(stored) > 1
    assert embedded == [(f"The river\n{passage.text}",) for passage in stored]


def test_html_becomes_text(mock_corpus: Corpus) -> None:
    page = "<html><body><article><p>It rained.</p><p>It poured.</p></article></body></html>"
    assert run(mock_corpus, delivery("a", "", html=page)) == {"seen": 1, "added": 1}
    assert mock_corpus.archive.article("a").text == "It rained.\n\nIt poured."


def test_fields_nobody_knows_are_kept(mock_corpus: Corpus) -> None:
    run(mock_corpus, delivery("a", desk={"code": 7}, extra="x", version=3))
    assert mock_corpus.archive.article("a").extra == {
        "desk": {"code": 7},
        "extra": "x",
        "version": 3,
    }


def test_other_content_is_a_new_version(mock_corpus: Corpus) -> None:
    run(mock_corpus, delivery("a", "11 died."))
    assert run(mock_corpus, delivery("a", "17 died.")) == {"seen": 1, "updated": 1}
    assert [v.text for v in mock_corpus.archive.history("a")] == ["11 died.", "17 died."]
    assert run(mock_corpus, delivery("a", "11 died.")) == {"seen": 1, "unchanged": 1}
    assert mock_corpus.archive.article("a").text == "17 died."


def test_the_same_article_twice_in_one_batch(mock_corpus: Corpus) -> None:
    first, second = delivery("a", "11 died."), delivery("a", "17 died.")
    assert run(mock_corpus, first, first, second, first) == {
        "seen": 4, "added": 1, "updated": 1, "unchanged": 2,
    }  # fmt: skip
    assert mock_corpus.archive.article("a").text == "17 died."


def test_a_withdrawal_takes_back_what_stands_in_the_same_batch(mock_corpus: Corpus) -> None:
    kill = delivery("a", "", status="canceled")
    assert run(mock_corpus, delivery("a"), kill, delivery("b")) == {
        "seen": 3,
        "added": 2,
        "withdrawn": 1,
    }
    assert mock_corpus.archive.status("a") is PubStatus.CANCELED
    assert mock_corpus.vectors.count() == 1


def test_a_late_copy_of_a_withdrawn_article_stays_out(
    mock_corpus: Corpus, embedded: list[Any]
) -> None:
    kill = delivery("a", "KILL: do not use.", status="canceled")
    run(mock_corpus, kill)
    assert run(mock_corpus, delivery("a"), delivery("a", "Rewritten."), kill) == {
        "seen": 3,
        "unchanged": 3,
        "kept_out": 2,
    }
    assert embedded == []
    assert mock_corpus.archive.status("a") is PubStatus.CANCELED


def test_a_change_of_status_alone_makes_no_version(
    mock_corpus: Corpus, embedded: list[Any]
) -> None:
    run(mock_corpus, delivery("a"))
    embedded.clear()
    for status in ("withheld", "usable"):
        assert run(mock_corpus, delivery("a", status=status)) == {"seen": 1, "updated": 1}
        assert mock_corpus.archive.status("a") == status
    assert len(mock_corpus.archive.history("a")) == 1
    assert embedded == []


def test_a_late_copy_of_a_replaced_version_does_not_undo_a_withholding(mock_corpus: Corpus) -> None:
    old, held = delivery("a", "11 died."), delivery("a", "17 died.", status="withheld")
    run(mock_corpus, old, held)
    assert run(mock_corpus, old, held) == {"seen": 2, "unchanged": 2}
    assert run(mock_corpus, old) == {"seen": 1, "unchanged": 1}
    assert mock_corpus.archive.status("a") is PubStatus.WITHHELD


@pytest.mark.parametrize("order", ["uh", "hu", "uhu", "huh"])
@pytest.mark.parametrize("said", [{"updated_at": "2025-01-01"}, {"provider_version": 3}])
def test_of_one_update_a_withholding_counts_whichever_comes_first(
    mock_corpus: Corpus, order: str, said: dict[str, Any]
) -> None:
    of = {"u": delivery("a", **said), "h": delivery("a", status="withheld", **said)}
    run(mock_corpus, *(of[which] for which in order))
    assert mock_corpus.archive.status("a") is PubStatus.WITHHELD
    run(mock_corpus, delivery("a", updated_at="2025-01-02"))
    assert mock_corpus.archive.status("a") is PubStatus.USABLE
    run(mock_corpus, *(of[which] for which in order))
    assert mock_corpus.archive.status("a") is PubStatus.USABLE


def test_syndicated_copies_are_counted_across_and_within_batches(mock_corpus: Corpus) -> None:
    one, two, three = (delivery(name, "The same  text.", source=name) for name in "abc")
    assert run(mock_corpus, one, two) == {"seen": 2, "added": 2, "syndicated": 1}
    assert run(mock_corpus, three) == {"seen": 1, "added": 1, "syndicated": 1}


def test_a_copy_that_was_cut_and_has_boilerplate_is_counted_as_one(mock_corpus: Corpus) -> None:
    wire = (
        "The river Corrie rose by four metres on Sunday and flooded the lower streets of Dunmore. "
        "Firefighters brought 212 people to the gymnasium of the grammar school by boat. "
        "The mayor, Ines Falk, said that the barrier had been ordered but not delivered."
    )
    cut = f"By Lena Holub\n\n{wire[:169]}\n\nSubscribe to the Sentinel."
    counts = {"seen": 2, "added": 2, "syndicated": 1}
    assert run(mock_corpus, delivery("wire", wire), delivery("cut", cut)) == counts


def test_a_rerun_makes_no_signatures(
    mock_corpus: Corpus, counted: Callable[[object, str], list[Any]]
) -> None:
    run(mock_corpus, *sample())
    signed = counted(copies, "signature")
    run(mock_corpus, *sample())
    assert signed == []


def test_what_could_not_be_read_keeps_its_bytes_and_place(mock_corpus: Corpus) -> None:
    broken = Refused("wire.jsonl:7", "not valid JSON", b'{"title": \xff')
    assert run(mock_corpus, delivery("a"), broken, delivery("b", "It poured.")) == {
        "seen": 3, "added": 2, "quarantined": 1,
    }  # fmt: skip
    (kept,) = quarantined(mock_corpus.archive.engine)
    assert (kept.place, kept.reason) == ("wire.jsonl:7", "not valid JSON")
    assert quarantined_bytes(mock_corpus.archive.engine, kept.id) == broken.raw


def test_an_article_without_text_is_quarantined_as_it_came(mock_corpus: Corpus) -> None:
    empty = delivery("a", "\N{ZERO WIDTH SPACE}", source="Herald")
    assert run(mock_corpus, empty) == {"seen": 1, "quarantined": 1}
    (kept,) = quarantined(mock_corpus.archive.engine)
    assert kept.place == "a.json"
    assert "no text to ingest" in kept.reason
    raw = quarantined_bytes(mock_corpus.archive.engine, kept.id).decode()
    again = type(empty.article).model_validate_json(raw)
    assert again == empty.article


def test_refusals_are_kept_together_and_few_wait_at_a_time(
    mock_corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    together: list[tuple[int, int]] = []

    def keep(engine: Engine, job_id: str, items: Sequence[NewQuarantined]) -> None:
        together.append((len(items), sum(len(item.raw) for item in items)))
        keep_items(engine, job_id, items)

    monkeypatch.setattr("ingest.batches.keep_items", keep)
    first = [delivery("a")]  # it waits for a batch, and so does what comes after it
    small = [Refused(f"wire.jsonl:{n}", "broken", b"x") for n in range(1000)]
    large = [Refused(f"dump:{n}", "broken", b"x" * 1_000_000) for n in range(10)]
    assert run(mock_corpus, *first, *small, *large)["quarantined"] == 1010
    assert quarantine_page(mock_corpus.archive.engine).total == 1010
    assert len(together) < 20
    assert max(count for count, _ in together) <= 256
    assert max(size for _, size in together) <= 5_001_000


def test_quarantining_waits_for_another_jobs_writing(
    mock_corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    free: list[bool] = []

    def another_job() -> None:
        free.append(mock_corpus.writing.acquire(blocking=False))

    def keep(*_args: object, **_kwargs: object) -> None:
        thread = threading.Thread(target=another_job)
        thread.start()
        thread.join()

    monkeypatch.setattr("ingest.batches.keep_items", keep)
    Pipeline(mock_corpus).run([Refused("x", "broken", b"")])
    assert free == [False]


def test_each_item_is_watched_as_it_is_looked_at(mock_corpus: Corpus) -> None:
    broken = Refused("x", "broken", b"")
    seen: list[tuple[str, str | None, bool, int]] = []

    def watch(item: ItemDone) -> None:
        seen.append((item.where, item.article_id, item.refused is not None, item.summary.seen))

    Pipeline(mock_corpus).run([delivery("a"), broken, delivery("b")], watch)
    assert seen == [("a.json", "a", False, 1), ("x", None, True, 2), ("b.json", "b", False, 3)]


def interrupt_at(number: int) -> Callable[[ItemDone], None]:
    def watch(item: ItemDone) -> None:
        if item.summary.seen == number:
            raise KeyboardInterrupt

    return watch


def test_an_interrupted_job_keeps_what_it_has_read_and_a_rerun_completes_it(
    mock_settings: Settings,
) -> None:
    items = [delivery(f"a{number}", f"Article {number}.") for number in range(10)]
    with open_corpus(mock_settings, "one") as corpus, pytest.raises(KeyboardInterrupt):
        Pipeline(corpus).run(items, interrupt_at(4))
    with open_corpus(mock_settings, "two") as corpus:
        assert corpus.vectors.count() == 4
        assert run(corpus, *items) == {"seen": 10, "added": 6, "unchanged": 4}


def test_a_job_that_dies_while_embedding_loses_its_batch_and_nothing_else(
    mock_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline._BATCH_PASSAGES", 3)
    items = [delivery(f"a{number}", f"Article {number}.") for number in range(10)]
    embed = MockEmbedding._get_text_embedding

    def die_at_7(self: MockEmbedding, text: str) -> list[float]:
        if "Article 7" in text:
            raise KeyboardInterrupt
        return embed(self, text)

    with monkeypatch.context() as patch, open_corpus(mock_settings, "one") as corpus:
        patch.setattr(MockEmbedding, "_get_text_embedding", die_at_7)
        with pytest.raises(KeyboardInterrupt):
            Pipeline(corpus).run(items)
    with open_corpus(mock_settings, "two") as corpus:
        assert corpus.vectors.count() == 6
        assert run(corpus, *items) == {"seen": 10, "added": 4, "unchanged": 6}


def test_withdrawing_by_hand(mock_corpus: Corpus) -> None:
    pipeline = Pipeline(mock_corpus)
    pipeline.run([delivery("a")])
    pipeline.withdraw("a")
    pipeline.withdraw("a")
    assert mock_corpus.archive.status("a") is PubStatus.CANCELED
    assert mock_corpus.vectors.count() == 0
    with pytest.raises(NotFoundError, match="no article 'b'"):
        pipeline.withdraw("b")
