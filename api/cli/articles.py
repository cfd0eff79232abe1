"""`newscite articles`: list, show, withdraw, history, export."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from api.cli.ask import AsJson
from api.cli.console import UNTITLED, out, print_json, remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.client import RemoteEngine
    from rag.engine import Engine
    from rag.types import ArticleSummary, PubStatus, StoryOf

app = typer.Typer(help="List, show, withdraw and export articles.", no_args_is_help=True)

ArticleId = Annotated[str, typer.Argument(help="The article's id, as a citation gives it.")]


@app.command("list")
def list_articles(
    context: typer.Context,
    status: Annotated[
        str | None, typer.Option(help="Only those: usable, withheld or canceled.")
    ] = None,
    find: Annotated[
        str,
        typer.Option(help='Only those whose headline and text have all these words or "phrases".'),
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the articles that a question may use, newest first."""
    import json
    from itertools import islice

    from api.cli.door import engine_or_server, remark_if_empty

    with engine_or_server(context.obj, "newscite articles list", to_read=True) as engine:
        listed = _all(engine, _status(status), find)
        found = list(islice(listed, limit))
        more = next(listed, None) is not None
        if not found and find:
            remark(f"No article has {find!r}.")
        elif not found:
            remark_if_empty(engine, context.obj)
    if as_json:
        print_json(json.dumps([a.model_dump(mode="json") for a in found], indent=2))
        return
    for article in found:
        day = f"{article.published_at:%Y-%m-%d}" if article.published_at else "undated   "
        source = f" · {article.source}" if article.source else ""
        version = f" · version {article.version}" if article.version > 1 else ""
        out.print(f"{day}  [bold]{escape(_title(article))}[/bold]{escape(source + version)}")
        out.print(f"            [dim]{escape(article.id)}[/dim]", soft_wrap=True)
    if more:
        remark(f"There are more; these are the newest {limit:,}. --limit says how many.")


@app.command()
def show(
    context: typer.Context,
    article_id: ArticleId,
    version: Annotated[int | None, typer.Option(help="An earlier version.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show an article with its full text."""
    from api.cli.door import engine_or_server

    with engine_or_server(context.obj, "newscite articles show", to_read=True) as engine:
        article = engine.article(article_id, version)
    if as_json:
        print_json(article.model_dump_json(indent=2))
        return
    out.print(f"[bold]{escape(article.title or UNTITLED)}[/bold]")
    day = f"{article.published_at:%d %B %Y, %H:%M} UTC" if article.published_at else None
    about = [article.source, day, f"version {article.version}", article.correction]
    out.print(f"[dim]{escape(' · '.join(item for item in about if item))}[/dim]")
    if article.story is not None and article.story.copies:
        out.print(f"[dim]{escape(_told(article.story, article.id))}[/dim]")
    out.print()
    out.print(escape(article.text))


@app.command()
def withdraw(context: typer.Context, article_id: ArticleId) -> None:
    """Withdraw an article for good: no version of it is found or quoted again."""
    from api.cli.door import engine_or_server
    from api.client import RemoteEngine

    with engine_or_server(context.obj, "newscite articles withdraw", to_read=True) as engine:
        if isinstance(engine, RemoteEngine):
            engine.withdraw(article_id)
        else:
            from ingest.pipeline import Pipeline

            Pipeline(engine.corpus).withdraw(article_id)
    out.print(f"Withdrawn: {escape(article_id)}")


@app.command()
def history(context: typer.Context, article_id: ArticleId, as_json: AsJson = False) -> None:
    """List every version of an article that may be shown, oldest first."""
    import json

    from api.cli.door import engine_or_server

    with engine_or_server(context.obj, "newscite articles history", to_read=True) as engine:
        versions = engine.article(article_id).versions
        if as_json:
            whole = [engine.article(article_id, one.version) for one in versions]
            print_json(json.dumps([one.model_dump(mode="json") for one in whole], indent=2))
            return
    for one in versions:
        mark = "*" if one.current else " "
        line = f"{mark} {one.version}  {one.at:%Y-%m-%d %H:%M}  {one.title or UNTITLED}"
        out.print(escape(line + (f"  ({one.correction})" if one.correction else "")))
    known = {one.version for one in versions}
    for number in range(1, max(known)):
        if number not in known:
            out.print(f"  {number}  may not be shown")


@app.command()
def export(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Default: standard output.")] = None,
) -> None:
    """Write every article that may be shown as JSONL that `newscite ingest` takes."""
    import json

    from api.cli.door import engine_or_server

    with engine_or_server(context.obj, "newscite articles export", to_read=True) as engine:
        lines = (
            json.dumps(_as_delivered(engine.article(a.id).model_dump(mode="json")))
            for a in _all(engine)
        )
        if file is None:
            for line in lines:
                print_json(line)
        else:
            with file.open("w", encoding="utf-8") as sink:
                sink.writelines(line + "\n" for line in lines)


def _as_delivered(stored: dict[str, object]) -> dict[str, object]:
    extra = stored.pop("extra")
    for ours in ("version", "ingested_at", "current", "story", "versions"):
        del stored[ours]
    kept = {key: value for key, value in stored.items() if value not in (None, [])}
    return kept | (extra if isinstance(extra, dict) else {})


def _told(story: "StoryOf", article_id: str) -> str:
    others = ", ".join(i for i in [story.canonical, *story.copies] if i != article_id)
    if story.canonical == article_id:
        return f"copied by {others}"
    return f"a copy of {story.canonical}; in one story with {others}"


def _all(
    engine: "Engine | RemoteEngine", status: "PubStatus | None" = None, find: str = ""
) -> "Iterator[ArticleSummary]":
    cursor = None
    while True:
        page = engine.articles(status=status, find=find, cursor=cursor, limit=200)
        yield from page.articles
        cursor = page.next_cursor
        if cursor is None:
            return


def _status(name: str | None) -> "PubStatus | None":
    from rag.types import PubStatus

    if name is None:
        return None
    try:
        return PubStatus(name)
    except ValueError as error:
        message = f"{name!r}; use usable, withheld or canceled"
        raise typer.BadParameter(message, param_hint="--status") from error


def _title(article: "ArticleSummary") -> str:
    from rag.types import PubStatus

    shown = UNTITLED if article.status is PubStatus.USABLE else "(may not be shown)"
    return article.title or shown
