"""Every error that newscite raises on purpose, in one tree.

    NewsciteError                     500  exit 5   something is wrong inside newscite
    ├── UsageError                    422  exit 2   the request or command is wrong
    │   ├── NotFoundError             404  exit 2   no such article, version or file
    │   ├── WithdrawnError            410  exit 2   the article was withdrawn
    │   ├── HiddenError               403  exit 2   the article is withheld, embargoed or expired
    │   ├── NotAcceptableError        406  exit 2   the answer is of no kind that the client takes
    │   ├── TooLargeError             413  exit 2   the request is over a limit
    │   ├── UnsupportedMediaTypeError 415  exit 2   the body is of a kind that is not read here
    │   ├── UnknownHostError          421  exit 2   this server has another name
    │   ├── UnauthorizedError         401  exit 4   an API key is needed, or this one is unknown
    │   ├── ForbiddenError            403  exit 4   the API key does not allow this
    │   ├── TooManyRequestsError      429  exit 2   more requests than the rate limit allows
    │   ├── ConflictError             409  exit 2   it is too late for what was asked
    │   ├── UnderWayError             409  exit 2   the same request is being worked on
    │   └── IngestError               422  exit 1   an item cannot be ingested; it is quarantined
    ├── ConfigurationError            500  exit 4   a setting is refused
    │   └── ModelError                500  exit 4   a model file is missing, altered or mismatched
    ├── StorageError                  507  exit 5   the disk is full or cannot be written
    ├── BusyError                     503  exit 5   the server does as much as it can already
    ├── TimedOutError                 504  exit 5   the work took longer than it may
    ├── AbandonedError                503  exit 5   whoever asked has gone away
    ├── StoppingError                 503  exit 5   the server is being stopped
    ├── CorpusHeldError               503  exit 3   another process holds the corpus
    ├── NotReadyError                 503  exit 5   a part of the service is not ready
    ├── UnreachableError              503  exit 3   a server that is asked does not answer
    ├── QuoteMismatchError            500  exit 1   a quote is not what its article says
    └── CorruptCorpusError            500  exit 5   the archive cannot be read

The number after the class is the HTTP status, then the command's exit code. A message says what was
wrong, where it was, and what to do about it; it is shown to the user as it stands.
"""

from typing import ClassVar

PROBLEM = "urn:newscite:problem:"
"""What the `type` of a problem document (RFC 9457) begins with; an error's `code` follows."""


class NewsciteError(Exception):
    """The root of the tree.

    Attributes:
        status: the HTTP status this error becomes.
        exit_code: the exit code of a command that ends with it.
        code: the error's short, stable name, the last part of a problem's `type`.
        title: one line that is the same for every error of the class (RFC 9457 `title`).
        request_id: the id of the request that a server has refused, as its log has it.
    """

    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 5
    code: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong inside newscite"
    request_id: str | None = None


class UsageError(NewsciteError):
    """The request or the command line is wrong; the same call can never succeed."""

    status = 422
    exit_code = 2
    code = "invalid-request"
    title = "The request is not valid"


class NotFoundError(UsageError):
    """What was asked for by name does not exist."""

    status = 404
    code = "not-found"
    title = "There is no such thing here"


class WithdrawnError(UsageError):
    """The article was withdrawn (pubStatus `canceled`); no version of it is shown again."""

    status = 410
    code = "withdrawn"
    title = "The article was withdrawn"


class HiddenError(UsageError):
    """The article may not be shown now: it is withheld, under embargo or expired."""

    status = 403
    code = "hidden"
    title = "The article may not be shown"


class NotAcceptableError(UsageError):
    """What was asked for is not there in any form that the client takes."""

    status = 406
    code = "not-acceptable"
    title = "The answer is of no kind that the client takes"


class TooLargeError(UsageError):
    """The request is larger than a limit of this server."""

    status = 413
    code = "too-large"
    title = "The request is too large"


