"""Pronouns, "there" and "then" that nothing in their own question explains."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.talking.lexicon import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    HE,
    INTERROGATIVES,
    IT,
    OWNERS,
    PREPOSITIONS,
    PRONOUNS,
    REFLEXIVES,
    REPORTING,
    SHE,
    THEY,
    is_verb,
)
from rag.talking.mentions import (
    Kind,
    Mention,
    Word,
    definite,
    mentions,
    possessive,
    words_of,
)
from rag.talking.recall import Recall

_EXPLETIVE = re.compile(
    r"it\s+(?:is|was|be|been)?\s*(?:true|false|possible|likely|legal|illegal|known|said|clear"
    r"|important|essential|necessary|safe|normal|common|ok|okay|fair|wrong|right|better|rain|rains|snow|snows"
    r"|mean|that|who|like|when|if)\b"
    r"|it\s+(?:\w+\s+)?(?:takes?|took|costs?)\b.*\bto\b|it\s+gets?\b|it\s+(?:announced|discovered|revealed)\b"
    r"|it\s+(?:[\w-]+\s+){1,4}(?:that|when|if|before|than|who)\b"
    r"|it\s+(?:[\w-]+\s+){1,4}to\s+(?P<verb>[a-z]+)",
    re.IGNORECASE,
)
_EXISTENTIAL = AUXILIARIES | {"exist", "exists", "existed", "remain", "remains", "to"}
_THEN = re.compile(
    r"\b(?:then(?=\W*$|,)|back then"
    r"|(?:on |in |at )?that (?:day|year|month|week|time))\b",
    re.IGNORECASE,
)
_THAT_NIGHT = re.compile(r"\b(?:that) (night|morning|evening|afternoon|weekend)\b", re.IGNORECASE)
_AFTER_AN_OBJECT = frozenset("there then again this".split())
_OPENERS = (
    INTERROGATIVES | PREPOSITIONS | AUXILIARIES | {"tell", "explain", "describe", "its", "his"}
)
_OBJECTS = frozenset("him her it them hers theirs".split())
_OPINING = frozenset("think thought find found consider considered feel felt call called".split())
_CLAUSE_IN = re.compile(r" (?:who|that) ")
_LONGER = re.compile(rf"(?:\S+\s+){{3}}|\b(?:{'|'.join(sorted(PREPOSITIONS | AUXILIARIES))})\b")
_CLAUSE = 5  # words between an auxiliary and a verb that a subject may have


@dataclass(frozen=True, slots=True)
class Loose:
    """A pronoun at `words[at]` whose referent is not in its own question."""

    at: int
    word: Word


def loose_pronouns(question: str) -> list[Loose]:
    """The pronouns of a question that nothing else in it can be the referent of."""
    words = words_of(question)
    if not words or words[0].low not in _OPENERS or _looks_ahead(question):
        return []
    own = mentions(question)
    found: list[Loose] = []
    for at, word in enumerate(words):
        low = word.low
        if low not in PRONOUNS - REFLEXIVES or _expletive(question, word):
            continue
        if any(_class(words[i].low) == _class(low) for i in range(at)):
            continue
        before = [m for m in own if m.end <= word.start and m.kind is not Kind.DATE]
        if _opens(words, at, before) or (
            _owned_by_a_pronoun(words, at) or _of_what(words, at)
            if low in OWNERS and _possesses(question, words, at)
            else _object(question, words, at, before)
        ):
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
        end = one.word.end
        if low in OWNERS and _possesses(question, words, one.at):
            owned = question[end:].strip().rstrip("?!. ")
            if _CLAUSE_IN.search(text) and owned and not _LONGER.search(owned):
                end += question[end:].index(owned) + len(owned)
                text = f"the {owned} of {text}"
            else:
                text = possessive(text)
        if one.word.text[0].isupper():
            text = text[0].upper() + text[1:]
        changes.append((one.word.start, end, text))
    return replaced(question, changes)


def _referent(low: str, recall: Recall, barred: frozenset[str]) -> Mention | None:
    if low in HE | SHE:
        return recall.person(barred)
    if low in THEY:
        return recall.group(barred)
    thing = recall.thing(barred)
    return recall.within(thing) if thing is not None and low in OWNERS else thing


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
        text, preposition = place
        at_place = text if before in PREPOSITIONS else f"{preposition} {text}"
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
    before = words_of(question[: then.start()])[-1:]
    tied = bool(before) and before[0].low in PREPOSITIONS  # "the account of that month"
    said = moment.text if tied else f"{on(moment.text)} {moment.text}"
    return replaced(question, [(then.start(), then.end(), said)])


def on(date: str) -> str:
    """The preposition of a date: "on Friday", "on August 30", "in August 1968", "in 2019"."""
    day = re.search(r"day\b|\b\d{1,2}\b", date)
    return "on" if day else "in"


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
    return follows not in (
        PREPOSITIONS | AUXILIARIES | DETERMINERS | INTERROGATIVES | CONJUNCTIONS | _AFTER_AN_OBJECT
    )


def _looks_ahead(question: str) -> bool:
    """Whether a name follows a comma: a pronoun before it may be that one's, as in

    "In its first year, what did the Fund do?".
    """
    ahead, comma, rest = question.partition(",")
    return (
        bool(comma)
        and any(m.named and m.start > len(ahead) for m in mentions(question))
        and (not any(m.named for m in mentions(ahead)) and rest.strip() != "")
    )


def _expletive(question: str, word: Word) -> bool:
    """Whether an "it" stands for nothing: "How long did it take to ...?"."""
    found = _EXPLETIVE.match(question, word.start) if word.low == "it" else None
    return found is not None and (found["verb"] is None or is_verb(found["verb"]))


def _opens(words: Sequence[Word], at: int, before: Sequence[Mention]) -> bool:
    """Whether only a question word's phrase and an auxiliary stand before it: "When did she"."""
    if at == 0:
        return True
    auxiliaries = [i for i in range(at) if words[i].low in AUXILIARIES]
    return auxiliaries == [at - 1] and not before


