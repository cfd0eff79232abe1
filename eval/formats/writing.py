"""Writes gold questions and articles as our JSON Lines: UTF-8, an object a line, no defaults."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel

from eval.questions import GoldQuestion
from rag.errors import UsageError
from rag.types import Article


def write_gold(path: Path, questions: Iterable[GoldQuestion]) -> None:
    """Writes a gold file, which is whole or not there; `read_gold` gives the same questions back.

    Raises:
        UsageError: the file is there already, or it cannot be written.
    """
    _write(path, questions)


def write_articles(path: Path, articles: Iterable[Article]) -> None:
    """Writes articles for `newscite ingest`, as `write_gold` writes questions.

    Raises:
        UsageError: see `write_gold`.
    """
    _write(path, articles)


def _write(path: Path, items: Iterable[BaseModel]) -> None:
    if path.exists():
        raise UsageError(f"{path} is there already; move it away, or choose another folder")
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(item.model_dump_json(exclude_defaults=True) + "\n" for item in items)
        part.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):  # none is left when all went well
            part.unlink()
