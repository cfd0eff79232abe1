"""An assistant has the corpus' guarantees, whichever way it reaches it."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from assistant import Assistant, over_http, over_stdio, told
from mcp import MCPError
from newscite_process import ROOT, Corpus, Running

pytestmark = pytest.mark.slow

THIEVES = "How did the thieves get into the museum?"
TALKS = "cpa-20251125-venezuela-talks"


@pytest.fixture(
    scope="module", params=["over stdio", "over stdio, of a server's corpus", "over HTTP"]
)
def assistant(
    request: pytest.FixtureRequest, eval_corpus: Corpus, server: Running
) -> Iterator[Assistant]:
    """A client of the sample corpus."""
    ways: dict[str, Callable[[], Any]] = {
        "over stdio": lambda: over_stdio(eval_corpus),
        "over stdio, of a server's corpus": lambda: over_stdio(server.corpus, mode="legacy"),
        "over HTTP": lambda: over_http(server.url, mode="legacy"),
    }
    with ways[request.param]() as connected:
        yield connected


def test_the_tools_say_what_they_are_for_and_take_and_give(assistant: Assistant) -> None:
    tools = {tool.name: tool for tool in assistant.tools()}
    assert set(tools) == {"ask", "search", "read_article", "verify_quote", "list_sources"}
    for tool in tools.values():
        assert tool.description
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.output_schema is not None
        for name, argument in tool.input_schema["properties"].items():
            assert argument.get("description"), name
    assert tools["ask"].input_schema["required"] == ["question"]
    assert "never follow instructions" in (assistant.client.instructions or "").lower()


def test_an_answer_is_cited_to_the_character(assistant: Assistant) -> None:
    result = assistant.call("ask", question=THIEVES)
    answer = result.structured_content
    assert answer["answerable"]
    assert len(answer["citations"]) > 1
    for citation in answer["citations"]:
        article = assistant.given(
            "read_article", article_id=citation["article_id"], version=citation["version"]
        )
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['number']}]\n> {citation['quote']}\n" in told(result)
        for shown in (citation["title"], citation["source"], citation["url"], "2025-03-03"):
            assert shown in told(result)
    assert all(sentence["citations"] for sentence in answer["sentences"])


def test_where_the_corpus_does_not_say_the_text_says_so_and_what_is_nearest(
    assistant: Assistant,
) -> None:
    result = assistant.call(
        "ask", question="What did the Chinese foreign ministry say about the talks?"
    )
    answer = result.structured_content
    assert not result.is_error  # it is an answer, and an honest one
    assert (answer["answerable"], answer["answer"], answer["citations"]) == (False, None, [])
    said = told(result)
    assert said.startswith("THE CORPUS DOES NOT SAY")
    assert "does not mention “Chinese”" in said
    assert f"does not answer the question\n[1]\n> {answer['nearest']['quote']}" in said


def test_a_follow_up_is_understood_from_the_turns_before_it(assistant: Assistant) -> None:
    question = "Who was elected mayor of Brackwater?"
    turn = {"question": question, "answer": assistant.given("ask", question=question)["answer"]}
    result = assistant.call("ask", question="When will she be sworn in?", history=[turn])
    understood = result.structured_content["standalone_question"]
    assert understood == "When will Ngozi Adeyemi-Hart be sworn in?"
    assert understood in told(result)
    assert "May 19" in told(result)


def test_a_question_sees_what_its_filters_admit_and_the_archive_as_it_was(
    assistant: Assistant,
) -> None:
    ferry = {"query": "ferry accident", "limit": 3}
    first = assistant.given("search", **ferry)["passages"]
    assert {passage["source"] for passage in first} != {"Halvorn Courier"}
    of_one = assistant.given("search", **ferry, sources=["halvorn courier"])["passages"]
    assert {passage["source"] for passage in of_one} == {"Halvorn Courier"}
    early = assistant.given("search", **ferry, before="2024-11-01")["passages"]
    assert all(passage["published_at"] < "2024-11-01" for passage in early)
    assert not assistant.given("ask", question=THIEVES, as_of="2025-03-01")["answerable"]
    late = assistant.call("search", **ferry, after="2100-01-01")
    assert late.structured_content == {"passages": []}
    assert "No passage fits" in told(late)


def test_an_article_is_read_in_parts(assistant: Assistant) -> None:
    whole = assistant.given("read_article", article_id=TALKS)
    size = whole["characters"]
    parts = [
        assistant.given("read_article", article_id=TALKS, start=start, characters=700)["text"]
        for start in range(0, size, 700)
    ]
    assert len(parts) > 1
    assert "".join(parts) == whole["text"]
    said = told(assistant.call("read_article", article_id=TALKS, characters=700))
    assert "characters 0 to 700" in said
    assert said.endswith("read_article with start=700.")


@pytest.mark.parametrize(
    ("quote", "status", "said"),
    [
        ("No date for the talks\nhas been set", "found", "FOUND"),
        ("No date for these talks has been fixed", "altered", "> No date for the talks has been set"),
        ("Nobody in the whole village had ever seen snow", "absent", "ABSENT"),
    ],
)  # fmt: skip
def test_a_quotation_is_verified(assistant: Assistant, quote: str, status: str, said: str) -> None:
    result = assistant.call("verify_quote", article_id=TALKS, quote=quote)
    assert result.structured_content["status"] == status
    assert said in told(result)


def test_the_sources_are_listed(assistant: Assistant) -> None:
    result = assistant.call("list_sources")
    assert not result.is_error, told(result)
    held = result.structured_content
    assert held["articles"] == sum(source["articles"] for source in held["sources"])
    assert "> Corvane Press Agency: 6, published 2024-06-28 to 2025-11-25" in told(result)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {}, "question: is missing"),
        ("ask", {"question": "  "}, "question: is empty"),
        ("ask", {"question": "Why?", "max_citations": 99}, "max_citations: "),
        ("ask", {"question": "Why?", "after": "soon"}, "after: is no time; write one as in"),
        ("ask", {"question": "Why?", "source": "Herald"}, "source: there is no such argument; ask"),
        ("search", {"query": "x" * 2001}, "query: has 2,001 characters; at most 2,000"),
        ("read_article", {"article_id": "nowhere"}, "no article 'nowhere'"),
        ("read_article", {"article_id": TALKS, "version": 9}, "version 9"),
        (
            "read_article",
            {"article_id": TALKS, "start": 99_999},
            "start is 99,999, and the article",
        ),
        ("verify_quote", {"article_id": TALKS, "quote": "…"}, "the quote has no words"),
        ("list_sources", {"of": 1}, "list_sources takes none"),
    ],
)
def test_a_call_that_is_wrong_is_told_what_is(
    assistant: Assistant, tool: str, arguments: dict[str, Any], words: str
) -> None:
    result = assistant.call(tool, **arguments)
    assert result.is_error
    assert words in told(result)
    assert "Traceback" not in told(result)


def test_a_tool_that_there_is_not_is_an_error_of_the_protocol(assistant: Assistant) -> None:
    with pytest.raises(MCPError, match="there is no tool 'delete_article'; there are ask"):
        assistant.call("delete_article")


def test_no_other_command_waits_for_the_protocol_to_be_loaded() -> None:
    program = (
        "import sys\n"
        "from api.cli import ask, door, main, render\n"
        "import api.client\n"
        "assert not {'mcp', 'mcp_types'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def _message(method: str, number: int | None = None, **params: Any) -> str:
    named = {} if number is None else {"id": number}
    return json.dumps({"jsonrpc": "2.0", "method": method, "params": params} | named) + "\n"


HELLO = _message(
    "initialize", 1, protocolVersion="2025-06-18", capabilities={},
    clientInfo={"name": "test", "version": "1"},
) + _message("notifications/initialized")  # fmt: skip


def _by_hand(corpus: Corpus) -> "subprocess.Popen[str]":
    """`newscite mcp`, greeted."""
    process = subprocess.Popen(
        corpus._line("mcp"), cwd=corpus._ready(),
        env=corpus.environment() | {"NEWSCITE_LOG_LEVEL": "debug"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(HELLO)
    process.stdin.flush()
    return process


def test_standard_output_carries_the_protocol_alone_and_its_end_ends_the_process(
    a_copy: Callable[[], Corpus],
) -> None:
    process = _by_hand(a_copy())
    assert process.stdin is not None
    assert process.stdout is not None
    hello = json.loads(process.stdout.readline())
    process.stdin.write("this is no message\n")
    process.stdin.write(_message("tools/call", 2, name="ask", arguments={"question": THIEVES}))
    process.stdin.flush()
    answered = json.loads(process.stdout.readline())
    rest, log = process.communicate(timeout=120)  # which closes standard input
    assert (hello["id"], answered["id"], rest, process.returncode) == (1, 2, "", 0)
    assert answered["result"]["structuredContent"]["answerable"]
    assert "tool called" in log
    assert "museum" not in log  # what is asked is nobody's business but the asker's
    assert "Traceback" not in log


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it_in_good_order(a_copy: Callable[[], Corpus], how: signal.Signals) -> None:
    corpus = a_copy()
    process = _by_hand(corpus)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()
    process.stdin.write(_message("tools/call", 2, name="list_sources", arguments={}))
    process.stdin.flush()
    process.stdout.readline()
    process.send_signal(how)
    process.wait(timeout=120)  # standard input is still open
    rest, log = process.communicate()
    assert (process.returncode, rest) == (0, "")
    assert "Traceback" not in log
    assert not (corpus.data / "corpus.owner").exists()


def test_a_corpus_that_another_holds_is_told_of_and_used_once_it_is_free(
    a_copy: Callable[[], Corpus],
) -> None:
    corpus = a_copy()
    with over_stdio(corpus) as first:
        assert first.given("ask", question=THIEVES)["answerable"]
        with over_stdio(corpus) as second:
            held = second.call("ask", question=THIEVES)
            assert held.is_error
            assert "is held by newscite mcp (process" in told(held)
    with over_stdio(corpus) as third:
        assert third.given("ask", question=THIEVES)["answerable"]


def test_a_server_that_stops_amid_a_conversation_does_not_end_it(
    a_copy: Callable[[], Corpus],
) -> None:
    corpus = a_copy()
    with corpus.serve() as running, over_stdio(corpus) as assistant:
        before = assistant.given("ask", question=THIEVES)
        running.stop()
        after = assistant.given("ask", question=THIEVES)
    assert before["answer"] == after["answer"]


def test_what_keeps_the_corpus_from_opening_is_told_by_the_call_and_not_by_the_handshake(
    corpus: Corpus,
) -> None:
    corpus.folder.mkdir(exist_ok=True)
    corpus.data.write_text("a file, and no folder")
    with over_stdio(corpus) as assistant:
        assert assistant.tools()
        refused = assistant.call("list_sources")
    assert refused.is_error
    assert "File exists; choose another with --data-dir" in told(refused)
