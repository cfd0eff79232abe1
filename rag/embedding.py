"""The embedder: the bundled bge-small-en-v1.5, or any LlamaIndex embedding that is configured.

LlamaIndex takes a second to import, so the bundled one is opened when it is first needed: to
examine a corpus or to back it up takes none.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rag import bundled
from rag.errors import ConfigurationError
from rag.plugins import build
from rag.settings import BUNDLED_EMBEDDING, Settings

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding


@dataclass(frozen=True)
class Embedder:
    """An embedding with the identity that a collection of its vectors is stored under.

    Attributes:
        opened: gives the model; called once, when the first vectors are wanted.
        name: a person's name for it.
        fingerprint: changes whenever its vectors would (weights, or the configured arguments).
    """

    opened: "Callable[[], BaseEmbedding]"
    name: str
    fingerprint: str

    @cached_property
    def model(self) -> "BaseEmbedding":
        """What computes the vectors."""
        return self.opened()


def make_embedder(settings: Settings) -> Embedder:
    """Builds the configured embedder.

    Raises:
        ModelError: the bundled model's files are missing or altered.
        ConfigurationError: the setting names no bundled model and no LlamaIndex embedding.
    """
    spec = settings.embedding
    if spec == BUNDLED_EMBEDDING:
        bundled.locate(bundled.EMBEDDER)  # an altered file is told at once

        def opened() -> "BaseEmbedding":
            from rag.bundled_embedding import BundledEmbedding

            return BundledEmbedding(threads=settings.threads)

        return Embedder(opened, BUNDLED_EMBEDDING, bundled.EMBEDDER.onnx_sha256)
    if isinstance(spec, str):
        raise ConfigurationError(
            f"NEWSCITE_EMBEDDING = {spec!r} is not a bundled model; use {BUNDLED_EMBEDDING!r} or "
            '{"class": "package.module.Class", ...} naming a LlamaIndex embedding'
        )
    from llama_index.core.base.embeddings.base import BaseEmbedding

    built: BaseEmbedding = build(spec, BaseEmbedding, "NEWSCITE_EMBEDDING")
    secretless = {k: v for k, v in spec.items() if "key" not in k.lower()}
    fingerprint = hashlib.sha256(json.dumps(secretless, sort_keys=True).encode()).hexdigest()
    return Embedder(lambda: built, built.model_name, fingerprint)


def passage_input(title: str, text: str) -> str:
    """What is embedded for a passage: the headline sets the scene, but is never quoted."""
    return f"{title}\n{text}" if title else text
