"""A date that cannot be is refused in words, or left out, or kept: in any format, never a crash."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from ingest.pipeline import Pipeline
from ingest.sources import read
from ingest.summary import ItemDone
from rag.archive.reading import list_articles
from rag.archive.visibility import Visibility
from rag.corpus import Corpus

_TEXT = "It rained all day in the town. " * 20
_TIMES = ("published_at", "updated_at", "embargoed_until", "expires_at")
_DATES = [
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59-12:00", "0000-00-00", "2026-02-30", "2026-13-01T00:00:00Z",
    "99999-01-01", "1e999", "-1e20", "99999999999999999999", "253402300800", "-62135596801",
    "2026-03-04T23:59:60Z", "2026-03-04T12:00:00+99:99", "NaN", "Infinity", "-0001-01-01",
    "1969-12-31T23:59:59.5Z", "Thu, 01 Jan 0001 00:00:00 +1400", "Fri, 31 Dec 9999 23:59:59 -1200",
    "Thu, 32 Jan 2026 00:00:00 GMT", "٢٠٢٦-٠٣-٠٤", "9" * 5000,
]  # fmt: skip
_NUMBERS = [1e20, -1e20, 1e308, 2**63, 2**64, -(2**63), 0, -1, 1.5, 253402300800, True, [], {}]


def _jsonl(date: object) -> str:
    return "\n".join(json.dumps({"id": name, "text": _TEXT, name: date}) for name in _TIMES)


def _json_item(date: object) -> str:
    names = ("versioncreated", "firstcreated", "embargoed", "expires")
    item = {"uri": "urn:x", "headline": "Rain", "body_text": _TEXT}
    return json.dumps(item | dict.fromkeys(names, date))


def _csv(date: object) -> str:
    cells = ",".join([f'"{date}"'] * len(_TIMES))
    return f"id,title,text,{','.join(_TIMES)}\nc,Rain,{_TEXT},{cells}\n"


def _nitf(date: object) -> str:
    norm = f"norm={quoteattr(str(date))}"
    return (
        f'<nitf><head><docdata><doc-id id-string="n"/><date.issue {norm}/><date.release {norm}/>'
        f"<date.expire {norm}/></docdata><revision-history {norm}/></head><body><body.content>"
        f"<p>{_TEXT}</p></body.content></body></nitf>"
    )


def _newsml(date: object) -> str:
    return (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:n"><itemMeta>'
        f"<versionCreated>{date}</versionCreated><firstCreated>{date}</firstCreated><embargoed>"
        f'{date}</embargoed></itemMeta><contentSet><inlineData contenttype="text/plain">{_TEXT}'
        "</inlineData></contentSet></newsItem>"
    )


def _atom(date: object) -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><entry><id>urn:e</id>'
        f"<published>{date}</published><updated>{date}</updated><content>{_TEXT}</content>"
        "</entry></feed>"
    )


def _html(date: object) -> str:
    said = {"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": _TEXT}
    told = json.dumps(said | {"datePublished": date, "dateModified": date})
    return f'<html><head><script type="application/ld+json">{told}</script></head></html>'


def _markdown(date: object) -> str:
    return "\n".join(["---", *(f"{name}: {date}" for name in _TIMES), "---", _TEXT])


def _take(corpus: Corpus, file: Path) -> None:
    """Ingests a file; whatever it holds is refused with a reason or comes back whole."""
    seen: list[ItemDone] = []
    Pipeline(corpus).run(read(file), seen.append)
    assert seen
    for item in seen:
        if item.refused is not None:
            assert len(item.refused.reason) > 10
            assert "Value error" not in item.refused.reason
        else:
            assert item.article_id is not None
            stored = corpus.archive.article(item.article_id)
            assert stored.model_validate_json(stored.model_dump_json()) == stored
    for moment in (None, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        view = Visibility(datetime.now(UTC), as_of=moment)
        page = list_articles(corpus.archive.engine, view)
        assert all(summary.model_dump_json() for summary in page.articles)


@pytest.mark.parametrize(
    ("write", "suffix"),
    [(_jsonl, "jsonl"), (_json_item, "json"), (_csv, "csv"), (_nitf, "xml"), (_newsml, "xml"),
     (_atom, "xml"), (_html, "html"), (_markdown, "md")],
)  # fmt: skip
def test_no_date_is_too_absurd(
    mock_corpus: Corpus, tmp_path: Path, write: Callable[[object], str], suffix: str
) -> None:
    numbers = _NUMBERS if suffix in ("jsonl", "json") else []
    for number, date in enumerate([*_DATES, *numbers]):
        file = tmp_path / f"{number}.{suffix}"
        file.write_text(write(date), "utf-8")
        _take(mock_corpus, file)


def test_an_embargo_is_kept_to_the_second_even_at_the_end_of_time(mock_corpus: Corpus) -> None:
    pipeline = Pipeline(mock_corpus)
    file = mock_corpus.archive.engine.url.database
    assert file is not None
    path = Path(file).with_name("last.jsonl")
    path.write_text('{"id": "a", "text": "x", "embargoed_until": "9999-12-31T23:59:59.9Z"}')
    assert pipeline.run(read(path)).added == 1
    assert mock_corpus.archive.article("a").embargoed_until is not None
    assert list_articles(mock_corpus.archive.engine, Visibility(datetime.now(UTC))).total == 0
