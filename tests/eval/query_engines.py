"""Query engines to be loaded by name, and things that are none."""

from llama_index.core import Document, SummaryIndex
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.llms import MockLLM


def make() -> BaseQueryEngine:
    return SummaryIndex.from_documents([Document(text="It rained.")]).as_query_engine(
        llm=MockLLM(max_tokens=5)
    )


ready = make()
number = 7


def broken() -> BaseQueryEngine:
    raise OSError("the index is gone")
