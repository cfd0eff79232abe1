"""Citations: built from evidence, and checked against the archive before anyone sees them."""

from collections.abc import Sequence

from rag.archive import Archive
from rag.errors import NotFoundError
from rag.reading import Evidence
from rag.types import AnswerSentence, Citation, PubStatus, ShortAnswer


def cite(
    archive: Archive, evidence: Sequence[Evidence]
) -> tuple[list[AnswerSentence], list[Citation]]:
    """One sentence and one citation for each piece of evidence that verifies.

    A citation verifies when `article(version).text[start:end] == quote`, read afresh from the
    archive. One that does not, for whatever reason, is left out with its sentence.
    """
    sentences: list[AnswerSentence] = []
    citations: list[Citation] = []
    for found in evidence:
        citation = _citation(found, len(citations) + 1)
        if verifies(archive, citation):
            citations.append(citation)
            sentences.append(AnswerSentence(text=found.text, citations=[citation.number]))
    return sentences, citations


def short_answer(short: Evidence | None, citations: Sequence[Citation]) -> ShortAnswer | None:
    """The words within a verified citation's quote, or None where no quote holds them."""
    for citation in citations:
        if short is None:
            break
        passage = short.passage
        same = (citation.article_id, citation.version) == (passage.article_id, passage.version)
        if same and citation.start <= short.start < short.end <= citation.end:
            text = citation.quote[short.start - citation.start : short.end - citation.start]
            return ShortAnswer(
                text=text, citation=citation.number, start=short.start, end=short.end
            )
    return None


def nearest_statement(archive: Archive, nearest: Evidence | None) -> Citation | None:
    """What comes nearest to an answer as a citation, if there is any and it verifies."""
    citation = _citation(nearest, 1) if nearest else None
    return citation if citation and verifies(archive, citation) else None


def verifies(archive: Archive, citation: Citation) -> bool:
    """Whether the quote stands where the citation says it does, in an article that is usable."""
    try:
        article = archive.article(citation.article_id, citation.version)
    except NotFoundError:
        return False
    stands = article.text[citation.start : citation.end] == citation.quote
    return bool(citation.quote) and stands and article.status is PubStatus.USABLE


def with_markers(sentences: Sequence[AnswerSentence]) -> str:
    """The sentences as running text, each followed by its citation numbers: "It rained. [1]"."""
    return " ".join(
        sentence.text + " " + "".join(f"[{number}]" for number in sentence.citations)
        for sentence in sentences
    )


def _citation(found: Evidence, number: int) -> Citation:
    passage = found.passage
    return Citation(
        number=number,
        quote=found.text,
        article_id=passage.article_id,
        version=passage.version,
        title=passage.title,
        source=passage.source,
        url=passage.url,
        published_at=passage.published_at,
        start=found.start,
        end=found.end,
        passage_id=passage.id,
        syndicated_in=list(found.syndicated_in),
    )
