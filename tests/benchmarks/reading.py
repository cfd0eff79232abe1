"""How well the extractive reader reads, on real news; and where its constants come from.

    python tests/benchmarks/reading.py --data DIR

DIR holds `wikinews/` and `squad/` (default: NEWSCITE_BENCH_DATA). The articles are ingested into a
temporary corpus first, a minute or two. Three tables come out:

1. the gold answer found in the best 1, 2 and 3 sentences of the six best passages, scored by the
   cross-encoder without and with the headline before the sentence;
2. how many questions the reader declines as it is shipped: answerable ones (wrongly), the same with
   their articles hidden, questions about other matters, and near misses (rightly);
3. a logistic fit of answerable / hidden / other matters on the best sentence's and its passage's
   scores, the source of the reader's first three constants.

The gold here is for development. No figure of a held-out set comes from this script.
"""

import argparse
import gzip
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from eval.questions import GoldQuestion, read_gold
from eval.squad_text import normalise
from ingest.pipeline import Pipeline
from ingest.sources import read
from rag.archive.visibility import Visibility
from rag.corpus import Corpus, open_corpus
from rag.embedding import passage_input
from rag.reading.extractive import ExtractiveReader
from rag.reranking import CrossEncoder
from rag.retrieval import Hit, HybridRetriever, hits
from rag.settings import Settings

_PASSAGES = 6
_OTHER_MATTERS = 200


@dataclass(frozen=True)
class Asked:
    """A question with its ranked passages."""

    question: str
    ranked: list[Hit]


def main() -> None:
    """Prints the three tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("NEWSCITE_BENCH_DATA"))
    data = parser.parse_args().data
    if data is None:
        sys.exit("skipped: no --data and no NEWSCITE_BENCH_DATA")
    gold = read_gold(data / "wikinews" / "gold-dev.jsonl")
    with _corpus(data / "wikinews" / "articles.jsonl") as corpus:
        encoder = CrossEncoder(threads=os.cpu_count() or 1)
        ask = _asker(corpus, encoder)
        answerable = [(q, ask(q.question)) for q in gold if q.answerable]
        near = [ask(q.question) for q in gold if not q.answerable]
        hidden = [_without(asked, {e.article for e in q.evidence}) for q, asked in answerable]
        other = [ask(question) for question in _squad_questions(data)]
        _sentences(encoder, answerable)
        reader = ExtractiveReader(encoder, lambda *key: corpus.archive.article(*key).text)
        _declined(reader, [asked for _, asked in answerable], hidden, other, near)
        _fit(encoder, [asked for _, asked in answerable], hidden + other)


@contextmanager
def _corpus(articles: Path) -> Iterator[Corpus]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        with open_corpus(settings, "benchmark") as corpus:
            Pipeline(corpus).run(read(articles))
            yield corpus


def _asker(corpus: Corpus, encoder: CrossEncoder):  # type: ignore[no-untyped-def]
    def ask(question: str) -> Asked:
        nodes = HybridRetriever(corpus, Visibility(datetime.now(UTC)), 20).retrieve(question)
        ranked = encoder.postprocess_nodes(nodes, query_str=question)
        return Asked(question, hits(ranked))

    return ask


def _without(asked: Asked, articles: set[str]) -> Asked:
    """The question as if these articles were not in the corpus (of its first twenty passages)."""
    return Asked(asked.question, [h for h in asked.ranked if h.passage.article_id not in articles])


def _squad_questions(data: Path) -> list[str]:
    with gzip.open(data / "squad" / "train-part.json.gz") as file:
        articles = json.load(file)["data"]
    found = [q["question"].strip() for a in articles for p in a["paragraphs"] for q in p["qas"]]
    return random.Random(1).sample(found, _OTHER_MATTERS)


def _split(hit: Hit) -> list[str]:
    at, text = hit.passage.start, hit.passage.text
    return [text[start - at : end - at] for start, end in hit.passage.sentences]


def _sentences(encoder: CrossEncoder, answerable: Sequence[tuple[GoldQuestion, Asked]]) -> None:
    print(f"gold answer in the best sentences, of {len(answerable)} answerable questions")
    for name in ("sentence alone", "headline and sentence"):
        found = np.zeros(3)
        for gold, asked in answerable:
            pairs = [(h.passage.title, s) for h in asked.ranked[:_PASSAGES] for s in _split(h)]
            texts = [s if name == "sentence alone" else f"{title}. {s}" for title, s in pairs]
            order = np.argsort(encoder.scores(asked.question, texts))[::-1]
            for count in (1, 2, 3):
                best = normalise(" ".join(pairs[i][1] for i in order[:count]))
                found[count - 1] += any(f" {normalise(a)} " in f" {best} " for a in gold.answers)
        rates = "  ".join(
            f"best {n + 1}: {rate:.3f}" for n, rate in enumerate(found / len(answerable))
        )
        print(f"  {name:22} {rates}")


def _declined(reader: ExtractiveReader, *groups: Sequence[Asked]) -> None:
    print("declined by the reader")
    names = ("answerable", "its article hidden", "other matters", "near miss")
    for name, group in zip(names, groups, strict=True):
        count = sum(not reader.read(a.question, a.ranked, 5).evidence for a in group)
        low, high = _wilson(count, len(group))
        print(
            f"  {name:20} {count:3} of {len(group):3} = {count / len(group):.3f} [{low:.3f}, {high:.3f}]"
        )


def _wilson(count: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95% interval of a proportion (Wilson, JASA 22, 1927)."""
    p, n = count / of, of
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * float(np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)))
    return middle - reach, middle + reach


def _fit(encoder: CrossEncoder, yes: Sequence[Asked], no: Sequence[Asked]) -> None:
    rows = np.array([_scores(encoder, asked) for asked in [*yes, *no] if asked.ranked])
    kept = sum(bool(asked.ranked) for asked in yes)
    target = np.arange(len(rows)) < kept
    weight = np.where(target, (len(rows) - kept) / kept, 1.0)
    design = np.column_stack([np.ones(len(rows)), rows])
    beta = np.zeros(3)
    for _ in range(50):  # Newton's method with a little ridge
        p = 1 / (1 + np.exp(-design @ beta))
        gradient = design.T @ (weight * (target - p)) - 0.01 * beta
        curvature = (design * (weight * p * (1 - p))[:, None]).T @ design + 0.01 * np.eye(3)
        beta += np.linalg.solve(curvature, gradient)
    print(f"logistic fit: bias {beta[0]:.2f}, sentence {beta[1]:.2f}, passage {beta[2]:.2f}")


def _scores(encoder: CrossEncoder, asked: Asked) -> tuple[float, float]:
    found = [(h, f"{h.passage.title}. {s}") for h in asked.ranked[:_PASSAGES] for s in _split(h)]
    scores = encoder.scores(asked.question, [text for _, text in found])
    best = int(np.argmax(scores))
    passage = found[best][0].passage
    whole = passage_input(passage.title, passage.text)
    return scores[best], encoder.scores(asked.question, [whole])[0]


if __name__ == "__main__":
    main()
