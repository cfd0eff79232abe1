"""What may be cited: sentences of the article, and neither boilerplate nor headings.

boilerplate.txt has lines of the kinds that outlets print, and no_boilerplate.txt news in such words.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cleaning import clean
from ingest.identity import identity
from ingest.pipeline import Pipeline
from ingest.sources import Delivered, find_files, read
from ingest.sources.html import text_of_html
from rag.boilerplate import citable
from rag.boilerplate.repeated import UNRELATED, unrelated
from rag.engine import Engine, open_engine
from rag.sentences import sentence_spans
from rag.settings import Settings
from rag.types import Answer, Article

GOLD = Path(__file__).parents[2] / "eval" / "gold" / "sample.jsonl"
SAMPLE = Path(__file__).parents[2] / "ingest" / "sample"
NEWS = (
    "The bridge over the Marrow will open in the autumn, the city council decided on Tuesday.",
    "It will cost 42 million dollars, of which the state is to pay 25 million.",
    "Fire engines have had to go round by Route 9 since the old bridge was closed to trucks.",
    "“Nobody knows what is down there,” said Ngozi Adeyemi, who voted against the plan.",
)

BOILERPLATE = (Path(__file__).with_name("boilerplate.txt")).read_text("utf-8").splitlines()
PROSE = (Path(__file__).with_name("no_boilerplate.txt")).read_text("utf-8").splitlines()


def cited(text: str) -> list[str]:
    """The sentences of a text that may be cited."""
    return [text[start:end] for start, end in citable(text, sentence_spans(text))]


def article(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


@pytest.mark.parametrize("line", BOILERPLATE)
def test_boilerplate_at_the_end_of_an_article_is_not_cited(line: str) -> None:
    assert cited(article(*NEWS, line)) == cited(article(*NEWS))


@pytest.mark.parametrize("line", PROSE)
def test_news_in_the_words_of_boilerplate_is_cited_wherever_it_stands(line: str) -> None:
    own = cited(line)
    assert "".join(own).replace(" ", "") == line.replace(" ", "")
    for place in range(len(NEWS) + 1):
        assert set(own) <= set(cited(article(*NEWS[:place], line, *NEWS[place:])))


@given(st.permutations(PROSE), st.sampled_from(BOILERPLATE))
def test_boilerplate_takes_no_news_along(paragraphs: list[str], line: str) -> None:
    news = article(*NEWS, *paragraphs[:8], *NEWS)
    assert cited(article(news, line)) == cited(news)


@given(st.lists(st.sampled_from([*BOILERPLATE, *PROSE, *NEWS, "", "The tower", "###", " "])))
def test_what_may_be_cited_are_some_of_the_sentences_in_their_order(lines: list[str]) -> None:
    text = "\n".join(lines)
    spans = sentence_spans(text)
    kept = citable(text, spans)
    assert list(kept) == [span for span in spans if span in kept]
    # A passage is judged as the whole article is.
    assert kept == tuple(span for each in spans for span in citable(text, [each]))


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    assert set(citable(text, sentence_spans(text))) <= set(sentence_spans(text))


@pytest.mark.parametrize(
    "part",
    ["MAY ", "10:30 ", "1234", "AAAA", "A. ", "home > ", "- ", "# ", "all rights ", "to visit ",
     "Ann Lee contributed from Oslo and ", "by Ann ", "Photo: ", "@", "www.", "\"", "UTC+1 "],
)  # fmt: skip
@pytest.mark.parametrize("times", [30, 120, 3000])
def test_a_line_made_to_be_slow_is_judged(part: str, times: int) -> None:
    text = article(*NEWS, part * times + "x", NEWS[0])
    assert cited(text)[: len(NEWS)] == list(NEWS)


@pytest.mark.parametrize("line", ["The tower", "What she has promised", "A windy night"])
def test_a_heading_before_a_paragraph_is_no_statement(line: str) -> None:
    assert cited(article(*NEWS[:2], line, *NEWS[2:])) == cited(article(*NEWS))


@pytest.mark.parametrize(
    "lines",
    [
        ("Halvorn Athletic 2, Real Brennac 1", NEWS[0]),  # a result
        ("Her answer was short:", "No", NEWS[0]),
        ("((WN)) Will you stand again?", "Not before June", NEWS[0]),
        ("Labour 41 seats", "Greens 22 seats", "Liberals 9 seats"),
        ("Ilse Brandt, engineer", "Gordon Pell, mayor", "Cy Okonjo, architect"),
    ],
)
def test_lists_answers_and_results_are_no_headings(lines: tuple[str, ...]) -> None:
    assert cited(article(NEWS[0], *lines)) == cited(NEWS[0]) + [
        sentence for line in lines for sentence in cited(line)
    ]


@pytest.mark.parametrize("mark", ["###", "# # #", "-30-", "ENDS", "- Ends -", "Notes to editors"])
def test_nothing_after_the_end_mark_is_cited(mark: str) -> None:
    about = "Acme has made lifts since 1931 and employs 400 people in Brackwater."
    assert cited(article(*NEWS, mark, about, about)) == cited(article(*NEWS))


def test_marks_that_part_sections_end_nothing() -> None:
    assert cited(article(NEWS[0], "###", *NEWS[1:])) == cited(article(*NEWS))


def test_what_a_publisher_says_of_itself_is_not_cited() -> None:
    about = "Acme has made lifts since 1931 and employs 400 people in Brackwater."
    assert cited(article(*NEWS, "About Acme Lifts", about)) == cited(article(*NEWS))
    assert about in cited(article(*NEWS, "About the lifts of the town hall", about))


def test_an_address_after_the_contact_goes_with_it() -> None:
    footer = ("Press Contacts", "Harbour Trust", "200 Quay Street S.W.", "Brackwater 20201")
    assert cited(article(*NEWS, *footer)) == cited(article(*NEWS))


def test_a_speech_of_two_lists_is_cited_where_no_footer_is() -> None:
    assert cited(article(*NEWS, "Gold: Norway", "Silver: Chile"))[-2:] == [
        "Gold: Norway",
        "Silver: Chile",
    ]


def test_unrelated_headlines_share_no_word() -> None:
    assert unrelated(["Ferry sinks off the cape", "Ferry: nine missing", "Prize for a poet"]) == 2
    assert unrelated([]) == 0


# -- over whole corpora ------------------------------------------------------------------------


def _quotes(gold: Path) -> set[tuple[str, str]]:
    return {
        (found["article"], found["quote"])
        for line in gold.read_text("utf-8").splitlines()
        for found in json.loads(line)["evidence"]
    }


def _uncitable(text: str, quote: str) -> list[str]:
    """The sentences of a text that a quote of it needs and that may not be cited."""
    at = text.find(quote)
    spans = sentence_spans(text)
    kept = citable(text, spans)
    inside = [(a, b) for a, b in spans if a < at + len(quote) and at < b]
    return [text[a:b] for a, b in inside if (a, b) not in kept]


def test_every_gold_quote_of_the_sample_may_be_cited() -> None:
    texts: dict[str, str] = {}
    for file in find_files([SAMPLE]):
        for item in read(file):
            assert isinstance(item, Delivered)
            own = item.article
            text = clean(own.text or "") or clean(text_of_html(own.html or ""))
            texts |= dict.fromkeys((identity(own, own.title, text), own.title), text)
    quotes = _quotes(GOLD)
    assert not [quote for found, quote in quotes if _uncitable(texts[found], quote)]


def test_every_gold_quote_of_wikinews_may_be_cited() -> None:
    folder = os.environ.get("NEWSCITE_BENCH_DATA")
    if not folder:
        pytest.skip("NEWSCITE_BENCH_DATA does not name the folder of real news")
    wikinews = Path(folder) / "wikinews"
    lines = (wikinews / "articles.jsonl").read_text("utf-8").splitlines()
    texts = {one["id"]: clean(one["text"]) for one in map(json.loads, lines)}
    quotes = _quotes(wikinews / "gold-dev.jsonl")
    assert not [quote for found, quote in quotes if _uncitable(texts[found], clean(quote))]


# -- asked ---------------------------------------------------------------------------------------

FERRY = article(
    "By Ann Lee, Associated Press",
    "BRACKWATER — The ferry Santa Perpetua sank off the cape on Monday with 41 people aboard, the "
    "coast guard said. Nine of them are missing.",
    "The search",
    "Divers went down again on Tuesday morning. The wreck lies at 38 metres.",
    "Sign up for our newsletter, the Harbour Briefing, to get the day's news at 7 a.m.",
    "(Reporting by Ann Lee in Brackwater; Editing by Bo Smith)",
    "Copyright 2025 The Brackwater Sentinel. All rights reserved. This material may not be "
    "published without permission.",
    "Media contact: Cy Jones, media@sentinel.example",
)
TOLD = {
    "The ferry Santa Perpetua sank off the cape on Monday with 41 people aboard, the coast guard "
    "said.",
    "Nine of them are missing.",
    "Divers went down again on Tuesday morning.",
    "The wreck lies at 38 metres.",
}
OWN_FOOTER = "The Harbour Trust keeps 40 lights between Brackwater and the cape, day and night."
RELEASES = {
    "Ferry sinks off the cape": FERRY,
    "Prize for a poet": "The poet Ines Varga won the Sorrel prize on Friday for her third book.",
    "Council buys seven buses": "Seven electric buses were bought for 4 million dollars in March.",
    "Seagrass stores carbon": "A meadow of seagrass stores 2,000 tonnes of carbon, a study found.",
    "Strike ends at Halvorn": "Dockers at Halvorn went back to work on Sunday after nine days.",
    "Museum opens new wing": "The museum opened its east wing with 300 paintings on Thursday.",
}


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over articles of one source, each of which ends with its own footer."""
    with open_engine(Settings(data_dir=tmp_path_factory.mktemp("harbour")), "pytest") as engine:
        Pipeline(engine.corpus).run(
            Delivered(Article(id=title, title=title, source="Harbour Trust", text=text), title)
            for title, text in ((t, f"{text}\n\n{OWN_FOOTER}") for t, text in RELEASES.items())
        )
        yield engine


