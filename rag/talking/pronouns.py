"""Pronouns, "there" and "then" that nothing in their own question explains."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.talking.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    HE,
    INTERROGATIVES,
    IT,
    PERSON_NOUNS,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    REFLEXIVES,
    REPORTING,
    SHE,
    THEY,
    is_verb,
)
from rag.talking.mentions import Kind, Mention, Word, mentions, words_of
from rag.talking.recall import Recall

_EXPLETIVE = re.compile(
    r"it\s+(?:is|was|be|been|'s)?\s*(?:true|false|possible|likely|legal|illegal|known|said|clear"
    r"|important|necessary|safe|normal|common|rain|rains|snow|snows|mean|that|who|like|when|if)\b"
    r"|it\s+(?:\w+\s+)?(?:takes?|took|costs?|mean|means|feels?|seems?|happens?)\b.*\b(?:to|for|that|like)\b"
    r"|it\s+was\s+(?:\w+\s+){1,5}(?:that|who)\b",
    re.IGNORECASE,
)
_EXISTENTIAL = AUXILIARIES | {"exist", "exists", "existed", "remain", "remains", "to"}
_THEN = re.compile(
    r"\b(?:then|(?:on |in |at )?(?:that|the same) (?:day|year|month|week|time)|back then)\b",
    re.IGNORECASE,
)
_THAT_NIGHT = re.compile(r"\b(?:that) (night|morning|evening|afternoon|weekend)\b", re.IGNORECASE)
_CLAUSE = 5  # words between an auxiliary and a verb that a subject may have


@dataclass(frozen=True, slots=True)
class Loose:
    """A pronoun at `words[at]` whose referent is not in its own question."""

    at: int
    word: Word


def loose_pronouns(question: str) -> list[Loose]:
    """The pronouns of a question that nothing before them in it can be the referent of."""
    words = words_of(question)
    own = mentions(question)
    found: list[Loose] = []
    for at, word in enumerate(words):
        low = word.low
        if low not in PRONOUNS or low in REFLEXIVES:
            continue
        if low in IT and _EXPLETIVE.match(question, word.start):
            continue
        earlier = any(_class(words[i].low) == _class(low) for i in range(at))
        if not earlier and not _explained(question, words, at, own):
            found.append(Loose(at, word))
    return found


def resolved(question: str, recall: Recall) -> str:
    """The question with its loose pronouns, "there" and "then" named, where that can be done."""
    question = _with_names(question, recall)
    question = _with_place(question, recall)
    return _with_moment(question, recall)


def _with_names(question: str, recall: Recall) -> str:
    words = words_of(question)
    barred = {m.text.casefold() for m in mentions(question)}
    changes: list[tuple[int, int, str]] = []
    for one in loose_pronouns(question):
        low = one.word.low
        chosen = _referent(low, recall, frozenset(barred))
        if chosen is None:
            continue
        barred.add(chosen.text.casefold())
        text = definite(chosen.text)
        if low in POSSESSIVES and _possesses(question, words, one.at):
            text = possessive(text)
        if one.at == 0:
            text = text[0].upper() + text[1:]
        changes.append((one.word.start, one.word.end, text))
    return replaced(question, changes)


def _referent(low: str, recall: Recall, barred: frozenset[str]) -> Mention | None:
    if low in HE | SHE:
        return recall.person(barred)
    return recall.thing(barred) if low in IT else recall.group(barred)


def _with_place(question: str, recall: Recall) -> str:
    words = words_of(question)
    for at, word in enumerate(words):
        around = [words[i].low for i in (at - 1, at + 1) if 0 <= i < len(words)]
        if word.low != "there" or _EXISTENTIAL.intersection(around):
            continue
        place = recall.place()
        if place is None or any(m.kind is Kind.PLACE for m in mentions(question[: word.start])):
            return question
        before = words[at - 1].low if at else ""
        at_place = place.text if before in PREPOSITIONS else f"in {place.text}"
        return replaced(question, [(word.start, word.end, at_place)])
    return question


def _with_moment(question: str, recall: Recall) -> str:
    if any(m.kind is Kind.DATE for m in mentions(question)):
        return question
    moment = recall.moment()
    if moment is None:
        return question
    if night := _THAT_NIGHT.search(question):
        said = f"on the {night[1].lower()} of {moment.text}"
        return replaced(question, [(night.start(), night.end(), said)])
    then = _THEN.search(question)
    if then is None or then.start() == 0:
        return question
    return replaced(question, [(then.start(), then.end(), f"{on(moment.text)} {moment.text}")])


def on(date: str) -> str:
    """The preposition of a date: "on Friday", "on August 30", "in August 1968", "in 2019"."""
    day = re.search(r"day\b|\b\d{1,2}\b", date)
    return "on" if day else "in"


def definite(text: str) -> str:
    """A phrase as it is taken up again: "the plant" for "a plant"."""
    return re.sub(r"^(?:a|an|The)\b", "the", text)


def possessive(text: str) -> str:
    """A phrase as an owner."""
    return f"{text}'" if text.endswith("s") else f"{text}'s"


def replaced(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    """The text with stretches of it replaced; these must not overlap."""
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _class(low: str) -> str:
    for name, forms in (("he", HE), ("she", SHE), ("it", IT), ("they", THEY)):
        if low in forms:
            return name
    return low


def _possesses(question: str, words: Sequence[Word], at: int) -> bool:
    """Whether "her" is an owner and no object: a noun follows it."""
    if words[at].low != "her":
        return True
    if at + 1 >= len(words) or question[words[at].end : words[at + 1].start].strip():
        return False
    follows = words[at + 1].low
    return follows not in PREPOSITIONS | AUXILIARIES | DETERMINERS | INTERROGATIVES | {
        "and", "or", "there", "then", "again", "that", "because", "to", "so", "this",
    }  # fmt: skip


def _explained(question: str, words: Sequence[Word], at: int, own: Sequence[Mention]) -> bool:
    """Whether something before the pronoun in its own question may be what it means."""
    if _opens(words, at):
        return False
    low = words[at].low
    before = [m for m in own if m.end <= words[at].start and _may_be(low, m)]
    asked = at > 2 and _asks_for(low, words)  # noqa: PLR2004
    if low not in POSSESSIVES - {"her"} and _object_of_its_clause(question, words, at):
        return False
    if low in POSSESSIVES and len(before) == 0 and _after_be(words, at):
        return False
    return bool(before) or (asked and not _after_verb_of_other(words, at))


def _opens(words: Sequence[Word], at: int) -> bool:
    """Whether the pronoun is the subject, with nothing but a question word's phrase before it."""
    if at == 0:
        return True
    if any(word.low in PRONOUNS for word in words[:at]):
        return False
    if words[at - 1].low not in AUXILIARIES:
        return False
    if any(word.low in AUXILIARIES for word in words[: at - 1]):
        return False
    return words[0].low in INTERROGATIVES | PREPOSITIONS | AUXILIARIES | {"and", "but", "so"}


