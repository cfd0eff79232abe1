"""Leaves boilerplate out of what may be cited of retrieved passages."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from llama_index.core.schema import NodeWithScore
from sqlalchemy import Connection

from rag.archive import Archive
from rag.archive.reading import texts_of_versions
from rag.archive.records import StoredPassage
from rag.archive.repetition import headlines_over
from rag.boilerplate.citable import citable
from rag.boilerplate.repeated import repeated
from rag.retrieval import PassageNode, as_node

_LOOKED_UP = 8  # of the passages, those whose repeated lines are looked for; more are seldom read
_MATCHES = 60  # passages that are looked at for a line


def without_boilerplate(nodes: Sequence[NodeWithScore], archive: Archive) -> list[NodeWithScore]:
    """The passages with those of their sentences that may be cited; last those that have none.

    Their text and all offsets stay as they are: a reader sees the whole article.

    Args:
        nodes: retrieved passages, best first.
        archive: where their articles are.
    """
    found = [_passage(of) for of in nodes]
    keys = list(dict.fromkeys((passage.article_id, passage.version) for passage in found))
    texts = dict(zip(keys, texts_of_versions(archive.engine, keys), strict=True))
    useful: list[NodeWithScore] = []
    empty: list[NodeWithScore] = []
    with archive.engine.connect() as connection:
        for of, passage in zip(nodes, found, strict=True):
            text = texts[passage.article_id, passage.version]
            kept = citable(text, passage.sentences)
            if kept and len(useful) < _LOOKED_UP:
                kept = _not_repeated(kept, text, passage, connection)
            out = tuple(place for place in passage.sentences if place not in kept)
            node = as_node(replace(passage, sentences=kept, left_out=out))
            (useful if kept else empty).append(NodeWithScore(node=node, score=of.score))
    return useful + empty


def _passage(of: NodeWithScore) -> StoredPassage:
    if not isinstance(of.node, PassageNode):
        raise TypeError("only stored passages have sentences")
    return of.node.passage


def _not_repeated(
    sentences: tuple[tuple[int, int], ...],
    text: str,
    passage: StoredPassage,
    connection: Connection,
) -> tuple[tuple[int, int], ...]:
    headlines = partial(headlines_over, connection, source=passage.source, limit=_MATCHES)
    lines = repeated(text, (sentences[0][0], sentences[-1][1]), headlines)
    return tuple(
        (start, end) for start, end in sentences if not any(a <= start < b for a, b in lines)
    )
