"""Questions that ask more than one thing, taken apart into questions that each ask one.

"Who won, and by how much?" has two askings. "Which lies farther, K2-18b or AB Aurigae?" asks the
same of two things, and "How did the cost change between May 2024 and February 2025?" of two times.
Each part is asked of the passages by itself, so that an answer has a sentence for each.
"""

import re

from rag.reading.calendar import MONTH, WEEKDAY
from rag.talking.lexicon import is_verb
from rag.talking.pronouns import resolved
from rag.talking.recall import Recall
from rag.types import Turn

_ASKING = (
    r"(?:(?:by|in|on|at|for|to|from|of|with|under|into|until|since)\s)?"
    r"(?:who|whom|whose|what|which|when|where|why|how)\b"
)
_ANOTHER = re.compile(rf"(?:,?\sand|;)\s(?={_ASKING})", re.IGNORECASE)
_CLAUSE_BEFORE = re.compile(
    r"\b(?:said|say|says|know|knows|knew|explain|explained|explains|tell|told|asked|decide|decided"
    r"|show|showed|shows|wonder|describe|described|person|people|man|woman|men|women|country"
    r"|company)$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"^compare\s(?P<first>.+?)\s(?:with|to|and)\s(?P<second>(?:how|what|the)\b.+?)[.?]?$", re.I
)
_EITHER = re.compile(r"[,:]\s(?P<first>[^,:?]+?),?\sor\s(?P<second>[^,:?]+?)(?=[,?]|$)")
_EITHER_NAMES = re.compile(
    r"(?P<first>\b[A-Z][\w'’.-]*(?:\s[A-Z\d][\w'’.-]*)*)\sor\s"
    r"(?P<second>[A-Z][\w'’.-]*(?:\s[A-Z\d][\w'’.-]*)*)"
)
_COMPARATIVE = re.compile(
    r"\b(?:first|last|more|most|fewer|fewest|less|least|better|worse|earlier|earliest|later|latest"
    r"|(?:old|young|long|short|high|low|larg|bigg|small|great|tall|fast|slow|heavi|near|clos|farth"
    r"|furth|cheap|rich|wid|deep|strong)(?:er|est))\b",
    re.IGNORECASE,
)
_IN_TIME = frozenset("first last earlier earliest later latest".split())
_POSITIVE = {
    **dict.fromkeys("more most fewer fewest".split(), "many"),
    **dict.fromkeys("less least".split(), "much"),
    **dict.fromkeys("farther farthest further furthest".split(), "far"),
    **dict.fromkeys("larger largest".split(), "large"),
    **dict.fromkeys("bigger biggest".split(), "big"),
    **dict.fromkeys("heavier heaviest".split(), "heavy"),
    **dict.fromkeys("wider widest".split(), "wide"),
    **dict.fromkeys("closer closest".split(), "close"),
    **dict.fromkeys("better best".split(), "good"),
    **dict.fromkeys("worse worst".split(), "bad"),
    **{
        f"{word}est": word for word in "old young long short high low small great tall fast".split()
    },
}
_CHANGED = re.compile(
    r"^how\b.*\b(?:change|move|shift|grow|rise|fall|drop|develop|differ|evolve|increase|decrease)d?\b",
    re.IGNORECASE,
)
_WHAT_CHANGED = re.compile(r"^how (?:did|has|have|had) (?P<what>.+) \w+$", re.IGNORECASE)
_EACH = re.compile(
    r"(?P<names>[A-Z][\w'’-]*(?:\s[A-Z][\w'’-]*)*(?:,\s[A-Z][\w'’-]*(?:\s[A-Z][\w'’-]*)*)*,?\sand\s"
    r"[A-Z][\w'’-]*(?:\s[A-Z][\w'’-]*)*)(?=.*\b(?:each|respectively)\b)"
)
_TIMES = re.compile(
    r"\b(?:between\s(?P<first>[^?]+?)\sand|from\s(?P<begin>[^?]+?)\sto)\s(?P<second>[^?,]+)", re.I
)
_TIME = re.compile(
    rf"\b(?:{MONTH}|{WEEKDAY}|\d{{4}}|day|week|month|year"
    r"|spring|summer|autumn|winter|start|beginning|end|approval|meetings?)\b",
    re.IGNORECASE,
)
_ELLIPTIC = re.compile(
    rf"^(?P<asking>{_ASKING}(?:\s(?:many|much|long|far|old))?)\s(?P<link>at|in|on|for|by|from|of|to|under"
    r"|after|before|during|with)\s(?P<rest>.+)$",
    re.IGNORECASE,
)
_FEWEST_WORDS = 4  # of a part that can be understood without the part before
_MOST = 3


