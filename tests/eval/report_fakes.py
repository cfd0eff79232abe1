"""A run with something of everything: every stage, tags, failures, altered quotes, hostile text."""

from datetime import UTC, datetime
from functools import cache

from eval.evidence import EvidenceTracer
from eval.questions import GoldQuestion
from eval.reply import Reply, Statement
from eval.results import Run, RunInfo, put_together
from eval.scoring import ask
from eval.support import LexicalSupport
from rag.types import Citation, Passage

HOSTILE = "</script><script>document.title='taken over'</script> <img src=x onerror=alert(1)>"
MARKUP = "a | b ` c ` **d** [e](javascript:alert(1)) <!-- @someone #12"
RIGHT_TO_LEFT = "قال الوزير إن المحادثات تبدأ يوم الأحد"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitän" * 12
_PADDING = "The harbour was quiet that week, and nobody spoke of it again. " * 6

_TALKS = (
    "The ministers met in Geneva on Friday. They agreed on a truce of thirty days. "
    "The talks go on in March."
)
_QUAKE = (
    "The earthquake killed 411 people, the ministry said. "
    "Rescue teams came from five countries. Schools stay shut until Monday."
)
ARTICLES = {
    "talks": _PADDING + _TALKS + " " + _PADDING,
    "quake": _PADDING + _QUAKE + " " + _PADDING,
    "other": _PADDING + "A film about bees won the prize in Cannes. " + _PADDING,
    "hostile": f"{HOSTILE} the spokesman said {MARKUP}. {RIGHT_TO_LEFT}. {LONG_WORD}",
}
_TRUCE = "They agreed on a truce of thirty days."
_DEAD = "The earthquake killed 411 people, the ministry said."
_TEAMS = "Rescue teams came from five countries."


class Corpus:
    """The four articles."""

    def describe(self) -> dict[str, object]:
        return {"articles": len(ARTICLES), "fingerprint": "5f" * 32, "schema": {"version": 3}}

    def resolve(self, name: str) -> frozenset[str]:
        return frozenset({name} & ARTICLES.keys())

    def text(self, article_id: str, version: int | None) -> str | None:
        return ARTICLES.get(article_id) if version in (None, 1) else None


def passage(article: str, quote: str = "") -> Passage:
    """The passage of an article around a quote, or of its first words."""
    text = ARTICLES[article]
    start = max(0, text.find(quote) - 20) if quote else 0
    end = min(len(text), start + 300)
    return Passage(
        passage_id=f"{article}:1:{start}", article_id=article, version=1, title=article,
        start=start, end=end, text=text[start:end], score=1.0,
    )  # fmt: skip


def citation(article: str, quote: str, number: int = 1) -> Citation:
    start = max(0, ARTICLES.get(article, "").find(quote))
    return Citation(
        number=number, quote=quote, article_id=article, version=1,
        title=f"All about {article}", source="The Example", url=f"https://example.org/{article}",
        published_at=datetime(2026, 3, 4, 5, tzinfo=UTC), start=start, end=start + len(quote),
        passage_id=f"{article}:1:0",
    )  # fmt: skip


def said(*citations: Citation, ranked: list[Passage], confidence: float, read: int = 2) -> Reply:
    """An answer that says what it quotes."""
    sentences = [Statement(text=c.quote, citations=[c.number]) for c in citations]
    return Reply(
        answerable=True,
        answer=" ".join(f"{s.text} [{s.citations[0]}]" for s in sentences),
        sentences=sentences,
        citations=list(citations),
        confidence=confidence,
        passages=ranked,
        read=read,
        model_runs=3,
        tokens=410,
    )


def refused(ranked: list[Passage], confidence: float) -> Reply:
    note = "No passage says so."
    return Reply(
        answerable=False, confidence=confidence, notes=[note], passages=ranked, read=2,
        model_runs=2, tokens=300,
    )  # fmt: skip


_Case = tuple[GoldQuestion, Reply | Exception]


def _truce(name: str, **fields: object) -> GoldQuestion:
    defaults = {
        "question": "How long is the truce to hold?",
        "answers": ["thirty days", "30 days"],
        "evidence": [{"article": "talks", "quote": _TRUCE}],
        "nuggets": [{"text": "The truce is of thirty days"}, {"text": "It was agreed in Geneva", "vital": False}],
        "tags": ["how-long"],
    }  # fmt: skip
    return GoldQuestion.model_validate({"id": name, "answerable": True} | defaults | fields)


def _silent(name: str, **fields: object) -> GoldQuestion:
    defaults = {"question": "Who signed for the navy?", "tags": ["who", "unanswerable"]}
    return GoldQuestion.model_validate({"id": name, "answerable": False} | defaults | fields)


