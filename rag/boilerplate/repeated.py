"""Boilerplate that only repetition shows: the same line at the edge of unrelated articles.

A publisher's own footer has no wording that others use ("The Harbour Trust keeps 40 lights."), but
it ends articles that have nothing else in common. A paragraph of background recurs too, in the
articles of one story; their headlines share words, and headlines over a footer need not.
"""

from collections.abc import Callable, Collection, Sequence

from rag.boilerplate.lines import line_places
from rag.words import content_words, stem

Headlines = Callable[[Sequence[str]], Sequence[Sequence[str]]]
"""For each of some lines the headlines over the articles that have it."""

UNRELATED = 5
"""From so many articles with nothing in common, a line that all of them have is boilerplate."""

_FIRST, _LAST = 2, 12  # lines at a text's beginning and end, in which repetition is looked for


def repeated(text: str, within: tuple[int, int], headlines: Headlines) -> list[tuple[int, int]]:
    """The places of those lines at the edges of a text that unrelated articles have too.

    Args:
        text: the article's whole stored text.
        within: the part of it that is looked at.
        headlines: see above.
    """
    places = line_places(text)
    edge = places if len(places) <= _FIRST + _LAST else places[:_FIRST] + places[-_LAST:]
    looked_at = [place for place in edge if within[0] <= place[0] < within[1]]
    over = headlines([text[start:end] for start, end in looked_at])
    return [
        place
        for place, told in zip(looked_at, over, strict=True)
        if len(told) >= UNRELATED and unrelated(told) >= UNRELATED
    ]


def unrelated(headlines: Collection[str]) -> int:
    """How many of the headlines have no content word in common with one counted before."""
    told: set[str] = set()
    count = 0
    for headline in headlines:
        words = {stem(word) for word in content_words(headline)}
        if words and not words & told:
            told |= words
            count += 1
    return count
