"""Pairs of articles derived from real ones: copies as newsrooms make them, and follow-ups that are none.

Every choice is drawn from a seed and the article's own id, so a pair is the same in every run.
"""

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_DATE_LINE = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \w+ \d+, \d{4}\s*")
_WORD = re.compile(r"\w+")

_NAMES = ["Dana Whitlock", "Ibrahim Sarr", "Marta Ilves", "Colm Breen", "Yuki Tanabe", "Ana Prado"]
_TOWNS = ["LONDON", "GENEVA", "NAIROBI", "OTTAWA", "MANILA", "LISBON"]
_WIRES = ["Reuters", "AP", "AFP", "dpa", "PA Media"]
_BOILERPLATE = [
    "Subscribe to our morning newsletter and get the day's top stories in your inbox.",
    "Follow us on Twitter and Facebook for the latest updates from our newsroom.",
    "Copyright {year} {wire}. All rights reserved. This material may not be published, broadcast, "
    "rewritten or redistributed without permission.",
    "Reporting by {name}; additional reporting by {other}; editing by {third}.",
    "This story was first published by {wire}. The headline has been changed by our staff.",
    "Photo: {name} / {wire}. Click on the picture to see the gallery.",
    "Read more: five things to know this week. Also read: the weekend in pictures.",
    "Support local journalism. Your subscription makes our reporting possible; from as little as "
    "one pound a week you can read every article on all your devices.",
    "Have you got a story? Email our newsdesk, or send us a message in confidence.",
]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, how the second came about, and whether it is a copy of the first.

    `base` is the number of the article that the first one is: an even one is of the train half.
    """

    base: int
    kind: str
    first: str
    second: str
    copy: bool


def paragraphs(text: str) -> list[str]:
    """The paragraphs of an article, without the date line on top."""
    parts = [" ".join(part.split()) for part in text.split("\n")]
    parts = [part for part in parts if part]
    return parts[1:] if parts and _DATE_LINE.fullmatch(parts[0]) else parts


def copies(articles: Sequence[dict[str, Any]]) -> Iterator[Pair]:
    """For each article of four paragraphs or more one with a single edit, and one with several."""
    words = [w for a in articles for w in _WORD.findall(a["text"]) if w.islower()]
    vocabulary = sorted(Counter(words).elements())
    edits: dict[str, Callable[[random.Random, list[str]], list[str]]] = {
        "dateline": _new_dateline,
        "trimmed": _trimmed,
        "reordered": _reordered,
        "boilerplate": _with_boilerplate,
        "rewritten": lambda chance, parts: _rewritten(chance, parts, vocabulary),
    }
    order = ["rewritten", "trimmed", "reordered", "dateline", "boilerplate"]
    for number, article in enumerate(articles):
        old = paragraphs(article["text"])
        if len(old) < 4:
            continue
        chance = random.Random(f"copy {article['id']}")
        single = order[chance.randrange(len(order))]
        several = sorted(chance.sample(order, chance.randint(2, 4)), key=order.index)
        for chosen in ([single], several):
            new = list(old)
            for edit in chosen:
                new = edits[edit](chance, new)
            if new != old:
                yield Pair(number, "+".join(chosen), article["text"], "\n\n".join(new), copy=True)


def follow_ups(articles: Sequence[dict[str, Any]]) -> Iterator[Pair]:
    """For each article a next day's: a new lead, and 30 to 40% of the old paragraphs after it.

    The new paragraphs, of 25 words or more, are of the article that is most like it, which may be
    one of the same series: so they are those of which the old one has no more than a quarter. They
    are one, two or half as many as the old ones.
    """
    alike = most_alike(articles)
    for number, article in enumerate(articles):
        old = paragraphs(article["text"])
        if len(old) < 4:
            continue
        chance = random.Random(f"follow-up {article['id']}")
        share = chance.uniform(0.3, 0.4)
        kept = sorted(chance.sample(range(1, len(old)), max(1, int(share * len(old)))))
        other = paragraphs(articles[alike[number][0][0]]["text"])
        new = [part for part in other if len(part.split()) >= 25 and _is_new(part, article["text"])]
        if not new:
            continue
        lead = new[: chance.choice([1, 2, max(2, len(old) // 2)])]
        text = "\n\n".join([*lead, *(old[at] for at in kept)])
        kind = f"follow-up, {len(lead) if len(lead) < 3 else 'many'} new"
        yield Pair(number, kind, article["text"], text, copy=False)


def real_neighbours(articles: Sequence[dict[str, Any]]) -> Iterator[Pair]:
    """Each article with the most similar one (tf-idf) that was published on another day."""
    for number, neighbours in enumerate(most_alike(articles)):
        first = articles[number]
        for other, _ in neighbours:
            second = articles[other]
            if first["published_at"][:10] != second["published_at"][:10]:
                yield Pair(number, "real neighbour", first["text"], second["text"], copy=False)
                break


def most_alike(articles: Sequence[dict[str, Any]]) -> list[list[tuple[int, float]]]:
    """For each article the ten others of the highest tf-idf cosine, with it, best first."""
    counts = [Counter(w.casefold() for w in _WORD.findall(a["text"])) for a in articles]
    seen = Counter(word for count in counts for word in count)
    vectors = []
    for count in counts:
        weights = {
            w: (1 + math.log(n)) * math.log(len(articles) / seen[w]) for w, n in count.items()
        }
        norm = math.sqrt(sum(v * v for v in weights.values())) or 1.0
        vectors.append({w: v / norm for w, v in weights.items()})
    found = []
    for number, one in enumerate(vectors):
        likeness = [
            (other, sum(v * two[w] for w, v in one.items() if w in two))
            for other, two in enumerate(vectors)
            if other != number
        ]
        found.append(sorted(likeness, key=lambda each: (-each[1], each[0]))[:10])
    return found


def _is_new(paragraph: str, old: str) -> bool:
    """Whether no more than a quarter of a paragraph's runs of four words stand in a text."""
    said, known = _WORD.findall(paragraph), " ".join(_WORD.findall(old))
    runs = [" ".join(said[at : at + 4]) for at in range(len(said) - 3)]
    return sum(run in known for run in runs) <= len(runs) / 4


