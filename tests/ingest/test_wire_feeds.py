"""From a file of a news agency to an answer: cited to the character, silent after a kill."""

from pathlib import Path

import pytest

from ingest.pipeline import Pipeline
from ingest.sources import find_files, read
from rag.engine import open_engine
from rag.settings import Settings
from rag.types import Answer

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.slow
def test_feeds_answer_but_for_what_is_killed_withheld_or_meant_for_editors(
    settings: Settings,
) -> None:
    folders = [FIXTURES / "ninjs", FIXTURES / "ap"]
    with open_engine(settings) as engine:
        items = [item for file in find_files(folders) for item in read(file)]
        summary = Pipeline(engine.corpus).run(items)
        assert (summary.added, summary.withdrawn, summary.quarantined) == (9, 2, 5), summary

        def ask(question: str) -> Answer:
            answer = engine.ask(question)
            for citation in answer.citations:
                article = engine.corpus.archive.article(citation.article_id, citation.version)
                assert article.text[citation.start : citation.end] == citation.quote
            return answer

        lamp = ask("Who has switched off the lamp for the last time?")
        assert "Nora Quill" in lamp.citations[0].quote
        assert lamp.citations[0].url == "https://news.example/article/lighthouse-keeper-5f0c9d"
        reservoir = ask("Who chairs the water board at Tarnmouth?")
        assert reservoir.citations[0].article_id == "urn:newsml:wire.example:20260304:reservoir"

        killed, withheld = "Why did the Holm quarry strike end?", "How often will the ferry leave?"
        for question, hidden in ((killed, "urn:wire:7"), (withheld, "ferry-timetable")):
            cited = ask(question).citations
            assert all(hidden not in citation.article_id for citation in cited)
        for secret in ("checked by phone", "Corrects the height", "photos follow"):
            answer = engine.ask(secret, include_passages=True)
            assert all(secret not in passage.text for passage in answer.passages or [])
