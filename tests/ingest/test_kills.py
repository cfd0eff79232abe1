"""A kill of every wire format: of all versions, before and after they come, for good."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.pipeline import Pipeline
from ingest.sources import read
from rag.archive.quarantine import quarantined
from rag.doctor import examine
from rag.opening import open_corpus
from rag.settings import Settings
from rag.types import PubStatus
from rag.upkeep.reindexing import rebuild

Wire = Callable[[int, str], str]
"""An item of one identity, of a version and a status, as a file has it."""

_DAY = "2026-03-0{}T09:00:00Z"


def _ninjs(version: int, status: str) -> str:
    return json.dumps(
        {"uri": "urn:wire:1", "version": str(version), "pubstatus": status, "headline": "Rain",
         "versioncreated": _DAY.format(version), "body_text": f"It rained {version} days."}
    )  # fmt: skip


def _ap(version: int, status: str) -> str:
    return json.dumps(
        {"altids": {"itemid": "urn:wire:1"}, "version": version, "pubstatus": status,
         "type": "text", "headline": "Rain", "versioncreated": _DAY.format(version),
         "body_nitf": f"<p>It rained {version} days.</p>"}
    )  # fmt: skip


def _newsml(version: int, status: str) -> str:
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:wire:1" '
        f'version="{version}"><itemMeta><itemClass qcode="ninat:text"/><provider literal="P"/>'
        f"<versionCreated>{_DAY.format(version)}</versionCreated>"
        f'<pubStatus qcode="stat:{status}"/></itemMeta><contentMeta><headline>Rain</headline>'
        f'</contentMeta><contentSet><inlineXML contenttype="application/xhtml+xml"><html '
        f'xmlns="http://www.w3.org/1999/xhtml"><body><p>It rained {version} days.</p></body>'
        "</html></inlineXML></contentSet></newsItem>"
    )


def _nitf(version: int, status: str) -> str:
    return (
        f'<nitf><head><docdata management-status="{status}"><doc-id id-string="urn:wire:1"/>'
        f'<du-key version="{version}"/><date.issue norm="20260301T090000Z"/></docdata>'
        f'<revision-history norm="2026030{version}T090000Z"/></head><body><body.head><hedline>'
        f"<hl1>Rain</hl1></hedline></body.head><body.content><p>It rained {version} days.</p>"
        "</body.content></body></nitf>"
    )


@pytest.mark.parametrize("wire", [_ninjs, _ap, _newsml, _nitf])
@pytest.mark.parametrize("order", ["12K3", "K123", "3K12", "1K2K"])
def test_a_kill_in_a_file_is_final(
    mock_settings: Settings, tmp_path: Path, wire: Wire, order: str
) -> None:
    with open_corpus(mock_settings, "pytest") as corpus:
        pipeline = Pipeline(corpus)
        for place, which in enumerate(order):
            item = wire(2, "canceled") if which == "K" else wire(int(which), "usable")
            file = tmp_path / f"{place}.{'json' if item.startswith('{') else 'xml'}"
            file.write_text(item)
            summary = pipeline.run(read(file))
            assert summary.quarantined == 0
        assert corpus.archive.status("urn:wire:1") is PubStatus.CANCELED
        assert corpus.vectors.count() == 0
    with open_corpus(mock_settings, "pytest", purpose="reindexing") as corpus:
        assert rebuild(corpus, lambda _done, _total: None) == 0
        file.write_text(wire(9, "usable"))
        assert Pipeline(corpus).run(read(file)).unchanged == 1
        assert corpus.archive.status("urn:wire:1") is PubStatus.CANCELED
        assert examine(corpus).healthy


def test_a_kill_that_names_no_article_is_refused(mock_settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "kill.jsonl"
    file.write_text('{"status": "canceled", "title": "KILL"}')
    with open_corpus(mock_settings, "pytest") as corpus:
        assert Pipeline(corpus).run(read(file)).quarantined == 1
        (kept,) = quarantined(corpus.archive.engine)
    assert kept.reason == "a withdrawal has to say of which article; give its id or url"
