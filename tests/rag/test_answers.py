"""Answers of the right kind, through the real engine, over small corpora of a few articles each."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_news import ARTICLES

from ingest.pipeline import Pipeline
from ingest.sources import Delivered
from rag.archive.reading import passages_of
from rag.citing import cite
from rag.engine import Engine, open_engine
from rag.reading import composing
from rag.reading.base import Evidence, Named
from rag.reading.selection import select_parts
from rag.reading.span_model import span_model
from rag.retrieval import Hit
from rag.settings import Settings
from rag.types import Answer, Article, Filters

Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over the articles of small_news.py."""
    with open_engine(Settings(data_dir=tmp_path_factory.mktemp("news")), "pytest") as engine:
        Pipeline(engine.corpus).run(Delivered(Article(**one), one["id"]) for one in ARTICLES)
        yield engine


@pytest.fixture
def ask(news: Engine) -> Ask:
    """Asks of the named articles alone, or of all."""

    def asking(question: str, *articles: str, most: int = 5) -> Answer:
        filters = Filters(article_ids=list(articles))
        return news.ask(question, filters=filters, max_citations=most)

    return asking


def said(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def test_he_is_named_in_brackets_and_the_quote_is_untouched(ask: Ask, news: Engine) -> None:
    answer = ask("What did Michael Orde study before he became mayor?", "orde")
    (sentence,) = (s for s in answer.sentences if s.glosses)
    assert sentence.text == "He [Michael Orde] studied marine engineering in Halvorn."
    assert sentence.quoted == "He studied marine engineering in Halvorn."
    (gloss,) = sentence.glosses
    citation = answer.citations[gloss.citation - 1]
    article = news.article(citation.article_id, citation.version)
    assert citation.quote == sentence.quoted
    assert article.text[gloss.start : gloss.end] == gloss.name == "Michael Orde"
    assert "He [Michael Orde] studied" in (answer.answer or "")


def test_where_two_could_be_meant_the_sentence_before_comes_along(ask: Ask) -> None:
    answer = ask("What injuries were treated after the Dunmore boathouse fire?", "two-men")
    assert all(not sentence.glosses for sentence in answer.sentences)
    assert "Paul Reyes pulled Mark Ansell out of the burning boathouse." in said(answer)
    assert "He was treated for burns on both hands." in said(answer)


def test_a_sentence_before_that_points_back_itself_does_not_come_along(ask: Ask) -> None:
    answer = ask("When will Ana Ruiz be sworn in as a judge in Orpe?", "vow")
    assert "They spoke of buses for an hour." not in said(answer)
    assert any("May 19" in sentence for sentence in said(answer))


def test_each_asking_has_its_sentence_in_the_order_asked(ask: Ask) -> None:
    answer = ask("How much will the new Storsund ferry cost, and who won the Tarsholm race?")
    assert len(said(answer)) == 2
    assert "14 million crowns" in said(answer)[0]
    assert "Ana Ruiz" in said(answer)[1]


def test_one_sentence_that_answers_both_askings_is_given_once(ask: Ask) -> None:
    answer = ask("Who won the Tarsholm mayoral race, and by how many votes?", "race")
    assert [s for s in said(answer) if "411 votes" in s] == [said(answer)[0]]
    assert len(said(answer)) == 1


def test_a_list_has_all_the_sentences_that_name_something_more(ask: Ask) -> None:
    answer = ask("Which countries sent rescue teams to Kilcorrie?", "aid")
    assert len(said(answer)) <= 4
    assert sum(any(land in s for s in said(answer)) for land in ("Norway", "Denmark")) == 2


def test_a_line_that_is_a_date_is_no_answer(ask: Ask) -> None:
    for question in ("When did the rescue teams come?", "Did Norway send rescue workers?"):
        assert not any(s.startswith("Friday, March") for s in said(ask(question, "aid")))


def test_a_why_is_answered_with_the_reason(ask: Ask) -> None:
    answer = ask("Why was the Brenn Line closed?", "toll-why")
    assert any("because ice had fallen" in s for s in said(answer))
    assert answer.short_answer is None


def test_a_part_that_nothing_answers_is_known(news: Engine) -> None:
    passages = passages_of(news.corpus.archive.engine, "bridges", 1)
    question = "How long is the Alder bridge, and what is the capital of Peru?"
    chosen, unanswered = select_parts(question, [Hit(p, 1.0) for p in passages], span_model(2), 5)
    assert ["340 metres" in one.text for one in chosen] == [True]
    assert unanswered == ["What is the capital of Peru?"]


def test_of_two_times_each_has_its_sentence(ask: Ask) -> None:
    answer = ask("How did the water level of Lake Brenn change between May and September?", "lake")
    assert ["212 metres" in s or "208 metres" in s for s in said(answer)] == [True, True]


def test_of_two_things_compared_both_are_cited_and_the_winner_leads(ask: Ask) -> None:
    answer = ask("Which is longer, the Alder bridge or the Corrie bridge?", "bridges", "corrie")
    assert answer.lead == "The Corrie bridge"
    assert (answer.answer or "").startswith("The Corrie bridge. ")
    assert any("340 metres" in s for s in said(answer))
    assert any("512 metres" in s for s in said(answer))


def test_no_winner_leads_where_a_number_is_missing(ask: Ask) -> None:
    answer = ask("Which is older, the Alder bridge or the Corrie bridge?", "bridges", "corrie")
    assert answer.lead is None


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("Did the council approve the Alder bridge?", "Yes"),
        ("Did the council raise the toll?", "No"),
        ("Did the mayor take a bribe?", None),  # it is alleged
        ("Will the Alder bridge open in May?", None),
        ("How long is the Alder bridge?", None),
    ],
)
def test_yes_and_no_lead_only_where_the_sentence_says_so(
    ask: Ask, question: str, lead: str | None
) -> None:
    answer = ask(question, "bridges")
    assert answer.answerable
    assert answer.lead == lead
    assert (answer.answer or "").startswith(f"{lead}. ") == (lead is not None)


