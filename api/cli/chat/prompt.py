"""Where the questions come from: a prompt with line editing, or the lines of a pipe."""

import sys
from collections.abc import Iterator, Sequence

from rich.text import Text

from api.cli.console import out, remark

SIGN = "› "
_STYLED = "\x01\x1b[1;36m\x02{}\x01\x1b[0m\x02"  # \x01 and \x02: of no width, for readline


def at_a_terminal() -> bool:
    """Whether somebody types and reads."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def typed(commands: Sequence[str]) -> Iterator[str]:
    """What is typed, line by line, until Ctrl-D. Ctrl-C at the prompt drops the line.

    The lines can be edited and got back by the arrow keys; they are kept in memory alone.

    Args:
        commands: that the tab key completes.
    """
    edited = _edit_lines(commands)
    styled = edited and out.color_system is not None and not out.no_color
    sign = _STYLED.format(SIGN) if styled else SIGN
    while True:
        try:
            line = input(sign)
        except KeyboardInterrupt:
            out.print()
            remark("Ctrl-D or /quit ends.")
            continue
        except EOFError:
            out.print()
            return
        if line.strip():
            yield line.strip()


def piped() -> Iterator[str]:
    """The lines of standard input, each printed as it is dealt with."""
    for line in sys.stdin:
        if line.strip():
            out.print(Text(SIGN + line.strip(), style="bold"), soft_wrap=True)
            yield line.strip()


def _edit_lines(commands: Sequence[str]) -> bool:
    """Has `input` edit lines, where Python was built with readline."""
    try:
        import readline
    except ImportError:
        return False

    def complete(text: str, state: int) -> str | None:
        fitting = [f"{name} " for name in commands if name.startswith(text)] if text else []
        return fitting[state] if state < len(fitting) else None

    readline.set_completer(complete)
    readline.set_completer_delims(" ")
    readline.parse_and_bind("tab: complete")
    return True
