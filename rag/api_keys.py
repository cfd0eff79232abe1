"""API keys: how one is made, and the hash by which it is recognised.

A key is 256 random bits, so nobody can guess one, and one SHA-256 of it is as good as the slow,
salted hash that a password needs: there is no dictionary to try, and a look-up at every request
has to be quick (OWASP, "Password Storage" and "Secrets Management" cheat sheets). Only the hash is
kept: whoever reads the archive, a backup of it or the settings cannot use what stands there.

A key looks like `newscite_1f9c03ab_` and 43 letters, figures, `-` and `_`: the first part tells
scanners for leaked secrets what it is, the second is its public id, the third the secret.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Scope = Literal["ask", "ingest", "admin"]
"""What a key may do: read and ask; deliver and withdraw; or everything."""

SCOPES: tuple[Scope, ...] = get_args(Scope)

_MARK = "newscite"
_KEY = re.compile(rf"{_MARK}_([0-9a-f]{{8}})_[\w-]{{43}}", re.ASCII)
_SETTING = re.compile(r"([\w.-]{1,64}):([a-z+]+):([0-9a-f]{64})", re.ASCII)
_NAME = re.compile(r"[\w.-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeyHash:
    """What is kept of a key.

    Attributes:
        id: its public id; of one that stands in the settings its name.
        name: whose it is, for the lists that people read.
        scopes: what it may do.
        sha256: of the whole key, in hexadecimal.
    """

    id: str
    name: str
    scopes: frozenset[Scope]
    sha256: str

    def allows(self, scope: Scope) -> bool:
        """Whether the key may do this."""
        return scope in self.scopes or "admin" in self.scopes

    def as_setting(self) -> str:
        """The form in which NEWSCITE_API_KEYS takes it."""
        return f"{self.name}:{'+'.join(in_order(self.scopes))}:{self.sha256}"


def new_key(name: str, scopes: Iterable[Scope]) -> tuple[str, KeyHash]:
    """A key that nobody has had before, and what is to be kept of it.

    Args:
        name: see `is_name`.
        scopes: at least one.
    """
    key_id = secrets.token_hex(4)
    key = f"{_MARK}_{key_id}_{secrets.token_urlsafe(32)}"
    return key, KeyHash(key_id, name, frozenset(scopes), hash_of(key))


def hash_of(key: str) -> str:
    """SHA-256 of a key, in hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()


def same(one_hash: str, other_hash: str) -> bool:
    """Whether two hashes are equal, in a time that does not tell how far they agree."""
    return hmac.compare_digest(one_hash, other_hash)


def id_of(key: str) -> str | None:
    """The public id in a key; None of what is no key of ours."""
    found = _KEY.fullmatch(key)
    return found[1] if found else None


def is_name(name: str) -> bool:
    """Whether a key can be called that: 1 to 64 letters, figures, `_`, `.` and `-`."""
    return _NAME.fullmatch(name) is not None


def in_order(scopes: Iterable[Scope]) -> list[Scope]:
    """The scopes, the weakest first."""
    return sorted(scopes, key=SCOPES.index)


def parse_setting(line: str) -> KeyHash:
    """Reads `name:scope+scope:sha256`.

    Raises:
        ValueError: it is something else. The message does not repeat it: it may be a key.
    """
    if id_of(line) is not None:
        raise ValueError(
            "a key itself stands there; put its hash there instead, which "
            "`newscite keys create --for-settings` prints"
        )
    found = _SETTING.fullmatch(line)
    scopes = found[2].split("+") if found else []
    if found is None or not set(scopes) <= set(SCOPES):
        raise ValueError(
            "each is name:scope+scope:sha256, with scopes of "
            f"{', '.join(SCOPES)} and the SHA-256 of the key in hexadecimal"
        )
    granted = frozenset(scope for scope in SCOPES if scope in scopes)
    return KeyHash(found[1], found[1], granted, found[3])
