"""How well the readers read, on real news: the default one and the stock cross-encoder beside it.

    python tests/benchmarks/reading.py --data DIR

DIR holds `wikinews/` and `squad/` (default: NEWSCITE_BENCH_DATA). The articles are ingested into a
temporary corpus first, a minute or two. For each of the two readers it prints

1. how many answerable questions it answers with the gold answer in its sentences, of all and of the
   factual ones (not tagged why or multi-article), and how long ordering and reading took (median);
2. how many questions it declines, and how well its confidence tells the answerable ones (AUROC),
   of four kinds: answerable, the same with their articles hidden, questions about other matters
   (SQuAD's dev-b, which nothing is trained on), and near misses.

The gold here is for development. No figure of a held-out set comes from this script.
"""

import argparse
import gzip
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from shares import share

from eval.questions import GoldQuestion, read_gold
from eval.squad_text import states
from ingest.pipeline import Pipeline
from ingest.sources import read
from rag.archive.visibility import Visibility
from rag.corpus import Corpus
from rag.opening import open_corpus
from rag.reading import Reader, Reading
from rag.reading.extractive import ExtractiveReader
from rag.reading.span_model import span_model
from rag.reading.spans import SpanReader
from rag.reranking import CrossEncoder, SpanReranker
from rag.retrieval import HybridRetriever, hits
from rag.settings import Settings
from rag.types import Filters

_OTHER_MATTERS = 200
_RETRIEVED = 20
ANSWER_FROM = Settings.model_fields["answer_from"].default
KINDS = ("answerable", "its article hidden", "other matters", "near miss")


@dataclass(frozen=True)
class Asked:
    """A question of a kind; `gold` where it has one, `hidden` what must not be seen."""

    kind: str
    question: str
    gold: GoldQuestion | None = None
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Read:
    """What became of a question: the reading, and the seconds that ordering and reading took."""

    asked: Asked
    reading: Reading
    seconds: float

    @property
    def right(self) -> bool:
        """Whether a gold answer stands in the sentences."""
        said = " ".join(evidence.text for evidence in self.reading.evidence)
        answers = self.asked.gold.answers if self.asked.gold else ()
        return any(states(said, answer) for answer in answers)


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("NEWSCITE_BENCH_DATA"))
    parser.add_argument("--only", metavar="READER", help="newscite-reader-1 or the other one")
    options = parser.parse_args()
    data = options.data
    if data is None:
        sys.exit("skipped: no --data and no NEWSCITE_BENCH_DATA")
    threads = os.cpu_count() or 1
    with _corpus(data / "wikinews" / "articles.jsonl") as corpus:
        asked = list(_questions(data))

        def text(article_id: str, version: int) -> str:
            return corpus.archive.article(article_id, version).text

        stock, own = CrossEncoder(threads=threads), SpanReranker(threads=threads)
        for name, reranker, reader in (
            ("newscite-reader-1", own, SpanReader(span_model(threads), text, ANSWER_FROM)),
            ("ms-marco-minilm-l-12-v2", stock, ExtractiveReader(stock, text)),
        ):
            if options.only not in (None, name):
                continue
            print(f"\n{name}")
            done = [_read(corpus, reranker, reader, one) for one in asked]
            _answers(done)
            _declined(done)


@contextmanager
def _corpus(articles: Path) -> Iterator[Corpus]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        with open_corpus(settings, "benchmark") as corpus:
            Pipeline(corpus).run(read(articles))
            yield corpus


def _questions(data: Path) -> Iterator[Asked]:
    gold = read_gold(data / "wikinews" / "gold-dev.jsonl")
    for question in gold:
        yield Asked(
            "answerable" if question.answerable else "near miss", question.question, question
        )
    for question in gold:
        if question.answerable:
            hidden = tuple(piece.article for piece in question.evidence)
            yield Asked("its article hidden", question.question, hidden=hidden)
    with gzip.open(data / "squad" / "dev-b.json.gz") as file:
        articles = json.load(file)["data"]
    other = [
        qa["question"].strip()
        for article in articles
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
        if not qa["is_impossible"]
    ]
    yield from (Asked("other matters", q) for q in random.Random(1).sample(other, _OTHER_MATTERS))


def _read(corpus: Corpus, reranker: BaseNodePostprocessor, reader: Reader, asked: Asked) -> Read:
    view = Visibility(datetime.now(UTC), Filters(excluded_article_ids=list(asked.hidden)))
    nodes = HybridRetriever(corpus, view, _RETRIEVED).retrieve(asked.question)
    began = time.perf_counter()
    ranked = hits(reranker.postprocess_nodes(nodes, query_str=asked.question))
    reading = reader.read(asked.question, ranked, 5)
    return Read(asked, reading, time.perf_counter() - began)


def _answers(done: Sequence[Read]) -> None:
    answerable = [r for r in done if r.asked.kind == "answerable"]
    factual = [
        r
        for r in answerable
        if r.asked.gold and not {"why", "multi-article"} & set(r.asked.gold.tags)
    ]
    for name, group in (("answerable", answerable), ("factual", factual)):
        print(f"  answered with the gold answer, {name:10} {share([r.right for r in group])}")
    lengths = [len(r.reading.evidence) for r in answerable if r.reading.evidence]
    print(
        f"  sentences an answer {statistics.mean(lengths):.2f}, of more than two {share([n > 2 for n in lengths])}"
    )
    print(
        f"  seconds of ordering and reading, median {statistics.median(r.seconds for r in done):.3f}"
    )


def _declined(done: Sequence[Read]) -> None:
    groups = {kind: [r for r in done if r.asked.kind == kind] for kind in KINDS}
    sure = np.array([r.reading.confidence for r in groups["answerable"]])
    for kind, group in groups.items():
        unsure = np.array([r.reading.confidence for r in group])
        above = (sure[:, None] > unsure) + 0.5 * (sure[:, None] == unsure)
        auroc = "" if kind == "answerable" else f"   AUROC {above.mean():.3f}"
        print(f"  declined, {kind:20} {share([not r.reading.evidence for r in group])}{auroc}")


if __name__ == "__main__":
    main()
