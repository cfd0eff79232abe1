"""Runs the bundled ONNX models: one text a run, one single-threaded worker a core.

Batching does not pay for int8 models on a CPU, and dynamic quantisation makes a text's result
depend on its neighbours in the batch; alone in a run it is a function of the text only. So each
text is its own run, and several runs go on side by side (docs/benchmarks.md has the figures).
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

from rag.bundled import ModelFiles
from rag.deadline import Limit, check_limit, current_limit
from rag.usage import count
from rag.watching import Attributes, span

Array = npt.NDArray[np.float32]


class OnnxSession:
    """A model, run on one encoded text at a time. Safe to use from several threads.

    Args:
        path: the model's file.
        outputs: the names of the outputs to return.
        threads: how many runs go on at a time.
    """

    def __init__(self, path: Path, *, outputs: Sequence[str], threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._name = path.stem if path.stem != "model" else path.parent.name
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {i.name for i in self._session.get_inputs()}
        self._outputs = list(outputs)
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="onnx")

    def run(
        self, encodings: Iterable[Encoding], *, before: Callable[[], object] | None = None
    ) -> list[tuple[Array, ...]]:
        """The outputs for each text, in order, without the batch dimension.

        The texts are run side by side, the longest first, so that the workers end together (Graham,
        "Bounds on Multiprocessing Timing Anomalies", 1969). They are counted here, in the thread
        that asked.

        Args:
            encodings: the texts.
            before: called before each run, in the thread that runs it; may wait.

        Raises:
            AbandonedError, TimedOutError: between two runs, see `rag.deadline`.
        """
        given = list(encodings)
        order = sorted(range(len(given)), key=lambda at: -len(given[at].ids))
        forward = partial(self._forward_within, current_limit(), before)
        with span("model run", model=self._name) as told:
            done = list(self._workers.map(forward, (given[at] for at in order)))
            tokens = sum(len(encoding.ids) for encoding in given)
            self._count(told, len(done), tokens, sum(seconds for _, seconds in done))
        outputs = {at: outputs for at, (outputs, _) in zip(order, done, strict=True)}
        return [outputs[at] for at in range(len(given))]

    def run_one(self, encoding: Encoding) -> tuple[Array, ...]:
        """The outputs for one text, run in the thread that asks: it waits for no worker."""
        check_limit()
        with span("model run", model=self._name) as told:
            done, seconds = self._forward(encoding)
            self._count(told, 1, len(encoding.ids), seconds)
        return done

    def close(self) -> None:
        """Ends the workers; a run after this raises RuntimeError."""
        self._workers.shutdown()

    def _count(self, told: Attributes, runs: int, tokens: int, seconds: float) -> None:
        told |= {"runs": runs, "tokens": tokens, "model_seconds": round(seconds, 4)}
        count(runs, tokens, seconds)

    def _forward_within(
        self, limit: Limit | None, before: Callable[[], object] | None, encoding: Encoding
    ) -> tuple[tuple[Array, ...], float]:
        if before is not None:
            before()
        if limit is not None:
            limit.check()
        return self._forward(encoding)

    def _forward(self, encoding: Encoding) -> tuple[tuple[Array, ...], float]:
        """The outputs, and the seconds that they took."""
        began = perf_counter()
        feed = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        arrays = {k: np.array([v], dtype=np.int64) for k, v in feed.items() if k in self._inputs}
        outputs = self._session.run(self._outputs, arrays)
        return tuple(output[0] for output in outputs), perf_counter() - began


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
        self._session = OnnxSession(files.onnx, outputs=[output], threads=threads)
        self._single = Tokenizer.from_file(str(files.tokenizer))
        self._single.no_padding()
        self._single.enable_truncation(max_tokens)
        self._pair = Tokenizer.from_file(str(files.tokenizer))
        self._pair.no_padding()
        self._pair.enable_truncation(max_tokens, strategy="longest_first")

    def run(
        self, texts: Iterable[str], *, before: Callable[[], object] | None = None
    ) -> list[Array]:
        """The named output for each text, in order, without the batch dimension.

        Args:
            texts: the texts.
            before: see `OnnxSession.run`.
        """
        encodings = map(self._single.encode, texts)
        return [output for (output,) in self._session.run(encodings, before=before)]

    def run_one(self, text: str) -> Array:
        """The named output for one text, which does not queue behind the texts of other runs."""
        return self._session.run_one(self._single.encode(text))[0]

    def run_pairs(self, first: str, seconds: Iterable[str]) -> list[Array]:
        """The named output for `first` paired with each of `seconds`, in order."""
        pairs = (self._pair.encode(first, second) for second in seconds)
        return [output for (output,) in self._session.run(pairs)]

    def close(self) -> None:
        """Ends the workers; a run after this raises RuntimeError."""
        self._session.close()
