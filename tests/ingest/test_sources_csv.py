"""CSV: a row is an article, whatever its columns are called; a bad row is refused on its own."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources import Delivered, Naming, Refused, csv, read, tables
from ingest.sources.cells import keywords, moment, names
from rag.errors import IngestError, UsageError
from rag.types import Article, PubStatus

Item = Delivered | Refused


def items(
    tmp_path: Path, content: str | bytes, naming: Naming | None = None, name: str = "dump.csv"
) -> list[Item]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(path, naming=naming or {}))


def articles(
    tmp_path: Path, content: str | bytes, naming: Naming | None = None, name: str = "dump.csv"
) -> list[Article]:
    found = items(tmp_path, content, naming, name)
    assert all(isinstance(item, Delivered) for item in found), found
    return [item.article for item in found if isinstance(item, Delivered)]


def reasons(found: Sequence[Item]) -> list[str]:
    return [item.reason if isinstance(item, Refused) else "" for item in found]


def test_columns_of_the_contracts_names_fill_its_fields(tmp_path: Path) -> None:
    header = (
        "id,title,text,source,url,authors,published_at,updated_at,language,section,subjects,"
        "dateline,provider,status,embargoed_until,expires_at,usage_terms,correction,desk"
    )
    row = (
        "a1,Flood,The river rose.,Gazette,https://g.example/1,Ann Lee;Bob Ray,2026-03-04,"
        '2026-03-05T10:00:00+01:00,en,City,"rain, rivers",ELLERY,Wire,withheld,2026-03-06,'
        "2027-01-01,Free to use,A name was wrong.,night"
    )
    (article,) = articles(tmp_path, f"{header}\n{row}\n")
    assert article.model_dump(mode="json") == {
        "id": "a1",
        "title": "Flood",
        "text": "The river rose.",
        "html": None,
        "source": "Gazette",
        "url": "https://g.example/1",
        "authors": ["Ann Lee", "Bob Ray"],
        "published_at": "2026-03-04T00:00:00Z",
        "updated_at": "2026-03-05T09:00:00Z",
        "language": "en",
        "section": "City",
        "subjects": ["rain", "rivers"],
        "dateline": "ELLERY",
        "provider": "Wire",
        "status": "withheld",
        "embargoed_until": "2026-03-06T00:00:00Z",
        "expires_at": "2027-01-01T00:00:00Z",
        "usage_terms": "Free to use",
        "correction": "A name was wrong.",
        "desk": "night",
    }


@pytest.mark.parametrize(
    "header",
    [
        "Headline,Body,Date,Author,Link",
        "head_line;Content;Pub Date;By-line;URL",
        "article title\tArticle Text\tpublication_date\tWriter\thref",
        "TITLE|fulltext|datePublished|creator|permalink",
    ],
)
def test_common_names_of_columns_are_understood(tmp_path: Path, header: str) -> None:
    delimiter = next(sign for sign in ",;\t|" if sign in header)
    row = delimiter.join(["Flood", "It rained.", "2026-03-04", "Ann Lee", "https://g.example/1"])
    (article,) = articles(tmp_path, f"{header}\n{row}")
    assert (article.title, article.text, article.authors) == ("Flood", "It rained.", ["Ann Lee"])
    assert article.published_at == datetime(2026, 3, 4, tzinfo=UTC)
    assert article.url == "https://g.example/1"


def test_the_contracts_own_name_goes_before_a_synonym(tmp_path: Path) -> None:
    (article,) = articles(tmp_path, "headline,title,text\nOther,Flood,It rained.\n")
    assert article.title == "Flood"
    assert article.model_extra == {"headline": "Other"}


def test_what_is_said_of_columns_goes_before_their_names(tmp_path: Path) -> None:
    content = "text,Überschrift,Inhalt\nteaser,Flut,Es regnete.\n"
    (article,) = articles(tmp_path, content, {"title": "überschrift", "text": "Inhalt"})
    assert (article.title, article.text) == ("Flut", "Es regnete.")
    assert article.model_extra == {"text_column": "teaser"}


def test_a_field_can_be_left_out(tmp_path: Path) -> None:
    (article,) = articles(tmp_path, "id,text\n7,It rained.\n", {"id": ""})
    assert article.id is None
    assert article.model_extra == {"id_column": "7"}


def test_a_file_without_a_column_of_text_says_which_it_has_and_what_to_give(
    tmp_path: Path,
) -> None:
    (item,) = items(tmp_path, "nr,titel,inhalt\n1,Flut,Es regnete.\n")
    assert isinstance(item, Refused)
    assert item.reason == (
        "no column is known to hold the text; the columns are 'nr', 'titel', 'inhalt'. "
        "Say which of them does: --map text=COLUMN"
    )


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    (item,) = items(tmp_path, "title,text\na,b\n", {"text": "Body"})
    assert isinstance(item, Refused)
    assert item.reason == (
        "there is no column 'Body' to take 'text' from; the columns are 'title', 'text'"
    )


def test_options_are_pairs_of_a_field_and_a_column() -> None:
    assert tables.naming_of(["title=Headline, text=Full Text", "id="]) == {
        "title": "Headline",
        "text": "Full Text",
        "id": "",
    }
    with pytest.raises(UsageError, match="write FIELD=COLUMN"):
        tables.naming_of(["title"])
    with pytest.raises(UsageError, match="'headline' is no field; the fields are id, title"):
        tables.naming_of(["headline=Title"])


def test_a_column_of_row_numbers_without_a_name_is_not_kept(tmp_path: Path) -> None:
    (article,) = articles(tmp_path, ",Unnamed: 0,text\n0,0,It rained.\n")
    assert article.model_extra == {}


def test_columns_of_one_name_are_all_kept(tmp_path: Path) -> None:
    (article,) = articles(tmp_path, "text,note,note\na,b,c\n")
    assert article.model_extra == {"note": "b", "note_2": "c"}


def test_quoted_cells_hold_line_breaks_delimiters_and_quotation_marks(tmp_path: Path) -> None:
    content = 'title,text\r\n"A, b","One.\r\n\r\nTwo ""quoted"", three."\r\nC,"d"\r\n'
    first, second = items(tmp_path, content)
    assert isinstance(first, Delivered)
    assert isinstance(second, Delivered)
    assert first.article.title == "A, b"
    assert first.article.text == 'One.\r\n\r\nTwo "quoted", three.'
    assert [item.where.rpartition(":")[2] for item in (first, second)] == ["2", "5"]


cell = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))


@given(
    rows=st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1), sign=st.sampled_from(",;\t|")
)
def test_what_was_quoted_is_read_as_it_was(rows: list[list[str]], sign: str) -> None:
    """Whatever a cell holds, a row that is written by RFC 4180 is split into the same cells."""
    import io
    from collections import deque

    lines = [
        sign.join('"' + text.replace('"', '""') + '"' for text in row) + "\r\n" for row in rows
    ]
    text = io.StringIO("".join(lines), newline="")
    found = list(csv._rows(csv._Lines(text, deque()), sign))
    assert [row.cells for row in found] == rows


@given(piece=st.integers(1, 5))
def test_a_row_is_the_same_however_it_comes_in_pieces(piece: int) -> None:
    line = 'a,"b ""c"" \r\n d","","x""",e\r\n'
    whole, parts = csv._Row(",", 1), csv._Row(",", 1)
    assert whole.take(line)
    pieces = (line[at : at + piece] for at in range(0, len(line), piece))
    assert any(parts.take(part) for part in pieces)
    assert parts.cells == whole.cells == ["a", 'b "c" \r\n d', "", 'x"', "e"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1250", "cp1252"])
def test_encodings_are_told(tmp_path: Path, encoding: str) -> None:
    text = "Příliš žluťoučký kůň úpěl ďábelské ódy."
    if encoding == "cp1252":
        text = "L’été à Genève a été très chaud là où l’on a dû fermer les écoles."
    content = "title,text\n" + f"a,{text}\n" * 5
    assert articles(tmp_path, content.encode(encoding))[4].text == text


def test_an_accent_late_in_a_large_file_decides_its_encoding(tmp_path: Path) -> None:
    plain = "a,It rained all day.\n" * 8_000
    content = f"title,text\n{plain}b,L’été à Genève est trop chaud.\n"
    assert articles(tmp_path, content.encode("cp1252"))[-1].text == "L’été à Genève est trop chaud."


@pytest.mark.parametrize(
    "html", ["<p>One &amp; two.</p><p>Three.</p>", "One &amp; two.<br><br>Three."]
)
def test_html_in_a_text_column_is_read_as_html(tmp_path: Path, html: str) -> None:
    (article,) = articles(tmp_path, f'title,text\nQ&amp;A,"{html}"\n')
    assert article.title == "Q&A"
    assert article.text is not None
    assert article.text.startswith("One & two.\n")
    assert article.html is None


def test_a_text_that_compares_with_less_than_is_no_html(tmp_path: Path) -> None:
    (article,) = articles(tmp_path, "title,text\na,If a < b and c > d then R&D grows.\n")
    assert article.text == "If a < b and c > d then R&D grows."


def test_a_page_in_a_cell_says_what_no_column_does(tmp_path: Path) -> None:
    page = (
        "<html lang='en'><head><title>Flood</title>"
        "<meta property='article:published_time' content='2026-03-04T10:00:00Z'></head><body>"
        f"<article><h1>Flood</h1><p>{'The river rose by four metres. ' * 12}</p></article></body></html>"
    )
    (article,) = articles(tmp_path, f'html,url\n"{page}",https://g.example/1\n')
    assert article.title == "Flood"
    assert article.published_at == datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert article.url == "https://g.example/1"


def test_what_a_program_put_around_a_text_goes(tmp_path: Path) -> None:
    """As a list of elements looks that Python printed: brackets and escapes, and breadcrumbs."""
    cell = (
        "[<p class=''breadcrumb''><a>Home</a> &gt; <a>News</a> &gt; The Storm\\u2019s End</p> "
        "<p>It is over\\n\\tsaid \\u201cAnn\\u201d.</p>, <p>All is well.</p>]"
    ).replace("''", '""')
    (article,) = articles(tmp_path, f'text,n\n"{cell}",1\n')
    assert article.title == "The Storm’s End"
    assert article.text is not None
    assert article.text.startswith("It is over said “Ann”.")
    assert "Home" not in article.text


def test_rows_that_do_not_fit_the_header_are_refused_alone(tmp_path: Path) -> None:
    content = "title,text\na,One.\nb,Two, three.\nc\nd,Four.,,\n\ne,Five.\n"
    found = items(tmp_path, content)
    assert [item.where.rpartition(":")[2] for item in found] == ["2", "3", "4", "5", "7"]
    assert [isinstance(item, Delivered) for item in found] == [True, False, False, True, True]
    assert reasons(found)[1].startswith("the row has 3 cells where the header names 2 columns")
    assert isinstance(found[1], Refused)
    assert found[1].raw == b"b,Two, three.\n"


def test_a_row_that_does_not_fit_is_told_what_parts_its_cells(tmp_path: Path) -> None:
    _, found = reasons(items(tmp_path, "title;text\na;One.\nb;Two; three.\n"))
    assert "a cell with a semicolon or a line break in it" in found


def test_a_quotation_mark_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    found = items(tmp_path, 'title,text\na,One.\nb,"Two.\nc,Three.\nd,Four.\n')
    assert [item.where.rpartition(":")[2] for item in found] == ["2", "3", "4", "5"]
    assert reasons(found)[1].startswith("a quotation mark is opened and never closed")
    assert [isinstance(item, Delivered) for item in found] == [True, False, True, True]


def test_a_row_over_the_bound_is_refused_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv, "LONGEST", 1_000_000)
    monkeypatch.setattr(csv, "_PIECE", 100_000)
    content = 'title,text\na,One.\nb,"' + 'x""\n' * 600_000 + '"\nc,Three.\n'
    first, large, last = items(tmp_path, content)
    assert isinstance(first, Delivered)
    assert isinstance(large, Refused)
    assert large.reason.startswith("the row is longer than")
    assert len(large.raw) == 64 * 1024
    assert isinstance(last, Delivered)
    assert last.article.text == "Three."


