"""What the reader made of gold questions, whether it would answer them or not."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from eval.calibration.cases import ANSWERABLE, HIDDEN, NEAR, OTHER, Case
from eval.cli.opening import filled
from eval.leave_out import TAG, with_left_out
from eval.questions import GoldQuestion
from eval.squad_text import states
from eval.systems.base import ReferenceCorpus
from eval.systems.local import LocalCorpus
from rag.engine import Engine
from rag.settings import load_settings


@contextmanager
def answering_everything(data_dir: Path) -> Iterator[tuple[Engine, ReferenceCorpus]]:
    """The engine over a corpus, giving an answer however unsure it is of it."""
    settings = load_settings(data_dir).model_copy(update={"answer_from": 0.0})
    with filled(settings, "eval.calibration") as engine:
        yield engine, LocalCorpus(engine)


def questions_of(
    gold: Sequence[GoldQuestion], corpus: ReferenceCorpus, *, leave_out: bool, elsewhere: bool
) -> Iterator[tuple[str, GoldQuestion]]:
    """Each question with its kind.

    Args:
        leave_out: ask answerable ones again, their articles hidden.
        elsewhere: the gold is about another corpus, so this one answers none of it.
    """
    for question in with_left_out(gold, corpus) if leave_out else gold:
        if elsewhere:
            yield OTHER, question
        elif question.answerable:
            yield ANSWERABLE, question
        else:
            yield HIDDEN if TAG in question.tags else NEAR, question


def collect(
    engine: Engine, corpus: str, asked: Iterable[tuple[str, GoldQuestion]]
) -> Iterator[Case]:
    """Asks; a question of which nothing could be read is passed over."""
    for kind, question in asked:
        trace = engine.trace(question.question, filters=question.filters, as_of=question.as_of)
        if trace.signals is None:
            continue
        said = " ".join(sentence.text for sentence in trace.answer.sentences)
        right = kind == ANSWERABLE and any(states(said, answer) for answer in question.answers)
        yield Case(corpus, kind, question.id, right, trace.signals)
