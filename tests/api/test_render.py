"""What a person reads in the terminal."""

from datetime import UTC, datetime

from rich.text import Text

from api.cli.render import answer
from rag.types import Answer, AnswerSentence, Citation, Gloss, PubStatus, ShortAnswer, StoredArticle


def test_what_is_ours_is_dim_and_moves_no_bold() -> None:
    text = "Ann Li came. He saw seventeen birds."
    quote = text[13:]
    gloss = Gloss(at=2, text=" [Ann Li]", name="Ann Li", citation=1, start=0, end=6)
    found = Answer(
        question="Did he see birds?",
        answerable=True,
        answer="Yes. He [Ann Li] saw seventeen birds. [1]",
        lead="Yes",
        sentences=[
            AnswerSentence(
                text="He [Ann Li] saw seventeen birds.", citations=[1], glosses=[gloss]
            )
        ],
        citations=[
            Citation(number=1, quote=quote, article_id="a", version=1, title="Birds", start=13,
                     end=36, passage_id="p")
        ],
        short_answer=ShortAnswer(text="seventeen", citation=1, start=20, end=29),
        confidence=0.9,
    )  # fmt: skip
    line = _line(found, text)
    assert line.plain.strip() == found.answer
    styles = {line.plain[span.start : span.end]: span.style for span in line.spans}
    assert styles[" [Ann Li]"] == "dim"
    assert styles["seventeen"] == "bold"


def _line(found: Answer, text: str) -> Text:
    """The line of the answer, as it is shown."""
    article = StoredArticle(
        id="a", version=1, title="Birds", text=text, status=PubStatus.USABLE, current=True,
        ingested_at=datetime(2025, 3, 4, tzinfo=UTC),
    )  # fmt: skip
    shown = answer(found, {("a", 1): article})
    lines = [part.renderable for part in shown.renderables if hasattr(part, "renderable")]
    (line,) = (part for part in lines if isinstance(part, Text) and "[1]" in part.plain)
    return line


def test_the_short_answer_is_bold_in_its_sentence() -> None:
    text = "It rained all day. Seventeen people died."
    quote = text[19:]
    found = Answer(
        question="How many died?",
        answerable=True,
        answer=f"{quote} [1]",
        sentences=[AnswerSentence(text=quote, citations=[1])],
        citations=[
            Citation(number=1, quote=quote, article_id="a", version=1, title="Ferry", start=19,
                     end=41, passage_id="p")
        ],
        short_answer=ShortAnswer(text="Seventeen", citation=1, start=19, end=28),
        confidence=0.9,
    )  # fmt: skip
    line = _line(found, text)
    assert "Seventeen" in {line.plain[s.start : s.end] for s in line.spans if s.style == "bold"}


def test_a_sentence_that_is_written_and_not_quoted_has_no_bold_words() -> None:
    text = "It rained all day. Seventeen people died."
    written = "On that day, seventeen people died."
    found = Answer(
        question="How many died?",
        answerable=True,
        answer=f"{written} [1]",
        sentences=[AnswerSentence(text=written, citations=[1])],
        citations=[
            Citation(number=1, quote=text[19:], article_id="a", version=1, title="Ferry", start=19,
                     end=41, passage_id="p")
        ],
        short_answer=ShortAnswer(text="Seventeen", citation=1, start=19, end=28),
        confidence=0.9,
        mode="generative",
    )  # fmt: skip
    article = StoredArticle(
        id="a", version=1, title="Ferry", text=text, status=PubStatus.USABLE, current=True,
        ingested_at=datetime(2025, 3, 4, tzinfo=UTC),
    )  # fmt: skip
    shown = answer(found, {("a", 1): article})
    lines = [part.renderable for part in shown.renderables if hasattr(part, "renderable")]
    (line,) = (part for part in lines if isinstance(part, Text) and written in part.plain)
    assert "bold" not in {span.style for span in line.spans}
