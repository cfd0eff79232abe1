"""How ingest behaves as the corpus grows: peak memory, and the rate of inserting vectors.

    python tests/benchmarks/ingest_scale.py memory ARTICLES.jsonl [--sizes 1000 10000 50000]
    python tests/benchmarks/ingest_scale.py insert ARTICLES.jsonl [--passages 200000]

`memory` ingests so many articles of some 900 characters, made of the file's paragraphs with their words
in another order, from one JSONL file, each size in a process of its own, and prints the peak resident memory of the process. Vectors cost nothing here and are spread like real ones.

`insert` embeds the file's passages, makes vectors between neighbours in meaning from them (a point
between two real vectors, a little shaken, of unit length), and stores passages with such vectors
as ingest does: archive, lexical index, Chroma, ledger. It prints the rate of each 10,000 by the clock and by
the process's own time on the cores, which other work on the machine disturbs less.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parent))
from embedding import passages_of

from ingest.pipeline import Pipeline
from ingest.sources import Delivered, read
from rag.archive import NewPassage, NewVersion
from rag.archive.integrity import body_hash
from rag.embedding import make_embedder
from rag.opening import open_corpus
from rag.settings import Settings
from rag.types import PubStatus

_LENGTH = 900  # characters of an article in `memory`
_STEP = 10_000
_BATCH = 25  # articles stored at a time, of five passages each
_PER_ARTICLE = 5
_REAL = 1_000  # passages that are embedded
_SHAKEN = 0.02  # standard deviation of a vector's number, which is about 0.05 itself


def main() -> None:
    """Runs what is asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", choices=["memory", "insert", "one-size"])
    options.add_argument("file", type=Path)
    options.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 50_000])
    options.add_argument("--passages", type=int, default=200_000)
    given = options.parse_args()
    if given.what == "memory":
        _memory(given.file, given.sizes)
    elif given.what == "one-size":
        _one_size(given.file)
    else:
        _insert(given.file, given.passages)


# -- memory ------------------------------------------------------------------------------------


def _memory(file: Path, sizes: list[int]) -> None:
    paragraphs = _paragraphs(file)
    with tempfile.TemporaryDirectory() as folder:
        for size in [0, *sizes]:
            made = Path(folder) / f"{size}.jsonl"
            with made.open("w", encoding="utf-8") as out:
                out.writelines(_made(paragraphs, size))
            command = [sys.executable, __file__, "one-size", str(made)]
            print(
                subprocess.run(command, capture_output=True, text=True, check=True).stdout, end=""
            )


def _paragraphs(file: Path) -> list[str]:
    lines = (json.loads(line)["text"] for line in file.open("rb"))
    return [p for text in lines for p in text.split("\n") if 200 < len(p) < 600]


def _shuffled(paragraph: str, chosen: random.Random) -> str:
    """Its words in another order: of a few hundred paragraphs all articles would be copies."""
    words = paragraph.split()
    chosen.shuffle(words)
    return " ".join(words)


def _made(paragraphs: list[str], count: int) -> Iterator[str]:
    chosen = random.Random(5)
    for number in range(count):
        text = ""
        while len(text) < _LENGTH:
            text += _shuffled(chosen.choice(paragraphs), chosen) + "\n\n"
        yield json.dumps({"id": f"made-{number}", "title": f"Story {number}", "text": text}) + "\n"


def _one_size(made: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), embedding={"class": "ingesting.Hashed"})
        with open_corpus(settings, "benchmark") as corpus:
            summary = Pipeline(corpus).run(read(made) if made.stat().st_size else [])
            vectors = corpus.vectors.count()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{summary.seen:7} articles, {vectors:7} passages: peak {peak:6.0f} MiB", flush=True)


# -- insert ------------------------------------------------------------------------------------


def _insert(file: Path, wanted: int) -> None:
    articles = [item.article for item in read(file) if isinstance(item, Delivered)]
    texts = passages_of(articles)[:_REAL]
    model = make_embedder(Settings()).model
    real = np.array(model.get_text_embedding_batch(texts), dtype=np.float32)
    paragraphs = _paragraphs(file)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        with open_corpus(settings, "benchmark") as corpus:
            clock, cpu = time.perf_counter(), time.process_time()
            batches = _batches(real, paragraphs)
            for stored in range(0, wanted, _BATCH * _PER_ARTICLE):
                if stored and stored % _STEP == 0:
                    took, used = time.perf_counter() - clock, time.process_time() - cpu
                    print(
                        f"{stored:7} passages: {_STEP / took:6.0f}/s, {_STEP / used:6.0f} a second "
                        "of the cores", flush=True,
                    )  # fmt: skip
                    clock, cpu = time.perf_counter(), time.process_time()
                corpus.add(next(batches))


def _batches(real: npt.NDArray[np.float32], paragraphs: list[str]) -> Iterator[list[NewVersion]]:
    chosen, shuffling = np.random.default_rng(5), random.Random(5)
    number = 0
    while True:
        batch = []
        for _ in range(_BATCH):
            drawn = chosen.integers(len(paragraphs), size=_PER_ARTICLE)
            parts = [_shuffled(paragraphs[i], shuffling) for i in drawn]
            number += 1
            batch.append(_version(number, parts, _between(real, chosen)))
        yield batch


def _between(real: npt.NDArray[np.float32], chosen: np.random.Generator) -> npt.NDArray[np.float64]:
    """As many vectors as an article has passages: points between two real ones, shaken."""
    one, two = real[chosen.integers(len(real), size=(2, _PER_ARTICLE))]
    part = chosen.uniform(0, 1, size=(_PER_ARTICLE, 1))
    mixed = part * one + (1 - part) * two + chosen.normal(0, _SHAKEN, size=one.shape)
    unit: npt.NDArray[np.float64] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return unit


def _version(number: int, parts: list[str], vectors: npt.NDArray[np.float64]) -> NewVersion:
    text = "\n\n".join(parts)
    passages, at = [], 0
    for part, vector in zip(parts, vectors, strict=True):
        span = (at, at + len(part))
        passages.append(NewPassage(*span, (span,), vector.tolist()))
        at += len(part) + 2
    fields = {
        "title": f"Story {number}", "text": text, "authors": [], "subjects": [], "extra": {},
        "source": "Benchmark",
    }  # fmt: skip
    digest = body_hash(f"{number} {text}")
    return NewVersion(f"made-{number}", PubStatus.USABLE, fields, digest, digest, tuple(passages))


if __name__ == "__main__":
    main()
