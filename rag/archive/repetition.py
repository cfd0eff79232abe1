"""Which articles have the very same line: asked of the lexical index, so that nothing is kept."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection

from rag.words import content_words

_ASKED = 6  # words of a line that are looked up, the longest, which are rare; then all is compared

# As text, for every question asks it: to build it anew takes longer than it runs. `instr` leaves
# few of the rows to be compared as lines.
_HAVE_IT = """
SELECT json_extract(asked.value, '$[1]') AS line, (
    SELECT json_group_array(json_array(title, body)) FROM (
        SELECT passages_fts.title, passages_fts.body
        FROM passages_fts
        JOIN passages ON passages.rowid = passages_fts.rowid
        JOIN articles ON articles.id = passages.article_id
            AND articles.current_version = passages.version
        JOIN versions ON versions.article_id = passages.article_id
            AND versions.version = passages.version
        WHERE passages_fts MATCH json_extract(asked.value, '$[0]')
            AND articles.status = 'usable' AND versions.source IS :source
        LIMIT :limit
    ) WHERE instr(body, json_extract(asked.value, '$[1]'))
)
FROM json_each(:lines) AS asked
"""


def headlines_over(
    connection: Connection, lines: Sequence[str], source: str | None, limit: int
) -> list[list[str]]:
    """For each line the headlines of a source's articles, in force and usable, that have it.

    Each headline is given once.

    Args:
        connection: to the archive's database.
        lines: whole lines of a stored text.
        source: the articles' publisher.
        limit: at most this many passages that may have a line are looked at.
    """
    asked = [(words, line) for line in dict.fromkeys(lines) if (words := _longest_words(line))]
    over: dict[str, list[str]] = {}
    if asked:
        values = {"lines": json.dumps(asked), "source": source, "limit": limit}
        for line, found in connection.exec_driver_sql(_HAVE_IT, values):
            having = (title for title, body in json.loads(found) if line in body.splitlines())
            over[line] = list(dict.fromkeys(having))
    return [over.get(line, []) for line in lines]


def _longest_words(line: str) -> str:
    """A query of the lexical index; empty if the line has no words."""
    words = sorted(content_words(line), key=len, reverse=True)[:_ASKED]
    all_of_them = " AND ".join(f'"{word}"' for word in words)
    return f"body : ({all_of_them})" if words else ""
