"""From bytes to text, without garbling what was UTF-8."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.decoding import decode, sampled_encoding
from rag.errors import IngestError

POLISH = "Prezydent ogłosił, że rozmowy będą kontynuowane. Żadna ze stron nie ustąpiła. "
SPANISH = "El niño español llegará mañana a la reunión, según la agencia."
RUSSIAN = "Президент заявил, что переговоры продолжатся на следующей неделе в Москве."
JAPANESE = "東京で大統領が会談したと外務省が発表した。来週も協議が続く見通しだ。"


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_valid_utf8_is_always_read_as_utf8(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_believed_and_left_out(encoding: str) -> None:
    assert decode(RUSSIAN.encode(encoding)) == RUSSIAN


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SPANISH, "cp1252"),
        ("The café closed.", "cp1252"),
        ("The mayor said “no” – and that’s that.", "cp1252"),
        (POLISH * 3, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (JAPANESE, "cp932"),
    ],
)
def test_older_encodings_are_told_by_their_letters(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_declared_encoding_goes_before_a_guess() -> None:
    assert decode("Çok güzel".encode("cp1254"), "windows-1254") == "Çok güzel"


@pytest.mark.parametrize("declared", ["no-such-encoding", "hex", "ascii", "\0"])
def test_a_declaration_that_cannot_be_true_is_not_believed(declared: str) -> None:
    assert decode("The café closed.".encode("cp1252"), declared) == "The café closed."


@pytest.mark.parametrize("declared", ["utf-16", "utf-32", "idna", "hex", "ascii", "\0"])
def test_a_file_read_in_pieces_is_read_in_an_encoding_that_can_be(declared: str) -> None:
    text = "The café closed. It opens on Monday. "
    told = sampled_encoding(text.encode("cp1252"), declared)
    assert text.encode("cp1252").decode(told) == text


def test_utf8_with_a_damaged_byte_stays_utf8() -> None:
    assert decode(RUSSIAN.encode()[:-2]) == RUSSIAN[:-2] + "\ufffd"


def test_damaged_utf16_is_refused_with_the_place() -> None:
    with pytest.raises(IngestError, match="UTF-16 but is damaged at byte 4"):
        decode(b"\xff\xfea\0b")
