"""Folding: of what several articles of a story say alike, a question sees one copy.

It goes by sentences, so that what a copy adds or changes stays. Sentences count as the same if they
are so to the letter but for typography, white space and a dateline.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import Engine

from rag.archive.reading import passages_of_versions, texts_of_versions
from rag.archive.records import StoredPassage
from rag.archive.stories import Story, stories_of
from rag.archive.visibility import Visibility
from rag.dateline import after_dateline
from rag.words import content_words, folded, stem, words

_WORDS = 3  # a run of fewer is a caption or a crosshead, of which a copy may have its own

_Sayings = dict[str, StoredPassage]
"""The sentences of a story, folded, each with the passage that has it first."""


class Folding:
    """The stories that one question meets.

    Args:
        engine: the archive's.
        view: what the question may see; a story's canonical article is the first that it may.
        question: decides which of the copies' own sentences are wanted.
    """

    def __init__(self, engine: Engine, view: Visibility, question: str) -> None:
        self._engine = engine
        self._view = view
        self._asked = {stem(word) for word in content_words(question)}
        self._sayings: dict[str, _Sayings | None] = {}

    def fold(
        self, ranked: Sequence[StoredPassage]
    ) -> tuple[list[StoredPassage], list[StoredPassage]]:
        """The passages, each thing said once, in the order given.

        Where a copy says nothing of its own, the passage of the article that says it first stands
        in its place. Where it does, the paragraphs that do stand there, and with them what the
        others repeat. If they have no word of the question, the passage was found for what it
        repeats, and fifty outlets' own last lines must not crowd out what else is found.

        Returns:
            The passages, and those that are to come behind all others.
        """
        self._learn(ranked)
        kept: dict[str, StoredPassage] = {}
        last: dict[str, StoredPassage] = {}
        for passage in ranked:
            for shown, wanted in self._shown(passage):
                (kept if wanted else last).setdefault(shown.id, shown)
        return list(kept.values()), [last[i] for i in last if i not in kept]

    def _shown(self, passage: StoredPassage) -> Iterator[tuple[StoredPassage, bool]]:
        """What stands in a passage's place, and whether it is what the question asks for."""
        if passage.article_id not in self._sayings:  # withdrawn since it was found
            return
        sayings = self._sayings[passage.article_id]
        if sayings is None:
            yield passage, True
            return
        own = self._own(passage, sayings)
        repeated = [
            first
            for said in _sentences(passage)
            if (first := sayings.get(said, passage)).article_id != passage.article_id
        ]
        wanted = own is not None and (own.text == passage.text or self._is_asked_for(own))
        if own is not None and wanted:
            yield own, True
        if repeated:
            most = max(repeated, key=repeated.count)
            yield self._own(most, sayings) or most, True
        if own is not None and not wanted:
            yield own, False

    def _own(self, passage: StoredPassage, sayings: _Sayings) -> StoredPassage | None:
        """The paragraphs of a passage from the first to the last that says what none says before.

        The whole passage if all of them do, None if none does.
        """
        own = [
            number
            for number, said in enumerate(_sentences(passage))
            if len(words(said)) >= _WORDS
            and sayings.get(said, passage).article_id == passage.article_id
        ]
        if not own:
            return None
        first, last = own[0], own[-1]
        while first > 0 and not _breaks(passage, first):
            first -= 1
        while last + 1 < len(passage.sentences) and not _breaks(passage, last + 1):
            last += 1
        sentences = passage.sentences[first : last + 1]
        start, end = sentences[0][0], sentences[-1][1]
        text = passage.text[start - passage.start : end - passage.start]
        return replace(passage, start=start, end=end, sentences=sentences, text=text)

    def _is_asked_for(self, passage: StoredPassage) -> bool:
        return not self._asked.isdisjoint(map(stem, words(passage.text)))

    def _learn(self, passages: Sequence[StoredPassage]) -> None:
        """Reads the stories of the passages' articles, as far as they are not known yet."""
        new = {passage.article_id for passage in passages} - self._sayings.keys()
        if not new:
            return
        for article_id, story in stories_of(self._engine, new, self._view).items():
            if article_id not in self._sayings:
                sayings = self._read(story) if len(story.members) > 1 else None
                for member in story.members:
                    self._sayings[member.article_id] = sayings

    def _read(self, story: Story) -> _Sayings:
        sayings: _Sayings = {}
        keys = [(member.article_id, member.version) for member in story.members]
        for passage in passages_of_versions(self._engine, keys):
            for said in _sentences(passage):
                sayings.setdefault(said, passage)
        return sayings


def carriers(engine: Engine, view: Visibility, article_id: str, quote: str) -> list[str]:
    """Ids of the other visible articles of the story that carry a quote, the canonical one first.

    Whatever typography, white space and case they give it in.
    """
    story = stories_of(engine, [article_id], view).get(article_id)
    others = [m for m in story.members if m.article_id != article_id] if story else []
    said = folded(quote)
    keys = [(member.article_id, member.version) for member in others]
    bodies = texts_of_versions(engine, keys)
    return [key[0] for key, body in zip(keys, bodies, strict=True) if said in folded(body)]


def _sentences(passage: StoredPassage) -> tuple[str, ...]:
    return _folded_parts(passage.text, passage.start, passage.sentences)


@lru_cache(maxsize=1024)  # passages that were found for the last questions, most of them again
def _folded_parts(
    text: str, offset: int, sentences: tuple[tuple[int, int], ...]
) -> tuple[str, ...]:
    parts = (text[start - offset : end - offset] for start, end in sentences)
    return tuple(folded(part[after_dateline(part) :]) for part in parts)


def _breaks(passage: StoredPassage, number: int) -> bool:
    """Whether a sentence of a passage, not its first, begins a paragraph."""
    before, start = passage.sentences[number - 1][1], passage.sentences[number][0]
    return "\n" in passage.text[before - passage.start : start - passage.start]
