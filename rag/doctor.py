"""Compares the archive with the two indexes derived from it, and rebuilds what differs."""

from pydantic import BaseModel
from sqlalchemy import text

from rag.archive.transactions import writing
from rag.corpus import Corpus
from rag.errors import CorruptCorpusError

# What the archive says should be in both indexes: passages of articles that are not withdrawn.
_SEARCHABLE = """
    FROM passages p
    JOIN versions v ON v.article_id = p.article_id AND v.version = p.version
    JOIN articles a ON a.id = p.article_id
    WHERE a.status <> 'canceled'
"""
_FTS_ROWS = (
    'SELECT p.rowid, v.title, substr(v.text, p.start + 1, p."end" - p.start) AS body' + _SEARCHABLE
)
# FTS5's own commands: does its index hold the words of its rows, and index all its rows anew.
_CHECK_FTS = "INSERT INTO passages_fts (passages_fts) VALUES ('integrity-check')"
_REINDEX_FTS = "INSERT INTO passages_fts (passages_fts) VALUES ('rebuild')"
_IDS = "SELECT p.rowid, p.id" + _SEARCHABLE


class Findings(BaseModel):
    """What `doctor` found. Lists hold passage ids (FTS5 rows of no passage: row numbers)."""

    passages: int
    lexical_missing: list[str]
    lexical_extra: list[str]
    lexical_differs: list[str]
    lexical_faults: list[str]
    vectors_missing: list[str]
    vectors_extra: list[str]
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
            "versions whose indexing is unfinished": self.unfinished,
            "damaged pages or references in the archive": self.damage,
        }
        for words, items in parts.items():
            if items:
                few = ", ".join(items[:5]) + (" ..." if len(items) > 5 else "")  # noqa: PLR2004
                said.append(f"{len(items):,} {words}: {few}")
        if self.healthy:
            said.append("Archive, lexical index and vector index agree.")
        else:
            said.append(
                "Run newscite doctor --repair, or newscite reindex to rebuild both indexes."
            )
        return said


def examine(corpus: Corpus) -> Findings:
    """Compares every passage with both indexes and checks the database's own integrity."""
    with corpus.writing, corpus.archive.engine.connect() as connection:
        ids = {row.rowid: row.id for row in connection.execute(text(_IDS))}
        expected = {row.rowid: (row.title, row.body) for row in connection.execute(text(_FTS_ROWS))}
        lexical = {
            row.rowid: (row.title, row.body)
            for row in connection.execute(text("SELECT rowid, title, body FROM passages_fts"))
        }
        damage = [
            str(row[0])
            for row in connection.execute(text("PRAGMA integrity_check"))
            # Newer SQLites look into FTS5 here too; _lexical_faults has that in any of them.
            if row[0] != "ok" and "FTS5" not in row[0]
        ]
        damage += [
            f"{row[0]} row {row[1]} refers to nothing in {row[2]}"
            for row in connection.execute(text("PRAGMA foreign_key_check"))
        ]
        stored = set(corpus.vectors.ids())
    wanted = set(ids.values())
    unfinished = corpus.archive.in_state("pending") + corpus.archive.in_state("removing")
    return Findings(
        passages=len(expected),
        lexical_missing=sorted(ids[r] for r in expected.keys() - lexical.keys()),
        lexical_extra=sorted(str(r) for r in lexical.keys() - expected.keys()),
        lexical_differs=sorted(
            ids[r] for r in expected.keys() & lexical.keys() if lexical[r] != expected[r]
        ),
        lexical_faults=_lexical_faults(corpus),
        vectors_missing=sorted(wanted - stored),
        vectors_extra=sorted(stored - wanted),
        unfinished=[f"{article_id} version {version}" for article_id, version in unfinished],
        damage=damage,
    )


def _lexical_faults(corpus: Corpus) -> list[str]:
    """What FTS5 says is wrong between its rows and the index of their words: at most one thing."""
    try:
        with writing(corpus.archive.engine) as connection:
            connection.execute(text(_CHECK_FTS))
    except CorruptCorpusError as error:
        return [str(error.__cause__)]
    return []


def mend(corpus: Corpus, found: Findings) -> None:
    """Makes both indexes agree with the archive; damage to the archive itself it cannot mend."""
    with corpus.writing:
        corpus.finish()
        if any(value for name, value in found if name.startswith("lexical")):
            rebuild_lexical(corpus)
        corpus.vectors.delete(found.vectors_extra)
        for key in corpus.archive.versions_of(found.vectors_missing):
            corpus.index(key)


def rebuild_lexical(corpus: Corpus) -> None:
    """Writes the lexical index anew from the archive, in one transaction."""
    with writing(corpus.archive.engine) as connection:
        connection.execute(text(_REINDEX_FTS))  # rows cannot be deleted from a broken index
        connection.execute(text("DELETE FROM passages_fts"))
        connection.execute(text("INSERT INTO passages_fts (rowid, title, body) " + _FTS_ROWS))
