"""Where the sentences of a news article begin and end, in code points.

A sentence never runs over the end of its line. Within a line the Punkt algorithm, as nupunkt
implements it, decides at every full stop, question mark and exclamation mark. The model that comes
with nupunkt learned its words from legal texts and takes "series." and "New York." for
abbreviations, so the words of the news are listed here instead. docs/sentences.md has the
measurements.

Source: Kiss and Strunk, "Unsupervised Multilingual Sentence Boundary Detection", Computational
Linguistics 32(4), 2006; the algorithm's second stage, with given instead of learned parameters.
"""

import functools
import itertools
import re
import string
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nupunkt import PunktSentenceTokenizer

# Abbreviations are written without their last full stop. Words of one letter are not listed: a
# capital one is an initial, a small one is dealt with by _NO_END.

_OPEN = """
    adm amb asst atty brig capt cdr cmdr col cpl cpt det dist dr ens fr gen gov hon insp lt maj
    messrs mlle mme mr mrs ms msgr pfc pres prof pvt rep reps rev sen sens sgt sr supt ft mt mts st
    ste approx asst ca cf esp incl vs
    ave blvd bros cie co corp cos dept esq gmbh hwy inc jr kft llc llp ltd mfg pkwy plc pte pty rd
    univ b.sc m.sc ph.d
    jan feb apr jun jul aug sept oct nov dec mon tue tues thu thurs fri
    ala ariz calif colo conn del fla ga kan ky md mich minn mo mont neb nev okla ont penn tenn tex
    va vt wis wyo
    """
"""Before a capital these end a sentence only if the next word is one of _STARTERS."""

_CLOSING = """
    art bn cal etc fig figs hrs ill ind km lb lbs mar mass max mi min mins miss mph no nos op ore
    oz pp pt sat sec sq sun tel vol wash wed yds yrs
    """
"""Before a capital these end a sentence: units, numberings, and forms that are words as well."""

_STARTERS = """
    a about according after all also although among an and another any anyone as at because before
    both but by despite during each earlier either eight even every everyone few five following for
    four from had has have he her here his how however i if in instead into is it its last later
    many meanwhile more most much my neither nine no nobody none nor not nothing now of on once one
    only or other our over seven several she since six so some someone still such ten than that the
    their then there these they this those though three through thus to two under unless until up
    upon was we were what whatever when where whether which while who whoever whose why with within
    without would yet you
    """
"""Words that begin with a capital only because a sentence begins with them."""

_AFTER_CLOCK = """
    et est edt ct cst cdt mt mst mdt pt pst pdt ast akst hst gmt bst utc cet cest eet eest msk ist
    jst aest aedt sast atlantic central eastern greenwich mountain pacific
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun
    january february march april may june july august september october november december
    jan feb mar apr aug sept oct nov dec
    """
"""Words that may follow "a.m." or "p.m." in the same sentence; before others the clock ends it."""

_FOREIGN_STOP = re.compile(
    "[\u3002\uff0e\uff01\uff1f\uff61\u0964\u0965\u06d4\u061f\u1362]+"
    "[\\s\u300d\u300f\u201d\u2019\uff09)\"']*"
)
"""Full stops of Chinese, Japanese, Hindi, Urdu, Arabic and Amharic with the closing marks after
them; they end a sentence wherever they stand (Unicode Standard Annex 29, STerm)."""

_GLUED_STOP = re.compile(r"(?<=[a-z]{3}[.!?]|\d\d%[.])(?=[A-Z][a-z]+['\u2019\s])")
"""A sentence's end whose space was lost, as in "the vote.The minister"."""

_NO_END = re.compile(r"(?:(?<![^\s(\[])[a-z]|/[A-Z])\.\Z")
"""A lone small letter, or an initial in a credit: "b. 1950", "Smith v. Jones", "NASA/J. Lee"."""

_INITIALS = re.compile(r"\b[A-Z]\.\s+[A-Z]\.")
"""Two initials, as in "J. A. Smith": "A" and "I" are words that start sentences as well."""

