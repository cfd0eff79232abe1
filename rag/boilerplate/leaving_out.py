"""Leaves boilerplate out of what may be cited of retrieved passages."""

from collections.abc import Sequence
from dataclasses import replace

from llama_index.core.schema import NodeWithScore

from rag.archive import Archive
from rag.boilerplate.citable import citable
from rag.retrieval import PassageNode, as_node


def without_boilerplate(nodes: Sequence[NodeWithScore], archive: Archive) -> list[NodeWithScore]:
    """The passages with those of their sentences that may be cited.

    Their text and all offsets stay as they are: a reader sees the whole article.

    Args:
        nodes: retrieved passages, in any order.
        archive: where their articles are.
    """
    texts: dict[tuple[str, int], str] = {}
    left = []
    for of in nodes:
        if isinstance(of.node, PassageNode):
            passage = of.node.passage
            key = passage.article_id, passage.version
            if key not in texts:
                texts[key] = archive.article(*key).text
            kept = citable(texts[key], passage.sentences)
            out = tuple(place for place in passage.sentences if place not in kept)
            node = as_node(replace(passage, sentences=kept, left_out=out))
            of = NodeWithScore(node=node, score=of.score)
        left.append(of)
    return left
