"""Takes the text out of a PDF, in a process of its own that may be stopped at any time.

A PDF is a program of sorts, and a hostile one takes as much time and memory as it likes. So this
file is run by itself: a PDF on standard input, on standard output JSON with either `error` or what
the document says. It imports nothing of ours. Lines are `[x, y, size, text]` in points, from the
page's lower left corner.
"""

import json
import sys
from contextlib import suppress
from io import BytesIO
from typing import Any

MOST_PAGES = 1_000
MOST_CHARACTERS = 20_000_000
MEMORY = 2_000_000_000  # bytes


def main() -> None:
    """Reads standard input and writes standard output."""
    _bound_memory()
    try:
        found = _document(sys.stdin.buffer.read())
    except MemoryError:
        found = {"error": "the PDF takes more than 2 GB of memory to read"}
    except RecursionError:
        found = {"error": "the PDF is damaged: its parts are nested too deeply"}
    except Exception as error:  # whatever pypdf makes of a broken file, it is one file of many
        words = " ".join(str(error).split())[:200]
        found = {"error": f"the PDF is damaged: {words or type(error).__name__}"}
    json.dump(found, sys.stdout)


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such bound
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _document(raw: bytes) -> dict[str, Any]:
    import logging

    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(BytesIO(raw), strict=False)
    if reader.is_encrypted:
        try:
            opened = bool(reader.decrypt(""))
        except DependencyError:
            opened = False
        if not opened:
            return {"error": "the PDF is encrypted; save a copy that asks for no password"}
    if len(reader.pages) > MOST_PAGES:
        return {
            "error": f"the PDF has {len(reader.pages):,} pages, and no more than "
            f"{MOST_PAGES:,} are read; split it"
        }
    pages = []
    left = MOST_CHARACTERS
    for page in reader.pages:
        lines = _lines(page)
        left -= sum(len(line[3]) for line in lines)
        if left < 0:
            return {"error": f"the PDF has more than {MOST_CHARACTERS:,} characters; split it"}
        pages.append(lines)
    return {"pages": pages} | _metadata(reader)


def _lines(page: Any) -> list[list[Any]]:
    """The page's lines of text in the order in which it paints them."""
    lines: list[list[Any]] = []
    fresh = True

    def visit(text: str, user: list[float], matrix: list[float], _font: Any, size: float) -> None:
        nonlocal fresh
        x = matrix[4] * user[0] + matrix[5] * user[2] + user[4]
        y = matrix[4] * user[1] + matrix[5] * user[3] + user[5]
        size = abs(size * (matrix[3] or matrix[1]) * (user[3] or user[1])) or size
        for number, part in enumerate(text.split("\n")):
            fresh = fresh or bool(number)
            if not part.strip():
                if lines and not fresh:
                    lines[-1][3] += part
                continue
            if fresh or not lines:
                lines.append([round(x, 1), round(y, 1), round(size, 1), part])
            else:
                lines[-1][3] += part
            fresh = False

    page.extract_text(visitor_text=visit)
    return lines


def _metadata(reader: Any) -> dict[str, Any]:
    """What the document says of itself, as far as it can be read."""
    found: dict[str, Any] = {}
    try:
        given = reader.metadata or {}
    except Exception:  # the text is worth more than its label
        return found
    for name in (
        "title",
        "author",
        "subject",
        "keywords",
        "creator",
        "creation_date",
        "modification_date",
    ):
        try:
            value = getattr(given, name)
        except Exception:  # noqa: S112  as above
            continue
        if value is not None:
            found[name] = value.isoformat() if hasattr(value, "isoformat") else str(value)
    with suppress(Exception):  # as above
        found["language"] = str(reader.root_object.get("/Lang") or "")
    return found


if __name__ == "__main__":
    main()
