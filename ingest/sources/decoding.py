"""From bytes to text: UTF-8, UTF-16 and UTF-32 by their mark, else an informed guess.

A file that is UTF-8 but for a few damaged bytes stays UTF-8, with U+FFFD where the damage is: a
guess at another encoding would garble every other accent in it.
"""

import codecs
import re
import unicodedata
from typing import BinaryIO

from rag.errors import IngestError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the first half of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    ("<?".encode("utf-16-le"), "utf-16-le"),  # XML needs no mark (XML 1.0, appendix F)
    ("<?".encode("utf-16-be"), "utf-16-be"),
)
# What news was kept in before UTF-8. Offering the guesser more only makes it guess worse.
_LEGACY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256",
    "koi8_r", "cp932", "euc_jp", "gb18030", "big5", "euc_kr",
]  # fmt: skip
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_MOST_CONTROLS = 0.05  # of a file's characters; bytes at random have 0.11, text has none
_IN_A_WORD = re.compile(r"(?<=[^\W\d_])[^\x00-\x7f]|[^\x00-\x7f](?=[^\W\d_])")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_SAMPLE = 64 * 1024  # bytes
_MOST_SAMPLES = 200  # lines
_BINARY = "looks like a binary file, not text"
_UNPACK = "; unpack it, and ingest what is in it"
_BINARIES = (  # how they begin, and what to do about them
    (b"PK\x03\x04", "a ZIP archive (or a document of an office program, which is one)"
     "; unpack it, or save the document as text, HTML or PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
     "a document of an office program; save it as text, HTML or PDF"),
    (b"\x1f\x8b", "gzip within gzip" + _UNPACK),
    (b"BZh", "a bzip2 file" + _UNPACK),
    (b"\xfd7zXZ\0", "an xz file" + _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file" + _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive" + _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive" + _UNPACK),
)  # fmt: skip
_TAR = (257, b"ustar")


def marked_encoding(raw: bytes) -> str | None:
    """The encoding that a byte order mark at the start of the bytes declares."""
    return next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), None)


def refuse_binary(head: bytes) -> None:
    """Looks at the start of a file.

    A few NUL bytes in what is UTF-8 otherwise are damage, and no reason to lose the text.

    Raises:
        IngestError: it is an archive, or has NUL bytes and is no such text.
    """
    for beginning, name in _BINARIES:
        if head.startswith(beginning) and (beginning != b"BZh" or not head.isascii()):
            raise IngestError(f"looks like {name}")
    if head.startswith(_TAR[1], _TAR[0]):
        raise IngestError(f"looks like a tar archive{_UNPACK}")
    if b"\0" not in head or marked_encoding(head) is not None:
        return
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(head)
    if "\ufffd" in text or _has_many_controls(text):
        raise IngestError(_BINARY)


def _has_many_controls(text: str) -> bool:
    return len(_CONTROLS.findall(text)) > _MOST_CONTROLS * len(text)


def decode(raw: bytes, declared: str | None = None) -> str:
    """The text of a file.

    Args:
        declared: the encoding that the file says it is in; believed where it cannot be UTF-8.

    Raises:
        IngestError: the bytes are no text, or not in an encoding that could be told.
    """
    refuse_binary(raw)
    encoding = marked_encoding(raw)
    text = _marked(raw, encoding) if encoding else _utf8(raw)
    if text is None:
        text = _as_declared(raw, declared, whole=True)
    if text is None:
        text = raw.decode(_guessed(raw))
    if _has_many_controls(text):
        raise IngestError(_BINARY)
    return text.replace("\0", "")


def sampled_encoding(raw: bytes, declared: str | None = None) -> str:
    """The encoding of a file that is too large to be decoded at once.

    Args:
        raw: how it begins; may end in the middle of a character.
        declared: as for `decode`, and believed of a sample that is ASCII.

    Raises:
        IngestError: the bytes are no text, or not in an encoding that could be told.
    """
    encoding = marked_encoding(raw)
    if encoding:
        return encoding
    text, meant = _utf8(raw), _as_declared(raw, declared, whole=False)
    if declared and meant is not None and (text is None or (raw.isascii() and meant == text)):
        return declared
    return "utf-8" if text is not None else _guessed(raw)


def _marked(raw: bytes, encoding: str) -> str:
    if encoding == "utf-8-sig":
        return raw.decode(encoding, "replace")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise IngestError(
            f"the file begins like {encoding.upper()} but is damaged at byte {error.start:,}; "
            "save it as UTF-8"
        ) from None


def _utf8(raw: bytes) -> str | None:
    """The text if the bytes are UTF-8, or UTF-8 with no more broken characters than whole ones."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
    whole = len(re.findall("[^\x00-\x7f\ufffd]", text))
    return text if whole >= text.count("\ufffd") else None


def _as_declared(raw: bytes, declared: str | None, *, whole: bool) -> str | None:
    if not declared:
        return None
    try:
        "".encode(declared)  # LookupError: no encoding of text
        # As files are read piece by piece, where UTF-16 without its mark is an error.
        text = codecs.getincrementaldecoder(declared)("replace").decode(raw, whole)
    except (LookupError, ValueError):
        return None
    return None if "\ufffd" in text else text


def encoding_of(file: BinaryIO) -> str:
    """The encoding of a file that is too large to be read whole, which is read once to its end.

    Told as by `decode`: by its mark, else UTF-8 if more of its characters are whole than broken,
    else guessed from the lines that cannot be UTF-8.

    Raises:
        IngestError: the encoding could not be told.
    """
    head = file.read(_SAMPLE)
    if (marked := marked_encoding(head)) is not None:
        return marked
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    whole = broken = 0
    sample: list[bytes] = []
    while head:
        if not head.isascii() or decoder.getstate()[0]:
            text = decoder.decode(head)
            damaged = text.count("\ufffd")
            broken += damaged
            whole += len(_NOT_ASCII.findall(text)) - damaged
            if damaged and len(sample) < _MOST_SAMPLES:
                sample += [line for line in head.splitlines(True) if not line.isascii()]
        head = file.read(_SAMPLE)
    return "utf-8" if whole >= broken else _guessed(b"".join(sample)[:_SAMPLE])


def _guessed(raw: bytes) -> str:
    """The most likely encoding of bytes that are not UTF-8."""
    from charset_normalizer import from_bytes

    candidates = [
        (guess.chaos, _oddities(str(guess)), -guess.coherence, _LEGACY.index(guess.encoding), guess)
        for guess in from_bytes(raw, cp_isolation=_LEGACY)
    ]
    if not candidates:
        raise IngestError(_BINARY)
    return str(min(candidates, key=lambda candidate: candidate[:-1])[-1].encoding)


def _oddities(text: str) -> int:
    """How many signs and superscripts touch a letter, as in `og³osi³` for Polish `ogłosił`."""
    return sum(
        unicodedata.category(sign) in {"No", "Sk", "So"} for sign in _IN_A_WORD.findall(text)
    )
