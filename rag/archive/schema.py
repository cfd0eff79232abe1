"""The archive's tables, as SQLAlchemy Core sees them. `migrations.py` creates them.

Times are whole epoch seconds in UTC; absence is NULL. Offsets are code points into
`versions.text`. The FTS5 table `passages_fts(title, body)` stands beside these, its rowid being
`passages.rowid`; SQLAlchemy has no words for it.
"""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    # The highest in rank; 0 while none is known: a withdrawal that came before its article.
    Column("current_version", Integer, nullable=False),
    Column("first_seen", Integer, nullable=False),
    Column("status_changed", Integer, nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("content_hash", Text, nullable=False),
    Column("body_hash", Text, nullable=False),
    # usable or withheld; the article's own status is that of its version in force.
    Column("status", Text, nullable=False),
    # See `ranking.py`; to be compared character by character (in PostgreSQL: COLLATE "C").
    Column("rank", Text, nullable=False),
    # From when this version is what the article says: its own date, else its arrival.
    Column("valid_from", Integer, nullable=False),
    Column("ingested_at", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("source", Text),
    Column("url", Text),
    Column("authors", JSON, nullable=False),
    Column("published_at", Integer),
    Column("updated_at", Integer),
    Column("language", Text),
    Column("section", Text),
    Column("subjects", JSON, nullable=False),
    Column("dateline", Text),
    Column("provider", Text),
    Column("embargoed_until", Integer),
    Column("expires_at", Integer),
    Column("usage_terms", Text),
    Column("correction", Text),
    Column("extra", JSON, nullable=False),
)

passages = Table(
    "passages",
    metadata,
    Column("rowid", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("article_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    # [[start, end], ...] of the passage's sentences, offsets into the whole text.
    Column("sentences", JSON, nullable=False),
    ForeignKeyConstraint(["article_id", "version"], ["versions.article_id", "versions.version"]),
)

ledger = Table(
    "ledger",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    # pending: vectors are to be written; indexed: they are; removing: they are to be deleted.
    Column("state", Text, nullable=False),
    ForeignKeyConstraint(["article_id", "version"], ["versions.article_id", "versions.version"]),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_id", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    # 1: the same may succeed later, as where a server did not answer; 0: not as it stands.
    Column("transient", Integer, nullable=False),
    # How it was to be read, as whoever delivered it said; the pipeline's own.
    Column("options", JSON, nullable=False),
    UniqueConstraint("place", "reason", "raw"),
)

# A distinct text, whatever versions of whatever articles have it; see copies.py.
texts = Table(
    "texts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("body_hash", Text, nullable=False, unique=True),
    # The lowest bytes of its MinHash signature; NULL until its copies have been looked for.
    Column("sketch", LargeBinary),
    # The same for all texts that pairs connect, whoever may see them; NULL until it is known.
    Column("cluster", Integer),
)

text_bands = Table(
    "text_bands",
    metadata,
    Column("band", Integer, primary_key=True),
    Column("text_id", Integer, ForeignKey("texts.id"), primary_key=True),
)

# Two texts are copies; both ways round, and every text is its own.
text_copies = Table(
    "text_copies",
    metadata,
    Column("text_id", Integer, ForeignKey("texts.id"), primary_key=True),
    Column("copy_id", Integer, ForeignKey("texts.id"), primary_key=True),
)

jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("created", Integer, nullable=False),
    Column("started", Integer),
    Column("finished", Integer),
    # How often it was begun since it last got on: what ends its process each time is given up.
    Column("starts", Integer, nullable=False),
    # What was asked for, and what became of it so far; both are the pipeline's own.
    Column("request", JSON, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("error", Text),
)

job_failures = Table(
    "job_failures",
    metadata,
    Column("job_number", Integer, ForeignKey("jobs.number"), primary_key=True),
    # Which item of the job it was, counted from 1.
    Column("item", Integer, primary_key=True),
    Column("place", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

fetched = Table(
    "fetched",
    metadata,
    Column("url", Text, primary_key=True),
    # What the server named this state of the document by (RFC 9110, section 8.8).
    Column("etag", Text),
    Column("last_modified", Text),
)

# What is kept of an API key, see `rag.api_keys`; one that is revoked stays.
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("created", Integer, nullable=False),
    Column("used", Integer),
    Column("revoked", Integer),
)

# See `repeats.py`.
kept_responses = Table(
    "kept_responses",
    metadata,
    Column("key", Text, primary_key=True),
    Column("request", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Integer, nullable=False),
    # The body's bytes.
    Column("size", Integer, nullable=False),
)
