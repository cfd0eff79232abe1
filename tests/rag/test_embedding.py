"""The bundled embedder gives the vectors its model card promises; any LlamaIndex one can stand in."""

import asyncio
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rag.bundled_embedding import BundledEmbedding
from rag.embedding import make_embedder, passage_input
from rag.errors import ConfigurationError
from rag.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOCK = "llama_index.core.embeddings.MockEmbedding"

FERRY = "The number of people known to have died in the sinking of the ferry rose to 17."
SHIP = "Seventeen passengers lost their lives when the ship went down."
BANK = "The central bank raised its key interest rate by a quarter of a point."

# The arithmetic of int8 differs a little from one kind of CPU to another.
TOLERANCE = 0.02


def vectors(bge: BundledEmbedding, *texts: str) -> "NDArray[np.float64]":
    return np.array(bge.get_text_embedding_batch(list(texts)))


def test_vectors_have_384_numbers_and_unit_length(bge: BundledEmbedding) -> None:
    found = vectors(bge, FERRY, BANK, "x", "")
    assert found.shape == (4, 384)
    assert np.linalg.norm(found, axis=1) == pytest.approx([1.0] * 4, abs=1e-6)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(FERRY, SHIP, 0.806, id="the same event in other words"),
        pytest.param(FERRY, BANK, 0.445, id="another matter"),
        pytest.param(
            "Prague", "the capital of the Czech Republic", 0.823, id="a name and what it is"
        ),
    ],
)
def test_known_similarities(bge: BundledEmbedding, one: str, other: str, expected: float) -> None:
    a, b = vectors(bge, one, other)
    assert a @ b == pytest.approx(expected, abs=TOLERANCE)


def test_a_question_is_nearest_to_its_answer(bge: BundledEmbedding) -> None:
    question = np.array(bge.get_query_embedding("How many people died on the ferry?"))
    near, far = vectors(bge, FERRY, BANK) @ question
    assert near == pytest.approx(0.787, abs=TOLERANCE)
    assert far == pytest.approx(0.327, abs=TOLERANCE)


def test_a_question_has_the_cards_instruction_before_it(bge: BundledEmbedding) -> None:
    instruction = "Represent this sentence for searching relevant passages: "
    asked = bge.get_query_embedding("Who died?")
    assert asked == bge.get_text_embedding(instruction + "Who died?")
    assert asked != bge.get_text_embedding("Who died?")


def test_a_text_of_5000_words_is_embedded_and_read_as_far_as_512_tokens(
    bge: BundledEmbedding,
) -> None:
    beginning = "word " * 510  # with [CLS] and [SEP] the window is full
    one, other, shorter = vectors(
        bge, beginning + "ferry " * 4500, beginning + "bank " * 4500, "word " * 509 + "ferry"
    )
    assert one.tolist() == other.tolist()
    assert one.tolist() != shorter.tolist()


def test_a_vector_does_not_depend_on_what_is_embedded_with_it(bge: BundledEmbedding) -> None:
    alone = bge.get_text_embedding(FERRY)
    assert bge.get_text_embedding_batch([BANK, "word " * 600, FERRY, "x", SHIP])[2] == alone
    assert BundledEmbedding(threads=1).get_text_embedding(FERRY) == alone


def test_a_question_can_be_embedded_from_an_event_loop(bge: BundledEmbedding) -> None:
    assert asyncio.run(bge.aget_query_embedding("Who died?")) == bge.get_query_embedding(
        "Who died?"
    )


def test_the_headline_goes_before_the_passage() -> None:
    assert passage_input("Flood", "It rose.") == "Flood\nIt rose."
    assert passage_input("", "It rose.") == "It rose."


def test_the_default_is_the_bundled_model(settings: Settings) -> None:
    embedder = make_embedder(settings)
    assert isinstance(embedder.model, BundledEmbedding)
    assert embedder.name == "bge-small-en-v1.5"


def test_any_llamaindex_embedding_can_be_configured(settings: Settings) -> None:
    spec: dict[str, Any] = {"class": MOCK, "embed_dim": 5, "model_name": "five"}
    embedder = make_embedder(settings.model_copy(update={"embedding": spec}))
    assert embedder.model.get_text_embedding("It rained.") == [0.5] * 5
    assert embedder.name == "five"


def test_another_model_has_another_fingerprint_and_another_secret_has_not(
    settings: Settings,
) -> None:
    def fingerprint(**arguments: Any) -> str:
        spec = {"class": MOCK} | arguments
        return make_embedder(settings.model_copy(update={"embedding": spec})).fingerprint

    assert fingerprint(embed_dim=5) == fingerprint(embed_dim=5)
    assert fingerprint(embed_dim=5) != fingerprint(embed_dim=6)
    assert fingerprint(embed_dim=5, api_key="a") == fingerprint(embed_dim=5, api_key="b")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("bge-large-en", "'bge-large-en' is not a bundled model; use 'bge-small-en-v1.5'"),
        ({"embed_dim": 5}, 'needs a "class"'),
        ({"class": "MockEmbedding"}, 'needs a "class"'),
        ({"class": "no_such_package.Model"}, "cannot be imported .* is its package installed"),
        ({"class": "llama_index.core.embeddings.NoSuch"}, "cannot be imported"),
        ({"class": "pathlib.Path"}, "is not a BaseEmbedding"),
        ({"class": "os.getcwd"}, "is not a BaseEmbedding"),
        ({"class": MOCK}, "refuses its arguments: .*embed_dim"),
    ],
)
def test_what_is_no_embedding_is_refused_by_name(settings: Settings, spec: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match="NEWSCITE_EMBEDDING") as refused:
        make_embedder(settings.model_copy(update={"embedding": spec}))
    assert refused.match(said)