def test_what_somebody_says_is_given_as_his(ask: Ask, news: Engine) -> None:
    answer = ask("How many crowns did the mayor take from the builder?", "bridges")
    short = answer.short_answer
    assert short is not None
    assert "90,000" in short.text
    assert short.according_to is not None
    assert short.according_to.text == "according to prosecutors"
    text = news.article("bridges").text
    assert text[short.according_to.start : short.according_to.end] == short.according_to.text


def test_the_articles_own_statement_is_nobodys(ask: Ask) -> None:
    short = ask("How long is the Alder bridge?", "bridges").short_answer
    assert short is not None
    assert short.according_to is None


@pytest.mark.parametrize(
    ("question", "article"),
    [("Is the Alder bridge long?", "bridges"), ("Did the council approve the Alder bridge?", "bridges")],
)  # fmt: skip
def test_whether_something_is_so_has_no_few_words_for_an_answer(
    ask: Ask, question: str, article: str
) -> None:
    answer = ask(question, article)
    assert answer.answerable
    assert answer.short_answer is None


def test_a_short_answer_is_given_where_it_is_rather_right_than_wrong(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask("Where did Michael Orde study?", "orde").short_answer is not None
    unsure = ask("What happened at the mine?", most=4)
    assert unsure.answerable
    assert unsure.confidence < 0.5
    assert unsure.short_answer is None
    monkeypatch.setattr(composing, "_SHORT_FROM", 0.0)
    assert ask("What happened at the mine?", most=5).short_answer is not None


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("Who chained the exits of the warehouse in Tallow Quay?", None),
        ("Who was arrested in Tallow Quay?", "Piet Havel"),
    ],
)
def test_one_who_is_accused_is_no_short_answer_to_who_did_it(
    ask: Ask, question: str, short: str | None
) -> None:
    answer = ask(question, "accused")
    assert (answer.short_answer.text if answer.short_answer else None) == short


def test_a_sentence_without_a_number_does_not_answer_how_much(ask: Ask) -> None:
    answer = ask("How much did tram line 5 cost and when will it open?", "tram")
    assert said(answer) == ["Tram line 5 will open on 12 May, the city council said on Sunday."]
    assert "No sentence answers “How much did tram line 5 cost?”" in answer.notes


