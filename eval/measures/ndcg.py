"""ndcg@k: how much of the evidence stands high, discounted by rank?"""

from eval.measures.retrieval import Level, RetrievalMeasure


class DiscountedGainAt(RetrievalMeasure):
    """Normalised discounted cumulative gain, down to rank k.

    Formula: the mean over questions of DCG / ideal DCG, where DCG adds 1 / log2(1 + rank) for each
    piece of evidence among the first k, and the ideal has all pieces at the top.
    Range: 0 to 1. Denominator: as for hits@k.
    Reference: "ndcg_cut" of trec_eval; Järvelin and Kekäläinen, "Cumulated Gain-Based Evaluation
    of IR Techniques" (ACM TOIS, 2002).
    Edge cases: as for hits@k. Gold evidence has no grades: every piece gains 1.
    """

    def __init__(self, k: int, level: Level = "article") -> None:
        super().__init__(f"ndcg@{k}", f"nDCG@{k}", level)
