"""`--open` and `/open`: the source of a citation in the user's browser."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from typer.core import TyperCommand

from api.cli.console import out
from rag.errors import NewsciteError

if TYPE_CHECKING:
    from api.client import RemoteEngine
    from rag.engine import Engine
    from rag.types import Answer, Citation

_MOST = 99  # a number above is a word of the question, such as a year


class NoBrowserError(NewsciteError):
    """A source cannot be shown: there is no browser here, or it failed."""

    exit_code = 1
    code = "no-browser"
    title = "No browser could be started here"


class WithOpen(TyperCommand):
    """A command whose option `--open` may stand without a number, which is 1 then."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _numbered(args))


def citation_of(found: "Answer", number: int) -> "Citation":
    """The citation of that number.

    Raises:
        UsageError: the answer has none.
    """
    from api.cli.render import cited
    from rag.errors import UsageError

    shown = cited(found)
    for citation in shown:
        if citation.number == number:
            return citation
    if not shown:
        raise UsageError("there is no source to open: nothing is cited")
    there = "[1]" if len(shown) == 1 else f"[1] to [{len(shown)}]"
    raise UsageError(f"there is no [{number}]; the answer cites {there}")


def open_source(
    engine: "Engine | RemoteEngine",
    found: "Answer",
    number: int,
    tell: Callable[[str], None],
    *,
    as_asked: bool,
) -> None:
    """Opens where a citation comes from: its address on the web, else in the server's page.

    Where there is neither, the article is shown in the terminal instead, and it is said why.

    Args:
        engine: what answered.
        found: its answer.
        number: of the citation.
        tell: is told what was done.
        as_asked: whether the page finds the same answer by the question alone, without filters.

    Raises:
        UsageError: the answer has no such citation.
        NoBrowserError: its address is known, and no browser could be started.
    """
    from api.cli.render import print_article
    from api.cli.render.lines import web_address
    from api.client import RemoteEngine

    citation = citation_of(found, number)
    server = engine.url if isinstance(engine, RemoteEngine) else None
    address = web_address(citation.url) or (
        server and _in_the_page(server, found, citation, as_asked)
    )
    if address:
        _browse(address)
        tell(f"Opened {address}")
        return
    tell(
        f"[{number}] has no address on the web, and no server is running whose page could show it; "
        "so here it is."
    )
    print_article(out, engine.article(citation.article_id, citation.version), citation)


def _in_the_page(server: str, found: "Answer", citation: "Citation", as_asked: bool) -> str:
    """The address of the article in the page that the server has at /."""
    question = found.standalone_question or found.question
    at_the_quote = {"q": question, "cite": citation.number}
    the_version = {"article": citation.article_id, "version": citation.version}
    return f"{server}/?{urlencode(at_the_quote if as_asked else the_version)}"


def _browse(address: str) -> None:
    import webbrowser

    try:
        opened = webbrowser.open(address)
    except webbrowser.Error:
        opened = False
    if not opened:
        raise NoBrowserError(f"the source is at {address}")


def _numbered(args: list[str]) -> list[str]:
    """The arguments with the number 1 after an `--open` that has none."""
    result = []
    for at, arg in enumerate(args):
        result.append(arg)
        if arg == "--":
            return result + args[at + 1 :]
        following = args[at + 1] if at + 1 < len(args) else ""
        if arg == "--open" and not (following.isdecimal() and int(following) <= _MOST):
            result[-1] = "--open=1"
    return result
