"""What can be wrong with gold questions together: asked twice, or known from other gold."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from eval.lint.case import Case, Finding
from eval.printing import listed
from eval.quotes import Span
from eval.squad_text import tokens
from rag.words import content_words

_NEARLY_THE_SAME = 0.8  # Jaccard index of two questions' content words


class _Asked:
    """Questions that were asked, found again by their words.

    The same words asked as of another moment, under other filters or after other turns are
    another question.
    """

    def __init__(self) -> None:
        self._same: dict[tuple[str, str], str] = {}
        self._alike: dict[tuple[frozenset[str], str], list[tuple[str, frozenset[str]]]] = (
            defaultdict(list)
        )

    def add(self, case: Case, name: str) -> None:
        """Remembers a question under a name; the first of the same words stays."""
        self._same.setdefault((_wording(case), _view(case)), name)
        self._alike[case.articles, _view(case)].append((name, _content(case)))

    def same(self, case: Case) -> str | None:
        """The name of a question in the same words."""
        return self._same.get((_wording(case), _view(case)))

    def nearly(self, case: Case) -> list[str]:
        """The names of questions in nearly the same words with the same evidence articles."""
        content = _content(case)
        known = self._alike.get((case.articles, _view(case)), ())
        return [name for name, other in known if _jaccard(content, other) >= _NEARLY_THE_SAME]


def repeats(cases: Sequence[Case]) -> dict[str, list[Finding]]:
    """duplicate-question: what is asked was asked before, or nearly, of the same evidence.

    Returns:
        The findings by the id of the later question.
    """
    found: dict[str, list[Finding]] = defaultdict(list)
    asked = _Asked()
    for case in cases:
        own = case.question.id
        if first := asked.same(case):
            message = f"{first!r} asks the same; remove one, or it counts twice"
            found[own].append(case.error("duplicate-question", message))
        elif near := asked.nearly(case):
            message = f"it asks nearly the same as {listed(near)}; see that both are wanted"
            found[own].append(case.warning("duplicate-question", message))
        asked.add(case, own)
    return found


class Leaks:
    """leak: other gold holds the same question, or one about the same words of an article.

    What was tuned on the one set is no longer a measure on the other.
    """

    def __init__(self, others: Mapping[str, Sequence[Case]]) -> None:
        self._asked = _Asked()
        self._quoted: dict[str, list[tuple[Span, str]]] = defaultdict(list)
        for name, cases in others.items():
            for case in cases:
                where = f"{case.question.id} of {name}"
                self._asked.add(case, where)
                for place in case.places:
                    for article, span in place.spans:
                        self._quoted[article].append((span, where))

    def of(self, case: Case) -> Iterator[Finding]:
        """What the question shares with the other gold."""
        if same := self._asked.same(case):
            yield case.error("leak", f"{same} asks the same; keep it in one of the two files")
        elif near := self._asked.nearly(case):
            yield case.warning(
                "leak", f"{listed(near)} asks nearly the same; keep it in one of the two files"
            )
        elif shared := self._same_words(case):
            yield case.warning(
                "leak",
                f"its evidence quotes the same words as {listed(shared)}; keep questions about "
                "the same words in one of the two files",
            )

    def _same_words(self, case: Case) -> list[str]:
        """The names of questions whose evidence overlaps."""
        names = dict.fromkeys(
            where
            for place in case.places
            for article, (start, end) in place.spans
            for (other_start, other_end), where in self._quoted.get(article, [])
            if start < other_end and other_start < end
        )
        return list(names)


def _wording(case: Case) -> str:
    """The question as it counts when two are compared."""
    return " ".join(tokens(case.question.question))


def _view(case: Case) -> str:
    """What the question may see, and what was said before it."""
    return case.question.model_dump_json(include={"as_of", "filters", "history"})


def _content(case: Case) -> frozenset[str]:
    return frozenset(content_words(case.question.question))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
