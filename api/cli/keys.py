"""`newscite keys`: the API keys that the servers of this corpus know."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.ask import AsJson
from api.cli.console import complain, out, print_json, remark

if TYPE_CHECKING:
    from datetime import datetime

    from rag.archive.keys import KeyRecord

app = typer.Typer(
    help="API keys. With the first one made, a server wants a key of everyone.",
    no_args_is_help=True,
)


@app.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="Whose it is, for the list.")],
    scope: Annotated[list[str], typer.Option(help="ask, ingest or admin; give it once for each.")],
    for_settings: Annotated[
        bool,
        typer.Option(
            help="Do not keep its hash in the corpus; print it for NEWSCITE_API_KEYS instead."
        ),
    ] = False,
) -> None:
    """Make a key and print it: on standard output, this once. A running server knows it at once."""
    from rag.api_keys import SCOPES, in_order, is_name, new_key
    from rag.archive.keys import add_key, has_keys
    from rag.archive_opening import open_archive
    from rag.audit import AuditLog
    from rag.errors import UsageError
    from rag.settings import load_settings

    if not is_name(name):
        raise UsageError(
            f"a key cannot be called {name!r}; take 1 to 64 letters, figures, dots and dashes"
        )
    if unknown := set(scope) - set(SCOPES):
        raise UsageError(
            f"there is no scope {', '.join(sorted(unknown))}; there are {', '.join(SCOPES)}"
        )
    key, kept = new_key(name, [one for one in SCOPES if one in scope])
    if for_settings:
        remark("Keep the key now; this is its hash, for NEWSCITE_API_KEYS:")
        remark(kept.as_setting())
    else:
        settings = load_settings(context.obj)
        with open_archive(settings) as archive:
            first = not has_keys(archive.engine)
            told = {"id": kept.id, "name": name, "scopes": in_order(kept.scopes)}
            audit = AuditLog(settings.data_dir)
            add_key(archive.engine, kept, lambda: audit.record("key created", **told))
        remark(f"Keep the key now; only its hash is stored. {kept.id} is its id.")
        if first:
            remark("From now on whoever asks a server of this corpus needs a key.")
    sys.stdout.write(key + "\n")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the keys there are and were. Those of NEWSCITE_API_KEYS are not among them."""
    from rich.table import Table

    from rag.archive.keys import list_keys
    from rag.archive_opening import open_archive
    from rag.settings import load_settings

    with open_archive(load_settings(context.obj)) as archive:
        records = list_keys(archive.engine)
    if as_json:
        print_json(json.dumps([_as_json(record) for record in records], indent=2))
        return
    if not records:
        remark("There are no keys: a server of this corpus answers on its own machine alone.")
        return
    table = Table("Id", "Name", "Scopes", "Created", "Last used", "State", box=None)
    for record in records:
        told = _as_json(record)
        table.add_row(
            told["id"], told["name"], " ".join(told["scopes"]), _day(record.created),
            _day(record.used, "%Y-%m-%d %H h"),
            f"revoked {_day(record.revoked)}" if record.revoked else "in force",
        )  # fmt: skip
    out.print(table)


@app.command()
def revoke(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Its name or id.")],
) -> None:
    """Revoke a key for good. A running server refuses it from the next request on."""
    from rag.archive.keys import revoke_key
    from rag.archive_opening import open_archive
    from rag.audit import AuditLog
    from rag.errors import StorageError
    from rag.settings import load_settings

    settings = load_settings(context.obj)
    with open_archive(settings) as archive:
        revoked = revoke_key(archive.engine, key)
    try:
        told = {"id": revoked.id, "name": revoked.name}
        AuditLog(settings.data_dir).record("key revoked", **told)
    except StorageError as error:  # a revocation does not wait for its record
        complain(f"The key is revoked, but that is not recorded: {error}")
    remark(f"The key {revoked.name} ({revoked.id}) is revoked.")


def _as_json(record: "KeyRecord") -> dict[str, Any]:
    from rag.api_keys import in_order

    times = {"created": record.created, "used": record.used, "revoked": record.revoked}
    return {
        "id": record.hash.id,
        "name": record.hash.name,
        "scopes": in_order(record.hash.scopes),
        **{name: at.isoformat() if at else None for name, at in times.items()},
    }


def _day(at: "datetime | None", form: str = "%Y-%m-%d") -> str:
    return at.strftime(form) if at else "-"
