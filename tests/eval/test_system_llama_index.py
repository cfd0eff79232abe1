"""LlamaIndex query engines as systems under test: real ones, over nodes of our own."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from eval_fakes import TEXTS, SmallCorpus, gold

from eval.questions import GoldQuestion
from eval.systems.llama_index import LlamaIndexEngine, load_query_engine
from rag.errors import UsageError

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.llms import LLM
    from llama_index.core.schema import TextNode

    from rag.bundled_embedding import BundledEmbedding

ABOUT_FLOOD = gold().model_copy(update={"question": "How far did the river rise?"})


def saying(text: str) -> "LLM":
    """A model that says the same to everything."""
    from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata

    class Parrot(CustomLLM):
        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(context_window=4096, num_output=64)

        def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
            return CompletionResponse(text=text)

        def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> Any:
            yield CompletionResponse(text=text, delta=text)

    return Parrot()


def node(text: str, start: int | None = None, **metadata: Any) -> "TextNode":
    from llama_index.core.schema import TextNode

    end = None if start is None else start + len(text)
    return TextNode(text=text, metadata=metadata, start_char_idx=start, end_char_idx=end)


def nodes() -> "list[TextNode]":
    return [
        node("Three ships were hit on Friday.", 0, file_name="strike.txt"),
        node("The navy said it\nhad fired first.", 5, article_id="strike", title="Strike"),
        node("The river rose four metres.", url="flood"),
        node("It was sunny elsewhere.", title="Weather", source="Gazette"),
    ]


def engine(
    bge: "BundledEmbedding",
    text: str,
    *,
    over: "list[TextNode] | None" = None,
    citing: bool = False,
    **options: Any,
) -> "BaseQueryEngine":
    from llama_index.core import VectorStoreIndex
    from llama_index.core.query_engine import CitationQueryEngine

    over = nodes() if over is None else over
    index = VectorStoreIndex(nodes=over, embed_model=bge)
    llm = saying(text)
    if citing:
        return CitationQueryEngine.from_args(index, llm=llm, similarity_top_k=4, **options)
    return index.as_query_engine(llm=llm, similarity_top_k=4, **options)


def test_source_nodes_are_the_ranking_and_are_placed_in_the_corpus(
    bge: "BundledEmbedding",
) -> None:
    asked = LlamaIndexEngine(engine(bge, "Four metres."), SmallCorpus())
    reply = asked.ask(ABOUT_FLOOD)
    assert (reply.answer, reply.citations, reply.confidence) == ("Four metres.", [], None)
    assert reply.passages[0].article_id == "flood"
    assert [p.score for p in reply.passages] == sorted(
        (p.score for p in reply.passages), reverse=True
    )
    placed = {p.text: (p.article_id, p.start, p.end) for p in reply.passages}
    assert placed == {
        "Three ships were hit on Friday.": ("strike", 0, 31),
        "The navy said it\nhad fired first.": ("strike", 32, 65),  # its own offsets do not fit
        "The river rose four metres.": ("flood", 0, 27),
        "It was sunny elsewhere.": ("Weather", 0, 0),
    }
    assert all(TEXTS[a][s:e].split() == t.split() for t, (a, s, e) in placed.items() if e)


def test_a_citation_query_engines_numbers_are_its_source_nodes(bge: "BundledEmbedding") -> None:
    said = "It rose four metres [1]. It was sunny [2, 9]."
    asked = LlamaIndexEngine(engine(bge, said, citing=True), SmallCorpus())
    reply = asked.ask(ABOUT_FLOOD)
    assert [(s.text, s.citations) for s in reply.sentences] == [
        ("It rose four metres.", [1]), ("It was sunny.", [2, 9]),
    ]  # fmt: skip
    assert [c.number for c in reply.citations] == [1, 2]  # [9] dangles
    first = reply.citations[0]
    assert (first.article_id, first.quote) == ("flood", "The river rose four metres.")
    assert TEXTS["flood"][first.start : first.end] == first.quote
    assert [c.passage_id for c in reply.citations] == [p.passage_id for p in reply.passages[:2]]
    assert len({p.passage_id for p in reply.passages}) == 4


def test_offsets_that_fit_tell_which_of_two_like_places_is_meant(bge: "BundledEmbedding") -> None:
    second = TEXTS["strike"].rindex("hi")
    over = [node("hi", second, id="strike"), node("hi", article_id="strike")]
    reply = LlamaIndexEngine(engine(bge, "Yes.", over=over), SmallCorpus()).ask(ABOUT_FLOOD)
    assert {p.start for p in reply.passages} == {second, TEXTS["strike"].index("hi")}


def test_a_document_may_be_named_by_its_id(bge: "BundledEmbedding") -> None:
    from llama_index.core import Document, VectorStoreIndex

    documents = [Document(text=TEXTS["budget"], id_="budget")]
    index = VectorStoreIndex.from_documents(documents, embed_model=bge)
    asked = LlamaIndexEngine(index.as_query_engine(llm=saying("51.")), SmallCorpus())
    (found,) = asked.ask(ABOUT_FLOOD).passages
    assert (found.article_id, found.start, found.end) == ("budget", 0, len(TEXTS["budget"]))


@pytest.mark.parametrize(
    "said", ["", "Empty Response", "None of the sources are helpful.", "NO ANSWER"]
)
def test_saying_nothing_or_refusing_is_a_refusal(bge: "BundledEmbedding", said: str) -> None:
    reply = LlamaIndexEngine(engine(bge, said, citing=True), SmallCorpus()).ask(ABOUT_FLOOD)
    assert (reply.answerable, reply.answer, reply.citations) == (False, None, [])
    assert reply.passages
    assert reply.notes == [said or "Empty Response"]


def test_finding_nothing_is_a_refusal(bge: "BundledEmbedding") -> None:
    reply = LlamaIndexEngine(engine(bge, "x", over=[]), SmallCorpus()).ask(ABOUT_FLOOD)
    assert (reply.answerable, reply.passages) == (False, [])


def test_an_engine_that_streams_is_read_to_its_end(bge: "BundledEmbedding") -> None:
    asked = LlamaIndexEngine(engine(bge, "Four metres.", streaming=True), SmallCorpus())
    reply = asked.ask(ABOUT_FLOOD)
    assert reply.answer == "Four metres."
    assert len(reply.passages) == 4


def test_a_failing_engine_fails_at_its_questions() -> None:
    from llama_index.core.query_engine import CustomQueryEngine

    class Failing(CustomQueryEngine):
        def custom_query(self, query_str: str) -> str:
            raise OSError("no index")

    asked = LlamaIndexEngine(Failing(), SmallCorpus())
    with pytest.raises(OSError, match="no index"):
        asked.ask(gold())


def test_filters_in_vain_are_noted_and_the_engine_is_recorded(bge: "BundledEmbedding") -> None:
    asked = LlamaIndexEngine(engine(bge, "Yes."), SmallCorpus(), "my.rag:engine")
    question: GoldQuestion = gold(filters={"sources": ["Gazette"]})
    assert asked.ask(question).notes == ["asked without sources, which this system does not take"]
    config = asked.config()
    assert config["name"] == "my.rag:engine"
    assert config["class"].endswith(".RetrieverQueryEngine")


@pytest.mark.parametrize("name", ["query_engines:make", "query_engines:ready"])
def test_a_query_engine_is_loaded_by_its_name(name: str) -> None:
    reply = LlamaIndexEngine(load_query_engine(name), SmallCorpus()).ask(gold())
    assert reply.passages[0].text == "It rained."


def test_a_query_engine_may_lie_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    Path("peer_of_ours.py").write_text("from query_engines import ready as mine\n")
    assert load_query_engine("peer_of_ours:mine")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("query_engines", r"write package\.module:attribute"),
        (":make", r"write package\.module:attribute"),
        ("query_engines:", r"write package\.module:attribute"),
        ("query_engines:nothing", "has no attribute 'nothing'"),
        ("nowhere.at.all:make", "cannot be imported .*No module named 'nowhere'"),
        ("query_engines:number", "is of type int, not a LlamaIndex query engine"),
        ("query_engines:broken", "calling it failed: OSError: the index is gone"),
        ("builtins:dict", "is of type dict, not a LlamaIndex query engine"),
    ],
)
def test_what_is_no_query_engine_is_refused_with_a_reason(name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        load_query_engine(name)


def test_a_module_that_fails_on_import_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    Path("breaks_here.py").write_text("1 / 0\n")
    with pytest.raises(UsageError, match=r"cannot be imported \(ZeroDivisionError"):
        load_query_engine("breaks_here:x")
