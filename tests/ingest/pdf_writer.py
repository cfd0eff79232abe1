"""Writes small PDFs: pages of lines in Helvetica, with what a document says of itself."""

from collections.abc import Sequence

Line = tuple[float, float, float, str]
"""x and y in points from the lower left corner, the font's size, and the text."""


def paragraphs(*texts: Sequence[str], top: float = 700, size: float = 10) -> list[Line]:
    """Lines from the top down, with more room between paragraphs than within them."""
    lines: list[Line] = []
    for text in texts:
        for line in text:
            lines.append((72, top, size, line))
            top -= size * 1.2
        top -= size
    return lines


def pdf(*pages: Sequence[Line], encrypt: bytes = b"", catalog: str = "", **info: str) -> bytes:
    """A PDF of pages of lines.

    Args:
        encrypt: an encryption dictionary to claim.
        catalog: more entries of the catalog.
        info: entries of the information dictionary, such as Title.
    """
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (5 + 2 * n) for n in range(len(pages)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< " + b" ".join(b"/%s %s" % (k.encode(), _text(v)) for k, v in info.items()) + b" >>",
    ]
    for number, lines in enumerate(pages):
        shown = b"\n".join(
            b"BT /F1 %g Tf 1 0 0 1 %g %g Tm %s Tj ET" % (size, x, y, _text(line))
            for x, y, size, line in lines
        )
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (6 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown))
    return _file(objects, b" /Info 4 0 R" + encrypt)


def _text(text: str) -> bytes:
    raw = text.encode("cp1252")
    for character in (b"\\", b"(", b")"):
        raw = raw.replace(character, b"\\" + character)
    return b"(" + raw + b")"


def _file(objects: Sequence[bytes], trailer: bytes) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R%s >>\n" % (len(objects) + 1, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)
