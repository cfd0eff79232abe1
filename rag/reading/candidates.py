"""Sentences that may go into an answer, and how the few that do are put together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.archive.records import StoredPassage
from rag.dateline import after_dateline
from rag.reading.base import Evidence
from rag.reading.coverage import Demands
from rag.reading.coverage import Evidence as Body
from rag.reading.reference import leans
from rag.retrieval import Hit
from rag.words import folded

Version = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """The `number`th sentence of a passage, without its dateline, and how well it fits.

    `rank` is its passage's; `score` is on the scale of whoever scored it.
    """

    hit: Hit
    rank: int
    number: int
    start: int
    end: int
    score: float = 0.0

    @property
    def text(self) -> str:
        """The sentence itself."""
        passage = self.hit.passage
        return passage.text[self.start - passage.start : self.end - passage.start]

    @property
    def version(self) -> Version:
        """The article version it stands in."""
        return version_of(self.hit.passage)

    def as_passage(self, since: int | None = None) -> StoredPassage:
        """This sentence as if it were a passage, from an earlier place of its text if one is given.

        Args:
            since: a place in the article's text within the passage, not after the sentence's start.
        """
        whole, start = self.hit.passage, self.start if since is None else since
        text = whole.text[start - whole.start : self.end - whole.start]
        place = (start, self.end)
        return replace(whole, start=start, end=self.end, text=text, sentences=(place,))

    def before(self) -> "Candidate | None":
        """The sentence before this one in its passage, if it is there and not blank."""
        return self._beside(self.number - 1)

    def after(self) -> "Candidate | None":
        """The sentence after this one in its passage, if it is there and not blank."""
        return self._beside(self.number + 1)

    def _beside(self, number: int) -> "Candidate | None":
        if not 0 <= number < len(self.hit.passage.sentences):
            return None
        beside = candidate(self.hit, self.rank, number)
        return beside if beside.text.strip() else None

    @property
    def place(self) -> tuple[Version, int]:
        """The same for the same sentence of overlapping passages: its version and beginning."""
        return self.version, self.start

    def as_evidence(self, candidates: "Sequence[Candidate]") -> Evidence:
        """This sentence, with the other articles among the candidates that carry it too."""
        said = folded(self.text)
        copies = [
            c.hit.passage.article_id
            for c in candidates
            if c.hit.passage.article_id != self.hit.passage.article_id and folded(c.text) == said
        ]
        return Evidence(self.hit.passage, self.start, self.end, tuple(dict.fromkeys(copies)))


def candidate(hit: Hit, rank: int, number: int, score: float = 0.0) -> Candidate:
    """The `number`th sentence of a hit's passage."""
    start, end = hit.passage.sentences[number]
    first = hit.passage.text[start - hit.passage.start : end - hit.passage.start]
    return Candidate(hit, rank, number, start + after_dateline(first), end, score)


def choose(
    rivals: Sequence[Candidate], asked: Demands, bodies: dict[Version, Body], limit: int
) -> list[Candidate]:
    """The best sentence, which is the first, and of the others those that may join it.

    Each is said once, and one from another article has to name all that the question names.
    """
    best = rivals[0]
    chosen: list[Candidate] = []
    for rival in rivals:
        if len(chosen) == limit:
            break
        if folded(rival.text) in {folded(c.text) for c in chosen}:
            continue
        own = bodies[rival.version]
        if rival.version == best.version or all(map(own.has_name, asked.names)):
            chosen.append(rival)
    return chosen


def with_antecedents(question: str, chosen: Sequence[Candidate], limit: int) -> list[Candidate]:
    """Adds to each sentence that leans on the one before it that sentence, up to the limit."""
    result = list(chosen)
    for one in chosen:
        before = one.before() if leans(question, one.text) else None
        if before is None or len(result) == limit:
            continue
        if (before.version, before.start) not in {(c.version, c.start) for c in result}:
            result.append(before)
    return result


def in_reading_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Article by article, in the order in which they were chosen, each as it was written."""
    versions = list(dict.fromkeys(one.version for one in chosen))
    return sorted(chosen, key=lambda c: (versions.index(c.version), c.start))


def remarks(chosen: Sequence[Evidence]) -> list[str]:
    """What to mind about the cited articles."""
    return [
        f"“{evidence.passage.title}” carries a correction: {evidence.passage.correction}"
        for evidence in {e.passage.article_id: e for e in chosen}.values()
        if evidence.passage.correction
    ]


def version_of(passage: StoredPassage) -> Version:
    """The article version that a passage is of."""
    return passage.article_id, passage.version