def _asks_for(low: str, words: Sequence[Word]) -> bool:
    """Whether the question word may be what the pronoun means: "Who lost his job?"."""
    first = words[0].low
    if first in {"who", "whom", "whose"}:
        return low not in IT
    return first in {"which", "what"} and (low not in HE | SHE or words[1].low in PERSON_NOUNS)


def _after_be(words: Sequence[Word], at: int) -> bool:
    return at > 0 and words[at - 1].low in AUXILIARIES


def _after_verb_of_other(words: Sequence[Word], at: int) -> bool:
    """Whether "who", "which" and the like are the subject: "Who compiled it?", "Who said so of her?"."""
    first = next((i for i in range(1, at) if is_verb(words[i].low)), None)
    between = range(first + 1, at) if first else ()
    return (
        first is not None
        and words[at].low not in POSSESSIVES - {"her"}
        and all(words[i].low in PREPOSITIONS for i in between)
    )


def _may_be(low: str, mention: Mention) -> bool:
    if mention.kind is Kind.DATE:
        return False
    if low in HE | SHE:
        return mention.kind in {Kind.PERSON, Kind.OPEN} and not mention.plural
    if low in IT:
        return mention.kind is not Kind.PERSON and not mention.plural
    return True


def _object_of_its_clause(question: str, words: Sequence[Word], at: int) -> bool:
    """Whether the pronoun is the object of a verb whose subject is all that stands before it.

    "Did Pell concede to her?", "Why did the police arrest him?": an object is not its own subject.
    """
    verb = at - 1
    if verb > 0 and words[verb].low in PREPOSITIONS | {"to"}:
        verb -= 1
    starts = [i for i in range(verb) if words[i].low in AUXILIARIES]
    if len(starts) != 1 or not is_verb(words[verb].low):
        return False
    subject = words[starts[0] + 1 : verb]
    if not 0 < len(subject) <= _CLAUSE or REPORTING.intersection(w.low for w in subject):
        return False
    inner = subject[1:] if subject[0].low in DETERMINERS else subject
    joined = question[subject[0].start : words[at].start]
    return "," not in joined and not any(
        w.low in DETERMINERS | PREPOSITIONS | INTERROGATIVES | {"that", "and"} for w in inner
    )
