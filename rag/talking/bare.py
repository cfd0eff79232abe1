"""Questions that are little more than a question word: "Why?", "When was that?", "Who said so?"."""

import re

from rag.talking.lexicon import AUXILIARIES, BE, INTERROGATIVES, PREPOSITIONS, is_verb
from rag.talking.mentions import Kind, bare
from rag.talking.recall import Said

_OPENER = re.compile(r"^\s*(?:(?:and|but|so|ok|okay|yes|no|well|then|hm+)\b[\s,]*)+", re.I)
_BARE = re.compile(
    r"""(?P<asked>
        (?:since|until|from|for|by|with|to|against|after|before)\ (?:when|where|who|whom|what|which)
        |(?:for\ |by\ |since\ )?how\ (?:long|often|many|much|far|old|soon|so|exactly)
        |(?:which|what)\ (?:one|ones|kind|sort|year|day|date|country|city)
        |why\ not|where\ to|what\ for|how\ come|whose|which
        |(?:why|when|where|how|whom?)(?=\ (?:is|was|did|does|has)\ (?:that|this|it|so)\b|\W|$)
    )(?:\ (?:exactly|precisely|so|then|else|times|people))?
    (?P<that>\ (?:is|was|did|does|has)\ (?:that|this|it|so)
        (?:\ (?:so|happen|happened|occur|be|been))?)?""",
    re.IGNORECASE | re.VERBOSE,
)
_MEASURED = re.compile(r".*how (?:long|often|many|much|far|old|soon)", re.IGNORECASE)
_WHO_SAYS = re.compile(
    r"says who|said who|who (?:says|said|claims|claimed|reports|reported|confirmed|told)"
    r"(?: (?:so|that|this|it))?|according to (?:whom|who)|what is the source(?: of that)?",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(r"\b(?:somebody|someone|anybody|anyone)\b", re.IGNORECASE)
_NEGATED = {
    "did": "didn't", "does": "doesn't", "do": "don't", "is": "isn't", "are": "aren't",
    "was": "wasn't", "were": "weren't", "has": "hasn't", "have": "haven't", "had": "hadn't",
    "will": "won't", "would": "wouldn't", "can": "can't", "could": "couldn't",
    "should": "shouldn't",
}  # fmt: skip
_SUBSTITUTED = {
    "why", "when", "where", "how", "how long", "how often", "how soon", "for how long",
    "since when", "until when", "for when", "by when", "from when",
}  # fmt: skip
_ASKS_NO_NOUN = frozenset(
    "who whom what how when where why whose which much long often far".split()
)
_TAILS = PREPOSITIONS | {"when", "after", "before", "while", "because", "to", "since"}


def applied(question: str, last: Said) -> str | None:
    """A bare question asked of what the latest turn states; None of one that is not bare."""
    asked = _OPENER.sub("", question).strip().rstrip("?!. …").strip()
    asked = " ".join(asked.replace("’", "'").split())
    earlier = " ".join(last.question.split()).rstrip("?!. ")
    if not earlier:
        return None
    if _WHO_SAYS.fullmatch(asked):
        return f"{earlier}, and who said so?"
    found = _BARE.fullmatch(asked)
    if found is None or (found["that"] and _MEASURED.match(found["asked"])):
        return None  # "How long is it?" is asked of a thing
    if asked.casefold() in {"where is it", "where was it"}:
        return None  # likewise, where "Where was that?" is asked of what happened
    word = _plain(found["asked"].casefold())
    exactly = " exactly" if "exactly" in asked.casefold() else ""
    return _asked_of(word, exactly, earlier, last) or f"{earlier}, and {word}{exactly}?"


def _plain(word: str) -> str:
    same = {"how come": "why", "how exactly": "how", "how so": "why", "what for": "why"}
    return same.get(word, word)


def _asked_of(word: str, exactly: str, earlier: str, last: Said) -> str | None:
    """The earlier question with another question word; None where that cannot be done."""
    words = earlier.split()
    if words[0].casefold() in AUXILIARIES:
        return _of_yes_or_no(word, exactly, words)
    if word not in _SUBSTITUTED:
        return None
    at = next((i for i, w in enumerate(words) if w.casefold() in AUXILIARIES), len(words))
    if not INTERROGATIVES.intersection(w.casefold() for w in words[:at]):
        return None
    if at == len(words) or _asks_for_the_subject(words, at):
        return _of_the_subject(word, exactly, words, last)
    return f"{_capital(word)}{exactly} {' '.join(_with_noun(words[at:], _noun(words[:at])))}?"


def _of_yes_or_no(word: str, exactly: str, words: list[str]) -> str | None:
    """ "Why did it rain?" for "Did it rain?"."""
    first = words[0].casefold()
    if word == "why not" and first in _NEGATED:
        return f"Why {_NEGATED[first]} {' '.join(words[1:])}?"
    if word == "who" and any(_SOMEBODY.fullmatch(w) for w in words):
        return _with_who(words)
    if word in _SUBSTITUTED:
        return f"{_capital(word)}{exactly} {' '.join([first, *words[1:]])}?"
    return None


def _with_who(words: list[str]) -> str:
    """ "Who was sent off?" for "Was somebody sent off?"."""
    at = next(i for i, w in enumerate(words) if _SOMEBODY.fullmatch(w))
    if at != 1:
        return f"{' '.join(words)}, and who?"
    verb = [] if words[0].casefold() in {"did", "do", "does"} else [words[0].lower()]
    return f"Who {' '.join([*verb, *words[2:]])}?"


def _asks_for_the_subject(words: list[str], at: int) -> bool:
    """Whether what the question word asks for acts: "Who was elected?", "How many were hurt?"."""
    follows = words[at + 1].casefold() if at + 1 < len(words) else ""
    verbal = follows.endswith(("ed", "en", "ing", "wn", "ne")) or follows in {"been", "put", "held"}
    adjunct = words[0].casefold() in {"when", "where", "why"} or (
        words[0].casefold() == "how" and at == 1
    )
    return not adjunct and verbal and not words[at + 1][0].isupper()


def _of_the_subject(word: str, exactly: str, words: list[str], last: Said) -> str | None:
    """The answer's person, or else the noun asked about, put in the question word's place."""
    first = words[0].casefold()
    subject: list[str] = []
    rest = words[1:]
    if first == "who":
        persons = (m.text for m in last.told if m.kind is Kind.PERSON and m.named)
        new = [p for p in persons if p not in last.question]
        subject = [new[0] if new else "that person"]
    elif first == "how" and len(words) > 2 and words[1].casefold() in {"many", "much"}:  # noqa: PLR2004
        subject, rest = ["people"] if words[2].casefold() in AUXILIARIES else [], words[2:]
    elif first in {"which", "what"} and rest and not is_verb(rest[0].casefold()):
        subject = ["the"]
    else:
        return None
    if rest and rest[0].casefold() in BE and subject:
        return f"{_capital(word)}{exactly} {rest[0]} {' '.join([*subject, *rest[1:]])}?"
    be = "is" if word == "why" else "was"
    return f"{_capital(word)}{exactly} {be} it that {' '.join([*subject, *rest])}?"


def _noun(asked: list[str]) -> list[str]:
    """What is counted or chosen: "flights" of "How many flights"."""
    if asked[0].casefold() == "how" and asked[1:2] not in (["many"], ["much"]):
        return []
    kept = list(asked)
    while kept and bare(kept[0]).casefold() in _ASKS_NO_NOUN | PREPOSITIONS | {"many", "about"}:
        kept.pop(0)
    return kept


def _with_noun(words: list[str], noun: list[str]) -> list[str]:
    """The noun put back to where the question word's phrase was taken from."""
    if not noun:
        return words
    for at in range(3, len(words)):
        if words[at].casefold() in _TAILS and words[at].casefold() not in {"of", "to"}:
            return [*words[:at], *noun, *words[at:]]
    return [*words, *noun]


def _capital(word: str) -> str:
    return word[0].upper() + word[1:]
