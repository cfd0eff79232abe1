"""Which article a delivery is, and whether it says anything new."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.identity import canonical_url, content_hash, identity
from rag.archive.integrity import body_hash
from rag.types import Article, PubStatus


def of(**fields: Any) -> str:
    return identity(Article.model_validate(fields), "Rain", "It rained all day.")


def test_a_given_id_comes_first_then_the_url_then_the_content() -> None:
    url = "https://herald.example/rain"
    assert of(id="cpa-1", url=url) == "cpa-1"
    assert of(url=url) == url
    assert of().startswith("sha256:")


def test_an_empty_id_is_no_id() -> None:
    assert of(id="  ", url="https://herald.example/rain") == "https://herald.example/rain"


def test_without_id_and_url_the_same_words_are_the_same_article() -> None:
    bare = Article(source="Herald")
    assert identity(bare, "Rain", "It rained.") == identity(Article(), "Rain", "It rained.")
    assert identity(bare, "Rain", "It rained.") != identity(bare, "Rain", "It poured.")
    assert identity(bare, "Rain", "It rained.") != identity(bare, "Snow", "It rained.")


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Herald.Example/Rain", "https://herald.example/Rain"),
        ("https://herald.example/rain#comments", "https://herald.example/rain"),
        (" https://herald.example/rain?id=7&p=2 ", "https://herald.example/rain?id=7&p=2"),
        ("urn:cpa:rain", "urn:cpa:rain"),
    ],
)
def test_a_url_is_compared_without_fragment_and_the_case_of_its_host(
    url: str, canonical: str
) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


def digest(text: str = "It rained.", **fields: Any) -> str:
    return content_hash(Article.model_validate(fields), "Rain", text)


def test_the_same_said_again_has_the_same_hash_however_it_was_delivered() -> None:
    plain = digest(source="Herald", authors=["Ana Ruiz"])
    assert plain == digest(authors=["Ana Ruiz"], source="Herald")
    assert plain == digest(source="Herald", authors=["Ana Ruiz"], id="cpa-1")
    assert plain == digest(source="Herald", authors=["Ana Ruiz"], html="<p>It rained.</p>")
    assert plain == digest(source="Herald", authors=["Ana Ruiz"], status=PubStatus.WITHHELD)


def test_a_time_in_another_zone_is_the_same_time() -> None:
    assert digest(published_at="2025-01-01T12:00:00Z") == digest(
        published_at="2025-01-01T13:00:00+01:00"
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "It poured."}, {"source": "Courier"}, {"authors": ["Ana Ruiz"]}, {"correction": "No."},
        {"updated_at": "2025-01-01T12:00:00Z"}, {"embargoed_until": "2025-01-01T12:00:00Z"},
        {"desk": "World"}, {"url": "https://herald.example/rain"},
    ],
)  # fmt: skip
def test_every_field_that_says_something_counts(fields: dict[str, Any]) -> None:
    assert digest(**fields) != digest()


@given(st.text(), st.text())
def test_a_body_hash_looks_past_white_space_and_case(one: str, other: str) -> None:
    text = f"{one} word {other}"
    assert body_hash(text) == body_hash("\n " + text.replace(" ", " \n\t") + " ")
    assert body_hash("It RAINED") == body_hash("it rained")
    assert body_hash(text) != body_hash(text + " more")
