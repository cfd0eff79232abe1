"""Compare sentence segmenters on news: `python tests/benchmarks/sentences.py [--data FOLDER]`.

Prints one table: boundary precision, recall and F1 on the labelled sentences beside this file and on
hand-labelled Wikinews articles, speed over all of Wikinews, and how each library fares on hostile
Unicode. Libraries that are not installed are left out; without the data folder (`--data` or
NEWSCITE_BENCH_DATA, the folder that contains `wikinews/` and `seed/`) so is everything that needs it.
"""

import argparse
import functools
import importlib
import importlib.util
import json
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

Spans = list[tuple[int, int]]
Segmenter = Callable[[str], Spans | list[str]]
"""Cuts one paragraph; gives offsets where the library has them, else the sentences' text."""


# ---------------------------------------------------------------- the libraries


def _get(module: str) -> Any:
    return importlib.import_module(module)


def _blingfire() -> Segmenter:
    cut = _get("blingfire").text_to_sentences_and_offsets
    return lambda text: list(cut(text)[1])


def _choppa() -> Segmenter:
    choppa = _get("choppa")
    rules = choppa.SrxDocument(ruleset=choppa.DEFAULT_SRX_RULESET)
    return lambda text: [str(part) for part in choppa.SrxTextIterator(rules, "en_two", text)]


def _newscite() -> Segmenter:
    return _get("ingest.sentences").sentence_spans


def _nltk() -> Segmenter:
    """The punkt_tab parameters that llama-index-core carries."""
    found = importlib.util.find_spec("llama_index.core")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("llama_index.core")
    _get("nltk.data").path.append(str(Path(found.origin).parent / "_static" / "nltk_cache"))
    tokenizer = _get("nltk.tokenize.punkt").PunktTokenizer("english")
    return lambda text: list(tokenizer.span_tokenize(text))


def _nupunkt() -> Segmenter:
    return _get("nupunkt").sentence_spans


def _pysbd() -> Segmenter:
    segmenter = _get("pysbd").Segmenter(language="en", clean=False, char_span=True)
    return lambda text: [(span.start, span.end) for span in segmenter.segment(text)]


def _sakurs() -> Segmenter:
    cut = _get("sakurs").load("en").split
    return lambda text: list(cut(text))


def _segtok() -> Segmenter:
    cut = _get("segtok.segmenter").split_single
    return lambda text: list(cut(text))


def _sentence_splitter() -> Segmenter:
    return _get("sentence_splitter").SentenceSplitter(language="en").split


def _sentencesplit() -> Segmenter:
    cut = _get("sentencesplit").Segmenter(language="en", clean=False).segment_spans
    return lambda text: [(span.start, span.end) for span in cut(text)]


def _sentencex() -> Segmenter:
    cut = _get("sentencex").get_sentence_boundaries
    return lambda text: [(part["start_index"], part["end_index"]) for part in cut("en", text)]


def _simplemma() -> Segmenter:
    return _get("simplemma").split_sentences


def _spacy() -> Segmenter:
    nlp = _get("spacy").blank("en")
    nlp.add_pipe("sentencizer")
    nlp.max_length = 10**9
    return lambda text: [(part.start_char, part.end_char) for part in nlp(text).sents]


def _syntok() -> Segmenter:
    cut = _get("syntok.segmenter").process

    def spans(text: str) -> Spans:
        sentences = [sentence for paragraph in cut(text) for sentence in paragraph]
        return [(s[0].offset, s[-1].offset + len(s[-1].value)) for s in sentences]

    return spans


def _yasbd(whole_quotes: bool) -> Segmenter:
    yasbd = _get("yasbd")
    detector = yasbd.BoundaryDetector(lang="en", preserve_quote_and_paren=whole_quotes)

    def spans(text: str) -> Spans:
        ends = list(detector.detect(text))
        return list(zip([0, *ends], ends, strict=False))

    return spans


LIBRARIES: dict[str, tuple[str, Callable[[], Segmenter]]] = {
    "newscite (ours)": ("newscite", _newscite),
    "blingfire": ("blingfire", _blingfire),
    "choppa (LanguageTool)": ("choppa-srx", _choppa),
    "nltk punkt": ("nltk", _nltk),
    "nupunkt": ("nupunkt", _nupunkt),
    "pysbd": ("pysbd", _pysbd),
    "sakurs": ("sakurs", _sakurs),
    "segtok": ("segtok", _segtok),
    "sentence-splitter": ("sentence-splitter", _sentence_splitter),
    "sentencesplit": ("sentencesplit", _sentencesplit),
    "sentencex": ("sentencex", _sentencex),
    "simplemma": ("simplemma", _simplemma),
    "spacy sentencizer": ("spacy", _spacy),
    "syntok": ("syntok", _syntok),
    "yasbd": ("yasbd-lib", functools.partial(_yasbd, False)),
    "yasbd, whole quotes": ("yasbd-lib", functools.partial(_yasbd, True)),
}


