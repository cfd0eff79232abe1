"""XML from anywhere: told by its root, read in its encoding, and never let expand."""

import io
import socket
from pathlib import Path
from typing import NoReturn

import pytest

from ingest.sources import Delivered, Refused, read, xml_tree
from ingest.sources.base import Beginning
from ingest.sources.xml_tree import elements, root_name, words

STORY = "<nitf><body><body.content><p>Café à Zürich: 5 €.</p></body.content></body></nitf>"
TEXT = "Café à Zürich: 5 €."


def story(tmp_path: Path, content: bytes, name: str = "story.dat") -> Delivered | Refused:
    path = tmp_path / name
    path.write_bytes(content)
    (item,) = read(path)
    return item


def text(tmp_path: Path, content: bytes) -> str | None:
    item = story(tmp_path, content)
    assert isinstance(item, Delivered), item
    return item.article.text


def reason(tmp_path: Path, content: bytes) -> str:
    item = story(tmp_path, content)
    assert isinstance(item, Refused)
    return item.reason


@pytest.mark.parametrize(
    ("start", "root"),
    [
        ("<nitf>", ("", "nitf")),
        ("\ufeff \n<nitf/>", ("", "nitf")),
        ("<?xml version='1.0'?>\n<!-- <html> -->\n<?xml-stylesheet href='a'?><nitf>", ("", "nitf")),
        ('<!DOCTYPE nitf SYSTEM "a>b"><nitf>', ("", "nitf")),
        ('<!DOCTYPE nitf PUBLIC "-//I" "x" [<!ENTITY a "]><b>"> <!-- ]> -->]><nitf>', ("", "nitf")),
        ('<a:urlset xmlns:a="urn:s">', ("urn:s", "urlset")),
        ("<feed a='1' xmlns='urn:f'\n>", ("urn:f", "feed")),
        ("<rdf:RDF>", ("", "RDF")),
    ],
)
def test_the_root_element_is_found_behind_what_stands_before_it(
    start: str, root: tuple[str, str]
) -> None:
    assert root_name(Beginning(start.encode())) == root


@pytest.mark.parametrize("start", ["", "plain", "<!-- open <nitf>", "<3 nitf", "< nitf>", "<?xml"])
def test_what_has_no_root_element_is_no_xml(start: str) -> None:
    assert root_name(Beginning(start.encode())) is None


def test_html_within_a_news_item_makes_it_no_page(tmp_path: Path) -> None:
    item = story(
        tmp_path,
        b'<newsItem guid="a"><contentSet><inlineXML><html><body><p>It rained.</p></body></html>'
        b"</inlineXML></contentSet></newsItem>",
        "item.html",
    )
    assert isinstance(item, Delivered)
    assert item.article.id == "a"


def test_a_page_that_speaks_of_formats_stays_a_page(tmp_path: Path) -> None:
    item = story(
        tmp_path, b"<!DOCTYPE html><html><title>T</title><p>On nitf and rss: &lt;rss&gt;.</p>"
    )
    assert isinstance(item, Delivered)
    assert item.article.title == "T"


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16", "utf-16-le"),
        ("utf-16", "utf-16-be"),
        ("windows-1252", "cp1252"),
        ("utf-8", "cp1252"),
        ("iso-8859-1", "utf-8"),
        ("", "cp1252"),
        ("no-such-thing", "utf-8"),
    ],
)
def test_the_encoding_is_told_whatever_is_declared(
    tmp_path: Path, declared: str, encoding: str
) -> None:
    named = f' encoding="{declared}"' if declared else ""
    content = f'<?xml version="1.0"{named}?>{STORY}'.encode(encoding)
    assert text(tmp_path, content) == TEXT


def test_names_of_characters_need_no_dtd(tmp_path: Path) -> None:
    content = STORY.replace("é", "&eacute;").replace("€", "&euro;").replace("5", "&#53;")
    assert text(tmp_path, content.encode()) == TEXT


def test_a_name_is_whole_across_two_reads() -> None:
    for shift in range(12):
        raw = f"<p>{'x' * shift}{'&eacute;' * 9000}</p>".encode()
        found = next(elements(io.BytesIO(raw), frozenset({"p"})))
        assert words(found) == "x" * shift + "é" * 9000


def test_characters_that_xml_forbids_are_left_out(tmp_path: Path) -> None:
    assert text(tmp_path, STORY.replace("Café", "Ca\x01fé\x0b").encode()) == TEXT


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "declarations",
    [
        f'<!ENTITY l0 "ha">{LAUGHS}',
        f'<!ENTITY l9 "{"x" * 50_000}">',
        '<!ENTITY l9 SYSTEM "file:///etc/passwd">',
        '<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;',
    ],
    ids=["billion laughs", "quadratic", "file", "network", "parameter"],
)
@pytest.mark.parametrize(
    "document",
    [
        '<nitf version="a"><body><body.content><p>&l9;&l9;</p></body.content></body></nitf>',
        '<nitf version="&l9;"><body><body.content><p>a</p></body.content></body></nitf>',
        "<rss><channel><item><description>&l9;</description></item></channel></rss>",
        "<urlset><url><loc>&l9;</loc></url></urlset>",
        "<newsItem><contentSet><inlineData>&l9;</inlineData></contentSet></newsItem>",
    ],
    ids=["nitf", "attribute", "rss", "sitemap", "newsml"],
)
def test_nothing_is_expanded_or_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, declarations: str, document: str
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("nothing may be fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    found = reason(tmp_path, f"<!DOCTYPE x [{declarations}]>{document}".encode())
    assert found.startswith(("the file declares entities of its own", "not well-formed XML: "))


def test_a_dtd_elsewhere_is_not_looked_at(tmp_path: Path) -> None:
    dtd = tmp_path / "nitf.dtd"
    dtd.write_text('<!ENTITY house "Calder Post">')
    content = f'<!DOCTYPE nitf SYSTEM "{dtd}">{STORY}'
    assert text(tmp_path, content.encode()) == TEXT
    named = reason(tmp_path, content.replace("Café", "&house;").encode())
    assert named == "&house; stands for nothing that is known; write it out"


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ("<block>" * 5_000, "nested too deeply"),
        (f'<p id="{"x" * 11_000_000}"/>', "larger than 10 MB"),
        ("<p/>" * 150_000, "more than 100,000 elements"),
        ("<p>a</b>", "not well-formed XML: "),
    ],
    ids=["deep", "attribute", "elements", "crossed"],
)
def test_a_monstrous_document_is_refused(tmp_path: Path, inside: str, found: str) -> None:
    item = story(tmp_path, f"<nitf><body><body.content>{inside}".encode())
    assert isinstance(item, Refused)
    assert found in item.reason
    assert item.raw


def test_a_long_file_is_held_one_item_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_tree, "LARGEST_ITEM", 200_000)
    monkeypatch.setattr(xml_tree, "_MOST_ELEMENTS", 100)
    path = tmp_path / "long.xml"
    item = "<newsItem><contentSet><inlineData>It rained.</inlineData></contentSet></newsItem>"
    path.write_text(f"<newsMessage><itemSet>{item * 20_000}</itemSet></newsMessage>")
    assert sum(isinstance(found, Delivered) for found in read(path)) == 20_000