def test_a_greeting_is_told_what_can_be_asked(ask: Ask) -> None:
    answer = ask("Hello!", "tram")
    assert answer.notes == [
        "That asks nothing. Ask about the news, for example who, when, how many or why."
    ]
    assert answer.nearest is None


def test_words_of_a_quotation_come_with_their_speaker(ask: Ask) -> None:
    answer = ask("What will happen to the seals if the harbour is dredged?", "seals")
    assert "They will leave and they will not come back.”" in said(answer)
    assert any("Ines Falk" in s for s in said(answer))


def test_disagreeing_sources_are_shown_dated_newest_first(ask: Ask) -> None:
    answer = ask("How many people died in the Kilcorrie mine collapse?", "mine-1", "mine-2")
    assert "Sources differ: 83 (Gazette, 4 March 2025), 80 (Herald, 3 March 2025)." in answer.notes
    assert ["83" in said(answer)[0], "80" in said(answer)[1]] == [True, True]
    assert answer.short_answer is not None
    assert answer.short_answer.text == "83"
    assert answer.lead is None


@pytest.mark.parametrize(
    ("question", "articles", "given"),
    [
        (
            "How many people died in the Kilcorrie mine collapse?",
            ("mine-1", "mine-2"),
            [("mine-2", "83", 83.0, 4), ("mine-1", "80", 80.0, 3)],
        ),
        (
            "How many people died on the ferry?",
            ("wreck-1", "wreck-2"),
            [("wreck-2", "Eleven", 11.0, 5), ("wreck-1", "Nine", 9.0, 3)],
        ),
        (
            "When will the Orpe lido open?",
            ("lido-1", "lido-2"),
            [("lido-2", "9 June", None, 9), ("lido-1", "12 May", None, 2)],
        ),
    ],
)
def test_figures_that_differ_are_given_one_by_one_each_in_a_sentence_that_is_cited(
    ask: Ask,
    news: Engine,
    question: str,
    articles: tuple[str, ...],
    given: list[tuple[str, str, float | None, int]],
) -> None:
    answer = ask(question, *articles)
    assert [
        (f.article_id, f.text, f.value, f.published_at and f.published_at.day)
        for f in answer.differing
    ] == given
    for figure in answer.differing:
        cited = answer.citations[figure.citation - 1]
        assert (cited.article_id, cited.version) == (figure.article_id, figure.version)
        assert cited.start <= figure.start < figure.end <= cited.end
        assert any(figure.citation in sentence.citations for sentence in answer.sentences)
        text = news.article(figure.article_id, figure.version).text
        assert text[figure.start : figure.end] == figure.text


def test_one_figure_alone_differs_from_nothing(ask: Ask) -> None:
    question = "How many people died in the Kilcorrie mine collapse?"
    assert ask(question, "mine-1", "mine-2", most=1).differing == []
    assert ask(question, "mine-1").differing == []


@pytest.mark.parametrize(
    "question",
    ["How many people died when the Anna Brekke sank?", "How many people died on the ferry?"],
)
def test_a_toll_that_rose_within_days_is_told_with_both_days(ask: Ask, question: str) -> None:
    answer = ask(question, "wreck-1", "wreck-2")
    assert (
        "Sources differ: Eleven (Gazette, 5 March 2026), Nine (Post, 3 March 2026)." in answer.notes
    )
    assert answer.short_answer is not None
    assert answer.short_answer.text == "Eleven"


def test_a_sentence_that_was_reduced_since_is_told_with_both_days(ask: Ask) -> None:
    answer = ask("How long is Milan Varga's prison sentence?", "jail-1", "jail-2")
    assert (
        "Sources differ: nine years to six (Dunmore Herald, 5 September 2025), nine years "
        "(Dunmore Herald, 3 February 2025)." in answer.notes
    )
    assert [figure.value for figure in answer.differing] == [6, 9]


def test_what_a_figure_came_to_is_no_other_figure_than_that_itself(ask: Ask) -> None:
    assert ask("How long is Milan Varga's prison sentence?", "jail-2").differing == []


