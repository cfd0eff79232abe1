"""Which articles have the very same line: asked of the lexical index, so that nothing is kept."""

from sqlalchemy import Connection

from rag.words import content_words

_ASKED = 6  # words of a line that are looked up, the longest, which are rare; then all is compared

# As text, for a question asks it of many lines: to build it anew takes longer than it runs.
_MAY_HAVE_IT = """
SELECT versions.title, substr(versions.text, passages.start + 1, passages."end" - passages.start)
FROM passages_fts
JOIN passages ON passages.rowid = passages_fts.rowid
JOIN articles ON articles.id = passages.article_id
    AND articles.current_version = passages.version
JOIN versions ON versions.article_id = passages.article_id
    AND versions.version = passages.version
WHERE passages_fts MATCH :words AND articles.status = 'usable' AND versions.source IS :source
LIMIT :limit
"""


def headlines_over(connection: Connection, line: str, source: str | None, limit: int) -> list[str]:
    """The headlines of a source's articles, in force and usable, that have this line, each once.

    Args:
        connection: to the archive's database.
        line: a whole line of a stored text.
        source: the articles' publisher.
        limit: at most this many passages that may have the line are looked at.
    """
    asked = sorted(content_words(line), key=len, reverse=True)[:_ASKED]
    if not asked:
        return []
    all_words = " AND ".join(f'"{word}"' for word in asked)
    wanted = {"words": f"body : ({all_words})", "source": source, "limit": limit}
    rows = connection.exec_driver_sql(_MAY_HAVE_IT, wanted)
    return list(dict.fromkeys(title for title, body in rows if line in body.splitlines()))
