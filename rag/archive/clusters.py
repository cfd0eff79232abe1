"""Which texts pairs of copies connect, kept with the texts: the number of their cluster.

It is the least number of a text in it, whatever texts a question may see; `stories.py` says what of
a cluster is a story for whom.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, text

from rag.archive.transactions import writing

_UNKNOWN = text("SELECT EXISTS (SELECT 1 FROM texts WHERE cluster IS NULL)")
_PAIRS = text("SELECT text_id, copy_id FROM text_copies WHERE copy_id <= text_id")
_SET = "UPDATE texts SET cluster = ? WHERE id = ?"
_JOIN = "UPDATE texts SET cluster = ? WHERE cluster = ?"


def join_cluster(connection: Connection, text_id: int, copies: Sequence[int]) -> None:
    """Puts a text that has just been compared into one cluster with all its copies are in."""
    marks = ", ".join("?" * len(copies))
    found = connection.exec_driver_sql(
        f"SELECT DISTINCT cluster FROM texts WHERE id IN ({marks}) AND cluster IS NOT NULL",  # noqa: S608
        tuple(copies),
    )
    clusters = list(found.scalars())
    least = min([text_id, *clusters])
    connection.exec_driver_sql(_SET, (least, text_id))
    for cluster in clusters:
        if cluster != least:
            connection.exec_driver_sql(_JOIN, (least, cluster))


def find_clusters(engine: Engine) -> None:
    """Finds all clusters, if one of a text is not known: of a corpus from before they were kept."""
    with writing(engine) as connection:
        if not connection.scalar(_UNKNOWN):
            return
        forest = _Forest()
        for text_id, copy_id in connection.execute(_PAIRS):
            forest.join(text_id, copy_id)
        rows = [(forest.root(text_id), text_id) for text_id in forest.texts()]
        if rows:
            connection.exec_driver_sql(_SET, rows)


class _Forest:
    """Which texts are connected: a disjoint-set forest with path halving (Tarjan 1975)."""

    def __init__(self) -> None:
        self._parents: dict[int, int] = {}

    def texts(self) -> list[int]:
        return list(self._parents)

    def root(self, one: int) -> int:
        parents = self._parents
        while (parent := parents.setdefault(one, one)) != one:
            parents[one] = parents[parent]
            one = parents[one]
        return one

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self._parents[second] = first