def test_an_older_figure_is_not_given_as_the_present_one(ask: Ask) -> None:
    answer = ask("How much is the Brenn Line toll?", "toll-1", "toll-2")
    assert answer.short_answer is not None
    assert "8.30" in answer.short_answer.text
    assert "8.30" in said(answer)[0]
    assert any("$8.30" in note and note.index("8.30") < note.index("8.50") for note in answer.notes)


@pytest.mark.parametrize(
    ("question", "articles"),
    [
        ("How many people died in the Kilcorrie mine collapse?", ("mine-2", "mine-same")),
        ("How many people died in the Kilcorrie mine collapse?", ("mine-2", "mine-1987")),
        ("How many miners were rescued from the Kilcorrie mine?", ("mine-1", "mine-2")),
        ("How many homes did the Corrie flood?", ("mine-1", "corrie")),
        ("How many people died on the ferry?", ("wreck-1", "wreck-3")),
    ],
)
def test_figures_that_agree_or_count_other_things_are_no_disagreement(
    ask: Ask, question: str, articles: tuple[str, ...]
) -> None:
    answer = ask(question, *articles)
    assert not any("Sources differ" in note for note in answer.notes)
    assert answer.differing == []


def test_a_copy_with_other_spaces_and_quotation_marks_supports_a_sentence_once(ask: Ask) -> None:
    answer = ask("What did Ines Falk call the dredging plan?", "seals", "seals-copy")
    (citation,) = (c for c in answer.citations if "gamble" in c.quote)
    assert {citation.article_id, *citation.syndicated_in} == {"seals", "seals-copy"}


@settings(max_examples=60)
@given(data=st.data())
def test_a_sentence_without_its_glosses_is_its_quote(news: Engine, data: st.DataObject) -> None:
    """Wherever and whatever glosses there are, true ones and such as the article lacks."""
    archive = news.corpus.archive
    article = data.draw(st.sampled_from([one["id"] for one in ARTICLES]))
    passage = data.draw(st.sampled_from(passages_of(archive.engine, article, 1)))
    start, end = data.draw(st.sampled_from(passage.sentences))
    text = archive.article(article).text
    places = st.lists(st.integers(start, end), max_size=3, unique=True).map(sorted)
    names = []
    for at in data.draw(places):
        first = data.draw(st.integers(0, len(text) - 1))
        last = data.draw(st.integers(first + 1, min(len(text), first + 30)))
        name = data.draw(st.sampled_from([text[first:last], "Nobody At All"]))
        names.append(Named(at, first, last, name))
    (sentence,), (citation,) = cite(archive, [Evidence(passage, start, end, named=tuple(names))])
    assert sentence.quoted == citation.quote == text[citation.start : citation.end]
    for gloss in sentence.glosses:
        assert text[gloss.start : gloss.end] == gloss.name
        assert sentence.text[gloss.at : gloss.at + len(gloss.text)] == gloss.text
        assert gloss.text == f" [{gloss.name}]"
    assert len(sentence.glosses) == sum(text[n.start : n.end] == n.name for n in names)


@pytest.mark.slow
def test_every_answer_over_the_sample_is_its_lead_and_its_quotes(engine: Engine) -> None:
    gold = Path(__file__).parents[2] / "eval" / "gold" / "sample.jsonl"
    for line in gold.read_text("utf-8").splitlines():
        answer = engine.ask(json.loads(line)["question"])
        for sentence in answer.sentences:
            (number,) = sentence.citations
            assert sentence.quoted == answer.citations[number - 1].quote
            for gloss in sentence.glosses:
                citation = answer.citations[gloss.citation - 1]
                text = engine.article(citation.article_id, citation.version).text
                assert text[gloss.start : gloss.end] == gloss.name
        if answer.short_answer and answer.short_answer.according_to:
            said_by = answer.short_answer.according_to
            citation = answer.citations[answer.short_answer.citation - 1]
            text = engine.article(citation.article_id, citation.version).text
            assert text[said_by.start : said_by.end] == said_by.text
