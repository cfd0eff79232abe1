"""What one gold question led to: the only thing that measures and stages look at."""

from dataclasses import dataclass
from enum import StrEnum

from eval.questions import GoldQuestion
from eval.reply import Reply
from eval.squad_text import states


class QuoteCheck(StrEnum):
    """What became of a quote on its way from the article into the citation."""

    FOUND = "found"  # it stands in the cited article, word for word
    ALTERED = "altered"  # the cited article says nearly this
    MISATTRIBUTED = "misattributed"  # another article says it, the cited one does not
    ABSENT = "absent"  # no article looked at says it


@dataclass(frozen=True)
class CheckedCitation:
    """One citation of the answer, checked.

    Attributes:
        exact: article(version).text[start:end] == quote, and the quote is not empty.
        check: whether the words are the article's, wherever they stand.
        quoted: it quotes; otherwise it names an article, whose whole text then stands for a quote.
    """

    exact: bool
    check: QuoteCheck
    quoted: bool = True


@dataclass(frozen=True)
class CheckedStatement:
    """One sentence of the answer against what it cites (ALCE).

    Attributes:
        supported: its citations together support it.
        precise: for each number it refers to, whether that citation is real, and needed or
            sufficient.
    """

    supported: bool
    precise: tuple[bool, ...]


@dataclass(frozen=True)
class Trail:
    """How far one piece of gold evidence came.

    Attributes:
        known: the corpus has such an article.
        article_rank: the rank of its article among the distinct articles retrieved, from 1.
        passage_rank: the rank of the first passage that holds its quote (or, without a quote, is
            of its article), from 1.
        read: that passage was among those the answer was read from.
        cited: a citation is of these words.
    """

    known: bool
    article_rank: int | None = None
    passage_rank: int | None = None
    read: bool = False
    cited: bool = False


@dataclass(frozen=True)
class Ranking:
    """A ranking as trec_eval wants it: distinct names, best first, and which are relevant.

    A relevant name is that of the gold evidence which the article or passage was the first to hold,
    one piece or several; evidence that was never found is relevant too, so that recall knows of it.
    """

    names: tuple[str, ...] = ()
    relevant: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """One question, asked.

    Attributes:
        question: the gold question.
        reply: what the system said, or None when it failed.
        trails: one for each piece of gold evidence.
        articles: the ranking of articles.
        passages: the ranking of passages, for evidence with a quote.
        citations: one check for each citation of the reply.
        statements: one check for each sentence of the reply.
        nuggets: for each gold nugget, whether the answer states it.
        ask_ms: how long the answer, or the failure, took, in milliseconds of wall time.
    """

    question: GoldQuestion
    reply: Reply | None = None
    trails: tuple[Trail, ...] = ()
    articles: Ranking = Ranking()
    passages: Ranking = Ranking()
    citations: tuple[CheckedCitation, ...] = ()
    statements: tuple[CheckedStatement, ...] = ()
    nuggets: tuple[bool, ...] = ()
    ask_ms: float = 0.0

    @property
    def refused(self) -> bool:
        """The system said that it has no answer. Failing, or answering nothing, is no refusal."""
        return self.reply is not None and not self.reply.answerable

    @property
    def answered(self) -> bool:
        """The system gave what it holds to be an answer, even if the text is empty."""
        return self.reply is not None and self.reply.answerable

    @property
    def text(self) -> str:
        """The answer without its citation markers; empty for a refusal or a failure."""
        return self.reply.text if self.reply else ""

    @property
    def matched(self) -> bool:
        """The answer says a gold answer, word for word."""
        return any(states(self.text, gold) for gold in self.question.answers)

    @property
    def right(self) -> bool:
        """A gold answer was given, or an unanswerable question refused."""
        return self.matched if self.question.answerable else self.refused

    @property
    def confidence(self) -> float:
        """The system's confidence that it answers; 1 or 0 for a system that tells none.

        A failure is 0; what that is worth is for each measure to say.
        """
        if self.reply is None:
            return 0.0
        stated = self.reply.confidence
        return float(self.reply.answerable) if stated is None else stated
