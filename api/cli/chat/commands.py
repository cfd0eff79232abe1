"""The commands of a conversation, which begin with a stroke."""

import os
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from rich.text import Text

from api.cli import publishers, when
from api.cli.ask import articles_of, publishers_of_copies
from api.cli.chat.conversation import Conversation, filters_in_words
from api.cli.chat.transcript import markdown
from api.cli.console import out, reply
from api.cli.opening import citation_of, open_source
from api.cli.render import print_article
from api.cli.render.answer import sources
from api.cli.render.lines import print_lines
from rag import present
from rag.errors import UsageError
from rag.types import Citation, Filters, StoredArticle

_FORCE = "--force"
_LINES_ABOVE = 4  # the quote, that are seen with it
_DIGITS = 4
_WITHOUT_A_STROKE = {"help": "/help", "quit": "/quit", "exit": "/quit"}


class _Command(NamedTuple):
    usage: str
    meaning: str
    act: Callable[[str], None]


class Quit(Exception):  # noqa: N818
    """The conversation is to end."""


class Commands:
    """Does what a line says that begins with a stroke, or is "help", "quit" or "exit" alone.

    Args:
        talk: what the commands are about.
        paged: whether an article is shown in the user's pager.
    """

    def __init__(self, talk: Conversation, *, paged: bool) -> None:
        self._talk = talk
        self._paged = paged
        self._commands = {
            command.usage.split()[0]: command
            for command in (
                _Command("/open [N]", "open the source of citation N in your browser", self._open),
                _Command("/read [N]", "read the article of citation N at the quote", self._read),
                _Command(
                    "/sources", "all quotes of the last answer, where they stand", self._sources
                ),
                _Command("/as-of [DATE]", "ask the archive as it stood then", self._as_of),
                _Command("/after [DATE]", "only articles published then or later", self._after),
                _Command("/before [DATE]", "only articles published earlier", self._before),
                _Command(
                    "/source [NAME]",
                    "only articles of this publisher, or of several",
                    self._source,
                ),
                _Command("/filters", "which of these four are in force", self._filters),
                _Command(
                    "/clear",
                    "take off all four; one: by its name alone",
                    self._clear,
                ),
                _Command("/new", "forget the conversation", self._new),
                _Command("/save FILE", "write it as Markdown, with its citations", self._save),
                _Command("/help", "this list", self._help),
                _Command("/quit", "end; so does Ctrl-D", self._quit),
            )
        }

    @property
    def names(self) -> list[str]:
        """The commands there are."""
        return list(self._commands)

    def are_meant(self, line: str) -> bool:
        """Whether a line is a command and no question."""
        return line.startswith("/") or line.casefold() in _WITHOUT_A_STROKE

    def __call__(self, line: str) -> None:
        """Does it.

        Raises:
            UsageError: it is no command, or cannot be done so.
            Quit: it is `/quit`.
        """
        line = _WITHOUT_A_STROKE.get(line.casefold(), line)
        name, _, value = line.partition(" ")
        command = self._commands.get(name)
        if command is None:
            near = get_close_matches(name, self._commands, 1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise UsageError(f"{name} is no command; {hint}/help lists them")
        if value.strip() and " " not in command.usage:
            raise UsageError(f"{name} takes nothing after it")
        command.act(value.strip())

    def _open(self, value: str) -> None:
        number = _number(value)
        answer, filters = self._talk.last().answer, self._talk.last().filters
        unfiltered = filters == Filters() and answer.as_of is None
        as_asked = unfiltered and answer.mode == "extractive"
        open_source(self._talk.engine, answer, number, reply, as_asked=as_asked)

    def _read(self, value: str) -> None:
        number = _number(value)
        citation = citation_of(self._talk.last().answer, number)
        article = self._talk.engine.article(citation.article_id, citation.version)
        if self._paged:
            _page(article, citation)
        else:
            print_article(out, article, citation)

    def _sources(self, _value: str) -> None:
        answer, engine = self._talk.last().answer, self._talk.engine
        copies = publishers_of_copies(engine, answer)
        print_lines(out, sources(out, answer, articles_of(engine, answer), copies))

    def _as_of(self, value: str) -> None:
        self._talk.as_of = when.as_of(value) if value else None
        self._tell_filters()

    def _after(self, value: str) -> None:
        self._filter(after=when.moment(value) if value else None)

    def _before(self, value: str) -> None:
        self._filter(before=when.moment(value) if value else None)

    def _source(self, value: str) -> None:
        known = self._talk.filters.sources
        self._filter(sources=[*known, value] if value else [])
        for said in publishers.unknown(self._talk.engine, [value] if value else []):
            reply(said)

    def _filters(self, _value: str) -> None:
        seen = filters_in_words(self._talk.filters, self._talk.as_of)
        reply(f"Articles {seen}." if seen else "All articles, as they are now.")

    def _clear(self, _value: str) -> None:
        self._talk.as_of = None
        self._filter(after=None, before=None, sources=[])

    def _new(self, _value: str) -> None:
        self._talk.exchanges.clear()
        reply("The next question is the first of a new conversation.")

    def _save(self, value: str) -> None:
        forced = value.startswith(f"{_FORCE} ")
        name = value.removeprefix(_FORCE).strip() if forced else value
        if not name:
            raise UsageError("name the file: /save FILE")
        self._talk.last()
        file = Path(name).expanduser()
        try:
            with file.open("w" if forced else "x", encoding="utf-8") as sink:
                sink.write(markdown(self._talk.exchanges, present.now()))
        except FileExistsError as error:
            raise UsageError(
                f"{file} is there already; /save {_FORCE} {name} replaces it"
            ) from error
        except OSError as error:
            raise UsageError(f"{file} cannot be written: {error.strerror or error}") from error
        reply(f"Saved to {file}")

    def _help(self, _value: str) -> None:
        wide = max(len(command.usage) for command in self._commands.values())
        for usage, meaning, _ in self._commands.values():
            out.print(Text.assemble("  ", (usage.ljust(wide), "bold"), "  ", meaning))
        out.print(Text("  N is 1 if it is not given. Ctrl-C stops an answer under way.", "dim"))

    def _quit(self, _value: str) -> None:
        raise Quit

    def _filter(self, **changes: object) -> None:
        self._talk.filters = self._talk.filters.model_copy(update=changes)
        self._tell_filters()

    def _tell_filters(self) -> None:
        self._filters("")
        if self._talk.is_filtered() and not self._talk.finds_something():
            reply("That leaves no article to answer from. /clear takes it off.")


def _page(article: StoredArticle, citation: Citation) -> None:
    """Shows the article in the user's pager; `less` takes colours then, and begins at the quote."""
    told = os.environ.get("LESS")
    try:
        with out.pager(styles=out.color_system is not None):
            at = print_article(out, article, citation)
            if told is None:
                os.environ["LESS"] = f"-R +{max(1, at - _LINES_ABOVE)}g"
    finally:
        if told is None:
            os.environ.pop("LESS", None)


def _number(value: str) -> int:
    """Of a citation; the first if none is said."""
    digits = value.strip("[]") or "1"
    if not (digits.isdecimal() and len(digits) < _DIGITS):
        raise UsageError(f"{value!r} is no number of a citation, as in /open 2")
    return int(digits)
