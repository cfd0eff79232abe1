"""What the earlier turns spoke of, and which of it a pronoun of a new question may mean."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from rag.talking.described import described
from rag.talking.lexicon import AUXILIARIES, DECIDING, HE, IT, OWNERS, PLACE_WORDS, SHE
from rag.talking.mentions import Kind, Mention, definite, mentions, possessive
from rag.types import Turn
from rag.words import content_words

_MARKER = re.compile(r"\s*\[\d+\]")
_READ = 2000  # characters of an answer that are looked at
_ABOUT_A_PERSON = re.compile(r"\W*(?:who|whom|whose|which (?:wo)?man|which person)\b", re.I)
_PLACE_ASKED = re.compile(
    r"\W*(?:\w+ )?(?:where|(?:which|what) (?:city|town|country|place|village))\b", re.I
)
_AT = re.compile(
    r"\b(?:in|at|near|to|on|off|from|(?:city|island|port|site|town|village) of)\s+(?:the\s+)?$",
    re.I,
)
_WHO_IS = re.compile(r"who (?:is|was|are|were) (.+?)[?!. ]*$", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])[\"”']?\s+(?=[\"“'A-Z])")


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
        texts = [(turn.question, _best_first(turn)) for turn in turns]
        found = [(mentions(q), mentions(a)) for q, a in texts]
        every = [m for asked, told in found for m in (*asked, *told) if m.named]
        settle = _settled(every)
        self.turns = [
            Said(q, a, _owned(map(settle, asked)), _owned(map(settle, told)))
            for (q, a), (asked, told) in zip(reversed(texts), reversed(found), strict=True)
        ]

    @property
    def last(self) -> Said:
        """The turn before the question."""
        return self.turns[0]

    def person(self, barred: frozenset[str]) -> Mention | None:
        """Whom "he" or "she" means, who is none of those barred."""
        for turn in self.turns:
            phrases = [m for m in turn.asked if m.kind is Kind.PERSON and not m.named]
            vague = [m for m in turn.asked if _acts(m, turn.question)]
            singular = [m for m in (*_persons(turn), *phrases, *vague) if not m.plural]
            if chosen := _first(singular, barred):
                return chosen
        return None

    def thing(self, barred: frozenset[str]) -> Mention | None:
        """What "it" means."""

        def fits(m: Mention) -> bool:
            return m.kind in {Kind.THING, Kind.OPEN, Kind.PLACE} and not m.plural

        if (asked := described(self.last.question)) and fits(asked.mention):
            return asked.mention
        return self._nearest(fits, barred)

    def group(self, barred: frozenset[str]) -> Mention | None:
        """Whom or what "they" means: several, or a body that acts."""
        return (
            self._nearest(lambda m: m.plural, barred, told=False)
            or self._nearest(lambda m: m.named and m.kind in {Kind.THING, Kind.OPEN}, barred)
            or self._nearest(lambda m: m.plural, barred)
            or self._nearest(lambda m: m.kind is not Kind.DATE, barred)
        )

    def place(self) -> tuple[str, str] | None:
        """Where "there" is, and the preposition that goes with it."""
        for turn in self.turns:
            asked = [m for m in turn.asked if _is_place(m, turn.question)]
            told = [m for m in turn.told if _is_place(m, turn.answer)]
            new = [m for m in told if not any(m.text in a.text for a in turn.asked)]
            order = [*new, *asked] if _PLACE_ASKED.match(turn.question) else [*asked, *told]
            open_names = [m for m in turn.asked if m.named and m.kind is Kind.OPEN]
            vague = [m for m in open_names if not _acts(m, turn.question)]
            for mention in (*order, *_sites(turn), *vague):
                told_it = any(mention is m for m in turn.told)
                text, others = (turn.answer, turn.told) if told_it else (turn.question, turn.asked)
                return _where(mention, text, nested=_nested(mention, others))
        return None

    def within(self, thing: Mention) -> Mention:
        """The owner that "its" means: Norway after "the population of Norway"."""
        named = (m for m in self.turns[0].asked if m.named and thing.text.endswith(f" of {m.text}"))
        return next(named, thing)

    def moment(self) -> Mention | None:
        """When "then" was."""
        for turn in self.turns:
            for mention in (*turn.asked, *turn.told):
                if mention.kind is Kind.DATE:
                    return mention
        return None

    def topic(self) -> Mention | None:
        """What the latest question that names something is about: its first phrase with a name."""
        for turn in self.turns:
            about = [m for m in turn.asked if m.kind is not Kind.DATE]
            for mention in about:
                if mention.named or _holds_name(mention, about):
                    return mention
        return None

    def _nearest(
        self, fits: Callable[[Mention], bool], barred: frozenset[str], *, told: bool = True
    ) -> Mention | None:
        for turn in self.turns:
            fitting = filter(fits, turn.asked)
            asked = sorted(fitting, key=lambda m: (_nested(m, turn.asked), _decides(m)))
            answer = [m for m in filter(fits, turn.told) if m.named] if told else []
            if chosen := _first([*asked, *answer], barred):
                return chosen
        return None


def _best_first(turn: Turn) -> str:
    """The answer's sentences, those that share the most words with the question first."""
    said = _MARKER.sub("", turn.answer or "")[:_READ]
    asked = set(content_words(turn.question))
    sentences = _SENTENCE.split(said)
    sentences.sort(key=lambda sentence: -len(asked.intersection(content_words(sentence))))
    return " ".join(sentences)


