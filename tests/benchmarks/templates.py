"""What a question costs where many articles were written by one template, and so make one story.

    python tests/benchmarks/templates.py [--articles 500 2000]

A market report that says the same every day but for a figure, through a real corpus with the models
that come with newscite. Prints the median of ten questions, by what the answer says of its time.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from ingest.pipeline import Pipeline
from ingest.sources import Delivered
from rag.engine import open_engine
from rag.settings import Settings
from rag.types import Article

_PLACES = "Wrexby Ostry Hexley Brandal Corvane Dunmere Elsholt Farrow Galdwick Hollin".split()
_GOODS = "eggs herbs wool cloth tin rope salt glass honey oats".split()
_ALWAYS = " ".join(
    f"The market's clerk, who keeps the book of {good}, said that sellers of {good} were satisfied."
    for good in _GOODS
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, nargs="+", default=[1, 500, 2000])
    print("| articles of one template | retrieve | read | cite | whole question, ms |")
    print("|---:|---:|---:|---:|---:|")
    for articles in parser.parse_args().articles:
        with tempfile.TemporaryDirectory() as folder:
            row = _asked(Path(folder), articles)
        print(f"| {articles:,} |", " | ".join(f"{value:,.0f}" for value in row), "|", flush=True)


def _asked(folder: Path, articles: int) -> list[float]:
    with open_engine(Settings(data_dir=folder), "benchmark") as engine:
        Pipeline(engine.corpus).run(_reports(articles))
        took = [
            engine.ask(f"How many herons did the market of {place} sell?").timings_ms
            for place in _PLACES
        ]
    return [median(each[stage] for each in took) for stage in ("retrieve", "read", "cite", "total")]


def _reports(articles: int) -> Iterator[Delivered]:
    for number in range(articles):
        place = _PLACES[number % len(_PLACES)]
        text = f"The market of {place} sold {number + 1000} herons on Monday. {_ALWAYS}"
        article = Article(id=f"report-{number}", title="Market report", text=text)
        yield Delivered(article, f"report {number}")


if __name__ == "__main__":
    main()
