"""A server that is asked to stop: work under way is finished, within limits, and none is begun."""

import os
import threading
from weakref import WeakSet

import structlog

from rag.deadline import Limit
from rag.errors import StoppingError

log = structlog.get_logger()

_GOOD_ORDER_S = 10.0  # for what is left to say why, and for the corpus to be closed


class Stopping:
    """Whether the server is to stop, and the questions that it has to finish before.

    Attributes:
        begun: whether it is.
    """

    def __init__(self) -> None:
        self.begun = False
        self._limits: WeakSet[Limit] = WeakSet()

    def watch(self, limit: Limit) -> None:
        """Has a question called off if it is not answered when the server's time is up."""
        self._limits.add(limit)

    def begin(self, within_s: float) -> None:
        """The server is to stop. What is not over in time is called off, then left as it is.

        Args:
            within_s: how long questions under way may take.
        """
        self.begun = True
        for after_s, act in ((within_s, self._call_off), (within_s + _GOOD_ORDER_S, _leave)):
            timer = threading.Timer(after_s, act)
            timer.daemon = True
            timer.start()

    def _call_off(self) -> None:
        for limit in list(self._limits):
            limit.call_off(StoppingError("the server is being stopped; ask again when it is back"))


def _leave() -> None:
    # The corpus is made whole when it is opened again, as after a power cut.
    log.error("the server was not done in time and is left as it is")
    os._exit(1)
