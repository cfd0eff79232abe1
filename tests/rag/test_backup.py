"""A backup holds one moment's corpus, whole or not at all, and puts it back as it was."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from builders import day, new_version
from hypothesis import given
from hypothesis import strategies as st

from rag.api_keys import id_of, new_key
from rag.archive.fingerprint import fingerprint
from rag.archive.jobs import add_job, list_jobs
from rag.archive.keys import add_key, known_key, list_keys, revoke_key
from rag.archive.reading import list_articles
from rag.archive.visibility import Visibility
from rag.corpus import Corpus
from rag.doctor import examine
from rag.errors import CorpusHeldError, CorruptCorpusError, StorageError, UsageError
from rag.opening import open_corpus
from rag.settings import Settings
from rag.types import PubStatus
from rag.upkeep.backup import Manifest, backing_up, verified, write_backup
from rag.upkeep.restoring import Restored, restore


def fill(corpus: Corpus) -> None:
    corpus.add([new_version("a", "One.\n\nTwo.", updated_at=day(1)), new_version("gone", "Boo.")])
    corpus.add([new_version("a", "Three.", updated_at=day(2)), new_version("b", "Four.")])
    corpus.withdraw("gone")


def back_up(corpus: Corpus, file: Path) -> Manifest:
    with backing_up(corpus) as pieces:
        return write_backup(pieces, file)


def put_back(settings: Settings, file: Path, *, force: bool = False) -> Restored:
    return restore(settings, file, lambda _done, _total: None, force=force)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "corpus.newscite"


@pytest.fixture
def elsewhere(mock_settings: Settings, tmp_path: Path) -> Settings:
    return mock_settings.model_copy(update={"data_dir": tmp_path / "elsewhere"})


@pytest.fixture
def backup(mock_settings: Settings, file: Path) -> Manifest:
    with open_corpus(mock_settings, "one") as corpus:
        fill(corpus)
        return back_up(corpus, file)


def test_a_corpus_is_the_same_elsewhere(
    mock_corpus: Corpus, file: Path, elsewhere: Settings, counted: Any
) -> None:
    fill(mock_corpus)
    manifest = back_up(mock_corpus, file)
    embedded = counted(Corpus, "index")
    done = put_back(elsewhere, file)
    assert embedded == [], "the vectors came with the backup"
    assert done.findings.healthy
    assert (done.embedded, done.kept_withdrawals) == (0, 0)
    with open_corpus(elsewhere, "two") as restored:
        assert fingerprint(restored.archive.engine) == manifest.fingerprint
        assert fingerprint(mock_corpus.archive.engine) == manifest.fingerprint
        assert sorted(restored.vectors.ids()) == sorted(mock_corpus.vectors.ids())
        assert restored.archive.status("gone") is PubStatus.CANCELED
        assert restored.add([new_version("gone", "Boo.")]) == [False], "a late copy"


def test_a_listing_that_was_begun_before_is_gone_on_with_after(
    mock_corpus: Corpus, file: Path, elsewhere: Settings
) -> None:
    view = Visibility(day(1, year=2030))
    mock_corpus.add([new_version(name, published_at=day(n)) for n, name in enumerate("dacb", 1)])
    first = list_articles(mock_corpus.archive.engine, view, limit=2)
    back_up(mock_corpus, file)
    put_back(elsewhere, file)
    with open_corpus(elsewhere, "two") as restored:
        restored.add([new_version("a", "Moved.", published_at=day(9)), new_version("late")])
        engine = restored.archive.engine
        second = list_articles(engine, view, limit=2, cursor=first.next_cursor)
    assert [each.id for each in first.articles + second.articles] == ["b", "c", "a", "d"]


def test_the_manifest_says_what_there_is(backup: Manifest, file: Path) -> None:
    assert backup.counts == {
        "articles": 3, "withdrawn": 1, "versions": 4, "passages": 5, "quarantined": 0, "vectors": 4,
    }  # fmt: skip
    with tarfile.open(file) as tar:
        assert tar.getnames() == ["archive.db", "vectors.f32", "vectors.txt", "manifest.json"]
        member = tar.extractfile("manifest.json")
        assert member is not None
        assert json.load(member)["fingerprint"] == backup.fingerprint
    assert file.stat().st_mode & 0o077 == 0, "it holds what is under embargo"


def test_what_is_written_after_the_moment_is_not_in_it(
    mock_corpus: Corpus, file: Path, elsewhere: Settings
) -> None:
    fill(mock_corpus)
    before = fingerprint(mock_corpus.archive.engine)
    with backing_up(mock_corpus) as pieces:
        mock_corpus.add([new_version("late")])
        mock_corpus.withdraw("b")
        write_backup(pieces, file)
    put_back(elsewhere, file)
    with open_corpus(elsewhere, "two") as restored:
        assert fingerprint(restored.archive.engine) == before


def test_vectors_that_are_not_in_it_are_computed(
    mock_corpus: Corpus, file: Path, elsewhere: Settings
) -> None:
    fill(mock_corpus)
    mock_corpus.vectors.delete(list(mock_corpus.vectors.ids())[:2])
    back_up(mock_corpus, file)
    done = put_back(elsewhere, file)
    assert done.embedded == 2
    assert done.findings.healthy


def test_with_another_model_all_are_computed(
    backup: Manifest, file: Path, elsewhere: Settings
) -> None:
    spec: dict[str, Any] = {
        "class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 5, "model_name": "five",
    }  # fmt: skip
    five = elsewhere.model_copy(update={"embedding": spec})
    done = put_back(five, file)
    assert done.embedded == backup.counts["vectors"]
    assert done.findings.healthy


def test_a_corpus_with_something_in_it_is_replaced_by_force_alone(
    backup: Manifest, file: Path, elsewhere: Settings
) -> None:
    with open_corpus(elsewhere, "one") as corpus:
        corpus.add([new_version("other", "Five.")])
    with pytest.raises(UsageError, match=r"holds 1 articles; .*--force"):
        put_back(elsewhere, file)
    with open_corpus(elsewhere, "two") as corpus:
        assert corpus.archive.status("other") is PubStatus.USABLE
    done = put_back(elsewhere, file, force=True)
    assert done.findings.healthy
    with open_corpus(elsewhere, "three") as corpus:
        assert corpus.archive.status("other") is None
        assert fingerprint(corpus.archive.engine) == backup.fingerprint


def test_what_was_withdrawn_after_the_backup_stays_withdrawn(
    backup: Manifest, mock_settings: Settings, file: Path
) -> None:
    with open_corpus(mock_settings, "one") as corpus:
        corpus.withdraw("b")
    done = put_back(mock_settings, file, force=True)
    assert done.kept_withdrawals == 1
    assert done.findings.healthy
    with open_corpus(mock_settings, "two") as corpus:
        assert corpus.archive.status("b") is PubStatus.CANCELED
        assert corpus.archive.status("a") is PubStatus.USABLE


def test_keys_stay_as_they_are_when_an_older_backup_is_put_back(
    mock_settings: Settings, file: Path, elsewhere: Settings
) -> None:
    (old, kept), (_, late) = new_key("old", ["ask"]), new_key("late", ["ask"])
    with open_corpus(mock_settings, "one") as corpus:
        add_key(corpus.archive.engine, kept, lambda: None)
        back_up(corpus, file)
        revoke_key(corpus.archive.engine, "old")
        add_key(corpus.archive.engine, late, lambda: None)
    for settings, in_force in ((mock_settings, {"late"}), (elsewhere, {"old"})):
        put_back(settings, file, force=True)
        with open_corpus(settings, "two") as corpus:
            keys = list_keys(corpus.archive.engine)
            assert {key.hash.name for key in keys if key.revoked is None} == in_force
            found = known_key(corpus.archive.engine, id_of(old) or "")
            assert found is not None
            assert (found.revoked is not None) is (settings is mock_settings)


def test_a_corpus_that_cannot_be_read_is_replaced_by_force(
    backup: Manifest, mock_settings: Settings, file: Path
) -> None:
    database = mock_settings.data_dir / "archive.db"
    database.write_bytes(b"rubbish" * 1000)
    with pytest.raises(UsageError, match="cannot be read"):
        put_back(mock_settings, file)
    assert put_back(mock_settings, file, force=True).findings.healthy


def test_a_corpus_that_is_open_is_not_replaced(
    backup: Manifest, file: Path, mock_settings: Settings
) -> None:
    with open_corpus(mock_settings, "newscite serve"), pytest.raises(CorpusHeldError):
        put_back(mock_settings, file, force=True)


def test_an_ingest_job_whose_files_are_not_in_it_has_failed(
    mock_corpus: Corpus, file: Path, elsewhere: Settings
) -> None:
    add_job(mock_corpus.archive.engine, "j", {"files": []}, {})
    back_up(mock_corpus, file)
    put_back(elsewhere, file)
    with open_corpus(elsewhere, "two") as corpus:
        ((job,), _) = list_jobs(corpus.archive.engine, 5)
        assert job.state == "failed"
        assert "send them again" in str(job.error)


def test_an_empty_corpus_is_backed_up_too(
    mock_corpus: Corpus, file: Path, elsewhere: Settings
) -> None:
    back_up(mock_corpus, file)
    assert put_back(elsewhere, file).findings.healthy


def test_a_backup_that_fails_leaves_the_one_before_it(backup: Manifest, file: Path) -> None:
    def breaks_off() -> Any:
        yield file.read_bytes()[:70_000]
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="No space left"):
        write_backup(breaks_off(), file)
    assert verified(file) == backup
    with pytest.raises(UsageError, match=r"breaks off|not whole"):
        write_backup([file.read_bytes()[:70_000]], file)
    assert verified(file) == backup
    assert [each.name for each in file.parent.glob(".*.part")] == []


def test_a_damaged_corpus_is_not_backed_up(mock_corpus: Corpus, file: Path) -> None:
    fill(mock_corpus)
    with mock_corpus.archive.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE versions SET text = 'Vier.' WHERE article_id = 'b'")
    with pytest.raises(CorruptCorpusError, match="text of b version 1"):
        back_up(mock_corpus, file)
    assert not file.exists()


def test_a_file_that_is_no_backup_is_refused(
    mock_settings: Settings, file: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        put_back(mock_settings, file)
    file.write_text("rubbish" * 1000)
    with pytest.raises(UsageError, match="no backup of newscite's"):
        put_back(mock_settings, file)
    with tarfile.open(file, "w") as tar:
        tar.add(__file__, "archive.db")
    with pytest.raises(UsageError, match=r"has no manifest\.json"):
        put_back(mock_settings, file)
    with pytest.raises(UsageError, match="is a folder"):
        write_backup([], tmp_path)
    with pytest.raises(UsageError, match="a folder that is there"):
        write_backup([], tmp_path / "nowhere" / "file")


@pytest.fixture(scope="module")
def bytes_of_a_backup(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("backup")
    mock = {"class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 8}
    settings = Settings(data_dir=folder / "data", embedding=mock)
    with open_corpus(settings, "one") as corpus:
        fill(corpus)
        back_up(corpus, folder / "file")
    return (folder / "file").read_bytes()


@given(st.data())
def test_no_damage_to_a_backup_goes_unnoticed(
    bytes_of_a_backup: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """What is not noticed is in what a tar file does not use: padding, dates, names of owners."""
    whole = bytes_of_a_backup
    file = tmp_path_factory.getbasetemp() / "damaged"
    file.write_bytes(whole)
    manifest = verified(file)
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = data.draw(st.integers(1, 255))
    file.write_bytes(whole[:at] + bytes([whole[at] ^ changed]) + whole[at + 1 :])
    try:
        found = verified(file)
    except UsageError:
        return
    assert found.files == manifest.files


def test_examining_a_restored_corpus_twice_says_the_same(
    backup: Manifest, file: Path, elsewhere: Settings
) -> None:
    done = put_back(elsewhere, file)
    with open_corpus(elsewhere, "two") as corpus:
        assert examine(corpus) == done.findings
