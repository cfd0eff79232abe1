"""The answer as it comes about: server-sent events (WHATWG HTML, "Server-sent events"), typed."""

import codecs
import json
from collections.abc import Callable, Iterator, Mapping

from api.client.exchange import problem
from api.schemas import PassagesEvent, SentenceEvent
from rag.errors import UnreachableError
from rag.types import Answer

StreamEvent = PassagesEvent | SentenceEvent | Answer
"""First the passages that are read, then each sentence once it is verified, then the answer."""

_READ: Mapping[str, Callable[[str], StreamEvent]] = {
    "passages": PassagesEvent.model_validate_json,
    "sentence": SentenceEvent.model_validate_json,
    "answer": Answer.model_validate_json,
}


class EventReader:
    """Makes events of bytes as they arrive.

    Args:
        url: of the server, for errors.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._begun = ""  # of a line
        self._name = ""
        self._data: list[str] = []
        self._answered = False

    def feed(self, piece: bytes) -> Iterator[StreamEvent]:
        """The events that end in a piece.

        Raises:
            NewsciteError: what the server says kept it from going on.
        """
        # A line ends with "\n" here: what else `splitlines` takes for an end may stand in a text.
        *lines, self._begun = (self._begun + self._decode(piece)).split("\n")
        for line in lines:
            yield from self._line(line.removesuffix("\r"))

    def end(self) -> None:
        """To be called when no more comes.

        Raises:
            UnreachableError: there was no answer yet.
        """
        if not self._answered:
            raise UnreachableError(f"the server at {self._url} broke off before it had answered")

    def _line(self, line: str) -> Iterator[StreamEvent]:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match field:
            case "event":
                self._name = value
            case "data":
                self._data.append(value)
            case "" if not line:  # a comment has no name either
                yield from self._event()
                self._name, self._data = "", []

    def _event(self) -> Iterator[StreamEvent]:
        data = "\n".join(self._data)
        if self._name == "error":
            raise problem(json.loads(data))
        if self._name in _READ:
            self._answered = self._answered or self._name == "answer"
            yield _READ[self._name](data)
