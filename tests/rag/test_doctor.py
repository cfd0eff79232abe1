"""The doctor finds every difference between the archive and its indexes, and mends it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from builders import WIDTH, day, new_version
from sqlalchemy import text

from rag.corpus import Corpus
from rag.doctor import examine, mend
from rag.opening import open_corpus
from rag.settings import Settings
from rag.vectors import VectorRecord

Damage = Callable[[Corpus], None]


def execute(corpus: Corpus, statement: str) -> None:
    with corpus.archive.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.fixture
def filled(mock_corpus: Corpus) -> Corpus:
    """Two articles, one in two versions, and one that was withdrawn: four passages to be found."""
    mock_corpus.add([new_version("a", "One.\n\nTwo.", updated_at=day(1)), new_version("gone")])
    mock_corpus.add([new_version("a", "Three.", updated_at=day(2)), new_version("b", "Four.")])
    mock_corpus.withdraw("gone")
    return mock_corpus


def ids(corpus: Corpus) -> list[str]:
    return sorted(corpus.vectors.ids())


def test_a_corpus_in_step_is_healthy(filled: Corpus) -> None:
    found = examine(filled)
    assert found.healthy
    assert found.passages == 4
    assert found.lines() == [
        "4 passages in the archive",
        "Archive, lexical index and vector index agree.",
    ]


def test_an_empty_corpus_is_healthy(mock_corpus: Corpus) -> None:
    assert examine(mock_corpus).healthy


def delete_vectors(corpus: Corpus) -> None:
    corpus.vectors.delete(ids(corpus)[1:3])


def add_vectors(corpus: Corpus) -> None:
    fields: dict[str, str | int] = {"article_id": "ghost", "version": 1}
    corpus.vectors.upsert([VectorRecord("ghost-v1-p0", [0.5] * WIDTH, fields)])


def bring_back_a_withdrawn_vector(corpus: Corpus) -> None:
    corpus.index([("gone", 1)])


def lose_every_vector(corpus: Corpus) -> None:
    corpus.vectors.clear()


def delete_lexical(corpus: Corpus) -> None:
    execute(corpus, "DELETE FROM passages_fts WHERE rowid = (SELECT min(rowid) FROM passages_fts)")


def change_a_body(corpus: Corpus) -> None:
    execute(corpus, "UPDATE passages_fts SET body = 'Five.' WHERE body = 'Four.'")


def change_a_title(corpus: Corpus) -> None:
    execute(corpus, "UPDATE passages_fts SET title = 'Other' WHERE body = 'Four.'")


def add_lexical(corpus: Corpus) -> None:
    execute(corpus, "INSERT INTO passages_fts (rowid, title, body) VALUES (999, 'Ghost', 'Boo.')")


def bring_back_withdrawn_words(corpus: Corpus) -> None:
    execute(
        corpus,
        "INSERT INTO passages_fts (rowid, title, body) "
        "SELECT rowid, 'Flood', 'The river rose four metres.' FROM passages WHERE article_id = 'gone'",
    )


def lose_indexed_words(corpus: Corpus) -> None:
    execute(corpus, "DELETE FROM passages_fts_data WHERE id > 10")


def overwrite_indexed_words(corpus: Corpus) -> None:
    execute(corpus, "UPDATE passages_fts_data SET block = zeroblob(length(block)) WHERE id > 10")


def break_the_lexical_index(corpus: Corpus) -> None:
    execute(corpus, "UPDATE passages_fts_data SET block = zeroblob(3) WHERE id = 1")  # its averages


def empty_the_lexical_index(corpus: Corpus) -> None:
    execute(corpus, "DELETE FROM passages_fts_data")


def without_foreign_keys(statement: str) -> Damage:
    """What the archive itself never does, as the database refuses it."""

    def damage(corpus: Corpus) -> None:
        with closing(sqlite3.connect(str(corpus.archive.engine.url.database))) as database:
            database.execute(statement)
            database.commit()

    return damage


FORGET_A_TEXT = without_foreign_keys(
    "DELETE FROM texts WHERE body_hash = (SELECT body_hash FROM versions WHERE article_id = 'b')"
)
LOSE_BANDS = without_foreign_keys("DELETE FROM text_bands WHERE text_id = 1")
LOSE_ITSELF = without_foreign_keys("DELETE FROM text_copies WHERE text_id = 1 AND copy_id = 1")
ADD_HALF_A_PAIR = without_foreign_keys("INSERT INTO text_copies VALUES (1, 2)")
ADD_A_TEXT = without_foreign_keys("INSERT INTO texts VALUES (99, 'nobody', x'', 99)")
REFER_TO_NO_TEXT = without_foreign_keys("INSERT INTO text_copies VALUES (1, 77), (77, 1)")
ADD_A_PAIR = without_foreign_keys("INSERT OR IGNORE INTO text_copies VALUES (1, 2), (2, 1)")
LOSE_A_CLUSTER = without_foreign_keys("UPDATE texts SET cluster = NULL WHERE id = 1")
LOSE_A_SKETCH = without_foreign_keys("UPDATE texts SET sketch = NULL WHERE id = 1")

STORIES = "found wrong with the copies of texts: "

DAMAGES: list[tuple[Damage, str, int, str]] = [
    (delete_vectors, "vectors_missing", 2, "2 missing from the vector index"),
    (add_vectors, "vectors_extra", 1, "1 too many in the vector index: ghost-v1-p0"),
    (bring_back_a_withdrawn_vector, "vectors_extra", 1, "1 too many in the vector index"),
    (lose_every_vector, "vectors_missing", 4, "4 missing from the vector index"),
    (delete_lexical, "lexical_missing", 1, "1 missing from the lexical index"),
    (change_a_body, "lexical_differs", 1, "1 different in the lexical index"),
    (change_a_title, "lexical_differs", 1, "1 different in the lexical index"),
    (add_lexical, "lexical_extra", 1, "1 too many in the lexical index: 999"),
    (bring_back_withdrawn_words, "lexical_extra", 1, "1 too many in the lexical index"),
    (lose_indexed_words, "lexical_faults", 1, "1 found wrong inside the lexical index: "),
    (overwrite_indexed_words, "lexical_faults", 1, "1 found wrong inside the lexical index: "),
    (empty_the_lexical_index, "lexical_faults", 1, "1 found wrong inside the lexical index: "),
    (break_the_lexical_index, "lexical_faults", 1, "1 found wrong inside the lexical index: "),
    (FORGET_A_TEXT, "stories", 3, f"3 {STORIES}the text of b version 1 is unknown"),
    (LOSE_BANDS, "stories", 1, f"1 {STORIES}text 1 has no bands"),
    (LOSE_ITSELF, "stories", 1, f"1 {STORIES}text 1 is in no story, not even its own"),
    (ADD_HALF_A_PAIR, "stories", 2, f"2 {STORIES}text 1 has a copy that does not have it"),
    (ADD_A_TEXT, "stories", 2, f"2 {STORIES}text 99 is that of no article"),
    (REFER_TO_NO_TEXT, "stories", 2, f"2 {STORIES}a pair with text 1 refers to a text that is not"),
    (ADD_A_PAIR, "stories", 2, f"2 {STORIES}text 1 has a copy in another cluster"),
    (LOSE_A_CLUSTER, "stories", 1, f"1 {STORIES}text 1 is in no cluster"),
    (LOSE_A_SKETCH, "stories", 1, f"1 {STORIES}text 1 was not compared"),
]


@pytest.mark.parametrize(
    ("damage", "kind", "size", "said"), DAMAGES, ids=lambda d: getattr(d, "__name__", "")
)
def test_each_kind_of_damage_is_found_and_mended(
    filled: Corpus, damage: Damage, kind: str, size: int, said: str
) -> None:
    before = ids(filled)
    damage(filled)
    found = examine(filled)
    assert not found.healthy
    wrong = {k: v for k, v in found.model_dump(exclude={"passages"}).items() if v}
    assert list(wrong) == [kind]
    assert len(wrong[kind]) == size
    assert any(line.startswith(said) for line in found.lines())
    assert "newscite doctor --repair" in found.lines()[-1]
    mend(filled, found)
    assert examine(filled).healthy
    assert ids(filled) == before


def test_all_damage_at_once_is_mended_at_once(filled: Corpus) -> None:
    for damage, *_ in DAMAGES:
        damage(filled)
    mend(filled, examine(filled))
    assert examine(filled).healthy


def test_copies_are_found_anew_as_they_were(mock_corpus: Corpus) -> None:
    body = " ".join(f"The river rose by {n} metres in the town of Calder." for n in range(9))
    mock_corpus.add([new_version("a", body), new_version("b", body + "\n\nMore to come.")])
    assert mock_corpus.archive.copies("a") == ["b"]
    without_foreign_keys("DELETE FROM text_copies")(mock_corpus)
    without_foreign_keys("DELETE FROM text_bands")(mock_corpus)
    assert mock_corpus.archive.copies("a") == []
    mend(mock_corpus, examine(mock_corpus))
    assert mock_corpus.archive.copies("a") == ["b"]
    assert examine(mock_corpus).healthy


def test_examining_changes_nothing(filled: Corpus) -> None:
    delete_vectors(filled)
    delete_lexical(filled)
    assert examine(filled) == examine(filled)


def test_unfinished_indexing_is_found_and_mended(filled: Corpus) -> None:
    filled.archive.mark([("a", 1)], "pending")
    delete_vectors(filled)
    found = examine(filled)
    assert found.unfinished == ["a version 1"]
    mend(filled, found)
    assert examine(filled).healthy


def test_a_reference_to_nothing_is_reported_and_survives_mending(
    filled: Corpus, mock_settings: Settings
) -> None:
    with closing(sqlite3.connect(mock_settings.data_dir / "archive.db")) as database:
        database.execute("UPDATE ledger SET version = 7 WHERE article_id = 'b'")
        database.commit()
    found = examine(filled)
    assert len(found.damage) == 1
    assert found.damage[0].startswith("ledger row")
    assert "versions" in found.damage[0]
    mend(filled, found)
    assert examine(filled).damage == found.damage


def test_what_was_mended_is_found_by_searching(filled: Corpus, mock_settings: Settings) -> None:
    from rag.archive.reading import lexical_search
    from rag.archive.visibility import Visibility

    view = Visibility(day(1, year=2030))
    before = lexical_search(filled.archive.engine, ["four"], view, 5)
    assert before
    change_a_body(filled)
    assert lexical_search(filled.archive.engine, ["four"], view, 5) == []
    mend(filled, examine(filled))
    assert lexical_search(filled.archive.engine, ["four"], view, 5) == before


def test_words_that_the_index_lost_are_found_again(filled: Corpus) -> None:
    from rag.archive.reading import lexical_search
    from rag.archive.visibility import Visibility

    view = Visibility(day(1, year=2030))
    before = lexical_search(filled.archive.engine, ["four"], view, 5)
    overwrite_indexed_words(filled)
    found = examine(filled)
    assert found.lexical_faults == ["database disk image is malformed"]
    mend(filled, found)
    assert lexical_search(filled.archive.engine, ["four"], view, 5) == before


def test_repair_holds_after_reopening(mock_settings: Settings) -> None:
    with open_corpus(mock_settings, "one") as corpus:
        corpus.add([new_version("a", "One.\n\nTwo.")])
        lose_every_vector(corpus)
        mend(corpus, examine(corpus))
    with open_corpus(mock_settings, "two") as corpus:
        assert examine(corpus).healthy
