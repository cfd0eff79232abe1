"""Hybrid retrieval: nearest vectors and BM25, fused by rank, limited to what may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.archive.reading import lexical_search, visible_passages
from rag.archive.records import StoredPassage
from rag.archive.visibility import Visibility
from rag.corpus import Corpus
from rag.passage_reading import PassageReading
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

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        question = query_bundle.query_str
        engine = self._corpus.archive.engine
        by_words = lexical_search(engine, content_words(question), self._view, self._pool)
        by_meaning = self._nearest(question)
        first = fuse([by_words[:_POOL], by_meaning[:_POOL]])
        # What lies deeper than every retrieval looks comes last and lifts nothing.
        scores = fuse([by_words, by_meaning]) | first
        best = sorted(scores, key=lambda i: (i not in first, -scores[i], i))[: self._limit]
        return [
            NodeWithScore(node=as_node(passage), score=scores[passage.id])
            for passage in visible_passages(engine, best, self._view)
        ]

    def _nearest(self, question: str) -> list[str]:
        """The ids of the nearest passages that may be seen.

        Chroma knows the caller's filters but not which version is in force or under embargo, nor
        which articles are excluded, so it is asked for more until enough of what it gives may be
        seen, or it has no more.
        """
        vector = self._corpus.embedder.model.get_query_embedding(question)
        engine, asked = self._corpus.archive.engine, self._pool
        while True:
            ids = self._corpus.vectors.nearest(vector, asked, self._view.filters)
            seen = [passage.id for passage in visible_passages(engine, ids, self._view)]
            if len(seen) >= self._pool or len(ids) < asked:
                return seen[: self._pool]
            asked *= 4


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
