"""Which sentences make an answer: the best, and another only if it is close and answers itself."""

from rag.archive.records import StoredPassage
from rag.reading.candidates import Candidate
from rag.reading.coverage import Evidence as Body
from rag.reading.coverage import demands
from rag.reading.selection import select
from rag.retrieval import Hit
from rag.sentences import sentence_spans

QUESTION = "How many herons were counted?"
TEXT = "Ninety herons were counted. There were storks, too. A ferry sank. It rained."


def chosen(*scores: float, question: str = QUESTION) -> list[int]:
    """The places, from 0, of the sentences that are given, each of which has that score."""
    spans = tuple(sentence_spans(TEXT))
    passage = StoredPassage(
        1, "a-v1-p0", "a", 1, 0, len(TEXT), spans, TEXT, "", None, None, None, None, None, None
    )
    hit = Hit(passage, 0.0)
    found = [
        Candidate(hit, 0, number, start, end, score)
        for number, ((start, end), score) in enumerate(zip(spans, scores, strict=False))
    ]
    bodies = {("a", 1): Body(passage, TEXT)}
    best_first = sorted(found, key=lambda one: -one.score)
    return [one.number for one in select(question, best_first, bodies, demands(question), 5)]


def test_the_best_sentence_stands_alone_where_no_other_is_close() -> None:
    assert chosen(8.0, 3.0, -2.0) == [0]


def test_a_close_one_joins_it() -> None:
    assert chosen(8.0, 5.0, 4.9) == [0, 1]


def test_the_surer_the_best_the_closer_another_has_to_be() -> None:
    assert chosen(10.0, 8.0) == [0]
    assert chosen(10.0, 8.6) == [0, 1]


def test_behind_an_answer_one_that_is_none_is_left_out() -> None:
    assert chosen(-1.0, -3.9) == [0, 1]
    assert chosen(-1.0, -4.1) == [0]


def test_of_poor_answers_there_may_be_two() -> None:
    assert chosen(-5.0, -5.1) == [0, 1]
