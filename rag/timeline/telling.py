"""A timeline put together: the story's articles, each with a sentence, and its coverage."""

from collections.abc import Sequence
from datetime import UTC, datetime

from llama_index.core.schema import NodeWithScore

from rag.archive.naming import articles_naming
from rag.archive.reading import texts_of_versions
from rag.archive.records import moment
from rag.archive.visibility import Visibility
from rag.boilerplate import without_boilerplate
from rag.corpus import Corpus
from rag.reading.candidates import Candidate, candidate
from rag.reading.coverage import demands
from rag.reading.told import hit_as_told
from rag.retrieval import Hit, as_node, hits
from rag.timeline.coverage import histogram
from rag.timeline.related import Related, related
from rag.timeline.types import Coverage, Timeline, TimelineArticle
from rag.words import content_words, stem, words

_NEVER = datetime.max.replace(tzinfo=UTC)
_WORDS = 3  # a run of fewer is a caption or a crosshead, not a sentence


def timeline(
    corpus: Corpus, view: Visibility, question: str, ranked: Sequence[Hit], limit: int
) -> Timeline:
    """The story of a question over time.

    Args:
        corpus, view, question, ranked: see `related`.
        limit: at most this many articles, the nearest to the story, are told one by one.
    """
    found = related(corpus, view, question, ranked) if words(question) else []
    told = [
        article for one in found[:limit] if (article := _told(corpus, question, one)) is not None
    ]
    told.sort(key=lambda a: (a.published_at or _NEVER, a.article_id))
    names, published = _counted(corpus, view, question, found)
    dated = [at for at in published if at is not None]
    interval, buckets = histogram(dated)
    return Timeline(
        articles=told,
        coverage=Coverage(names=names, interval=interval, buckets=buckets),
        undated=len(published) - len(dated),
    )


def _counted(
    corpus: Corpus, view: Visibility, question: str, found: Sequence[Related]
) -> tuple[list[str], list[datetime | None]]:
    """What the counted articles name, and when each was published."""
    own = {
        member.article_id: moment(member.published_at) for one in found for member in one.members
    }
    # What only the question names, or few articles of the story, would leave the others out.
    names = [
        name
        for name in demands(question).names
        if 2 * sum(name in one.names for one in found) > len(found)
    ]
    naming = articles_naming(corpus.archive.engine, names, view) if names else {}
    if naming.keys().isdisjoint(own):  # the story's articles write the names in another way
        return [], list(own.values())
    return names, list((naming | own).values())


def _told(corpus: Corpus, question: str, one: Related) -> TimelineArticle | None:
    """The article with its most telling sentence, if there is one that may be cited."""
    sentence = _sentence(question, _citable(corpus, one.hit))
    if sentence is None:
        return None
    passage = one.hit.passage
    (text,) = texts_of_versions(corpus.archive.engine, [(passage.article_id, passage.version)])
    return TimelineArticle(
        article_id=passage.article_id,
        version=passage.version,
        title=passage.title,
        source=passage.source,
        url=passage.url,
        published_at=passage.published_at,
        passage_id=passage.id,
        quote=text[sentence.start : sentence.end],
        start=sentence.start,
        end=sentence.end,
        copies=len(one.members) - 1,
    )


def _citable(corpus: Corpus, hit: Hit) -> Hit:
    """The hit with the sentences that may be cited; what was read has no others."""
    if hit.reading is not None:
        return hit
    node = NodeWithScore(node=as_node(hit.passage), score=hit.score)
    (useful,) = hits(without_boilerplate([node], corpus.archive))
    return useful


def _sentence(question: str, hit: Hit) -> Candidate | None:
    """The sentence that the reader found best or, of what was not read, that of the asked words."""
    told = hit_as_told(question, hit)
    numbers = range(len(told.passage.sentences))
    found = [
        one for number in numbers if len(words((one := candidate(told, 0, number)).text)) >= _WORDS
    ]
    asked = {stem(word) for word in content_words(question)}
    scores = {read.number: read.score for read in hit.reading.sentences} if hit.reading else {}

    def telling(one: Candidate) -> float:
        if scores:
            return scores.get(one.number, -100.0)
        return len(asked & {stem(word) for word in words(one.text)})

    return max(found, key=telling, default=None)
