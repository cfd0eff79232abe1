"""Python and SQLite agree about offsets, for any text; the lexical index finds what it should."""

from collections.abc import Iterator

import pytest
from builders import day, new_version
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.cleaning import clean
from ingest.passages import cut
from rag.archive import Archive, NewPassage
from rag.archive.reading import lexical_search, passages_of, visible_passages
from rag.archive.visibility import Visibility
from rag.types import PubStatus
from rag.words import content_words

NOW = Visibility(day(1, year=2030))

# Whatever a code point can be, with what is awkward to count made frequent: emoji with joiners,
# skin tones and flags, combining marks, line ends, and sentences that end.
awkward = st.sampled_from(
    [
        "👩🏽‍🚒",
        "🇨🇿",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "e\u0301",
        "a\u0323\u0307",
        "ก็",
        "\u200d",
        "\ufe0f",
        "𝔘",
        "\U0010fffd",
        "\ufeff",
        "\0",
    ]
)
pieces = st.one_of(
    awkward, st.text(max_size=5), st.sampled_from([". ", "\n\n", "\r\n", "? ", " ", "The U.S. "])
)
texts = st.lists(pieces, min_size=1, max_size=60).map("".join)


@pytest.fixture(scope="module")
def shared() -> Iterator[Archive]:
    """One archive for all examples, which have ids of their own."""
    archive = Archive("sqlite:///:memory:")
    yield archive
    archive.close()


@example("😀 One. 👩🏽‍🚒 Two!\n\nTre\u0301s. 🇨🇿🇨🇿")
@given(texts)
def test_a_stored_passage_is_the_slice_of_the_stored_text(shared: Archive, text: str) -> None:
    text = clean(text)
    spans = cut(text, lambda part: len(part.split()), max_tokens=6)
    new = new_version(f"{shared.note('examples') or 0}", text)
    shared.set_note("examples", str(int(shared.note("examples") or 0) + 1))
    passages = tuple(NewPassage(s.start, s.end, s.sentences, [1.0]) for s in spans)
    ((article_id, version),) = shared.store(  # type: ignore[misc]
        [
            type(new)(
                new.article_id,
                PubStatus.USABLE,
                new.fields,
                new.content_hash,
                new.body_hash,
                passages,
            )
        ]
    )
    whole = shared.article(article_id, version).text
    assert whole == text
    stored = passages_of(shared.engine, article_id, version)
    assert len(stored) == len(spans)
    for passage in stored:
        assert passage.text == whole[passage.start : passage.end]
        for start, end in passage.sentences:
            assert passage.start <= start < end <= passage.end


def found(archive: Archive, question: str, limit: int = 10) -> list[str]:
    ids = lexical_search(archive.engine, content_words(question), NOW, limit)
    return [p.text for p in visible_passages(archive.engine, ids, NOW)]


def test_words_are_found_in_other_forms_cases_and_accents(archive: Archive) -> None:
    archive.store(
        [
            new_version("1", "Miners were striking in Łódź and Gdańsk."),
            new_version("2", "The café reopened."),
            new_version("3", "Nothing happened."),
        ]
    )
    assert found(archive, "Which mines had a STRIKE?") == [
        "Miners were striking in Łódź and Gdańsk."
    ]
    assert found(archive, "Gdansk") == ["Miners were striking in Łódź and Gdańsk."]
    assert found(archive, "cafe") == ["The café reopened."]
    assert found(archive, "What is it?") == []
    assert found(archive, "!?") == []


def test_more_of_the_words_and_a_headline_with_them_rank_higher(archive: Archive) -> None:
    archive.store(
        [
            new_version("1", "The bridge was painted.", title="News"),
            new_version("2", "The bridge was delayed.", title="News"),
            new_version("3", "It was delayed again.", title="Bridge delayed"),
        ]
    )
    assert found(archive, "bridge delayed") == [
        "It was delayed again.",
        "The bridge was delayed.",
        "The bridge was painted.",
    ]
    assert found(archive, "bridge delayed", limit=1) == ["It was delayed again."]


@pytest.mark.parametrize(
    "question",
    [
        'NEAR("a" b, 2) OR *', "title: flood AND NOT x^2", '"', "'; DROP TABLE passages; --",
        "a-b {c d} + (e", "rate of 3.5% or 1,200?", "x* AND", "\N{GREEK SMALL LETTER MU}g/l _",
    ],
)  # fmt: skip
def test_a_question_is_words_and_never_query_syntax(archive: Archive, question: str) -> None:
    archive.store([new_version(text="Rate cut to 3.5 percent in the flood plain.")])
    found(archive, question)


def test_a_question_of_1000_words_is_searched(archive: Archive) -> None:
    archive.store([new_version(text="The flood came.")])
    question = " ".join(chr(0x4E00 + number) for number in range(994)) + " flood"
    assert len(question) <= 2000
    assert found(archive, question) == ["The flood came."]
