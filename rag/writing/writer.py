"""Has a language model write, and lets through what can be verified."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from rag.archive.records import StoredPassage
from rag.passage_reading import PassageReading
from rag.reading.span_model import span_model
from rag.retrieval import Hit
from rag.settings import Settings
from rag.writing.base import Statement, Working, Written
from rag.writing.draft import LONGEST_DRAFT, Draft, Drafting
from rag.writing.endpoint import Endpoint, ModelFailure
from rag.writing.prompt import NO_ANSWER, messages
from rag.writing.verifying import Sources

PASSAGES = 6
"""How many of the ranked passages the model is shown at most."""

_DRAFTS = 20  # sentences of a model's after which no more is read of it

Read = Callable[[str, Sequence[StoredPassage]], list[PassageReading]]
"""Reads passages with a question in mind: `SpanModel.read`."""


@dataclass
class _Tally:
    """What became of the model's sentences."""

    kept: int = 0
    dropped: int = 0
    moved: int = 0
    declined: bool = False
    failure: str = ""

    def written(self) -> Written:
        """The account of it for whoever asked."""
        notes = []
        if self.failure:
            notes.append(f"The language model {self.failure}{self._instead()}")
        elif self.declined and not self.kept:
            notes.append(f"The language model found no answer in the passages{self._instead()}")
        elif not self.kept:
            said = "Nothing that the language model wrote could be verified"
            notes.append(said + self._instead())
        if self.dropped and self.kept:
            notes.append(
                f"{_sentences(self.dropped)} left out: what the language model wrote stands in no "
                "passage."
            )
        if self.moved:
            notes.append(
                f"{_sentences(self.moved)} given another citation than the language model's: "
                "what it cited does not say that."
            )
        return Written(self.kept, tuple(notes), self.dropped)

    def _instead(self) -> str:
        if self.kept:
            return "; what it had written by then is given."
        return ", so the answer is quoted and not written."


class Writer:
    """Answers in a language model's sentences.

    Attributes:
        endpoint: the model.

    Args:
        endpoint: see above.
        read: tells which sentences of a passage are about the question.
    """

    def __init__(self, endpoint: Endpoint, read: Read) -> None:
        self.endpoint = endpoint
        self._read = read

    def sources(self, question: str, hits: Sequence[Hit]) -> Sources:
        """The first few of the ranked passages, each read with the question in mind."""
        shown = hits[:PASSAGES]
        unread = [hit for hit in shown if hit.reading is None]
        fresh = iter(self._read(question, [hit.passage for hit in unread]) if unread else ())
        return Sources(shown, [hit.reading or next(fresh) for hit in shown])

    def write(
        self, question: str, sources: Sources, limit: int, spent_s: float = 0.0
    ) -> Generator[Statement | Working | Written, None, None]:
        """Verified statements, each as soon as the model has written it.

        The last thing that comes is how it went. To close the generator stops the model.

        Args:
            question: one that stands alone.
            sources: what may be cited.
            limit: at most this many statements.
            spent_s: seconds of the model's time that are spent already.
        """
        tally = _Tally()
        seen: set[str] = set()
        with closing(self._drafts(question, sources, spent_s, tally)) as drafts:
            for draft in drafts:
                if draft is None:
                    yield Working()
                elif draft.text.startswith(NO_ANSWER.rstrip(".")):
                    tally.declined = True
                elif draft.text not in seen:
                    seen.add(draft.text)
                    if verified := sources.verified(draft):
                        tally.kept += 1
                        tally.moved += verified.moved
                        yield verified.statement
                    else:
                        tally.dropped += 1
                    if tally.kept == limit or len(seen) == _DRAFTS:
                        break
        yield tally.written()

    def _drafts(
        self, question: str, sources: Sources, spent_s: float, tally: _Tally
    ) -> Generator[Draft | None, None, None]:
        """The model's sentences, and None wherever it has said something and no sentence yet."""
        drafting, size = Drafting(), 0
        asked = messages(question, [hit.passage for hit in sources.hits])
        within_s = self.endpoint.timeout_s - spent_s
        with closing(self.endpoint.stream(asked, within_s)) as said:
            try:
                for piece in said:
                    size += len(piece)
                    yield None
                    yield from drafting.feed(piece) if piece else ()
                    if size > LONGEST_DRAFT:
                        break
            except ModelFailure as failure:
                tally.failure = str(failure)
        if not tally.failure:
            yield from drafting.finish()


def make_writer(settings: Settings) -> Writer | None:
    """The writer that the settings name; None where they name no endpoint or no model."""
    if settings.llm_base_url is None or settings.llm_model is None:
        return None
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    endpoint = Endpoint(settings.llm_base_url, settings.llm_model, key, settings.llm_timeout_s)
    return Writer(endpoint, span_model(settings.threads).read)


def _sentences(count: int) -> str:
    return "1 sentence was" if count == 1 else f"{count} sentences were"