def cases(turn: int) -> list[_Case]:
    """One question of each kind; the confidence goes with the turn."""
    sure = (turn * 7 % 10) / 10
    talks, other, quake = passage("talks", _TRUCE), passage("other"), passage("quake", _DEAD)
    dead = {"question": "How many did the earthquake kill?", "answers": ["411"], "tags": ["how-many"],
            "evidence": [{"article": "quake", "quote": _DEAD}], "nuggets": []}  # fmt: skip
    truce = citation("talks", _TRUCE)
    altered = citation("talks", _TRUCE).model_copy(
        update={"quote": "They agreed on a truce of fifty days."}
    )
    misattributed = citation("other", _DEAD)
    two = said(truce, citation("quake", _TEAMS, 2), ranked=[other, talks, quake], confidence=sure)
    dangling = said(truce, ranked=[talks], confidence=sure)
    dangling.sentences[0].citations.append(9)
    dangling.answer = f"{_TRUCE} [1][9]"
    hostile = said(
        citation("hostile", ARTICLES["hostile"][:120]), ranked=[passage("hostile")], confidence=sure
    )
    made: list[_Case] = [
        (_truce("right"), said(truce, ranked=[talks, other], confidence=0.9)),
        (_truce("two-sources"), two),
        (_truce("dead", **dead), said(citation("quake", _DEAD), ranked=[other, quake], confidence=0.8)),
        (_truce("not-retrieved"), said(citation("quake", _TEAMS), ranked=[quake, other], confidence=sure)),
        (_truce("not-read"), said(citation("quake", _TEAMS), ranked=[quake, other, talks], confidence=sure)),
        (_truce("wrongly-refused"), refused([talks, other], 0.2)),
        (_truce("not-chosen", **dead), said(citation("quake", _TEAMS), ranked=[quake], confidence=sure)),
        (_truce("not-said", answers=["a month"]), said(truce, ranked=[talks], confidence=sure)),
        (_truce("unplaced", answers=["six weeks"], evidence=[{"article": "https://example.org/gone"}]),
         said(truce, ranked=[talks], confidence=sure)),
        (_truce("failed"), RuntimeError(f"the model is gone {HOSTILE}")),
        (_silent("rightly-refused"), refused([talks, quake], 0.1)),
        (_silent("wrongly-answered"), said(citation("quake", _TEAMS), ranked=[quake], confidence=sure)),
        (_truce("altered"), said(altered, ranked=[talks], confidence=sure)),
        (_truce("misattributed", **dead), said(misattributed, ranked=[quake], confidence=sure)),
        (_truce("dangling"), dangling),
        (_truce("hostile", question=f"What of {HOSTILE} {MARKUP}?", answers=[f"the {RIGHT_TO_LEFT}"],
                evidence=[{"article": "hostile", "quote": RIGHT_TO_LEFT}], tags=[HOSTILE, MARKUP]), hostile),
        (_truce("untagged", tags=[], question=f"Is it so that {LONG_WORD}?"),
         said(truce, ranked=[talks], confidence=sure)),
        (_truce("retrieval-only", answers=[]), said(truce, ranked=[other, talks], confidence=sure)),
    ]  # fmt: skip
    if turn:
        made = [
            (gold.model_copy(update={"id": f"{gold.id}-{turn}"}), reply) for gold, reply in made
        ]
    return made


class _Script:
    def __init__(self, cases: list[_Case]) -> None:
        self._replies = {gold.id: reply for gold, reply in cases}

    def config(self) -> dict[str, object]:
        return {"system": "scripted"}

    def ask(self, question: GoldQuestion) -> Reply:
        reply = self._replies[question.id]
        if isinstance(reply, Exception):
            raise reply
        return reply


def made_of(asked: list[_Case], name: str = "fake run") -> Run:
    """A run over these questions, with timings of its own making."""
    script, corpus = _Script(asked), Corpus()
    tracer, support = EvidenceTracer(corpus), LexicalSupport()
    results = [ask(script, corpus, tracer, support, gold) for gold, _ in asked]
    for place, result in enumerate(results):
        took = 180.0 + 37 * (place * 29 % 23)
        result.timings_ms = {"ask": took}
        for latency in ("latency_p50_ms", "latency_p95_ms"):
            result.scores[latency] = took
    config = {
        "gold": {"file": "gold.jsonl", "sha256": "ab" * 32, "limit": None},
        "system": {"system": "scripted", "models": {"reader": "cd" * 32}},
        "command": "newscite eval run --gold gold.jsonl",
        "note": HOSTILE,
    }
    info = RunInfo(
        id=name, started_at=datetime(2026, 3, 4, 5, 6, tzinfo=UTC), seconds=71, resumed=0
    )
    return put_together(info, results, config=config, corpus=corpus.describe())


@cache
def every_kind(turns: int = 1) -> Run:
    """Eighteen questions a turn, of every stage but for none twice the same."""
    return made_of([case for turn in range(turns) for case in cases(turn)])


def kinds(*names: str) -> Run:
    """A run of questions of these kinds alone."""
    return made_of([case for case in cases(0) if case[0].id in names])


def many(questions: int) -> Run:
    """A run with that many questions; the aggregates are those of a smaller one."""
    run = every_kind(7)
    copies = [
        run.questions[place % len(run.questions)].model_copy(update={"id": f"q-{place:04}"})
        for place in range(questions)
    ]
    return run.model_copy(update={"questions": copies})
