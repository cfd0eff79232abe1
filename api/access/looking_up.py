"""What is made of the key that a request brings: it is known, or why it is no good."""

from collections.abc import Callable
from dataclasses import dataclass

from api.access.guesses import Guesses
from api.access.keyring import KeyRing
from rag.api_keys import KeyHash, hash_of
from rag.errors import NewsciteError, TooManyRequestsError, UnauthorizedError

_HOW = "send one as Authorization: Bearer KEY, or as X-API-Key: KEY; newscite keys create makes one"


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What came of it.

    Attributes:
        closed: the server wants a key.
        key: the one that was given, where it is known and in force.
        error: why the request is refused if it needs a key.
        wait_s: seconds until a key from there is looked at; None: now.
    """

    closed: bool
    key: KeyHash | None = None
    error: NewsciteError | None = None
    wait_s: int | None = None


class LookUp:
    """Looks keys up, and counts those that are no good. Safe to use from several threads.

    Args:
        refused: told why a key was no good: `unknown`, `revoked` or `turned_away` (see `Guesses`).
    """

    def __init__(self, refused: Callable[[str], None]) -> None:
        self._refused = refused
        self._guesses = Guesses()

    def __call__(self, keys: KeyRing, address: str, given: str | None) -> LookedUp:
        """Looks up the key that came from an address."""
        if not keys.closed():
            return LookedUp(closed=False)
        if given is None:
            missing = UnauthorizedError(f"this server wants an API key; {_HOW}")
            return LookedUp(closed=True, error=missing)
        wait_s = self._guesses.wait_s(address, hash_of(given))
        if wait_s is not None:
            self._refused("turned_away")
            many = TooManyRequestsError(
                f"too many unknown API keys came from this address; try again in {wait_s:,} s with "
                "one that is in force"
            )
            return LookedUp(closed=True, error=many, wait_s=wait_s)
        found = keys.find(given)
        if found is not None and not found.revoked:
            self._guesses.let_in(address, found.key.sha256)
            return LookedUp(closed=True, key=found.key)
        if found is None:
            self._guesses.failed(address)
        self._refused("unknown" if found is None else "revoked")
        error = UnauthorizedError(f"this API key is unknown here or was revoked; {_HOW}")
        return LookedUp(closed=True, error=error)
