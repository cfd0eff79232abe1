"""Reading XML that others wrote: nothing is fetched or expanded, and size and depth are bounded.

Files are read as a stream, one item's element at a time, in whatever encoding they turn out to be.
Entities that a file declares are refused, which leaves no room for XML bombs; the characters that
HTML has names for (`&nbsp;`) are known without a DTD, as news files often count on one.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from html.entities import html5
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from ingest.sources.base import KEPT, LARGEST, Beginning, Items
from ingest.sources.decoding import sampled_encoding
from ingest.sources.fields import NO_TEXT
from ingest.sources.items import Delivered, ElsewhereError, Refused
from rag.errors import IngestError
from rag.types import Article

LARGEST_ITEM = 10_000_000
"""Bytes of an item, as UTF-8."""

_MOST_ELEMENTS = 100_000  # of an item
_SAMPLE = 1_000_000  # bytes that the encoding is told by
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{1,200}?encoding\s*=\s*["']([\w.:-]+)""")
_NAME = r"[^\s<>/=\"'&;!?\[\]]{1,200}"
_BEFORE_ROOT = re.compile(
    r"""\s+ | <\?.*?\?> | <!--.*?-->
    | <!DOCTYPE [^\[<>"']* (?: (?:"[^"]*"|'[^']*') [^\[<>"']* )*
        (?: \[ (?: <!--.*?--> | <(?:[^<>"']|"[^"]*"|'[^']*')*+> | [^\]<>]+ )*+ \] \s* )? >""",
    re.DOTALL | re.VERBOSE,
)
_ROOT = re.compile(rf"""<(?=[^\W\d])({_NAME})((?:\s+{_NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*+)""")
_NAMESPACE = re.compile(rf"""\sxmlns(?::({_NAME}))?\s*=\s*["']([^"']*)["']""")
_ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # in XML 1.0, section 2.2
_ENTITY = re.compile("&([A-Za-z][A-Za-z0-9]{1,31});")
_UNFINISHED_ENTITY = re.compile("&[A-Za-z0-9]{0,32}\\Z")
_ENTITIES = (
    "the file declares entities of its own, which are not expanded; write out what they stand for "
    "and leave out the <!ENTITY> declarations"
)
_LIMITS = ("XML_PARSE_HUGE", "too long", "Excessive", "limit")  # in libxml2's words


class NotWellFormedError(IngestError):
    """The file breaks the rules of XML."""


def root_name(beginning: Beginning) -> tuple[str, str] | None:
    """The namespace (or "") and the local name of a file's root element, if it begins like XML."""
    text, at = beginning.text, 0
    while before := _BEFORE_ROOT.match(text, at):
        at = before.end()
    root = _ROOT.match(text, at)
    if root is None:
        return None
    prefix, _, local = root[1].rpartition(":")
    namespaces = {name or "": url for name, url in _NAMESPACE.findall(root[2])}
    return namespaces.get(prefix, "").strip(), local


def each(
    names: frozenset[str],
    articles: Callable[[Any, Path, str], list[Article]],
    place: Callable[[Any], str] = lambda element: "",
) -> Items:
    """Reads a file as the elements of some local names in it.

    Args:
        articles: makes them of an element, the path, and how to name it; may raise IngestError.
        place: what is added to the file's name for an element's.
    """

    def items(file: BinaryIO, path: Path, where: str) -> Iterator[Delivered | Refused]:
        empty = True
        try:
            for element in elements(file, names):
                empty = False
                yield from _item(element, path, where + place(element))
        except IngestError as error:
            yield Refused(where, error.reason, _kept(file))
            return
        if empty:
            wanted = " or ".join(f"<{name}>" for name in sorted(names))
            yield Refused(where, f"{NO_TEXT}: there is no {wanted} in it", _kept(file))

    def _item(element: Any, path: Path, where: str) -> Iterator[Delivered | Refused]:
        raw = etree.tostring(element, encoding="utf-8", with_tail=False)
        try:
            found = articles(element, path, where)
        except ElsewhereError as error:
            yield Refused(where, error.reason, raw, link=error.link)
        except IngestError as error:
            yield Refused(where, error.reason, raw)
        else:
            yield from (Delivered(article, where) for article in found)

    return items


