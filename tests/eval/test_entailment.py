"""A judge of entailment from a folder: a real, tiny model, and folders that are not one."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from tiny_onnx import write_bag_of_words
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from eval.entailment import EntailmentModel
from rag.errors import UsageError

VOCABULARY = {"[UNK]": 0, "indeed": 1, "hardly": 2}
LABELS = {"0": "contradiction", "1": "ENTAILMENT", "2": "neutral"}
# Unknown words lean a little to neutral, "indeed" to entailment and "hardly" to contradiction.
TABLE = np.array([[0, 0, 0.01], [0, 5, 0], [5, 0, 0]], dtype=np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny-nli"
    folder.mkdir()
    write_bag_of_words(folder / "model.onnx", TABLE)
    tokenizer = Tokenizer(WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps({"id2label": LABELS}))
    return folder


def test_the_label_entailment_is_support(folder: Path) -> None:
    model = EntailmentModel(folder)
    assert model.supports("it rained", "it rained indeed")
    assert not model.supports("it rained", "it hardly rained")
    assert not model.supports("it rained", "it rained")


def test_a_long_premise_is_cut_and_the_statement_is_not(folder: Path) -> None:
    model = EntailmentModel(folder)
    assert model.supports("it rained " * 2000, "indeed " * 2)
    assert not model.supports("rain " * 2000 + "indeed indeed", "it rained")


def test_its_name_says_which_file_judged(folder: Path) -> None:
    digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    assert EntailmentModel(folder).name == f"tiny-nli sha256:{digest}"


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_missing_file_is_named(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(UsageError, match=f"has no .*{missing}; its folder needs"):
        EntailmentModel(folder)


@pytest.mark.parametrize("config", ["{", "[]", "{}", '{"id2label": ["x"]}', '{"id2label": null}'])
def test_a_config_without_labels_is_refused(folder: Path, config: str) -> None:
    (folder / "config.json").write_text(config)
    with pytest.raises(UsageError, match="needs an object id2label"):
        EntailmentModel(folder)


@pytest.mark.parametrize("labels", [["not_entailment", "neutral"], ["entailment"] * 2, []])
def test_labels_have_to_name_entailment_once(folder: Path, labels: list[str]) -> None:
    (folder / "config.json").write_text(json.dumps({"id2label": dict(enumerate(labels))}))
    with pytest.raises(UsageError, match="natural language inference"):
        EntailmentModel(folder)


def test_a_model_of_other_labels_is_refused(folder: Path) -> None:
    two = {"0": "entailment", "1": "not_entailment"}
    (folder / "config.json").write_text(json.dumps({"id2label": two}))
    with pytest.raises(UsageError, match=r"shape \(3,\).* names 2 labels"):
        EntailmentModel(folder)


def test_files_that_are_no_model_are_refused(folder: Path) -> None:
    write_bag_of_words(folder / "model.onnx", TABLE, output="embedding")
    with pytest.raises(UsageError, match='with an output "logits"'):
        EntailmentModel(folder)
    (folder / "model.onnx").write_bytes(b"no model")
    with pytest.raises(UsageError, match="cannot be run"):
        EntailmentModel(folder)
