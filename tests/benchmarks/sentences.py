"""Compare sentence segmenters on news: `python tests/benchmarks/sentences.py [--data FOLDER]`.

Prints one table: boundary F1 with precision and recall on three labelled sets, speed on one core
over all of Wikinews, and how many of 3,000 hostile texts made the library raise or came back with
other characters. The sets are `written` (the sentences beside this file), `wikinews` and `fresh`
(news that was labelled only after the words in rag/sentences.py had been chosen). The last two
and the speed need the data folder (`--data` or NEWSCITE_BENCH_DATA, the one that contains
`wikinews/`), of which only offsets are kept here. Libraries that are not installed are left out.
"""

import argparse
import gzip
import json
import os
import random
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

from segmenters import LIBRARIES, Segmenter, Spans  # noqa: E402


@dataclass(frozen=True)
class Labelled:
    """A paragraph, its group, and its inner boundaries.

    A boundary is the number of characters before it that are not white space: the same for
    libraries that keep, trim or fold white space.
    """

    group: str
    text: str
    required: frozenset[int]
    optional: frozenset[int]


@dataclass
class Tally:
    """Counts of boundaries: right, wrongly added, wrongly left out."""

    right: int = 0
    extra: int = 0
    missed: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, case: Labelled, found: set[int]) -> None:
        extra = found - case.required - case.optional
        missed = case.required - found
        self.right += len(found & case.required)
        self.extra += len(extra)
        self.missed += len(missed)
        if extra or missed:
            self.wrong.append(f"[{case.group}] {_marked(case.text, extra, missed)}")

    def figures(self) -> str:
        """F1 with precision and recall, in percent."""
        precision = self.right / max(1, self.right + self.extra)
        recall = self.right / max(1, self.right + self.missed)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        return f"{100 * f1:5.1f} ({100 * precision:5.1f} {100 * recall:5.1f})"


def score(cut: Segmenter, cases: Iterable[Labelled]) -> Tally:
    """Count the boundaries that `cut` sets in the labelled paragraphs."""
    tally = Tally()
    for case in cases:
        tally.add(case, boundaries(case.text, cut(case.text.strip())))
    return tally


def _marked(text: str, extra: Iterable[int], missed: Iterable[int]) -> str:
    """The paragraph with `+|` at each boundary wrongly added and `-|` at each left out."""
    marks = dict.fromkeys(extra, "+|") | dict.fromkeys(missed, "-|")
    out: list[str] = []
    count = 0
    for character in text:
        out.append(character)
        if not character.isspace():
            count += 1
            out.append(marks.get(count, ""))
    return "".join(out)


def solid(text: str) -> int:
    """The number of characters that are not white space."""
    return len("".join(text.split()))


def boundaries(text: str, pieces: Spans | list[str]) -> set[int]:
    """Where one sentence ends and another begins, as counts of solid characters."""
    lengths = [solid(p if isinstance(p, str) else text[p[0] : p[1]]) for p in pieces]
    ends = {sum(lengths[: i + 1]) for i in range(len(lengths))}
    return ends - {0, max(ends, default=0)}


def written_cases() -> Iterator[Labelled]:
    """The labelled sentences beside this file; its first lines explain the marks."""
    group = ""
    for line in (HERE / "sentences.txt").read_text("utf-8").splitlines():
        if line.startswith("## "):
            group = line[3:]
        elif line and not line.startswith("#"):
            yield _unmarked(group, line)


def _unmarked(group: str, line: str) -> Labelled:
    text, marks = "", {"‖": set[int](), "¦": set[int]()}
    for part in re.split("([‖¦])", line):
        if part in marks:
            marks[part].add(solid(text))
        else:
            text += part
    return Labelled(group, text, frozenset(marks["‖"]), frozenset(marks["¦"]))


def paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Each line that is not blank, with its offset."""
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield at, line
        at += len(line)


def articles(data: Path) -> dict[str, dict[str, str]]:
    """The texts of each real set, by article."""
    lines = (data / "wikinews" / "articles.jsonl").read_text("utf-8").split("\n")
    wikinews = {str(a["id"]): str(a["text"]) for a in map(json.loads, filter(None, lines))}
    wikinews["seed"] = (data / "seed" / "venezuela-talks.txt").read_text("utf-8")
    with gzip.open(data / "summedits_news" / "summedits_news.json.gz", "rt", encoding="utf-8") as f:
        fresh = {str(a["id"]): str(a["doc"]) for a in json.load(f)}
    return {"wikinews": wikinews, "fresh": fresh}


def news_cases(labels: dict[str, dict[str, Any]], texts: dict[str, str]) -> Iterator[Labelled]:
    """The paragraphs of the articles that were labelled by hand."""
    for article, label in labels.items():
        text = texts[article]
        if len(text) != label["length"]:
            sys.exit(f"{article}: {len(text)} characters, but {label['length']} when labelled")
        for at, line in paragraphs(text):
            required, optional = (
                frozenset(solid(text[at:end]) for end in label[kind] if at < end < at + len(line))
                for kind in ("ends", "optional")
            )
            yield Labelled(article, line, required, optional)


def hostile(seed: int = 7, count: int = 3000) -> Iterator[str]:
    """One-line texts of arbitrary Unicode: emoji, combining marks, right-to-left, odd spaces."""
    pick = random.Random(seed)
    pools = [
        ".?!…\"'“”‘’()[] ",
        "abcABC 0123456789.-",
        "🙂👩‍👩‍👧🇫🇷é̈̀‍\u200b﻿",
        "שלום مرحبا。！？",
        "\u00a0\u2003\u3000\u0001\u007f\u0000\ufffd\u202e",
        "".join(chr(pick.randrange(0x20, 0xD7FF)) for _ in range(200)),
    ]
    for _ in range(count):
        pool = "".join(pick.sample(pools, 3))
        text = "".join(pick.choice(pool) for _ in range(pick.randrange(120)))
        yield " ".join(text.splitlines())


def robustness(cut: Segmenter) -> str:
    """How many hostile texts made it raise, and how many came back changed."""
    raised = changed = 0
    for text in hostile():
        try:
            pieces = cut(text)
        except KeyboardInterrupt:
            raise
        except BaseException:  # a panic in a compiled library is no Exception
            raised += 1
            continue
        joined = "".join(p if isinstance(p, str) else text[p[0] : p[1]] for p in pieces)
        changed += "".join(joined.split()) != "".join(text.split())
    return f"{raised:6d} {changed:7d}"


def speed(cut: Segmenter, lines: list[str]) -> float:
    """Million characters a second, paragraph by paragraph, on one core."""
    start = time.perf_counter()
    for line in lines:
        cut(line)
    return sum(map(len, lines)) / (time.perf_counter() - start) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEWSCITE_BENCH_DATA"))
    parser.add_argument("--only", help="one library; list what it gets wrong as well")
    options = parser.parse_args()

    sets = {"written": list(written_cases())}
    lines: list[str] = []
    if options.data and (Path(options.data) / "wikinews").is_dir():
        texts = articles(Path(options.data))
        labels = json.loads((HERE / "sentences_news.json").read_text("utf-8"))
        sets |= {name: list(news_cases(labels[name], texts[name])) for name in labels}
        lines = [
            line.strip() for text in texts["wikinews"].values() for _, line in paragraphs(text)
        ]
    else:
        print("wikinews, fresh and speed: skipped, no folder with wikinews/ was given")
    for name, cases in sets.items():
        print(f"{name}: {len(cases)} paragraphs, {sum(len(c.required) for c in cases)} boundaries")

    titles = "".join(f"{name + ' F1 (P R)':21}" for name in sets)
    print(f"{'library':22}{'version':9}{titles}Mchar/s raised altered")
    for name, (package, build) in LIBRARIES.items():
        if options.only in (None, name):
            try:
                cut, version = build(), metadata.version(package)
            except ImportError as missing:
                print(f"{name:22}not installed ({missing})")
                continue
            tallies = [score(cut, cases) for cases in sets.values()]
            figures = "".join(f"{tally.figures():21}" for tally in tallies)
            rate = f"{speed(cut, lines):7.2f}" if lines else f"{'-':>7}"
            print(f"{name:22}{version:9}{figures}{rate} {robustness(cut)}")
            for wrong in (w for tally in tallies for w in tally.wrong if options.only):
                print("   ", wrong)


if __name__ == "__main__":
    main()
