"""What is told of an open corpus and of long work on it. Light to import, as clients do."""

from typing import Literal

from pydantic import BaseModel

JobState = Literal["queued", "running", "done", "failed", "canceled"]
"""Of an ingest job."""


class Status(BaseModel):
    """What is open: the corpus' size and the parts that answer."""

    version: str
    articles: int
    passages: int
    models: dict[str, str]
    retrieved: int


class ReindexState(BaseModel):
    """How far a reindexing is: versions done, of how many, and what became of it."""

    state: Literal["idle", "running", "done", "failed", "stopped"] = "idle"
    done: int = 0
    total: int = 0
    passages: int = 0
    error: str | None = None
