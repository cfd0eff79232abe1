"""What is asked of one thing asked of another: "And the Green List?", "What about Norway?"."""

import re

from rag.talking.lexicon import AUXILIARIES, DATE, INTERROGATIVES, PREPOSITIONS, PRONOUNS
from rag.talking.mentions import Kind, Mention, bare, mentions
from rag.talking.pronouns import on, resolved
from rag.talking.recall import Recall, Said

_ABOUT = re.compile(r"^\s*(?:(?:and|but|so|or)\b[\s,]*)?(?:what|how)\s+(?:about|of)\s+", re.I)
_OPENER = re.compile(r"^\s*(?:and|or|but|so)\b[\s,]*", re.IGNORECASE)
_COUNTED = re.compile(r"\b(how (?:many|much)|which|what)\s+([^\W\d]\w+)", re.IGNORECASE)
_LONGEST = 8  # words of a fragment
_YEAR = re.compile(r"\b\d{4}\b")


def fragment(question: str) -> str | None:
    """What "And X?" or "What about X?" names, if X is no question of its own; else None."""
    about = _ABOUT.match(question)
    opener = about or _OPENER.match(question)
    if opener is None:
        return None
    left = question[opener.end() :].strip().rstrip("?!. …").strip()
    words = left.casefold().split()
    if not 0 < len(words) <= _LONGEST or left.casefold() in {"then", "now"}:
        return None
    if words[0] in INTERROGATIVES | AUXILIARIES or (
        words[0] in PREPOSITIONS and len(words) > 1 and words[1] in INTERROGATIVES
    ):
        return None
    if about is None and AUXILIARIES.intersection(words):
        return None
    return left


def asked_of(left: str, recall: Recall) -> str | None:
    """The latest question, asked of the fragment instead; None where that is a riddle itself."""
    whole = resolved(left, recall)
    if whole.casefold() in PRONOUNS:  # nobody knows whose
        return None
    last = recall.last
    question = last.question.strip()
    if whole != left and not any(m.text in whole for m in last.asked):
        return f"What about {whole}?"  # what the latest question was asked of is not what it is of
    left = whole
    new = _new(left)
    for place in (_dated(left, last), _after_preposition(left, last), _named(new, last)):
        if place is not None:
            start, end, text = place
            return question[:start] + text + question[end:]
    counted = _COUNTED.search(question)
    if counted and len(left.split()) == 1 and left.islower() and left.endswith(("s", "n")):
        return question[: counted.start(2)] + left + question[counted.end(2) :]
    return f"{question.rstrip('?!. ')}, and {left}?"


def _new(left: str) -> str:
    """The fragment without an opening preposition."""
    first, _, rest = left.partition(" ")
    return rest if rest and first.casefold() in PREPOSITIONS else left


def _dated(left: str, last: Said) -> tuple[int, int, str] | None:
    """A date takes the place of the date, or stands at the end where there was none."""
    said = DATE.search(left)
    if said is None or len(left.split()) > len(said[0].split()) + 1:
        return None
    old = [m for m in last.asked if m.kind is Kind.DATE]
    if old:
        text = said[0]
        year = _YEAR.search(old[-1].text)
        if year and not _YEAR.search(text):
            text += f" {year[0]}"
        before = last.question[: old[-1].start]
        preposition = re.search(r"\b(?:in|on)\s$", before)
        if preposition:
            return preposition.start(), old[-1].end, f"{on(text)} {text}"
        return old[-1].start, old[-1].end, text
    end = len(last.question.rstrip("?!. "))
    return end, end, f" {on(said[0])} {said[0]}"


def _after_preposition(left: str, last: Said) -> tuple[int, int, str] | None:
    """ "of Real Brennac" takes the place of what followed the last "of"."""
    first, _, rest = left.partition(" ")
    if not rest or first.casefold() not in PREPOSITIONS:
        return None
    for mention in reversed(last.asked):
        before = last.question[: mention.start].casefold()
        if re.search(rf"\b{re.escape(first.casefold())}\s+(?:the\s+)?$", before):
            return _slot(mention, rest, last)
    return None


def _named(new: str, last: Said) -> tuple[int, int, str] | None:
    """The mention that the fragment is likest takes its place to it."""
    own = [m for m in mentions(f"what about {new}") if m.end == len(f"what about {new}")]
    like = own[0] if own else Mention(new, 0, len(new), Kind.OPEN)
    rivals = [m for m in last.asked if m.kind is not Kind.DATE]
    rivals = [m for m in rivals if m.text.casefold() != new.casefold()]
    if not rivals or (not own and new.islower() and not new.startswith(("the ", "its ", "their "))):
        return None
    best = max(rivals, key=lambda m: (_likeness(like, m), -m.start))
    return _slot(best, new, last)


def _likeness(one: Mention, other: Mention) -> float:
    """How well one may stand for the other: by their heads, their kinds, and being named."""
    holds_name = any(c.isupper() for c in other.text[1:]) or other.named
    return (
        4.0 * (one.head == other.head)
        + 2.0 * (one.kind is other.kind)
        + 1.0 * (one.named is other.named)
        + 1.0 * (Kind.OPEN in {one.kind, other.kind} and one.kind is not other.kind)
        + 1.5 * (holds_name == any(c.isupper() for c in one.text[1:] + one.text[:1]))
        - 0.1 * other.text.count(" of ")
    )


def _slot(mention: Mention, new: str, last: Said) -> tuple[int, int, str]:
    start = mention.start
    if last.question[mention.end :].startswith(("'s", "’s")):
        new = bare(new)
    article = re.search(r"\b(?:the|a|an)\s$", last.question[:start], re.IGNORECASE)
    if article and (
        new.casefold().startswith(("the ", "its ", "their ", "a "))
        or (mention.named and new[:1].isupper())  # "the Bank of Oskelund": "Valmère"
    ):
        start = article.start()
    return start, mention.end, new
