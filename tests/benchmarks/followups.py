"""What the earlier turns of a conversation are worth, and whether a question alone is left alone.

    python tests/benchmarks/followups.py [--half development|held-out] [--data DIR]

Ingests the sample corpus into a temporary one, and asks the last question of each conversation of
eval/gold/followups.jsonl three times: with its earlier turns, without them, and as a person wrote it
to be asked alone. Right is an answer whose sentences hold a gold answer or, where there is none, a
refusal. `--half` asks one half only: rules are written on `development` and never on `held-out`.

With DIR (default: NEWSCITE_BENCH_DATA), which holds `wikinews/`, `squad/` and
`multihop_rag_subset/`, it also rewrites
questions that stand alone after 20 unrelated ones each, and lists those that came out changed.
"""

import argparse
import gzip
import json
import os
import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from shares import share

from eval.questions import GoldQuestion, read_gold
from eval.squad_text import states
from ingest.pipeline import Pipeline
from ingest.sources import find_files, read
from rag.engine import Engine, open_engine
from rag.settings import Settings
from rag.talking import standalone
from rag.types import Turn

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "eval" / "gold"
HALVES = ("development", "held-out")
_UNRELATED = 20
_OTHERS = 2000

WAYS: dict[str, Callable[[GoldQuestion], tuple[str, Sequence[Turn]]]] = {
    "with history": lambda gold: (gold.question, gold.history),
    "without": lambda gold: (gold.question, ()),
    "written alone": lambda gold: (gold.standalone or gold.question, ()),
}


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument(
        "--show", action="store_true", help="print each question and what it became"
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("NEWSCITE_BENCH_DATA"))
    options = parser.parse_args()
    halves = [options.half] if options.half else HALVES
    asked = [g for g in read_gold(GOLD / "followups.jsonl") if set(halves) & set(g.tags)]
    with _engine() as engine:
        done = {way: [_right(engine, g, *ask(g)) for g in asked] for way, ask in WAYS.items()}
    if options.show:
        for at, gold in enumerate(asked):
            marks = " ".join("x" if done[way][at] else "." for way in WAYS)
            print(marks, gold.id, standalone(gold.question, gold.history))
    for half in halves:
        print(f"\n{half}")
        for way in WAYS:
            print(
                f"  {way:14} {share([r for g, r in zip(asked, done[way], strict=True) if half in g.tags])}"
            )
    print("\nby kind: " + ", ".join(WAYS))
    by_kind = defaultdict(list)
    for at, gold in enumerate(asked):
        by_kind[gold.tags[0]].append([done[way][at] for way in WAYS])
    for kind, rows in by_kind.items():
        print(
            f"  {kind:12} of {len(rows):2}: "
            + ", ".join(str(sum(c)) for c in zip(*rows, strict=True))
        )
    if options.data:
        _left_alone(options.data)


@contextmanager
def _engine() -> Iterator[Engine]:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_engine(Settings(data_dir=Path(folder)), "benchmark") as engine,
    ):
        files = find_files([ROOT / "ingest" / "sample"])
        Pipeline(engine.corpus).run(item for file in files for item in read(file))
        yield engine


def _right(engine: Engine, gold: GoldQuestion, question: str, history: Sequence[Turn]) -> bool:
    answer = engine.ask(question, history=history)
    if not gold.answerable:
        return not answer.answerable
    return any(states(answer.answer or "", wanted) for wanted in gold.answers)


def _left_alone(data: Path) -> None:
    """Rewrites questions that stand alone after unrelated ones, and lists what was changed."""
    news = read_gold(data / "wikinews" / "gold-dev.jsonl")
    sample = read_gold(GOLD / "sample.jsonl")
    chance = random.Random(1)
    print("\nstanding alone, after unrelated questions: changed")
    for name, own in (("gold-dev", news), ("sample", sample)):
        pairs = [
            (gold.question, _turn(other))
            for gold in own
            for other in chance.sample([*news, *sample], _UNRELATED)
            if not _articles(gold) & _articles(other)
        ]
        _changed(name, pairs)
    others = {"multihop": _multihop(data), "dev-b": chance.sample(_dev_b(data), _OTHERS)}
    for name, questions in others.items():
        _changed(name, [(q, _turn(chance.choice([*news, *sample]))) for q in questions])


def _changed(name: str, pairs: Sequence[tuple[str, Turn]]) -> None:
    changed = [(q, standalone(q, [turn])) for q, turn in pairs]
    changed = [(q, became) for q, became in changed if q != became]
    print(f"  {name:9} {share([True] * len(changed) + [False] * (len(pairs) - len(changed)))}")
    for question, became in changed:
        print(f"      {question}\n      -> {became}")


def _turn(gold: GoldQuestion) -> Turn:
    return Turn(
        question=gold.question, answer=" ".join(e.quote or "" for e in gold.evidence) or None
    )


def _articles(gold: GoldQuestion) -> set[str]:
    return {piece.article for piece in gold.evidence}


def _multihop(data: Path) -> list[str]:
    text = (data / "multihop_rag_subset" / "queries.json").read_text(encoding="utf-8")
    return [query["question"].strip() for query in json.loads(text)["queries"]]


def _dev_b(data: Path) -> list[str]:
    with gzip.open(data / "squad" / "dev-b.json.gz") as file:
        articles = json.load(file)["data"]
    return [
        qa["question"].strip()
        for article in articles
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    ]


if __name__ == "__main__":
    main()
