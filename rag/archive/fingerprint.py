"""One hash for all that the archive holds: equal for equal content, whatever order it came in."""

import hashlib
import json
from collections import defaultdict

from sqlalchemy import Engine, text

_STATUSES = "SELECT id, status FROM articles"
_CUTS = 'SELECT article_id, version, start, "end", sentences FROM passages ORDER BY rowid'
# Of a withdrawn article nothing is ever shown, so it counts as withdrawn and no more: whether it
# had come before its withdrawal makes no difference.
_VERSIONS = """
    SELECT v.article_id, v.version, v.version = a.current_version, v.content_hash, v.status,
           v.title, v.text
    FROM versions v JOIN articles a ON a.id = v.article_id
    WHERE a.status <> 'canceled'
"""


def fingerprint(engine: Engine) -> str:
    """SHA-256, as 64 hexadecimal digits, over the archive's content.

    It covers every article's id and status, every version's content and status and whether it is
    the one in force, and how each is cut into passages and sentences; neither version numbers
    nor times of arrival. Under a second at 25,000 articles.
    """
    lines: list[str] = []
    with engine.connect() as connection:
        lines += (json.dumps([*row]) for row in connection.execute(text(_STATUSES)))
        cuts: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for article_id, version, start, end, sentences in connection.execute(text(_CUTS)):
            cuts[article_id, version].append(f"{start} {end} {sentences}")
        for article_id, version, current, content, status, title, body in connection.execute(
            text(_VERSIONS)
        ):
            said = _digest(title), _digest(body), *sorted(cuts[article_id, version])
            # A usable version is written as it always was: earlier runs' fingerprints still hold.
            kept = [] if status == "usable" else [status]
            lines.append(json.dumps([article_id, current, content, *kept, *said]))
    return _digest("\n".join(sorted(lines)))


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
