"""Questions and texts altered so that the one no longer answers the other.

What an absent answer looks like is taught by examples, and the hard ones are near misses: the right
article, the right sentence even, and not the fact that was asked for. Each alteration here takes
a question with its answered paragraph and returns a pair that has no answer, or None where it does
not apply. Entity swaps and antonyms are the kinds by which people wrote SQuAD 2.0's impossible
questions (Rajpurkar, Jia and Liang, ACL 2018, table 2).
"""

import itertools
import random
import re
from collections.abc import Sequence

from eval.training.paragraphs import Paragraph, Question

_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[A-Z\"“(])")
_NAME = re.compile(r"\b[A-Z][\w'’.-]*(?:\s+(?:of|the|de|van|and)?\s*[A-Z][\w'’.-]*)*")
_FIGURE = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_NOT_NAMES = frozenset(
    "The A An In On At It He She They His Her Its Their This That These Those When What Which Who "
    "Where Why How After Before During However While For From By With As And But I We You Whose "
    "Whom If There Of To Did Does Do Is Was Are Were".split()
)

# Words and what they are the opposite or the counterpart of; used both ways round.
_COUNTERPARTS = [
    pair.split("/")
    for pair in (
        "first/last largest/smallest highest/lowest most/fewest more/fewer before/after "
        "north/south east/west northern/southern eastern/western "
        "increase/decrease increased/decreased "
        "rise/fall rose/fell oldest/youngest best/worst won/lost win/lose start/end began/ended "
        "begin/stop opened/closed bought/sold founded/dissolved married/divorced born/buried "
        "father/mother son/daughter brother/sister husband/wife wrote/directed written/directed "
        "produced/directed built/demolished created/destroyed accepted/rejected supported/opposed "
        "support/oppose allowed/banned arrived/left joined/left minimum/maximum majority/minority "
        "summer/winter longest/shortest earliest/latest president/secretary chairman/founder "
        "author/editor singer/drummer king/queen attack/defend hired/fired borrowed/lent "
        "import/export imported/exported include/exclude included/excluded male/female men/women "
        "like/dislike liked/hated cheaper/dearer better/worse faster/slower owner/tenant "
        "designed/painted discovered/hid elected/appointed killed/rescued injured/arrested "
        "victim/suspect pilot/passenger captain/owner lawyer/doctor wife/cousin capital/population "
        "area/height length/weight cost/age winner/loser lead/trail"
    ).split()
]
_OPPOSITE = dict(_COUNTERPARTS) | {b: a for a, b in reversed(_COUNTERPARTS)}

_VAGUE = {
    "who": ("someone", "one person", "an official", "a man", "a woman", "a local", "one of them"),
    "when": ("at some point", "one day", "recently", "earlier", "in the past", "later"),
    "where": ("somewhere", "a place nearby", "elsewhere", "there", "a certain place"),
    "how many": ("several", "a number of", "some", "many", "an unknown number of"),
    "how much": ("some", "an undisclosed amount", "a sum", "a certain amount"),
    "how long": ("for some time", "a while", "some time"),
    "what": ("something", "one thing", "it", "a certain thing", "this", "another"),
}


def sentences(text: str) -> list[tuple[int, int]]:
    """A rough cut into sentences: enough for making examples."""
    starts = [0, *(found.end() for found in _SENTENCE.finditer(text)), len(text)]
    return [(a, b) for a, b in itertools.pairwise(starts) if text[a:b].strip()]


def without_sentence(question: Question, text: str) -> str | None:
    """The paragraph without each sentence in which an answer stands."""
    kept = [
        text[a:b]
        for a, b in sentences(text)
        if not (a <= question.start < b) and not holds(text[a:b], question)
    ]
    rest = "".join(kept).strip()
    return rest if len(rest.split()) > 15 else None


def made_vague(question: Question, text: str, rng: random.Random) -> str | None:
    """The paragraph with vague words for the answer wherever it stands: the event, not the fact."""
    if not question.answer or len(question.answer.split()) > 6:
        return None
    kind = asked_kind(question.text)
    vague = rng.choice(_VAGUE.get(kind, _VAGUE["what"]))
    end = question.start + len(question.answer)
    text = text[: question.start] + vague + text[end:]
    for answer in sorted(question.answers, key=lambda answer: (-len(answer), answer)):
        text = re.sub(rf"\b{re.escape(answer)}\b", vague, text, flags=re.IGNORECASE)
    return text


def asked_kind(question: str) -> str:
    """The question word that matters: "who", "how many", "what", ..."""
    found = re.search(
        r"\b(how (?:many|much|long)|who|whose|whom|when|where|what|which|why|how)\b",
        question.casefold(),
    )
    kind = found[1] if found else "what"
    return {"whose": "who", "whom": "who", "which": "what"}.get(kind, kind)


def with_another(
    question: Question, paragraph: Paragraph, article: Sequence[Paragraph], rng: random.Random
) -> str | None:
    """The question with a name or figure of it exchanged for another from the article."""
    options = []
    at = _sentence_of(question, paragraph.text)
    for pattern in (_NAME, _FIGURE):
        for found in pattern.finditer(question.text):
            old = found[0]
            if found.start() == 0 or old in _NOT_NAMES or old not in paragraph.text:
                continue
            near = _others(pattern, paragraph.text, old)
            far = _others(pattern, rng.choice(article).text, old)
            options += [
                (found.span(), new)
                for new in (near or far) + far
                if new not in at and new not in question.text and new != question.answer
            ]
    if not options:
        return None
    (start, end), new = rng.choice(options)
    return question.text[:start] + new + question.text[end:]


def _others(pattern: re.Pattern[str], text: str, old: str) -> list[str]:
    """What else of the kind stands in a text: names of about as many words, figures as long."""
    found = {f[0] for f in pattern.finditer(text)} - _NOT_NAMES
    size = len(old.split())
    if pattern is _FIGURE:
        return sorted(f for f in found if len(f) == len(old) and f != old)
    return sorted(f for f in found if abs(len(f.split()) - size) <= 1 and f not in old)


def with_opposite(question: Question, text: str, rng: random.Random) -> str | None:
    """The question with a word exchanged for its counterpart, which its sentence does not have."""
    said = _sentence_of(question, text).casefold()
    places = [
        found
        for found in re.finditer(r"[a-z]+", question.text)
        if _OPPOSITE.get(found[0]) and _OPPOSITE[found[0]] not in said
    ]
    if not places:
        return None
    found = rng.choice(places)
    return question.text[: found.start()] + _OPPOSITE[found[0]] + question.text[found.end() :]


def about_another(question: Question, title: str, other: Paragraph) -> str | None:
    """The question asked about another article's subject: its relation, that article's name."""
    words = [w for w in re.findall(r"\w+", title) if len(w) > 3 and w[0].isupper()]
    subject = (
        title if title in question.text else next((w for w in words if w in question.text), "")
    )
    if not subject or not other.title or other.title in title:
        return None
    name = re.sub(r"\s*\(.*\)", "", other.title)
    return question.text.replace(subject, name)


def holds(text: str, question: Question) -> bool:
    """Whether an accepted answer stands in a text."""
    return any(
        re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", text, re.IGNORECASE)
        for answer in question.answers
    )


def _sentence_of(question: Question, text: str) -> str:
    return next((text[a:b] for a, b in sentences(text) if a <= question.start < b), text)
