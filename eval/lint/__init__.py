"""Gold questions against the corpus they will be asked of: what in them cannot be right.

A wrong gold question makes a right answer count as wrong, and nobody notices; so each check is
about what can be settled by looking, and says what to do. An error would make scores wrong; a
warning is a thing to look at, and may be as it should be.

`case` looks the evidence up, `alone` checks a question by itself, `together` against others.
Whether an unanswerable question is answered in the corpus after all is not checked: only reading
could tell.
"""

from collections.abc import Mapping, Sequence

from eval.lint.alone import CHECKS
from eval.lint.case import Finding, LintedCorpus, look_up
from eval.lint.together import Leaks, repeats
from eval.questions import GoldQuestion

__all__ = ["Finding", "LintedCorpus", "lint"]


def lint(
    questions: Sequence[GoldQuestion],
    corpus: LintedCorpus,
    others: Mapping[str, Sequence[GoldQuestion]] = {},
) -> list[Finding]:
    """Checks every question by itself, against those before it, and against other gold.

    Args:
        questions: the gold file; its ids are distinct, as `read_gold` sees to.
        corpus: the corpus it will be asked of.
        others: gold that must not share questions with it, such as the test set of a development
            set, by the name to call it in messages.

    Returns:
        What was found, in the questions' order, then the checks'.
    """
    cases = [look_up(question, corpus) for question in questions]
    repeated = repeats(cases)
    leaks = Leaks({name: [look_up(q, corpus) for q in gold] for name, gold in others.items()})
    return [
        finding
        for case in cases
        for findings in (
            *(check(case) for check in CHECKS),
            repeated.get(case.question.id, []),
            leaks.of(case),
        )
        for finding in findings
    ]
