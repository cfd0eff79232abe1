"""The measures, one small file each, and the registry that a run goes through.

A measure sees one question's outcome at a time and says what it adds to a numerator and to a
denominator. Refusals, failures and empty results are always scored, as each docstring says; a
measure whose denominator is zero has no value (null), and the zero is reported.
"""

from eval.measures.answer_match import AnswerMatch
from eval.measures.base import OUTSIDE, Floats, Measure, Part
from eval.measures.citation_precision import CitationPrecision
from eval.measures.em import ExactMatch
from eval.measures.f1 import TokenF1
from eval.measures.hits import HitsAt
from eval.measures.latency import Latency
from eval.measures.mrr import ReciprocalRank
from eval.measures.quote_exact import QuoteExact
from eval.measures.refusal import RefusalPrecision, RefusalRecall

__all__ = ["MEASURES", "OUTSIDE", "Floats", "Measure", "Part"]

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        HitsAt(1),
        HitsAt(4),
        HitsAt(10),
        ReciprocalRank(),
        ExactMatch(),
        TokenF1(),
        AnswerMatch(),
        CitationPrecision(),
        QuoteExact(),
        RefusalPrecision(),
        RefusalRecall(),
        Latency(50),
        Latency(95),
    )
}
"""Every measure by its name, in the order in which reports show them."""
