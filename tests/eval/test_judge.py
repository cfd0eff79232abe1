"""An LLM judge: its verdicts are counted, held against the measures, and change nothing."""

from collections.abc import Iterator

import pytest
from canned import Canned
from eval_fakes import ScriptedSystem, SmallCorpus, answer, citation, gold, refusal
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from eval.evidence import EvidenceTracer
from eval.judge import judge_all, prompt_sha256, settled_judge
from eval.judgement import Agreement, Judged, Verdict, agreement
from eval.results import QuestionResult
from eval.scoring import ask
from eval.support import LexicalSupport
from eval.systems.chat import Chat
from rag.errors import ConfigurationError, UsageError
from rag.settings import Settings


@pytest.fixture
def chat(canned: Canned) -> Iterator[Chat]:
    opened = Chat(canned.url, "parrot")
    yield opened
    opened.close()


QUESTIONS = [
    gold("right"),
    gold("wrong"),
    gold("refused"),
    gold("failed"),
    gold("unanswerable", answers=()),
    gold("retrieval", answers=(), answerable=True, evidence=[{"article": "strike"}]),
]
SCRIPT = {
    "right": answer(citation("strike", "Three ships were hit on Friday.")),
    "wrong": answer(citation("flood", "The river rose four metres.")),
    "refused": refusal(),
    "failed": OSError("gone"),
    "unanswerable": refusal(),
    "retrieval": refusal(),
}


@pytest.fixture(scope="module")
def results() -> list[QuestionResult]:
    corpus, system = SmallCorpus(), ScriptedSystem(SCRIPT)
    tracer = EvidenceTracer(corpus)
    return [ask(system, corpus, tracer, LexicalSupport(), question) for question in QUESTIONS]


def test_every_question_has_a_verdict_and_no_score_is_touched(
    canned: Canned, chat: Chat, results: list[QuestionResult]
) -> None:
    before = [result.model_dump() for result in results]
    seen: list[Judged] = []
    canned.says(
        "CORRECT: it says three.", "**INCORRECT**", "REFUSED: it has none.", "CORRECT: so it is."
    )
    found = judge_all(results, chat, seen.append)
    assert [result.model_dump() for result in results] == before
    assert seen == found.questions
    assert [(q.id, q.verdict.value, q.right, q.asked) for q in found.questions] == [
        ("right", "correct", True, True),
        ("wrong", "incorrect", False, True),
        ("refused", "refused", False, True),
        ("failed", "incorrect", False, False),
        ("unanswerable", "correct", False, True),
        ("retrieval", "no gold", None, False),
    ]
    assert found.questions[0].reason == "it says three."
    assert sum(found.counts.values()) == len(results)
    assert (found.right, found.over, found.share) == (1, 5, 0.2)
    assert (found.judge["model"], found.judge["answers_as"]) == ("parrot", "parrot-1")
    assert found.prompt_sha256 == prompt_sha256()
    match, refused = found.agreement["answer_match"], found.agreement["refusal"]
    assert (match.both, match.judge_only, match.measure_only, match.neither) == (1, 0, 0, 2)
    assert (refused.both, refused.judge_only, refused.measure_only, refused.neither) == (1, 0, 1, 2)
    assert (match.over, refused.over) == (3, 4)


def test_the_judge_is_told_the_gold_and_what_was_said(
    canned: Canned, chat: Chat, results: list[QuestionResult]
) -> None:
    canned.says(*["CORRECT"] * 4)
    judge_all(results, chat)
    told = [request.body["messages"][1]["content"] for request in canned.requests]
    assert told[0] == (
        "Question: What about right?\nAccepted answers: three\n"
        "Response: Three ships were hit on Friday. [1]"
    )
    assert told[2].endswith("Response: the corpus is silent")
    assert "Accepted answers: (none: " in told[3]


def test_an_answer_with_no_text_is_judged_as_such_and_not_by_its_notes(
    canned: Canned, chat: Chat
) -> None:
    system = ScriptedSystem({"q": answer(text="", notes=["asked without as_of"])})
    tracer = EvidenceTracer(SmallCorpus())
    silent = ask(system, SmallCorpus(), tracer, LexicalSupport(), gold())
    canned.says("REFUSED")
    judge_all([silent], chat)
    assert canned.requests[0].body["messages"][1]["content"].endswith("Response: ")


