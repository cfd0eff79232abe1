"""The conversation of `newscite eval annotate`: what is shown, and what each key does.

Lines are read, not single keys, so that a session can be piped in. All that comes from articles is
printed as plain text: markup, colours and control characters in it have no effect.
"""

import re
import sys
import unicodedata
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from eval.annotate import INFERRED, Candidate, Sheet, alternatives, kind_of, stands
from eval.gold_file import GoldFile
from rag.errors import UsageError
from rag.words import content_words

_KEYS = (
    ("a", "accept our answer"),
    ("2 4", "these sentences answer"),
    ("c", "type the answer"),
    ("u", "unanswerable"),
    ("m", "more sentences"),
    ("/word", "search for others"),
    ("s", "skip"),
    ("z", "undo the last"),
    ("q", "quit"),
    ("?", "help"),
)
_HELP = """\
a      our answer is right: the sentences it cites become the evidence. If we refused,
       the question is unanswerable.
2 4    sentences 2 and 4 say it; they become the evidence, with or without ours.
c      type the right answer first, then say which sentences hold it.
u      the corpus does not say.
m      more sentences, of the next best passages.
/word  sentences of the passages that fit other words best. Gold in which only what
       we found ourselves is right makes us look better than we are.
s      skip the question; nothing is saved.
z      take back the last saved question, and ask it again.
q      quit, as Ctrl-C and Ctrl-D do; all that was saved stays.

A gold answer is the short phrase: "about 80", not the sentence. Separate several
right ones: about 80 | 80
"""
_NOT_TEXT = {"Cc", "Cs"}  # control characters, such as a stray arrow key's, and half characters


class _Quit(Exception):
    """The person wants to stop."""


