"""Makes sentences with citation numbers out of what a language model says, while it says it.

Whatever the model's habits, what comes out is plain sentences: reasoning blocks, list marks,
emphasis, headings and the targets of links are taken off. Nothing is believed here; see
`verifying.py`.
"""

import re
from dataclasses import dataclass

from rag.sentences import sentence_spans

LONGEST_DRAFT = 20_000
"""Characters after which no more is read of what a model says, its reasoning included."""

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)|\A.*?</think>", re.S | re.I)
_UNFINISHED = re.compile(r"(?:<[^<>\n]{0,12}|[\[【][^\[\]【】\n]{0,30})\Z")
_MARKER = re.compile(
    r"[ \t]*[\[【]\^?(?:passages?|sources?|articles?)?[ \t#]*"
    r"(\d{1,4}(?:[ \t]*(?:,|;|and|-|–|†)[ \t]*[\^#]?\d{1,4})*)[^\[\]【】\n]{0,12}[\]】](?!\()",
    re.IGNORECASE,
)
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\n]*\)")
_EMPHASIS = re.compile(r"\*+|_{2,}|`+|(?<!\w)_|_(?!\w)")
_LINE_MARK = re.compile(r"(?:[-•‣▪–>]|#{1,6}|\d{1,2}[.)]|[a-z]\))\s+")
_LEAD = re.compile(
    r"(?:(?:the\s+)?(?:final\s+)?answer\s*(?:is)?\s*:|a:|(?:yes|no)[,.:;]"
    r"|(?:according to|based on|as (?:stated|reported|mentioned) in|from)\s+(?:the\s+)?"
    r"(?:given\s+|provided\s+|above\s+)?(?:passages?|sources?|articles?|text|context)"
    r"(?:\s+\d+)?(?:\s+provided)?\s*,"
    r"|(?:the\s+)?(?:passages?|sources?|articles?|text)(?:\s+\d+)?\s+"
    r"(?:says?|states?|mentions?|reports?)\s+(?:that\s+)?)\s*",
    re.IGNORECASE,
)
_RANGE = 10  # the most numbers that "1-3" may stand for
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence of the model's, and the passage numbers that it gave for it, in its order."""

    text: str
    cited: tuple[int, ...]


def without_reasoning(said: str) -> str:
    """What a model says but for what it thought before: blocks such as <think>, closed or not."""
    return _THOUGHT.sub("", said)


class Drafting:
    """Turns a stream of text into drafts, each as soon as the next one has begun."""

    def __init__(self) -> None:
        self._said = ""
        self._given = 0  # of the sentences of what was said

    def feed(self, piece: str) -> list[Draft]:
        """The drafts that this piece of text completes."""
        self._said += piece
        if not re.search(r"[.!?\n。]", self._said):
            return []
        shown = without_reasoning(self._said)
        return self._new(_drafts(_UNFINISHED.sub("", shown))[:-1])

    def finish(self) -> list[Draft]:
        """The drafts that are left when nothing more is said."""
        return self._new(_drafts(without_reasoning(self._said)))

    def _new(self, drafts: list[Draft]) -> list[Draft]:
        new = drafts[self._given :]
        self._given = max(self._given, len(drafts))
        return [draft for draft in new if _LETTER.search(draft.text)]


def _drafts(said: str) -> list[Draft]:
    """The sentences of a text, with those numbers that stand in them, after them or before them."""
    said = _LINK.sub(r"\1", said.replace("\r", "\n"))
    text, markers = _without_markers(said)
    spans = sentence_spans(text)
    cited: list[list[int]] = [[] for _ in spans]
    for at, numbers in markers:
        before = [place for place, (start, _) in enumerate(spans) if start < at]
        # Between two sentences it belongs to the one before, unless a line begins with it.
        own = before[-1:] if before and "\n" not in text[spans[before[-1]][1] : at] else []
        after = [place for place, (start, _) in enumerate(spans) if start >= at][:1]
        for place in own or after or before[-1:]:
            cited[place] += numbers
    return [
        Draft(_plain(text[start:end]), tuple(dict.fromkeys(numbers)))
        for (start, end), numbers in zip(spans, cited, strict=True)
    ]


def _without_markers(said: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """The text without its markers, and for each where it was in what is left."""
    kept: list[str] = []
    markers: list[tuple[int, list[int]]] = []
    size = last = 0
    for found in _MARKER.finditer(said):
        kept.append(said[last : found.start()])
        size += found.start() - last
        markers.append((size, _numbers(found[1])))
        last = found.end()
    return "".join([*kept, said[last:]]), markers


def _numbers(listed: str) -> list[int]:
    """The numbers of "1, 2" or "1-3"."""
    ends = [int(number) for number in re.findall(r"\d+", listed)]
    if re.fullmatch(r"\d+\s*[-–]\s*\d+", listed.strip()) and ends[0] < ends[1] <= ends[0] + _RANGE:
        return list(range(ends[0], ends[1] + 1))
    return ends


def _plain(sentence: str) -> str:
    """A sentence without marks of lists and emphasis, lead-ins, and characters that do not show."""
    shown = "".join(c for c in sentence if c.isprintable() or c.isspace())
    text = " ".join(_EMPHASIS.sub("", shown).split())
    for mark in (_LINE_MARK, _LEAD):
        while found := mark.match(text):
            text = text[found.end() :]
    text = re.sub(r"\s+([.,;:!?])", r"\1", text)
    return text[:1].upper() + text[1:]
