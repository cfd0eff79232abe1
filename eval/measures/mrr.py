"""mrr@k: how high does the first piece of evidence stand?"""

from eval.measures.retrieval import Level, RetrievalMeasure


class ReciprocalRankAt(RetrievalMeasure):
    """Mean reciprocal rank, down to rank k.

    Formula: the mean of 1 / rank of the first piece of gold evidence; 0 beyond rank k.
    Range: 0 to 1. Denominator: as for hits@k.
    Reference: Voorhees, "The TREC-8 Question Answering Track Report" (TREC 1999).
    Edge cases: as for hits@k; nothing retrieved and a failure score 0.
    """

    def __init__(self, k: int, level: Level = "article") -> None:
        super().__init__(f"mrr@{k}", f"RR@{k}", level)
