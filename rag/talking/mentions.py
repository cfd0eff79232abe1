"""What a question or an answer speaks of: names, noun phrases and dates, and of what kind they are.

There is no parser and no list of the world's names. A name is a run of capitalised words; a phrase
begins at a determiner and ends at the first word that cannot belong to it; a question's subject
stands between its auxiliary and its verb ("When will tram line 5 open?"). The kind is read off
what stands in and before them ("the Maren Elise" is no person), and left open where nothing tells.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from rag.talking.lexicon import (
    AUXILIARIES,
    CONJUNCTIONS,
    DATE,
    DETERMINERS,
    INTERROGATIVES,
    KIND_NOUNS,
    LOCATIVES,
    OWNERS,
    PERSON_NOUNS,
    PLURALS,
    PREPOSITIONS,
    PRONOUNS,
    THING_WORDS,
    TITLES,
    is_verb,
)
from rag.words import STOP_WORDS

_WORD = re.compile(r"(?:St|Mt|Dr|Mr|Mrs|Ms|[A-Z](?:\.[A-Z])*)\.|\w+(?:[-’'&.,]\w+)*", re.UNICODE)
_POSSESSIVE = re.compile(r"['’]s?$")
_OF = frozenset("of de du des da do dos del della di la le van von der bin al el y".split())
_ADJECTIVE = re.compile(
    r"\w+(?:ish|ese|[ei]an|ican|stani|raqi|raeli)|Dutch|French|Swiss|Greek|Czech|Thai|Welsh|Soviet"
)
_ADJECTIVAL = re.compile(r".*(?:ic|al|ive|ish|ese|[ei]an)")
_TIES = frozenset("of in at near off on between from".split())
_OUTSIDE = (
    (PREPOSITIONS | CONJUNCTIONS | INTERROGATIVES | AUXILIARIES | PRONOUNS)
    | frozenset("there then not ever".split())
)  # fmt: skip
_BEFORE_A_SUBJECT = frozenset("do does did will would can could should has have had".split())
_EVENT_AFTER = frozenset("after at before during in since".split())
_MOST_WORDS = 12  # of a phrase
_MOST_OF_A_PERSON = 3  # words of a name
_ENDS_SENTENCE = re.compile(r"[.!?:]['\"”’)\]]*\s*[“‘\"'(\[]*$|^\W*$|[“\"]$")


class Kind(Enum):
    """What a mention stands for, as far as it can be told."""

    PERSON = "person"
    THING = "thing"
    PLACE = "place"
    DATE = "date"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a text, `text[start:end]`, that speaks of something."""

    text: str
    start: int
    end: int
    kind: Kind
    plural: bool = False
    named: bool = False

    @property
    def head(self) -> str:
        """The last word before "of" and the like, in small letters: "leg" of "the first leg"."""
        words = self.text.split()
        for at, word in enumerate(words[1:], start=1):
            if word.casefold() in PREPOSITIONS | _OF:
                return words[at - 1].casefold()
        return words[-1].casefold()


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text; `low` is it in small letters without a possessive's ending."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        return bare(self.text).casefold()

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() or (self.text[0].isdigit() and self.text[-1].isupper())


def bare(word: str) -> str:
    """A word without the ending of a possessive: "Valmère" for "Valmère's"."""
    return _POSSESSIVE.sub("", word) or word


def words_of(text: str) -> list[Word]:
    """The words of a text in order, abbreviations with their full stop."""
    found = []
    for match in _WORD.finditer(text):
        end = match.end() + (1 if match[0].endswith("s") and text[match.end() :][:1] in "’'" else 0)
        found.append(Word(text[match.start() : end], match.start(), end))
    return [word for word in found if word.text]


@lru_cache(maxsize=256)  # each turn of a talk is looked at again for every later one
def mentions(text: str) -> tuple[Mention, ...]:
    """Every mention of a text, in order; of those that begin together the longer one first."""
    found = {(m.start, m.end): m for m in _dates(text)}
    taken = list(found)
    everything = words_of(text)
    phrases = (*_phrases(text, everything), *_bare_subject(text, everything))
    for mention in (*_names(text, everything), *phrases):
        inside_a_date = any(s <= mention.start and mention.end <= e for s, e in taken)
        if not inside_a_date:
            found.setdefault((mention.start, mention.end), mention)
    return tuple(sorted(found.values(), key=lambda m: (m.start, -m.end)))


