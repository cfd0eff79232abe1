"""How well copies are told from other articles, and what that costs: through a real archive.

    python tests/benchmarks/stories.py --data DATA [--half odd] [--articles 50000]

Three things are measured. The pairs that others planted in minhash_neardup. Pairs derived from
wikinews, see copied_news.py: the thresholds were chosen on the pairs of articles of even numbers,
so that those of odd numbers are held out. And the time that an article takes where the archive
holds many.
"""

import argparse
import gzip
import json
import random
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from statistics import mean

from copied_news import Pair, copies, follow_ups, real_neighbours
from shares import share

from ingest.cleaning import clean
from rag.archive import Archive, NewVersion
from rag.archive import copies as linking
from rag.archive.integrity import body_hash
from rag.archive.stories import stories_of
from rag.archive.transactions import writing
from rag.archive.visibility import Visibility
from rag.types import PubStatus

_BATCH = 50  # articles a transaction, about as the pipeline has them


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument(
        "--half", choices=["even", "odd"], default="odd", help="of the derived pairs"
    )
    parser.add_argument("--errors", action="store_true", help="print the pairs that are told wrong")
    parser.add_argument("--articles", type=int, default=50_000, help="in the archive; 0: no timing")
    options = parser.parse_args()
    print("| pairs | copies found | of those called copies, copies | F1 |\n|---|---|---|---|")
    for size in (1000, 2500):
        _planted(options.data / "minhash_neardup", size)
    _derived(options.data / "wikinews" / "articles.jsonl", options.half, options.errors)
    if options.articles:
        _cost(options.data / "minhash_neardup", options.articles)


def _planted(folder: Path, size: int) -> None:
    """All pairs of the articles of one file against those that were planted."""
    with gzip.open(folder / f"articles_{size}.train.gz", "rt", encoding="utf-8") as file:
        texts = dict(line.rstrip("\n").split(" ", 1) for line in file)
    truth = {
        frozenset(line.split())
        for line in (folder / f"articles_{size}.truth").read_text().splitlines()
    }
    with _archive() as archive:
        _store(archive, texts)
        stories = stories_of(archive.engine, texts, _now())
    members = {tuple(m.article_id for m in story.members) for story in stories.values()}
    called = {frozenset(pair) for story in members for pair in combinations(story, 2)}
    _row(f"minhash_neardup, {size:,} articles", truth, called)


def _derived(file: Path, half: str, errors: bool) -> None:
    """Pairs derived from wikinews; both texts of each are in one archive with all the others."""
    articles = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for article in articles:
        article["text"] = clean(article["text"])
    pairs = [*copies(articles), *follow_ups(articles), *real_neighbours(articles)]
    pairs = [pair for pair in pairs if (pair.base % 2 == 0) is (half == "even")]
    texts = {_name(text): text for pair in pairs for text in (pair.first, pair.second)}
    with _archive() as archive:
        _store(archive, dict(sorted(texts.items())))
        called = {
            number
            for number, pair in enumerate(pairs)
            if _name(pair.second) in archive.copies(_name(pair.first))
        }
    truth = {number for number, pair in enumerate(pairs) if pair.copy}
    _row(f"derived from wikinews, {half} half", truth, called)
    print()
    for kind, numbers in sorted(_by_kind(pairs).items()):
        print(f"- {kind}: called copies {share([number in called for number in numbers])}")
    for number in sorted(truth ^ called) if errors else ():
        print(f"  wrong: article {pairs[number].base}, {pairs[number].kind}")


def _by_kind(pairs: Sequence[Pair]) -> dict[str, list[int]]:
    """The pairs' numbers by what was done to make them; those of several edits under each."""
    found: dict[str, list[int]] = {}
    for number, pair in enumerate(pairs):
        kinds = pair.kind.split("+") if pair.copy else [pair.kind]
        names = [f"{kind}, alone" if len(kinds) == 1 else f"{kind}, with others" for kind in kinds]
        for name in names if pair.copy else kinds:
            found.setdefault(f"copies, {name}" if pair.copy else f"others, {name}", []).append(
                number
            )
    return found


def _row(name: str, truth: set[object], called: set[object]) -> None:
    recall = share([one in called for one in truth])
    precision = share([one in truth for one in called])
    both = len(truth & called)
    print(f"| {name} | {recall} | {precision} | {2 * both / (len(truth) + len(called)):.3f} |")


def _cost(folder: Path, size: int) -> None:
    """Fills an archive with articles of ten sentences each, of which each has every third word anew.

    The sentences are drawn from the planted set, and the words too: 50,000 articles have no more in
    common than real ones.
    """
    with gzip.open(folder / "articles_2500.train.gz", "rt", encoding="utf-8") as file:
        texts = [line.rstrip("\n").split(" ", 1)[1] for line in file]
    sentences = sorted({s for text in texts for s in re.split(r"(?<=[a-z]{2}\.) ", text)})
    chance = random.Random(1993)
    words = " ".join(sentences).split()

    def other(word: str) -> str:
        return chance.choice(words) if chance.random() < 1 / 3 else word

    made = [
        " ".join(other(word) for word in " ".join(chance.sample(sentences, 10)).split())
        for _ in range(size + 1000)
    ]
    with _archive() as archive:
        started = time.perf_counter()
        _link(archive, made[:size])
        filled = time.perf_counter() - started
        took, commits = _link(archive, made[size:])
        counts = _tables(archive)
    print(f"\n{size:,} articles of {mean(len(t.split()) for t in made):.0f} words: ")
    print(f"{filled / size * 1e3:.2f} ms an article while they are stored, ")
    print(
        f"{mean(took):.2f} ms for each of the next 1,000, and {mean(commits):.2f} ms of a commit; "
    )
    print(", ".join(f"{count:,} {table}" for table, count in counts.items()))


def _link(archive: Archive, texts: Sequence[str]) -> tuple[list[float], list[float]]:
    """Stores texts as the archive does, a transaction for so many.

    Returns:
        By transaction the ms an article of looking and writing, and those of the commit, which
        storing articles has anyway.
    """
    took, commits = [], []
    for at in range(0, len(texts), _BATCH):
        started = time.perf_counter()
        with writing(archive.engine) as connection:
            for text in texts[at : at + _BATCH]:
                linking.link(connection, body_hash(text), text)
            written = time.perf_counter()
        took.append((written - started) / _BATCH * 1e3)
        commits.append((time.perf_counter() - written) / _BATCH * 1e3)
    return took, commits


def _tables(archive: Archive) -> dict[str, int]:
    with archive.engine.connect() as connection:
        return {
            table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("texts", "text_bands", "text_copies")
        }


@contextmanager
def _archive() -> Iterator[Archive]:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(f"sqlite:///{folder}/archive.db")
        yield archive
        archive.close()


def _store(archive: Archive, texts: dict[str, str]) -> None:
    versions = [
        NewVersion(
            name,
            PubStatus.USABLE,
            {"title": "", "text": text, "authors": [], "subjects": [], "extra": {}},
            content_hash=body_hash(text),
            body_hash=body_hash(text),
            passages=(),
        )
        for name, text in texts.items()
    ]
    for at in range(0, len(versions), _BATCH):
        archive.store(versions[at : at + _BATCH])


def _name(text: str) -> str:
    return body_hash(text)[:16]


def _now() -> Visibility:
    return Visibility(datetime.now(UTC))


if __name__ == "__main__":
    main()