def quoted(answer: Answer) -> set[str]:
    nearest = {answer.nearest.quote} if answer.nearest else set()
    return {citation.quote for citation in answer.citations} | nearest


@pytest.mark.parametrize(
    "question",
    [
        "What should readers subscribe to?",
        "What is the newsletter called?",
        "Who edited the report on the ferry?",
        "Who wrote about the ferry Santa Perpetua?",
        "What may not be published without permission?",
        "Who is the media contact?",
        "Who holds the copyright?",
    ],
)
def test_the_footer_is_neither_the_answer_nor_the_nearest_statement(
    harbour: Engine, question: str
) -> None:
    answer = harbour.ask(question)
    assert quoted(answer) <= TOLD | set(RELEASES.values())


def test_the_article_around_boilerplate_is_answered_from(harbour: Engine) -> None:
    answer = harbour.ask("At what depth does the wreck of the Santa Perpetua lie?")
    assert "The wreck lies at 38 metres." in quoted(answer)
    assert "Copyright 2025" in harbour.article("Ferry sinks off the cape").text


def test_the_text_of_a_passage_keeps_its_boilerplate(harbour: Engine) -> None:
    found = harbour.search("Santa Perpetua newsletter")
    assert any("Harbour Briefing" in passage.text for passage in found)


def test_a_line_that_unrelated_articles_of_a_source_have_is_not_cited(harbour: Engine) -> None:
    assert len(RELEASES) >= UNRELATED
    answer = harbour.ask("How many lights does the Harbour Trust keep?")
    assert OWN_FOOTER not in quoted(answer)


def test_a_line_that_few_articles_have_is_cited(tmp_path: Path) -> None:
    with open_engine(Settings(data_dir=tmp_path), "pytest") as engine:
        Pipeline(engine.corpus).run(
            Delivered(
                Article(id=t, title=t, source="Harbour Trust", text=f"{text}\n\n{OWN_FOOTER}"), t
            )
            for t, text in list(RELEASES.items())[: UNRELATED - 1]
        )
        answer = engine.ask("How many lights does the Harbour Trust keep?")
        assert OWN_FOOTER in quoted(answer)


def test_background_that_the_articles_of_one_story_repeat_is_cited(tmp_path: Path) -> None:
    background = "The strike at Halvorn began on 3 March over the pay of 900 dockers."
    days = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
    with open_engine(Settings(data_dir=tmp_path), "pytest") as engine:
        Pipeline(engine.corpus).run(
            Delivered(
                Article(
                    id=day, title=f"Halvorn strike: {day} day", source="Gazette",
                    text=f"Talks on the {day} day of the strike brought nothing.\n\n{background}",
                ),
                day,
            )
            for day in days
        )  # fmt: skip
        assert background in quoted(engine.ask("When did the strike at Halvorn begin?"))
