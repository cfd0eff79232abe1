"""`newscite audit`: what was withdrawn and what became of keys, when, and by whom."""

from typing import Annotated

import typer
from rich.markup import escape

from api.cli.ask import AsJson
from api.cli.console import out, print_json


def audit(
    context: typer.Context,
    event: Annotated[
        str | None, typer.Option(help='Only this, such as "withdrawal" or "key revoked".')
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest ones.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List the audit log, oldest first: withdrawals and what became of API keys."""
    import json
    from collections import deque

    from rag.audit import AuditLog
    from rag.settings import load_settings

    log = AuditLog(load_settings(context.obj).data_dir)
    wanted = (entry for entry in log.entries() if event in (None, entry.get("event")))
    entries = list(deque(wanted, maxlen=limit))
    if as_json:
        print_json(json.dumps(entries, indent=2, ensure_ascii=False))
        return
    for entry in entries:
        at, what = str(entry.pop("at", ""))[:19], str(entry.pop("event", ""))
        rest = "  ".join(f"{name}={value}" for name, value in entry.items())
        out.print(f"{at}  [bold]{escape(what)}[/bold]  {escape(rest)}", soft_wrap=True)
