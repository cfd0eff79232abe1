"""Which questions of which gold file a run asks."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from eval.formats import read_gold_set
from eval.leave_out import with_left_out
from eval.questions import GoldQuestion
from eval.systems.base import ReferenceCorpus

_SEED = 1993


class Chosen(NamedTuple):
    """The questions that are asked, and what a run records of its gold."""

    questions: list[GoldQuestion]
    record: dict[str, Any]


@dataclass(frozen=True)
class GoldChoice:
    """A gold file and what is asked of it.

    Attributes:
        path: the gold file, or folder for a format that is one.
        format: how it is written; `auto` to find out.
        limit: ask the first so many only.
        sample: ask so many only, drawn with a fixed seed and kept in their order.
        leave_out: ask each again with its evidence hidden.
    """

    path: Path
    format: str = "auto"
    limit: int | None = None
    sample: int | None = None
    leave_out: bool = False

    def read(self) -> Chosen:
        """Reads the file and chooses.

        Raises:
            NotFoundError, UsageError: see `eval.formats.read_gold_set`.
        """
        every = read_gold_set(self.path, self.format).questions
        record = {
            "file": self.path.name,
            "format": self.format,
            "sha256": _digest(every),
            "limit": self.limit,
            "sample": self.sample,
            "seed": _SEED,
            "leave_out": self.leave_out,
        }
        return Chosen(self._drawn(every[: self.limit]), record)

    def asked(
        self, questions: Sequence[GoldQuestion], corpus: ReferenceCorpus
    ) -> list[GoldQuestion]:
        """The questions, and with `leave_out` their shadows."""
        return with_left_out(questions, corpus) if self.leave_out else list(questions)

    def _drawn(self, questions: list[GoldQuestion]) -> list[GoldQuestion]:
        if self.sample is None or self.sample >= len(questions):
            return questions
        drawn = random.Random(_SEED).sample(range(len(questions)), self.sample)  # noqa: S311
        return [questions[index] for index in sorted(drawn)]


def _digest(questions: Sequence[GoldQuestion]) -> str:
    """The SHA-256 of the questions as they were read, whichever files they came from."""
    lines = "\n".join(question.model_dump_json(exclude_defaults=True) for question in questions)
    return sha256(lines.encode()).hexdigest()