def askings(question: str) -> tuple[str, ...]:
    """The questions that a question is made of, two or three; none where it asks one thing."""
    compared = _COMPARED.match(question)
    if compared:
        return f"{_capital(compared['first'])}?", f"{_capital(compared['second'])}?"
    asked = _cut(question)
    return tuple(_whole(asked)) if len(asked) > 1 else ()


def of_each(question: str) -> tuple[str, ...]:
    """The question asked of each of the two or three things or times that it is about; or none."""
    both = alternatives(question)
    if both is not None:
        return tuple(_measured(question, both[0], one) for one in both)
    each = _EACH.search(question)
    if each:
        names = re.split(r",?\sand\s|,\s", each["names"])
        return tuple(
            re.sub(r"\s(?:each|respectively)\b", "", question.replace(each["names"], name))
            for name in names[:_MOST]
        )
    return _moments(question)


def alternatives(question: str) -> tuple[str, str] | None:
    """The two things between which a question asks to choose, as it names them."""
    asks = re.match(_ASKING, question, re.IGNORECASE) and _COMPARATIVE.search(question)
    found = (_EITHER.search(question) or _EITHER_NAMES.search(question)) if asks else None
    return (found["first"].strip(), found["second"].strip()) if found else None


def _measured(question: str, first: str, one: str) -> str:
    """What is compared, asked of one thing: "How far from Earth lies K2-18b?"."""
    before = question[: question.index(first)].rstrip(" ,:")
    compared = _COMPARATIVE.search(before)
    if compared is None:
        return f"{before}, {one}?"
    verb = before[: compared.start()].split()[-1]
    after = before[compared.end() :].strip()
    word = compared[0].lower()
    how = "When" if word in _IN_TIME else f"How {_POSITIVE.get(word, word.removesuffix('er'))}"
    return " ".join(part for part in (how, after, verb, one) if part) + "?"


def _cut(question: str) -> list[str]:
    """The question cut where another asking begins."""
    cuts = [0]
    for found in _ANOTHER.finditer(question):
        before = question[cuts[-1] : found.start()]
        asks = re.match(_ASKING, question[cuts[-1] :], re.IGNORECASE)
        if asks and len(before.split()) > 1 and not _CLAUSE_BEFORE.search(before):
            cuts.append(found.end())
    ends = [*cuts[1:], len(question)]
    return [question[a:b].strip(" ,;?") for a, b in zip(cuts, ends, strict=True)][:_MOST]


def _whole(askings: list[str]) -> list[str]:
    """Each asking as a question that can be understood alone, as far as that is easily done."""
    first = re.sub(r",?\sand$", "", askings[0])
    whole = [f"{first}?"]
    before = Recall([Turn(question=whole[0], answer=None)])
    for asking in askings[1:]:
        elliptic = _ELLIPTIC.match(asking)
        link = f" {elliptic['link']} " if elliptic else ""
        if elliptic and link in first:
            whole.append(f"{first[: first.rindex(link)]}{link}{elliptic['rest']}?")
        elif (named := resolved(asking, before)) != asking:
            whole.append(f"{_capital(named)}?")
        elif len(asking.split()) < _FEWEST_WORDS and not _says_whole(asking):
            whole.append(f"{first} {asking}?")
        elif not any(word[0].isupper() for word in asking.split()[1:]):
            whole.append(f"{_capital(asking)}? {first}?")
        else:
            whole.append(f"{_capital(asking)}?")
    return whole


def _says_whole(asking: str) -> bool:
    """Whether a short asking is a sentence of its own: "who visited Oruna"."""
    _, *said = asking.split()
    return any(word[0].isupper() for word in said) and any(map(is_verb, said))


def _moments(question: str) -> tuple[str, ...]:
    """One question for each of the two times between which it asks what changed."""
    found = _TIMES.search(question)
    if found is None or not _CHANGED.match(question):
        return ()
    first, second = found["first"] or found["begin"], found["second"]
    if not (_TIME.search(first) and _TIME.search(second)):
        return ()
    before, after = question[: found.start()].strip(), question[found.end() :]
    what = _WHAT_CHANGED.match(before)
    asked = f"What was {what['what']}" if what else before
    return f"{asked} in {first}{after}", f"{asked} in {second}{after}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
