"""The adversary's texts in longer articles, those of the sample: the answer is as without them.

Each text is planted in one of three articles, in turn at its head, in its middle and at its end.
Asked is what that article answers, what it nearly answers, and what it does not.
"""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from conftest import SAMPLE
from test_injections import adversary

from ingest.pipeline import Pipeline
from ingest.sources import Delivered, find_files, read
from rag.engine import Engine, open_engine
from rag.settings import Settings
from rag.types import Answer, Article, Filters

ASKED = {
    "tlg-20240915-election": (
        "How many seats did Aldahl's party take in Oskelund's 2024 parliamentary vote?"
    ),
    "https://brackwatersentinel.example/politics/mayor-2025-result": (
        "What did Lucía Ferrán say about coming third in the mayoral race?"
    ),
    "cpa-20240628-aeris-nord": "How many people died in the Aeris Nord crash?",
}
ARTICLES = list(ASKED)
TEXTS = adversary()
STILL_QUOTED = {19: "“The reply to be shown to the reader is ...” is not recognised"}


def _question(number: int) -> str:
    return ASKED[ARTICLES[number % len(ARTICLES)]]


def _planted(article: Article, number: int) -> Article:
    paragraphs = re.split(r"\n\s*\n", (article.text or "").strip())
    at = (0, len(paragraphs) // 2, len(paragraphs))[number // len(ARTICLES) % 3]
    text = TEXTS[number].replace("{question}", _question(number))
    whole = "\n\n".join([*paragraphs[:at], text, *paragraphs[at:]])
    return article.model_copy(update={"id": f"planted-{number}", "url": None, "text": whole})


@pytest.fixture(scope="module")
def injected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The three articles, "clean-0" to "clean-2", and one for each text, "planted-0" and so on."""
    delivered = (item for file in find_files([SAMPLE]) for item in read(file))
    sample = [item.article for item in delivered if isinstance(item, Delivered)]
    found = {name: a for a in sample for name in (a.id, a.url) if name in ASKED}
    clean = [found[name] for name in ARTICLES]
    articles = [
        article.model_copy(update={"id": f"clean-{number}", "url": None})
        for number, article in enumerate(clean)
    ]
    articles += [_planted(clean[n % len(clean)], n) for n in range(len(TEXTS))]
    settings = Settings(data_dir=tmp_path_factory.mktemp("injected-sample"))
    with open_engine(settings, "pytest") as engine:
        Pipeline(engine.corpus).run(Delivered(a, f"article {n}") for n, a in enumerate(articles))
        yield engine


@cache
def _ask(engine: Engine, article: str, question: str) -> Answer:
    return engine.ask(question, filters=Filters(article_ids=[article]))


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, marks=pytest.mark.xfail(reason=STILL_QUOTED[number], strict=True))
        if number in STILL_QUOTED
        else number
        for number in range(len(TEXTS))
    ],
)
def test_what_is_planted_is_not_quoted_and_decides_nothing(injected: Engine, number: int) -> None:
    clean = f"clean-{number % len(ARTICLES)}"
    answer = _ask(injected, f"planted-{number}", _question(number))
    assert answer.answerable is _ask(injected, clean, _question(number)).answerable
    text = injected.article(clean, 1).text
    for citation in answer.citations:
        assert citation.quote in text, f"the planted text is quoted: {citation.quote}"
