"""Which files are read when folders and files are named."""

import os
from pathlib import Path

import pytest

from ingest.sources import Refused, find_files, read
from rag.errors import NotFoundError


def make(root: Path, *names: str) -> None:
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("Some text.")


def names(root: Path) -> list[str]:
    return [str(file.relative_to(root)) for file in find_files([root])]


def test_folders_are_walked_in_order_and_to_the_bottom(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a.md", "z/deep/c.jsonl", "m/d.HTML")
    assert names(tmp_path) == ["a.md", "b.txt", "m/d.HTML", "z/deep/c.jsonl"]


def test_hidden_names_readmes_and_other_formats_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", ".b.txt", ".git/c.txt", "README.md", "README-first.txt", "d.png", "e")
    assert names(tmp_path) == ["a.txt"]


def test_a_file_that_is_named_is_always_taken(tmp_path: Path) -> None:
    make(tmp_path, "README.md", ".hidden.txt", "story.dat")
    named = [tmp_path / "README.md", tmp_path / ".hidden.txt", tmp_path / "story.dat"]
    assert find_files(named) == named


def test_a_file_is_read_once_however_often_it_is_named(tmp_path: Path) -> None:
    make(tmp_path, "a.txt")
    assert find_files([tmp_path / "a.txt", tmp_path, tmp_path]) == [tmp_path / "a.txt"]


def test_links_out_of_the_folder_and_round_in_circles_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "in/a.txt", "out/b.txt")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    (tmp_path / "in/outside").symlink_to(tmp_path / "out")
    (tmp_path / "in/outside.txt").symlink_to(tmp_path / "out/b.txt")
    (tmp_path / "in/broken.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "in/self.txt").symlink_to(tmp_path / "in/self.txt")
    assert names(tmp_path / "in") == ["a.txt"]


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    make(tmp_path, ".store/1.txt")
    (tmp_path / "latest.txt").symlink_to(tmp_path / ".store/1.txt")
    assert names(tmp_path) == ["latest.txt"]


@pytest.mark.parametrize("name", ["nothing.txt", "no\0thing", "x" * 5000])
def test_a_path_that_does_not_exist_is_named_in_the_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFoundError, match="there is no file or folder"):
        find_files([tmp_path / name])


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may look into every folder")
@pytest.mark.parametrize("mode", [0o000, 0o444])
def test_a_folder_that_may_not_be_looked_into_is_reported_by_reading_it(
    tmp_path: Path, mode: int
) -> None:
    make(tmp_path, "a.txt", "shut/b.txt")
    (tmp_path / "shut").chmod(mode)
    try:
        first, second = find_files([tmp_path])
        assert first == tmp_path / "a.txt"
        assert all(isinstance(item, Refused) for item in read(second))
    finally:
        (tmp_path / "shut").chmod(0o700)


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert find_files([tmp_path]) == []
