"""What the reader's model makes of a passage: how relevant it is, and what of it answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """A sentence of a passage and the likeliest answer in it.

    Attributes:
        number: its place in the passage's sentences, from 0.
        start, end: the likeliest short answer, in code points of the article version's text.
        score: how well it answers the question, about -20 to +15; higher is better, and from about
            0 on it more likely answers than not.
    """

    number: int
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class PassageReading:
    """A passage as read with a question in mind.

    Attributes:
        relevance: the imitated logit of the cross-encoder, about -11 to +11.
        answered: the logit that the passage answers at all, about -8 to +8.
        sentences: those of three words and more, in the passage's order.
    """

    relevance: float
    answered: float
    sentences: tuple[SentenceReading, ...]

    @property
    def score(self) -> float:
        """The best sentence's, or the lowest of all where there is none."""
        return max((sentence.score for sentence in self.sentences), default=-100.0)
