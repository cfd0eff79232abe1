"""Writing plain text in which a reader still sees the structure, given a document's tags.

A paragraph is one line with a blank line around it; list items, table rows and the parts around a
line break are lines of their own; cells are parted by semicolons.
"""

import re

_LOOSE = frozenset(
    {
        "p", "div", "section", "article", "main", "body", "header", "figure", "address", "hr",
        "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table",
        "head", "list", "quote", "fieldset", "details", "summary", "center", "nav", "aside",
        "footer", "form",
    }
)  # fmt: skip
_TIGHT = frozenset({"li", "dt", "dd", "item", "tr", "row", "br", "lb", "caption", "figcaption"})
_CELLS = frozenset({"td", "th", "cell"})
_CONTAINERS = frozenset({"li", "dd", "item", "td", "th", "cell"})
_WHITE_SPACE = re.compile("[ \t\r\n\f]+")
_GAPS = ("", "; ", "\n", "\n\n")  # from narrow to wide


class Writer:
    """Gathers text; a gap that is asked for is made only when more text comes."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._gap = ""
        self._inside = 0  # items and cells, within which paragraphs stay close
        self._preformatted = 0

    def open(self, tag: str) -> None:
        """Begins an element."""
        self.part(tag)
        self._inside += tag in _CONTAINERS
        self._preformatted += tag == "pre"

    def close(self, tag: str) -> None:
        """Ends an element."""
        self._inside -= tag in _CONTAINERS
        self._preformatted -= tag == "pre"
        self.part(tag)

    def part(self, tag: str) -> None:
        """Parts what comes from what has been, as far as the tag calls for it."""
        if tag in _CELLS:
            self._widen("; ")
        elif tag in _TIGHT or (tag in _LOOSE and self._inside):
            self._widen("\n")
        elif tag in _LOOSE:
            self._widen("\n\n")

    def write(self, text: str) -> None:
        """Adds text, with its white space folded; line ends count only within `pre`."""
        lines = text.splitlines() if self._preformatted else [text]
        for number, line in enumerate(lines):
            if number:
                self._widen("\n" if line.strip() else "\n\n")
            self._write_line(_WHITE_SPACE.sub(" ", line))

    def text(self) -> str:
        """All that has been written."""
        return "".join(self._pieces)

    def _write_line(self, text: str) -> None:
        if self._gap or not self._pieces or self._pieces[-1].endswith(" "):
            text = text.lstrip(" ")
        if not text:
            return
        if self._gap and self._pieces:
            self._pieces[-1] = self._pieces[-1].rstrip(" ")
            self._pieces.append(self._gap)
        self._gap = ""
        self._pieces.append(text)

    def _widen(self, gap: str) -> None:
        self._gap = max(self._gap, gap, key=_GAPS.index)
