"""Cleaning: what stands between a delivered text and the stored text that every offset refers to.

Offsets are computed after cleaning, so cleaning has only to be deterministic and idempotent:
`clean(clean(text)) == clean(text)` for every string, lone surrogates included. The result can
always be encoded as UTF-8 and never holds a control character other than the newline.
"""

import re
import sys
import unicodedata
from functools import cache

_NEWLINES = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

# A C1 control in a text is nearly always a byte of Windows-1252 that was read as Latin-1 on its
# way here, so it gets the meaning that browsers give it (WHATWG Encoding, index windows-1252).
_C1 = re.compile("[\x80-\x9f]")

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f"  # C0 controls but for white space, and DELETE
    "\xad"  # soft hyphen
    "\u200b\u2060-\u2064\ufeff"  # zero-width space, word joiner, invisible operators, BOM
    "\u202a-\u202e\u2066-\u2069\u206a-\u206f"  # bidi embeddings, overrides, isolates; deprecated
    "\ufff9-\ufffb"  # interlinear annotation
    "]"
)
# Tag characters spell out the flags of England, Scotland and Wales. Anywhere else they are text
# that nobody can see, and a quote must not say more than its reader sees.
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)|[\U000e0000-\U000e007f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NONCHARACTER = re.compile(
    "[\ufdd0-\ufdef" + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF)
                               for plane in range(17)) + "]"
)  # fmt: skip
_WIDE_SPACE = re.compile("[\t\x1c-\x1f\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_MANY_SPACES = re.compile("  +")
_MANY_NEWLINES = re.compile("\n{3,}")

# Every character that a substitution above concerns, and some besides. Most texts have none, and
# to look for them all at once takes a tenth of the time of the substitutions.
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\U0010ffff]"
)

_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")
_LONGEST_RUN_OF_MARKS = 30
_BEGINNING = 200  # characters


def clean(text: str) -> str:
    """The stored form of a text.

    Line ends become newlines, three or more of them two; runs of spaces of any width become one
    space; lines and ends are trimmed; invisible and control characters go, except the joiners and
    variation selectors that emoji, Indic scripts and Persian need; what is no character at all
    becomes U+FFFD; the rest is brought to Unicode Normalization Form C (UAX #15).
    """
    text = _normalised(_without_odd_characters(text) if _ODD.search(text) else text)
    text = _WIDE_SPACE.sub(" ", text)
    if "  " in text:
        text = _MANY_SPACES.sub(" ", text)
    text = "\n".join(line.strip(" ") for line in text.split("\n"))
    if "\n\n\n" in text:
        text = _MANY_NEWLINES.sub("\n\n", text)
    return text.strip(" \n")


def says_something(text: str) -> bool:
    """Whether anything is left of a text once it is cleaned; of most, the beginning tells."""
    return bool(clean(text[:_BEGINNING]) or clean(text))


def clean_line(text: str) -> str:
    """The stored form of a title or another text of one line: as `clean`, with no line ends."""
    return " ".join(clean(text).split())


def _without_odd_characters(text: str) -> str:
    text = _SURROGATE.sub("\ufffd", text)
    text = _NEWLINES.sub("\n", text)
    text = _INVISIBLE.sub("", _C1.sub(_as_windows_1252, text))
    return _NONCHARACTER.sub("\ufffd", _TAGS.sub(r"\1", text))


def _as_windows_1252(control: re.Match[str]) -> str:
    return control[0].encode("latin-1").decode("cp1252", "ignore")


def _normalised(text: str) -> str:
    """Normalization Form C, with no more than 30 combining marks in a row.

    Ordering a run of marks takes time in the square of its length, so that a small file could
    hold up a job for hours; 30 is the bound of the Stream-Safe Text Format (UAX #15, section 13).
    The second cut keeps cleaning idempotent: normalising can lengthen a run by a few marks.
    """
    if text.isascii():
        return text
    excess = _excess_marks(sys.maxunicode if _BEYOND_BMP.search(text) else 0xFFFF)
    if unicodedata.is_normalized("NFC", text) and not excess.search(text):
        return text
    text = excess.sub(r"\1", text)
    return excess.sub(r"\1", unicodedata.normalize("NFC", text))


@cache
def _excess_marks(last: int) -> re.Pattern[str]:
    """Finds runs of more than 30 combining marks that are not beyond a code point.

    The pattern for the basic plane is twenty times as fast as the one for all planes. Naming the
    first mark on its own lets the search skip quickly from one mark to the next.
    """
    marks = (chr(code) for code in range(0x300, last + 1))
    mark = "[" + "".join(char for char in marks if unicodedata.combining(char)) + "]"
    return re.compile(f"({mark}{mark}{{{_LONGEST_RUN_OF_MARKS - 1}}}){mark}+")
