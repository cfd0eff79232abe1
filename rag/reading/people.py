"""People whom a text names: runs of capitalised words that are a person's, and who may be "he".

There is no model behind it. A run of capitalised words is a person's full name where its first
word is a known given name, where a title stands before it ("Mr", "Constable"), or where an age or
"who" follows ("Dana Ortiz, 34,"); never where it holds a word of places and bodies ("Park").
Later mentions by surname alone are found by it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.reading.calendar import is_calendar
from rag.reading.coverage import fold
from rag.reading.given_names import MEN, WOMEN

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*\.?")
_POSSESSIVE = re.compile(r"['’]s$|['’]$")
_PARTICLES = frozenset("al bin da de del della der di dos du el ibn la le van von y zu".split())
_MALE_TITLES = frozenset("mr sir lord king prince father baron duke emperor sheikh".split())
_FEMALE_TITLES = frozenset("mrs ms miss lady queen princess dame duchess baroness sister".split())
_TITLES = (
    _MALE_TITLES
    | _FEMALE_TITLES
    | frozenset(
        """admiral ambassador analyst archbishop attorney author bishop capt captain cardinal
        chairman chancellor chief coach col colonel commander commissioner congressman congresswoman
        constable corporal councillor councilman councilwoman deputy detective director
        doctor dr emeritus gen general gov governor inspector judge justice leader
        lieutenant lt major mayor minister officer pastor pope premier president prof
        professor rep representative rev reverend secretary sen senator sergeant sgt sheriff
        speaker spokesman spokesperson spokeswoman superintendent vice""".split()
    )
)
# Words that make a run of capitalised words the name of something else, wherever they stand in it.
_THINGS = frozenset(
    """academy act administration affairs agency airlines airport alliance arena army assembly
        association authority avenue award bank bay bill board bridge broadcasting building
        bureau cathedral center centre champions championship church city club college
        commission committee company conference congress constitution convention corp
        corporation council county court cup daily day democratic department desert district
        division election embassy enquirer europe express federation festival fire force
        forum foundation front game games garden gazette global group guardian hall high
        highway hill hospital hotel house hurricane inc industries institute international
        investigation island islands journal king lake law league library limited ltd
        magazine mail mall media memorial military ministry monument mount mountain movement
        museum national navy network new news north northern ocean office olympic olympics
        open organisation organization palace park parliament party peninsula platform
        police post power press prison prize program programme province public republic
        republican reserve resort revolution river road royal school science sea senate
        series service services society south southern square stadium staff state states
        station store storm street studios summit super supreme systems technologies temple
        territory theater theatre times tower town tribune trophy tropical trust union
        united university valley village war website week west western white world zoo""".split()
)
_TOLD_OF = re.compile(r",\swho\b|,\s(?:aged\s)?\d{1,3}\b(?!\s*(?:percent|per|%|million|people))")
_OPENINGS = frozenset(
    "the a an in on at but and for when after as while since by with from".split()
)
_SHORTEST, _LONGEST = 2, 5  # words of a full name
_GIVEN = WOMEN | MEN
_INITIAL = re.compile(r"[^\W\d_]\.")


@dataclass(frozen=True, slots=True)
class Person:
    """Someone named: the full name as one of its mentions has it, and "f", "m" or "" (unknown)."""

    name: str
    gender: str

    @property
    def surname(self) -> str:
        """The last word, folded; what the person is called when mentioned again."""
        return fold(self.name.split()[-1])


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a person is mentioned, in code points of the text; `full`: by the full name."""

    person: Person
    start: int
    end: int
    full: bool


def mentions(text: str) -> list[Mention]:
    """All mentions of people, in order; who is never given a full name is called by the surname.

    A person known by no more than a title and a surname ("Mr Kim") has that surname for a name,
    and no mention of him is full.
    """
    called: dict[str, Person] = {}
    found: list[Mention] = []
    for words in _runs(text):
        introduced = _introduced(text, words)
        if introduced is not None:
            person, start, full = introduced
            known = called.get(person.surname)
            if full and known is not None and " " in known.name and known.name != person.name:
                called[person.surname] = Person(words[-1].text, "")  # two share a surname
            elif full or known is None:
                called[person.surname] = person
            found.append(
                Mention(person if full else called[person.surname], start, words[-1].end, full)
            )
        elif len(words) == 1 and fold(words[0].text) in called:
            word = words[0]
            found.append(Mention(called[fold(word.text)], word.start, word.end, full=False))
    return found


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


def _runs(text: str) -> Iterator[list[_Token]]:
    """Runs of capitalised words with single spaces between them; particles only inside."""
    run: list[_Token] = []
    pending: list[_Token] = []
    last = 0
    for token, closes in _tokens(text):
        named = token.text[0].isupper() and len(token.text) > 1
        particle = token.text in _PARTICLES
        if run and (text[last : token.start] != " " or not (named or particle)):
            yield run
            run, pending = [], []
        if named:
            run, pending = [*run, *pending, token], []
        elif run:
            pending.append(token)
        last = len(text) if closes else token.end
    if run:
        yield run


def _tokens(text: str) -> Iterator[tuple[_Token, bool]]:
    """The words, and of each whether a full stop or a possessive ends the run there.

    The full stop of an initial or a title does not.
    """
    for found in _WORD.finditer(text):
        bare = found[0].rstrip(".")
        dotted = _INITIAL.fullmatch(found[0]) or fold(bare) in _TITLES
        word = _POSSESSIVE.sub("", found[0] if dotted else bare)
        token = _Token(word, found.start(), found.start() + len(word))
        yield token, token.end != found.end()


def _introduced(text: str, words: list[_Token]) -> tuple[Person, int, bool] | None:
    """The person that a run introduces, where the name begins, and whether it is a full one."""
    folded = [fold(word.text).rstrip(".") for word in words]
    titles = [place for place, word in enumerate(folded[:-1]) if word in _TITLES]
    at = titles[-1] + 1 if titles else _ahead_of_the_name(folded)
    name, parts = words[at:], folded[at:]
    if any(part in _THINGS or part in _TITLES for part in parts):
        return None
    if any(is_calendar(word.text) for word in name) or len(name) > _LONGEST:
        return None
    gender = _gender_of(parts[0], folded[at - 1] if titles else "")
    if len(name) == 1:
        return (Person(name[0].text, gender), name[0].start, False) if titles else None
    given = parts[0].split("-")[0]
    told = _TOLD_OF.match(text, name[-1].end) is not None
    acronym = any(len(w.text) > 1 and w.text.isupper() for w in name)
    if acronym or not (given in _GIVEN or titles or told):
        return None
    return Person(text[name[0].start : name[-1].end], gender), name[0].start, True


def _ahead_of_the_name(folded: list[str]) -> int:
    """How many words of a run come before a name: "When" in "When Ann", and "Moderator Chris"."""
    at = 1 if len(folded) > 1 and folded[0] in _OPENINGS else 0
    described = len(folded) > at + _SHORTEST and folded[at] not in _GIVEN
    return at + 1 if described and folded[at + 1] in _GIVEN else at


def _gender_of(given: str, title: str) -> str:
    first = given.split("-", maxsplit=1)[0]
    if title in _FEMALE_TITLES or first in WOMEN:
        return "f"
    return "m" if title in _MALE_TITLES or first in MEN else ""
