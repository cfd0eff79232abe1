"""`newscite ask` and `newscite search`."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli import when
from api.cli.console import out, print_json, remark

if TYPE_CHECKING:
    from api.client import RemoteEngine
    from rag.engine import Engine
    from rag.types import Answer, Filters, StoredArticle

_DAY = "DAY"  # or a time of it, as the message about a wrong one says
_ASKED_FOR = 10  # copies of quotes, each asked for in turn

After = Annotated[
    datetime | None,
    typer.Option(
        metavar=_DAY,
        parser=when.option(when.moment),
        help="Only articles published then or later.",
    ),
]
Before = Annotated[
    datetime | None,
    typer.Option(
        metavar=_DAY, parser=when.option(when.moment), help="Only articles published earlier."
    ),
]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        metavar=_DAY,
        parser=when.option(when.as_of),
        help="Answer as the archive stood then, at the end of a day.",
    ),
]
Source = Annotated[
    list[str] | None, typer.Option(help="Only articles of this publisher; may be repeated.")
]
Mode = Annotated[
    Literal["extractive", "generative"],
    typer.Option(help="Quote the articles, or have a language model write what is verified."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def ask(
    context: typer.Context,
    question: Annotated[
        list[str],
        typer.Argument(
            metavar="QUESTION", help="The question, 1 to 2,000 characters, quoted or not."
        ),
    ],
    as_of: AsOf = None,
    after: After = None,
    before: Before = None,
    source: Source = None,
    mode: Mode = "extractive",
    open_number: Annotated[
        int | None,
        typer.Option(
            "--open",
            min=1,
            metavar="[N]",
            help="Open the source of citation N, or of the first, in your browser.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, each sentence cited to the character, or say that the corpus does not."""
    from api.cli import publishers
    from api.cli.console import waiting
    from api.cli.door import engine_or_server, remark_if_empty
    from rag.types import checked_question

    asked = checked_question(" ".join(question))  # before anything heavy is loaded
    filters = filters_of(after, before, source)
    with engine_or_server(context.obj, "newscite ask", to_read=True) as engine:
        with waiting("Reading ..."):
            found = engine.ask(asked, filters=filters, as_of=as_of, mode=mode)
        if as_json:
            print_json(found.model_dump_json(indent=2))
        else:
            _show(engine, found)
        for said in publishers.unknown(engine, filters.sources):
            remark(said)
        if not found.answerable and found.nearest is None:
            remark_if_empty(engine, context.obj)
        if open_number is not None:
            from api.cli.opening import open_source

            as_asked = filters == filters_of() and as_of is None and mode == "extractive"
            open_source(engine, found, open_number, remark, as_asked=as_asked)


def _show(engine: "Engine | RemoteEngine", found: "Answer") -> None:
    from api.cli.render import print_answer

    print_answer(out, found, articles_of(engine, found), publishers_of_copies(engine, found))


def articles_of(
    engine: "Engine | RemoteEngine", found: "Answer"
) -> "dict[tuple[str, int], StoredArticle]":
    """The versions that an answer cites, or shows the nearest statement of, by id and number."""
    from api.cli.render import cited

    keys = {(c.article_id, c.version) for c in cited(found)}
    return {key: engine.article(*key) for key in keys}


def publishers_of_copies(engine: "Engine | RemoteEngine", found: "Answer") -> dict[str, str]:
    """Who published the articles that carry a quote too, by id; of the first ones that name it."""
    from api.cli.render import cited
    from rag.errors import UsageError

    copies = dict.fromkeys(copy for c in cited(found) for copy in c.syndicated_in)
    names = {}
    for article_id in list(copies)[:_ASKED_FOR]:
        try:
            names[article_id] = engine.article(article_id).source
        except UsageError:  # withdrawn or withheld meanwhile
            continue
    return {article_id: name for article_id, name in names.items() if name}


def search(
    context: typer.Context,
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY", help="What to look for, 1 to 2,000 characters, quoted or not."
        ),
    ],
    as_of: AsOf = None,
    after: After = None,
    before: Before = None,
    source: Source = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many passages.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find the passages that fit a query best."""
    from api.cli import publishers
    from api.cli.door import engine_or_server, remark_if_empty
    from api.schemas import SearchResponse
    from rag.types import checked_question

    wanted = checked_question(" ".join(query))
    filters = filters_of(after, before, source)
    with engine_or_server(context.obj, "newscite search", to_read=True) as engine:
        found = engine.search(wanted, filters=filters, as_of=as_of, limit=limit)
        for said in publishers.unknown(engine, filters.sources):
            remark(said)
        if not found:
            remark_if_empty(engine, context.obj)
    if as_json:
        print_json(SearchResponse(passages=found).model_dump_json(indent=2))
        return
    from api.cli.render import print_passage

    for rank, passage in enumerate(found, start=1):
        print_passage(out, passage, rank)
    if not found:
        out.print("Nothing in the corpus fits.")


def filters_of(
    after: datetime | None = None, before: datetime | None = None, source: list[str] | None = None
) -> "Filters":
    """What the options say; nothing: no restriction."""
    from rag.types import Filters

    return Filters(after=after, before=before, sources=source or [])
