"""Answers, citations and articles as tests of the terminal take them."""

from datetime import UTC, datetime
from typing import Any

from rag.types import (
    Answer,
    AnswerSentence,
    Citation,
    PubStatus,
    ShortAnswer,
    StoredArticle,
)

TEXT = (
    "It rained all day.\n\nSeventeen people died when the ferry sank, the coastguard said on Friday "
    "after its divers had come back. Nobody knows why it sank."
)
QUOTE = TEXT[20 : TEXT.index(" Nobody")]
URL = "https://gazette.example/2025/03/04/a-very-long-address-that-no-terminal-of-ours-may-break-in-two"


def article(text: str = TEXT, **fields: Any) -> StoredArticle:
    return StoredArticle(
        **{
            "id": "a", "version": 1, "title": "Ferry", "text": text, "status": PubStatus.USABLE,
            "current": True, "ingested_at": datetime(2025, 3, 4, tzinfo=UTC),
        } | fields
    )  # fmt: skip


def citation(number: int = 1, quote: str = QUOTE, text: str = TEXT, **fields: Any) -> Citation:
    start = text.index(quote)
    return Citation(
        **{
            "number": number, "quote": quote, "article_id": "a", "version": 1, "title": "Ferry sinks",
            "source": "Ellery Gazette", "url": URL, "start": start, "end": start + len(quote),
            "published_at": datetime(2025, 3, 4, tzinfo=UTC), "passage_id": "p",
        } | fields
    )  # fmt: skip


def answered(*citations: Citation, short: str | None = "Seventeen", **fields: Any) -> Answer:
    cited = citations or (citation(),)
    first = cited[0]
    at = first.start + first.quote.index(short) if short else 0
    return Answer(
        **{
            "question": "How many died?",
            "answerable": True,
            "answer": "",
            "sentences": [AnswerSentence(text=c.quote, citations=[c.number]) for c in cited],
            "citations": list(cited),
            "short_answer": short
            and ShortAnswer(text=short, citation=1, start=at, end=at + len(short)),
            "confidence": 0.9,
            "timings_ms": {"total": 1234.5},
        } | fields
    )  # fmt: skip
