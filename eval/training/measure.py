"""How well a network reads questions asked with their paragraph, as SQuAD 2.0 asks them.

    python -m eval.training measure NETWORK --data DIR

Asks dev-b, which nothing is trained on: span F1 over the answerable questions (its best span,
whether it would decline or not), and how well it tells them from the impossible ones (AUROC).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from eval.measures.auroc import AurocAnswerable
from eval.measures.f1 import overlap
from eval.training.batches import encode
from eval.training.examples import Example
from eval.training.network import Network
from eval.training.paragraphs import squad_paragraphs
from eval.training.train import Said, listen

HELD_OUT = "squad/dev-b.json.gz"
LONGEST_SPAN = 30  # tokens


@dataclass(frozen=True, slots=True)
class Reading:
    """Span F1 over `answerable` questions, and AUROC of three ways to tell them from the others."""

    f1: float
    answerable: int
    auroc_answered: float
    auroc_span: float
    auroc_both: float


def measure(network: Network, tokenizer: Tokenizer, data: Path, device: str) -> Reading:
    """Asks dev-b; `tokenizer` is what the network was trained with."""
    asked = [(p, q) for p in squad_paragraphs(data / HELD_OUT) for q in p.questions]
    examples = [Example("asked", q.text, p.title, p.text) for p, q in asked]
    said = listen([network], encode(examples, tokenizer), device)
    spans, margins = best_spans(said)
    f1s = []
    for n, (paragraph, question) in enumerate(asked):
        if question.answer:
            text = _span_text(tokenizer, examples[n], paragraph.text, spans[n].tolist())
            f1s.append(max(overlap(text, answer) for answer in question.answers))
    answerable = np.array([question.answer is not None for _, question in asked])
    answered = said.answered.cpu()

    def auroc(scores: Tensor) -> float:
        return AurocAnswerable().of(scores.double().numpy(), answerable)

    return Reading(
        sum(f1s) / len(f1s),
        len(f1s),
        auroc(answered),
        auroc(margins),
        auroc(answered.logit(1e-6) + margins / 2),
    )


def best_spans(said: Said) -> tuple[Tensor, Tensor]:
    """The best span of each example (N, 2) in tokens, and its logits' lead over "nowhere" (N,)."""
    spans, margins = [], []
    for start, end in zip(said.start.float().split(256), said.end.float().split(256), strict=True):
        tokens = start.shape[1]
        both = start[:, :, None] + end[:, None, :]
        place = torch.arange(tokens, device=start.device)
        wide = place[None, :] - place[:, None]
        allowed = (wide >= 0) & (wide < LONGEST_SPAN) & (place[:, None] > 0)
        best = both.masked_fill(~allowed, -1e9).flatten(1).max(dim=1)
        spans.append(torch.stack([best.indices // tokens, best.indices % tokens], dim=1).cpu())
        margins.append((best.values - start[:, 0] - end[:, 0]).cpu())
    return torch.cat(spans), torch.cat(margins)


def _span_text(tokenizer: Tokenizer, example: Example, text: str, span: Sequence[int]) -> str:
    head = f"{example.title}\n" if example.title else ""
    encoding = tokenizer.encode(example.question[:600], head + text)
    start, end = encoding.offsets[span[0]][0], encoding.offsets[span[1]][1]
    return (head + text)[start:end]