@pytest.mark.parametrize(
    "text", ["", "Yes, I agree.", "CORRECT or INCORRECT", "This is NOT CORRECT.", "correct", "CORRECTLY"]
)  # fmt: skip
def test_any_other_reply_is_unclear_and_counted(
    canned: Canned, chat: Chat, results: list[QuestionResult], text: str
) -> None:
    canned.says(text)
    found = judge_all(results[:1], chat)
    assert found.counts[Verdict.UNCLEAR] == 1
    assert (found.right, found.over) == (0, 1)
    assert found.questions[0].reason == text
    assert found.agreement["answer_match"].over == 0
    assert found.agreement["answer_match"].share is None


def test_a_judge_that_fails_is_counted_and_the_next_question_asked(
    canned: Canned, chat: Chat, results: list[QuestionResult]
) -> None:
    canned.answers({"error": "overloaded"}, 503).answers(b"?").says("REFUSED")
    found = judge_all(results[:3], chat)
    assert found.counts[Verdict.FAILED] == 2
    assert found.counts[Verdict.REFUSED] == 1
    assert "503: overloaded" in found.questions[0].reason
    assert found.over == 3


def test_the_judge_is_the_model_of_the_settings(
    canned: Canned, settings: Settings, results: list[QuestionResult]
) -> None:
    own = {"llm_base_url": canned.url, "llm_model": "parrot", "llm_api_key": SecretStr("sk-1")}
    canned.says("CORRECT", "CORRECT: three.")
    found = settled_judge(settings.model_copy(update=own))(results[:1], print)
    assert found.counts[Verdict.CORRECT] == 1
    assert canned.requests[1].headers["Authorization"] == "Bearer sk-1"
    assert "sk-1" not in found.model_dump_json()


def test_a_judge_that_is_not_set_or_not_there_is_found_out_before_a_run(
    canned: Canned, settings: Settings
) -> None:
    with pytest.raises(ConfigurationError, match="NEWSCITE_LLM_BASE_URL and NEWSCITE_LLM_MODEL"):
        settled_judge(settings)
    canned.answers({"error": {"message": "no such model"}}, 404)
    own = {"llm_base_url": canned.url, "llm_model": "parrot"}
    with pytest.raises(UsageError, match="no such model"):
        settled_judge(settings.model_copy(update=own))


def test_no_question_at_all_has_no_share(chat: Chat) -> None:
    found = judge_all([], chat)
    assert (found.over, found.share) == (0, None)


def test_kappa_is_cohens() -> None:
    """Hand-computed: 20 both, 5 and 10 apart, 15 neither: (0.7 - 0.5) / (1 - 0.5)."""
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    found = agreement(pairs)
    assert found.share == pytest.approx(0.7)
    assert found.chance == pytest.approx(0.5)
    assert found.kappa == pytest.approx(0.4)


def test_kappa_has_no_value_where_chance_alone_agrees() -> None:
    found = agreement([(True, True)] * 3)
    assert (found.share, found.chance, found.kappa) == (1.0, 1.0, None)


@given(st.lists(st.tuples(st.booleans(), st.booleans())))
def test_a_table_adds_up_and_kappa_stays_in_its_range(pairs: list[tuple[bool, bool]]) -> None:
    found: Agreement = agreement(pairs)
    assert found.both + found.judge_only + found.measure_only + found.neither == len(pairs)
    assert found.kappa is None or -1 - 1e-9 <= found.kappa <= 1 + 1e-9
    assert (found.share is None) == (not pairs)


@pytest.mark.slow
def test_a_real_model_judges_and_always_the_same(
    small_model: str, results: list[QuestionResult]
) -> None:
    chat = Chat(small_model, "smollm2")
    first, second = (judge_all(results[:2], chat) for _ in range(2))
    chat.close()
    assert first == second
    assert first.counts[Verdict.FAILED] == 0
    assert sum(first.counts.values()) == 2
