"""Does a span of an article say what a statement says? Decided by words, and strictly.

No model is asked, so that the same statement always gets the same verdict and the verdict can be
explained. All words are wanted because one false word among fourteen true ones makes a sentence
false, and no share of them tells which one it is. They are wanted in one sentence, because true
halves of two make a false whole. A statement passes if a sentence of the article holds

- all of its figures, dates and units, and its quotations, word for word;
- all of its names and other content words, by their stems, but for the few that weigh nothing
  (`same_words.py`), and for those that say who "she" is, which the sentences before it or the
  headline may lend: names, and what begins the statement, at most half of all;
- nothing that turns its words around: no denial on one side alone, no opposite, no other order of
  names, and nothing that the article only reports, alleges or foresees and the statement tells as
  so.

What words cannot show passes: roles that are swapped between things without names ("the guard shot
the thief"), or true clauses of a sentence put together wrongly. docs/generative.md has the measured
rates.
"""

import itertools
import re
from dataclasses import dataclass
from functools import cached_property

from rag.quoting import verify_quote
from rag.word_keys import WordKey, word_keys
from rag.writing.cues import Cue, cues, scopes
from rag.writing.opposites import opposed
from rag.writing.same_words import UNWEIGHED, unified

_FEWEST = 2  # words: one alone says nothing
_OWN = 0.5  # the least share of the words that the sentence itself has to have

# Words that carry no content and change it all the same.
_TELLING = frozenset(
    "all only every each both most few before after until against more less fewer under above "
    "below first last".split()
)
_WORD = re.compile(r"\w+")
_QUOTATION = re.compile(r"[\"“”«]([^\"“”«»]+)(?:[\"“”»]|$)|(?<!\w)[‘']([^‘’']{2,})[’'](?!\w)")
_MONEY = re.compile(
    r"(?:US|A|C|NZ)?([$€£¥])\s?(\d[\d.,]*\d|\d)((?:\s|-)?(?:hundred|thousand|million|billion|trillion)\b)?",
    re.IGNORECASE,
)
_CURRENCY = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen"}
_FIGURE_WORD = re.compile(r"(\d[\d.,]*\d|\d)\s?([a-z]+)")  # "38 million", "12km"
_QUALIFIED = {
    "least": re.compile(r"\b(?:at least|more than|over|no fewer than|upwards? of)\s+\W?", re.I),
    "most": re.compile(r"\b(?:up to|at most|as m(?:any|uch) as|(?:fewer|less) than)\s+\W?", re.I),
    "about": re.compile(r"\b(?:about|around|some|roughly|approximately|an estimated)\s+\W?", re.I),
    "nearly": re.compile(r"\b(?:nearly|almost|close to)\s+\W?", re.I),
}  # fmt: skip
_AGENT = re.compile(r"\bby (?:the )?(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)[A-Z]")
_TWO = 2
_PLACED = frozenset("in at near from on to of for with".split())
_CALENDAR = frozenset(
    "januar februar march april may june jul jun august septemb octob novemb decemb "
    "monda tuesda wednesda thursda frida saturda sunda".split()
)


