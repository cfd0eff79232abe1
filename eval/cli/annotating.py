"""The conversation of `newscite eval annotate`: what is asked, and what each key does.

Lines are read, not single keys, so that a session can be piped in.
"""

import sys
import unicodedata
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from importlib import import_module

from rich.console import Console
from rich.text import Text

from eval.annotate import INFERRED, Candidate, Sheet, alternatives, kind_of, stands
from eval.cli.sheet_view import show_answer, show_others
from eval.gold_file import GoldFile
from eval.printing import plain
from rag.errors import UsageError

_KEYS = (
    (
        ("a", "accept"),
        ("2 4", "choose"),
        ("c", "correct"),
        ("u", "unanswerable"),
        ("m", "more"),
        ("/word", "find"),
    ),
    (("s", "skip"), ("z", "undo"), ("q", "quit"), ("?", "help")),
)
_HELP = """\
a      Our answer is right: the sentences it cites become the evidence.
       Where we refuse: right, the question is unanswerable.
2 4    Sentences 2 and 4 say it: they become the evidence.
c      Type the right answer first, then say which sentence holds it.
u      The corpus does not say.
m      Show more sentences, of the next best passages.
/word  Find sentences by other words. Use it: gold that only holds what
       we find ourselves makes us look better than we are.
s      Skip the question; nothing is saved.
z      Take back what was saved last, and ask it again.
q      Quit, as Ctrl-C and Ctrl-D do; all that was saved stays.

A gold answer is the short phrase, "about 80", not the sentence.
Separate several that are right: about 80 | 80
"""
_NOT_TEXT = {"Cc", "Cs"}  # control characters, such as a stray arrow key's, and half characters


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
        self._actions: dict[str, Callable[[Sheet], bool]] = {
            "a": self._accepted,
            "c": self._corrected,
            "u": lambda sheet: self._save(sheet, [], []),
            "m": lambda sheet: self._others(sheet, sheet.more()),
            "s": lambda _: True,
            "z": self._undone,
        }

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
            pass  # what was decided is saved
        finally:
            self._sum_up(lint)

    def _take(self, listed: Sequence[str]) -> None:
        new = [q for q in listed if self._gold.asking(q, self._as_of) is None]
        self._pending.extend(new)
        known = len(listed) - len(new)
        already = f"; {known} in the gold already" if known else ""
        self._tell(f"{_counted(len(new))} to go through{already}")

    def _next(self, typed: bool) -> str | None:
        """The next question; None when there is no other."""
        while typed and not self._pending:
            line = self._ask("\nQuestion (q quit, ? help): ")
            if line == "?":
                self._tell(_HELP)
            elif line == "z":
                self._undo()
            elif known := self._gold.asking(line, self._as_of):
                self._tell(f"{known} asks that already", "yellow")
            elif len(line) > 1:
                return line
            elif line:  # a key that is meant for a question, most likely
                self._tell("Ask a question first", "yellow")
        return self._pending.popleft() if self._pending else None

    def _work_on(self, question: str) -> None:
        """Shows a question and does what the keys say until it is decided."""
        try:
            with self._console.status("Looking"):
                sheet = self._open_sheet(question)
        except UsageError as error:
            self._tell(str(error), "yellow")
            return
        show_answer(self._console, sheet)
        show_others(self._console, sheet, sheet.more())
        self._show_keys()
        decided = False
        while not decided:
            try:
                decided = self._decided(sheet, self._ask("> "))
            except UsageError as error:
                self._tell(str(error), "yellow")

    def _decided(self, sheet: Sheet, key: str) -> bool:
        """Does what a key says; whether the question is done with."""
        if action := self._actions.get(key):
            return action(sheet)
        if key[:1].isdigit():
            return self._answered(sheet, sheet.chosen(key))
        if key.startswith("/"):
            return self._others(sheet, sheet.search(key[1:]))
        if key == "?":
            self._tell(_HELP)
        elif key:
            self._tell(f"{plain(key)!r} is none of the keys:", "yellow")
        self._show_keys()
        return False

    def _accepted(self, sheet: Sheet) -> bool:
        if not sheet.answer.answerable:
            return self._save(sheet, [], [])
        return self._answered(sheet, sheet.cited)

    def _answered(self, sheet: Sheet, evidence: Sequence[Candidate]) -> bool:
        """Asks for the short answer that the evidence holds."""
        if len(evidence) == 1:
            typed = self._ask("Short answer (Enter: the whole sentence): ")
            return self._checked(sheet, alternatives(typed) or [evidence[0].quote], evidence)
        if answers := alternatives(self._ask("Short answer (Enter: back): ")):
            return self._checked(sheet, answers, evidence)
        return False

    def _corrected(self, sheet: Sheet) -> bool:
        """Asks for the answer, then for the evidence that holds it."""
        answers = alternatives(self._ask("Right answers, separated by | (Enter: back): "))
        if not answers:
            return False
        if holding := sheet.holding(answers):
            typed = self._ask(f"Evidence (Enter: sentence {holding.number}): ")
            evidence = sheet.chosen(typed) or [holding]
        else:
            self._tell("No sentence shown holds it; m and /word show others", "yellow")
            evidence = sheet.chosen(self._ask("Evidence (Enter: back): "))
        return bool(evidence) and self._checked(sheet, answers, evidence)

    def _checked(self, sheet: Sheet, answers: Sequence[str], evidence: Sequence[Candidate]) -> bool:
        """Saves an answer that stands in its evidence, and any other if that is meant."""
        if stands(answers, evidence):
            return self._save(sheet, answers, evidence)
        self._tell("The evidence does not say that in so many words", "yellow")
        if self._ask(f"Save it, tagged {INFERRED}? (y/n): ").casefold() not in {"y", "yes"}:
            return False
        return self._save(sheet, answers, evidence, INFERRED)

    def _save(
        self, sheet: Sheet, answers: Sequence[str], evidence: Sequence[Candidate], *marks: str
    ) -> bool:
        kind = kind_of(sheet.question)
        typed = self._ask(f"Tags (Enter: {kind}, -: none): " if kind else "Tags (Enter: none): ")
        tags = (typed or kind or "").replace(",", " ").split()
        tags = [tag for tag in (*tags, *self._tags, *marks) if tag != "-"]
        question = sheet.gold(self._gold.next_id(), answers, evidence, tags)
        self._gold.add(question)
        what = " | ".join(question.answers) or "no answer"
        tagged = f" ({', '.join(question.tags)})" if question.tags else ""
        self._tell(f"Saved {question.id}: {plain(what + tagged)}", "green")
        return True

    def _others(self, sheet: Sheet, candidates: Sequence[Candidate]) -> bool:
        show_others(self._console, sheet, candidates)
        return False

    def _undone(self, sheet: Sheet) -> bool:
        """Goes back to the last question, and then to this one again."""
        if not self._undo():
            return False
        self._pending.insert(1, sheet.question)
        return True

    def _undo(self) -> bool:
        """Takes back the last question and puts it first in line."""
        undone = self._gold.undo()
        if undone is None:
            self._tell("Nothing was saved in this session that could be taken back", "yellow")
            return False
        self._tell(f"Took back {undone.id}", "yellow")
        self._pending.appendleft(undone.question)
        return True

    def _show_keys(self) -> None:
        self._console.print()
        for keys in _KEYS:
            line = Text()
            for key, meaning in keys:
                line.append(key, style="bold cyan").append(f" {meaning}  ", style="dim")
            self._console.print(line)

    def _sum_up(self, lint: str) -> None:
        added, questions = len(self._gold.written), self._gold.questions
        answerable = sum(question.answerable for question in questions)
        self._tell(
            f"\n{_counted(added)} added. {self._gold.path} now holds {len(questions)}: "
            f"{answerable} answerable, {len(questions) - answerable} unanswerable."
        )
        if added:
            self._tell(f"To check them: {lint}")

    def _ask(self, prompt: str) -> str:
        """One line, without surrounding white space.

        Raises:
            EOFError, KeyboardInterrupt: the person is done.
        """
        while True:
            try:
                line = input(prompt)
            except UnicodeDecodeError as error:
                self._tell("\nWhat comes in is not UTF-8 text", "yellow")
                raise EOFError from error
            if not sys.stdin.isatty():  # a terminal shows what is typed, a pipe does not
                self._tell(plain(line))
            line = line.replace("\t", " ").strip()
            if line == "q":
                raise EOFError
            if not any(unicodedata.category(character) in _NOT_TEXT for character in line):
                return line
            self._tell("That holds characters that are not text; type it again", "yellow")

    def _tell(self, message: str, style: str = "") -> None:
        # Terminals wrap long lines themselves, so that paths and commands can be copied.
        self._console.print(Text(message, style=style), soft_wrap=True)


def _counted(questions: int) -> str:
    return f"{questions} question{'' if questions == 1 else 's'}"
