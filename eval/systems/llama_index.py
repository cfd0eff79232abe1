"""Any LlamaIndex query engine as a system under test."""

import re
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.questions import GoldQuestion
from eval.reply import Reply
from eval.systems.base import ReferenceCorpus
from eval.systems.places import locate
from eval.systems.replies import read_text, refusal, unheeded
from rag.errors import UsageError
from rag.types import Citation, Passage

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.schema import NodeWithScore

_NAMES = ("id", "article_id", "url", "title", "file_name")
_NOTHING = {"", "Empty Response"}  # what LlamaIndex says when it found nothing, or nothing to say
_NUMBERED = re.compile(r"Source [0-9]+:\n")  # what CitationQueryEngine puts before a source


class LlamaIndexEngine:
    """A LlamaIndex query engine that is asked each question by its words alone.

    Its source nodes, in their order, are the ranked passages, all of them read. A marker [n] in
    the answer, as `CitationQueryEngine` has its model write, cites the n-th of them; a marker
    without such a node dangles. A node is of the article that its metadata or its document's id
    names (id, article_id, url, title, file_name with or without its suffix); it has the node's
    offsets if they fit the article's text, else it is looked up there, and 0 to 0 without success.

    Args:
        query_engine: it.
        corpus: where nodes are looked up.
        name: what a run's configuration calls it, such as the name it was loaded by.
    """

    def __init__(
        self, query_engine: "BaseQueryEngine", corpus: ReferenceCorpus, name: str | None = None
    ) -> None:
        """Loads its models by asking something, so that no gold question pays for that."""
        self._engine = query_engine
        self._corpus = corpus
        self._name = name
        with suppress(Exception):  # a failing engine shows in the first gold question
            query_engine.query("What happened?")

    def config(self) -> dict[str, Any]:
        kind = type(self._engine)
        return {
            "system": "LlamaIndex query engine",
            "name": self._name,
            "class": f"{kind.__module__}.{kind.__qualname__}",
            "llama_index_core": version("llama-index-core"),
        }

    def ask(self, question: GoldQuestion) -> Reply:
        response: Any = self._engine.query(question.question)
        if hasattr(response, "get_response"):  # it streams, or is an object
            response = response.get_response()
        said = read_text(str(response.response or ""))
        passages = _passages(response.source_nodes, self._corpus)
        cited = {number for sentence in said.sentences for number in sentence.citations}
        reply = Reply(
            answerable=True,
            answer=said.text,
            sentences=said.sentences,
            citations=[
                _citation(number, passage)
                for number, passage in enumerate(passages, start=1)
                if number in cited
            ],
            notes=unheeded(question),
            passages=passages,
        )
        return refusal(said.text, reply) if said.text in _NOTHING or said.refuses else reply


def load_query_engine(name: str) -> "BaseQueryEngine":
    """The query engine of this name, `package.module:attribute`.

    The module may lie in the working folder. The attribute is a query engine, or something that
    returns one when it is called without arguments.

    Raises:
        UsageError: there is no such module or attribute, importing or calling it fails, or what
            it is or returns is no LlamaIndex query engine.
    """
    from llama_index.core.base.base_query_engine import BaseQueryEngine

    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise UsageError(f"{name!r} names no query engine; write package.module:attribute")
    if (folder := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, folder)
    try:
        found: object = getattr(import_module(module), attribute)
    except AttributeError as error:
        raise UsageError(f"{name}: {error}") from error
    except Exception as error:  # whatever a module of the user's raises
        raise UsageError(
            f"{name}: {module} cannot be imported ({type(error).__name__}: {error}); it is looked "
            f"for in {folder} and among the installed packages"
        ) from error
    if callable(found) and not isinstance(found, BaseQueryEngine):
        try:
            found = found()
        except Exception as error:  # whatever a function of the user's raises
            raise UsageError(
                f"{name}: calling it failed: {type(error).__name__}: {error}"
            ) from error
    if not isinstance(found, BaseQueryEngine):
        raise UsageError(
            f"{name} is of type {type(found).__name__}, not a LlamaIndex query engine "
            "(llama_index.core.base.base_query_engine.BaseQueryEngine)"
        )
    return found


def _passages(nodes: "Sequence[NodeWithScore]", corpus: ReferenceCorpus) -> list[Passage]:
    """The nodes as passages; an id that comes again is told apart by its rank."""
    seen: Counter[str] = Counter()
    passages = []
    for rank, node in enumerate(nodes, start=1):
        passage = _passage(node, corpus)
        seen[passage.passage_id] += 1
        if seen[passage.passage_id] > 1:
            passage.passage_id += f"#{rank}"
        passages.append(passage)
    return passages


def _passage(scored: "NodeWithScore", corpus: ReferenceCorpus) -> Passage:
    node = scored.node
    text = _NUMBERED.sub("", scored.get_content(), count=1).strip()
    metadata = {key: str(value) for key, value in node.metadata.items() if value}
    names = [metadata[key] for key in _NAMES if key in metadata]
    names += [Path(metadata["file_name"]).stem] if "file_name" in metadata else []
    names += [node.ref_doc_id] if node.ref_doc_id else []
    start, end = getattr(node, "start_char_idx", None), getattr(node, "end_char_idx", None)
    span = None if start is None or end is None else (start, end)
    place = locate(corpus, names, text, span=span)
    return Passage(
        passage_id=node.node_id,
        article_id=place.article_id if place else next(iter(names), node.node_id),
        version=place.version if place else 1,
        title=metadata.get("title", ""),
        source=metadata.get("source"),
        url=metadata.get("url"),
        start=place.start if place else 0,
        end=place.end if place else 0,
        text=text,
        score=scored.score or 0.0,
    )


def _citation(number: int, passage: Passage) -> Citation:
    shared = passage.model_dump(exclude={"text", "score"})
    return Citation(**shared, number=number, quote=passage.text, syndicated_in=[])
