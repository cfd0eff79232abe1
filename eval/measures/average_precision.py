"""map@k: how high do all the pieces of evidence stand?"""

from eval.measures.retrieval import Level, RetrievalMeasure


class AveragePrecisionAt(RetrievalMeasure):
    """Mean average precision, down to rank k.

    Formula: the mean over questions of the sum of the precision at the rank of each piece of
    evidence among the first k, over the number of all pieces.
    Range: 0 to 1; with more than k pieces, k over their number is the most there can be.
    Denominator: as for hits@k.
    Reference: "map_cut" of trec_eval; Buckley and Voorhees, "Evaluating Evaluation Measure
    Stability" (SIGIR 2000).
    Edge cases: as for hits@k; a piece that was not found adds nothing. With one piece of evidence
    this is mrr@k.
    """

    def __init__(self, k: int, level: Level = "article") -> None:
        super().__init__(f"map@{k}", f"AP@{k}", level)