def _dates(text: str) -> Iterator[Mention]:
    for match in DATE.finditer(text):
        yield Mention(match[0], match.start(), match.end(), Kind.DATE)


def _names(text: str, words: list[Word]) -> Iterator[Mention]:
    if _shouted(words):
        return
    at = 0
    while at < len(words):
        if not _begins_name(text, words, at):
            at += 1
            continue
        end = at + 1
        while end < len(words) and _continues(text, words, at, end):
            end += 1
        while end > at + 1 and (words[end - 1].low in _OF or not words[end - 1].capital):
            end -= 1
        yield from _name(text, words, at, end)
        at = end


def _shouted(words: list[Word]) -> bool:
    """In capitals or title case throughout, a text does not tell what is a name."""
    small = sum(1 for word in words if not word.capital)
    return len(words) > 3 and small * 4 < len(words)  # noqa: PLR2004


def _begins_name(text: str, words: list[Word], at: int) -> bool:
    word = words[at]
    if not word.capital or (word.low in STOP_WORDS | INTERROGATIVES | AUXILIARIES):
        return False
    if not _ENDS_SENTENCE.search(text[: word.start]):
        return True
    if word.low in PREPOSITIONS | CONJUNCTIONS:
        return False
    follows = words[at + 1] if at + 1 < len(words) else None
    if follows is not None and follows.capital and text[word.end : follows.start] == " ":
        return True
    proper = "-" in word.text or word.text != bare(word.text) or not word.text.isascii()
    return proper or (follows is None) or (is_verb(follows.low) and not word.low.endswith("s"))


def _continues(text: str, words: list[Word], first: int, at: int) -> bool:
    between = text[words[at - 1].end : words[at].start]
    if between not in (" ", ". ") or (between == ". " and len(words[at - 1].text) > 1):
        return False
    if words[at - 1].text != bare(words[at - 1].text):  # what follows a possessive is another
        return False
    if words[at].capital:
        return True
    if words[at].text.isdigit():
        return False
    joins = words[at].low in _OF or (words[at].low == "the" and words[at - 1].low == "of")
    own = [word.low for word in words[first:at]]
    if words[at].low == "of" and len(own) > 1 and not THING_WORDS.intersection(own):
        return False  # "David Baker of the University of Washington" are two
    ahead = words[at + 1 : at + 3]
    return joins and any(word.capital for word in ahead[:2]) and at > first


def _name(text: str, words: list[Word], at: int, end: int) -> Iterator[Mention]:
    titled = False
    while at < end - 1 and words[at].low.rstrip(".") in TITLES:
        titled, at = True, at + 1
    start, stop = words[at].start, words[end - 1].end
    stripped = bare(text[start:stop])
    if end - at == 1 and (words[at].low.rstrip(".") in TITLES or _ADJECTIVE.fullmatch(stripped)):
        return
    kind = Kind.PERSON if titled else _kind(words, at, end, text)
    yield Mention(stripped, start, start + len(stripped), kind, named=True)


def _kind(words: list[Word], at: int, end: int, text: str) -> Kind:
    own = [word.low for word in words[at:end]]
    before = words[at - 1].low.rstrip(".") if at else ""
    after = text[words[end - 1].end :]
    if before == "the" or before in KIND_NOUNS or THING_WORDS.intersection(own):
        return Kind.THING
    if before in PERSON_NOUNS or re.match(r", \d\d,", after):
        return Kind.PERSON
    if end - at == 1 or _OF.intersection(own):
        return Kind.PLACE if before in LOCATIVES else Kind.OPEN
    if before in LOCATIVES - {"from", "to"}:
        return Kind.PLACE
    personal = all(
        word.low.replace("-", "").isalpha() and not (len(word.text) > 1 and word.text.isupper())
        for word in words[at:end]
    )
    if end - at > _MOST_OF_A_PERSON or not personal or _ADJECTIVAL.fullmatch(own[-1]):
        return Kind.OPEN
    return Kind.PERSON


