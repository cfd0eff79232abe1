"""Deliveries in any order, any of them repeated, leave the corpus in the same state.

The state is what is seen now and was seen at times in the past, how every article stands, and what
is withdrawn. Left out are only deliveries of which arrival is the one truth: of those of an article
that name neither an update's time nor a version's number, each publication date has one at most.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import day, delivery
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.embeddings import MockEmbedding

from ingest.pipeline import Pipeline
from ingest.sources import Delivered, Refused, read
from rag import present
from rag.archive import Archive
from rag.archive.fingerprint import fingerprint
from rag.archive.reading import lexical_search, list_articles, visible_passages
from rag.archive.records import StoredPassage
from rag.archive.visibility import Visibility
from rag.audit import AuditLog
from rag.corpus import Corpus
from rag.doctor import examine
from rag.embedding import Embedder
from rag.types import PubStatus
from rag.vectors import VectorIndex, open_client

_JUNE = day(1, month=6)
_TIMES = st.one_of(st.none(), st.integers(1, 4).map(day))
_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "id": st.sampled_from("aaab"),
    "text": st.sampled_from(["the one", "the two", "the three"]),
    "published_at": _TIMES,
    "updated_at": st.one_of(_TIMES, st.just(day(3) + timedelta(microseconds=1))),
    "provider_version": st.sampled_from(["1", "2", "10", 2, "1.1", "a hash"]),
    "status": st.sampled_from(["usable", "withheld", "withheld", "usable", "canceled"]),
    "embargoed_until": st.sampled_from([None, day(2), day(10), day(20)]),
    "expires_at": st.sampled_from([None, day(12), day(1, month=5)]),
    "correction": st.sampled_from([None, "It was two."]),
}
_REQUIRED = {name: _FIELDS[name] for name in ("id", "text")}
_OPTIONAL = {name: each for name, each in _FIELDS.items() if name not in _REQUIRED}
_DELIVERIES = st.fixed_dictionaries(_REQUIRED, optional=_OPTIONAL)


def _which(fields: dict[str, Any]) -> str:
    """Of two that are alike in this, arrival decides; otherwise every delivery has its own."""
    numbered = str(fields.get("provider_version", "a hash")) != "a hash"
    if fields.get("updated_at") or numbered or fields.get("status") == "canceled":
        return json.dumps(fields, default=str, sort_keys=True)
    return f"{fields['id']} {fields.get('published_at')}"


@st.composite
def _orders(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Some deliveries, and the same in another order with repeats."""
    some = draw(st.lists(_DELIVERIES, min_size=1, max_size=3))
    for field in draw(st.lists(st.sampled_from([*_FIELDS, "status"]), min_size=1, max_size=4)):
        like = draw(st.sampled_from(some))  # what differs in little is where order might count
        some.append(like | {field: draw(_FIELDS[field])})
    some = list({_which(fields): fields for fields in some}.values())
    repeats = draw(st.lists(st.sampled_from(some), max_size=5))
    return some, draw(st.permutations(some + repeats))


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    client = open_client(tmp_path_factory.mktemp("chroma"), None)
    yield client
    client.close()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def state_after(chroma: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a new corpus holds and shows once it has taken in deliveries."""
    embedder = Embedder(lambda: MockEmbedding(embed_dim=8), "mock", "0" * 64)

    def after(items: Sequence[Delivered | Refused]) -> dict[str, Any]:
        folder = tmp_path_factory.mktemp("archive")
        archive = Archive(f"sqlite:///{folder / 'archive.db'}")
        vectors = VectorIndex(chroma, folder.name, embedder)
        try:
            corpus = Corpus(archive, vectors, embedder, AuditLog(folder))
            pipeline = Pipeline(corpus)
            for item in items:  # one by one: what is in one batch is in the pipeline's tests
                pipeline.run([item])
            assert examine(corpus).healthy
            return _state(corpus)
        finally:
            archive.close()
            chroma.delete_collection(folder.name)

    return after


def _state(corpus: Corpus) -> dict[str, Any]:
    archive = corpus.archive
    past = [day(n) + timedelta(hours=h) for n in (1, 2, 3, 4, 11) for h in (0, 1)]
    now = present.now()
    clocks = {"early": day(5), "june": _JUNE, "now": now}
    return {
        "content": fingerprint(archive.engine),
        "statuses": {name: archive.status(name) for name in "ab"},
        "seen": {
            (clock, then): _seen(corpus, Visibility(clocks[clock], as_of=as_of))
            for clock in clocks
            for then, as_of in {None: None, "now": now, **{t: t for t in past}}.items()
        },
    }


def _seen(corpus: Corpus, view: Visibility) -> list[tuple[Any, ...]]:
    """All that may be seen of what is seen, which every way of looking has to agree about."""
    engine = corpus.archive.engine
    passages = visible_passages(engine, list(corpus.vectors.ids()), view)
    assert set(lexical_search(engine, ["the"], view, 100)) == {p.id for p in passages}
    listed = {(a.id, a.version) for a in list_articles(engine, view).articles}
    assert listed == {(p.article_id, p.version) for p in passages}
    shown = [
        (p.article_id, p.text, p.published_at, p.updated_at, *_said(corpus, p)) for p in passages
    ]
    return sorted(shown, key=str)


def _said(corpus: Corpus, passage: StoredPassage) -> tuple[str | None, str | None]:
    """What was corrected: by the version that is seen, and in the article up to it."""
    found = corpus.archive.corrections(passage.article_id, passage.version)
    own = corpus.archive.article(passage.article_id, passage.version).correction
    return own, found.until


def _delivered(fields: dict[str, Any]) -> Delivered:
    return delivery(fields["id"], **{k: v for k, v in fields.items() if k != "id"})


@pytest.mark.slow
@settings(max_examples=20)
@given(orders=_orders())
def test_in_any_order_and_with_repeats(
    state_after: Any, orders: tuple[list[dict[str, Any]], list[dict[str, Any]]]
) -> None:
    once, otherwise = ([_delivered(fields) for fields in order] for order in orders)
    assert state_after(once) == state_after(otherwise)


_T = "2025-01-0{}T09:00:00Z"
_STORY = [  # an article's life as a wire tells it
    {"version": 1, "versioncreated": _T.format(1), "embargoed": _T.format(2)},
    {"version": 2, "versioncreated": _T.format(1)},
    {"version": 3, "versioncreated": _T.format(3), "pubstatus": "withheld"},
    {"version": 10, "versioncreated": _T.format(4), "description_correction": "It was Tuesday."},
]


@pytest.mark.slow
@settings(max_examples=10)
@given(order=st.permutations([*range(4), 0, 3]))
def test_a_wire_items_life_in_any_order(
    state_after: Any, order: list[int], tmp_path_factory: Any
) -> None:
    items = [*_wire(tmp_path_factory.mktemp("wire"), order)]
    assert all(isinstance(item, Delivered) for item in items)
    found = state_after(items)
    assert found["statuses"]["a"] is PubStatus.USABLE
    now, early, held = (_texts(found, as_of) for as_of in (None, day(2), day(4)))
    assert (now, early, held) == (["the 10"], ["the 2"], [])


def _wire(folder: Path, order: Sequence[int]) -> Iterator[Delivered | Refused]:
    file = folder / "wire.json"
    items = [
        {"uri": "a", "headline": "Rain", "body_text": f"the {_STORY[n]['version']}"} | _STORY[n]
        for n in order
    ]
    file.write_text(json.dumps(items))
    yield from read(file)


def _texts(found: dict[str, Any], as_of: Any) -> list[str]:
    return [row[1] for row in found["seen"]["june", as_of]]
