"""What the earlier turns spoke of, and which of it a pronoun of a new question may mean."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.talking.lexicon import INTERROGATIVES, PLACE_WORDS
from rag.talking.mentions import Kind, Mention, mentions
from rag.types import Turn

_MARKER = re.compile(r"\s*\[\d+\]")
_READ = 2000  # characters of an answer that are looked at
_ABOUT_A_PERSON = re.compile(r"\W*(?:who|whom|whose|which (?:wo)?man|which person)\b", re.I)
_PLACE_ASKED = re.compile(r"\W*(?:\w+ )?(?:where|(?:which|what) (?:city|town|country|place|village))\b", re.I)
_AT = re.compile(r"\b(?:in|at|near|to|on|off|from)\s+(?:the\s+)?$", re.I)


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier turn: its question as it was understood, its answer, and what each mentions."""

    question: str
    answer: str
    asked: tuple[Mention, ...]
    told: tuple[Mention, ...]


class Recall:
    """The earlier turns, the latest first.

    One name is of one kind wherever it stands, and a part of a person's name stands for the whole.

    Args:
        turns: oldest first, each question already standing alone.
    """

    def __init__(self, turns: Sequence[Turn]) -> None:
        texts = [(turn.question, _MARKER.sub("", turn.answer or "")[:_READ]) for turn in turns]
        found = [(tuple(mentions(q)), tuple(mentions(a))) for q, a in texts]
        every = [m for asked, told in found for m in (*asked, *told) if m.named]
        settle = _settled(every)
        self.turns = [
            Said(q, a, tuple(map(settle, asked)), tuple(map(settle, told)))
            for (q, a), (asked, told) in zip(reversed(texts), reversed(found), strict=True)
        ]

    @property
    def last(self) -> Said:
        """The turn before the question."""
        return self.turns[0]

    def person(self, barred: frozenset[str]) -> Mention | None:
        """Whom "he" or "she" means, who is none of those barred."""
        for turn in self.turns:
            told = _of(turn.told, Kind.PERSON, named=True)
            asked = _of(turn.asked, Kind.PERSON, named=True)
            new = [m for m in told if m.text not in {a.text for a in asked}]
            if _ABOUT_A_PERSON.match(turn.question) and not _asks_who_one_is(turn):
                order = [*new, *asked, *told]
            else:
                order = [*asked, *told]
            phrases = [m for m in turn.asked if m.kind is Kind.PERSON and not m.named]
            vague = [m for m in turn.asked if m.kind is Kind.OPEN and m.named]
            singular = [m for m in (*order, *phrases, *vague) if not m.plural]
            if chosen := _first(singular, barred):
                return chosen
        return None

    def thing(self, barred: frozenset[str]) -> Mention | None:
        """What "it" means."""

        def fits(m: Mention) -> bool:
            return m.kind in {Kind.THING, Kind.OPEN, Kind.PLACE} and not m.plural

        return self._nearest(fits, barred)

    def group(self, barred: frozenset[str]) -> Mention | None:
        """Whom or what "they" means: several, or a body that acts."""
        return (
            self._nearest(lambda m: m.plural, barred, told=False)
            or self._nearest(lambda m: m.named and m.kind in {Kind.THING, Kind.OPEN}, barred)
            or self._nearest(lambda m: m.plural, barred)
            or self._nearest(lambda m: m.kind is not Kind.DATE, barred)
        )

    def place(self) -> Mention | None:
        """Where "there" is."""
        for turn in self.turns:
            asked = [m for m in turn.asked if _is_place(m, turn.question)]
            told = [m for m in turn.told if _is_place(m, turn.answer)]
            new = [m for m in told if not any(m.text in a.text for a in turn.asked)]
            order = [*new, *asked] if _PLACE_ASKED.match(turn.question) else [*asked, *told]
            if order:
                return order[0]
        return None

    def moment(self) -> Mention | None:
        """When "then" was."""
        for turn in self.turns:
            for mention in (*turn.asked, *turn.told):
                if mention.kind is Kind.DATE:
                    return mention
        return None

    def topic(self) -> Mention | None:
        """What the latest question is about: its first phrase with a name, else its first."""
        for turn in self.turns:
            about = [m for m in turn.asked if m.kind is not Kind.DATE]
            with_name = [m for m in about if m.named or _holds_name(m, about)]
            for mention in (*with_name, *about):
                return mention
        return None

    def _nearest(
        self, fits: Callable[[Mention], bool], barred: frozenset[str], *, told: bool = True
    ) -> Mention | None:
        for turn in self.turns:
            asked = list(filter(fits, turn.asked))
            answer = [m for m in filter(fits, turn.told) if m.named] if told else []
            if chosen := _first([*asked, *answer], barred):
                return chosen
        return None


def _settled(names: Sequence[Mention]) -> Callable[[Mention], Mention]:
    """Gives a mention the kind that its name has anywhere, and a person the longest name."""
    kinds = {m.text: m.kind for m in names if m.kind is Kind.PERSON}
    kinds |= {m.text: m.kind for m in names if m.kind in {Kind.THING, Kind.PLACE}}
    persons = sorted(
        {m.text for m in names if kinds.get(m.text) is Kind.PERSON}, key=lambda t: (-len(t), t)
    )

    def settle(mention: Mention) -> Mention:
        if not mention.named:
            return mention
        kind = kinds.get(mention.text, mention.kind)
        if kind in {Kind.PERSON, Kind.OPEN}:
            for whole in persons:
                if mention.text in whole.split():
                    return replace(mention, text=whole, kind=Kind.PERSON)
        return replace(mention, kind=kind)

    return settle


def _of(found: Sequence[Mention], kind: Kind, *, named: bool) -> list[Mention]:
    return [m for m in found if m.kind is kind and m.named is named]


def _first(found: Sequence[Mention], barred: frozenset[str]) -> Mention | None:
    return next((m for m in found if m.text.casefold() not in barred), None)


def _asks_who_one_is(turn: Said) -> bool:
    """Whether the question is "Who is N?": then N is whom it is about."""
    words = turn.question.rstrip("?! .").split(None, 2)
    return len(words) > 2 and words[1].casefold() in {"is", "was", "are", "were"} and any(  # noqa: PLR2004
        words[2] == m.text and m.named for m in turn.asked
    )


def _is_place(mention: Mention, text: str) -> bool:
    if mention.kind is Kind.DATE or mention.kind is Kind.PERSON or not mention.named:
        return False
    after_at = _AT.search(text[: mention.start]) is not None
    return mention.kind is Kind.PLACE or after_at or mention.head in PLACE_WORDS


def _holds_name(mention: Mention, others: Sequence[Mention]) -> bool:
    return any(o.named and mention.start <= o.start and o.end <= mention.end for o in others)


def interrogative(question: str) -> bool:
    """Whether a question opens with a question word."""
    words = question.split()
    return bool(words) and words[0].casefold().strip("¿¡\"'“‘(") in INTERROGATIVES


def each_name(found: Sequence[Mention]) -> Iterator[Mention]:
    """The names among mentions."""
    return (m for m in found if m.named)
