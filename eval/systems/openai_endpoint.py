"""An OpenAI-compatible endpoint as a system under test: a RAG system behind it, or a bare model."""

from typing import Any

from eval.questions import GoldQuestion
from eval.reply import Reply
from eval.systems.base import ReferenceCorpus
from eval.systems.chat import Chat
from eval.systems.endpoint import TIMEOUT_S
from eval.systems.places import locate
from eval.systems.replies import NO_ANSWER, read_text, refusal, unheeded
from rag.types import Citation

PROMPT = (
    "You answer questions about a fixed collection of news articles, from what that collection "
    "says and nothing else, in one or two short sentences. Where you were given numbered sources, "
    "end each sentence with the number of the source that says so in square brackets, such as [1]. "
    f"When the collection does not answer the question, reply with exactly: {NO_ANSWER}"
)


class OpenAIEndpoint:
    """A chat endpoint that is asked each question in a conversation of its own.

    Its citations are the `citations` beside or in its message: objects as newscite gives them, or
    plain urls, whose places in the list are their numbers. One without a quote stands for the
    whole article, as a cited document does in ALCE. A quote's offsets are the endpoint's, else
    they are looked up, and 0 to 0 when it does not stand in the article. It tells no ranking and
    no confidence, and takes no filters.

    Args:
        base_url: see `Chat`.
        model: the model's name at the endpoint.
        api_key: the endpoint's key, if it wants one.
        corpus: where citations are looked up.
        timeout_s: seconds after which a question is given up.

    Raises:
        UsageError, NewsciteError: the endpoint does not answer, or refuses; see `Endpoint.post`.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str | None,
        corpus: ReferenceCorpus,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Asks something first: a wrong key or name shows before the gold questions are asked.

        The model is loaded by it too, so that no gold question pays for that.
        """
        self._chat = Chat(base_url, model, api_key, timeout_s)
        self._corpus = corpus
        try:
            self._chat.complete(PROMPT, "What happened?")
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Closes the connection."""
        self._chat.close()

    def config(self) -> dict[str, Any]:
        return {
            "system": "OpenAI-compatible endpoint",
            **self._chat.config(),
            "prompt": PROMPT,
        }

    def ask(self, question: GoldQuestion) -> Reply:
        completion = self._chat.complete(PROMPT, question.question, question.history)
        said = read_text(completion.text or completion.refusal or "")
        cited = completion.citations
        reply = Reply(
            answerable=True,
            answer=said.text,
            sentences=said.sentences,
            citations=[_citation(n, given, self._corpus) for n, given in enumerate(cited, start=1)],
            unquoted=[place for place, given in enumerate(cited) if not _text(given).get("quote")],
            notes=unheeded(question, takes_history=True),
            model_runs=1,
            tokens=completion.tokens,
        )
        if said.refuses or (completion.refusal and not completion.text):
            return refusal(said.text, reply)
        return reply


def _text(given: Any) -> dict[str, str]:
    """The fields of a citation that are text; a plain text is a url."""
    fields = {"url": given} if isinstance(given, str) else given if isinstance(given, dict) else {}
    return {key: value for key, value in fields.items() if isinstance(value, str) and value}


def _citation(number: int, given: Any, corpus: ReferenceCorpus) -> Citation:
    """A citation from what the endpoint gave in this place; of nonsense, one of nothing."""
    text = _text(given)
    numbers = given.items() if isinstance(given, dict) else ()
    whole = {key: value for key, value in numbers if type(value) is int and value >= 0}
    names = [text[key] for key in ("article_id", "id", "url", "title") if key in text]
    quote, version = text.get("quote", ""), whole.get("version")
    place = locate(corpus, names, quote, version=version)
    if place and not quote:
        quote = corpus.text(place.article_id, place.version) or ""
        place = place._replace(start=0, end=len(quote))
    if "start" in whole and "end" in whole:
        start, end = whole["start"], whole["end"]
    else:
        start, end = (place.start, place.end) if place else (0, 0)
    return Citation(
        number=whole.get("number") or number,
        quote=quote,
        article_id=place.article_id if place else next(iter(names), ""),
        version=version or (place.version if place else 1),
        title=text.get("title", ""),
        source=text.get("source"),
        url=text.get("url"),
        start=start,
        end=end,
        passage_id=text.get("passage_id", ""),
        syndicated_in=[],
    )
