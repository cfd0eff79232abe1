"""Our own words at the head of an answer, where the sentences given make them certain.

"Yes" or "No" to a question that asks for it, and the winner where two things are compared. It is
better to say nothing than too much: the sentence must say what the question asks in the question's
words and order, in its own name, as a fact and not as a possibility.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from rag.reading.attribution import attribution
from rag.reading.coverage import fold
from rag.reading.quantities import Quantity, quantities
from rag.words import STOP_WORDS, stem

_YES_NO = re.compile(
    r"^(?:did|does|do|is|are|was|were|has|have|had)\b(?!.*\bor\b)(?!.*,)", re.IGNORECASE
)
_WORD = re.compile(r"\w+(?:[.,]\d+)*(?:['’]\w+)?")
_NEGATION = re.compile(r"^(?:not|never|no|none|nobody|neither|nor|without|n't|\w+n['’]t)$", re.I)
# Words that make of a statement a possibility, a plan, or something about another matter.
_WEAKENS = frozenset(
    """may might could would should will can if whether unless almost nearly hardly barely refuse
    refused refuses deny denied denies denying fail failed fails plan planned plans hope hoped want
    wanted wants try tried tries attempt attempted propose proposed consider considered threaten
    threatened expected expects likely unlikely possibly perhaps probably allegedly reportedly
    until to before instead only even rumour rumours false falsely supposedly claim claims claimed
    about who which that despite against""".split()
)
_GAP = 3  # words that may stand between two of the question's
_FEWEST = 2  # content words of a question that can be judged by them
_MORE = re.compile(
    r"\b(?:more|most|larger|largest|higher|highest|bigger|biggest|greater|longer|longest|later|latest"
    r"|last|farther|further|farthest|older|oldest|taller|tallest|heavier|heaviest|second)\b",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"\b(?:fewer|fewest|less|least|smaller|smallest|lower|lowest|shorter|shortest|first|earlier"
    r"|earliest|closer|closest|nearer|nearest|younger|youngest|cheaper|cheapest)\b",
    re.IGNORECASE,
)
_IN_TIME = re.compile(
    r"\b(?:first|last|earlier|earliest|later|latest|older|oldest|younger)\b", re.I
)
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d{2}\b")


def yes_or_no(question: str, sentences: Sequence[str]) -> str | None:
    """ "Yes" or "No" where the first sentence says so beyond doubt, else None.

    Args:
        question: any question; only one that begins with "did", "is", "has" and the like is judged.
        sentences: the sentences of the answer, the best one first.
    """
    if not _YES_NO.match(question) or not sentences:
        return None
    best = sentences[0]
    if attribution(best) is not None or best.lstrip().startswith(('"', "“")):
        return None
    asked = [word for word in map(fold, _WORD.findall(question)) if word not in STOP_WORDS]
    if any(_NEGATION.match(word) for word in _WORD.findall(question)) or len(asked) < _FEWEST:
        return None
    between = _in_order([stem(word) for word in asked], best)
    if between is None or any(word in _WEAKENS for word in between):
        return None
    denials = sum(_NEGATION.match(word) is not None for word in between)
    return ("Yes", "No", None)[min(denials, 2)]


def winner(question: str, both: tuple[str, str], sentences: Sequence[str]) -> str | None:
    """Which of two things it is, where each has its sentence with one number or year to go by.

    Args:
        question: "Which lies farther from Earth, A or B?".
        both: the two, as the question names them.
        sentences: one for the first and one for the second, in this order.
    """
    more, less = _MORE.search(question), _LESS.search(question)
    if len(sentences) != len(both) or (more is None) == (less is None):
        return None
    for one, other, sentence in ((*both, sentences[0]), (*both[::-1], sentences[1])):
        if not _names(sentence, one) or _names(sentence, other) or attribution(sentence):
            return None
    first, second = (_measure(question, sentence) for sentence in sentences)
    if first is None or second is None or first[1] != second[1] or first[0] == second[0]:
        return None
    won = both[0] if (first[0] > second[0]) == (more is not None) else both[1]
    return won[:1].upper() + won[1:]


def _measure(question: str, sentence: str) -> tuple[Decimal, str] | None:
    """The one number by which the sentence can be compared, a year where it is about time, and
    what it counts."""
    if _IN_TIME.search(question):
        years = set(_YEAR.findall(sentence))
        return (Decimal(years.pop()), "year") if len(years) == 1 else None
    asked = {fold(word).removesuffix("s") for word in _WORD.findall(question)}
    found = [q for q in quantities(sentence) if not _is_year(q)]
    counted = [q for q in found if q.unit in asked] or found
    return (counted[0].value, counted[0].unit) if len(counted) == 1 else None


def _is_year(quantity: Quantity) -> bool:
    return not quantity.unit and _YEAR.fullmatch(str(quantity.value)) is not None


def _names(sentence: str, thing: str) -> bool:
    """Whether the sentence has all content words of a thing's name."""
    said = {fold(word) for word in _WORD.findall(sentence)}
    wanted = [fold(word) for word in _WORD.findall(thing)]
    return all(word in said for word in wanted if word not in STOP_WORDS)


def _in_order(asked: Sequence[str], sentence: str) -> list[str] | None:
    """The sentence's words around and between those asked for, if it has these in their order."""
    said = [fold(word) for word in _WORD.findall(sentence)]
    for begin in (at for at, word in enumerate(said) if stem(word) == asked[0]):
        at, between = begin, said[max(0, begin - _GAP) : begin]
        for wanted in asked[1:]:
            ahead = said[at + 1 : at + 2 + _GAP]
            steps = [step for step, word in enumerate(ahead) if stem(word) == wanted]
            if not steps:
                break
            between += ahead[: steps[0]]
            at += steps[0] + 1
        else:
            return between
    return None