class UnsupportedMediaTypeError(UsageError):
    """The request's body is of a type, or packed in a way, that is not read here."""

    status = 415
    code = "unsupported-media-type"
    title = "The body is of a kind that is not read here"


class UnknownHostError(UsageError):
    """The request is for a name that is not this server's."""

    status = 421
    code = "unknown-host"
    title = "The server is not known by this name"


class UnauthorizedError(UsageError):
    """The server wants an API key, and none that it knows was sent."""

    status = 401
    exit_code = 4
    code = "unauthorized"
    title = "An API key is needed"


class ForbiddenError(UsageError):
    """The API key is known and does not allow this."""

    status = 403
    exit_code = 4
    code = "forbidden"
    title = "The API key does not allow this"


class TooManyRequestsError(UsageError):
    """The key, or without one the address, has sent as many requests as it may for now."""

    status = 429
    code = "too-many-requests"
    title = "Too many requests"


class ConflictError(UsageError):
    """What was asked for is not possible any more, as things stand."""

    status = 409
    code = "conflict"
    title = "It is too late for this"


class UnderWayError(UsageError):
    """The same request, by its idempotency key, is being worked on."""

    status = 409
    code = "under-way"
    title = "The same request is under way"


class IngestError(UsageError):
    """One item cannot be ingested. The job goes on without it.

    Args:
        reason: what is wrong with the item and what to do about it.
        where: the file, and the line if it has lines, that the item came from.
    """

    exit_code = 1
    code = "item-refused"
    title = "An item could not be ingested"

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{where}: {reason}" if where else reason)
        self.reason = reason
        self.where = where


class ConfigurationError(NewsciteError):
    """A setting is unknown, malformed or cannot be honoured."""

    exit_code = 4
    code = "configuration"
    title = "The configuration is refused"


class ModelError(ConfigurationError):
    """A model's files are missing or altered, or the corpus was indexed with another model."""

    code = "model"
    title = "A model cannot be used"


class StorageError(NewsciteError):
    """The disk is full, or cannot be written."""

    status = 507
    code = "storage"
    title = "There is no room to store this"


class BusyError(NewsciteError):
    """As much is being done as may be done at a time, and enough is waiting."""

    status = 503
    code = "busy"
    title = "The server is busy"


class TimedOutError(NewsciteError):
    """The work took longer than it may, and was stopped."""

    status = 504
    code = "timed-out"
    title = "It took too long"


class AbandonedError(NewsciteError):
    """Whoever asked has gone away, and the work was stopped."""

    status = 503
    code = "abandoned"
    title = "Nobody waits for this any longer"


class StoppingError(NewsciteError):
    """The server is being stopped, and there was no time to finish this."""

    status = 503
    code = "stopping"
    title = "The server is being stopped"


class CorpusHeldError(NewsciteError):
    """Another process has the data folder open."""

    status = 503
    exit_code = 3
    code = "corpus-held"
    title = "The corpus is held by another process"


class NotReadyError(NewsciteError):
    """A part of the service is not ready; the message names each."""

    status = 503
    code = "not-ready"
    title = "The service is not ready"


class UnreachableError(NewsciteError):
    """A server that is asked does not answer, went away meanwhile, or is no newscite."""

    status = 503
    exit_code = 3
    code = "unreachable"
    title = "The server does not answer"


class QuoteMismatchError(NewsciteError):
    """What an article has at a citation's place is not the citation's quote."""

    exit_code = 1
    code = "quote-mismatch"
    title = "A quote is not what its article says"


class CorruptCorpusError(NewsciteError):
    """The archive's file is damaged, unreadable or not newscite's."""

    code = "corrupt-corpus"
    title = "The corpus is damaged"


def error_of(
    problem_type: object, among: type[NewsciteError] = NewsciteError
) -> type[NewsciteError] | None:
    """The class that a problem document's `type` names; None when it names none of this tree."""
    if problem_type == PROBLEM + among.code:
        return among
    found = (error_of(problem_type, kind) for kind in among.__subclasses__())
    return next(filter(None, found), None)
