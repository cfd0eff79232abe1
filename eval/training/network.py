"""The reader's network: a BERT encoder with three heads.

The encoder is that of BERT (Devlin et al., NAACL 2019) in the sizes of MiniLM (Wang et al., 2020):
384 wide, 12 heads, 6 or 12 layers. Question and passage are read together. The heads say
where an answer begins and ends (its place 0, [CLS], stands for "nowhere", as in BERT's SQuAD 2.0
model), whether the passage answers at all, and how relevant it is.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

WIDTH, HEADS, INNER, WORDS, PLACES = 384, 12, 1536, 30522, 512
BLOCK = 128  # numbers of a word's embedding that share a scale
_EPSILON = 1e-12


@dataclass(frozen=True, slots=True)
class Output:
    """What the network says of a batch of B pairs, T tokens long.

    Attributes:
        start, end: logits (B, T) over tokens; token 0 is "nowhere", what is not passage -10,000.
        answered: logits (B,) that the passage answers.
        relevance: (B,) the cross-encoder's relevance logit, imitated.
    """

    start: Tensor
    end: Tensor
    answered: Tensor
    relevance: Tensor


def four_bit(table: Tensor) -> tuple[Tensor, Tensor]:
    """A table (N, W) as whole numbers from -7 to 7, and the scale (N, W / BLOCK) of each block."""
    blocks = table.view(table.shape[0], -1, BLOCK)
    scales = blocks.abs().amax(dim=2).clamp(min=1e-8) / 7
    return (blocks / scales[:, :, None]).round().to(torch.int8).view(table.shape), scales


def restored(codes: Tensor, scales: Tensor) -> Tensor:
    """The table that `four_bit` rounded."""
    blocks = codes.view(codes.shape[0], -1, BLOCK).float()
    return (blocks * scales[:, :, None]).view(codes.shape)


class Layer(nn.Module):
    """A transformer layer, normalised after each half."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.mixed = nn.Linear(WIDTH, WIDTH)
        self.mixed_norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, eps=_EPSILON)

    def forward(self, hidden: Tensor, mask: Tensor, dropout: float) -> Tensor:
        batch, tokens, _ = hidden.shape

        def heads(linear: nn.Linear) -> Tensor:
            return linear(hidden).view(batch, tokens, HEADS, WIDTH // HEADS).transpose(1, 2)

        mixed = F.scaled_dot_product_attention(
            heads(self.query), heads(self.key), heads(self.value), attn_mask=mask, dropout_p=dropout
        )
        mixed = self.mixed(mixed.transpose(1, 2).reshape(batch, tokens, WIDTH))
        hidden = self.mixed_norm(hidden + F.dropout(mixed, dropout, self.training))
        inner = self.outer(F.gelu(self.inner(hidden)))
        return self.outer_norm(hidden + F.dropout(inner, dropout, self.training))


class Network(nn.Module):
    """The encoder and its heads.

    Args:
        layers: how many transformer layers.
    """

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH)
        self.places = nn.Embedding(PLACES, WIDTH)
        self.sides = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.span = nn.Linear(WIDTH, 2)
        self.pooler = nn.Linear(WIDTH, WIDTH)
        self.judge = nn.Linear(WIDTH, 2)
        for head in (self.span, self.pooler, self.judge):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def freeze_words(self) -> None:
        """Rounds the word embeddings to 4 bits, as they are shipped, and trains around them."""
        self.words.weight.data = restored(*four_bit(self.words.weight.data))
        self.words.weight.requires_grad_(requires_grad=False)

    def forward(self, ids: Tensor, mask: Tensor, sides: Tensor, dropout: float = 0.0) -> Output:
        """Reads a batch: token ids, mask and sides (0 question, 1 passage), all (B, T)."""
        place = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.norm(self.words(ids) + self.places(place) + self.sides(sides))
        hidden = F.dropout(hidden, dropout, self.training)
        seen = mask[:, None, None, :].bool()
        for layer in self.layers:
            hidden = layer(hidden, seen, dropout if self.training else 0.0)
        span = self.span(hidden).float()
        # The passage's side without its closing [SEP]; and [CLS].
        allowed = (sides == 1) & (mask == 1)
        allowed = allowed & torch.roll(allowed, -1, dims=1)
        allowed = allowed | (place == 0)
        span = span.masked_fill(~allowed[:, :, None], -1e4)
        judged = self.judge(torch.tanh(self.pooler(hidden[:, 0]))).float()
        return Output(span[:, :, 0], span[:, :, 1], judged[:, 0], judged[:, 1])