def _owned(found: Iterable[Mention]) -> tuple[Mention, ...]:
    """Phrases such as "their strike" with the owner's name; without one they are left out."""
    result: list[Mention] = []
    for mention in found:
        owner, _, rest = mention.text.partition(" ")
        if owner.casefold() in OWNERS:
            named = _owner(owner.casefold(), [m for m in result if m.end <= mention.start])
            if named is None:
                continue
            owned = f"{possessive(definite(named.text))} {rest}"
            result.append(replace(mention, text=owned))
        else:
            result.append(mention)
    return tuple(result)


def _owner(word: str, before: Sequence[Mention]) -> Mention | None:
    for mention in before:
        personal = mention.kind in {Kind.PERSON, Kind.OPEN} and not mention.plural
        thing = mention.kind in {Kind.THING, Kind.OPEN} and not mention.plural
        theirs = mention.plural or (mention.named and mention.kind is Kind.THING)
        if personal if word in HE | SHE else thing if word in IT else theirs:
            return mention
    return None


def _settled(names: Sequence[Mention]) -> Callable[[Mention], Mention]:
    """Gives a mention the kind that its name has anywhere, and a person the longest name."""
    kinds: dict[str, Kind] = {m.text: m.kind for m in names if m.kind is Kind.PERSON}
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


def _persons(turn: Said) -> list[Mention]:
    """The persons of a turn by name, whom it asked for first: described, if nothing names them."""
    told = _of(turn.told, Kind.PERSON, named=True)
    asked = _of(turn.asked, Kind.PERSON, named=True)
    new = [m for m in told if m.text not in {a.text for a in asked}]
    if _asks_who_one_is(turn):
        return [*asked, *told]
    sought = described(turn.question)
    if sought is not None and sought.mention.kind is Kind.PERSON:
        return [*(m for m in new if sought.named_by(turn.answer, m)), sought.mention, *asked]
    return [*new, *asked, *told] if _ABOUT_A_PERSON.match(turn.question) else [*asked, *told]


def _of(found: Sequence[Mention], kind: Kind, *, named: bool) -> list[Mention]:
    return [m for m in found if m.kind is kind and m.named is named]


def _first(found: Sequence[Mention], barred: frozenset[str]) -> Mention | None:
    return next((m for m in found if m.text.casefold() not in barred), None)


def _asks_who_one_is(turn: Said) -> bool:
    """Whether the question is "Who is N?": then N is whom it is about."""
    found = _WHO_IS.match(turn.question)
    return found is not None and any(m.named and m.text == found[1] for m in turn.asked)


def _is_place(mention: Mention, text: str) -> bool:
    if mention.kind is Kind.DATE or mention.kind is Kind.PERSON or not mention.named:
        return False
    after_at = _AT.search(text[: mention.start]) is not None
    return mention.kind is Kind.PLACE or after_at or mention.head in PLACE_WORDS


def _sites(turn: Said) -> list[Mention]:
    """Phrases of the answer that hold a name and follow a preposition of place."""
    return [
        m for m in turn.told
        if not m.named and m.kind is Kind.THING
        and _AT.search(turn.answer[: m.start]) and _holds_name(m, turn.told)
    ]  # fmt: skip


def _acts(mention: Mention, question: str) -> bool:
    """Whether an open name is a subject of the question, and so may be a person's."""
    before = question[: mention.start].split()
    owner = question[mention.end :].startswith(("'", "’"))
    subject = bool(before) and before[-1].casefold() in AUXILIARIES
    return mention.named and mention.kind is Kind.OPEN and subject and not owner


def _decides(mention: Mention) -> bool:
    """Whether it is a body without a name, which is spoken of for what it decides on.

    "Why did the council approve the Alder Street Bridge? When will it open?"
    """
    return not mention.named and mention.head in DECIDING


def _nested(mention: Mention, others: Sequence[Mention]) -> bool:
    """Whether it only qualifies something else: "Halvorn" in "the Halvorn dockers"."""
    return any(
        o.start <= mention.start
        and mention.end <= o.end
        and (o.start, o.end) != (mention.start, mention.end)
        and o.head != mention.head
        for o in others
    )


def _where(mention: Mention, text: str, *, nested: bool) -> tuple[str, str]:
    """The place with its article, and the preposition that the text has it with.

    One that only qualifies something else has no article of its own: "in the Paris attacks".
    """
    before = _AT.search(text[: mention.start])
    words = before[0].split() if before else []
    article = "the " if words[1:2] == ["the"] and mention.named and not nested else ""
    preposition = words[0].casefold() if words else "in"
    away = {"to": "in", "from": "in", "city": "in", "town": "in", "village": "in"}
    return article + mention.text, away.get(preposition, preposition)


def _holds_name(mention: Mention, others: Sequence[Mention]) -> bool:
    return any(o.named and mention.start <= o.start and o.end <= mention.end for o in others)
