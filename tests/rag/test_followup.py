"""Follow-up questions: what they become, and that a question which stands alone is left alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.questions import read_gold
from rag.talking import standalone
from rag.types import ANSWER_CHARACTERS, QUESTION_CHARACTERS, Turn

GOLD = Path(__file__).parents[2] / "eval" / "gold"

ELECTION = Turn(
    question="Who won the 2019 election in Ukraine?",
    answer="Volodymyr Zelensky, a comedian, won the election with 73% of the vote. [1]",
)
QUAKE = Turn(
    question="How strong was the earthquake in Turkey?",
    answer="The magnitude 7.8 earthquake struck southern Turkey on Monday. [1]",
)
BRIDGE = Turn(
    question="How much will the Alder Street Bridge cost?",
    answer="The Alder Street Bridge will cost $61 million, the works department said. [1]",
)
FERRY = Turn(
    question="How many people died when the Maren Elise capsized?",
    answer="The number of people known to have died in the sinking of the passenger ferry Maren "
    "Elise rose to 17 on Saturday. [1]",
)

SINKING = Turn(question="How many died when the ferry sank?", answer=None)
PLANT = Turn(
    question="Where will Lithvane build its plant?",
    answer="Lithvane will build its largest plant at Tarsholm, the company said on Tuesday. [1]",
)


def understood(question: str, *turns: Turn | str) -> str:
    history = [t if isinstance(t, Turn) else Turn(question=t, answer=None) for t in turns]
    return standalone(question, history)


# What is asked of one thing is asked of another.


@pytest.mark.parametrize(
    ("earlier", "question", "meant"),
    [
        ("What is the population of Norway?", "What about Sweden?", "What is the population of Sweden?"),
        ("How many seats did the Greens win?", "And the Liberals?", "How many seats did the Liberals win?"),
        ("Who won the World Cup in 2018?", "And in 2014?", "Who won the World Cup in 2014?"),
        ("What was inflation in Spain in May 2024?", "How about June?", "What was inflation in Spain in June 2024?"),
        ("What was inflation in Spain?", "And in 2019?", "What was inflation in Spain in 2019?"),
        ("How strong was the earthquake in Turkey?", "what about Syria", "How strong was the earthquake in Syria?"),
        ("Who scored in the first leg?", "And in the second leg?", "Who scored in the second leg?"),
        ("How much will Adeyemi-Hart's plan cost?", "And Pell's?", "How much will Pell's plan cost?"),
        ("How much carbon does the new meadow bury?", "And its neighbour?", "How much carbon does the new meadow's neighbour bury?"),
        ("How many men were hurt?", "And women?", "How many women were hurt?"),
        ("Did Greta Thunberg speak at the UN?", "What about Donald Trump?", "Did Donald Trump speak at the UN?"),
    ],
)  # fmt: skip
def test_a_fragment_takes_the_place_of_what_it_is_likest(
    earlier: str, question: str, meant: str
) -> None:
    assert understood(question, earlier) == meant


def test_a_fragment_that_fits_nowhere_is_asked_beside_the_earlier_question() -> None:
    assert understood("And the cost?", "Did it rain?") == "Did it rain, and the cost?"


# A pronoun is named.


@pytest.mark.parametrize(
    ("turn", "question", "meant"),
    [
        (ELECTION, "Who is he?", "Who is Volodymyr Zelensky?"),
        (ELECTION, "When was he sworn in?", "When was Volodymyr Zelensky sworn in?"),
        (ELECTION, "Who is his wife?", "Who is Volodymyr Zelensky's wife?"),
        (ELECTION, "Why did Putin call him?", "Why did Putin call Volodymyr Zelensky?"),
        (BRIDGE, "When will it open?", "When will the Alder Street Bridge open?"),
        (BRIDGE, "Who designed it?", "Who designed the Alder Street Bridge?"),
        (BRIDGE, "What did Pell say about it?", "What did Pell say about the Alder Street Bridge?"),
        (QUAKE, "What caused it?", "What caused the earthquake in Turkey?"),
        (QUAKE, "How many people died there?", "How many people died in Turkey?"),
        ("What was said in October 2020?", "What does an account of that month say?", "What does an account of October 2020 say?"),
        ("What did the company announce?", "How many jobs will it create?", "How many jobs will the company create?"),
        ("How many people died in the Dunmore attacks?", "Who lives there?", "Who lives in Dunmore?"),
        ("How many people were hurt in the Dunmore Quay fire?", "And how many died?", "How many died in connection with the Dunmore Quay fire?"),
        (QUAKE, "Was there a tsunami?", "Was there a tsunami?"),
        (FERRY, "Who owns it?", "Who owns the Maren Elise?"),
        (FERRY, "How long is it?", "How long is the Maren Elise?"),
        (Turn(question="Who won?", answer="It went to David Baker of the University of Washington. [1]"), "Where does he work?", "Where does David Baker work?"),
        (Turn(question="What did Boeing do?", answer=None), "Did its shares fall?", "Did Boeing's shares fall?"),
        (Turn(question="How did the thieves get in?", answer=None), "What did they steal?", "What did the thieves steal?"),
        (Turn(question="When will tram line 5 open?", answer=None), "How much did it cost?", "How much did tram line 5 cost?"),
        (Turn(question="When did the dockers end their strike?", answer=None), "How long did it last?", "How long did the dockers' strike last?"),
        (Turn(question="When did Greta Thunberg sail?", answer="She sailed on August 14, 2019. [1]"), "Where was Boris Johnson then?", "Where was Boris Johnson on August 14, 2019?"),
        (Turn(question="Who is Signe Aldahl?", answer="Henrik Vang congratulated Signe Aldahl. [1]"), "How old is she?", "How old is Signe Aldahl?"),
        (Turn(question="When was Ana Lucía Prieto born?", answer="Prieto was born in 1980. [1]"), "Where does she live?", "Where does Ana Lucía Prieto live?"),
    ],
)  # fmt: skip
def test_a_pronoun_takes_the_name_of_what_it_means(turn: Turn, question: str, meant: str) -> None:
    assert understood(question, turn) == meant


@pytest.mark.parametrize(
    ("earlier", "answer", "question", "meant"),
    [
        ("Who won the Sorrel Prize?", "David Baker got half of another prize.", "How old is she?", "How old is the person who won the Sorrel Prize?"),
        ("Who leads the Green List?", None, "What was her price?", "What was the price of the person who leads the Green List?"),
        ("Who is the captain of the ferry?", "It sank. Ann Lee saw it.", "Where does he live?", "Where does the captain of the ferry live?"),
        ("Which astronomer drew up the Cendre Catalogue?", "Luc Fontenel was her husband.", "Where was she born?", "Where was the astronomer who drew up the Cendre Catalogue born?"),
        ("Which novel won the Sorrel Prize?", "Ms. Tran-Deschamps won.", "How long is it?", "How long is the novel that won the Sorrel Prize?"),
        ("Which country won the World Cup?", "France won.", "Where was it played?", "Where was the World Cup played?"),
    ],
)  # fmt: skip
def test_whom_the_answer_does_not_name_is_described_and_no_other_is_taken_for_him(
    earlier: str, answer: str | None, question: str, meant: str
) -> None:
    assert understood(question, Turn(question=earlier, answer=answer)) == meant


def test_a_pronoun_that_the_earlier_turns_do_not_explain_stays() -> None:
    assert understood("Where does she live?", "How heavy is gold?") == "Where does she live?"


def test_the_nearer_turn_explains_a_pronoun_before_the_farther() -> None:
    later = Turn(question="Who is Signe Aldahl?", answer=None)
    assert understood("How old is she?", ELECTION, later) == "How old is Signe Aldahl?"


# A bare question is asked of what was asked before.


@pytest.mark.parametrize(
    ("earlier", "question", "meant"),
    [
        ("Did Lithvane choose Tarsholm?", "Why?", "Why did Lithvane choose Tarsholm?"),
        ("Did Pell ask for a recount?", "Why not?", "Why didn't Pell ask for a recount?"),
        ("How many flights did Aeris Nord cancel?", "Why?", "Why did Aeris Nord cancel flights?"),
        ("By how much did the bank raise its rate?", "and when was that?", "When did the bank raise its rate?"),
        ("When did the Normans arrive?", "Where exactly?", "Where exactly did the Normans arrive?"),
        ("How strong was the earthquake in Turkey?", "When did it happen?", "When was the earthquake in Turkey?"),
        ("Was somebody sent off in Halvorn?", "Who?", "Who was sent off in Halvorn?"),
        ("Was the astrolabe stolen from a museum?", "Which one?", "Was the astrolabe stolen from a museum, and which one?"),
        ("How much did the strike cost?", "Who said so?", "How much did the strike cost, and who said so?"),
        ("How much did the strike cost?", "says who?", "How much did the strike cost, and who said so?"),
    ],
)  # fmt: skip
def test_a_bare_question_is_asked_of_the_question_before(
    earlier: str, question: str, meant: str
) -> None:
    assert understood(question, earlier) == meant


def test_a_bare_question_names_the_person_who_was_the_answer() -> None:
    asked = Turn(question="Who was elected mayor?", answer="Ngozi Adeyemi-Hart was elected. [1]")
    assert understood("When?", asked) == "When was Ngozi Adeyemi-Hart elected mayor?"


# A question that says too little gets what it is about.


@pytest.mark.parametrize(
    ("turn", "question", "meant"),
    [
        (FERRY, "How many were rescued?", "How many were rescued when the Maren Elise capsized?"),
        (QUAKE, "And how many died?", "How many died in connection with the earthquake in Turkey?"),
        (Turn(question="Why did the council approve the Alder Street Bridge?", answer=None), "When will it open?", "When will the Alder Street Bridge open?"),
        (Turn(question="When did the Bank of Oskelund cut rates?", answer=None), "And Valmère?", "When did Valmère cut rates?"),
        (SINKING, "And how many are missing?", "How many are missing when the ferry sank?"),
        (SINKING, "Who won the election?", "Who won the election?"),
        (PLANT, "Who is the boss of the company?", "Who is the boss of the company in connection with Lithvane?"),
        (PLANT, "Who is the head of the central bank?", "Who is the head of the central bank?"),
        (Turn(question="Who builds a plant at Tarsholm?", answer=None), "How many will the plant employ?", "How many will the plant at Tarsholm employ?"),
    ],
)  # fmt: skip
def test_a_question_that_names_nothing_gets_its_subject(
    turn: Turn, question: str, meant: str
) -> None:
    assert understood(question, turn) == meant


def test_a_follow_up_to_a_follow_up_is_understood_from_the_first() -> None:
    chain = [QUAKE, Turn(question="And how many died?", answer=None)]
    assert understood("When was that?", *chain).endswith("the earthquake in Turkey?")
    votes = ["How many votes did Lucía Ferrán get?", "And Gordon Pell?"]
    assert understood("Why?", *votes) == "Why did Gordon Pell get votes?"


# What stands alone is left alone.

ALONE = [
    "How many people are now known to have lost their lives when the Maren Elise went down?",
    "What did Brackwater's new mayor say she had campaigned on?",
    "How long did the meadow take to reach the rate that it has now?",
    "Is it true that the bank raised its rate?",
    "How long does it take to cross the river?",
    "Who is the finance minister of Belgium?",
    "How old was the inventor of the Game of Life when he died?",
    "In its first year, what did the Fund do for Kenya?",
    "When was the stolen astrolabe made?",
    "What are eukaryotes?",
    "Which company makes its own batteries?",
    "Why did Norway think it wrong to sell the ship?",
]


@pytest.mark.parametrize("question", ALONE)
@pytest.mark.parametrize("turn", [ELECTION, QUAKE, BRIDGE])
def test_a_question_that_stands_alone_is_not_changed(question: str, turn: Turn) -> None:
    assert understood(question, turn) == question


def test_no_gold_question_is_changed_by_what_was_said_of_other_articles() -> None:
    """The worst fault of a rewriter: every question of the sample after every unrelated one."""
    questions = read_gold(GOLD / "sample.jsonl")
    articles = {q.id: {e.article for e in q.evidence} for q in questions}
    turns = [
        (q, Turn(question=q.question, answer=" ".join(e.quote or "" for e in q.evidence) or None))
        for q in questions
    ]
    changed = {
        (own.question, turn.question): became
        for own in questions
        for other, turn in turns[::7]
        if articles[own.id] and articles[other.id] and not articles[own.id] & articles[other.id]
        if (became := standalone(own.question, [turn])) != own.question
    }
    assert changed == {}


def test_a_question_asked_first_is_not_changed() -> None:
    assert standalone("And why?", []) == "And why?"


# Whatever is said.

WORDS = st.sampled_from(
    """Why When What Who and how many did died it she his they their there then that day about
    the a plant Volodymyr Zelensky Brackwater's Maren Elise 2019 August ? , . “said” in of won
    İstanbul 大阪 De La Of The é 𝔘 ' - U.S. Mr. was is to her""".split()
)
TEXT = st.one_of(
    st.lists(WORDS, min_size=1, max_size=14).map(" ".join),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80),
).filter(lambda text: 0 < len(text.strip()) <= QUESTION_CHARACTERS)
TURNS = st.lists(
    st.builds(lambda q, a: Turn(question=q, answer=a), TEXT, st.none() | TEXT), max_size=4
)


