"""How fast articles are ingested, recognised again, and in how much memory.

    python tests/benchmarks/ingesting.py embedding ARTICLES.jsonl [N]
    python tests/benchmarks/ingesting.py again ARTICLES.jsonl N
    python tests/benchmarks/ingesting.py memory ARTICLES.jsonl N

ARTICLES.jsonl is repeated, under other ids, until there are N. `embedding` takes turns between the
whole pipeline and the embedder alone on the same passages. The others use an embedder that
costs nothing, so that they measure all the rest.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from ingest.pipeline import Pipeline
from ingest.sources import Delivered, read
from rag.archive.reading import passages_of
from rag.corpus import Corpus, open_corpus
from rag.embedding import passage_input
from rag.settings import Settings
from rag.types import Article

FREE = {"class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 8}
TURNS = 3


def repeated(source: Path, wanted: int, folder: Path) -> Path:
    articles = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    file = folder / "articles.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for number in range(wanted):
            turn, which = divmod(number, len(articles))
            article = articles[which] | {"id": f"{articles[which].get('id', which)}#{turn}"}
            out.write(json.dumps(article, ensure_ascii=False) + "\n")
    return file


def ingest(corpus: Corpus, file: Path) -> float:
    """Seconds, without those that loading models and opening tables take."""
    pipeline = Pipeline(corpus)
    first = Article(id="warm-up", title="Rain", text="It rained all day. It poured at night.")
    pipeline.run([Delivered(first, "warm-up")])
    began = time.perf_counter()
    pipeline.run(read(file))
    return time.perf_counter() - began


def embedding(file: Path, folder: Path) -> None:
    ratios = []
    for turn in range(TURNS):
        with open_corpus(Settings(data_dir=folder / str(turn)), "benchmark") as corpus:
            whole = ingest(corpus, file)
            inputs = [
                passage_input(passage.title, passage.text)
                for key in corpus.archive.searchable()
                for passage in passages_of(corpus.archive.engine, *key)
            ]
            began = time.perf_counter()
            corpus.embedder.model.get_text_embedding_batch(inputs)
            alone = time.perf_counter() - began
        ratios.append(alone / whole)
        print(
            f"{len(inputs):,} passages: the pipeline {len(inputs) / whole:.1f}/s, the embedder "
            f"alone {len(inputs) / alone:.1f}/s, ratio {ratios[-1]:.3f}"
        )
    print(f"median ratio {median(ratios):.3f}")


def again(file: Path, folder: Path, wanted: int) -> None:
    with open_corpus(Settings(data_dir=folder / "data", embedding=FREE), "benchmark") as corpus:
        print(f"{wanted:,} articles for the first time: {wanted / ingest(corpus, file):,.0f}/s")
        for _ in range(TURNS):
            cpu = time.process_time()
            seconds = ingest(corpus, file)
            cpu = time.process_time() - cpu
            print(f"unchanged: {wanted / seconds:,.0f}/s ({wanted / cpu:,.0f} a CPU second)")


def memory(file: Path, folder: Path, wanted: int) -> None:
    with open_corpus(Settings(data_dir=folder / "data", embedding=FREE), "benchmark") as corpus:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        rate = wanted / ingest(corpus, file)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{wanted:,} articles: {rate:,.0f}/s, {before >> 10} MB before, {after >> 10} MB at most")


def main() -> None:
    what, source, *wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder, count = Path(name), int(wanted[0]) if wanted else 60
        file = repeated(Path(source), count, folder)
        if what == "embedding":
            embedding(file, folder)
        else:
            {"again": again, "memory": memory}[what](file, folder, count)


if __name__ == "__main__":
    main()
