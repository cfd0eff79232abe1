"""Runs the bundled ONNX models: one text a run, one single-threaded worker a core.

Batching does not pay for int8 models on a CPU, and dynamic quantisation makes a text's result
depend on its neighbours in the batch; alone in a run it is a function of the text only. So each
text is its own run, and several runs go on side by side (docs/benchmarks.md has the figures).
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

from rag.bundled import ModelFiles
from rag.usage import count

Array = npt.NDArray[np.float32]


class OnnxModel:
    """A transformer encoder with its tokenizer. Safe to use from several threads.

    Args:
        files: the model's verified files.
        output: the name of the output to return.
        max_tokens: longer inputs are truncated to this many tokens, special tokens included; of
            a pair the longer text is truncated.
        threads: how many runs go on at a time.
    """

    def __init__(self, files: ModelFiles, *, output: str, max_tokens: int, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(files.onnx), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {i.name for i in self._session.get_inputs()}
        self._output = output
        self._single = Tokenizer.from_file(str(files.tokenizer))
        self._single.no_padding()
        self._single.enable_truncation(max_tokens)
        self._pair = Tokenizer.from_file(str(files.tokenizer))
        self._pair.no_padding()
        self._pair.enable_truncation(max_tokens, strategy="longest_first")
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="onnx")

    def run(self, texts: Iterable[str]) -> list[Array]:
        """The named output for each text, in order, without the batch dimension."""
        return self._each(self._single.encode, texts)

    def run_pairs(self, first: str, seconds: Iterable[str]) -> list[Array]:
        """The named output for `first` paired with each of `seconds`, in order."""
        return self._each(lambda second: self._pair.encode(first, second), seconds)

    def close(self) -> None:
        """Ends the workers; a run after this raises RuntimeError."""
        self._workers.shutdown()

    def _each(self, encode: Callable[[str], Encoding], texts: Iterable[str]) -> list[Array]:
        """Runs the model on each text, side by side; counted here, in the thread that asked."""

        def forward(text: str) -> tuple[Array, int]:
            encoding = encode(text)
            return self._forward(encoding), len(encoding.ids)

        done = list(self._workers.map(forward, texts))
        count(len(done), sum(tokens for _, tokens in done))
        return [result for result, _ in done]

    def _forward(self, encoding: Encoding) -> Array:
        feed = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        arrays = {k: np.array([v], dtype=np.int64) for k, v in feed.items() if k in self._inputs}
        result: Array = self._session.run([self._output], arrays)[0][0]
        return result
