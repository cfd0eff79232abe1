"""Loaded by Python at start: notes every address a process reaches for and refuses all but loopback.

Put this folder on PYTHONPATH and name the file to write to in SOCKETS_NOTED_IN.
"""

import ipaddress
import os
import sys
from typing import Any

_NOTES = os.environ["SOCKETS_NOTED_IN"]
# Where an event's arguments hold the address or host.
_EVENTS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}


def _stays_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    place = _EVENTS.get(event)
    if place is None:
        return
    target = arguments[place]
    if target is None or (isinstance(target, str | bytes) and event.endswith(("connect", "to"))):
        return  # a connected socket's peer, or a file that is a Unix socket
    host = target[0] if isinstance(target, tuple) else target
    here = _stays_here(host)
    with open(_NOTES, "a", encoding="utf-8") as notes:
        notes.write(f"{'here' if here else 'AWAY'} {event} {host!r}\n")
    if not here:
        raise OSError(f"{event} to {host!r}: this process may not leave its machine")


sys.addaudithook(_watch)
