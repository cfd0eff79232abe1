"""`newscite eval annotate`: write gold questions in the terminal."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.types import Passage

_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]


def annotate_command(
    context: typer.Context,
    gold: Annotated[
        Path, typer.Argument(metavar="GOLD", help="The gold file to add to, or a new one.")
    ],
    questions: Annotated[
        Path | None,
        typer.Option("--questions", metavar="FILE", help="Take the questions from it, one a line."),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="TAG", help="Give every question this tag too."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=_TIMES, metavar="TIME", help="Ask as the archive stood then."),
    ] = None,
) -> None:
    """Write gold: ask, see our answer and its rivals, say with one key what is right.

    Every question is saved as soon as it is decided; Ctrl-C loses nothing.

    The keys may also be piped in, one a line.
    """
    from datetime import UTC
    from functools import partial
    from shlex import quote

    from eval.annotate import Sheet, read_questions
    from eval.cli.annotating import Session
    from eval.cli.opening import filled
    from eval.gold_file import GoldFile
    from rag.settings import load_settings

    if as_of is not None:
        as_of = as_of.replace(tzinfo=UTC) if as_of.tzinfo is None else as_of.astimezone(UTC)
    file = GoldFile(gold)
    listed = None if questions is None else read_questions(questions)
    data_dir = [] if context.obj is None else ["--data-dir", str(context.obj)]
    lint = " ".join(map(quote, ["newscite", *data_dir, "eval", "lint", str(gold)]))
    with filled(load_settings(context.obj), "newscite eval annotate") as engine:
        sentences = partial(_sentences, engine)
        session = Session(
            file, lambda question: Sheet(question, engine, sentences, as_of), tag or (), as_of
        )
        session.run(listed, lint)


def _sentences(engine: "Engine", passage: "Passage") -> tuple[tuple[int, int], ...]:
    """Where the passage's sentences stand in its article's text, as the archive knows."""
    from rag.archive.reading import passages_of

    archive = engine.corpus.archive.engine
    return next(
        stored.sentences
        for stored in passages_of(archive, passage.article_id, passage.version)
        if stored.id == passage.passage_id
    )
