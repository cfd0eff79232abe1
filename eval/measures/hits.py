"""hits@k: was evidence for the answer among the first k?"""

from eval.measures.retrieval import Level, RetrievalMeasure


class HitsAt(RetrievalMeasure):
    """Success at k.

    Formula: the share of questions with a piece of gold evidence among the first k of the
    ranking.
    Range: 0 to 1. Denominator: answerable questions that name evidence; for passages, that quote
    it.
    Reference: "success@n" of trec_eval; Craswell, Hawking and Robertson, "Effective Site Finding
    using Link Anchor Information" (SIGIR 2001).
    Edge cases: nothing retrieved, a failure, and evidence that names no article of the corpus
    score 0. One of several pieces of evidence is enough.
    """

    binary = True

    def __init__(self, k: int, level: Level = "article") -> None:
        super().__init__(f"hits@{k}", f"Success@{k}", level)
