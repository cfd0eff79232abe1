"""Stories: articles whose texts are copies, as far as a question may see them.

A story is a connected component of the pairs that `copies.py` keeps, over the versions that are
visible. Nothing of it is stored, so that it can neither lag behind an update, a withdrawal or an
embargo, nor depend on the order of deliveries.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Engine, select

from rag.archive.prepared import PreparedForView, among, listed
from rag.archive.records import RowLike
from rag.archive.schema import articles, text_copies, texts, versions
from rag.archive.visibility import Visibility, visible


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story, with the version that is visible."""

    article_id: str
    version: int
    body_hash: str
    published_at: int | None

    @property
    def _rank(self) -> tuple[bool, int, str]:
        return self.published_at is None, self.published_at or 0, self.article_id


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that are copies: the earliest published first, which is the canonical one.

    Undated ones come last; of those of one moment the id decides.
    """

    members: tuple[Member, ...]

    @property
    def canonical(self) -> Member:
        """The article that stands for all."""
        return self.members[0]


def stories_of(engine: Engine, article_ids: Collection[str], view: Visibility) -> dict[str, Story]:
    """The story of each article that is visible, by the article's id; an article may be alone."""
    story_of = _Components()
    with engine.connect() as connection:
        rows = _SEEDS.run(connection, view, ids=listed(article_ids))
        found = {row.article_id: _member(row) for row in rows}
        frontier = {member.body_hash for member in found.values()}
        seen = set(frontier)
        while frontier:
            linked: set[str] = set()
            for row in _NEIGHBOURS.run(connection, view, hashes=listed(frontier)):
                member = _member(row)
                found[member.article_id] = member
                story_of.join(row.beside, member.body_hash)
                linked.add(member.body_hash)
            frontier = linked - seen
            seen |= frontier
    members: dict[str, list[Member]] = {}
    for member in sorted(found.values(), key=lambda each: each._rank):
        members.setdefault(story_of.root(member.body_hash), []).append(member)
    stories = {root: Story(tuple(each)) for root, each in members.items()}
    return {
        article_id: stories[story_of.root(found[article_id].body_hash)]
        for article_id in article_ids
        if article_id in found
    }


class _Components:
    """Which texts are connected: a disjoint-set forest with path halving (Tarjan 1975)."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def root(self, one: str) -> str:
        parents = self._parents
        while (parent := parents.get(one, one)) != one:
            parents[one] = parents.get(parent, parent)
            one = parents[one]
        return one

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self._parents[second] = first


_MEMBER = (
    versions.c.article_id, versions.c.version, versions.c.body_hash, versions.c.published_at,
)  # fmt: skip
_SEEDS = PreparedForView(
    lambda view: (
        select(*_MEMBER)
        .join(articles, articles.c.id == versions.c.article_id)
        .where(articles.c.id.in_(among("ids")), visible(view))
    )
)
_copy = texts.alias("copy")
_NEIGHBOURS = PreparedForView(
    lambda view: (
        select(texts.c.body_hash.label("beside"), *_MEMBER)
        .select_from(texts)
        .join(text_copies, text_copies.c.text_id == texts.c.id)
        .join(_copy, _copy.c.id == text_copies.c.copy_id)
        .join(versions, versions.c.body_hash == _copy.c.body_hash)
        .join(articles, articles.c.id == versions.c.article_id)
        .where(texts.c.body_hash.in_(among("hashes")), visible(view))
    )
)


def _member(row: RowLike) -> Member:
    return Member(row.article_id, row.version, row.body_hash, row.published_at)
