"""Short ways to make what the stores and the pipeline take in."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from ingest.sources import Delivered
from rag.archive import NewPassage, NewVersion
from rag.archive.integrity import body_hash
from rag.types import Article, PubStatus

WIDTH = 8  # of the mock embedder's vectors


def day(number: int, month: int = 1, year: int = 2025) -> datetime:
    """Midnight, UTC, of a day in January 2025 unless told otherwise."""
    return datetime(year, month, number, tzinfo=UTC)


def new_version(
    article_id: str = "a",
    text: str = "The river rose four metres.",
    *,
    status: PubStatus = PubStatus.USABLE,
    vectors: Sequence[Sequence[float]] | None = None,
    **fields: Any,
) -> NewVersion:
    """A version whose passages are its paragraphs, one sentence each."""
    own = {"title": "Flood", "text": text, "authors": [], "subjects": [], "extra": {}} | fields
    spans: list[tuple[int, int]] = []
    at = 0
    for paragraph in text.split("\n\n"):
        spans.append((at, at + len(paragraph)))
        at += len(paragraph) + 2
    given = vectors if vectors is not None else [[0.5] * WIDTH for _ in spans]
    return NewVersion(
        article_id,
        status,
        own,
        content_hash=hashlib.sha256(repr(sorted(own.items())).encode()).hexdigest(),
        body_hash=body_hash(text),
        passages=tuple(
            NewPassage(start, end, ((start, end),), vector)
            for (start, end), vector in zip(spans, given, strict=True)
        ),
    )


def delivery(
    article_id: str | None = "a", text: str = "It rained all day.", **fields: Any
) -> Delivered:
    """An article as a file of the name of its id would deliver it."""
    article = Article.model_validate({"id": article_id, "text": text, "title": "Rain"} | fields)
    return Delivered(article, f"{article_id}.json")
