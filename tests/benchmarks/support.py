"""How good the lexical judge of support is, on data where the answer is known.

    python tests/benchmarks/support.py --data DIR

DIR holds `wikinews/` and `summedits_news/` (default: NEWSCITE_BENCH_DATA). Prints the table of
docs/evaluating.md, a row for each kind of pair of a text and a statement:

- Wikinews nuggets against their own question's quotes (yes) and against every other question's (no);
- the same nuggets (yes) against the other sentences of the article (no);
- SummEdits news: summaries that are consistent with their article (yes), and ones that were
  falsified in one place (no).

The gold here is for development: the judge's threshold was chosen on it.
"""

import argparse
import gzip
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from eval.questions import GoldQuestion, read_gold
from eval.support import LexicalSupport
from ingest.cleaning import clean
from rag.sentences import sentence_spans

Pair = tuple[str, str, bool]
"""A premise, a statement, and whether the one states the other."""


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("NEWSCITE_BENCH_DATA"))
    data = parser.parse_args().data
    if data is None:
        sys.exit("skipped: no --data and no NEWSCITE_BENCH_DATA")
    gold = [q for q in read_gold(data / "wikinews" / "gold-dev.jsonl") if q.nuggets and q.evidence]
    texts = _articles(data / "wikinews" / "articles.jsonl")
    print("| does the text state it? | yes, found | no, found | balanced accuracy |")
    print("|---|---|---|---|")
    _row("Wikinews nuggets: their own quotes; other questions' quotes", _across(gold))
    _row("the same: their own quotes; other sentences of the article", _within(gold, texts))
    _row("SummEdits news: summaries, some subtly falsified", _summaries(data / "summedits_news"))


def _articles(path: Path) -> dict[str, str]:
    """The cleaned texts by every name that gold uses."""
    texts = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        texts[article["id"]] = texts[article["url"]] = texts[article["title"]] = clean(
            article["text"]
        )
    return texts


def _quotes(question: GoldQuestion) -> str:
    return " ".join(piece.quote for piece in question.evidence if piece.quote)


def _across(gold: list[GoldQuestion]) -> Iterator[Pair]:
    for question in gold:
        for nugget in question.nuggets:
            for other in gold:
                yield _quotes(other), nugget.text, other is question


def _within(gold: list[GoldQuestion], texts: dict[str, str]) -> Iterator[Pair]:
    for question in gold:
        for nugget in question.nuggets:
            yield _quotes(question), nugget.text, True
        text = texts.get(question.evidence[0].article, "")
        quoted = " ".join(_quotes(question).split())
        nugget = question.nuggets[0]
        for start, end in sentence_spans(text):
            sentence = " ".join(text[start:end].split())
            if sentence not in quoted and quoted not in sentence:
                yield sentence, nugget.text, False


def _summaries(folder: Path) -> Iterator[Pair]:
    with gzip.open(folder / "summedits_news.json.gz", "rt", encoding="utf-8") as file:
        for item in json.load(file):
            yield item["doc"], item["summary"], bool(item["label"])


def _row(name: str, pairs: Iterator[Pair]) -> None:
    judge = LexicalSupport()
    right, over = {True: 0, False: 0}, {True: 0, False: 0}
    for premise, statement, states in pairs:
        over[states] += 1
        right[states] += judge.supports(premise, statement) is states
    shares = [right[states] / over[states] for states in (True, False)]
    cells = [f"{right[states]:,} of {over[states]:,}" for states in (True, False)]
    print(f"| {name} | {' | '.join(cells)} | {sum(shares) / 2:.3f} |")


if __name__ == "__main__":
    main()
