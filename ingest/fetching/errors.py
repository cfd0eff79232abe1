"""Why a document could not be fetched."""

from rag.errors import IngestError


class FetchError(IngestError):
    """A document cannot be fetched.

    Attributes:
        transient: whether trying again later may well help.
    """

    def __init__(self, reason: str, *, transient: bool = False) -> None:
        super().__init__(reason)
        self.transient = transient
