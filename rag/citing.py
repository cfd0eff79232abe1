"""Citations: built from evidence, and checked against the archive before anyone sees them."""

from collections.abc import Sequence

from rag.archive import Archive
from rag.errors import NotFoundError
from rag.reading import Evidence
from rag.types import AnswerSentence, Citation, PubStatus, ShortAnswer


class Citing:
    """Numbers citations, from 1, as the sentences of an answer come.

    A citation is given when `article(version).text[start:end] == quote`, read afresh from the
    archive. One that does not verify, for whatever reason, is left out, and so is a sentence that
    has no other. A span that was cited before keeps its number.

    Attributes:
        citations: those given so far.
        sentences: those given so far.

    Args:
        archive: where the articles are.
        limit: at most this many citations are given, if it is set.
    """

    def __init__(self, archive: Archive, limit: int | None = None) -> None:
        self._archive = archive
        self._limit = limit
        self.citations: list[Citation] = []
        self.sentences: list[AnswerSentence] = []

    def sentence(self, text: str, evidence: Sequence[Evidence]) -> AnswerSentence | None:
        """The sentence with the numbers of what it rests on, or None where nothing verifies."""
        numbers = [number for found in evidence if (number := self._number(found))]
        if not numbers:
            return None
        self.sentences.append(AnswerSentence(text=text, citations=list(dict.fromkeys(numbers))))
        return self.sentences[-1]

    def _number(self, found: Evidence) -> int | None:
        citation = _citation(found, len(self.citations) + 1)
        for given in self.citations:
            if _place(given) == _place(citation):
                return given.number
        if len(self.citations) == self._limit or not verifies(self._archive, citation):
            return None
        self.citations.append(citation)
        return citation.number


def cite(
    archive: Archive, evidence: Sequence[Evidence]
) -> tuple[list[AnswerSentence], list[Citation]]:
    """One sentence and one citation for each piece of evidence that verifies; see `Citing`."""
    citing = Citing(archive)
    for found in evidence:
        citing.sentence(found.text, [found])
    return citing.sentences, citing.citations


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


def _place(citation: Citation) -> tuple[str, int, int, int]:
    return citation.article_id, citation.version, citation.start, citation.end


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