class Session:
    """One sitting.

    Args:
        gold: what is added to.
        open_sheet: asks a question.
        tags: given to every question.
        as_of: the moment that questions are asked as of.
    """

    def __init__(
        self,
        gold: GoldFile,
        open_sheet: Callable[[str], Sheet],
        tags: Sequence[str],
        as_of: datetime | None,
    ) -> None:
        self._gold = gold
        self._open_sheet = open_sheet
        self._tags = tags
        self._as_of = as_of
        self._pending: deque[str] = deque()
        self._console = Console(highlight=False)

    def run(self, listed: Sequence[str] | None, lint: str) -> None:
        """Asks until the person stops or the questions are used up.

        Args:
            listed: the questions to go through; None to have them typed.
            lint: the command that checks the file, to be told at the end.
        """
        with suppress(ImportError):
            import_module("readline")  # lets `input` edit its line
        try:
            if listed is not None:
                self._take(listed)
            while question := self._next(typed=listed is None):
                self._work_on(question)
        except (EOFError, KeyboardInterrupt):
            self._console.print()
        except _Quit:
            pass
        finally:
            self._sum_up(lint)

    def _take(self, listed: Sequence[str]) -> None:
        new = [q for q in listed if self._gold.asking(q, self._as_of) is None]
        self._pending.extend(new)
        known = len(listed) - len(new)
        self._tell(
            f"{len(new)} questions to go through"
            + (f"; {known} are in {self._gold.path} already" if known else "")
        )

    def _next(self, typed: bool) -> str | None:
        """The next question; None when there is no other."""
        if self._pending:
            return self._pending.popleft()
        while typed:
            match self._ask("\nQuestion (q to quit, ? for help): "):
                case "":
                    continue
                case "q":
                    return None
                case "?":
                    self._tell(_HELP)
                case "z":
                    if self._undo():
                        return self._pending.popleft()
                case question if name := self._gold.asking(question, self._as_of):
                    self._tell(f"{name} asks that already: {question}", "yellow")
                case question:
                    return question
        return None

    def _work_on(self, question: str) -> None:
        try:
            with self._console.status("Looking"):
                sheet = self._open_sheet(question)
                first = sheet.more()
        except UsageError as error:
            self._tell(str(error), "yellow")
            return
        self._show_answer(sheet)
        self._show(sheet, first)
        self._show_keys()
        done = False
        while not done:
            try:
                done = self._decide(sheet, self._ask("> "))
            except UsageError as error:
                self._tell(str(error), "yellow")

    def _decide(self, sheet: Sheet, key: str) -> bool:  # noqa: C901, PLR0911, PLR0912
        """Does what a key says; returns whether the question is done with."""
        match key:
            case "a" if not sheet.answer.answerable:
                return self._save(sheet, [], [])
            case "a":
                return self._answered(sheet, sheet.cited)
            case "c":
                return self._corrected(sheet)
            case "u":
                return self._save(sheet, [], [])
            case "m":
                self._show(sheet, sheet.more())
            case "s":
                return True
            case "z":
                if self._undo():
                    self._pending.insert(1, sheet.question)
                    return True
            case "q":
                raise _Quit
            case "?":
                self._tell(_HELP)
            case "":
                self._show_keys()
            case _ if key.startswith("/"):
                self._show(sheet, sheet.search(key[1:]))
            case _ if key[0].isdigit():
                return self._answered(sheet, sheet.chosen(key))
            case _:
                self._tell(f"{_plain(key)!r} is no key; ? says what they are", "yellow")
        return False

    def _answered(self, sheet: Sheet, evidence: Sequence[Candidate]) -> bool:
        if len(evidence) == 1:
            typed = self._ask("Short answer (Enter: the whole sentence): ")
            answers = alternatives(typed) or [evidence[0].quote]
        else:
            answers = alternatives(self._ask("Short answer: "))
        if not answers:
            self._tell(f"{len(evidence)} sentences are no short answer; choose again", "yellow")
            return False
        return self._checked(sheet, answers, evidence)

    def _corrected(self, sheet: Sheet) -> bool:
        answers = alternatives(self._ask("Right answers, separated by |: "))
        if not answers:
            return False
        if holding := sheet.holding(answers):
            typed = self._ask(f"Evidence (Enter: sentence {holding.number}): ")
            evidence = sheet.chosen(typed) or [holding]
        else:
            self._tell("It stands in no sentence shown; m and /word show others.", "yellow")
            evidence = sheet.chosen(self._ask("Evidence (Enter: back): "))
        return bool(evidence) and self._checked(sheet, answers, evidence)

    def _checked(self, sheet: Sheet, answers: Sequence[str], evidence: Sequence[Candidate]) -> bool:
        if stands(answers, evidence):
            return self._save(sheet, answers, evidence)
        self._tell("No answer stands in the evidence: it has to be worked out from it.", "yellow")
        if self._ask(f"Keep it, tagged {INFERRED}? (y/n): ").casefold() not in {"y", "yes"}:
            return False
        return self._save(sheet, answers, evidence, INFERRED)

    def _save(
        self, sheet: Sheet, answers: Sequence[str], evidence: Sequence[Candidate], *marks: str
    ) -> bool:
        kind = kind_of(sheet.question)
        typed = self._ask(f"Tags (Enter: {kind}; - for none): " if kind else "Tags (Enter: none): ")
        own = [kind] if kind and not typed else typed.replace(",", " ").split()
        tags = [tag for tag in (*own, *self._tags, *marks) if tag != "-"]
        question = sheet.gold(self._gold.next_id(), answers, evidence, tags)
        self._gold.add(question)
        what = " | ".join(question.answers) or "unanswerable"
        self._tell(f"Saved {question.id}: {_plain(what)}", "green")
        return True

    def _undo(self) -> bool:
        """Takes back the last question and puts it first in line."""
        undone = self._gold.undo()
        if undone is None:
            self._tell("Nothing that was saved now is left to take back", "yellow")
            return False
        self._tell(f"Took back {undone.id}", "yellow")
        self._pending.appendleft(undone.question)
        return True

    def _show_answer(self, sheet: Sheet) -> None:
        self._console.rule(style="dim")
        self._console.print(Text(_plain(sheet.question), style="bold"))
        sure = f"confidence {sheet.answer.confidence:.2f}"
        if sheet.answer.answerable:
            self._tell(f"\nOur answer ({sure})", "bold green")
            self._list(sheet, sheet.cited)
        else:
            self._tell(f"\nOur answer: the corpus does not say ({sure})", "bold yellow")
        for note in sheet.answer.notes:
            self._tell(f"  {_plain(note)}", "dim")

    def _show(self, sheet: Sheet, candidates: Sequence[Candidate]) -> None:
        if candidates:
            self._tell("\nOther sentences", "bold")
            self._list(sheet, candidates)
        else:
            self._tell("There are no other sentences; /word searches for some.", "yellow")

    def _list(self, sheet: Sheet, candidates: Sequence[Candidate]) -> None:
        asked_for = "|".join(map(re.escape, content_words(sheet.question)))
        for _, group in groupby(candidates, key=lambda candidate: candidate.article):
            own = list(group)
            self._console.print(Padding(Text(_heading(own[0]), style="dim"), (0, 0, 0, 2)))
            table = Table.grid(padding=(0, 1))
            table.add_column(justify="right", style="bold cyan", width=4)
            table.add_column()
            for candidate in own:
                quote = Text(_plain(candidate.quote))
                quote.highlight_regex(rf"(?i)\b(?:{asked_for})\b", "bold")
                table.add_row(str(candidate.number), quote)
            self._console.print(table)

    def _show_keys(self) -> None:
        line = Text("\n")
        for key, meaning in _KEYS:
            line.append(key.replace(" ", "\u00a0"), style="bold cyan")
            line.append("\u00a0" + meaning.replace(" ", "\u00a0") + "  ", style="dim")
        self._console.print(line)

    def _sum_up(self, lint: str) -> None:
        added, questions = len(self._gold.written), self._gold.questions
        refused = sum(not question.answerable for question in questions)
        self._tell(
            f"\n{added or 'No'} question{'' if added == 1 else 's'} added. {self._gold.path} "
            f"holds {len(questions)}: {len(questions) - refused} answerable, {refused} not."
        )
        if added:
            self._tell(f"To check them: {lint}")

    def _ask(self, prompt: str) -> str:
        """One line, without surrounding white space.

        Raises:
            EOFError, KeyboardInterrupt: the person is done.
            UsageError: the input is not text.
        """
        while True:
            try:
                line = input(prompt)
            except UnicodeDecodeError as error:
                raise EOFError from error
            if not sys.stdin.isatty():  # a terminal shows what is typed, a pipe does not
                self._tell(_plain(line))
            line = line.replace("\t", " ").strip()
            if not any(unicodedata.category(character) in _NOT_TEXT for character in line):
                return line
            self._tell("That holds characters that are not text; type it again", "yellow")

    def _tell(self, message: str, style: str = "") -> None:
        self._console.print(Text(message, style=style), soft_wrap=True)


def _heading(candidate: Candidate) -> str:
    found = candidate.found
    day = f"{found.published_at:%d %B %Y}" if found.published_at else None
    return " · ".join(_plain(part) for part in (found.title, found.source, day) if part)


def _plain(text: str) -> str:
    """A text as one line that a terminal shows and does not obey."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())
