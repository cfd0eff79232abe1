"""The reranker: the reader's model, the bundled cross-encoder, or any LlamaIndex postprocessor."""

from typing import Any

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle
from pydantic import PrivateAttr

from rag import bundled
from rag.errors import ConfigurationError
from rag.onnx import OnnxModel
from rag.plugins import build
from rag.reading.span_model import SpanModel, span_model
from rag.reading.spans import READ, study
from rag.reading.told import hit_as_told
from rag.retrieval import hits
from rag.settings import BUNDLED_READER, BUNDLED_RERANKER, Settings


class CrossEncoder(BaseNodePostprocessor):
    """ms-marco-MiniLM-L-12-v2 as dynamic int8 ONNX: reads question and passage together.

    As its model card (cross-encoder/ms-marco-MiniLM-L-12-v2, Apache-2.0) prescribes: question and
    passage are one pair of at most 512 tokens, and the single output is a logit of relevance,
    about -11 to +11; its order is what it was trained for.
    """

    threads: int = 1
    _model: OnnxModel = PrivateAttr()

    def __init__(self, threads: int = 1, **kwargs: Any) -> None:
        super().__init__(**{"threads": threads, **kwargs})
        self._model = OnnxModel(
            bundled.locate(bundled.CROSS_ENCODER), output="logits", max_tokens=512, threads=threads
        )

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex serialises this class under."""
        return "newscite_cross_encoder"

    def scores(self, question: str, texts: list[str]) -> list[float]:
        """The relevance logit of each text to the question, in the texts' order."""
        return [float(logit[0]) for logit in self._model.run_pairs(question, texts)]

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None:
            raise ValueError("a cross-encoder needs the question")
        texts = [n.node.get_content(MetadataMode.EMBED) for n in nodes]
        scores = self.scores(query_bundle.query_str, texts)
        ranked = sorted(zip(scores, nodes, strict=True), key=lambda pair: -pair[0])
        return [NodeWithScore(node=n.node, score=score) for score, n in ranked]


class SpanReranker(BaseNodePostprocessor):
    """Orders the first few passages by the relevance that the reader's model finds in them.

    What it made of each goes with it, so that the reader need not read it again. The passages that
    it need not read stay behind those, in their order and with their scores.
    """

    threads: int = 1
    _model: SpanModel = PrivateAttr()

    def __init__(self, threads: int = 1, **kwargs: Any) -> None:
        super().__init__(**{"threads": threads, **kwargs})
        self._model = span_model(threads)

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex serialises this class under."""
        return "newscite_span_reranker"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None:
            raise ValueError("reading a passage needs the question")
        question = query_bundle.query_str
        told = [hit_as_told(question, hit) for hit in hits(nodes[:READ])]
        readings = study(self._model, question, told)
        read = [
            NodeWithScore(
                node=n.node.model_copy(update={"reading": reading}), score=reading.relevance
            )
            for n, reading in zip(nodes, readings, strict=False)
        ]
        ranked = sorted(read, key=lambda n: -(n.score or 0.0))
        return ranked + nodes[len(read) :]


def model_name(reranker: BaseNodePostprocessor) -> str:
    """A person's name for a reranker: its model's where it is ours, else its class's."""
    if isinstance(reranker, SpanReranker):
        return bundled.READER_NAME
    if isinstance(reranker, CrossEncoder):
        return bundled.CROSS_ENCODER.name
    return type(reranker).__name__


def make_reranker(settings: Settings) -> BaseNodePostprocessor:
    """Builds the configured reranker.

    Raises:
        ModelError: the bundled model's files are missing or altered.
        ConfigurationError: the setting names no bundled model and no LlamaIndex postprocessor.
    """
    spec = settings.reranker
    if spec == BUNDLED_READER:
        return SpanReranker(threads=settings.threads)
    if spec == BUNDLED_RERANKER:
        return CrossEncoder(threads=settings.threads)
    if isinstance(spec, str):
        raise ConfigurationError(
            f"NEWSCITE_RERANKER = {spec!r} is not a bundled model; use {BUNDLED_RERANKER!r} or "
            '{"class": "package.module.Class", ...} naming a LlamaIndex node postprocessor'
        )
    built: BaseNodePostprocessor = build(spec, BaseNodePostprocessor, "NEWSCITE_RERANKER")
    return built
