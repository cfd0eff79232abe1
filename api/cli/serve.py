"""`newscite serve`: the HTTP service and the page."""

import os
import socket
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import remark

if TYPE_CHECKING:
    from rag.settings import Settings

HOST = "127.0.0.1"
PORT = 8000


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = HOST,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port.")] = PORT,
) -> None:
    """Answer over HTTP: the page at /, the API under /v1, its description at /docs."""
    from rag.settings import load_settings

    settings = load_settings(context.obj)
    bound = listen(host, port)
    refuse_if_open_to_others(settings, bound)
    run(settings, bound)


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to host and port.

    Raises:
        UsageError: the port is in use, or the address is not this machine's.
    """
    from rag.errors import UsageError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise UsageError(
            f"cannot listen on {host}:{port}: {error.strerror or error}; "
            "choose another with --host and --port"
        ) from error
    return bound


def refuse_if_open_to_others(settings: "Settings", bound: socket.socket) -> None:
    """Returns if nobody but this machine can come in, or a key is needed to.

    Raises:
        ConfigurationError: it can be reached from elsewhere, and there never was a key.
    """
    import ipaddress

    from rag.archive.keys import has_keys
    from rag.archive_opening import open_archive
    from rag.errors import ConfigurationError

    address = bound.getsockname()[0]
    if ipaddress.ip_address(address).is_loopback or settings.api_keys:
        return
    with open_archive(settings) as archive:
        if has_keys(archive.engine):
            return
    bound.close()
    raise ConfigurationError(
        f"whoever reaches {address} could read, deliver and withdraw, since there is no API key; "
        "make one with `newscite keys create --name NAME --scope ask`, or set NEWSCITE_API_KEYS, "
        f"or listen on {HOST} alone"
    )


def run(settings: "Settings", bound: socket.socket) -> None:
    """Serves on a bound socket until Ctrl-C or SIGTERM, then finishes what is under way.

    A second one ends the process at once: the corpus is made whole when it is opened again.

    Raises:
        NewsciteError: the corpus cannot be opened.
    """
    import structlog
    import uvicorn

    from api.app import create_app
    from api.observing.logs import configure
    from rag.addresses import on_this_machine

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                tell(f"newscite answers at {url} (the page) and {url}/docs. Ctrl-C stops it.")

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.state.stopping.begin(settings.stop_timeout_s)
            tell("Stopping when the answers under way are finished; once more stops at once.")
            await super().shutdown(sockets)
            tell("Stopped.")

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            # uvicorn's own has the signal end the process with its number in the end. Nothing that
            # takes a lock is done here: the thread that is interrupted may hold it.
            if self.should_exit:
                os._exit(128 + sig)
            self.should_exit = True

    # A log that machines read has nothing else between its lines.
    tell = structlog.get_logger().info if configure(settings) else remark
    url = _url(bound)
    app = create_app(settings, url, local=on_this_machine(bound.getsockname()[0]))
    server = Server(uvicorn.Config(app, log_config=None, access_log=False))
    try:
        server.run(sockets=[bound])
    except SystemExit:  # how uvicorn says that the application did not start
        if app.state.failure is None:
            raise
    if app.state.failure is not None:
        raise app.state.failure


def _url(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    shown = "127.0.0.1" if host == "0.0.0.0" else "[::1]" if host == "::" else host  # noqa: S104
    return f"http://{f'[{shown}]' if ':' in shown and '[' not in shown else shown}:{port}"
