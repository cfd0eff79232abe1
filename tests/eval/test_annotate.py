"""Writing gold in the terminal: what is offered, what each key saves, and that nothing is lost."""

import builtins
import io
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from eval_fakes import answer, citation, refusal

from eval.annotate import Sheet, alternatives, kind_of, read_questions
from eval.cli.annotating import Session
from eval.gold_file import GoldFile
from eval.questions import read_gold
from rag.errors import NotFoundError, UsageError
from rag.types import Answer, Passage

STRIKE = "Three ships were hit on Friday. The navy said it had fired first."
FLOOD = "The river rose four metres. Two hundred people left their homes."
SHIPS = "How many ships were hit?"
PEOPLE = "How many people left their homes?"

Say = Callable[..., str]


def _passage(article: str, text: str, start: int = 0, **fields: object) -> Passage:
    return Passage.model_validate(
        {"passage_id": f"{article}:{start}", "article_id": article, "version": 1, "title": article}
        | {"start": start, "end": start + len(text), "text": text, "score": 1.0}
        | fields
    )


def _sentences(passage: Passage) -> list[tuple[int, int]]:
    """Every sentence ends at a full stop."""
    spans, at = [], passage.start
    for sentence in passage.text.split(". "):
        spans.append((at, min(at + len(sentence) + 1, passage.end)))
        at += len(sentence) + 2
    return spans


class FakeEngine:
    """Answers with what it is told to, from the passages it is given."""

    def __init__(self) -> None:
        ships = answer(citation("strike", "Three ships were hit on Friday."))
        self.answers: dict[str, Answer] = {SHIPS: ships}
        self.ranked = [_passage("strike", STRIKE)]
        self.found = [_passage("flood", FLOOD)]
        self.asked: list[tuple[str, datetime | None]] = []

    def trace(self, question: str, *, as_of: datetime | None, ranked: int) -> SimpleNamespace:
        self.asked.append((question, as_of))
        said = self.answers.get(question, refusal())
        return SimpleNamespace(answer=said, ranked=self.ranked[:ranked])

    def search(self, query: str, *, as_of: datetime | None, limit: int) -> list[Passage]:
        return self.found[:limit]


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def sheet(engine: FakeEngine) -> Sheet:
    return Sheet(SHIPS, engine, _sentences)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "storm.jsonl"


@pytest.fixture
def say(
    engine: FakeEngine,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Say:
    """Holds a session in which these lines are typed, and returns what it printed."""

    def hold(
        *lines: str,
        tags: tuple[str, ...] = (),
        listed: list[str] | None = None,
        as_of: datetime | None = None,
    ) -> str:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        session = Session(
            GoldFile(path), lambda q: Sheet(q, engine, _sentences, as_of), tags, as_of
        )
        session.run(listed, "newscite eval lint storm.jsonl")
        return capsys.readouterr().out

    return hold


def _question(name: str = "storm-001", question: str = "What rose?", **fields: object) -> str:
    return json.dumps(
        {"id": name, "question": question, "answers": ["the river"], "answerable": True} | fields
    )


# The sheet: what there is to choose from.


def test_what_the_answer_cites_comes_first_and_is_not_offered_again(sheet: Sheet) -> None:
    assert [c.quote for c in sheet.cited] == ["Three ships were hit on Friday."]
    assert [(c.number, c.quote) for c in sheet.more()] == [(2, "The navy said it had fired first.")]
    assert sheet.more() == []


def test_candidates_are_exact_slices_of_their_article(engine: FakeEngine) -> None:
    text = "Cut off.\n\nIt rained. It snowed."
    engine.ranked = [_passage("sky", text[10:], start=10)]
    for candidate in Sheet("What fell?", engine, _sentences).more():
        assert text[candidate.start : candidate.end] == candidate.quote


def test_a_page_ends_after_eight_sentences_and_the_next_goes_on(engine: FakeEngine) -> None:
    text = " ".join(f"Sentence {number} stands." for number in range(11))
    engine.ranked = [_passage("long", text)]
    sheet = Sheet("What stands?", engine, _sentences)
    assert [len(sheet.more()) for _ in range(3)] == [8, 3, 0]
    assert [c.number for c in sheet.candidates] == list(range(1, 12))


def test_copies_of_a_sentence_are_offered_once(engine: FakeEngine) -> None:
    engine.ranked = [_passage("strike", STRIKE), _passage("copy", STRIKE)]
    sheet = Sheet("Who fired?", engine, _sentences)
    assert {c.found.article_id for c in sheet.more()} == {"strike"}


def test_searching_offers_sentences_that_were_not_ranked(sheet: Sheet) -> None:
    found = sheet.search("river")
    assert found[0].quote == "The river rose four metres."
    assert "The navy said it had fired first." in [c.quote for c in found]


@pytest.mark.parametrize("typed", ["2 1", "2,1", " 2, 1 2 "])
def test_candidates_are_chosen_by_number_each_once(sheet: Sheet, typed: str) -> None:
    sheet.more()
    assert [c.number for c in sheet.chosen(typed)] == [2, 1]


@pytest.mark.parametrize("typed", ["0", "3", "one", "1-2", "²"])
def test_a_number_that_nothing_has_is_refused(sheet: Sheet, typed: str) -> None:
    sheet.more()
    with pytest.raises(UsageError, match="1 to 2"):
        sheet.chosen(typed)


def test_alternatives_are_separated_by_bars() -> None:
    assert alternatives(" about 80 | 80 ||80 ") == ["about 80", "80"]
    assert alternatives(" | ") == []


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("About how many people died?", "how-many"),
        ("Whose goal was it?", "who"),
        ("In which city did it rain?", "what"),
        ("When and where did they meet?", "when"),
        ("How did it end?", None),
        ("Did the showhow matter?", None),
    ],
)
def test_the_kind_is_what_is_asked_for_first(question: str, kind: str | None) -> None:
    assert kind_of(question) == kind


