"""Which of the passages that a question finds are of its story.

A passage is if it is near enough to the question and, above all, to the passages that answer best:
a later article of an event seldom has the question's words. The score is the cosine of its vector
with the question's and, counted twice, with the nearest of theirs: pseudo-relevance feedback
(Rocchio 1971) with the maximum for the mean, so that the two articles that a comparison asks about
may each have company. What has none of the names that the question has, such as another ferry that
sank, has to be nearer still.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.archive.reading import texts_of_versions
from rag.archive.stories import Member, Story, stories_of
from rag.archive.visibility import Visibility
from rag.corpus import Corpus
from rag.reading.candidates import Version, version_of
from rag.reading.coverage import Evidence as Body
from rag.reading.coverage import demands
from rag.retrieval import Hit
from rag.vectors import Vector

_FLOOR = 0.74  # this and the next chosen with bge-small-en-v1.5, see docs/timeline.md
_FLOOR_UNNAMED = 0.79  # of an article that names nothing that the question names
_OFF_THE_POINT = -4.0  # the relevance below which even the best passage is about something else
_ANCHORS = 3  # passages that answer best, at most
_CLOSE = 2.0  # how much less relevant than the best of them one may be
_WEIGHT = 2.0  # of the nearness to them, where that to the question has 1


@dataclass(frozen=True, slots=True)
class Related:
    """A passage of an article of the story.

    Attributes:
        hit: the passage.
        members: the article and all that are copies of it.
        names: those of the question's names that the article has.
    """

    hit: Hit
    members: tuple[Member, ...]
    names: frozenset[str]


def related(
    corpus: Corpus, view: Visibility, question: str, ranked: Sequence[Hit]
) -> list[Related]:
    """A passage of each article of the question's story, its best one; the nearest first.

    Articles that are copies are one: the earliest of those that are near.

    Args:
        corpus: where the passages are from.
        view: what the question may see.
        question: what the story is of.
        ranked: what it finds, best first and reranked; of its first the story is taken to be, if
            that is to the point as far as the reader's model has read it.
    """
    vectors = corpus.vectors.vectors([hit.passage.id for hit in ranked])
    known = [hit for hit in ranked if hit.passage.id in vectors]
    if not known or _is_off_the_point(known[0]):
        return []
    asked = np.asarray(corpus.embedder.model.get_query_embedding(question), dtype=np.float32)
    anchors = [vectors[hit.passage.id] for hit in _anchors(known)]
    nearness = [_nearness(vectors[hit.passage.id], asked, anchors) for hit in known]
    near = sorted(zip(nearness, known, strict=True), key=lambda pair: -pair[0])
    near = [(score, hit) for score, hit in near if score >= _FLOOR]
    names = demands(question).names
    named = _named(corpus, names, [hit for _, hit in near])
    near = [
        (score, hit)
        for score, hit in near
        if score >= _FLOOR_UNNAMED or not names or named[version_of(hit.passage)]
    ]
    stories = stories_of(corpus.archive.engine, {hit.passage.article_id for _, hit in near}, view)
    found: dict[Story, dict[str, Hit]] = {}
    for _, hit in near:
        article_id = hit.passage.article_id
        if article_id in stories:  # else withdrawn since it was found
            found.setdefault(stories[article_id], {}).setdefault(article_id, hit)
    told: list[Related] = []
    for story, of in found.items():
        first = next(of[m.article_id] for m in story.members if m.article_id in of)
        told.append(Related(first, story.members, named[version_of(first.passage)]))
    return told


def _is_off_the_point(best: Hit) -> bool:
    return best.reading is not None and best.reading.relevance < _OFF_THE_POINT


def _anchors(ranked: Sequence[Hit]) -> list[Hit]:
    best = ranked[0]
    return [
        hit
        for hit in ranked[:_ANCHORS]
        # What was not read has a score of another scale than what was.
        if (hit.reading is None) == (best.reading is None) and hit.score >= best.score - _CLOSE
    ]


def _named(
    corpus: Corpus, names: Sequence[str], found: Sequence[Hit]
) -> dict[Version, frozenset[str]]:
    """Which of the names each of the articles has."""
    passages = {version_of(hit.passage): hit.passage for hit in found}
    texts = texts_of_versions(corpus.archive.engine, list(passages))
    bodies = (Body(passage, text) for passage, text in zip(passages.values(), texts, strict=True))
    return {
        version: frozenset(filter(body.has_name, names))
        for version, body in zip(passages, bodies, strict=True)
    }


def _nearness(vector: Vector, asked: Vector, anchors: Sequence[Vector]) -> float:
    nearest = max(_cosine(vector, anchor) for anchor in anchors)
    return (_cosine(vector, asked) + _WEIGHT * nearest) / (1 + _WEIGHT)


def _cosine(one: Vector, other: Vector) -> float:
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))
