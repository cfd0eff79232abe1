"""A real ONNX model of a few hundred bytes, written without the onnx package.

ONNX files are Protocol Buffers messages. Only the fields that the model needs are written here;
their numbers are those of onnx.proto (https://onnx.ai/onnx/repo-docs/IR.html).
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_FLOAT, _INT64 = 1, 7  # TensorProto.DataType
_INTS = 7  # AttributeProto.AttributeType


def write_bag_of_words(path: Path, table: NDArray[np.float32], output: str = "logits") -> None:
    """Writes a model whose scores are the sum of the table's rows for the tokens it is given.

    Args:
        path: where the model goes.
        table: shape (vocabulary, labels).
        output: the name of the output, of shape (1, labels); the input is `input_ids`.
    """
    labels = table.shape[1]
    axes = _text(1, "axes") + _number(8, 1) + _number(20, _INTS)
    keepdims = _text(1, "keepdims") + _number(3, 0) + _number(20, 2)
    graph = (
        _part(1, _node("Gather", ["table", "input_ids"], "rows"))
        + _part(1, _node("ReduceSum", ["rows"], output, axes, keepdims))
        + _text(2, "bag of words")
        + _part(5, _tensor("table", table))
        + _part(11, _shape("input_ids", _INT64, 1, "tokens"))
        + _part(12, _shape(output, _FLOAT, 1, labels))
    )
    opset = _part(8, _text(1, "") + _number(2, 11))
    path.write_bytes(_number(1, 8) + _part(7, graph) + opset)


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _part(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, value: str) -> bytes:
    return _part(field, value.encode())


def _node(operator: str, inputs: list[str], output: str, *attributes: bytes) -> bytes:
    return (
        b"".join(_text(1, name) for name in inputs)
        + _text(2, output)
        + _text(4, operator)
        + b"".join(_part(5, attribute) for attribute in attributes)
    )


def _tensor(name: str, array: NDArray[np.float32]) -> bytes:
    dims = b"".join(_number(1, size) for size in array.shape)
    return dims + _number(2, _FLOAT) + _text(8, name) + _part(9, array.tobytes())


def _shape(name: str, kind: int, *sizes: int | str) -> bytes:
    dims = (_text(2, size) if isinstance(size, str) else _number(1, size) for size in sizes)
    shape = b"".join(_part(1, dim) for dim in dims)
    return _text(1, name) + _part(2, _part(1, _number(1, kind) + _part(2, shape)))
