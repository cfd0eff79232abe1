"""`newscite chat` line by line: commands, refusals, and a server that comes and goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from delivered import PLAIN
from serving import client, serving

from api.cli.chat.command import converse
from api.cli.chat.commands import Commands
from api.cli.chat.conversation import Conversation
from api.cli.door import Door
from rag.types import Filters

HARBOUR = "When did the harbour of Port Ellery reopen?"
ANSWER = "reopened on Tuesday"
AGAIN = "The next question is asked of it if it is back, else of the corpus itself."


def conversed(folder: Path, lines: Iterator[str]) -> int:
    with Door(folder, "newscite chat") as door:
        talk = Conversation(door, Filters(), None, "extractive")
        return converse(lines, talk, Commands(talk, paged=False), live=False)


def test_every_reply_stands_on_standard_output_and_a_line_that_fails_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert conversed(tmp_path, iter(["/filters", "/open", "/new"])) == 1
    told = capsys.readouterr()
    assert told.out.split("\n\n") == [
        "All articles, as they are now.",
        "Nothing has been answered yet",
        "The next question is the first of a new conversation.",
        "",
    ]
    assert told.err == ""


@pytest.mark.parametrize("word", ["quit", "exit", "Exit", "/quit"])
def test_a_command_is_known_without_its_stroke(
    word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert conversed(tmp_path, iter(["help", word, "/open"])) == 0
    assert "/save FILE" in capsys.readouterr().out


def test_a_conversation_outlives_the_server_and_finds_it_again_or_the_corpus(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []

    def said() -> None:
        told.append(capsys.readouterr().out)

    def lines() -> Iterator[str]:
        with serving(tmp_path) as url:
            with client(url) as http:
                assert http.post("/v1/articles", json=PLAIN).is_success
            yield HARBOUR
            said()
        yield HARBOUR
        said()
        with serving(tmp_path):
            yield HARBOUR
            said()
        yield HARBOUR
        said()
        yield HARBOUR
        said()

    assert conversed(tmp_path, lines()) == 2
    assert [ANSWER in one for one in told] == [True, False, True, False, True]
    for gone in (told[1], told[3]):
        assert gone.count("does not answer") == 1
        assert gone.endswith(f"{AGAIN}\n\n")
