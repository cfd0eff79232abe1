"""The reader's own model: reads a question with a passage, and says what of it answers.

Ten transformer layers with three heads, trained for news by the recipe in `eval/training/`; see
the model card beside the weights (`model/README.md`) and docs/reader.md. It is read whole with its
headline before it; a passage longer than the model's window is read in windows that overlap.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from tokenizers import Encoding, Tokenizer

from rag import bundled
from rag.archive.records import StoredPassage
from rag.embedding import passage_input
from rag.onnx import Array, OnnxSession
from rag.passage_reading import PassageReading, SentenceReading
from rag.reading.asked import misfit
from rag.words import words

_WINDOW = 512  # tokens: what the model was built for
_OVERLAP = 128
_QUESTION_TOKENS = 128  # of a longer question the beginning is read
_SPAN_TOKENS = 30  # the longest short answer
_SENTENCE_WORDS = 3  # a run of fewer is a caption or a crosshead, not a sentence

# What a sentence's score is made of: the lead of its best span over "nowhere", that the passage
# answers at all, and that it is relevant. Chosen on development questions (docs/reader.md).
_ANSWERED, _RELEVANCE = 0.5, 0.3


class SpanModel:
    """The model with its tokenizer. Safe to use from several threads.

    Args:
        threads: how many runs go on at a time.

    Raises:
        ModelError: a file of the model is missing or altered.
    """

    def __init__(self, threads: int) -> None:
        files = bundled.locate_reader()
        self._session = OnnxSession(files.onnx, outputs=("span", "judged"), threads=threads)
        self._whole = Tokenizer.from_file(str(files.tokenizer))
        self._whole.no_padding()
        self._whole.no_truncation()
        self._windowed = Tokenizer.from_file(str(files.tokenizer))
        self._windowed.no_padding()
        self._windowed.enable_truncation(_WINDOW, stride=_OVERLAP, strategy="only_second")

    def read(self, question: str, passages: Sequence[StoredPassage]) -> list[PassageReading]:
        """Each passage read with the question, in the passages' order."""
        asked = self._cut(question)
        windows: list[tuple[int, Encoding]] = []
        for number, passage in enumerate(passages):
            whole = self._windowed.encode(asked, passage_input(passage.title, passage.readable))
            windows += [(number, window) for window in (whole, *whole.overflowing)]
        outputs = self._session.run([window for _, window in windows])
        read: list[list[_Window]] = [[] for _ in passages]
        for (number, encoding), (span, judged) in zip(windows, outputs, strict=True):
            read[number].append(_Window(encoding, span, judged, _headline(passages[number])))
        return [
            _passage_reading(question, passage, of)
            for passage, of in zip(passages, read, strict=True)
        ]

    def _cut(self, question: str) -> str:
        offsets = self._whole.encode(question, add_special_tokens=False).offsets
        return (
            question[: offsets[_QUESTION_TOKENS - 1][1]]
            if len(offsets) > _QUESTION_TOKENS
            else question
        )


@cache
def span_model(threads: int) -> SpanModel:
    """The model, loaded once a process."""
    return SpanModel(threads)


class _Window:
    """What was said of a window: logits by token, with each token's place in the passage's text."""

    def __init__(self, encoding: Encoding, span: Array, judged: Array, headline: int) -> None:
        places = np.array(encoding.offsets) - headline
        sides = np.array([side == 1 for side in encoding.sequence_ids])
        kept = np.flatnonzero(sides & (places[:, 0] >= 0) & (places[:, 1] > places[:, 0]))
        self.places = places[kept]
        self._start, self._end = span[kept, 0], span[kept, 1]
        self._nowhere = float(span[0, 0] + span[0, 1])
        self.answered, self.relevance = float(judged[0]), float(judged[1])
        self._judged = _ANSWERED * self.answered + _RELEVANCE * self.relevance

    def best_span(self, start: int, end: int) -> tuple[float, int, int] | None:
        """The best span between two places of the text: its score, and where it is."""
        inside = np.flatnonzero((self.places[:, 0] >= start) & (self.places[:, 0] < end))
        if not len(inside):
            return None
        both = np.add.outer(self._start[inside], self._end[inside])
        far = np.subtract.outer(np.arange(len(inside)), np.arange(len(inside)))
        both[(far > 0) | (far <= -_SPAN_TOKENS)] = -np.inf
        first, last = np.unravel_index(int(both.argmax()), both.shape)
        lead = (float(both[first, last]) - self._nowhere) / 2
        places = self.places[inside]
        return lead + self._judged, int(places[first][0]), int(places[last][1])


def _passage_reading(
    question: str, passage: StoredPassage, windows: Sequence[_Window]
) -> PassageReading:
    sentences = []
    for number, (start, end) in enumerate(passage.sentences):
        text = passage.text[start - passage.start : end - passage.start]
        if len(words(text)) < _SENTENCE_WORDS:
            continue
        spans = [w.best_span(start - passage.start, end - passage.start) for w in windows]
        found = [span for span in spans if span is not None]
        if found:
            score, first, last = max(found)
            score -= misfit(question, passage.text[first:last])
            sentences.append(
                SentenceReading(number, passage.start + first, passage.start + last, score)
            )
    relevance = max(w.relevance for w in windows)
    answered = max(w.answered for w in windows)
    return PassageReading(relevance, answered, tuple(sentences))


def _headline(passage: StoredPassage) -> int:
    """How many code points of what is read come before the passage's text."""
    return len(passage_input(passage.title, passage.text)) - len(passage.text)