def _of_what(words: Sequence[Word], at: int) -> bool:
    """ "What is the name of her husband?": nothing before it is anybody."""
    low = [word.low for word in words[:at]]
    return (
        low[-1:] == ["of"]
        and len(low) <= _CLAUSE
        and low[1:2] != []
        and low[1] in AUXILIARIES
        and low[2:3] == ["the"]
        and not any(word.capital for word in words[1:at])
    )


def _owned_by_a_pronoun(words: Sequence[Word], at: int) -> bool:
    """ "Does it raise their pay?": the subject is a pronoun and another one."""
    subject = at - 2
    return (
        subject > 0
        and words[subject].low in PRONOUNS
        and words[subject - 1].low in AUXILIARIES
        and is_verb(words[at - 1].low)
    )


def _object(question: str, words: Sequence[Word], at: int, before: Sequence[Mention]) -> bool:
    """Whether it is an object whose verb has another subject, or none that is named."""
    low, follows = words[at].low, words[at + 1].low if at + 1 < len(words) else ""
    if low not in _OBJECTS or (low == "it" and (follows in AUXILIARIES or is_verb(follows))):
        return False
    first = words[0].low
    if first in {"who", "what"} and is_verb(words[1].low) and words[1].low not in AUXILIARIES:
        return at == 2 or (at == 3 and words[2].low in PREPOSITIONS)  # noqa: PLR2004
    if first in {"how", "when", "where", "why", "tell", "explain", "describe"} and not before:
        return words[at - 1].low in PREPOSITIONS or is_verb(words[at - 1].low)
    return _object_of_its_clause(question, words, at)


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
    if words[at].low == "it" and words[verb].low in _OPINING:  # "think it wrong to"
        return False
    subject = words[starts[0] + 1 : verb]
    if not 0 < len(subject) <= _CLAUSE or REPORTING.intersection(w.low for w in subject):
        return False
    inner = subject[1:] if subject[0].low in DETERMINERS else subject
    joined = question[subject[0].start : words[at].start]
    return "," not in joined and not any(
        w.low in DETERMINERS | PREPOSITIONS | INTERROGATIVES | {"that", "and"} for w in inner
    )
