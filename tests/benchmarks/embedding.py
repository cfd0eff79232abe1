"""How to run the bundled embedder on this machine: batch sizes and workers, side by side.

    python tests/benchmarks/embedding.py

Embeds the same passages of the sample corpus in each way in turns, several times over, and prints
passages a second and the ratio to the way that ships: one passage a run, one single-threaded worker
a core. Ratios of one run are comparable; the absolute figures drift with the machine.
"""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from ingest.cleaning import clean, clean_line
from ingest.passages import cut
from ingest.sources import Delivered, find_files, read
from ingest.tokens import token_counter
from rag import bundled
from rag.embedding import passage_input
from rag.types import Article

_ROUNDS = 3


def main() -> None:
    """Prints the table."""
    texts = _passages() * 2
    compared = ways(texts)
    best = dict.fromkeys(compared, float("inf"))
    for _ in range(_ROUNDS):
        for name, way in compared.items():
            began = time.perf_counter()
            way()
            best[name] = min(best[name], time.perf_counter() - began)
    ships = next(iter(best.values()))
    for name, seconds in best.items():
        print(f"{name:48} {len(texts) / seconds:6.1f} passages/s  {ships / seconds:.2f}")


def ways(texts: list[str]) -> dict[str, Callable[[], None]]:
    """The ways to embed these texts that are compared, by what they are; the first one ships."""
    cores = os.cpu_count() or 1
    return {
        f"one a run, {cores} workers of 1 thread (ships)": _way(texts, 1, cores, 1),
        f"one a run, 1 worker of {cores} threads": _way(texts, 1, 1, cores),
        f"batches of 8, 1 worker of {cores} threads": _way(texts, 8, 1, cores),
        f"batches of 32, 1 worker of {cores} threads": _way(texts, 32, 1, cores),
        f"batches of 8, {cores} workers of 1 thread": _way(texts, 8, cores, 1),
        "one a run, 1 worker of 1 thread": _way(texts, 1, 1, 1),
    }


def _passages() -> list[str]:
    sample = find_files([Path(str(files("ingest") / "sample"))])
    return passages_of(
        [item.article for file in sample for item in read(file) if isinstance(item, Delivered)]
    )


def passages_of(articles: Sequence[Article]) -> list[str]:
    """What is embedded of these articles."""
    count = token_counter()
    texts = [(clean_line(article.title), clean(article.text or "")) for article in articles]
    return [
        passage_input(title, text[span.start : span.end])
        for title, text in texts
        for span in cut(text, count)
    ]


def _way(texts: list[str], batch: int, workers: int, threads: int) -> Callable[[], None]:
    model = bundled.locate(bundled.EMBEDDER)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(model.onnx), options)
    tokenizer = Tokenizer.from_file(str(model.tokenizer))
    tokenizer.enable_truncation(512)
    tokenizer.enable_padding()
    batches = [texts[at : at + batch] for at in range(0, len(texts), batch)]

    def run(one: list[str]) -> None:
        encoded = tokenizer.encode_batch(one)
        session.run(
            ["last_hidden_state"],
            {
                "input_ids": np.array([e.ids for e in encoded]),
                "attention_mask": np.array([e.attention_mask for e in encoded]),
                "token_type_ids": np.array([e.type_ids for e in encoded]),
            },
        )

    def way() -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(run, batches))

    return way


if __name__ == "__main__":
    main()
