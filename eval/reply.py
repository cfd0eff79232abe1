"""What a system under test said to one question, and how it got there.

Close to `rag.types.Answer`, but without its guarantees: a peer may leave a sentence without a
citation, refer to a citation that it does not give, or have no confidence to tell.
"""

import re

from pydantic import BaseModel, Field

from rag.types import AnswerSentence, Citation, Passage

_MARKER = re.compile(r"\[([0-9]{1,6})\]")


class Statement(BaseModel):
    """One sentence of an answer and the numbers that it cites, which may be none or dangling."""

    text: str
    citations: list[int] = []


def statement(sentence: AnswerSentence) -> Statement:
    """A sentence of newscite's as it claims to be cited: without the glosses, which are verified
    by their own spans."""
    return Statement(text=sentence.quoted, citations=sentence.citations)


class Reply(BaseModel):
    """One answer or refusal.

    `passages`, `read`, `model_runs` and `tokens` are None or empty when the system does not tell.
    """

    answerable: bool = Field(description="False: the system said that it has no answer.")
    answer: str | None = Field(
        default=None, description="The text with [n] markers; null for a refusal."
    )
    sentences: list[Statement] = []
    citations: list[Citation] = []
    unquoted: list[int] = Field(
        default=[],
        description="Places, from 0, of citations that name an article and quote nothing; the "
        "article's text stands as their quote.",
    )
    confidence: float | None = Field(
        default=None, ge=0, le=1, description="Null when the system has none."
    )
    notes: list[str] = []
    passages: list[Passage] = Field(default=[], description="The whole ranking, best first.")
    read: int | None = Field(default=None, description="How many of the first passages were read.")
    model_runs: int | None = None
    tokens: int | None = None
    ask_ms: float | None = Field(
        default=None, description="How long it took; null: as long as asking the system took."
    )

    @property
    def text(self) -> str:
        """The answer without its citation markers; empty for a refusal.

        Only numbers that the answer cites are markers, so that the brackets of "in [2018]" within
        a quoted sentence stay.
        """
        if not self.answerable:
            return ""
        cited = self.cited_numbers | {citation.number for citation in self.citations}
        return _MARKER.sub(
            lambda marker: " " if int(marker[1]) in cited else marker[0], self.answer or ""
        )

    @property
    def cited_numbers(self) -> set[int]:
        """The numbers that the sentences refer to."""
        return {number for sentence in self.sentences for number in sentence.citations}
