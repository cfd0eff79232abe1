"""The measures, one small file each, and the registry that a run goes through.

A measure sees one question's outcome at a time and says what it adds to a numerator and to a
denominator. Refusals, failures and empty results are always scored, as each docstring says; a
measure whose denominator is zero has no value (null), and the zero is reported.
"""

from eval.measures.answer_length import AnswerSentences, AnswerWords
from eval.measures.answer_match import AnswerMatch
from eval.measures.aurc import RiskCoverage
from eval.measures.auroc import AurocAnswerable
from eval.measures.average_precision import AveragePrecisionAt
from eval.measures.base import OUTSIDE, ConfidenceMeasure, Floats, Measure, Part
from eval.measures.citation_precision import CitationPrecision
from eval.measures.citation_recall import CitationRecall
from eval.measures.cost import ModelRuns, Tokens
from eval.measures.crag import Crag
from eval.measures.ece import CalibrationError
from eval.measures.em import ExactMatch
from eval.measures.evidence_recall import EvidenceRecall
from eval.measures.f1 import TokenF1
from eval.measures.hits import HitsAt
from eval.measures.latency import Latency
from eval.measures.mrr import ReciprocalRankAt
from eval.measures.ndcg import DiscountedGainAt
from eval.measures.nugget_recall import NuggetRecall
from eval.measures.quote_check import QuoteShare
from eval.measures.quote_exact import QuoteExact
from eval.measures.quote_holds_answer import QuoteHoldsAnswer
from eval.measures.recall import RecallAt
from eval.measures.refusal import RefusalPrecision, RefusalRecall
from eval.measures.retrieval import Level, RetrievalMeasure
from eval.outcome import QuoteCheck

__all__ = ["MEASURES", "OUTSIDE", "ConfidenceMeasure", "Floats", "Measure", "Part"]


def _retrieval(level: Level) -> tuple[RetrievalMeasure, ...]:
    return (
        HitsAt(1, level),
        HitsAt(4, level),
        HitsAt(10, level),
        ReciprocalRankAt(10, level),
        AveragePrecisionAt(10, level),
        DiscountedGainAt(10, level),
        RecallAt(10, level),
    )


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        *_retrieval("article"),
        *_retrieval("passage"),
        EvidenceRecall(),
        ExactMatch(),
        TokenF1(),
        AnswerMatch(),
        NuggetRecall(vital=False),
        NuggetRecall(vital=True),
        QuoteHoldsAnswer(),
        AnswerWords(),
        AnswerSentences(),
        CitationPrecision(),
        CitationRecall(),
        QuoteExact(),
        *map(QuoteShare, QuoteCheck),
        RefusalPrecision(),
        RefusalRecall(),
        Crag(),
        AurocAnswerable(),
        CalibrationError(),
        RiskCoverage(),
        Latency(50),
        Latency(95),
        ModelRuns(),
        Tokens(),
    )
}
"""Every measure by its name, in the order in which reports show them."""
