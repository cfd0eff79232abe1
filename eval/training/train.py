"""Trains a network on the examples, on a GPU in minutes or on a CPU overnight.

    python -m eval.training train --examples examples.jsonl.gz --base l12 --out runs/teacher
    python -m eval.training train --examples ... --base l6 --out runs/student \\
        --teacher runs/teacher/network.safetensors

A run writes a checkpoint as it goes and takes it up again when the command is repeated. Where
teachers are given, the network learns their average judgement of each example beside the true one
(Hinton, Vinyals and Dean, 2015). Relevance is always learnt from the bundled cross-encoder.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import load_file, save_file
from torch import Tensor

from eval.training.batches import Batch, Tokens, batches, take
from eval.training.network import Network, Output

_WARM_UP = 0.06  # of the steps
_CLIP = 1.0
_TEMPERATURE = 2.0
_RELEVANCE_SCALE = 4.0  # logits of relevance run from -11 to 11
_CHECKPOINT_S = 300


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train.

    Attributes:
        epochs: passes over the examples.
        rate: the highest learning rate of AdamW, reached after the warm-up and falling to 0.
        size: examples a batch.
        dropout: in attention and after each half layer.
        soft: the share of the loss that is the teachers'; of no use without teachers.
        seed: of the order and the dropout.
    """

    epochs: float = 3.57
    rate: float = 1.2e-4
    size: int = 128
    dropout: float = 0.1
    soft: float = 0.7
    seed: int = 1


@dataclass(slots=True)
class Said:
    """What networks say of every example, on the training device.

    Attributes:
        start, end: logits (N, T) padded with -1e4, in half precision.
        answered: probabilities (N,).
        relevance: logits (N,).
    """

    start: Tensor
    end: Tensor
    answered: Tensor
    relevance: Tensor


