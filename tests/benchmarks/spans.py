"""How well the reader's model, as it is shipped, reads SQuAD 2.0's questions with their paragraph.

    python tests/benchmarks/spans.py --data DIR

DIR holds `squad/` (default: NEWSCITE_BENCH_DATA). Asks dev-b, on which nothing is trained: the F1 of
the best span over the answerable questions (it may not decline here), and how well the score tells
them from the impossible ones (AUROC), each with a 95% bootstrap interval over questions.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from eval.measures.auroc import AurocAnswerable
from eval.measures.f1 import overlap
from eval.training.paragraphs import Paragraph, squad_paragraphs
from rag.archive.records import StoredPassage
from rag.reading.span_model import span_model
from rag.sentences import sentence_spans

_RESAMPLES = 1000


def main() -> None:
    """Prints the two figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("NEWSCITE_BENCH_DATA"))
    data = parser.parse_args().data
    if data is None:
        sys.exit("skipped: no --data and no NEWSCITE_BENCH_DATA")
    model = span_model(os.cpu_count() or 1)
    f1s, scores, answerable = [], [], []
    for paragraph in squad_paragraphs(data / "squad" / "dev-b.json.gz"):
        passage = _passage(paragraph)
        for question in paragraph.questions:
            (reading,) = model.read(question.text, [passage])
            best = max(reading.sentences, key=lambda s: s.score)
            scores.append(best.score)
            answerable.append(bool(question.answers))
            said = passage.text[best.start : best.end]
            f1s.append(max((overlap(said, answer) for answer in question.answers), default=0.0))
    f1, score, label = np.array(f1s), np.array(scores), np.array(answerable)

    def auroc(rows: np.ndarray) -> float:
        return AurocAnswerable().of(score[rows], label[rows])

    known = np.flatnonzero(label)
    _report("span F1", f"{len(known):,} answerable", known, lambda rows: float(f1[rows].mean()))
    _report("AUROC", f"{len(label):,} questions", np.arange(len(label)), auroc)


def _passage(paragraph: Paragraph) -> StoredPassage:
    text = paragraph.text
    return StoredPassage(
        rowid=0, id="", article_id="", version=1, start=0, end=len(text), text=text,
        title=paragraph.title, sentences=tuple(sentence_spans(text)), source=None, url=None,
        published_at=None, updated_at=None, language=None, dateline=None, correction=None,
    )  # fmt: skip


def _report(name: str, over: str, rows: np.ndarray, of: Callable[[np.ndarray], float]) -> None:
    rng = np.random.default_rng(1)
    drawn = [of(rng.choice(rows, len(rows))) for _ in range(_RESAMPLES)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    print(f"{name:8} {of(rows):.3f} [{low:.3f}, {high:.3f}] over {over}")


if __name__ == "__main__":
    main()
