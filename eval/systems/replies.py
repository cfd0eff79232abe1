"""Free text of a peer as a reply: its sentences, what they cite, and whether it refuses.

A newscite server says all this in fields; chat endpoints and query engines say it in words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.questions import GoldQuestion
from eval.reply import Reply, Statement

NO_ANSWER = "NO ANSWER"
"""What a peer that takes a prompt is told to say when it has no answer."""

# Of more than three digits a number in brackets is a year, not a citation.
_GROUP = re.compile(r"\[\s*([0-9]{1,3}(?:\s*,\s*[0-9]{1,3})*)\s*\]")
_MARKER = re.compile(r"[ \t]*\[([0-9]{1,3})\](?=(\w)?)")

_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(r"\s*(?:[-*•]|[0-9]{1,2}[.)])\s+")
_LINE_START = re.compile(r"\s*(?:[-*•]|[0-9]{1,2}[.)])?\s*")
_STOP = re.compile(r"""[.!?…]+["'”’)]*\s+(?=["'“‘(]*[A-Z0-9À-ÖØ-Þ])""")
_ABBREVIATION = re.compile(
    r"[\"'“‘(]*(?:[A-Z]|(?:[A-Za-z]\.)+[A-Za-z]|Mrs?|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Capt|Gov|Sen|Rep"
    r"|Jr|Sr|St|No|vs|Inc|Corp|Ltd|Co|Jan|Feb|Aug|Sept|Oct|Nov|Dec)"
)

_PHRASE = re.compile(r"\W*(?:NO ANSWER(?=\W*$|[.,:;!?\"']|\s[-–—])|(?i:no answer)\W*$)")
_OPENING = (
    r"(?:(?:i'm|i am) (?:very |really )?sorry|sorry|unfortunately|i apologi[sz]e|as an ai\b[^,]*"
    r"|(?:based on|from|given|according to) (?:the|these|this|my)\b[^,]*)[,.:]? ?(?:but )?"
)
_SOURCES = (
    r"(?:the |this |these |my |any of |of )*(?:\w+ ){0,2}(?:corpus|collection|context|articles?"
    r"|passages?|documents?|sources?|texts?|information|excerpts?|(?:search )?results|database"
    r"|archive)"
)
_NOT = r"(?: not|n't)"
_REFUSALS = (
    rf"i (?:do{_NOT}|did{_NOT}) (?:know|have (?:any |enough |sufficient |access|information))",
    rf"i (?:can{_NOT}|cannot|could{_NOT}|(?:am|was) (?:unable to|not able to)) "
    r"(?:find|answer|provide|determine|tell|say|locate|help|confirm|assist)\b",
    r"there (?:is|was|'s) (?:not enough|insufficient) (?:information|evidence|data|context)\b",
    r"there (?:is|was|'s) no (?:\w+ )?(?:information|answer|mention)\b"
    rf".*\b(?:in|within) {_SOURCES}",
    rf"{_SOURCES} (?:do|does|did){_NOT} (?:\w+ )?(?:contain|provide|mention|say|state|specify"
    r"|include|answer|give|hold|address|tell|indicate|have|cover)\b",
    rf"{_SOURCES} (?:holds?|contains?|gives?|has|have|provides?|includes?) no "
    r"(?:\w+ )?(?:answer|information|mention)\b",
    rf"none {_SOURCES}",
    rf"(?:the|this|that) (?:answer|information|question) (?:is|was|can|could)(?:{_NOT}|not) "
    r"(?:be )?(?:\w+ )?(?:in|given|found|mentioned|provided|available|stated|specified|known"
    r"|answered|contained|determined)\b",
)
"""How chat models usually refuse, in lower case, at the beginning of their first sentence."""
_REFUSAL = re.compile(rf"(?:{_OPENING})*(?:{'|'.join(_REFUSALS)})")


@dataclass(frozen=True)
class Said:
    """A free text, read.

    Attributes:
        text: it, with every marker as [n]; "[1, 2]" has become "[1][2]".
        sentences: its sentences without markers, and the numbers that stand in or after each.
        refuses: it says that it has no answer.
    """

    text: str
    sentences: list[Statement]
    refuses: bool


def read_text(text: str) -> Said:
    """Reads a free text.

    Sentences end at the end of a line, or at a full stop, question or exclamation mark before a
    capital or a number, unless the full stop is an abbreviation's. A marker belongs to the
    sentence in or right after which it stands; at the beginning of a line, to the one it begins.

    A text refuses when a sentence of it is the phrase `NO_ANSWER`, or when its first sentence is
    one by which chat models usually refuse and no later one cites anything.
    """
    marked = _GROUP.sub(
        lambda group: "".join(f"[{number.strip()}]" for number in group[1].split(",")), text
    ).strip()
    sentences = _sentences(marked)
    return Said(marked, sentences, _refuses(sentences))


def _sentences(marked: str) -> list[Statement]:
    plain, marks, after = "", [], 0
    for marker in _MARKER.finditer(marked):
        plain += marked[after : marker.start()]
        marks.append((len(plain), int(marker[1])))
        plain += " " if marker[2] else ""
        after = marker.end()
    plain += marked[after:]
    spans = list(_spans(plain))
    cited: list[list[int]] = [[] for _ in spans]
    for place, number in marks:
        if spans:
            cited[_owner(spans, place, plain)].append(number)
    return [
        Statement(text=plain[start:end].strip(), citations=list(dict.fromkeys(numbers)))
        for (start, end), numbers in zip(spans, cited, strict=True)
    ]


def _spans(plain: str) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end."""
    for line in _LINE.finditer(plain):
        bullet = _BULLET.match(line[0])
        start = line.start() + (bullet.end() if bullet else 0)
        for stop in _STOP.finditer(plain, start, line.end()):
            words = plain[start : stop.start()].split()
            if words and not (stop[0][0] == "." and _ABBREVIATION.fullmatch(words[-1])):
                yield start, stop.end()
                start = stop.end()
        if re.search(r"\w", plain[start : line.end()]):
            yield start, line.end()


def _owner(spans: list[tuple[int, int]], place: int, plain: str) -> int:
    """The index of the sentence that a marker at this place belongs to."""
    if _LINE_START.fullmatch(plain[:place].rpartition("\n")[2]):
        return next((i for i, (_, end) in enumerate(spans) if end > place), len(spans) - 1)
    return max((i for i, (start, _) in enumerate(spans) if start < place), default=0)


def _refuses(sentences: list[Statement]) -> bool:
    if any(_PHRASE.match(sentence.text) for sentence in sentences):
        return True
    if not sentences or any(sentence.citations for sentence in sentences[1:]):
        return False
    first = " ".join(sentences[0].text.replace("’", "'").lower().split())
    return _REFUSAL.match(first) is not None


def refusal(said: str, reply: Reply) -> Reply:
    """The reply as a refusal: what was said becomes a note, and nothing of it is an answer."""
    silence: dict[str, object] = {
        "answer": None, "sentences": [], "citations": [], "unquoted": [],
    }  # fmt: skip
    notes = [said, *reply.notes] if said else reply.notes
    return reply.model_copy(update={"answerable": False, "notes": notes, **silence})


def unheeded(question: GoldQuestion, *, takes_history: bool = False) -> list[str]:
    """A note on what the question asks for that a system which takes only its words cannot heed."""
    asked = [name for name, value in question.filters if value]
    asked += ["history"] if question.history and not takes_history else []
    asked += ["as_of"] if question.as_of else []
    return [f"asked without {', '.join(asked)}, which this system does not take"] if asked else []
