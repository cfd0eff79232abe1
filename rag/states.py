"""What is told of an open corpus and of long work on it. Light to import, as clients do."""

from typing import Literal

from pydantic import BaseModel, Field

from rag.types import Moment

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


class Held(BaseModel):
    """Some articles: how many, and when the first and the last of them were published."""

    articles: int = Field(ge=0)
    first: Moment | None = Field(description="The earliest publication; null: none has a date.")
    last: Moment | None = Field(description="The latest publication.")


class SourceHeld(Held):
    """The articles of one publisher, whose name is written as it mostly is."""

    name: str | None = Field(description="Null: of the articles that name no publisher.")


class LanguageHeld(BaseModel):
    """The articles in one language."""

    language: str | None = Field(description="Null: of the articles that tell no language.")
    articles: int = Field(ge=1)


class Holdings(Held):
    """The articles that a question may see; publishers and languages with most articles first."""

    sources: list[SourceHeld]
    languages: list[LanguageHeld]
