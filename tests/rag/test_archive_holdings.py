"""What the archive holds is counted as a question may see it."""

from builders import day, new_version
from hypothesis import given
from hypothesis import strategies as st

from rag.archive import Archive
from rag.archive.holdings import holdings
from rag.archive.reading import list_articles
from rag.archive.visibility import Visibility
from rag.types import Filters

NOW = day(1, year=2030)
VIEW = Visibility(NOW)

sources = st.sampled_from([None, "Herald", "HERALD", "Courier", "Straßenzeitung"])
dates = st.none() | st.integers(1, 28).map(day)
languages = st.sampled_from([None, "de", "en"])


def test_publishers_have_their_articles_and_the_dates_of_the_first_and_the_last(
    archive: Archive,
) -> None:
    archive.store(
        [
            new_version("a", published_at=day(3), source="Herald", language="en"),
            new_version("b", published_at=day(9), source="Herald", language="en"),
            new_version("c", published_at=day(1), source="Courier", language="de"),
            new_version("d", source="Courier", language="en"),
            new_version("e", published_at=day(5), source="Herald"),
            new_version("f"),
        ]
    )
    held = holdings(archive.engine, VIEW)
    assert (held.articles, held.first, held.last) == (6, day(1), day(9))
    assert [tuple(each.model_dump().values()) for each in held.sources] == [
        (3, day(3), day(9), "Herald"), (2, day(1), day(1), "Courier"), (1, None, None, None),
    ]  # fmt: skip
    assert [(each.language, each.articles) for each in held.languages] == [
        ("en", 3), (None, 2), ("de", 1),
    ]  # fmt: skip


def test_a_publisher_is_one_however_its_name_is_written_and_has_the_commonest_name(
    archive: Archive,
) -> None:
    named = ["HERALD", "Herald", "Herald", "herald"]
    archive.store([new_version(str(n), source=name) for n, name in enumerate(named)])
    (herald,) = holdings(archive.engine, VIEW).sources
    assert (herald.name, herald.articles) == ("Herald", 4)


def test_what_may_not_be_seen_is_not_counted(archive: Archive) -> None:
    archive.store([new_version(name, source=name) for name in ("open", "gone")])
    archive.store([new_version("secret", source="secret", embargoed_until=day(2, year=2030))])
    archive.withdraw("gone")
    assert [each.name for each in holdings(archive.engine, VIEW).sources] == ["open"]


def test_the_past_and_filters_narrow_what_is_counted(archive: Archive) -> None:
    archive.store(
        [
            new_version("a", source="Herald", published_at=day(3), updated_at=day(3)),
            new_version("b", source="Courier", published_at=day(6), updated_at=day(6)),
        ]
    )
    then = holdings(archive.engine, Visibility(NOW, as_of=day(4)))
    later = holdings(archive.engine, Visibility(NOW, Filters(after=day(4))))
    assert [[s.name for s in held.sources] for held in (then, later)] == [["Herald"], ["Courier"]]


def test_an_empty_archive_holds_nothing(archive: Archive) -> None:
    held = holdings(archive.engine, VIEW)
    assert held.model_dump() == {
        "articles": 0, "first": None, "last": None, "sources": [], "languages": [],
    }  # fmt: skip


@given(st.lists(st.tuples(sources, dates, languages), max_size=12))
def test_every_article_is_counted_once_where_a_filter_finds_it(
    given_: list[tuple[str | None, object, str | None]],
) -> None:
    archive = Archive("sqlite:///:memory:")
    archive.store(
        [
            new_version(str(n), source=source, published_at=when, language=language)
            for n, (source, when, language) in enumerate(given_)
        ]
    )
    held = holdings(archive.engine, VIEW)
    found = {
        each.name: list_articles(
            archive.engine, Visibility(NOW, Filters(sources=[each.name]))
        ).total
        for each in held.sources
        if each.name is not None
    }
    archive.close()
    assert held.articles == len(given_)
    assert held.articles == sum(each.articles for each in held.sources)
    assert held.articles == sum(each.articles for each in held.languages)
    assert found == {each.name: each.articles for each in held.sources if each.name is not None}