def train(
    network: Network,
    tokens: Tokens,
    relevance: Tensor,
    recipe: Recipe,
    folder: Path,
    device: str,
    teacher: Said | None = None,
) -> Network:
    """Trains the network, leaves its weights in `folder`/network.safetensors and returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    network.to(device).train()
    torch.manual_seed(recipe.seed)
    plan = _plan(tokens, recipe)
    decayed = [p for p in network.parameters() if p.requires_grad and p.ndim > 1]
    plain = [p for p in network.parameters() if p.ndim == 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}],
        lr=recipe.rate,
        fused=True,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, len(plan)))
    done = _resume(folder, network, optimizer, schedule, device)
    began = saved = time.monotonic()
    losses: list[Tensor] = []
    for step in range(done, len(plan)):
        batch = take(tokens, *plan[step])
        with _half(device):
            said = network(batch.ids, batch.mask, batch.sides, recipe.dropout)
        loss = _loss(said, batch, relevance, teacher, recipe.soft)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
        optimizer.step()
        schedule.step()
        losses.append(loss.detach())
        if step % 200 == 199 or step + 1 == len(plan):
            mean = float(torch.stack(losses).mean())
            losses.clear()
            rate = (step + 1 - done) * recipe.size / (time.monotonic() - began)
            print(
                f"step {step + 1:,} of {len(plan):,}  loss {mean:.4f}  {rate:,.0f} examples/s",
                flush=True,
            )
        if time.monotonic() - saved > _CHECKPOINT_S:
            _checkpoint(folder, step + 1, network, optimizer, schedule)
            saved = time.monotonic()
    save_file(
        {k: v.contiguous() for k, v in network.state_dict().items()}, folder / "network.safetensors"
    )
    (folder / "checkpoint.pt").unlink(missing_ok=True)
    return network.eval()


def _plan(tokens: Tokens, recipe: Recipe) -> list[tuple[Tensor, int]]:
    """Every batch of the run, in order, as numbers of examples and the length of the longest."""
    whole = math.ceil(recipe.epochs)
    lengths = tokens.lengths.cpu()
    plan = [
        (rows, _rounded(int(lengths[rows].max())))
        for epoch in range(whole)
        for rows in batches(tokens, recipe.size, recipe.seed * 1000 + epoch)
    ]
    return plan[: round(len(plan) * recipe.epochs / whole)]


def _half(device: str) -> torch.autocast:
    """Arithmetic in bfloat16 where the hardware has it; elsewhere it would be slower."""
    has = device != "cpu" or torch.cpu._is_avx512_bf16_supported()
    return torch.autocast(device, torch.bfloat16, enabled=has)


def _rounded(length: int) -> int:
    """Up to a multiple of eight, which is what hardware likes."""
    return -(-length // 8) * 8


def _rate(step: int, steps: int) -> float:
    warm = max(1, round(_WARM_UP * steps))
    return min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))


def _loss(
    said: Output, batch: Batch, relevance: Tensor, teacher: Said | None, soft: float
) -> Tensor:
    learns = batch.learns.float()
    of = learns.sum().clamp(min=1)
    hard = (
        F.cross_entropy(said.start, batch.start, reduction="none")
        + F.cross_entropy(said.end, batch.end, reduction="none")
    ) / 2
    answered = (batch.start > 0).float()
    judged = F.binary_cross_entropy_with_logits(said.answered, answered, reduction="none")
    loss = ((hard + judged) * learns).sum() / of
    if teacher is not None:
        rows = batch.rows
        wide = said.start.shape[1]
        spans = _divergence(said.start, teacher.start[rows, :wide]) + _divergence(
            said.end, teacher.end[rows, :wide]
        )
        told = F.binary_cross_entropy_with_logits(
            said.answered, teacher.answered[rows], reduction="none"
        )
        taught = ((spans / 2 + told) * learns).sum() / of
        loss = (1 - soft) * loss + soft * taught
    scaled = (said.relevance - relevance[batch.rows]) / _RELEVANCE_SCALE
    return loss + 0.3 * scaled.square().mean()


def _divergence(said: Tensor, taught: Tensor) -> Tensor:
    """How far (B,) the softened distributions are apart, on the scale of an unsoftened loss."""
    log_said = F.log_softmax(said / _TEMPERATURE, dim=1)
    log_taught = F.log_softmax(taught.float() / _TEMPERATURE, dim=1)
    apart = F.kl_div(log_said, log_taught, reduction="none", log_target=True).sum(dim=1)
    return apart * _TEMPERATURE**2


@torch.no_grad()
def listen(networks: Sequence[Network], tokens: Tokens, device: str, size: int = 512) -> Said:
    """What the networks say of every example, averaged; spans as the mean of the logits."""
    lengths = tokens.lengths.cpu()
    tokens = tokens.to(device)
    count, longest = tokens.ids.shape
    span = torch.full((2, count, longest), -1e4, dtype=torch.float16, device=device)
    judged = torch.zeros(2, count, device=device)
    for rows in torch.argsort(lengths).split(size):
        batch = take(tokens, rows, _rounded(int(lengths[rows].max())))
        with _half(device):
            every = [n.eval()(batch.ids, batch.mask, batch.sides) for n in networks]
        wide = batch.ids.shape[1]
        for side, logits in enumerate(([o.start for o in every], [o.end for o in every])):
            span[side, batch.rows, :wide] = torch.stack(logits).mean(dim=0).half()
        judged[0, batch.rows] = torch.stack([o.answered.sigmoid() for o in every]).mean(dim=0)
        judged[1, batch.rows] = torch.stack([o.relevance for o in every]).mean(dim=0)
    return Said(span[0], span[1], judged[0], judged[1])


def _checkpoint(folder: Path, step: int, network: Network, *others: object) -> None:
    state = {"step": step, "network": network.state_dict()}
    state |= {str(n): other.state_dict() for n, other in enumerate(others)}  # type: ignore[attr-defined]
    part = folder / "checkpoint.part"
    torch.save(state, part)
    part.replace(folder / "checkpoint.pt")


def _resume(
    folder: Path, network: Network, optimizer: torch.optim.Optimizer, schedule: object, device: str
) -> int:
    """Takes up the folder's checkpoint, if there is one; returns how many steps are done."""
    path = folder / "checkpoint.pt"
    if not path.is_file():
        return 0
    state = torch.load(path, map_location=device)
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["0"])
    schedule.load_state_dict(state["1"])  # type: ignore[attr-defined]
    return int(state["step"])


def load(path: Path) -> Network:
    """A trained network."""
    weights = load_file(path)
    layers = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("layers."))
    network = Network(layers)
    network.load_state_dict({name: value.float() for name, value in weights.items()})
    return network.eval()
