"""`--open` with a number and without, and where there is no browser."""

import webbrowser

import pytest
import typer
from answers import URL, answered
from typer.testing import CliRunner

from api.cli.opening import NoBrowserError, WithOpen, open_source
from api.client import RemoteEngine

app = typer.Typer()


@app.command(cls=WithOpen)
def told(
    question: list[str],
    number: int | None = typer.Option(None, "--open", min=1),
) -> None:
    """Prints what it was given."""
    typer.echo(f"{number} {' '.join(question)}")


@pytest.mark.parametrize(
    ("line", "understood"),
    [
        (["How", "many?"], "None How many?"),
        (["--open", "How", "many?"], "1 How many?"),
        (["How", "many?", "--open"], "1 How many?"),
        (["How", "many?", "--open", "2"], "2 How many?"),
        (["--open=3", "How", "many?"], "3 How many?"),
        (["--open", "2024", "elections?"], "1 2024 elections?"),
        (["--", "--open", "2"], "None --open 2"),
    ],
)
def test_the_number_may_be_left_out(line: list[str], understood: str) -> None:
    assert CliRunner().invoke(app, line).output == f"{understood}\n"


def test_a_number_below_one_is_refused() -> None:
    assert CliRunner().invoke(app, ["How many?", "--open", "0"]).exit_code == 2


def test_without_a_browser_the_address_is_told_and_it_is_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _address: False)
    told: list[str] = []
    server = RemoteEngine("http://127.0.0.1:9")
    with pytest.raises(NoBrowserError, match=URL) as failed, server:
        open_source(server, answered(), 1, told.append, as_asked=True)
    assert failed.value.exit_code == 1
    assert told == []