def _phrases(text: str, words: list[Word]) -> Iterator[Mention]:
    for at, word in enumerate(words):
        if word.low in DETERMINERS - {"any", "no", "some", "both"} or word.low in OWNERS:
            end = _phrase_end(text, words, at)
            if end > at + 1:
                yield _phrase(text, words[at:end])


def _bare_subject(text: str, words: list[Word]) -> Iterator[Mention]:
    """The subject of a question that has no determiner and is no name."""
    at = next((at for at, word in enumerate(words) if word.low in _BEFORE_A_SUBJECT), len(words))
    opens = at < len(words) and (at == 0 or words[0].low in INTERROGATIVES | PREPOSITIONS)
    start = end = at + 1
    while end < len(words) and not is_verb(words[end].low):
        word = words[end]
        if word.capital or word.low in _OUTSIDE | DETERMINERS | OWNERS or word.low.endswith("ly"):
            return
        end += 1
    if opens and start < end < len(words):  # a verb follows
        yield _phrase(text, words[start:end])


def _phrase(text: str, own: list[Word]) -> Mention:
    start = own[0].start
    stripped = bare(text[start : own[-1].end])
    mention = Mention(stripped, start, start + len(stripped), Kind.OPEN)
    head = mention.head
    in_small = any(w.text.startswith(head) for w in own)
    ends_so = head.endswith("s") and not head.endswith(("ss", "us", "is", "news"))
    plural = head in PLURALS or (ends_so and in_small)
    singular = head.removesuffix("s")
    person = head in PERSON_NOUNS or singular in PERSON_NOUNS or head in PLURALS
    kind = Kind.PERSON if person else Kind.THING
    return Mention(stripped, start, mention.end, kind, plural)


def _phrase_end(text: str, words: list[Word], at: int) -> int:
    end = at + 1
    while end < min(len(words), at + _MOST_WORDS):
        word, before = words[end], words[end - 1]
        if text[before.end : word.start] not in (" ", ". "):
            break
        if word.low in _TIES and end > at + 1:
            if not _attaches(text, words, end):
                break
            end += 2
            continue
        if not _belongs(words, at, end):
            break
        end += 1
    return end


def _attaches(text: str, words: list[Word], at: int) -> bool:
    """Whether the preposition at `at` ties what follows to the phrase before it."""
    if at + 1 >= len(words) or text[words[at].end : words[at + 1].start] != " ":
        return False
    follows = words[at + 1]
    if DATE.match(text, follows.start) or follows.low in PRONOUNS | INTERROGATIVES | PREPOSITIONS:
        return False
    if words[at].low == "of":
        return not follows.text[0].isdigit()
    return follows.capital or (follows.low == "the" and _is_capital(words, at + 2))


def _is_capital(words: list[Word], at: int) -> bool:
    return at < len(words) and words[at].capital


def _belongs(words: list[Word], first: int, at: int) -> bool:
    """Whether the word at `at` still belongs to the phrase that begins at `first`."""
    word, before = words[at], words[at - 1]
    if word.capital and word.low not in INTERROGATIVES:
        return True
    if word.low in DETERMINERS:
        return before.low in _TIES
    if word.low in _OUTSIDE or word.low.endswith("ly"):
        return False
    if word.low.endswith("ing") and before.capital:
        return False
    modifies = before.low in DETERMINERS | OWNERS or at == first + 1 or before.text[0].isdigit()
    follows = words[at + 1].low if at + 1 < len(words) else ""
    return modifies or not is_verb(word.low) or follows == "of" or _is_event(words, first, at)


def _is_event(words: list[Word], first: int, at: int) -> bool:
    """Whether a word that may be a verb names what happened: "in the Paris attacks"."""
    ahead = words[first - 1].low if first else ""
    return words[first].low == "the" and ahead in _EVENT_AFTER and words[at - 1].capital


def definite(text: str) -> str:
    """A phrase as it is taken up again: "the plant" for "a plant"."""
    return re.sub(r"^(?:a|an|The)\b", "the", text)


def possessive(text: str) -> str:
    """A phrase as an owner."""
    return f"{text}'" if text.endswith("s") else f"{text}'s"
