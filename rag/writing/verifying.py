"""Finds the span of an article that says what a sentence says: where it cites, else elsewhere."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.archive.records import StoredPassage
from rag.dateline import after_dateline
from rag.passage_reading import PassageReading
from rag.reading import Evidence
from rag.reading.prose import planted
from rag.retrieval import Hit
from rag.words import folded
from rag.writing.base import Statement
from rag.writing.draft import Draft
from rag.writing.support import Said, support

_LONGEST_RUN = 3  # sentences of a span: one that says it, and those that say who "he" is
_LONGEST_TEXT = 600  # characters of a sentence; what is longer is none
# How much less than the best sentence of all passages a cited one may score with the reader's
# model: what is about something else does not answer, however true it is. On the development
# questions 101 of the 110 gold quotes that are among the passages at all score this much.
_RELEVANT = 6.0

_CITING = re.compile(r"\[\d+\]")  # an article that cites by numbers may pass for an answer
_UNPRINTABLE = re.compile(r"[<>{}\[\]|\\]|\b(?:https?|ftp|javascript|data|mailto):|\bwww\.|\w@\w")
# The question said again answers nothing, and "the answer is nine" does not say to what.
_EMPTY = re.compile(r"\?[.\s]*\Z|\A\W*the answer (?:is|was)\b", re.IGNORECASE)
_ENDED = re.compile(r"[.!?…][\"”’')]*\Z")


@dataclass(frozen=True, slots=True)
class Verified:
    """A sentence that holds, and whether it had to be given another citation than its own."""

    statement: Statement
    moved: bool


class Sources:
    """The passages that a model was shown, in the order of their numbers, as sources of citations.

    Args:
        hits: the passages.
        readings: what the reader's model made of each.
    """

    def __init__(self, hits: Sequence[Hit], readings: Sequence[PassageReading]) -> None:
        self.hits = hits
        least = max((reading.score for reading in readings), default=0.0) - _RELEVANT
        self._sources = [
            _Source(hit, {s.number for s in reading.sentences if s.score >= least})
            for hit, reading in zip(hits, readings, strict=True)
        ]

    def verified(self, draft: Draft) -> Verified | None:
        """The draft with spans that support it: those it cites, or else one other; or None.

        Each span by itself says all that the draft says; a cited one that does not is left out.
        """
        text = draft.text if _ENDED.search(draft.text) else f"{draft.text}."
        if len(text) > _LONGEST_TEXT or _EMPTY.search(text):
            return None
        if _UNPRINTABLE.search(text) or planted(text):
            return None
        if not draft.cited and text != draft.text:  # it was cut off
            return None
        said = Said(text)
        cited = [self._sources[n - 1] for n in draft.cited if 1 <= n <= len(self._sources)]
        found = [span for source in cited if (span := source.best(said))]
        moved = not found
        if moved:
            others = (source for source in self._sources if source not in cited)
            found = [span for source in others if (span := source.best(said))][:1]
        if not found:
            return None
        return Verified(Statement(text, tuple(self._with_copies(span) for span in found)), moved)

    def _with_copies(self, span: Evidence) -> Evidence:
        """The span, with the other articles among the sources that carry it too."""
        own, said = span.passage.article_id, folded(span.text)
        copies = [
            hit.passage.article_id
            for hit in self.hits
            if hit.passage.article_id != own and said in folded(hit.passage.text)
        ]
        return replace(span, syndicated_in=tuple(dict.fromkeys(copies)))


class _Source:
    """A passage, of which the `relevant` sentences may be cited, with those before them.

    A blank one, which was planted for machines (`rag.reading.told`), may not.
    """

    def __init__(self, hit: Hit, relevant: set[int]) -> None:
        self._passage = hit.passage
        self._relevant = relevant

    def best(self, statement: Said) -> Evidence | None:
        """The shortest span that supports the statement, and of these the one that does so most.

        Its last sentence says all of it, and those before that say who or what is meant.
        """
        best = (-_LONGEST_RUN - 1, 0.0)
        found = None
        for length, span, sentence, context in self._spans:
            share = support(sentence, statement, context)
            if share and (-length, share) > best:
                best, found = (-length, share), span
        return found

    @cached_property
    def _spans(self) -> list[tuple[int, Evidence, Said, Said]]:
        return list(self._runs())

    def _runs(self) -> Iterator[tuple[int, Evidence, Said, Said]]:
        """Runs of adjacent sentences that end with a relevant one.

        Each with how many it has, the last one, and what goes before that, headline and all.
        """
        of = self._passage
        headline = [part for part in (of.title, of.source, of.dateline) if part]
        texts, starts = [], []
        for start, end in of.sentences:
            text = of.text[start - of.start : end - of.start]
            skipped = after_dateline(text)
            texts.append(text[skipped:])
            starts.append(start + skipped)
        for last in sorted(self._relevant):
            sentence, end = Said(texts[last]), of.sentences[last][1]
            for first in range(last, max(-1, last - _LONGEST_RUN), -1):
                if not texts[first].strip() or _CITING.search(texts[first]):
                    break
                if first < last and not _adjoin(of, first):
                    break
                context = Said(" ".join([*headline, *texts[first:last]]))
                yield last - first + 1, Evidence(of, starts[first], end), sentence, context


def _adjoin(passage: StoredPassage, number: int) -> bool:
    """Whether nothing stands between a sentence and the next: no boilerplate that was left out."""
    end, start = passage.sentences[number][1], passage.sentences[number + 1][0]
    return not passage.text[end - passage.start : start - passage.start].strip()
