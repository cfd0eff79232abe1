"""The reader's model: what it finds in a passage, and that its spans are where it says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import bundled
from rag.archive.records import StoredPassage
from rag.bundled import locate_reader
from rag.errors import ModelError
from rag.passage_reading import PassageReading
from rag.reading.span_model import SpanModel, span_model
from rag.reading.spans import study
from rag.retrieval import Hit
from rag.sentences import sentence_spans
from rag.usage import metered

FERRY = (
    "The ferry Maren Elise sank off Halvorn on Monday night. Seventeen people died, the coast guard "
    "said. Its captain, Ida Brandt, had reported a leak at 9:40 p.m. The ferry was built in 1987."
)
TITLE = "Ferry sinks off Halvorn"


@pytest.fixture(scope="module")
def model() -> SpanModel:
    return span_model(2)


def passage(text: str, title: str = TITLE, start: int = 0) -> StoredPassage:
    """A passage that begins `start` code points into its article."""
    spans = tuple((start + a, start + b) for a, b in sentence_spans(text))
    return StoredPassage(
        rowid=1, id="p", article_id="a", version=1, language=None, start=start, end=start + len(text),
        text=text, title=title, source=None, url=None, dateline=None, published_at=None,
        updated_at=None, sentences=spans,
    )  # fmt: skip


def best(reading: PassageReading, of: StoredPassage) -> tuple[str, str]:
    """The best sentence and the short answer in it."""
    sentence = max(reading.sentences, key=lambda s: s.score)
    start, end = of.sentences[sentence.number]
    return (
        of.text[start - of.start : end - of.start],
        of.text[sentence.start - of.start : sentence.end - of.start],
    )


@pytest.mark.parametrize(
    ("question", "sentence", "short"),
    [
        ("How many people were killed in the sinking?", "Seventeen people died", "Seventeen"),
        ("Who was in command of the Maren Elise?", "Its captain", "Ida Brandt"),
        ("When was the ship built?", "was built in", "1987"),
    ],
)
def test_it_finds_the_sentence_and_the_words_that_answer(
    model: SpanModel, question: str, sentence: str, short: str
) -> None:
    read = passage(FERRY, start=1000)
    found, words = best(model.read(question, [read])[0], read)
    assert sentence in found
    assert words == short


def test_what_answers_scores_above_what_does_not(model: SpanModel) -> None:
    read = passage(FERRY)
    (answered,) = model.read("How many people died?", [read])
    (absent,) = model.read("Who owned the shipping company in 1950?", [read])
    (other,) = model.read("Who won the chess olympiad in Budapest?", [read])
    assert answered.score > 0 > absent.score
    assert answered.relevance > 0 > other.relevance


def test_a_reading_does_not_depend_on_what_is_read_with_it(model: SpanModel) -> None:
    texts = [passage(FERRY), passage("It rained in Orrin. " * 30), passage("No.")]
    together = model.read("How many people died?", texts)
    alone = [reading for text in texts for reading in model.read("How many people died?", [text])]
    assert together == alone


def test_a_passage_longer_than_the_window_is_read_to_its_end(model: SpanModel) -> None:
    filler = "The council met on the usual day and talked of the usual things. " * 120
    long = passage(filler + "The mayor, Odile Garnier, resigned. " + filler, "Council")
    found, words = best(model.read("Which mayor resigned?", [long])[0], long)
    assert "resigned" in found
    assert words == "Odile Garnier"


def test_a_question_longer_than_the_window_is_cut(model: SpanModel) -> None:
    read = passage(FERRY)
    (reading,) = model.read("How many people died in the sinking? " + "Tell me. " * 200, [read])
    assert len(reading.sentences) == 4


def test_captions_are_no_sentences(model: SpanModel) -> None:
    (reading,) = model.read("Who is it?", [passage("At sea.")])
    assert reading.sentences == ()
    assert reading.score == -100


@settings(max_examples=15)
@given(st.text(alphabet=st.sampled_from("ab é🌊\n.“”中—1\u0301"), max_size=200), st.integers(0, 9))
def test_a_span_lies_in_its_sentence(text: str, start: int) -> None:
    read = passage(text, start=start)
    (reading,) = span_model(2).read("What is it 🌊?", [read])
    for sentence in reading.sentences:
        first, last = read.sentences[sentence.number]
        assert first <= sentence.start < sentence.end
        assert sentence.start < last
        assert sentence.end <= read.end


def test_the_rest_is_not_read_where_the_answer_is_sure(model: SpanModel) -> None:
    sure = [Hit(passage(FERRY), 1.0)] + [Hit(passage("It rained in Orrin."), 1.0)] * 9
    with metered() as meter:
        assert len(study(model, "How many people died in the sinking?", sure)) == 2
        assert meter.usage().model_runs == 2
        assert len(study(model, "Who owned the company?", sure)) == 6
        assert meter.usage().model_runs == 8


def test_an_altered_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    locate_reader.cache_clear()
    monkeypatch.setattr(bundled, "READER_SHA256", "0" * 64)
    with pytest.raises(ModelError, match=r"reader\.onnx has SHA-256 .* install newscite again"):
        locate_reader()
    locate_reader.cache_clear()
