"""The passage cutter as a LlamaIndex node parser, for use in any LlamaIndex application."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from llama_index.core.bridge.pydantic import Field
from llama_index.core.node_parser import NodeParser
from llama_index.core.node_parser.interface import IdFuncCallable
from llama_index.core.node_parser.node_utils import build_nodes_from_splits
from llama_index.core.schema import BaseNode, Document, MetadataMode, TextNode
from llama_index.core.utils import get_tqdm_iterable

from ingest.passages import cut


def _passage_id(i: int, doc: BaseNode) -> str:
    """The same document and place give the same id, so that a rerun replaces and never doubles."""
    return str(uuid5(NAMESPACE_URL, f"{doc.node_id}#{i}"))


def _bundled_counter() -> Callable[[str], int]:
    from ingest.tokens import token_counter

    return token_counter()


class PassageParser(NodeParser):
    """Cuts documents into passages of whole sentences with exact offsets.

    Every node has `start_char_idx` and `end_char_idx`, in code points of the document's text, and
    `text[start_char_idx:end_char_idx]` is the node's text. Ids depend on the document's id and the
    node's place in it alone; `id_func` replaces the rule.
    """

    id_func: IdFuncCallable = Field(
        default=_passage_id, description="Gives a node's id from its place and its document."
    )
    count_tokens: Callable[[str], int] = Field(
        default_factory=_bundled_counter,
        exclude=True,
        description="Number of tokens of a text; by default as the bundled embedder counts.",
    )
    max_tokens: int = Field(
        default=200, gt=0, description="Length to aim for, in tokens; twice as much is the limit."
    )

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex serialises the parser."""
        return "PassageParser"

    def _parse_nodes(
        self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any
    ) -> list[BaseNode]:
        passages: list[BaseNode] = []
        for document in get_tqdm_iterable(nodes, show_progress, "Cutting passages"):
            text = document.get_content(metadata_mode=MetadataMode.NONE)
            spans = cut(text, self.count_tokens, self.max_tokens)
            parts = [text[span.start : span.end] for span in spans]
            built = build_nodes_from_splits(parts, document, id_func=self.id_func)
            for node, span in zip(built, spans, strict=True):
                node.start_char_idx, node.end_char_idx = span.start, span.end
            passages += built
        return passages

    def _postprocess_parsed_nodes(
        self, nodes: list[BaseNode], parent_doc_map: dict[str, Document]
    ) -> list[BaseNode]:
        """Adds metadata and relations as LlamaIndex does, but keeps our offsets.

        LlamaIndex searches for each node's text again, and finds a passage that repeats a part of
        an earlier one in the wrong place.
        """
        offsets = [
            (node.start_char_idx, node.end_char_idx) if isinstance(node, TextNode) else None
            for node in nodes
        ]
        processed = super()._postprocess_parsed_nodes(nodes, parent_doc_map)
        for node, offset in zip(processed, offsets, strict=True):
            if isinstance(node, TextNode) and offset is not None:
                node.start_char_idx, node.end_char_idx = offset
        return processed