def test_a_cell_over_the_bound_is_refused_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "LARGEST_CELL", 1_000_000)
    found = items(tmp_path, f"title,text\na,{'x' * 1_000_001}\nb,Two.\n")
    assert reasons(found) == ["'text' is longer than 1 million characters", ""]


def test_a_withdrawal_needs_no_text(tmp_path: Path) -> None:
    (article,) = articles(tmp_path, "id,status\na1,canceled\n")
    assert article.status is PubStatus.CANCELED


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("dump.txt", "headline;body\na;It rained.\n"),
        ("dump.csv", "sep=;\nheadline;body\na;It rained.\n"),
        ("dump.tsv", "headline\tbody\na\tIt rained.\n"),
        ("dump.csv", "body\nIt rained.\n"),
    ],
)
def test_a_table_is_told_by_its_header_and_then_by_its_name(
    tmp_path: Path, name: str, content: str
) -> None:
    (article,) = articles(tmp_path, content, name=name)
    assert article.text == "It rained."


def test_a_text_with_commas_is_no_table(tmp_path: Path) -> None:
    content = "Text, lies and video\n\nIt rained, they said."
    (article,) = articles(tmp_path, content, name="story.txt")
    assert article.title == "Text, lies and video"


@pytest.mark.parametrize("content", ["title,text\n", "title,text\n\n\r\n", 'title,text\n"'])
def test_a_table_without_rows_is_refused(tmp_path: Path, content: str) -> None:
    assert len(items(tmp_path, content)) == 1
    assert all(isinstance(item, Refused) for item in items(tmp_path, content))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-04", "2026-03-04T00:00:00"),
        ("2026/3/4 18:30", "2026-03-04T18:30:00"),
        ("2026-03-04 18:30:00 UTC", "2026-03-04T18:30:00+00:00"),
        ("Wed, 04 Mar 2026 18:30:00 +0100", "2026-03-04T18:30:00+01:00"),
        ("March 4, 2026", "2026-03-04T00:00:00"),
        ("4 March 2026", "2026-03-04T00:00:00"),
        ("Mar. 4th, 2026 6:30 p.m.", "2026-03-04T18:30:00"),
        ("Wednesday, March 4, 2026", "2026-03-04T00:00:00"),
        ("25.03.2026", "2026-03-25T00:00:00"),
        ("03/25/2026 10:00", "2026-03-25T10:00:00"),
        ("04/04/2026", "2026-04-04T00:00:00"),
        ("1772582400", "1772582400"),
        ("soon", "soon"),
    ],
)
def test_dates_are_read_as_they_are_commonly_written(written: str, meant: str) -> None:
    assert moment(written) == meant


