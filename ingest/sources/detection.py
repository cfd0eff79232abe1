"""Telling a file's format from how it begins and, where that leaves it open, from its name."""

import re
from pathlib import Path
from typing import Literal

from ingest.sources.decoding import marked_encoding, refuse_binary
from rag.errors import IngestError

Known = Literal["text", "markdown", "html", "jsonl"]

_BY_SUFFIX: dict[str, Known] = {
    ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html",
    ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
_PAGE = re.compile(r"<(!doctype\s+html|html[\s>])", re.IGNORECASE)
_FRAGMENT = re.compile(r"<(head|body|main|article|section|div|p|h1)[\s>]", re.IGNORECASE)
_JSON_OBJECT = re.compile(r'\{[ \t]*"')
_JSON_OVER_LINES = re.compile(r'\{\s*\n|\[\s*\{\s*["\n]')
_PROLOGUE = 2_000  # characters within which a page that begins with a comment must show itself
_REFUSED_BY_MAGIC = {b"%PDF-": "PDF", b"{\\rtf": "RTF"}


def detect(head: bytes, path: Path) -> Known:
    """The format of a file, given its first bytes.

    Raises:
        IngestError: it is binary, or in a format that can be told but not read.
    """
    for magic, name in _REFUSED_BY_MAGIC.items():
        if head.startswith(magic):
            raise IngestError(f"looks like a {name} file; save it as text, Markdown or HTML")
    refuse_binary(head)
    start = head.decode(marked_encoding(head) or "latin-1", "ignore").lstrip()
    by_suffix = _BY_SUFFIX.get(path.suffix.lower())
    if start.startswith("<") and _PAGE.search(start, 0, _PROLOGUE):
        return "html"
    if start.startswith("<?xml"):
        raise IngestError("looks like XML; save it as text, Markdown, HTML or JSONL")
    if by_suffix is None and _FRAGMENT.match(start):  # Markdown may well begin with a tag
        return "html"
    if _JSON_OBJECT.match(start):
        return "jsonl"
    if _JSON_OVER_LINES.match(start):
        raise IngestError(
            "looks like JSON over several lines; put each article on one line (JSONL)"
        )
    return by_suffix or "text"
