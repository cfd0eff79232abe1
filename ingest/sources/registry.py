"""The formats, and telling a file's from how it begins or, where that leaves it open, its name."""

import mimetypes
import re
from pathlib import Path

from ingest.sources import (
    ap,
    csv,
    feed,
    html,
    json,
    jsonl,
    markdown,
    newsml_g2,
    ninjs,
    nitf,
    parquet,
    pdf,
    sitemap,
    text,
    warc,
)  # fmt: skip
from ingest.sources.base import Beginning, Source
from ingest.sources.decoding import refuse_binary
from ingest.sources.items import Known
from rag.errors import IngestError

SOURCES: tuple[Source, ...] = (
    pdf.SOURCE,
    parquet.SOURCE,
    warc.SOURCE,
    newsml_g2.SOURCE,  # XML by its root element, before HTML, which may stand within it
    nitf.SOURCE,
    feed.SOURCE,
    sitemap.SOURCE,
    html.SOURCE,
    ap.SOURCE,  # JSON from the most particular to the most general
    ninjs.SOURCE,
    json.SOURCE,
    jsonl.SOURCE,
    csv.SOURCE,
    markdown.SOURCE,
    text.SOURCE,
)
"""Every format; the first that recognises how a file begins has it."""

SUFFIXES = frozenset(suffix for source in SOURCES for suffix in source.suffixes)
"""Of the files that are read in a folder."""

_FRAGMENT = re.compile(r"<(head|body|main|article|section|div|p|h1)[\s>]", re.IGNORECASE)
_TYPES = mimetypes.MimeTypes()  # without what this machine's files would add to them
_NO_TEXTS = {"image": "a picture", "audio": "a recording", "video": "a film"}
_NOT_READ = (
    (re.compile(r"\{\\rtf"), "a RTF file; save it as text, Markdown or HTML"),
    (re.compile(r"<\?xml"), "XML of a kind that is not read; NewsML-G2, NITF, RSS and Atom are"),
)


def source_named(name: Known) -> Source:
    """The format of that name."""
    return next(source for source in SOURCES if source.name == name)


def detect(beginning: Beginning, path: Path) -> Source:
    """The format of a file.

    Raises:
        IngestError: it is binary, a picture or recording by its name, or in a format that can be
            told but not read.
    """
    for source in SOURCES:
        if source.recognises(beginning):
            return source
    start = beginning.text
    for pattern, name in _NOT_READ:
        if pattern.match(start):
            raise IngestError(f"looks like {name}")
    suffix = path.suffix.lower()
    by_suffix = next((source for source in SOURCES if suffix in source.suffixes), None)
    kind = (_TYPES.guess_type(path.name)[0] or "").partition("/")[0]
    if by_suffix is None and kind in _NO_TEXTS:
        raise IngestError(f"is named like {_NO_TEXTS[kind]}; newscite reads text")
    refuse_binary(beginning.raw)
    if by_suffix is None and _FRAGMENT.match(start):  # Markdown may well begin with a tag
        return html.SOURCE
    return by_suffix or text.SOURCE
