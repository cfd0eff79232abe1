"""What a question asks for, described: "the person who won the prize" for "Who won the prize?".

An answer need not name what it was asked for where a later pronoun can find it, or may name another
first. The description is right whatever the answer was.
"""

import re
from dataclasses import dataclass

from rag.talking.lexicon import AUXILIARIES, BE, DETERMINERS, PERSON_NOUNS, is_verb
from rag.talking.mentions import Kind, Mention

_MOST_OF_A_KIND = 4  # words of "which N", with the "which"
_BODIES = frozenset("country nation state team side club".split())  # these are "they"
_SENTENCE_ENDS = re.compile(r"[.!?][\"”’]?(?:\s+[\"“‘A-Z]|\s*$)")


@dataclass(frozen=True, slots=True)
class Described:
    """What is asked for.

    Attributes:
        mention: the description, of a person or a thing.
        key: the word that a sentence which names it has, in small letters: what the person did, or
            is.
        follows: whether the name stands before the key.
    """

    mention: Mention
    key: str
    follows: bool

    def named_by(self, text: str, mention: Mention) -> bool:
        """Whether the text says of the mention what the question asked."""
        begins = max(
            (m.end() - 1 for m in _SENTENCE_ENDS.finditer(text, 0, mention.start)), default=0
        )
        over = _SENTENCE_ENDS.search(text, mention.end)
        where = text[mention.end if self.follows else begins : over.end() if over else len(text)]
        return re.search(rf"\b{re.escape(self.key)}\b", where.casefold()) is not None


def described(question: str) -> Described | None:
    """What a question asks for, where that acts or is something in it; else None."""
    words = question.strip().rstrip("?!. ").split()
    low = [word.casefold() for word in words]
    if len(words) < 3:  # noqa: PLR2004
        return None
    if low[0] == "who" and low[1] in BE and low[2] in DETERMINERS:
        return _what_one_is(words[2:])
    if low[0] == "who":
        return _what_one_did("person", words, 1)
    # What stands after "what" itself is no kind: "What did the company announce?".
    if low[0] in {"which", "what"} and low[1] not in AUXILIARIES:
        at = next((i for i, w in enumerate(low) if i > 1 and (is_verb(w) or w in AUXILIARIES)), 0)
        if 1 < at <= _MOST_OF_A_KIND and all(word.islower() for word in words[1:at]):
            return _what_one_did(" ".join(words[1:at]), words, at)
    return None


def _what_one_is(phrase: list[str]) -> Described:
    """ "Who is the captain of the ferry?"."""
    text = " ".join(["the", *phrase[1:]])
    mention = Mention(text, 0, len(text), Kind.PERSON)
    return Described(mention, mention.head, follows=False)


def _what_one_did(kind: str, words: list[str], at: int) -> Described | None:
    """ "Who won?", "Which novel was chosen?"; None where another acts: "Whom did N choose?"."""
    verb = at
    if words[at].casefold() in BE | {"has", "have", "had"}:
        verb = at + 1
    done = words[verb].casefold() if verb < len(words) else ""
    if not is_verb(done) or done in AUXILIARIES or kind in _BODIES:
        return None
    personal = kind.rsplit(maxsplit=1)[-1] in PERSON_NOUNS
    text = f"the {kind} {'who' if personal else 'that'} {' '.join(words[at:])}"
    whose = Kind.PERSON if personal else Kind.THING
    mention = Mention(text, 0, len(text), whose)
    return Described(mention, done, follows=True)
