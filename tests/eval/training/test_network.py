"""The network, its training and its export, where torch is installed (`newscite[train]`)."""

from pathlib import Path

import numpy as np
import pytest

from rag.bundled import CROSS_ENCODER, locate
from rag.onnx import OnnxSession

torch = pytest.importorskip("torch", reason="training needs the extra newscite[train]")
pytest.importorskip("onnx", reason="training needs the extra newscite[train]")
pytest.importorskip("safetensors", reason="training needs the extra newscite[train]")

from tokenizers import Tokenizer  # noqa: E402

from eval.training.bases import BASES, base  # noqa: E402
from eval.training.batches import encode  # noqa: E402
from eval.training.examples import Example  # noqa: E402
from eval.training.export import export  # noqa: E402
from eval.training.network import Network, four_bit, restored  # noqa: E402
from eval.training.train import Recipe, listen, load, train  # noqa: E402

pytestmark = pytest.mark.slow

EXAMPLES = [
    Example("answered", "How many died?", "Ferry sinks", "Seventeen people died.", 0, 9),
    Example("near miss", "Who won?", "Ferry sinks", "Seventeen people died."),
    Example("relevance", "ferry", "Ferry sinks", "Seventeen people died."),
] * 4


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(locate(CROSS_ENCODER).tokenizer))


def test_the_cross_encoder_multiplied_out_again_says_what_it_said(tokenizer: Tokenizer) -> None:
    files = locate(CROSS_ENCODER)
    tokens = encode(EXAMPLES, tokenizer)
    said = listen([base("l12", files.onnx)], tokens, "cpu").relevance[:2].numpy()
    session = OnnxSession(files.onnx, outputs=["logits"], threads=1)
    pairs = [tokenizer.encode(e.question, f"{e.title}\n{e.text}") for e in EXAMPLES[:2]]
    stock = [float(logit[0]) for (logit,) in session.run(pairs)]
    assert np.abs(said - stock).max() < 0.5


def test_an_answers_tokens_are_those_of_its_words(tokenizer: Tokenizer) -> None:
    tokens = encode(EXAMPLES, tokenizer)
    first, last = int(tokens.start[0]), int(tokens.end[0])
    assert tokenizer.decode(tokens.ids[0, first : last + 1].tolist()) == "seventeen"
    assert (int(tokens.start[1]), int(tokens.end[1])) == (0, 0)
    assert tokens.learns.tolist()[:3] == [True, True, False]


def test_four_bits_hold_what_was_rounded_to_them() -> None:
    table = torch.randn(6, 384)
    rounded = restored(*four_bit(table))
    assert torch.allclose(restored(*four_bit(rounded)), rounded)
    assert (table - rounded).abs().max() <= table.abs().max() / 14 + 1e-6


def test_training_learns_resumes_and_is_exported_as_it_is(
    tokenizer: Tokenizer, tmp_path: Path
) -> None:
    tokens = encode(EXAMPLES, tokenizer)
    relevance = torch.zeros(len(EXAMPLES))
    torch.manual_seed(1)
    network = Network(2)
    network.freeze_words()
    recipe = Recipe(epochs=30, rate=1e-3, size=12, dropout=0.0)
    trained = train(network, tokens, relevance, recipe, tmp_path, "cpu")
    said = listen([trained], tokens, "cpu")
    assert said.answered[0] > 0.8
    assert said.answered[1] < 0.2
    assert int(said.start[0].argmax()) == int(tokens.start[0])

    again = load(tmp_path / "network.safetensors")
    assert torch.equal(listen([again], tokens, "cpu").start, said.start)

    export(again, tmp_path / "reader.onnx")
    session = OnnxSession(tmp_path / "reader.onnx", outputs=["span", "judged"], threads=1)
    pair = tokenizer.encode(EXAMPLES[0].question, f"{EXAMPLES[0].title}\n{EXAMPLES[0].text}")
    ((span, judged),) = session.run([pair])
    inside = slice(int(tokens.start[0]), int(tokens.lengths[0]) - 1)
    assert int(span[inside, 0].argmax()) == 0
    assert abs(judged[0] - float(said.answered[0].logit())) < 0.5


def test_the_bases_are_known() -> None:
    assert BASES == {"l12": 12, "l10": 10, "l6": 6, "minilm": 6}
