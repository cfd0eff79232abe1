"""Whether the archive still holds what was put into it: SQLite keeps no checksums of its pages."""

import hashlib

from sqlalchemy import Engine, text

_TEXTS = "SELECT article_id, version, body_hash, text FROM versions ORDER BY article_id, version"


def body_hash(content: str) -> str:
    """Equal for two texts that differ only in white space and case."""
    folded = " ".join(content.split()).casefold()
    return hashlib.sha256(folded.encode()).hexdigest()


_BROKEN_FIELDS = """
    SELECT article_id, version FROM versions
    WHERE NOT (json_valid(authors) AND json_valid(subjects) AND json_valid(extra))
    UNION SELECT article_id, version FROM passages WHERE NOT json_valid(sentences)
"""


def altered_texts(engine: Engine) -> list[str]:
    """The versions whose text is not the one that was stored, or of which parts are broken."""
    with engine.connect() as connection:
        rows = connection.execute(text(_TEXTS)).yield_per(1000)
        altered = {
            (article_id, version)
            for article_id, version, stored, content in rows
            if body_hash(content) != stored
        }
        altered |= {(row[0], row[1]) for row in connection.execute(text(_BROKEN_FIELDS))}
    return [f"{article_id} version {version}" for article_id, version in sorted(altered)]


def page_faults(engine: Engine, *, thorough: bool = False) -> list[str]:
    """What SQLite finds wrong with the file's pages; with `thorough`, with its indexes too.

    A quick check takes about a second for 100 MB (181 MB in 2.0 s, on two busy cores).
    """
    check = "integrity_check" if thorough else "quick_check"
    with engine.connect() as connection:
        found = [str(row[0]) for row in connection.execute(text(f"PRAGMA {check}"))]
    # Newer SQLites look into FTS5 here too, which doctor asks of FTS5 itself.
    return [line for line in found if line != "ok" and "FTS5" not in line]
