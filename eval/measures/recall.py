"""recall@k: how much of the evidence was among the first k?"""

from eval.measures.retrieval import Level, RetrievalMeasure


class RecallAt(RetrievalMeasure):
    """Recall at k.

    Formula: the mean over questions of the share of gold evidence among the first k of the
    ranking: of the distinct articles that it names, or of its quotes.
    Range: 0 to 1; with more than k pieces, k over their number is the most there can be.
    Denominator: as for hits@k.
    Reference: "recall" of trec_eval; Manning, Raghavan and Schütze, "Introduction to Information
    Retrieval" (2008), section 8.4.
    Edge cases: as for hits@k; nothing retrieved and a failure score 0.
    """

    def __init__(self, k: int, level: Level = "article") -> None:
        super().__init__(f"recall@{k}", f"R@{k}", level)
