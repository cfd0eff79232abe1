"""Runs the documented proxies as they are documented, but for names, ports and certificates."""

import getpass
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from newscite_process import ROOT

NAME = "news.example"
KINDS = ("nginx", "caddy")
_DOCS = ROOT / "docs" / "operating"
_PATIENCE_S = 30


@dataclass(frozen=True)
class Proxy:
    """A proxy that runs.

    Attributes:
        port: where it speaks TLS, on 127.0.0.1.
        trust: the certificate that it shows, for `NAME`.
    """

    port: int
    trust: ssl.SSLContext

    def client(self) -> httpx.Client:
        """A client that finds `NAME` here."""
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.port}", verify=self.trust, timeout=60, trust_env=False,
            headers={"Host": NAME}, event_hooks={"request": [_by_name]},
        )  # fmt: skip

    def socket(self) -> ssl.SSLSocket:
        """A connection over which nothing has been sent."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE_S)
        return self.trust.wrap_socket(plain, server_hostname=NAME)


def _by_name(request: httpx.Request) -> None:
    request.extensions["sni_hostname"] = NAME


def program(kind: str) -> str | None:
    """Where a proxy is installed, if it is."""
    return shutil.which(kind, path=os.pathsep.join((os.environ["PATH"], "/usr/sbin")))


@contextmanager
def proxy(kind: str, upstream: int, folder: Path, **changes: str) -> Iterator[Proxy]:
    """The documented proxy of this kind before 127.0.0.1:upstream.

    Args:
        kind: one of `KINDS`.
        upstream: the port of what it stands before.
        folder: for its files.
        changes: other values of directives, by their names.
    """
    certificate, key = _certificate(folder)
    plain, port = _free_ports(2)
    file = folder / kind
    if kind == "nginx":
        text = (_DOCS / "nginx.conf").read_text(encoding="utf-8")
        text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};")
        text = text.replace("listen 443 ", f"listen 127.0.0.1:{port} ")
        text = re.sub(r"/etc/ssl/\S+/fullchain.pem", str(certificate), text)
        text = re.sub(r"/etc/ssl/\S+/privkey.pem", str(key), text)
        for name, value in changes.items():
            text = re.sub(rf"\b{name} [^;]+;", f"{name} {value};", text)
        own = "".join(
            f"{each}_temp_path {folder}/{each};\n"
            for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # As the tests' own user, whose folder it is.
        text = (
            f"daemon off; user {getpass.getuser()}; pid {folder}/pid; events {{}}\n"
            f"http {{ access_log off;\n{own}{text}}}\n"
        )
        line = ["nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(file)]
    else:
        text = (_DOCS / "Caddyfile").read_text(encoding="utf-8")
        text = text.replace("{\n", f"{{\n\tadmin off\n\thttp_port {plain}\n", 1)
        text = text.replace(
            f"\n{NAME} {{",
            f"\nhttps://{NAME}:{port} {{\n\tbind 127.0.0.1\n\ttls {certificate} {key}",
        )
        for name, value in changes.items():
            text = re.sub(rf"\b{name} \S+", f"{name} {value}", text)
        line = ["caddy", "run", "--adapter", "caddyfile", "--config", str(file)]
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    file.write_text(text, encoding="utf-8")
    where = program(kind)
    assert where is not None
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [where, *line[1:]], stdout=said, stderr=said,
            env=os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder)},
        )  # fmt: skip
    try:
        _wait_for(port, process, folder / "said")
        yield Proxy(port, ssl.create_default_context(cafile=str(certificate)))
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
         "-out", certificate, "-keyout", key],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


def _free_ports(number: int) -> list[int]:
    bound = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in bound]
    for each in bound:
        each.close()
    return ports


def _wait_for(port: int, process: "subprocess.Popen[bytes]", said: Path) -> None:
    for _ in range(_PATIENCE_S * 10):
        assert process.poll() is None, said.read_text(encoding="utf-8")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(said.read_text(encoding="utf-8"))
