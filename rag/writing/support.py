"""Does a span of an article say what a statement says? Decided by words, and strictly.

No model is asked, so that the same statement always gets the same verdict and the verdict can be
explained. A statement passes if the span holds

- all of its names, figures, dates and units (a name may stand in the headline or byline instead);
- its quotations, word for word;
- at least `ENOUGH` of its content words, by their stems, and half of them in the span itself;
- nothing that turns its words around: no denial on one side alone, no opposite, no other order of
  names, and nothing that the span only reports, alleges or foresees and the statement tells as so.

What words cannot show passes: a paraphrase that swaps roles without names ("the guard shot the
thief"), or one false word among many true ones. docs/generative.md has the measured rates.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.quoting import verify_quote
from rag.sentences import sentence_spans
from rag.word_keys import WordKey, word_keys
from rag.writing.cues import Cue, cues, scopes
from rag.writing.opposites import opposed

ENOUGH = 0.8
"""The least share of a statement's content words that an article has to have."""

_OWN = 0.5  # the least share that the span itself has to have, whatever the headline adds

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
        return word_keys(self.plain)

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
            if figure.particular and figure.key[0].isdigit() and not after.key[0].isdigit()
        )

    @cached_property
    def names(self) -> list[str]:
        """The names in order, each once, without those that only place or date something."""
        placed = {
            m[2].casefold() for m in re.finditer(r"\b(\w+)\s+([A-Z]\w+)", self.text)
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
    def sentences(self) -> list[str]:
        """Its sentences."""
        return [self.text[start:end] for start, end in sentence_spans(self.text)]

    @cached_property
    def cues(self) -> frozenset[Cue]:
        """What kinds of cue it has."""
        return cues(self.text)

    @cached_property
    def scopes(self) -> dict[Cue, frozenset[str]]:
        """For each kind of cue the words that stand in its scope and nowhere else."""
        each = [scopes(sentence) for sentence in self.sentences]
        found: dict[Cue, frozenset[str]] = {}
        for cue in Cue:
            inside = frozenset[str]().union(*(one.get(cue, frozenset()) for one in each))
            outright = frozenset[str]().union(
                *(
                    Said(sentence).keys - one.get(cue, frozenset())
                    for sentence, one in zip(self.sentences, each, strict=True)
                )
            )
            found[cue] = inside - outright
        return found


def support(span: Said, statement: Said, headline: Said) -> float:
    """The share of a statement's content words that an article's span says, or 0 where it does not.

    Args:
        span: one or more sentences of an article.
        statement: one sentence that should say no more than the span.
        headline: the article's headline, source and dateline, which lend names.

    Returns:
        0 to 1; a statement is supported from `ENOUGH` on, and nothing lies between that and 0.
    """
    if not statement.keys or not (
        _particulars_stand(span, statement, headline)
        and _quotations_stand(span.text, statement.text)
        and _keeps_its_status(span, statement)
        and _same_figures(span, statement)
        and (statement.raw & _TELLING) <= span.raw
        and not opposed(statement.raw, span.raw)
        and _same_order(span.names, statement.names)
    ):
        return 0.0
    own = len(statement.keys & span.keys) / len(statement.keys)
    share = len(statement.keys & (span.keys | headline.keys)) / len(statement.keys)
    return share if share >= ENOUGH and own >= _OWN else 0.0


def _particulars_stand(span: Said, statement: Said, headline: Said) -> bool:
    for word in statement.words:
        lent = not word.key[0].isdigit() and word.key in headline.keys
        if word.particular and word.key not in span.keys and not lent:
            return False
    return statement.units <= span.keys


def _quotations_stand(span: str, statement: str) -> bool:
    quotations = [one or other for one, other in _QUOTATION.findall(statement)]
    return all(
        verify_quote(span, quotation).status == "found"
        for quotation in quotations
        if _WORD.search(quotation)
    )


def _keeps_its_status(span: Said, statement: Said) -> bool:
    """Whether what is denied, reported, alleged or only foreseen in the span stays so."""
    for cue in Cue:
        has = cue in statement.cues
        if not has and statement.keys & span.scopes[cue]:
            return False
        if (
            has
            and cue in (Cue.DENIED, Cue.ALLEGED)
            and not (cue in span.cues and statement.scopes[cue] & span.scopes[cue])
        ):
            return False
    return True


def _same_figures(span: Said, statement: Said) -> bool:
    """Whether no figure became exact, or ceased to be."""
    figures = {word.key for word in statement.words if word.key[0].isdigit()}
    return all(statement.qualified.get(f) == span.qualified.get(f) for f in figures)


def _same_order(told: Sequence[str], stated: Sequence[str]) -> bool:
    """Whether the names that both have come in the same order: who did it to whom."""
    ours = [name for name in stated if name in told]
    theirs = [name for name in told if name in stated]
    return ours == theirs
