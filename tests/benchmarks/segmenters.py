"""The sentence segmenters that `sentences.py` compares, each behind the same plain function."""

import functools
import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

Spans = list[tuple[int, int]]
Segmenter = Callable[[str], Spans | list[str]]
"""Cuts one paragraph; gives offsets where the library has them, else the sentences' text."""


def _get(module: str) -> Any:
    """Import by name: most of these libraries are not installed where this is checked."""
    return importlib.import_module(module)


def _blingfire() -> Segmenter:
    cut = _get("blingfire").text_to_sentences_and_offsets
    return lambda text: list(cut(text)[1])


def _choppa() -> Segmenter:
    choppa = _get("choppa")
    rules = choppa.SrxDocument(ruleset=choppa.DEFAULT_SRX_RULESET)
    return lambda text: [str(part) for part in choppa.SrxTextIterator(rules, "en_two", text)]


def _newscite() -> Segmenter:
    cut: Segmenter = _get("rag.sentences").sentence_spans
    return cut


def _nltk() -> Segmenter:
    """The punkt_tab parameters that llama-index-core carries."""
    found = importlib.util.find_spec("llama_index.core")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("llama_index.core")
    _get("nltk.data").path.append(str(Path(found.origin).parent / "_static" / "nltk_cache"))
    tokenizer = _get("nltk.tokenize.punkt").PunktTokenizer("english")
    return lambda text: list(tokenizer.span_tokenize(text))


def _nupunkt() -> Segmenter:
    cut: Segmenter = _get("nupunkt").sentence_spans
    return cut


def _pysbd() -> Segmenter:
    segmenter = _get("pysbd").Segmenter(language="en", clean=False, char_span=True)
    return lambda text: [(span.start, span.end) for span in segmenter.segment(text)]


def _sakurs() -> Segmenter:
    cut = _get("sakurs").load("en").split
    return lambda text: list(cut(text))


def _segtok() -> Segmenter:
    cut = _get("segtok.segmenter").split_single
    return lambda text: list(cut(text))


def _sentence_splitter() -> Segmenter:
    cut: Segmenter = _get("sentence_splitter").SentenceSplitter(language="en").split
    return cut


def _sentencesplit() -> Segmenter:
    cut = _get("sentencesplit").Segmenter(language="en", clean=False).segment_spans
    return lambda text: [(span.start, span.end) for span in cut(text)]


def _sentencex() -> Segmenter:
    cut = _get("sentencex").get_sentence_boundaries
    return lambda text: [(part["start_index"], part["end_index"]) for part in cut("en", text)]


def _simplemma() -> Segmenter:
    cut: Segmenter = _get("simplemma").split_sentences
    return cut


def _spacy() -> Segmenter:
    nlp = _get("spacy").blank("en")
    nlp.add_pipe("sentencizer")
    nlp.max_length = 10**9
    return lambda text: [(part.start_char, part.end_char) for part in nlp(text).sents]


def _syntok() -> Segmenter:
    cut = _get("syntok.segmenter").process

    def spans(text: str) -> Spans:
        sentences = [sentence for paragraph in cut(text) for sentence in paragraph]
        return [(s[0].offset, s[-1].offset + len(s[-1].value)) for s in sentences]

    return spans


def _yasbd(whole_quotes: bool) -> Segmenter:
    yasbd = _get("yasbd")
    detector = yasbd.BoundaryDetector(lang="en", preserve_quote_and_paren=whole_quotes)

    def spans(text: str) -> Spans:
        ends = list(detector.detect(text))
        return list(zip([0, *ends], ends, strict=False))

    return spans


LIBRARIES: dict[str, tuple[str, Callable[[], Segmenter]]] = {
    "newscite (ours)": ("nupunkt", _newscite),
    "blingfire": ("blingfire", _blingfire),
    "choppa (LanguageTool)": ("choppa-srx", _choppa),
    "nltk punkt": ("nltk", _nltk),
    "nupunkt": ("nupunkt", _nupunkt),
    "pysbd": ("pysbd", _pysbd),
    "sakurs": ("sakurs", _sakurs),
    "segtok": ("segtok", _segtok),
    "sentence-splitter": ("sentence-splitter", _sentence_splitter),
    "sentencesplit": ("sentencesplit", _sentencesplit),
    "sentencex": ("sentencex", _sentencex),
    "simplemma": ("simplemma", _simplemma),
    "spacy sentencizer": ("spacy", _spacy),
    "syntok": ("syntok", _syntok),
    "yasbd": ("yasbd-lib", functools.partial(_yasbd, False)),
    "yasbd, whole quotes": ("yasbd-lib", functools.partial(_yasbd, True)),
}
