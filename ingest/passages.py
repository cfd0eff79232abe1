"""Cuts an article into passages: runs of whole sentences of about 200 tokens.

A passage is what is embedded, found and read; its sentences are what is cited. Both are spans of
code points of the article's stored text, so that a quote is always a slice of it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.sentences import sentence_spans

CountTokens = Callable[[str], int]

_LINE_END = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""The characters at which `str.splitlines`, and so a paragraph, ends."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Span:
    """A passage: `text[start:end]`, and where its sentences are in the same text."""

    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    tokens: int


def cut(text: str, count_tokens: CountTokens, max_tokens: int = 200) -> list[Span]:
    """Cut `text` into passages that do not overlap and together hold every sentence.

    A passage is filled with whole paragraphs as long as they fit. Once it is half full it ends with
    a paragraph; before that, it takes as many sentences of the next one as fit. What would remain
    with less than a fifth of `max_tokens` joins its neighbour, if both have at most twice
    `max_tokens`. A sentence longer than that is divided at white space, or, where there is none,
    anywhere between two code points; each part counts as a sentence.

    Args:
        text: the article's stored text; paragraphs end at line breaks.
        count_tokens: the number of tokens of a text. It is called about once a sentence, and the
            numbers are added up.
        max_tokens: the length to aim for; twice as much is never exceeded, so 200 stays well
            within the 512 tokens that the default embedder reads.

    Returns:
        The passages in the order of the text; none if it holds nothing but white space.
    """
    passages: list[list[_Sentence]] = []
    current: list[_Sentence] = []
    for paragraph in _paragraphs(text, count_tokens, max_tokens):
        full = _tokens(current)
        if full >= max_tokens / 2 and full + _tokens(paragraph) > max_tokens:
            _close(passages, current, max_tokens)
            current = []
        for sentence in paragraph:
            full = _tokens(current)
            room = 2 * max_tokens if full < max_tokens / 5 else max_tokens
            if current and full + sentence.tokens > room:
                _close(passages, current, max_tokens)
                current = []
            current.append(sentence)
    if current:
        _close(passages, current, max_tokens)
    return [
        Span(passage[0].start, passage[-1].end, tuple((s.start, s.end) for s in passage))
        for passage in passages
    ]


def _tokens(sentences: list[_Sentence]) -> int:
    return sum(sentence.tokens for sentence in sentences)


def _close(passages: list[list[_Sentence]], current: list[_Sentence], max_tokens: int) -> None:
    """Add a passage, or, if it is tiny, its sentences to the last one."""
    tokens = _tokens(current)
    if tokens < max_tokens / 5 and passages and _tokens(passages[-1]) + tokens <= 2 * max_tokens:
        passages[-1] += current
    else:
        passages.append(current)


def _paragraphs(text: str, count_tokens: CountTokens, max_tokens: int) -> Iterator[list[_Sentence]]:
    """The sentences, counted and divided where they must be, paragraph by paragraph."""
    paragraph: list[_Sentence] = []
    for start, end in sentence_spans(text):
        if paragraph and _LINE_END.search(text, paragraph[-1].end, start):
            yield paragraph
            paragraph = []
        whole = _Sentence(start, end, count_tokens(text[start:end]))
        fits = whole.tokens <= 2 * max_tokens
        paragraph += [whole] if fits else _divided(text, whole, count_tokens, max_tokens)
    if paragraph:
        yield paragraph


def _divided(
    text: str, sentence: _Sentence, count_tokens: CountTokens, max_tokens: int
) -> Iterator[_Sentence]:
    """Parts of at most `max_tokens`, made of whole words unless a word alone is longer."""
    part: _Sentence | None = None
    for word in _words(text, sentence, count_tokens, max_tokens):
        if part is not None and part.tokens + word.tokens <= max_tokens:
            part = _Sentence(part.start, word.end, part.tokens + word.tokens)
        else:
            if part is not None:
                yield part
            part = word
    if part is not None:
        yield part


def _words(
    text: str, sentence: _Sentence, count_tokens: CountTokens, max_tokens: int
) -> Iterator[_Sentence]:
    for found in _WORD.finditer(text, sentence.start, sentence.end):
        start, end = found.span()
        while start < end:
            stop = end
            tokens = count_tokens(text[start:stop])
            if tokens > max_tokens:
                stop = _longest_head(text, start, end, count_tokens, max_tokens)
                tokens = count_tokens(text[start:stop])
            yield _Sentence(start, stop, tokens)
            start = stop


def _longest_head(
    text: str, start: int, end: int, count_tokens: CountTokens, max_tokens: int
) -> int:
    """Where a head of at most `max_tokens` ends: doubling, then halving. At least one character."""
    fits, step = start + 1, 1
    while fits + step < end and count_tokens(text[start : fits + step]) <= max_tokens:
        fits += step
        step *= 2
    too_far = min(fits + step, end)
    while too_far - fits > 1:
        middle = (fits + too_far) // 2
        if count_tokens(text[start:middle]) <= max_tokens:
            fits = middle
        else:
            too_far = middle
    return fits