def _new_dateline(chance: random.Random, parts: list[str]) -> list[str]:
    head = f"{chance.choice(_TOWNS)}, {chance.choice(['Jan', 'May', 'Oct'])} "
    head += f"{chance.randint(1, 28)} ({chance.choice(_WIRES)}) — {parts[0]}"
    return [f"By {chance.choice(_NAMES)}", head, *parts[1:]]


def _trimmed(chance: random.Random, parts: list[str]) -> list[str]:
    """The lead and others, half of the paragraphs in all: the first ones, or any."""
    half = math.ceil(len(parts) / 2)
    if chance.random() < 0.5:
        return parts[:half]
    return [parts[at] for at in [0, *sorted(chance.sample(range(1, len(parts)), half - 1))]]


def _reordered(chance: random.Random, parts: list[str]) -> list[str]:
    rest = parts[1:]
    chance.shuffle(rest)
    return [parts[0], *rest]


def _with_boilerplate(chance: random.Random, parts: list[str]) -> list[str]:
    names = chance.sample(_NAMES, 3)
    wire, year = chance.choice(_WIRES), chance.randint(2019, 2026)
    lines = [
        line.format(name=names[0], other=names[1], third=names[2], wire=wire, year=year)
        for line in chance.sample(_BOILERPLATE, chance.randint(2, 5))
    ]
    return [lines[0], *parts[:2], lines[1], *parts[2:], *lines[2:]]


def _rewritten(chance: random.Random, parts: list[str], vocabulary: list[str]) -> list[str]:
    """About 15% of all words replaced, each by any word as often as that is used, or left out."""

    def other(found: re.Match[str]) -> str:
        if chance.random() >= 0.15:
            return found[0]
        return chance.choice(vocabulary) if chance.random() < 0.8 else ""

    return [" ".join(_WORD.sub(other, part).split()) for part in parts]
