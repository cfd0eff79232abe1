"""What can be wrong with gold questions together: asked twice, or known from other gold."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from eval.lint.case import Case, Finding, listed
from eval.quotes import Span
from eval.squad_text import tokens
from rag.words import content_words

_NEARLY_THE_SAME = 0.8  # Jaccard index of two questions' content words


def repeats(cases: Sequence[Case]) -> dict[str, list[Finding]]:
    """duplicate-question: what is asked was asked before, or nearly, of the same evidence.

    The same words asked as of another moment or under other filters are another question.

    Returns:
        The findings by the id of the later question.
    """
    found: dict[str, list[Finding]] = defaultdict(list)
    asked: dict[tuple[str, str], str] = {}
    alike: dict[tuple[frozenset[str], str], list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for case in cases:
        own = case.question.id
        seen = case.question.model_dump_json(include={"as_of", "filters"})
        first = asked.setdefault((_wording(case), seen), own)
        if first != own:
            message = f"{first!r} asks the same; remove one, or it counts twice"
            found[own].append(case.error("duplicate-question", message))
            continue
        content = frozenset(content_words(case.question.question))
        others = alike[case.articles, seen]
        if near := [name for name, other in others if _jaccard(content, other) >= _NEARLY_THE_SAME]:
            message = f"it asks nearly the same as {listed(near)}; see that both are wanted"
            found[own].append(case.warning("duplicate-question", message))
        others.append((own, content))
    return found


class Leaks:
    """leak: other gold holds the same question, or one about the same words of an article.

    What was tuned on the one set is no longer a measure on the other.
    """

    def __init__(self, others: Mapping[str, Sequence[Case]]) -> None:
        self._asked: dict[str, str] = {}
        self._quoted: dict[str, list[tuple[Span, str]]] = defaultdict(list)
        for name, cases in others.items():
            for case in cases:
                where = f"{case.question.id} of {name}"
                self._asked.setdefault(_wording(case), where)
                for place in case.places:
                    for article, span in place.spans:
                        self._quoted[article].append((span, where))

    def of(self, case: Case) -> Iterator[Finding]:
        """What the question shares with the other gold."""
        if same := self._asked.get(_wording(case)):
            yield case.error("leak", f"{same} asks the same; keep it in one of the two files")
        elif shared := dict.fromkeys(
            where
            for place in case.places
            for article, (start, end) in place.spans
            for (other_start, other_end), where in self._quoted.get(article, [])
            if start < other_end and other_start < end
        ):
            yield case.warning(
                "leak",
                f"its evidence quotes the same words as {listed(shared)}; keep questions about "
                "the same words in one of the two files",
            )


def _wording(case: Case) -> str:
    """The question as it counts when two are compared."""
    return " ".join(tokens(case.question.question))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