def test_questions_are_read_one_a_line(tmp_path: Path) -> None:
    listed = tmp_path / "questions.txt"
    listed.write_text("\ufeffWho?\r\n\n  Why? \nWho?\n", encoding="utf-8")
    assert read_questions(listed) == ["Who?", "Why?"]
    listed.write_text("Who?\n" + "x" * 2001, encoding="utf-8")
    with pytest.raises(UsageError, match="line 2"):
        read_questions(listed)
    listed.write_bytes(b"Caf\xe9?")
    with pytest.raises(UsageError, match="UTF-8"):
        read_questions(listed)
    with pytest.raises(NotFoundError):
        read_questions(tmp_path / "nowhere.txt")


# The session.


def test_accepting_makes_the_cited_sentence_the_evidence(say: Say, path: Path) -> None:
    printed = say(SHIPS, "a", "three | three ships", "", "q")
    assert path.read_text(encoding="utf-8") == (
        '{"id":"storm-001","question":"How many ships were hit?","answers":["three","three ships"],'
        '"answerable":true,"evidence":[{"article":"strike",'
        '"quote":"Three ships were hit on Friday."}],"tags":["how-many"]}\n'
    )
    assert "1 question added" in printed
    assert "newscite eval lint storm.jsonl" in printed


def test_enter_takes_the_whole_sentence(say: Say, path: Path) -> None:
    say(SHIPS, "a", "", "-")
    [question] = read_gold(path)
    assert question.answers == ["Three ships were hit on Friday."]
    assert question.tags == []


def test_accepting_a_refusal_makes_the_question_unanswerable(say: Say, path: Path) -> None:
    say(PEOPLE, "a", "near-miss, how-many", tags=("storm",))
    [question] = read_gold(path)
    assert not question.answerable
    assert question.evidence == []
    assert question.tags == ["unanswerable", "near-miss", "how-many", "storm"]


def test_an_answer_may_be_marked_as_wrong_because_there_is_none(say: Say, path: Path) -> None:
    say(SHIPS, "u", "")
    [question] = read_gold(path)
    assert not question.answerable


def test_chosen_sentences_become_the_evidence(say: Say, path: Path) -> None:
    say(SHIPS, "1 2", "three", "")
    [question] = read_gold(path)
    assert [item.quote for item in question.evidence] == [
        "Three ships were hit on Friday.",
        "The navy said it had fired first.",
    ]


def test_several_sentences_need_a_short_answer(say: Say, path: Path) -> None:
    say(SHIPS, "1 2", "", "1", "three", "")
    [question] = read_gold(path)
    assert len(question.evidence) == 1


def test_a_correction_suggests_the_sentence_that_holds_it(say: Say, path: Path) -> None:
    printed = say("Who fired first?", "c", "the navy", "", "")
    [question] = read_gold(path)
    assert "Enter: sentence 2" in printed
    assert [item.quote for item in question.evidence] == ["The navy said it had fired first."]


def test_what_was_not_retrieved_is_found_by_other_words(say: Say, path: Path) -> None:
    say(PEOPLE, "c", "two hundred", "", "/river", "c", "two hundred", "", "")
    [question] = read_gold(path)
    assert question.evidence[0].article == "flood"


@pytest.mark.parametrize(("reply", "saved"), [("y", 1), ("n", 0), ("", 0)])
def test_an_answer_that_no_quote_holds_has_to_be_confirmed(
    say: Say, path: Path, reply: str, saved: int
) -> None:
    say(SHIPS, "1", "a small fleet", reply, "")
    questions = read_gold(path) if path.exists() else []
    assert len(questions) == saved
    assert all("inferred" in question.tags for question in questions)


