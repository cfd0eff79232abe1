"""`newscite chat`: at a terminal, over a corpus of its own or a server's, and in a pipe."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser
from newscite_process import Corpus, Running
from terminal import PROMPT, Terminal, at_a_terminal

BRIDGE = "How much will the Alder Street Bridge cost?"
FERRY = "How many people died when the Maren Elise capsized?"
CHINESE = "What did the Chinese foreign ministry say about the talks?"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    return Browser(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def chat(eval_corpus: Corpus, browser: Browser) -> Iterator[Terminal]:
    """A conversation over a corpus that no server holds, whose articles are not paged."""
    with at_a_terminal(eval_corpus, "chat", env={**browser.env, "PAGER": "cat"}) as terminal:
        terminal.until(PROMPT)
        yield terminal


@pytest.fixture
def talk(chat: Terminal) -> Terminal:
    """The same without filters, and with nothing asked yet."""
    chat.ask("/clear")
    chat.ask("/new")
    return chat


def test_an_answer_has_its_sources_by_number_and_a_follow_up_is_understood(talk: Terminal) -> None:
    told = talk.ask(BRIDGE)
    assert "$61 million" in told
    assert re.search(r"\n\[1\] Alder Street Bridge will cost .*\n +Brackwater Sentinel", told)
    assert "! Sources differ: $61 million" in told
    then = talk.ask("When will it open?")
    assert "Understood as: When will the Alder Street Bridge open?" in then
    assert "\n[1] " in then


def test_a_new_conversation_does_not_know_the_old(talk: Terminal) -> None:
    talk.ask(BRIDGE)
    assert "new conversation" in talk.ask("/new")
    assert "Understood as" not in talk.ask("When will it open?")


def test_a_refusal_shows_the_nearest_statement(talk: Terminal) -> None:
    told = talk.ask(CHINESE)
    assert "The corpus does not say." in told
    assert "┃ No date for the talks has been set" in told


def test_a_source_is_opened_and_the_article_read_at_its_quote(
    talk: Terminal, browser: Browser
) -> None:
    talk.ask(BRIDGE)
    assert talk.styled
    address = "https://brackwatersentinel.example/city/alder-bridge-approved"
    assert f"Opened {address}" in talk.ask("/open 2")
    assert browser.opened() == [address]
    assert "┃ The Alder Street Bridge will cost $61 million" in talk.ask("/read")
    assert "characters 177-256" in talk.ask("/sources")
    assert "There is no [9]; the answer cites [1] to [2]" in talk.ask("/open 9")


def test_filters_are_put_on_told_and_taken_off(talk: Terminal) -> None:
    assert "Articles as of 8 November 2024." in talk.ask("/as-of 2024-11-08")
    then = talk.ask(FERRY)
    assert "11 (the coastguard said)" in then
    assert "version 1, since replaced" in then
    assert "since 1 January 2025, as of" in talk.ask("/after 2025-01-01")
    talk.ask("/as-of")
    assert "of Brackwater Sentinel." in talk.ask("/source Brackwater Sentinel")
    assert "Articles since 1 January 2025, of Brackwater Sentinel." in talk.ask("/filters")
    assert "leaves no article" in talk.ask("/before 2025-01-02")
    assert "All articles" in talk.ask("/clear")
    assert "17" in talk.ask(FERRY)
    assert "'soon' is no date" in talk.ask("/before soon")


def test_what_is_mistyped_ends_nothing(talk: Terminal) -> None:
    assert "Nothing has been answered yet" in talk.ask("/read")
    assert "/opne is no command; did you mean /open?" in talk.ask("/opne")
    assert "/help lists them" in talk.ask("/frobnicate")
    assert "/new takes nothing after it" in talk.ask("/new 1")
    assert "'x' is no number" in talk.ask("/open x")
    assert "2,001 characters" in talk.ask("a" * 2001)
    assert all(name in talk.ask("/help") for name in ("/open", "/save", "/quit"))


def test_it_is_saved_and_nothing_overwritten_unasked(talk: Terminal, eval_corpus: Corpus) -> None:
    assert "Nothing has been answered yet" in talk.ask("/save talk.md")
    talk.ask(BRIDGE)
    assert "Saved to talk.md" in talk.ask("/save talk.md")
    file = eval_corpus.cwd / "talk.md"
    first = file.read_text(encoding="utf-8")
    assert f"## {BRIDGE}" in first
    assert "<https://brackwatersentinel.example/city/alder-bridge-delayed>" in first
    talk.ask("When will it open?")
    assert "is there already; /save --force talk.md" in talk.ask("/save talk.md")
    assert file.read_text(encoding="utf-8") == first
    talk.ask("/save --force talk.md")
    assert "*Understood as: When will the Alder Street Bridge open?*" in file.read_text("utf-8")
    assert "cannot be written" in talk.ask("/save nowhere/talk.md")


def test_lines_can_be_edited_and_got_back(talk: Terminal) -> None:
    pytest.importorskip("readline")
    talk.ask("/filterz")
    talk.type("\x1b[A\x7fs\n")  # up, and the last letter mended
    assert "All articles" in talk.until(PROMPT)
    assert "end; so does Ctrl-D" in talk.ask("/hel\t")


def test_ctrl_c_at_the_prompt_drops_the_line_alone(talk: Terminal) -> None:
    pytest.importorskip("readline")
    talk.wait_for_keys()
    talk.type("How many people")
    talk.until("How many people")  # so that it is the prompt that is interrupted
    talk.wait_for_keys()
    talk.type("\x03")
    assert "Ctrl-D or /quit ends." in talk.until(PROMPT)
    assert "All articles" in talk.ask("/filters")


def test_ctrl_d_ends_it_and_no_question_is_kept_on_the_disk(
    chat: Terminal, eval_corpus: Corpus
) -> None:
    assert chat.end() == 0
    home = eval_corpus.folder / "home"
    kept = [file for file in home.rglob("*") if file.is_file() and b"Alder" in file.read_bytes()]
    assert kept == []


def test_ctrl_c_stops_an_answer_under_way_and_the_conversation_goes_on(
    eval_corpus: Corpus,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as never_answers:
        host, port = never_answers.getsockname()
        model = {"NEWSCITE_LLM_BASE_URL": f"http://{host}:{port}/v1", "NEWSCITE_LLM_MODEL": "slow"}
        with at_a_terminal(eval_corpus, "chat", "--mode", "generative", env=model) as terminal:
            terminal.until(PROMPT)
            terminal.type(BRIDGE + "\n")
            connection, _ = never_answers.accept()
            with connection:
                terminal.type("\x03")
                assert "Stopped." in terminal.until(PROMPT)
            assert "All articles" in terminal.ask("/filters")
            terminal.type("exit\n")
            assert terminal.process.wait(120) == 0


def test_a_server_that_holds_the_corpus_answers(server: Running) -> None:
    options = ("chat", "--source", "Brackwater Sentinel")
    with at_a_terminal(server.corpus, *options, env={"NO_COLOR": "1"}) as terminal:
        terminal.until(PROMPT)
        assert "Articles of Brackwater Sentinel." in terminal.ask("/filters")
        terminal.ask(BRIDGE)
        assert "Understood as: When will the Alder" in terminal.ask("When will it open?")
        assert terminal.end() == 0
        assert not terminal.styled


def test_in_a_pipe_each_line_is_a_question_or_a_command_and_one_that_fails_is_told(
    server: Running, tmp_path: Path
) -> None:
    file = tmp_path / "talk.md"
    lines = ["/open", BRIDGE, "", "When will it open?", f"/save {file}", "/quit", FERRY]
    ran = server.corpus.run("chat", stdin="\n".join(lines))
    assert ran.code == 1
    assert ran.err.splitlines() == [
        "1 of the lines could not be done; the output says which, and why."
    ]
    assert "› /open\nNothing has been answered yet\n\n" in ran.out
    assert f"› {BRIDGE}\n" in ran.out
    assert f"› /save {file}\nSaved to {file}\n\n› /quit\n" in ran.out
    assert "Understood as: When will the Alder Street Bridge open?" in ran.out
    assert "Maren Elise" not in ran.out
    assert "\x1b" not in ran.out
    assert BRIDGE in file.read_text(encoding="utf-8")
