"""Support judged by a model of natural language inference, from a folder that the user names."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.bundled import ModelFiles
from rag.errors import UsageError
from rag.onnx import OnnxModel

_OUTPUT = "logits"  # what exporters of transformers name the scores of the labels
_MAX_TOKENS = 512
_ENTAILMENT = "entailment"


class EntailmentModel:
    """A cross-encoder in ONNX that reads premise and statement together and picks a label.

    Supported is what it labels "entailment" before any other label; of a pair of more than 512
    tokens the longer text is cut. Reference: Honovich et al., "TRUE: Re-evaluating Factual
    Consistency Evaluation" (NAACL 2022), whose entailment model ALCE uses.

    Args:
        folder: holds `model.onnx`, with an output "logits", one score a label; `tokenizer.json`;
            and `config.json`, whose `id2label` has one label "entailment".

    Raises:
        UsageError: a file is missing or is not what it should be.
    """

    def __init__(self, folder: Path) -> None:
        files = ModelFiles(onnx=folder / "model.onnx", tokenizer=folder / "tokenizer.json")
        config = folder / "config.json"
        for path in (files.onnx, files.tokenizer, config):
            if not path.is_file():
                raise UsageError(
                    f"the entailment model has no {path}; its folder needs model.onnx, "
                    "tokenizer.json and config.json"
                )
        self._label, labels = _entailment_label(config)
        with files.onnx.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.name = f"{folder.resolve().name} sha256:{digest}"
        try:
            self._model = OnnxModel(files, output=_OUTPUT, max_tokens=_MAX_TOKENS, threads=1)
            scores = self._model.run_pairs("It rained.", ["It rained."])[0]
        except Exception as error:  # each library has its own ways to fail on a wrong file
            raise UsageError(
                f"the entailment model in {folder} cannot be run: {error}; it has to be a "
                f'sequence classifier in ONNX with an output "{_OUTPUT}", and its tokenizer'
            ) from error
        if scores.shape != (labels,):
            raise UsageError(
                f"the entailment model in {folder} gives scores of shape {scores.shape}, but its "
                f"config.json names {labels} labels; take both files from the same model"
            )
        self.supports = lru_cache(maxsize=4096)(self._supports)

    def _supports(self, premise: str, statement: str) -> bool:
        """Whether "entailment" is the likeliest label."""
        (scores,) = self._model.run_pairs(premise, [statement])
        return int(scores.argmax()) == self._label


def _entailment_label(config: Path) -> tuple[int, int]:
    """Which output stands for entailment, and how many there are."""
    try:
        read: Any = json.loads(config.read_text("utf-8"))
        labels = {int(number): str(label).casefold() for number, label in read["id2label"].items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(
            f"{config} does not say what the model's outputs mean; it needs an object id2label, "
            'such as {"0": "contradiction", "1": "entailment", "2": "neutral"}'
        ) from error
    found = [number for number, label in labels.items() if label == _ENTAILMENT]
    if len(found) != 1:
        named = ", ".join(labels.values()) or "no label"
        raise UsageError(
            f'{config} has to name one label "{_ENTAILMENT}" in id2label; it names {named}. '
            "Take a model of natural language inference"
        )
    return found[0], len(labels)
