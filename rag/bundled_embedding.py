"""bge-small-en-v1.5, which is bundled, as a LlamaIndex embedding."""

import asyncio
from typing import Any, cast

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from rag import bundled
from rag.onnx import Array, OnnxModel
from rag.precedence import QUESTIONS

_TEXTS_AT_A_TIME = 256  # between two such groups the workers wait for the slowest text


class BundledEmbedding(BaseEmbedding):
    """bge-small-en-v1.5 as dynamic int8 ONNX: 384 numbers of unit length a text.

    As its model card (BAAI/bge-small-en-v1.5, MIT) prescribes: the vector is the last hidden
    state of the [CLS] token, L2-normalised; at most 512 tokens are read; a question may be
    preceded by an instruction and a passage never is. Similarity is the dot product.
    """

    threads: int = 1
    _model: OnnxModel = PrivateAttr()

    _QUERY_INSTRUCTION = "Represent this sentence for searching relevant passages: "

    def __init__(self, threads: int = 1, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "model_name": bundled.EMBEDDER.name,
            "embed_batch_size": _TEXTS_AT_A_TIME,
            "threads": threads,
        }
        super().__init__(**given | kwargs)
        self._model = OnnxModel(
            bundled.locate(bundled.EMBEDDER),
            output="last_hidden_state",
            max_tokens=512,
            threads=threads,
        )

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex serialises this class under."""
        return "newscite_bundled_embedding"

    def _get_text_embedding(self, text: str) -> list[float]:
        return _unit_cls(self._model.run_one(text))

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        # Texts by the hundred are an ingest's; a question is one text, above.
        found = self._model.run(texts, before=QUESTIONS.give_way)
        return [_unit_cls(states) for states in found]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(self._QUERY_INSTRUCTION + query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)


def _unit_cls(states: Array) -> list[float]:
    """The [CLS] state, (tokens, 384) -> 384, scaled to unit length."""
    first = states[0]
    return cast(list[float], (first / np.linalg.norm(first)).tolist())
