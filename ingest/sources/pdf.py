"""PDF: the text of digital documents, and what they say of themselves.

Reading runs in a process of its own (`pdf_worker.py`), with bounds on its time and memory.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from ingest.sources import base
from ingest.sources.base import KEPT, Beginning, Source, too_large
from ingest.sources.cells import keywords
from ingest.sources.fields import NO_TEXT, article_from
from ingest.sources.items import Delivered, Refused
from ingest.sources.pdf_layout import Line, headline, paragraphs, without_running_heads
from ingest.sources.titles import shorten, title_of_file
from rag.errors import IngestError
from rag.types import Article

SECONDS = 120
"""Time to read a document; a thousand pages take about half of it."""

_WORKER = Path(__file__).with_name("pdf_worker.py")
_BEGINS = b"%PDF-"
_HEADER = 1024  # bytes within which a document may begin, as readers have it
_NO_TITLE = re.compile(
    r"untitled.*|microsoft (word|powerpoint|excel)\b.*|(document|dokument)\s?\d*|slide 1"
    r"|.*\.(docx?|pdf|odt|rtf|indd|qxd|pptx?|xlsx?|html?|txt|tex|dvi)",
    re.IGNORECASE,
)
# What prints pages of the web: the document is as old as the printout, and its story older.
_PRINTED = re.compile(r"mozilla|chrom(e|ium)|safari|firefox|wkhtmlto", re.IGNORECASE)
_FEWEST = 20  # letters and digits: a stamp on a scan has no more
_FIRST_YEAR = 1993  # of PDF


def _items(file: BinaryIO, path: Path, where: str) -> Iterator[Delivered | Refused]:
    raw = file.read(base.LARGEST + 1)
    if len(raw) > base.LARGEST:
        yield too_large(where, raw)
        return
    try:
        if not Beginning(raw[:KEPT]).text:
            raise IngestError(NO_TEXT)
        if _BEGINS not in raw[:_HEADER]:
            raise IngestError("is no PDF: it does not begin with %PDF-")
        yield Delivered(article(_read(raw), path, where), where)
    except IngestError as error:
        yield Refused(where, error.reason, raw)


def article(document: Mapping[str, Any], path: Path, where: str) -> Article:
    """The article in what the worker found.

    Its title is the document's, if that is one, else what is set in the largest type, else made
    from the file's name.

    Raises:
        IngestError: there is no text in it.
    """
    pages = without_running_heads([[Line(*line) for line in page] for page in document["pages"]])
    text = paragraphs(pages)
    if sum(map(str.isalnum, "".join(text))) < _FEWEST:
        raise IngestError(
            f"{NO_TEXT}: the PDF holds pictures of pages, or nothing; have a scan recognised (OCR)"
        )
    shown = headline(pages[0])
    given = " ".join(str(document.get("title") or "").split())
    title = shorten(given if given and not _NO_TITLE.fullmatch(given) else shown)
    while text and _repeats(text[0], title, shown):
        text.pop(0)
    created, modified = (
        _moment(document.get(f"{name}_date")) for name in ("creation", "modification")
    )
    printed = _PRINTED.search(str(document.get("creator") or "")) is not None
    fields = {
        "title": title or title_of_file(path),
        "text": "\n\n".join(text),
        "authors": _authors(str(document.get("author") or "")),
        "published_at": None if printed else created,
        "updated_at": modified if modified and created and modified > created else None,
        "subjects": keywords(str(document.get("keywords") or "")),
        "language": _language(str(document.get("language") or "")),
    }
    if printed and created:
        fields["created_at"] = created.isoformat()
    if document.get("subject"):
        fields["description"] = document["subject"]
    return article_from(fields, where)


def _read(raw: bytes) -> dict[str, Any]:
    try:
        done = subprocess.run(  # noqa: S603  our own file, run by our own interpreter
            [sys.executable, "-P", str(_WORKER)],
            input=raw,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise IngestError(f"the PDF takes longer than {SECONDS} s to read") from None
    except ValueError:
        raise IngestError("the PDF is damaged, and reading it failed") from None
    if "error" in found:
        raise IngestError(found["error"])
    return found


def _repeats(paragraph: str, title: str, shown: str) -> bool:
    return bool(title) and paragraph.casefold() in (title.casefold(), shown.casefold())


def _authors(author: str) -> list[str]:
    """The authors, if it is names: `Ann Lee` and not the account `alee` or a program's name."""
    parts = [part.strip() for part in re.split(r"[;,]| and ", author)]
    return [part for part in parts if re.fullmatch(r"[^\W\d_][\w.'’-]*( [\w.'’-]+){1,4}", part)]


def _language(language: str) -> str | None:
    return language if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", language) else None


def _moment(text: object) -> datetime | None:
    """A date of the document's, unless it is before there were PDFs or yet to come."""
    try:
        moment = datetime.fromisoformat(str(text))
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= _FIRST_YEAR and moment <= datetime.now(UTC) else None


SOURCE = Source(
    name="pdf",
    suffixes=frozenset({".pdf"}),
    recognises=lambda beginning: beginning.text.startswith("%PDF-"),
    items=_items,
    binary=True,
)
