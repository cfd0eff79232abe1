"""`newscite mcp`: the corpus as tools for an assistant that speaks the Model Context Protocol."""

import typer


def mcp(context: typer.Context) -> None:
    """Serve an assistant's Model Context Protocol client over standard input and output.

    The client starts this itself: docs/mcp.md shows how common ones are told to. A running
    `newscite serve` answers the protocol at /mcp, too.
    """
    from api.cli.door import engine_or_server
    from api.mcp.stdio import serve
    from api.observing.logs import configure
    from rag.settings import load_settings

    settings = load_settings(context.obj)
    configure(settings)
    serve(
        lambda: engine_or_server(context.obj, "newscite mcp"),
        settings.question_timeout_s,
        settings.max_concurrency,
    )
