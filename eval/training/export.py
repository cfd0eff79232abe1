"""Writes a trained network as the ONNX file that newscite ships: int8, one text a run.

    python -m eval.training export NETWORK --out rag/reading/model/reader.onnx

Matrices are rounded to whole numbers from -63 to 63 with a scale for each column, and activations
to 8 bits as they come (dynamic quantisation). Numbers that small do not overflow the 16-bit sums of
processors without VNNI, so that every processor computes the same. Word embeddings take 4 bits, as
the network was trained with them. The graph is written node by node: it needs no mask, since a run
reads one text, and computes query, key and value at once.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from eval.training.network import BLOCK, HEADS, Network, four_bit

_FUSED = "com.microsoft"  # ONNX Runtime's own operators
_EPSILON = 1e-12
_LARGEST = 63  # of a weight: see above

Array = npt.NDArray[np.float32]


def export(network: Network, path: Path) -> None:
    """Writes `network` to `path`.

    It takes input_ids and token_type_ids (1, T) and gives span (1, T, 2) and judged (1, 2): `span`
    holds the logits that an answer begins and ends at a token, `judged` the logit that the passage
    answers and that of relevance.
    """
    graph = _Graph()
    hidden = graph.embeddings(network)
    for number, layer in enumerate(network.layers):
        hidden = graph.layer(hidden, layer.state_dict(), f"layers.{number}")
    graph.heads(hidden, network)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "newscite_reader",
            [_value(name, TensorProto.INT64, [1, "T"]) for name in ("input_ids", "token_type_ids")],
            [
                _value("span", TensorProto.FLOAT, [1, "T", 2]),
                _value("judged", TensorProto.FLOAT, [1, 2]),
            ],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(_FUSED, 1)],
        ir_version=10,
        producer_name="newscite",
    )
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))


class _Graph:
    """The nodes and weights so far; a method adds a part and returns its result's name."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def embeddings(self, network: Network) -> str:
        codes, scales = four_bit(network.words.weight.detach())
        packed = codes.numpy().reshape(-1, 2) & 0x0F
        bytes_ = (packed[:, 0] | (packed[:, 1] << 4)).astype(np.uint8).tobytes()
        table = helper.make_tensor("words", TensorProto.INT4, list(codes.shape), bytes_, raw=True)
        self.weights.append(table)
        words = self._node(
            "GatherBlockQuantized",
            ["words", "input_ids", self._weight("words.scales", scales.numpy())],
            fused=True,
            gather_axis=0,
            quantize_axis=1,
            block_size=BLOCK,
        )
        sides = self._node("Gather", [self._parameter("sides", network.sides), "token_type_ids"])
        tokens = self._node("Shape", ["input_ids"], start=1, end=2)
        start = self._weight("zero", np.zeros(1, np.int64))
        table_of_places = self._node(
            "Cast", [self._parameter("places", network.places, half=True)], to=TensorProto.FLOAT
        )
        places = self._node("Slice", [table_of_places, start, tokens])
        summed = self._node("Add", [self._node("Add", [words, sides]), places])
        norm = network.norm.state_dict()
        return self._node(
            "LayerNormalization",
            [
                summed,
                self._weight("norm.weight", norm["weight"]),
                self._weight("norm.bias", norm["bias"]),
            ],
            epsilon=_EPSILON,
        )

    def layer(self, hidden: str, state: dict[str, npt.ArrayLike], name: str) -> str:
        three = ("query", "key", "value")
        weight = np.concatenate([np.asarray(state[f"{part}.weight"]) for part in three])
        bias = np.concatenate([np.asarray(state[f"{part}.bias"]) for part in three])
        joined = self._linear(hidden, weight, bias, f"{name}.qkv")
        parts = [f"{name}.{part}" for part in three]
        self.nodes.append(helper.make_node("Split", [joined], parts, axis=2, num_outputs=3))
        mixed = self._node("MultiHeadAttention", parts, fused=True, num_heads=HEADS)
        mixed = self._linear(mixed, state["mixed.weight"], state["mixed.bias"], f"{name}.mixed")
        hidden = self._added(mixed, hidden, state, f"{name}.mixed_norm")
        inner = self._linear(hidden, state["inner.weight"], state["inner.bias"], f"{name}.inner")
        inner = self._node("Gelu", [inner], fused=True)
        outer = self._linear(inner, state["outer.weight"], state["outer.bias"], f"{name}.outer")
        return self._added(outer, hidden, state, f"{name}.outer_norm")

    def heads(self, hidden: str, network: Network) -> None:
        self._gemm(hidden, network.span.state_dict(), "span", "span")
        first = self._node(
            "Gather", [hidden, self._weight("first", np.zeros((), np.int64))], axis=1
        )
        pooler = network.pooler.state_dict()
        pooled = self._linear(first, pooler["weight"], pooler["bias"], "pooler")
        self._gemm(self._node("Tanh", [pooled]), network.judge.state_dict(), "judge", "judged")

    def _linear(self, given: str, weight: npt.ArrayLike, bias: npt.ArrayLike, name: str) -> str:
        """A quantised matrix product with its bias."""
        matrix = np.asarray(weight, np.float32).T
        scale = np.maximum(np.abs(matrix).max(axis=0), 1e-8) / _LARGEST
        codes = np.rint(matrix / scale).astype(np.int8)
        return self._node(
            "DynamicQuantizeMatMul",
            [
                given,
                self._weight(f"{name}.weight", codes),
                self._weight(f"{name}.scale", scale.astype(np.float32)),
                "",  # no zero points: the codes lie evenly about zero
                self._weight(f"{name}.bias", bias),
            ],
            fused=True,
        )

    def _gemm(self, given: str, state: dict[str, npt.ArrayLike], name: str, out: str = "") -> str:
        """A small matrix product in full precision."""
        matrix = self._weight(f"{name}.weight", np.asarray(state["weight"], np.float32).T)
        product = self._node("MatMul", [given, matrix])
        return self._node("Add", [product, self._weight(f"{name}.bias", state["bias"])], out=out)

    def _added(self, new: str, old: str, state: dict[str, npt.ArrayLike], name: str) -> str:
        gains = [
            self._weight(f"{name}.{part}", state[f"{name.rpartition('.')[2]}.{part}"])
            for part in ("weight", "bias")
        ]
        return self._node(
            "SkipLayerNormalization", [new, old, *gains], fused=True, epsilon=_EPSILON
        )

    def _parameter(self, name: str, embedding: object, *, half: bool = False) -> str:
        table = np.asarray(embedding.weight.detach())  # type: ignore[attr-defined]
        return self._weight(name, table.astype(np.float16 if half else np.float32))

    def _weight(self, name: str, value: npt.ArrayLike) -> str:
        self.weights.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def _node(
        self,
        kind: str,
        inputs: list[str],
        *,
        fused: bool = False,
        out: str = "",
        **attributes: object,
    ) -> str:
        result = out or f"{kind}_{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(kind, inputs, [result], domain=_FUSED if fused else "", **attributes)
        )
        return result


def _value(name: str, kind: int, shape: list[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)
