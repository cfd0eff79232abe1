"""What a command finds where it looks for its corpus, and what it tells of it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from answers import answered, citation

from api.cli import publishers
from api.cli.ask import publishers_of_copies
from api.cli.door import engine_or_server, remark_if_empty
from api.client import RemoteEngine
from rag.errors import ConfigurationError


@pytest.fixture
def engine(client: httpx.Client) -> Iterator[RemoteEngine]:
    with RemoteEngine(str(client.base_url)) as engine:
        yield engine


def test_to_read_from_a_folder_that_is_not_there_makes_none(tmp_path: Path) -> None:
    folder = tmp_path / "corpsu"
    reading = engine_or_server(folder, "newscite ask", to_read=True)
    with pytest.raises(ConfigurationError) as refused, reading:
        pass
    assert f"no data folder {folder};" in str(refused.value)
    assert not folder.exists()


def test_an_empty_corpus_is_named_by_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with engine_or_server(tmp_path, "newscite ask", to_read=True) as engine:
        remark_if_empty(engine, tmp_path)
    assert f"no article in the data folder {tmp_path}" in capsys.readouterr().err


def test_nothing_is_said_of_a_corpus_that_holds_articles(
    engine: RemoteEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remark_if_empty(engine, tmp_path)
    assert capsys.readouterr().err == ""


def test_a_publisher_that_is_not_there_is_told_with_those_like_it(engine: RemoteEngine) -> None:
    (said,) = publishers.unknown(engine, ["ellery gazette", "The Ellery Gazete"])
    assert said.startswith("No article is of “The Ellery Gazete”; did you mean ")
    assert "Ellery Gazette" in said


def test_where_none_is_like_it_the_largest_are_told(engine: RemoteEngine) -> None:
    (said,) = publishers.unknown(engine, ["Xyzzy"])
    assert said.startswith("No article is of “Xyzzy”; there are those of ")


def test_the_publishers_of_copies_are_told_as_far_as_they_are_known(engine: RemoteEngine) -> None:
    found = answered(citation(syndicated_in=["ellery-harbour", "no-such-article"]))
    assert publishers_of_copies(engine, found) == {"ellery-harbour": "Ellery Gazette"}
