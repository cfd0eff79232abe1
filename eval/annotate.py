"""Writing gold: a question with our answer and the sentences that a person may choose from.

Nothing here reads keys or prints; `eval/cli/annotate.py` does.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from eval.questions import Evidence, GoldQuestion
from eval.squad_text import contains
from rag.errors import NotFoundError, UsageError
from rag.types import Answer, Citation, Passage, checked_question

UNANSWERABLE = "unanswerable"
INFERRED = "inferred"

_RANKED = 30  # passages that can be looked through
_PAGE = 8  # sentences shown at a time
_KINDS = re.compile(
    r"\b(?:(how (?:many|much))|(who)(?:m|se)?|(when)|(where)|(why)|(what|which))\b", re.IGNORECASE
)
_KIND_TAGS = ("how-many", "who", "when", "where", "why", "what")

Spans = Sequence[tuple[int, int]]


class Traced(Protocol):
    """An answer and the passages that were ranked for it, best first."""

    @property
    def answer(self) -> Answer: ...

    @property
    def ranked(self) -> list[Passage]: ...


class Asked(Protocol):
    """What annotating needs of `rag.engine.Engine`."""

    def trace(self, question: str, *, as_of: datetime | None, ranked: int) -> Traced: ...

    def search(self, query: str, *, as_of: datetime | None, limit: int) -> list[Passage]: ...


@dataclass(frozen=True)
class Candidate:
    """A sentence that may be evidence.

    Attributes:
        number: what a person calls it by, from 1.
        quote: the sentence, exactly as it stands in the article.
        start, end: where it stands, in code points of the article version's text.
        found: the citation or passage that it comes from, which knows the article.
    """

    number: int
    quote: str
    start: int
    end: int
    found: Citation | Passage

    @property
    def article(self) -> tuple[str, int]:
        """Id and version."""
        return self.found.article_id, self.found.version


class Sheet:
    """One question on the desk.

    Args:
        question: 1 to 2,000 characters.
        asked: answers it, and finds passages.
        sentences: where the sentences of a passage stand in its article's text.
        as_of: ask as the archive stood then.

    Attributes:
        answer: what we answer.
        candidates: all sentences shown so far; those that the answer cites come first.

    Raises:
        UsageError: the question is empty or too long.
    """

    def __init__(
        self,
        question: str,
        asked: Asked,
        sentences: Callable[[Passage], Spans],
        as_of: datetime | None = None,
    ) -> None:
        self.question = checked_question(question)
        self.as_of = as_of
        self._asked = asked
        self._sentences = sentences
        traced = asked.trace(self.question, as_of=as_of, ranked=_RANKED)
        self.answer = traced.answer
        self.candidates: list[Candidate] = []
        for citation in self.answer.citations:
            self._show(citation, citation.quote, citation.start, citation.end)
        self.cited = tuple(self.candidates)
        self._waiting = self._spans(traced.ranked)

    def more(self) -> list[Candidate]:
        """The next sentences of the best passages; none when all have been shown."""
        before = len(self.candidates)
        for passage, start, end in self._waiting:
            quote = passage.text[start - passage.start : end - passage.start]
            if not self._shown(passage, quote, start, end):
                self._show(passage, quote, start, end)
                if len(self.candidates) - before == _PAGE:
                    break
        return self.candidates[before:]

    def search(self, query: str) -> list[Candidate]:
        """The next sentences of the passages that fit other words best.

        Raises:
            UsageError: the query is empty or too long.
        """
        found = self._asked.search(query, as_of=self.as_of, limit=_RANKED)
        self._waiting = chain(self._spans(found), self._waiting)
        return self.more()

    def chosen(self, numbers: str) -> list[Candidate]:
        """The candidates that are meant by "2", "2 4" or "2,4", each once.

        Raises:
            UsageError: something else is given, or there is no such candidate.
        """
        by_number = {str(candidate.number): candidate for candidate in self.candidates}
        given = dict.fromkeys(numbers.replace(",", " ").split())
        if unknown := [number for number in given if number not in by_number]:
            raise UsageError(
                f"there is no sentence {unknown[0]!r}; the sentences have the numbers 1 to "
                f"{len(self.candidates)}"
            )
        return [by_number[number] for number in given]

    def holding(self, answers: Sequence[str]) -> Candidate | None:
        """The first candidate in which an answer stands."""
        return next((c for c in self.candidates if stands(answers, [c])), None)

    def gold(
        self, name: str, answers: Sequence[str], evidence: Sequence[Candidate], tags: Iterable[str]
    ) -> GoldQuestion:
        """The gold question; without answers it is unanswerable, and tagged so.

        Raises:
            UsageError: an answer or tag is not text.
        """
        marked = tags if answers else (UNANSWERABLE, *tags)
        quoted = dict.fromkeys((c.found.article_id, c.quote) for c in evidence)
        try:
            return GoldQuestion(
                id=name,
                question=self.question,
                answers=list(dict.fromkeys(answers)),
                answerable=bool(answers),
                evidence=[Evidence(article=article, quote=quote) for article, quote in quoted],
                as_of=self.as_of,
                tags=list(dict.fromkeys(marked)),
            )
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            field = ".".join(str(part) for part in problem["loc"])
            raise UsageError(f"{field}: {problem['msg']}") from error

    def _spans(self, passages: Iterable[Passage]) -> Iterator[tuple[Passage, int, int]]:
        """Every sentence of the passages, in order, looked up when it is wanted."""
        for passage in passages:
            for start, end in self._sentences(passage):
                yield passage, start, end

    def _shown(self, passage: Passage, quote: str, start: int, end: int) -> bool:
        """Whether the sentence, or a copy of it in another article, has been shown."""
        version = (passage.article_id, passage.version)
        return any(
            candidate.quote == quote
            or (candidate.article == version and candidate.start < end and start < candidate.end)
            for candidate in self.candidates
        )

    def _show(self, found: Citation | Passage, quote: str, start: int, end: int) -> None:
        self.candidates.append(Candidate(len(self.candidates) + 1, quote, start, end, found))


def stands(answers: Iterable[str], evidence: Sequence[Candidate]) -> bool:
    """Whether some answer stands in some quote, words compared as in scoring."""
    return any(contains(candidate.quote, answer) for answer in answers for candidate in evidence)


def alternatives(typed: str) -> list[str]:
    """The answers in "about 80 | 80", each once; any of them is right."""
    return list(dict.fromkeys(part.strip() for part in typed.split("|") if part.strip()))


def kind_of(question: str) -> str | None:
    """The tag for what is asked for, by the question's first such word: "how-many", "who", ..."""
    found = _KINDS.search(question)
    return _KIND_TAGS[(found.lastindex or 1) - 1] if found else None


def read_questions(path: Path) -> list[str]:
    """Questions from a text file, one a line; blank lines are skipped.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it cannot be read, is not UTF-8, or a question is too long (the message names
            the line).
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no file of questions {path}; check the path") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    found: dict[str, None] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found[checked_question(line)] = None
            except UsageError as error:
                raise UsageError(f"{path}, line {number}: {error}") from error
    return list(found)
