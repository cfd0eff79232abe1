"""Stories: articles whose texts are copies, as far as a question may see them.

A story is a connected component of the pairs that `copies.py` keeps, over the versions that are
visible. Nothing of it is stored, so that it can neither lag behind an update, a withdrawal or an
embargo, nor depend on the order of deliveries. What is stored is which texts are connected at all:
where all of a cluster may be seen no pair has to be looked at, and else most often a few. A
thousand reports by one template have more than a hundred thousand pairs.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, Engine, func, select

from rag.archive.prepared import Prepared, PreparedForView, among, listed
from rag.archive.records import RowLike
from rag.archive.schema import articles, text_copies, texts, versions
from rag.archive.visibility import Visibility, visible


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story, with the version that is visible."""

    article_id: str
    version: int
    published_at: int | None

    @property
    def rank(self) -> tuple[bool, int, str]:
        """Its place in its story: by date, undated last, then by id."""
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
    with engine.connect() as connection:
        rows = {
            row.article_id: row for row in _SEEDS.run(connection, view, ids=listed(article_ids))
        }
        clusters = {row.cluster for row in rows.values()} - {None}
        for row in _OF_CLUSTERS.run(connection, view, clusters=listed(clusters)):
            rows[row.article_id] = row
        component = _components(connection, rows.values())
    members: dict[int | str, list[Member]] = {}
    for row in rows.values():
        member = Member(row.article_id, row.version, row.published_at)
        members.setdefault(component.get(row.text_id, row.article_id), []).append(member)
    stories = {
        one: Story(tuple(sorted(each, key=lambda member: member.rank)))
        for one, each in members.items()
    }
    return {
        article_id: stories[component.get(rows[article_id].text_id, article_id)]
        for article_id in article_ids
        if article_id in rows
    }


def _components(connection: Connection, rows: Iterable[RowLike]) -> dict[int, int]:
    """One text of its component for each visible text; of a cluster all visible texts are given."""
    component: dict[int, int] = {}
    clusters: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.text_id is not None:  # which doctor would find
            component[row.text_id] = row.text_id
        if row.cluster is not None:
            clusters[row.cluster].add(row.text_id)
    counted = _SIZES.run(connection, clusters=listed(clusters))
    sizes = {row.cluster: row.texts for row in counted}
    for cluster, visible_texts in clusters.items():
        if len(visible_texts) == sizes[cluster]:
            component |= dict.fromkeys(visible_texts, cluster)
        elif len(visible_texts) > 1:
            component |= _connected(connection, visible_texts)
    return component


def _connected(connection: Connection, visible_texts: Collection[int]) -> dict[int, int]:
    """The components of some texts of a cluster, as of `_components`, by the pairs between them.

    Texts are looked at a few at a time, first one, then twice as many each time: where most are
    copies of most, the first ones lead to all.
    """
    component: dict[int, int] = {}
    unmet = set(visible_texts)
    while unmet:
        first = unmet.pop()
        component[first] = first
        frontier, at_a_time = {first}, 1
        while frontier and unmet:
            some = set(islice(frontier, at_a_time))
            copies = _COPIES.run(connection, of=listed(some), among=listed(unmet))
            met = set(copies.scalars())
            component |= dict.fromkeys(met, first)
            unmet -= met
            frontier = (frontier - some) | met
            at_a_time *= 2
    return component


_MEMBER = (
    versions.c.article_id, versions.c.version, versions.c.published_at, texts.c.cluster,
    texts.c.id.label("text_id"),
)  # fmt: skip
_IN_USE = versions.join(articles, articles.c.id == versions.c.article_id).outerjoin(
    texts, texts.c.body_hash == versions.c.body_hash
)
_SEEDS = PreparedForView(
    lambda view: (
        select(*_MEMBER).select_from(_IN_USE).where(articles.c.id.in_(among("ids")), visible(view))
    )
)
_OF_CLUSTERS = PreparedForView(
    lambda view: (
        select(*_MEMBER)
        .select_from(_IN_USE)
        .where(texts.c.cluster.in_(among("clusters")), visible(view))
    )
)
_SIZES = Prepared(
    select(texts.c.cluster, func.count().label("texts"))
    .where(texts.c.cluster.in_(among("clusters")))
    .group_by(texts.c.cluster)
)
_COPIES = Prepared(
    select(text_copies.c.copy_id)
    .where(text_copies.c.text_id.in_(among("of")), text_copies.c.copy_id.in_(among("among")))
    .distinct()
)