def test_undoing_asks_the_last_question_again_and_then_this_one(
    say: Say, path: Path, engine: FakeEngine
) -> None:
    say(SHIPS, "a", "four ships", "y", "", PEOPLE, "z", "a", "three", "", "u", "")
    assert [q for q, _ in engine.asked] == [SHIPS, PEOPLE, SHIPS, PEOPLE]
    assert [(q.id, q.answers) for q in read_gold(path)] == [
        ("storm-001", ["three"]),
        ("storm-002", []),
    ]


def test_there_is_nothing_to_undo_of_earlier_sessions(say: Say, path: Path) -> None:
    path.write_text(_question() + "\n", encoding="utf-8")
    printed = say("z", SHIPS, "z", "s", "q")
    assert printed.count("Nothing was saved in this session") == 2
    assert len(read_gold(path)) == 1


def test_skipping_saves_nothing_and_makes_no_file(say: Say, path: Path) -> None:
    printed = say(SHIPS, "s", "q")
    assert not path.exists()
    assert "0 questions added" in printed


def test_a_question_that_is_known_is_told_and_not_asked(say: Say, engine: FakeEngine) -> None:
    printed = say(SHIPS, "a", "three", "", "how many SHIPS were hit")
    assert "storm-001 asks that already" in printed
    assert len(engine.asked) == 1


def test_listed_questions_are_gone_through_but_for_those_known(say: Say, path: Path) -> None:
    path.write_text(_question("storm-001", SHIPS) + "\n", encoding="utf-8")
    printed = say("u", "", listed=[SHIPS, PEOPLE])
    assert "1 question to go through; 1 in the gold already" in printed
    assert [q.question for q in read_gold(path)] == [SHIPS, PEOPLE]


def test_as_of_is_asked_and_recorded(say: Say, path: Path, engine: FakeEngine) -> None:
    then = datetime(2025, 3, 1, tzinfo=UTC)
    say(SHIPS, "a", "three", "", as_of=then)
    assert engine.asked == [(SHIPS, then)]
    assert read_gold(path)[0].as_of == then


@pytest.mark.parametrize("lines", [(SHIPS,), (SHIPS, "a"), (SHIPS, "a", "three"), ()])
def test_the_end_of_input_ends_the_session_anywhere(
    say: Say, path: Path, lines: tuple[str, ...]
) -> None:
    printed = say(PEOPLE, "u", "", *lines)
    assert "1 question added" in printed
    assert len(read_gold(path)) == 1


def test_ctrl_c_ends_the_session_with_what_was_saved(
    say: Say, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: Iterator[str | type[BaseException]] = iter([PEOPLE, "u", "", SHIPS, KeyboardInterrupt])

    def typed(_: str) -> str:
        line = next(lines)
        if isinstance(line, str):
            return line
        raise line

    monkeypatch.setattr(builtins, "input", typed)
    assert "1 question added" in say()
    assert len(read_gold(path)) == 1


@pytest.mark.parametrize("wrong", ["x", "99", "1 99", "accept", "/", "\x1b[D"])
def test_a_wrong_key_is_told_and_asked_again(say: Say, path: Path, wrong: str) -> None:
    say(SHIPS, wrong, "a", "three", "")
    assert len(read_gold(path)) == 1


def test_a_lone_key_is_no_question(say: Say, engine: FakeEngine) -> None:
    assert "Ask a question first" in say("", "a", "?", "q")
    assert engine.asked == []


def test_a_question_that_is_too_long_is_told(say: Say, engine: FakeEngine) -> None:
    assert "2,001 characters" in say("x" * 2001, "q")


def test_hostile_article_text_is_shown_and_not_obeyed(
    say: Say, path: Path, engine: FakeEngine
) -> None:
    evil = "[red]\x1b]0;gone\x07They\x9b31m\u202e fled[/red]."
    engine.ranked = [_passage("evil", evil, title="[/] \x1b[2J", source="[link=x]y[/link]")]
    printed = say("What did they do?", "1", "they", "y", "")
    assert "[red] ]0;gone They 31m fled[/red]." in printed
    assert "[link=x]y[/link]" in printed
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(printed)
    assert read_gold(path)[0].evidence[0].quote == evil


def test_lines_fit_eighty_columns(say: Say, engine: FakeEngine) -> None:
    engine.ranked = [_passage("long", "word " * 60 + "end.", title="A headline " * 12)]
    printed = say("What is the word?", "m", "?", "q")
    shown, _, _ = printed.partition("0 questions added")  # paths and commands are not broken
    assert max(map(len, shown.splitlines())) <= 80
