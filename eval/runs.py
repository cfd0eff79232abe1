"""A run: every gold question asked once, scored, and written down so that it can be repeated."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from eval import provenance
from eval.evidence import EvidenceTracer
from eval.journal import Journal
from eval.questions import GoldQuestion
from eval.results import QuestionResult, Run, put_together
from eval.scoring import ask
from eval.support import Support
from eval.systems.base import ReferenceCorpus, System


def run(
    system: System,
    corpus: ReferenceCorpus,
    questions: Sequence[GoldQuestion],
    support: Support,
    *,
    folder: Path,
    gold: dict[str, Any],
    on_question: Callable[[QuestionResult], None] = lambda _: None,
) -> Run:
    """Asks the questions that the folder's journal does not have yet, and puts all together.

    Args:
        system: what is asked.
        corpus: what the answers are checked against.
        questions: at least one, each with an id of its own.
        support: see `eval.scoring.ask`.
        folder: the run's folder, which exists; its name is the run's id.
        gold: what is recorded of the gold: file, hash, which of its questions.
        on_question: called with each question's result, those of the journal first.

    Raises:
        UsageError: the folder has the journal of another run.
    """
    config = {"gold": gold, "system": system.config(), "support": support.name}
    state = corpus.describe()
    surroundings = provenance.surroundings()
    identity = {**config, "corpus": state, "versions": surroundings["versions"]}
    tracer = EvidenceTracer(corpus)
    with Journal(folder, identity) as journal:
        for question in questions:
            if question.id not in journal.done:
                journal.add(ask(system, corpus, tracer, support, question))
            on_question(journal.done[question.id])
        return put_together(
            journal.info(folder.resolve().name),
            [journal.done[question.id] for question in questions],
            config=config | surroundings,
            corpus=state,
        )