def elements(file: BinaryIO, names: frozenset[str]) -> Iterator[Any]:
    """The elements of some local names in a file, outermost first in its order.

    An element is freed when the next is asked for; memory is bounded by the largest of them.

    Raises:
        IngestError: the file is not well-formed, declares entities, or has an item that is too
            large or too deeply nested. What came before has been given by then.
    """
    source = Utf8(file)
    walk = etree.iterparse(
        source, events=("start", "end"), encoding="utf-8", resolve_entities=False,
        no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    count, wanted = 0, None
    try:
        for event, element in walk:
            if event == "start":
                count += 1
                if count == 1:
                    _refuse_entities(element)
                if count > _MOST_ELEMENTS:
                    raise IngestError(f"an item has more than {_MOST_ELEMENTS:,} elements")
                if wanted is None and local_name(element) in names:
                    wanted = element
            elif element is wanted:
                yield _checked(element)
                wanted, count = None, 1
                source.item_done()
                _free(element)
    except etree.XMLSyntaxError as error:
        raise _in_words(error) if source.began else NotWellFormedError(NO_TEXT) from None


def parse(markup: str) -> Any:
    """The root element of a document in a string.

    Raises:
        IngestError: as `elements`.
    """
    raw = markup.encode("utf-8", "replace")
    root = root_name(Beginning(raw[:KEPT]))
    if root is None:
        raise IngestError("not well-formed XML: it does not begin with an element")
    found = next(elements(io.BytesIO(raw), frozenset({root[1]})), None)
    if found is None:
        raise IngestError("not well-formed XML: its root element could not be read")
    return found


def local_name(element: Any) -> str:
    """The name of an element without its namespace."""
    name: str = element.tag
    return name.rpartition("}")[2]


def with_plain_names(root: Any, namespace: str | None = None) -> Any:
    """The element, and those below it, without the namespace before their names, or without any."""
    for element in root.iter():
        space, _, local = element.tag.rpartition("}")
        if namespace is None or space[1:] == namespace:
            element.tag = local
    return root


def recognises(names: frozenset[str]) -> Callable[[Beginning], bool]:
    """Whether a file's root element has one of some local names."""

    def recognised(beginning: Beginning) -> bool:
        root = root_name(beginning)
        return root is not None and root[1] in names

    return recognised


def words(element: Any) -> str:
    """All the text in an element, on one line; empty for None."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


class Utf8:
    """A file's text as UTF-8, with the named characters of HTML, and what XML forbids left out."""

    def __init__(self, file: BinaryIO) -> None:
        sample = file.read(_SAMPLE)
        file.seek(0)
        declared = _DECLARED.match(sample)
        encoding = sampled_encoding(sample, declared[1].decode() if declared else None)
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self.began = False
        self._held = ""  # what may be the first half of a named character
        self._size = 0

    def item_done(self) -> None:
        """An item's end: the bound is on the next one."""
        self._size = 0

    def read_all(self) -> bytes:
        """All of it."""
        return b"".join(iter(lambda: self.read(KEPT), b""))

    def read(self, size: int) -> bytes:
        """About as many bytes; none at the end of the file."""
        while True:
            raw = self._file.read(size)
            text = self._held + self._decoder.decode(raw, final=not raw)
            half = _UNFINISHED_ENTITY.search(text) if raw else None
            self._held = half[0] if half else ""
            text = text[: half.start()] if half else text
            if not self.began:
                text = text.lstrip("\ufeff \t\r\n")
                self.began = bool(text)
            if text or not raw:
                break
        self._size += len(raw)
        if self._size > LARGEST_ITEM:
            raise IngestError(f"an item is larger than {LARGEST_ITEM // 1_000_000} MB")
        return _ENTITY.sub(_character, _ILLEGAL.sub("", text)).encode("utf-8", "replace")


def _character(entity: re.Match[str]) -> str:
    """What HTML means by a name, unless it is one of XML's own five."""
    meant = html5.get(entity[1] + ";", "")
    return entity[0] if not meant or meant in "<>&'\"" else meant


def _refuse_entities(root: Any) -> None:
    subset = root.getroottree().docinfo.internalDTD
    if subset is not None and any(True for _ in subset.iterentities()):
        raise IngestError(_ENTITIES)


def _checked(element: Any) -> Any:
    entity = next(element.iter(etree.Entity), None)
    if entity is not None:
        raise IngestError(f"{entity.text} stands for nothing that is known; write it out")
    return element


def _kept(file: BinaryIO) -> bytes:
    file.seek(0)
    raw = file.read(LARGEST + 1)
    return raw if len(raw) <= LARGEST else raw[:KEPT]


def _free(element: Any) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _in_words(error: Any) -> IngestError:
    if "amplification" in error.msg:
        return IngestError(_ENTITIES)
    if any(limit in error.msg for limit in _LIMITS):
        return IngestError(
            f"the XML is nested too deeply, or a part of it is too long (line {error.lineno})"
        )
    return NotWellFormedError(
        f"not well-formed XML: {error.msg}; repair it or ask for it to be sent again"
    )
