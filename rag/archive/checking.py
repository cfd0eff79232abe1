"""Whether the tables of copies say what the versions' texts say, and making them anew."""

from sqlalchemy import Connection, Engine, text

from rag.archive.transactions import writing

TABLES = ("text_bands", "text_copies")
"""What is made from texts alone, and can be made again."""

# Each with what its rows are called; `NOT IN` reads a table once, where an index is lacking.
_FAULTS = (
    (
        "SELECT article_id || ' version ' || version AS name FROM versions "
        "WHERE body_hash NOT IN (SELECT body_hash FROM texts)",
        "the text of {} is unknown",
    ),
    (
        "SELECT id AS name FROM texts WHERE body_hash NOT IN (SELECT body_hash FROM versions)",
        "text {} is that of no article",
    ),
    ("SELECT id AS name FROM texts WHERE sketch IS NULL", "text {} was not compared"),
    (
        "SELECT id AS name FROM texts "
        "WHERE length(sketch) > 0 AND id NOT IN (SELECT text_id FROM text_bands)",
        "text {} has no bands",
    ),
    (
        "SELECT DISTINCT text_id AS name FROM text_bands "
        "WHERE text_id NOT IN (SELECT id FROM texts)",
        "bands are of text {}, which is not there",
    ),
    (
        "SELECT DISTINCT copy_id AS name FROM text_copies "
        "WHERE copy_id NOT IN (SELECT id FROM texts) OR text_id NOT IN (SELECT id FROM texts)",
        "a pair with text {} refers to a text that is not there",
    ),
    (
        "SELECT id AS name FROM texts t WHERE sketch IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM text_copies c WHERE c.text_id = t.id AND c.copy_id = t.id)",
        "text {} is in no story, not even its own",
    ),
    (
        "SELECT text_id AS name FROM text_copies c WHERE NOT EXISTS "
        "(SELECT 1 FROM text_copies d WHERE d.text_id = c.copy_id AND d.copy_id = c.text_id)",
        "text {} has a copy that does not have it",
    ),
    (
        "SELECT id AS name FROM texts WHERE sketch IS NOT NULL AND cluster IS NULL",
        "text {} is in no cluster",
    ),
    (
        "SELECT DISTINCT c.text_id AS name FROM text_copies c JOIN texts t ON t.id = c.text_id "
        "JOIN texts d ON d.id = c.copy_id WHERE t.cluster <> d.cluster",
        "text {} has a copy in another cluster",
    ),
)


def faults(connection: Connection) -> list[str]:
    """What is wrong with the tables of copies, in words."""
    return [
        said.format(row.name)
        for query, said in _FAULTS
        for row in connection.execute(text(query + " ORDER BY 1"))
    ]


def forget_copies(engine: Engine) -> None:
    """Leaves of the tables only which texts there are; `link_uncompared` finds their copies."""
    with writing(engine) as connection:
        for table in TABLES:
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
        connection.execute(
            text("DELETE FROM texts WHERE body_hash NOT IN (SELECT body_hash FROM versions)")
        )
        connection.execute(
            text(
                "INSERT INTO texts (body_hash) SELECT DISTINCT body_hash FROM versions "
                "WHERE body_hash NOT IN (SELECT body_hash FROM texts)"
            )
        )
        connection.execute(text("UPDATE texts SET sketch = NULL, cluster = NULL"))