def test_with_full_stops_the_day_comes_before_the_month() -> None:
    assert moment("04.03.2026") == "2026-03-04T00:00:00"
    assert moment("4.3.2026 18:30") == "2026-03-04T18:30:00"


def test_a_date_that_may_be_two_days_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="may be two different days"):
        moment("03/04/2026")
    (item,) = items(tmp_path, "date,text\n03/04/2026,It rained.\n")
    assert isinstance(item, Refused)
    assert item.reason == (
        "field 'published_at': '03/04/2026' may be two different days; write it as 2026-04-03 or "
        "2026-03-04; or leave it out: --map published_at="
    )
    (article,) = articles(tmp_path, "date,text\n03/04/2026,a\n", {"published_at": ""})
    assert article.published_at is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Ann Lee", ["Ann Lee"]),
        ("Lee, Ann", ["Lee, Ann"]),
        ("Ann Lee, Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("Ann Lee; Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("['Ann Lee', \"Rory O'Neil\"]", ["Ann Lee", "Rory O'Neil"]),
        ("", []),
    ],
)
def test_authors_are_told_apart(written: str, meant: list[str]) -> None:
    assert names(written) == meant


def test_subjects_are_told_apart() -> None:
    assert keywords("rain, rivers") == ["rain", "rivers"]
    assert keywords("rain; dams, and weirs") == ["rain", "dams, and weirs"]
    assert keywords('["rain"]') == ["rain"]


def test_real_press_releases_are_delivered_whole() -> None:
    folder = os.environ.get("NEWSCITE_BENCH_DATA")
    if not folder:
        pytest.skip("NEWSCITE_BENCH_DATA does not name the folder of real news")
    files = sorted((Path(folder) / "hhs_press").glob("*.csv.gz"))
    found = [item for file in files for item in read(file)]
    assert len(found) == 223
    for item in found:
        assert isinstance(item, Delivered)
        assert item.article.title
        assert "\\u" not in (item.article.text or "")
        assert not (item.article.text or "").startswith(("[", "Home"))
