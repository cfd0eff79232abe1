"""What ingest costs beside embedding, which is the floor: three ways over the same articles.

    python tests/benchmarks/ingesting.py ARTICLES.jsonl [--articles 60] [--rounds 3]

Takes the first articles of a JSONL file and, in turns, `--rounds` times over:

- raw: embeds their passages with the bundled model and does nothing else, in each of the ways that
  tests/benchmarks/embedding.py compares (tokenising included); the best way of all rounds counts;
- newscite: from the file to the archive and both indexes;
- LlamaIndex: IngestionPipeline over the same passages (our node parser), the same model in its
  default batches of 10, into a ChromaVectorStore.

Prints the best passages a second of each and the ratios. Then delivers the same articles again under
new ids until there are `--unchanged`, with vectors that cost nothing, and times the rerun in which
nothing has changed. Every corpus begins empty, in a temporary folder; loading models and opening
it is not counted, of nobody.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
import onnxruntime
from chromadb.config import Settings as ChromaSettings
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import Document
from llama_index.vector_stores.chroma import ChromaVectorStore
from pydantic import PrivateAttr
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).parent))
from embedding import passages_of, ways

from ingest.cleaning import clean
from ingest.node_parser import PassageParser
from ingest.pipeline import Pipeline
from ingest.sources import Delivered, read
from ingest.summary import Summary
from rag import bundled
from rag.opening import open_corpus
from rag.settings import Settings
from rag.types import Article


def main() -> None:
    """Prints the ratios and the rerun's rate."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", type=Path)
    options.add_argument("--articles", type=int, default=60)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--unchanged", type=int, default=10_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "part.jsonl"
        part.write_bytes(b"".join(_lines(given.file, given.articles)))
        _side_by_side(part, given.rounds)
        _rerun(given.file, given.unchanged, Path(folder))


def _lines(file: Path, count: int) -> list[bytes]:
    with file.open("rb") as lines:
        return list(islice(lines, count))


def _side_by_side(part: Path, rounds: int) -> None:
    articles = [item.article for item in read(part) if isinstance(item, Delivered)]
    passages = passages_of(articles)
    best = dict.fromkeys(("raw", "newscite", "LlamaIndex"), float("inf"))
    for _ in range(rounds):
        for way in ways(passages).values():
            best["raw"] = min(best["raw"], _seconds(way))
        with tempfile.TemporaryDirectory() as folder:
            best["newscite"] = min(best["newscite"], _ingested(Path(folder), part).seconds)
        best["LlamaIndex"] = min(best["LlamaIndex"], _llama_index(articles))
    print(f"{len(articles)} articles, {len(passages)} passages, best of {rounds}")
    for name, seconds in best.items():
        rate = len(passages) / seconds
        print(f"{name:12} {rate:6.1f} passages/s  {best['raw'] / seconds:.2f} of raw")
    print(f"newscite : LlamaIndex = {best['LlamaIndex'] / best['newscite']:.2f}")


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _ingested(folder: Path, part: Path, **settings: Any) -> Summary:
    with open_corpus(Settings(data_dir=folder, **settings), "benchmark") as corpus:
        return Pipeline(corpus).run(read(part))


class _Plain(BaseEmbedding):
    """The bundled model as LlamaIndex's integrations run theirs: batch by batch, all threads."""

    _session: Any = PrivateAttr()
    _tokenizer: Any = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        super().model_post_init(context)
        model = bundled.locate(bundled.EMBEDDER)
        self._session = onnxruntime.InferenceSession(str(model.onnx))
        self._tokenizer = Tokenizer.from_file(str(model.tokenizer))
        self._tokenizer.enable_truncation(512)
        self._tokenizer.enable_padding()

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        encoded = self._tokenizer.encode_batch(texts)
        feed = {
            "input_ids": np.array([e.ids for e in encoded]),
            "attention_mask": np.array([e.attention_mask for e in encoded]),
            "token_type_ids": np.array([e.type_ids for e in encoded]),
        }
        first = self._session.run(["last_hidden_state"], feed)[0][:, 0]
        vectors: list[list[float]] = (first / np.linalg.norm(first, axis=1, keepdims=True)).tolist()
        return vectors

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def _llama_index(articles: Sequence[Article]) -> float:
    documents = [Document(text=clean(a.text or ""), metadata={"title": a.title}) for a in articles]
    with tempfile.TemporaryDirectory() as folder:
        client = chromadb.PersistentClient(folder, ChromaSettings(anonymized_telemetry=False))
        collection = client.create_collection("passages", embedding_function=None)
        pipeline = IngestionPipeline(
            transformations=[PassageParser(), _Plain()],
            vector_store=ChromaVectorStore(chroma_collection=collection),
        )
        return _seconds(lambda: pipeline.run(documents=documents))


class Hashed(BaseEmbedding):
    """Vectors that cost nothing: what is timed is all the rest."""

    def _get_text_embedding(self, text: str) -> list[float]:
        seed = hash(text) & 0xFFFFFFFF
        vector = np.random.default_rng(seed).standard_normal(384)
        return list(vector / np.linalg.norm(vector))

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def _rerun(file: Path, count: int, folder: Path) -> None:
    many = folder / "many.jsonl"
    with many.open("wb") as out:
        out.writelines(islice(_renamed(file), count))
    embedding = {"class": f"{Hashed.__module__}.Hashed"}
    first = _ingested(folder / "many", many, embedding=embedding)
    again = _ingested(folder / "many", many, embedding=embedding)
    print(
        f"{again.seen} articles again: {again.unchanged} unchanged, {again.passages} passages "
        f"embedded, {again.seen / again.seconds:,.0f} articles/s (at first {first.added} added, "
        f"{first.seen / first.seconds:,.0f} articles/s without embedding); {os.cpu_count()} cores"
    )


def _renamed(file: Path) -> Iterator[bytes]:
    """The file's articles over and over, each time with other ids and a line of their own."""
    articles = [json.loads(line) for line in file.open("rb")]
    number = 0
    while True:
        for article in articles:
            number += 1
            changed = article | {
                "id": f"copy-{number}", "url": None,
                "text": f"{article['text']}\n\nThis is delivery {number}.",
            }  # fmt: skip
            yield json.dumps(changed).encode() + b"\n"


if __name__ == "__main__":
    main()