@given(TEXT, TURNS)
def test_any_question_after_any_turns_becomes_a_question(question: str, turns: list[Turn]) -> None:
    became = standalone(question, turns)
    assert 0 < len(became) <= QUESTION_CHARACTERS
    assert Turn(question=became, answer=None).question
    assert standalone(question, turns) == became


@given(TEXT, TURNS, TURNS)
def test_turns_before_the_latest_six_change_nothing(
    question: str, old: list[Turn], new: list[Turn]
) -> None:
    recent = [*new, *[ELECTION] * 6]
    assert standalone(question, [*old, *recent[-6:]]) == standalone(question, recent[-6:])


@given(st.sampled_from(ALONE), st.permutations([ELECTION, QUAKE, BRIDGE]))
def test_what_stands_alone_is_left_alone_whatever_came_before_in_whatever_order(
    question: str, turns: list[Turn]
) -> None:
    assert standalone(standalone(question, turns), turns) == question


@given(st.permutations([QUAKE, BRIDGE]))
def test_turns_that_name_no_person_do_not_matter_to_he(between: list[Turn]) -> None:
    assert understood("Who is he?", ELECTION, *between) == "Who is Volodymyr Zelensky?"


def test_the_longest_turns_are_taken() -> None:
    long = Turn(question="Why " * 400 + "?", answer="A B. " * (ANSWER_CHARACTERS // 5))
    assert 0 < len(understood("And when was that?", *[long] * 6)) <= QUESTION_CHARACTERS
