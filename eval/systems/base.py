"""The two protocols of a run: the system that is asked, and the corpus its answers are checked in.

They are two because a peer, such as a chat endpoint, answers without giving its articles away; the
corpus that the gold was written for says what they are.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from eval.questions import GoldQuestion
from eval.reply import Reply


class System(Protocol):
    """What can be asked gold questions: one file of this package each."""

    def config(self) -> dict[str, Any]:
        """What must be known to set the system up again, as JSON values, without secrets."""

    def ask(self, question: GoldQuestion) -> Reply:
        """Answers or refuses. Whatever it raises is that question's error, and scored."""


class ReferenceCorpus(Protocol):
    """The articles that gold evidence and citations are looked up in."""

    def describe(self) -> dict[str, Any]:
        """What the corpus is, with its fingerprint, as JSON values."""

    def articles(self) -> Iterable[str]:
        """The ids of all articles that may be seen now."""

    def resolve(self, name: str) -> frozenset[str]:
        """The ids of the articles that an id, url or title means; may be none or several."""

    def text(self, article_id: str, version: int | None) -> str | None:
        """The text that offsets point into; None as version: the current one.

        None when there is no such article or version, or it may not be shown.
        """
