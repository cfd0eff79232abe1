"""PDF: paragraphs as they are read, without what only pages have; what cannot be read is told."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_writer import Line, paragraphs, pdf

from ingest.sources import Delivered, Refused, base, read
from ingest.sources import pdf as source
from ingest.sources.pdf_layout import Line as LaidLine
from ingest.sources.pdf_layout import paragraphs as laid_out
from ingest.sources.pdf_layout import without_running_heads
from rag.types import Article

TEXT = [
    ["The river rose by four metres on Tues-", "day, officials of the city said, and four"],
    ["The well-known bridge was shut. A well-", "known baker said that he would not wait."],
]
HEAD: Line = (72, 770, 8, "The Daily Example, 4 March 2026")


def number(page: int) -> Line:
    return (300, 30, 8, f"Page {page} of 3")


def item(tmp_path: Path, content: bytes, name: str = "big-flood.pdf") -> Delivered | Refused:
    path = tmp_path / name
    path.write_bytes(content)
    (found,) = read(path)
    return found


def article(tmp_path: Path, content: bytes) -> Article:
    found = item(tmp_path, content)
    assert isinstance(found, Delivered), found
    return found.article


def reason(tmp_path: Path, content: bytes) -> str:
    found = item(tmp_path, content)
    assert isinstance(found, Refused), found
    return found.reason


def test_paragraphs_are_rejoined_and_hyphens_at_line_ends_go(tmp_path: Path) -> None:
    found = article(tmp_path, pdf(paragraphs(*TEXT)))
    assert found.text == (
        "The river rose by four metres on Tuesday, officials of the city said, and four\n\n"
        "The well-known bridge was shut. A well-known baker said that he would not wait."
    )


def test_running_heads_and_page_numbers_go_and_a_sentence_goes_on_across_pages(
    tmp_path: Path,
) -> None:
    middle = ["streets were under water.", "It was the highest flood since 1954."]
    found = article(
        tmp_path,
        pdf(
            [HEAD, *paragraphs(TEXT[0]), number(1)],
            [HEAD, *paragraphs(middle), number(2)],
            [HEAD, *paragraphs(["All is well again now."]), number(3)],
        ),
    )
    assert found.text is not None
    assert "Daily Example" not in found.text
    assert "Page" not in found.text
    assert "and four streets were under water." in found.text
    assert found.text.endswith("\n\nAll is well again now.")


def test_a_line_that_two_pages_share_amid_the_text_stays() -> None:
    said = LaidLine(72, 658, 10, "The mayor said nothing.")
    page = [LaidLine(72, 700 - 12 * n, 10, f"Line {'abcdefgh'[n]}") for n in range(8)]
    pages = [[*page[:4], said, *page[4:]]] * 2
    assert all(said in page for page in without_running_heads(pages))


def test_a_line_that_all_pages_end_with_stays_if_no_room_parts_it_from_the_text() -> None:
    pages = [[LaidLine(72, 700 - 12 * n, 10, f"Line {n}") for n in range(8)]] * 3
    assert without_running_heads(pages) == pages


def test_ligatures_are_letters(tmp_path: Path) -> None:
    lines = [LaidLine(72, 700, 10, "The oﬃcial ﬁrst ﬂood.")]
    assert laid_out([lines]) == ["The official first flood."]


@pytest.mark.parametrize("creator", ["Chromium", "Mozilla/5.0 (X11)", "wkhtmltopdf 0.12"])
def test_when_a_page_was_printed_is_no_date_of_publication(tmp_path: Path, creator: str) -> None:
    found = article(
        tmp_path, pdf(paragraphs(*TEXT), Creator=creator, CreationDate="D:20260304183000Z")
    )
    assert found.published_at is None
    assert found.model_extra == {"created_at": "2026-03-04T18:30:00+00:00"}


def test_the_document_says_its_title_author_dates_and_language(tmp_path: Path) -> None:
    found = article(
        tmp_path,
        pdf(
            [(72, 740, 20, "Big flood hits town"), *paragraphs(*TEXT)],
            catalog="/Lang (en-GB)",
            Title="Big flood hits town",
            Author="Ann Lee and Bob Ray",
            Keywords="rain, rivers",
            Subject="What the water did",
            CreationDate="D:20260304183000+01'00'",
            ModDate="D:20260305080000Z",
        ),
    )
    assert found.title == "Big flood hits town"
    assert found.authors == ["Ann Lee", "Bob Ray"]
    assert found.subjects == ["rain", "rivers"]
    assert found.language == "en-GB"
    assert found.published_at == datetime(2026, 3, 4, 17, 30, tzinfo=UTC)
    assert found.updated_at == datetime(2026, 3, 5, 8, tzinfo=UTC)
    assert found.model_extra == {"description": "What the water did"}
    assert found.text is not None
    assert found.text.startswith("The river rose")


@pytest.mark.parametrize("given", ["Microsoft Word - flood_v2.docx", "untitled", "flood.indd", " "])
def test_a_title_that_says_nothing_gives_way_to_the_headline(tmp_path: Path, given: str) -> None:
    lines = [(72, 740, 20, "Big flood"), (72, 716, 20, "hits town"), *paragraphs(*TEXT)]
    found = article(tmp_path, pdf(lines, Title=given, Author="alee", CreationDate="D:19700101"))
    assert found.title == "Big flood hits town"
    assert found.text is not None
    assert found.text.startswith("The river rose")
    assert found.authors == []
    assert found.published_at is None


def test_a_document_without_any_title_is_called_as_its_file(tmp_path: Path) -> None:
    assert article(tmp_path, pdf(paragraphs(*TEXT))).title == "Big flood"


def test_a_scan_is_refused(tmp_path: Path) -> None:
    assert reason(tmp_path, pdf([])).endswith("have a scan recognised (OCR)")
    assert reason(tmp_path, pdf([number(1)], [number(2)])).endswith("recognised (OCR)")


@pytest.mark.parametrize("password", ["", "secret"])
def test_an_encrypted_document_is_read_only_if_it_asks_for_no_password(
    tmp_path: Path, password: str
) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(paragraphs(*TEXT)))))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    if password:
        assert reason(tmp_path, out.getvalue()) == (
            "the PDF is encrypted; save a copy that asks for no password"
        )
    else:
        assert (article(tmp_path, out.getvalue()).text or "").startswith("The river rose")


@pytest.mark.parametrize("content", [b"%PDF-1.7 text", pdf(paragraphs(*TEXT))[:400]])
def test_a_broken_document_is_refused(tmp_path: Path, content: bytes) -> None:
    assert reason(tmp_path, content).startswith(("the PDF is damaged", "there is no text"))


def test_a_file_over_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "LARGEST", 1_000_000)
    assert reason(tmp_path, pdf(paragraphs(*TEXT)) + bytes(1_000_000)) == (
        "the file is larger than 1 MB"
    )


def test_a_document_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = tmp_path / "forever.py"
    worker.write_text("while True: pass")
    monkeypatch.setattr(source, "_WORKER", worker)
    monkeypatch.setattr(source, "SECONDS", 0.5)
    assert reason(tmp_path, pdf(paragraphs(*TEXT))) == "the PDF takes longer than 0.5 s to read"


@pytest.mark.slow
def test_a_document_that_multiplies_itself_comes_to_an_end(tmp_path: Path) -> None:
    """Forms that show each other ten times each, nine deep: a hundred million words."""
    found = item(tmp_path, _nested_forms(9))
    assert isinstance(found, Refused) or len(found.article.text or "") < 20_000_000


def test_a_document_that_takes_the_memory_away_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = tmp_path / "greedy.py"
    known = source._WORKER.read_text()
    assert "reader = PdfReader(" in known
    worker.write_text(known.replace("reader = PdfReader(", "bytearray(3_000_000_000); PdfReader("))
    monkeypatch.setattr(source, "_WORKER", worker)
    assert reason(tmp_path, pdf(paragraphs(*TEXT))) == (
        "the PDF takes more than 2 GB of memory to read"
    )


def _nested_forms(depth: int) -> bytes:
    from pdf_writer import _file

    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R "
        b"/Resources << /XObject << /X 6 0 R >> >> >>",
        b"<< /Length 5 >>\nstream\n/X Do\nendstream",
    ]
    for level in range(depth):
        shown = b"/X Do " * 10 if level < depth - 1 else b"BT /F1 9 Tf (lol) Tj ET"
        objects.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length %d /Resources << /Font "
            b"<< /F1 3 0 R >> /XObject << /X %d 0 R >> >> >>\nstream\n%s\nendstream"
            % (len(shown), 7 + level, shown)
        )
    return _file(objects, b"")


@given(
    lines=st.lists(
        st.builds(
            LaidLine,
            x=st.floats(0, 600),
            y=st.floats(0, 800),
            size=st.sampled_from([0.0, 8.0, 10.0, 20.0]),
            text=st.text(min_size=1).filter(str.strip),
        )
    )
)
def test_no_character_is_lost_but_hyphens(lines: list[LaidLine]) -> None:
    def letters(text: str) -> str:
        text = text.translate(
            {0xFB00 + n: to for n, to in enumerate("ff fi fl ffi ffl st st".split())}
        )
        return "".join(c for c in text if not c.isspace() and c not in "-‐\xad")

    found = "".join(laid_out([lines]))
    assert letters(found) == letters("".join(line.text for line in lines))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(at=st.integers(0, 1200), content=st.binary(min_size=1, max_size=60))
def test_damage_anywhere_raises_nothing(
    tmp_path_factory: pytest.TempPathFactory, at: int, content: bytes
) -> None:
    raw = bytearray(pdf(paragraphs(*TEXT), Title="Flood"))
    raw[at : at + len(content)] = content
    item(tmp_path_factory.mktemp("pdf"), bytes(raw))
