"""answer_words and answer_sentences: how long are the answers?"""

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome


class AnswerWords(Measure):
    """The mean length of an answer in words.

    Formula: the mean of the number of runs of characters between white space, without [n] markers.
    Range: 0 up; neither way is better in itself. Denominator: answers given.
    Reference: none needed; recall measures gain with length, so length is told beside them.
    Edge cases: an answer with no text has 0 words. Refusals and failures are no answers, and are
    outside the denominator.
    """

    name = "answer_words"
    over = "answers"
    unit = "count"
    better = None

    def part(self, outcome: Outcome) -> Part:
        return Part(len(outcome.text.split())) if outcome.answered else OUTSIDE


class AnswerSentences(Measure):
    """The mean length of an answer in sentences.

    Formula: the mean of the number of sentences, as the system set them apart.
    Range: 0 up; neither way is better in itself. Denominator: answers given.
    Reference: as for answer_words.
    Edge cases: as for answer_words.
    """

    name = "answer_sentences"
    over = "answers"
    unit = "count"
    better = None

    def part(self, outcome: Outcome) -> Part:
        if outcome.reply is None or not outcome.answered:
            return OUTSIDE
        return Part(len(outcome.reply.sentences))
