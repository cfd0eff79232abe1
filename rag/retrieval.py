"""Hybrid retrieval: nearest vectors and BM25, fused by rank, limited to what may be seen.

What the copies of a story say alike is found once, in the canonical article (`rag.stories`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.archive.reading import lexical_search, visible_passages
from rag.archive.records import StoredPassage
from rag.archive.visibility import Visibility
from rag.corpus import Corpus
from rag.passage_reading import PassageReading
from rag.stories.folding import Folding
from rag.types import Passage
from rag.words import content_words

_RRF_K = 60
_POOL = 50  # how deep each of the two rankings is read before they are fused


class PassageNode(TextNode):
    """A stored passage as LlamaIndex sees it: its headline belongs to what models read."""

    passage: StoredPassage
    reading: PassageReading | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage and the score of the last stage that ranked it; higher is better.

    `reading` is what the reader's model made of it, where that has read it already.
    """

    passage: StoredPassage
    score: float
    reading: PassageReading | None = None

    def outward(self) -> Passage:
        """The passage as those who ask are given it."""
        found = self.passage
        return Passage(
            passage_id=found.id,
            article_id=found.article_id,
            version=found.version,
            title=found.title,
            source=found.source,
            url=found.url,
            published_at=found.published_at,
            updated_at=found.updated_at,
            start=found.start,
            end=found.end,
            text=found.text,
            score=self.score,
        )


class HybridRetriever(BaseRetriever):
    """Retrieves the passages that a question may see, best first.

    The scores are reciprocal rank fusion, the sum over both rankings of 1 / (60 + rank)
    (Cormack, Clarke and Buettcher, SIGIR 2009): between 0 and 2/61. Whoever asks for more
    passages gets the same ones first.

    Args:
        corpus: what is searched.
        view: what the question may see.
        limit: how many passages are returned at most.
    """

    def __init__(self, corpus: Corpus, view: Visibility, limit: int) -> None:
        super().__init__()
        self._corpus = corpus
        self._view = view
        self._limit = limit
        self._pool = max(_POOL, limit)
        self._looked_up: dict[str, StoredPassage | None] = {}

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        question = query_bundle.query_str
        folding = Folding(self._corpus.archive.engine, self._view, question)
        vector = self._corpus.embedder.model.get_query_embedding(question)
        by_words, behind = self._ranking(partial(self._with_words, question), folding)
        by_meaning, also_behind = self._ranking(partial(self._nearest, vector), folding)
        ids_by_words, ids_by_meaning = ([p.id for p in each] for each in (by_words, by_meaning))
        first = fuse([ids_by_words[:_POOL], ids_by_meaning[:_POOL]])
        # What lies deeper than every retrieval looks comes last and lifts nothing.
        scores = fuse([ids_by_words, ids_by_meaning]) | first
        best = sorted(scores, key=lambda i: (i not in first, -scores[i], i))
        found = {passage.id: passage for passage in [*by_words, *by_meaning]}
        for rank, passage in enumerate([*behind, *also_behind], start=self._pool + 1):
            if found.setdefault(passage.id, passage) is passage:
                scores[passage.id] = 1 / (_RRF_K + rank)
                best.append(passage.id)
        return [NodeWithScore(node=as_node(found[i]), score=scores[i]) for i in best[: self._limit]]

    def _ranking(
        self, ranked_ids: Callable[[int], list[str]], folding: Folding
    ) -> tuple[list[StoredPassage], list[StoredPassage]]:
        """The best passages of one ranking that may be seen, and those to come behind all others.

        An index knows nothing of stories, and Chroma only the caller's filters, not which version
        is in force or under embargo, nor which articles are excluded. So it is asked for more until
        enough of what it gives is left, or it has no more.
        """
        asked = self._pool
        while True:
            ids = ranked_ids(asked)
            ranking, behind = folding.fold(self._visible(ids))
            if len(ranking) >= self._pool or len(ids) < asked:
                return ranking[: self._pool], behind
            asked *= 4

    def _visible(self, ids: Sequence[str]) -> list[StoredPassage]:
        """The passages that may be seen, in order; most are in both rankings, and read once."""
        if new := [i for i in ids if i not in self._looked_up]:
            found = visible_passages(self._corpus.archive.engine, new, self._view)
            self._looked_up |= dict.fromkeys(new) | {passage.id: passage for passage in found}
        return [passage for i in ids if (passage := self._looked_up[i])]

    def _with_words(self, question: str, limit: int) -> list[str]:
        engine = self._corpus.archive.engine
        return lexical_search(engine, content_words(question), self._view, limit)

    def _nearest(self, vector: list[float], limit: int) -> list[str]:
        return self._corpus.vectors.nearest(vector, limit, self._view.filters)


def fuse(rankings: Sequence[Sequence[str]]) -> dict[str, float]:
    """Reciprocal rank fusion: for each id the sum of 1 / (60 + rank), ranks starting at 1."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (_RRF_K + rank)
    return scores


def as_node(passage: StoredPassage) -> PassageNode:
    """A passage as a LlamaIndex node with its offsets; models read headline and text."""
    return PassageNode(
        id_=passage.id,
        text=passage.readable,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        extra_info={"title": passage.title},
        metadata_template="{value}",
        text_template="{metadata_str}\n{content}",
        passage=passage,
    )


def hits(nodes: Sequence[NodeWithScore]) -> list[Hit]:
    """The passages behind ranked nodes, in their order."""
    return [
        Hit(n.node.passage, n.score or 0.0, n.node.reading)
        for n in nodes
        if isinstance(n.node, PassageNode)
    ]