_FIRST_WORD = re.compile(r"[^\W\d_]+(?!\w|[-.]\w|['\u2019][A-Z])")
"""Not the small beginning of a name or address: "al-Masri", "d'Estaing", "example.org"."""

_OPENING = re.compile(r"[\"'(\u2018\u201c]+(?:\[|\u2026|\.\.)")
"""A quotation that begins with an omission: `"[...] They left."`."""

_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
"""What stands in every sentence: `[...]` or a quotation mark alone is none."""

_LONGEST = 5000
"""Characters of a line that are read at a time: nupunkt's time grows with the square of a text
without white space. The longest paragraph of 295 Wikinews articles has 3,695."""


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the start and end of every sentence of `text`, in code points.

    The spans ascend and do not overlap, begin and end with a character that is not white space, lie
    within one line each (lines end where `str.splitlines` ends them), and together hold every
    character that is not white space. Never raises.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        for start, end in _stretches(line):
            spans += _joined(text, _pieces(text, at + start, at + end))
        at += len(line)
    return spans


def _stretches(line: str) -> Iterator[tuple[int, int]]:
    """The whole line, or parts of at most `_LONGEST` characters, ended by white space if any."""
    start = 0
    while len(line) - start > _LONGEST:
        head = line[start : start + _LONGEST]
        end = start + (len(head.rsplit(maxsplit=1)[0]) if len(head.split()) > 1 else _LONGEST)
        yield start, end
        start = end
    yield start, len(line)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut at every boundary that Punkt or a foreign full stop sets; trim the parts."""
    stretch = text[start:end]
    cuts = {stop for _, stop in _punkt().span_tokenize(stretch)}
    for stop in (_FOREIGN_STOP, _GLUED_STOP):
        cuts |= {found.end() for found in stop.finditer(stretch)}
    for low, high in itertools.pairwise(sorted(cuts | {0, len(stretch)})):
        part = stretch[low:high]
        if part.strip():
            yield (
                start + low + len(part) - len(part.lstrip()),
                start + low + len(part.rstrip()),
            )


def _joined(text: str, pieces: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Undo the boundaries that leave something which is no sentence on either side."""
    spans: list[tuple[int, int]] = []
    for start, end in pieces:
        if spans and _belong_together(text, spans[-1], (start, end)):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _belong_together(text: str, left: tuple[int, int], right: tuple[int, int]) -> bool:
    """Whether no sentence ends with `left`, or none begins with `right`."""
    first = _FIRST_WORD.match(text, *right)
    if first is not None and first.group().islower():
        return True  # all in small letters; "iPhone" does begin a sentence
    if _NO_END.search(text, left[1] - 3, left[1]) or _INITIALS.match(text, left[1] - 2):
        return True
    if not _LETTER_OR_DIGIT.search(text, *left):
        return True
    return not _LETTER_OR_DIGIT.search(text, *right) and not _OPENING.match(text, *right)


@functools.cache
def _punkt() -> "PunktSentenceTokenizer":
    """nupunkt with the words above as its parameters."""
    from nupunkt import PunktParameters, PunktSentenceTokenizer
    from nupunkt.core.constants import ORTHO_LC

    letters = string.ascii_lowercase
    dotted = {".".join(of) for n in (2, 3) for of in itertools.product(letters, repeat=n)}
    clock = [f"{half}{dot}" for half in ("a.m", "p.m") for dot in ("", ".")]
    after = _AFTER_CLOCK.split()
    always = (PunktSentenceTokenizer.BREAK_RATE_MIN_COUNT,) * 2
    parameters = PunktParameters(
        abbrev_types={"...", *_OPEN.split(), *_CLOSING.split(), *dotted},
        ortho_context=dict.fromkeys(_STARTERS.split(), ORTHO_LC),
        collocations={(half, word + dot) for half in clock for word in after for dot in ("", ".")},
        abbrev_break_rates=dict.fromkeys([*_CLOSING.split(), "a.m", "p.m"], always),
    )
    return PunktSentenceTokenizer(parameters, include_common_abbrevs=False)
