"""Examples as tokens, and batches of about equally long ones."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from eval.training.examples import Example

MAX_TOKENS = 320
_CHUNK = 1000  # examples that are tokenised at a time
_TOGETHER = 50  # batches among which examples are sorted by length


@dataclass(slots=True)
class Tokens:
    """N examples as tokens, at most T: question, then headline and passage.

    Attributes:
        ids, sides: (N, T), padded with 0; a side is 0 for the question and 1 for the passage.
        lengths: (N,), how many of them count.
        start, end: (N,), the first and last token of the answer; both 0 for none.
        learns: (N,), whether spans are to be learnt from it, and not relevance alone.
        kinds: how each came about.
    """

    ids: Tensor
    sides: Tensor
    lengths: Tensor
    start: Tensor
    end: Tensor
    learns: Tensor
    kinds: list[str]

    def to(self, device: str) -> "Tokens":
        """The same on another device."""
        return Tokens(
            self.ids.to(device),
            self.sides.to(device),
            self.lengths.to(device),
            self.start.to(device),
            self.end.to(device),
            self.learns.to(device),
            self.kinds,
        )


@dataclass(slots=True)
class Batch:
    """B of the examples, cut to the longest: `ids`, `mask`, `sides` are (B, T), the rest (B,)."""

    rows: Tensor
    ids: Tensor
    mask: Tensor
    sides: Tensor
    start: Tensor
    end: Tensor
    learns: Tensor


def encode(examples: Sequence[Example], tokenizer: Tokenizer) -> Tokens:
    """The examples' tokens; those whose answer lies beyond what is read are left out."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    heads = [f"{e.title}\n" if e.title else "" for e in examples]
    pairs = [(e.question[:600], head + e.text) for e, head in zip(examples, heads, strict=True)]
    ids = torch.zeros(len(pairs), MAX_TOKENS, dtype=torch.int32)
    sides = torch.zeros(len(pairs), MAX_TOKENS, dtype=torch.int8)
    rows: list[tuple[int, int, int]] = []
    kinds = []
    for at in range(0, len(pairs), _CHUNK):
        for n, found in enumerate(tokenizer.encode_batch(pairs[at : at + _CHUNK]), start=at):
            span = _span(found, examples[n], len(heads[n]))
            if span is not None:
                ids[len(rows), : len(found.ids)] = torch.tensor(found.ids)
                sides[len(rows), : len(found.ids)] = torch.tensor(found.type_ids)
                rows.append((len(found.ids), *span))
                kinds.append(examples[n].kind)
    lengths, start, end = torch.tensor(rows).T
    learns = torch.tensor([kind != "relevance" for kind in kinds])
    return Tokens(ids[: len(rows)], sides[: len(rows)], lengths, start, end, learns, kinds)


def _span(found: Encoding, example: Example, offset: int) -> tuple[int, int] | None:
    """The answer's first and last token, (0, 0) for no answer, None where it was cut off."""
    if not example.end:
        return 0, 0
    first = found.char_to_token(offset + example.start, 1)
    last = found.char_to_token(offset + example.end - 1, 1)
    return None if first is None or last is None else (first, last)


def batches(tokens: Tokens, size: int, seed: int) -> list[Tensor]:
    """The examples' numbers in shuffled batches, each of examples of about the same length."""
    lengths = tokens.lengths.tolist()
    rng = random.Random(seed)
    order = list(range(len(lengths)))
    rng.shuffle(order)
    made: list[list[int]] = []
    for at in range(0, len(order), size * _TOGETHER):
        part = sorted(order[at : at + size * _TOGETHER], key=lambda i: lengths[i])
        made += [part[i : i + size] for i in range(0, len(part), size)]
    rng.shuffle(made)
    return [torch.tensor(rows) for rows in made]


def take(tokens: Tokens, rows: Tensor, longest: int) -> Batch:
    """The examples with these numbers, cut to `longest` tokens."""
    rows = rows.to(tokens.ids.device, non_blocking=True)
    ids = tokens.ids[rows, :longest].long()
    sides = tokens.sides[rows, :longest].long()
    place = torch.arange(longest, device=ids.device)
    mask = (place < tokens.lengths[rows, None]).long()
    return Batch(rows, ids, mask, sides, tokens.start[rows], tokens.end[rows], tokens.learns[rows])