# ---------------------------------------------------------------- what is measured


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


def _marked(text: str, extra: Iterable[int], missed: Iterable[int]) -> str:
    """The paragraph with `+|` at each boundary wrongly added and `-|` at each left out."""
    marks = {count: "+|" for count in extra} | {count: "-|" for count in missed}
    out, count = [], 0
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


def articles(data: Path) -> dict[str, str]:
    lines = (data / "wikinews" / "articles.jsonl").read_text("utf-8").split("\n")
    found = {str(a["id"]): str(a["text"]) for a in map(json.loads, filter(None, lines))}
    found["seed"] = (data / "seed" / "venezuela-talks.txt").read_text("utf-8")
    return found


def news_cases(texts: dict[str, str]) -> Iterator[Labelled]:
    """Articles labelled by hand: the file holds offsets only, never text."""
    labels = json.loads((HERE / "sentences_wikinews.json").read_text("utf-8"))
    for article, label in labels.items():
        text = texts[article]
        if len(text) != label["length"]:
            sys.exit(f"{article}: {len(text)} characters, labelled at {label['length']}")
        for at, line in paragraphs(text):
            inner = [
                frozenset(solid(text[at:end]) for end in label[kind] if at < end < at + len(line))
                for kind in ("ends", "optional")
            ]
            yield Labelled(article, line, inner[0], inner[1])


def hostile(seed: int = 7, count: int = 3000) -> Iterator[str]:
    """One-line texts of arbitrary Unicode: emoji, combining marks, right-to-left, odd spaces."""
    pick = random.Random(seed)
    pools = [
        ".?!…\"'“”‘’()[] ",
        "abcABC 0123456789.-",
        "🙂👩‍👩‍👧🇫🇷é̈̀‍​﻿",
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
    return f"{raised:5d} {changed:8d}"


def speed(cut: Segmenter, texts: Iterable[str]) -> float:
    """Million characters a second, paragraph by paragraph, on one core."""
    lines = [line.strip() for text in texts for _, line in paragraphs(text)]
    start = time.perf_counter()
    for line in lines:
        cut(line)
    return sum(map(len, lines)) / (time.perf_counter() - start) / 1e6


# ---------------------------------------------------------------- the table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEWSCITE_BENCH_DATA"))
    parser.add_argument("--only", help="one library, and list what it gets wrong")
    options = parser.parse_args()

    written = list(written_cases())
    texts: dict[str, str] = {}
    if options.data and (Path(options.data) / "wikinews").is_dir():
        texts = articles(Path(options.data))
    news = list(news_cases(texts)) if texts else []
    print(f"written: {len(written)} paragraphs, {sum(len(c.required) for c in written)} boundaries")
    if news:
        print(f"news: {len(news)} paragraphs, {sum(len(c.required) for c in news)} boundaries")
    else:
        print("news and speed: skipped, no folder with wikinews/ (--data or NEWSCITE_BENCH_DATA)")

    print(
        f"{'library':22} {'version':8} {'written F1 (P R)':20} {'news F1 (P R)':20} "
        f"{'Mchar/s':>8} raised altered"
    )
    for name, (package, build) in LIBRARIES.items():
        if options.only in (None, name):
            _row(name, package, build, written, news, texts, list_wrong=options.only is not None)


def _row(
    name: str,
    package: str,
    build: Callable[[], Segmenter],
    written: list[Labelled],
    news: list[Labelled],
    texts: dict[str, str],
    list_wrong: bool,
) -> None:
    try:
        cut = build()
        version = metadata.version(package)
    except ImportError as missing:
        print(f"{name:22} not installed ({missing})")
        return
    tallies = [Tally(), Tally()]
    for tally, cases in zip(tallies, (written, news), strict=True):
        for case in cases:
            tally.add(case, boundaries(case.text, cut(case.text.strip())))
    rate = f"{speed(cut, texts.values()):8.2f}" if texts else f"{'-':>8}"
    seen = tallies[1].figures() if news else f"{'-':>20}"
    print(f"{name:22} {version:8} {tallies[0].figures():20} {seen:20} {rate} {robustness(cut)}")
    for wrong in (tallies[0].wrong + tallies[1].wrong) * list_wrong:
        print("   ", wrong)


if __name__ == "__main__":
    main()
