"""Citations: built from evidence, and checked against the archive before anyone sees them."""

from collections.abc import Callable, Sequence

from rag import present
from rag.archive import Archive
from rag.archive.showing import kept_from_view
from rag.errors import NotFoundError
from rag.reading import Evidence
from rag.reading.base import Differing
from rag.types import AnswerSentence, Attribution, Citation, Figure, Gloss, ShortAnswer

Carriers = Callable[[str, str], Sequence[str]]
"""The ids of the other articles of an article's story that carry a quote of it."""


def alone(_article_id: str, _quote: str) -> Sequence[str]:
    """As if no article had copies."""
    return ()


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
        carriers: where else in its story a quote stands.
    """

    def __init__(
        self, archive: Archive, limit: int | None = None, carriers: Carriers = alone
    ) -> None:
        self._archive = archive
        self._limit = limit
        self._carriers = carriers
        self.citations: list[Citation] = []
        self.sentences: list[AnswerSentence] = []

    def sentence(self, text: str, evidence: Sequence[Evidence]) -> AnswerSentence | None:
        """The sentence with the numbers of what it rests on, or None where nothing verifies."""
        numbers = [number for found in evidence if (number := self._number(found))]
        if not numbers:
            return None
        self.sentences.append(
            AnswerSentence(text=text, citations=list(dict.fromkeys(numbers)), glosses=[])
        )
        return self.sentences[-1]

    def quote(self, found: Evidence) -> AnswerSentence | None:
        """A sentence that is what it cites, with its glosses, or None where it does not verify."""
        number = self._number(found)
        if number is None:
            return None
        self.sentences.append(_sentence(self._archive, found, self.citations[number - 1]))
        return self.sentences[-1]

    def _number(self, found: Evidence) -> int | None:
        citation = _citation(found, len(self.citations) + 1)
        for given in self.citations:
            if _place(given) == _place(citation):
                return given.number
        if len(self.citations) == self._limit or not verifies(self._archive, citation):
            return None
        copied = _with_copies(citation, self._carriers)
        self.citations.append(_with_corrections(self._archive, copied))
        return citation.number


def cite(
    archive: Archive, evidence: Sequence[Evidence]
) -> tuple[list[AnswerSentence], list[Citation]]:
    """One sentence and one citation for each piece of evidence that verifies; see `Citing`."""
    citing = Citing(archive)
    for found in evidence:
        citing.quote(found)
    return citing.sentences, citing.citations


def short_answer(
    short: Evidence | None, according_to: Evidence | None, citations: Sequence[Citation]
) -> ShortAnswer | None:
    """The words within a verified citation's quote, or None where no quote holds them.

    What is said by someone is given with who says it, or not at all: `according_to` too has to
    stand in a verified quote of the same article.
    """
    cited = _holding(short, citations)
    if short is None or cited is None:
        return None
    attribution = None
    if according_to is not None:
        said = _holding(according_to, citations)
        if said is None or (said.article_id, said.version) != (cited.article_id, cited.version):
            return None
        attribution = Attribution(
            text=according_to.text, start=according_to.start, end=according_to.end
        )
    return ShortAnswer(
        text=cited.quote[short.start - cited.start : short.end - cited.start],
        citation=cited.number,
        start=short.start,
        end=short.end,
        according_to=attribution,
    )


def figures(differing: Sequence[Differing], citations: Sequence[Citation]) -> list[Figure]:
    """What the articles give that disagree, as far as verified quotes hold it; none if but one."""
    found = [
        Figure(
            text=one.part.text,
            citation=cited.number,
            article_id=cited.article_id,
            version=cited.version,
            start=one.part.start,
            end=one.part.end,
            published_at=one.part.passage.published_at,
            value=None if one.value is None else float(one.value),
        )
        for one in differing
        if (cited := _holding(one.part, citations))
    ]
    return found if len(found) > 1 else []


def _holding(part: Evidence | None, citations: Sequence[Citation]) -> Citation | None:
    """The citation in whose quote a part of it stands."""
    for citation in citations:
        if part is None:
            break
        same = (citation.article_id, citation.version) == (
            part.passage.article_id,
            part.passage.version,
        )
        if same and citation.start <= part.start < part.end <= citation.end:
            return citation
    return None


def nearest_statement(
    archive: Archive, nearest: Evidence | None, carriers: Carriers = alone
) -> Citation | None:
    """What comes nearest to an answer as a citation, if there is any and it verifies."""
    citation = _citation(nearest, 1) if nearest else None
    if citation is None or not verifies(archive, citation):
        return None
    return _with_corrections(archive, _with_copies(citation, carriers))


def verifies(archive: Archive, citation: Citation) -> bool:
    """Whether the quote stands where the citation says, in an article that may be shown now."""
    try:
        article = archive.article(citation.article_id, citation.version)
    except NotFoundError:
        return False
    stands = article.text[citation.start : citation.end] == citation.quote
    hidden = kept_from_view(article, archive.article, present.now())
    return bool(citation.quote) and stands and hidden is None


def with_markers(sentences: Sequence[AnswerSentence], lead: str | None = None) -> str:
    """The sentences as running text, each followed by its citation numbers: "It rained. [1]".

    A lead stands before them as a sentence of its own: "Yes. It rained. [1]".
    """
    said = " ".join(
        sentence.text + " " + "".join(f"[{number}]" for number in sentence.citations)
        for sentence in sentences
    )
    return f"{lead}. {said}" if lead else said


def _sentence(archive: Archive, found: Evidence, citation: Citation) -> AnswerSentence:
    """The quote with its glosses, as far as the names stand in the article where they should."""
    article = archive.article(citation.article_id, citation.version).text
    text, glosses = citation.quote, list[Gloss]()
    for named in found.named:
        if article[named.start : named.end] == named.name:
            put_in = f" [{named.name}]"
            at = named.at - citation.start + sum(len(gloss.text) for gloss in glosses)
            text = text[:at] + put_in + text[at:]
            glosses.append(
                Gloss(
                    at=at, text=put_in, name=named.name, citation=citation.number,
                    start=named.start, end=named.end,
                )
            )  # fmt: skip
    return AnswerSentence(text=text, citations=[citation.number], glosses=glosses)


def _with_copies(citation: Citation, carriers: Carriers) -> Citation:
    """The citation with its story's articles that carry the quote, and those it had already."""
    copies = [*carriers(citation.article_id, citation.quote), *citation.syndicated_in]
    return citation.model_copy(update={"syndicated_in": list(dict.fromkeys(copies))})


def _with_corrections(archive: Archive, citation: Citation) -> Citation:
    found = archive.corrections(citation.article_id, citation.version)
    return citation.model_copy(update={"correction": found.until, "corrected_since": found.since})


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
        updated_at=passage.updated_at,
        start=found.start,
        end=found.end,
        passage_id=passage.id,
        syndicated_in=list(found.syndicated_in),
    )
