"""Talks to a newscite server from Python: `Client`, and `AsyncClient` for asyncio and trio.

What is sent and how it is read is described once, in `requests.py`, without any sending; the
clients, and what the command line has in place of an engine where a server holds the corpus
(`remote.py`), rest on that. To import all of it brings in no model and no index.
"""

from api.client.asynchronous import AsyncClient
from api.client.conversation import AsyncConversation, Conversation
from api.client.events import StreamEvent
from api.client.remote import RemoteEngine, connect
from api.client.sync import Client

__all__ = [
    "AsyncClient",
    "AsyncConversation",
    "Client",
    "Conversation",
    "RemoteEngine",
    "StreamEvent",
    "connect",
]
