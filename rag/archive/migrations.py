"""Versioned migrations of the archive's schema.

`PRAGMA user_version` counts the steps a database has gone through. Each step runs in one
transaction with the counter's increment, so a crash leaves the database before or after a step.
A step that has been released is never edited; a change is a new step at the end.
"""

from sqlalchemy import Connection, Engine

from rag.archive.transactions import writing
from rag.errors import ConfigurationError

_STEPS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)",
        """CREATE TABLE articles (
            id TEXT PRIMARY KEY NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('usable', 'withheld', 'canceled')),
            current_version INTEGER NOT NULL,
            first_seen INTEGER NOT NULL,
            status_changed INTEGER NOT NULL
        )""",
        """CREATE TABLE versions (
            article_id TEXT NOT NULL REFERENCES articles (id),
            version INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            body_hash TEXT NOT NULL,
            valid_from INTEGER NOT NULL,
            ingested_at INTEGER NOT NULL,
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            source TEXT,
            url TEXT,
            authors JSON NOT NULL,
            published_at INTEGER,
            updated_at INTEGER,
            language TEXT,
            section TEXT,
            subjects JSON NOT NULL,
            dateline TEXT,
            provider TEXT,
            embargoed_until INTEGER,
            expires_at INTEGER,
            usage_terms TEXT,
            correction TEXT,
            extra JSON NOT NULL,
            PRIMARY KEY (article_id, version)
        )""",
        "CREATE INDEX versions_by_body ON versions (body_hash)",
        "CREATE INDEX versions_by_date ON versions (published_at)",
        """CREATE TABLE passages (
            rowid INTEGER PRIMARY KEY NOT NULL,
            id TEXT NOT NULL UNIQUE,
            article_id TEXT NOT NULL,
            version INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            sentences JSON NOT NULL,
            FOREIGN KEY (article_id, version) REFERENCES versions (article_id, version)
        )""",
        "CREATE INDEX passages_by_version ON passages (article_id, version, ordinal)",
        """CREATE TABLE ledger (
            article_id TEXT NOT NULL,
            version INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'indexed', 'removing')),
            PRIMARY KEY (article_id, version),
            FOREIGN KEY (article_id, version) REFERENCES versions (article_id, version)
        )""",
        "CREATE INDEX ledger_by_state ON ledger (state) WHERE state <> 'indexed'",
        """CREATE TABLE quarantine (
            id INTEGER PRIMARY KEY NOT NULL,
            job_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            place TEXT NOT NULL,
            reason TEXT NOT NULL,
            raw BLOB NOT NULL,
            UNIQUE (place, reason, raw)
        )""",
        """CREATE VIRTUAL TABLE passages_fts
           USING fts5(title, body, tokenize = 'porter unicode61 remove_diacritics 2')""",
    ),
    (
        """CREATE TABLE texts (
            id INTEGER PRIMARY KEY NOT NULL,
            body_hash TEXT NOT NULL UNIQUE,
            sketch BLOB
        )""",
        "CREATE INDEX texts_to_compare ON texts (id) WHERE sketch IS NULL",
        """CREATE TABLE text_bands (
            band INTEGER NOT NULL,
            text_id INTEGER NOT NULL REFERENCES texts (id),
            PRIMARY KEY (band, text_id)
        ) WITHOUT ROWID""",
        """CREATE TABLE text_copies (
            text_id INTEGER NOT NULL REFERENCES texts (id),
            copy_id INTEGER NOT NULL REFERENCES texts (id),
            PRIMARY KEY (text_id, copy_id)
        ) WITHOUT ROWID""",
        # Their copies are looked for when the corpus is next opened, see copies.py.
        "INSERT INTO texts (body_hash) SELECT DISTINCT body_hash FROM versions",
    ),
    (
        """CREATE TABLE jobs (
            number INTEGER PRIMARY KEY NOT NULL,
            id TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
            created INTEGER NOT NULL,
            started INTEGER,
            finished INTEGER,
            starts INTEGER NOT NULL,
            request JSON NOT NULL,
            counts JSON NOT NULL,
            error TEXT
        )""",
        """CREATE TABLE job_failures (
            job_number INTEGER NOT NULL REFERENCES jobs (number),
            item INTEGER NOT NULL,
            place TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (job_number, item)
        )""",
    ),
    (  # a version's own status and its rank, see `ranking.py`
        """ALTER TABLE versions ADD COLUMN status TEXT NOT NULL DEFAULT 'usable'
           CHECK (status IN ('usable', 'withheld'))""",
        "ALTER TABLE versions ADD COLUMN rank TEXT NOT NULL DEFAULT ''",
        """UPDATE versions SET status = 'withheld' WHERE EXISTS (
               SELECT 1 FROM articles a WHERE a.id = versions.article_id
               AND a.current_version = versions.version AND a.status = 'withheld')""",
        # Whole numbers of versions are taken along; other forms were never seen in earlier ones.
        """UPDATE versions SET rank =
               printf('%018d', (coalesce(updated_at, published_at, ingested_at) + 62135596800)
                               * 1000000)
               || ' ' || CASE
                   WHEN json_extract(extra, '$.provider_version') GLOB '[0-9]*'
                    AND json_extract(extra, '$.provider_version') NOT GLOB '*[^0-9]*'
                   THEN substr('00000000000000000000' || json_extract(extra, '$.provider_version'),
                               -20)
                   ELSE '' END
               || ' '""",
        "UPDATE versions SET rank = rank || CASE WHEN updated_at IS NULL AND rank LIKE '%  ' "
        "THEN '0 ' || printf('%012d', version) ELSE '1' END",
    ),
    (
        "ALTER TABLE quarantine ADD COLUMN transient INTEGER NOT NULL DEFAULT 0",
        """CREATE TABLE fetched (
            url TEXT PRIMARY KEY NOT NULL,
            etag TEXT,
            last_modified TEXT
        )""",
    ),
    (  # jobs can be canceled; SQLite changes a CHECK only with the table, children first
        "ALTER TABLE quarantine ADD COLUMN options JSON NOT NULL DEFAULT '{}'",
        """CREATE TABLE new_jobs (
            number INTEGER PRIMARY KEY NOT NULL,
            id TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL
                CHECK (state IN ('queued', 'running', 'done', 'failed', 'canceled')),
            created INTEGER NOT NULL,
            started INTEGER,
            finished INTEGER,
            starts INTEGER NOT NULL,
            request JSON NOT NULL,
            counts JSON NOT NULL,
            error TEXT
        )""",
        """CREATE TABLE new_job_failures (
            job_number INTEGER NOT NULL REFERENCES new_jobs (number),
            item INTEGER NOT NULL,
            place TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (job_number, item)
        )""",
        "INSERT INTO new_jobs SELECT * FROM jobs",
        "INSERT INTO new_job_failures SELECT * FROM job_failures",
        "DROP TABLE job_failures",
        "DROP TABLE jobs",
        "ALTER TABLE new_jobs RENAME TO jobs",
        "ALTER TABLE new_job_failures RENAME TO job_failures",
    ),
    (
        """CREATE TABLE api_keys (
            id TEXT PRIMARY KEY NOT NULL,
            name TEXT NOT NULL,
            scopes JSON NOT NULL,
            sha256 TEXT NOT NULL,
            created INTEGER NOT NULL,
            used INTEGER,
            revoked INTEGER
        )""",
    ),
    (
        """CREATE TABLE kept_responses (
            key TEXT PRIMARY KEY NOT NULL,
            request TEXT NOT NULL,
            status INTEGER NOT NULL,
            headers JSON NOT NULL,
            body BLOB NOT NULL,
            at INTEGER NOT NULL
        )""",
        "CREATE INDEX kept_responses_by_time ON kept_responses (at)",
    ),
    (  # what is kept is counted and weighed from the index alone
        "ALTER TABLE kept_responses ADD COLUMN size INTEGER NOT NULL DEFAULT 0",
        "UPDATE kept_responses SET size = length(body)",
        "DROP INDEX kept_responses_by_time",
        "CREATE INDEX kept_responses_by_time ON kept_responses (at, size)",
    ),
    (  # told when the corpus is next opened, see copies.py
        "ALTER TABLE texts ADD COLUMN cluster INTEGER",
        "CREATE INDEX texts_by_cluster ON texts (cluster)",
    ),
)


def migrate(engine: Engine) -> None:
    """Brings a database to the newest schema.

    Raises:
        ConfigurationError: a newer newscite has already migrated it further than this one knows.
    """
    with engine.connect() as connection:
        at = _version(connection)
    if at > len(_STEPS):
        raise ConfigurationError(
            f"the archive {engine.url.database} has schema {at}, this newscite knows up to "
            f"{len(_STEPS)}; install the newer newscite that wrote it"
        )
    for number, statements in enumerate(_STEPS[at:], start=at + 1):
        with writing(engine) as connection:
            if _version(connection) >= number:  # another process was quicker
                continue
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql(f"PRAGMA user_version = {number}")


def _version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