@dataclass(frozen=True)
class Said:
    """A text as verification sees it.

    Attributes:
        text: the text.
    """

    text: str

    @cached_property
    def plain(self) -> str:
        """The text with sums of money in words: "38 million dollars" for "$38 million"."""
        return _MONEY.sub(lambda m: f"{m[2]}{m[3] or ''} {_CURRENCY[m[1]]}", self.text)

    @cached_property
    def words(self) -> list[WordKey]:
        """The content words in order."""
        return [WordKey(unified(w.key), w.particular) for w in word_keys(self.plain)]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The content words."""
        return frozenset(word.key for word in self.words)

    @cached_property
    def raw(self) -> frozenset[str]:
        """Every word as it stands, case-folded."""
        return frozenset(word.casefold() for word in _WORD.findall(self.text))

    @cached_property
    def units(self) -> frozenset[str]:
        """What is counted: the content word after each figure."""
        words = self.words
        return frozenset(
            after.key
            for figure, after in itertools.pairwise(words)
            if figure.key[0].isdigit() and not after.key[0].isdigit()
        )

    @cached_property
    def names(self) -> list[str]:
        """The names in order, each once, without those that only place or date something."""
        placed = {
            m[2].casefold() for m in re.finditer(r"\b(\w+)\s+(?:the\s+)?([A-Z]\w+)", self.text)
            if m[1].casefold() in _PLACED
        }  # fmt: skip
        return list(
            dict.fromkeys(
                w.key
                for w in self.words
                if w.particular
                and not w.key[0].isdigit()
                and w.key not in _CALENDAR
                and not any(name.startswith(w.key) for name in placed)
            )
        )

    @cached_property
    def qualified(self) -> dict[str, str]:
        """Each figure that is not told as exact, and how it is qualified."""
        found: dict[str, str] = {}
        for how, pattern in _QUALIFIED.items():
            for match in pattern.finditer(self.plain):
                first = word_keys(self.plain[match.end() :][:40])[:1]
                if first and first[0].key[0].isdigit():
                    found[first[0].key] = how
        return found

    @cached_property
    def cues(self) -> frozenset[Cue]:
        """What kinds of cue it has."""
        return cues(self.text)

    @cached_property
    def scopes(self) -> dict[Cue, frozenset[str]]:
        """For each kind of cue the words that stand in its scope and nowhere else."""
        return dict.fromkeys(Cue, frozenset[str]()) | scopes(self.text)


def support(sentence: Said, statement: Said, context: Said) -> float:
    """How much of a statement's wording an article's sentence has itself; 0 if it does not say it.

    Args:
        sentence: one of an article's.
        statement: what should say no more than the sentence.
        context: what tells the reader of the sentence who and what "it" is: the headline and the
            sentences before it.

    Returns:
        0, or 0.5 to 1: the share of the content words that are not the context's.
    """
    weighed = statement.keys - UNWEIGHED
    own = len(weighed & sentence.keys) / max(_FEWEST, len(weighed))
    supported = (
        own >= _OWN
        and len(weighed) >= _FEWEST
        and _words_stand(sentence, statement, context)
        and _quotations_stand(sentence.text, statement.text)
        and _keeps_its_status(sentence, statement)
        and _same_figures(sentence, statement)
        and (statement.raw & _TELLING) <= sentence.raw
        and not opposed(statement.raw, sentence.raw)
        and _same_order(sentence, statement)
    )
    return own if supported else 0.0


def _words_stand(sentence: Said, statement: Said, context: Said) -> bool:
    """Whether every word is the sentence's, or one of those that the context may lend.

    It lends names; and other words at the beginning, where "it" may stand in the sentence.
    """
    beginning = True
    for place, word in enumerate(statement.words):
        if word.key in sentence.keys:
            beginning = beginning and (word.particular and not word.key[0].isdigit())
        elif word.key in UNWEIGHED and not (word.particular and place > 0):
            continue
        elif (
            word.key[0].isdigit()
            or word.key not in context.keys
            or not (word.particular or beginning)
        ):
            return False
    return statement.units - UNWEIGHED <= sentence.keys


def _quotations_stand(told: str, statement: str) -> bool:
    quotations = [one or other for one, other in _QUOTATION.findall(statement)]
    return all(
        verify_quote(told, quotation).status == "found"
        for quotation in quotations
        if _WORD.search(quotation)
    )


def _keeps_its_status(told: Said, statement: Said) -> bool:
    """Whether what is denied, reported, alleged or only foreseen in an article stays so."""
    for cue in Cue:
        has = cue in statement.cues
        if not has and statement.keys & told.scopes[cue]:
            return False
        if (
            has
            and cue in (Cue.DENIED, Cue.ALLEGED)
            and not (cue in told.cues and statement.scopes[cue] & told.scopes[cue])
        ):
            return False
    return True


def _same_figures(told: Said, statement: Said) -> bool:
    """Whether no figure became exact, or ceased to be."""
    figures = {word.key for word in statement.words if word.key[0].isdigit()}
    return all(statement.qualified.get(f) == told.qualified.get(f) for f in figures)


def _same_order(told: Said, statement: Said) -> bool:
    """Whether who did it to whom is as it was: names in the same order, or turned by a passive."""
    ours = [name for name in statement.names if name in told.names]
    theirs = [name for name in told.names if name in statement.names]
    turned = bool(_AGENT.search(told.text)) is not bool(_AGENT.search(statement.text))
    return ours == (theirs[::-1] if turned and len(theirs) == _TWO else theirs)
