"""Who "he" is: the person whom a sentence's first pronoun stands for, where that is clear.

Wrong is worse than silent, so nobody is named unless the nearest earlier sentence that mentions
anyone mentions one person alone, who may be of that gender, and nothing between could be meant
instead ("the driver"). Kept simple on purpose: of a pronoun within a quotation, of one after
somebody's name in its own sentence, and of "it" and "they" nothing is said.
"""

import re
from collections.abc import Sequence

from rag.reading.base import Named
from rag.reading.calendar import is_calendar
from rag.reading.coverage import fold
from rag.reading.people import Mention, Person, mentions
from rag.words import STOP_WORDS

_PRONOUN = re.compile(r"(?<![\w\]’'-])(?:[Hh]e|[Ss]he|His|Her)(?![\w’'-])")
_GENDER = {"he": "m", "his": "m", "she": "f", "her": "f"}
_OTHERS = re.compile(
    r"\b(?:man|woman|boy|girl|men|women|boys|girls|husband|wife|father|mother|son|daughter|brother"
    r"|sister|suspect|suspects|gunman|attacker|driver|pilot|victim|victims|officer|officers|teenager"
    r"|spokesman|spokeswoman|spokesperson|witness|resident|passenger|patient|student|teacher|child"
    r"|prisoner|soldier|worker|employee|colleague|neighbou?r|friend|player|coach|captain|judge"
    r"|lawyer|attorney|author|professor|scientist|researcher|doctor|nurse|farmer|official|candidate"
    r"|opponent|predecessor|successor|uncle|aunt|cousin|nephew|niece|boyfriend|girlfriend|partner"
    r"|person|someone|anyone|fan|actor|actress|singer|king|queen|prince|princess|mom|mum|dad|host"
    r"|president|minister|premier|governor|mayor|chief|head|leader|guitarist|inventor|moderator)\b"
    r"|\b(?:[Tt]he|[Aa]n?|[Oo]ne|[Aa]nother)\s(?:[\w-]+\s)?(?!(?:number|other|former|water|paper|order"
    r"|border|power|summer|winter|computer|letter|cent|matter|sector|error|factor|later|further|higher"
    r"|lower|larger|greater|longer|latter|river|weather|quarter|november|december|october|september"
    r"|centre|center|cover|disorder|tower|error|major|minor|prior|corner|chapter|winner)\b)"
    r"\w{3,}(?:er|or|ist|ian|man|woman)\b",
    re.IGNORECASE,
)
_BREAK = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+(?=[\"“‘'(\[]*[A-ZÀ-ÖØ-Þ\d])|\n\s*")
_ABBREVIATED = re.compile(r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Sen|Rep|Gov|Gen|Prof|Lt|Sgt|Col|Jr)\.$")
_TITLE_BEFORE = re.compile(r"[\w-]+\s(?:of\s)?$")
_APPOSED = re.compile(r",\s(?:an?|the|who)\s[^,.;]*[,.;]?|,\s\d+,")
_ACTS = re.compile(
    r"\b([A-ZÀ-ÖØ-Þ][\w'’-]+),?\s(?:who|said|says|told|added|stated|wrote|tweeted|claimed|explained"
    r"|argued|replied|asked|called|announced|was\s(?:born|arrested|killed|found|elected))\b"
)
_SPOKEN = re.compile(r"[,.?!…]?[\"”]\s$")  # the quotation before "he said"
_FIRST_PERSON = re.compile(r"\b(?:I|[Mm]y|[Mm]e|[Ww]e|[Oo]ur)\b|\(\(")
_GOVERNED = re.compile(  # "Based on theories by Williams, he ...": no subject
    r"\b(?:by|of|with|for|from|about|against|than|like|unlike|(?<!ccording )to)\s(?:the\s)?$"
    r"|\b(?:[Hh]e|[Ss]he|[Hh]is|[Hh]er)\b.*\s$"
)
_GOES_ON = re.compile(r"[\"“'‘(\[]*(?:He|She|His|Her)\b")
_CAPITALISED = re.compile(r"(?<![\w’'-])(?=[^a-z])[^\W\d_][\w'’-]*")
_MARKS = "\"“'‘([ \n"  # what a sentence may begin with
_OPENINGS = frozenset(
    "yesterday today tomorrow meanwhile however nevertheless moreover additionally although "
    "despite following according also instead later earlier ultimately previously since like "
    "unlike".split()
)
_ONLY_TITLES = (
    re.compile(  # "United States Senator from Vermont Bernie ...", "Hollywood actress Mia"
        r"(?:(?:(?:of|from|for|the)\s)?[A-ZÀ-ÖØ-Þ][\w.'’-]*,?\s)*"
        r"(?:(?!(?:an?|the|is|was|has|had|and|by|with|to|in|on|of|\w+ed)\b)[a-z-]+\s)?"
    )
)
_REACH = 3  # sentences before, at most


def named(text: str, start: int, end: int) -> Named | None:
    """The gloss for the sentence that stands from `start` to `end` in an article's text, if any."""
    pronoun = _PRONOUN.search(text, start, end)
    if pronoun is None or _quoted(text, start, pronoun.start()):
        return None
    ahead = text[start : pronoun.start()]
    if _OTHERS.search(ahead) or not (_SPOKEN.search(ahead) or _capital(ahead) is None):
        return None
    if _FIRST_PERSON.search(_unquoted(text[start:end])):
        return None
    everyone = mentions(text[:end])
    own = [m for m in everyone if m.end > start]
    if own and ahead.strip(_MARKS):  # "When he spoke, Mr Li ...": he may be named later
        return None
    earlier = [m for m in everyone if m.end <= start]
    meant = _meant(text[:start], earlier, _GENDER[pronoun[0].lower()])
    full = [m for m in earlier if m.full and m.person == meant]
    if not full or any(m.person == meant for m in own):
        return None
    return Named(pronoun.end(), full[-1].start, full[-1].end, full[-1].person.name)


def opens_with(text: str, start: int, gloss: Named) -> bool:
    """Whether the pronoun that is glossed is the sentence's first word."""
    return _PRONOUN.fullmatch(text[start : gloss.at].lstrip(_MARKS)) is not None


def _meant(before: str, earlier: Sequence[Mention], gender: str) -> Person | None:
    """The one person that a pronoun right after this text can mean."""
    end = len(before)
    for start in _sentence_starts(before)[:_REACH]:
        here = [m for m in earlier if m.start >= start and m.end <= end]
        if _another_could_be(before, start, end, here):
            return None
        opening = _capital(before[start:end])
        goes_on = _GOES_ON.match(before, start) is not None
        if here:
            if goes_on or opening is None:
                return None
            first = start + opening
            governed = _GOVERNED.search(before, start, first)
            return None if governed else _subject(before, first, here, gender)
        if opening is not None and not goes_on:
            return None
        end = start
    return None


def _subject(before: str, first: int, here: Sequence[Mention], gender: str) -> Person | None:
    """The one person of a sentence who may be meant, if that is whom the sentence begins with.

    `first` is where its first name stands: his, or a title's or an employer's before it.
    """
    able = {m.person for m in here if m.person.gender in ("", gender)}
    leads = [m for m in here if m.person in able and m.end > first]
    if len(able) != 1 or not leads or not _ONLY_TITLES.fullmatch(before[first : leads[0].start]):
        return None
    return able.pop()


def _another_could_be(text: str, start: int, end: int, here: Sequence[Mention]) -> bool:
    """Whether a sentence has somebody else to mean: unnamed, unknown, or who writes it himself."""
    if _FIRST_PERSON.search(_unquoted(text[start:end])):
        return True
    return bool(_OTHERS.search(_apart(text, start, end, here))) or _unknown(text, start, end, here)


def _capital(text: str) -> int | None:
    """Where the first word stands whose capital letter tells a name; None where there is none."""
    for found in _CAPITALISED.finditer(text):
        opens = not text[: found.start()].strip(_MARKS)
        if not is_calendar(found[0]) and not (opens and fold(found[0]) in STOP_WORDS | _OPENINGS):
            return found.start()
    return None


def _unquoted(text: str) -> str:
    return re.sub(r"[\"“][^\"“”]*(?:[\"”]|$)|\[[^\]]*\]", " ", text)


def _sentence_starts(text: str) -> list[int]:
    """Where the sentences of a text begin, the last one first."""
    starts = [0]
    for found in _BREAK.finditer(text):
        if found.end() < len(text) and not _ABBREVIATED.search(text, starts[-1], found.start()):
            starts.append(found.end())
    return starts[::-1]


def _apart(text: str, start: int, end: int, here: Sequence[Mention]) -> str:
    """A sentence without the words that say who the people named in it are.

    "The driver" in it could be meant; "driver Jan Maas" and "Jan Maas, a driver from Delft," not.
    """
    kept = ""
    for mention in here:
        kept += _TITLE_BEFORE.sub("", text[start : mention.start]) + " "
        apposed = _APPOSED.match(text, mention.end, end)
        start = apposed.end() if apposed else mention.end
    return kept + text[start:end]


def _unknown(text: str, start: int, end: int, here: Sequence[Mention]) -> bool:
    """Whether someone speaks or acts in the sentence whose name is not known to be a person's."""
    return any(
        not any(m.start <= found.end(1) - 1 < m.end for m in here)
        for found in _ACTS.finditer(text, start, end)
    )


def _quoted(text: str, start: int, at: int) -> bool:
    """Whether a place of a sentence is within a quotation, which may have begun before it."""
    paragraph = text.rfind("\n", 0, start) + 1
    said = text[paragraph:at]
    return said.count('"') % 2 == 1 or said.count("“") > said.count("”")
