"""Compares the archive with what is derived from it, two indexes and the copies among its texts,
and makes anew what differs.
"""

from pydantic import BaseModel
from sqlalchemy import text

from rag.archive import lexical
from rag.archive.checking import TABLES, faults, forget_copies
from rag.archive.integrity import altered_texts, page_faults
from rag.archive.transactions import writing
from rag.corpus import Corpus
from rag.errors import CorruptCorpusError
from rag.upkeep.reindexing import rebuild
from rag.vectors import VectorIndex, is_sound

_VECTORS_AT_A_TIME = 2_000


class Findings(BaseModel):
    """What `doctor` found. Lists hold passage ids (FTS5 rows without one: numbers) or words."""

    passages: int
    lexical_missing: list[str]
    lexical_extra: list[str]
    lexical_differs: list[str]
    lexical_faults: list[str]
    vectors_missing: list[str]
    vectors_extra: list[str]
    vectors_faults: list[str]
    stories: list[str]
    unfinished: list[str]
    damage: list[str]

    @property
    def healthy(self) -> bool:
        """Whether archive and indexes agree to the letter."""
        return not any(value for value in self.model_dump(exclude={"passages"}).values())

    def lines(self) -> list[str]:
        """The findings in words."""
        said = [f"{self.passages:,} passages in the archive"]
        parts = {
            "missing from the lexical index": self.lexical_missing,
            "too many in the lexical index": self.lexical_extra,
            "different in the lexical index": self.lexical_differs,
            "found wrong inside the lexical index": self.lexical_faults,
            "missing from the vector index": self.vectors_missing,
            "too many in the vector index": self.vectors_extra,
            "found wrong inside the vector index": self.vectors_faults,
            "found wrong with the copies of texts": self.stories,
            "versions whose indexing is unfinished": self.unfinished,
            "damaged pages, texts or references in the archive": self.damage,
        }
        for words, items in parts.items():
            if items:
                few = ", ".join(items[:5]) + (" ..." if len(items) > 5 else "")  # noqa: PLR2004
                said.append(f"{len(items):,} {words}: {few}")
        if self.healthy:
            said.append("Archive, lexical index and vector index agree.")
        elif self.damage:
            said.append(
                "Run newscite doctor --repair, which mends indexes. What is left then of damage to "
                "the archive itself a backup makes good: newscite restore FILE --force."
            )
        else:
            said.append(
                "Run newscite doctor --repair, or newscite reindex to rebuild both indexes."
            )
        return said


def examine(corpus: Corpus) -> Findings:
    """Compares every passage with both indexes, checks copies, and looks for damage to any."""
    with corpus.writing:
        damage = _damage(corpus)
        try:
            return _compare(corpus, damage)
        except CorruptCorpusError as error:  # what is left of the archive cannot be compared
            said = damage or [str(error.__cause__ or error)]
            nothing = dict.fromkeys(Findings.model_fields, ())
            return Findings.model_validate(nothing | {"passages": 0, "damage": said})


def _damage(corpus: Corpus) -> list[str]:
    engine = corpus.archive.engine
    try:
        found = page_faults(engine, thorough=True)
        with engine.connect() as connection:
            found += [
                f"{row[0]} row {row[1]} refers to nothing in {row[2]}"
                for row in connection.execute(text("PRAGMA foreign_key_check"))
                if row[0] not in TABLES  # which `faults` looks into
            ]
        return found + [f"the text of {one} was altered" for one in altered_texts(engine)]
    except CorruptCorpusError as error:
        return [str(error.__cause__)]


def _compare(corpus: Corpus, damage: list[str]) -> Findings:
    ids, expected, indexed = lexical.compared(corpus.archive.engine)
    with corpus.archive.engine.connect() as connection:
        stories = faults(connection)
    wanted = set(ids.values())
    vectors_faults = _vector_faults(corpus.vectors)
    stored = wanted if vectors_faults else set(corpus.vectors.ids())
    unfinished = corpus.archive.in_state("pending") + corpus.archive.in_state("removing")
    return Findings(
        passages=len(expected),
        lexical_missing=sorted(ids[r] for r in expected.keys() - indexed.keys()),
        lexical_extra=sorted(str(r) for r in indexed.keys() - expected.keys()),
        lexical_differs=sorted(
            ids[r] for r in expected.keys() & indexed.keys() if indexed[r] != expected[r]
        ),
        lexical_faults=lexical.faults(corpus.archive.engine),
        vectors_missing=sorted(wanted - stored),
        vectors_extra=sorted(stored - wanted),
        vectors_faults=vectors_faults,
        stories=stories,
        unfinished=[f"{article_id} version {version}" for article_id, version in unfinished],
        damage=damage,
    )


def _vector_faults(vectors: VectorIndex) -> list[str]:
    """What is wrong with the vectors that are there; each of them is read."""
    try:
        ids = list(vectors.ids())
        unsound: list[str] = []
        for at in range(0, len(ids), _VECTORS_AT_A_TIME):
            found = vectors.vectors(ids[at : at + _VECTORS_AT_A_TIME])
            unsound += [name for name, vector in found.items() if not is_sound(vector)]
    except CorruptCorpusError as error:
        return [str(error.__cause__)]
    return [f"{name} has no direction" for name in sorted(unsound)]


def mend(corpus: Corpus, found: Findings) -> None:
    """Makes indexes and copies agree with the archive, whose own damage it cannot mend.

    The archive's own indexes, which SQLite can make anew from its tables, are no such damage.
    """
    with corpus.writing:
        if any(" index " in damage for damage in found.damage):
            _remake_indexes(corpus)
        if found.stories:
            forget_copies(corpus.archive.engine)
        corpus.finish()  # which finds the copies of texts as well
        if any(value for name, value in found if name.startswith("lexical")):
            lexical.rebuild(corpus.archive.engine)
        if found.vectors_faults:
            rebuild(corpus, lambda _done, _total: None)
            return
        corpus.vectors.delete(found.vectors_extra)
        corpus.index_all(corpus.archive.versions_of(found.vectors_missing))


def _remake_indexes(corpus: Corpus) -> None:
    with writing(corpus.archive.engine) as connection:
        connection.execute(text("REINDEX"))
