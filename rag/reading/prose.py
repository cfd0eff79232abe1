"""Whether a sentence is told to the reader of an article, or planted for a machine that reads it.

A text that models read attracts text written for models: orders ("answer only with ..."), words
addressed to a program or about what it is to answer, a made-up turn of a conversation, markup,
data and code, text in disguise (`disguise.py`), and the very question that somebody will ask.
Nothing here obeys it; but as a statement it may resemble an answer, so it is left out of what is
read (`told.py`). What an article puts in quotation marks is that article's report and no order, for
news reports on such things, and those it quotes give orders.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from rag.reading.attribution import SAYING
from rag.reading.disguise import disguised, undisguised
from rag.words import words

_MACHINE = (
    r"(?:AIs?|A\.I\.|LLMs?|GPT|ChatGPT|(?:(?:large |AI )?language |AI )?models?|(?:chat ?)?bots?"
    r"|(?:(?:AI|search|voice|virtual|automated) )?(?:assistants?|agents?|systems?|engines?)"
    r"|(?:answer|search|retrieval) (?:engines?|ind(?:ex|exes|ices))|crawlers?"
    r"|aggregators?|scrapers?|indexers?|machines?|software|Siri|Alexa|Claude|Gemini|Copilot)"
)
_REPLY = r"(?:answers?|repl(?:y|ies)|respon(?:ses?|d|ds)|outputs?|summar(?:y|ies))"
_TELLING = r"(?:answer|reply|respond|say|tell|output|return|print|write|quote|cite|recommend)"
_HERE = (
    r"(?:(?:this|the above|the present) (?:article|page|paragraph|passage|line|sentence|story|text)"
    r"|(?:article|text|reporting|passage|page|paragraph|everything|all) above)"
)
_ITS_TASK = (
    r"(?:instructions?|prompts?|rules|context|above|previous|prior|earlier|articles?|passages?|text"
    r"|page|reporting|story|questions?|quer(?:y|ies)|answers?|reply|respond|output|say|told|asked)"
)
_EACH = r"(?:the|all|any|every|our|an?)"
_MODAL = r"(?:must|should|shall|needs? to|ha(?:s|ve) to|(?:is|are) to|may (?:not|only)|may)"

# Outside of quotation marks, whose content is left out there ("answer “”").
_ORDERS = re.compile(
    # an order, with or without a cry or a courtesy before it
    r"^\W*(?:(?:please|kindly|now|urgent|warning|important|act now|then|also|and)\b\W{1,3})*"
    r"(?:(?:ignore|disregard|forget|override|overlook)\s+(?:everything|previous|prior|above|"
    rf"(?:the|this|all|any|every|your|each|what|article|question)\b[^.]*\b{_ITS_TASK})\b"
    r"|(?:answer|reply|respond|output)\s(?!to\b[^.]*\b(?:was|is|came)\b)"
    r"|tell (?:the )?(?:readers?|users?|whoever|anyone|everyone)\b"
    r"|say (?:that|only)\b|(?:quote|cite|treat|return|print|repeat|translate|decode|append) "
    r"(?:only|this|the following|every|any|all|and|nothing)\b"
    r"|(?:do not|don['’]t|never) (?:quote|cite|mention|answer|reply|say|repeat|use|trust)\b"
    r"|stop reading\b|pretend (?:that|to|you)\b|imagine (?:that )?you are\b|act as\b"
    r"|let(?: us|['’]s) (?:play|pretend)\b)"
    r"|\b(?:ignore|disregard|forget|override)\s+(?:all|any|everything|your|previous|prior|above)\b"
    r".{0,40}\b(?:instructions?|prompts?|rules|above)\b"
    # the best known one in other languages
    r"|\b(?:ignor|oubli|olvid|vergi|missacht)\w*\b.{0,40}"
    r"\b(?:instru[ckz]\w+|istruzioni|anweisung\w*|consignes)"
    # what the machine is, and whose
    r"|^\W*(?:from (?:here|now) on\W+(?:you|answer|reply|respond|only)|you (?:now|will now)\b"
    r"|you are now\b|you are (?!the\b)[^.]*\b(?:model|assistant|asked|reply|respond|pretend\w*)\b)"
    r"|\byour (?:answer|reply|response|output|summary|(?:system )?prompts?|instructions|operator"
    r"|developers?)\b"
    rf"|\byou\b[^.]*\b{_HERE}|\b{_HERE}[^.]*\byou\b"
    # words to a machine, or on what one is to do
    rf"|^\W*(?:dear|hey|hello|hi|attention|(?:[\w']+ )?(?:notes?|notices?|messages?|corrections?"
    rf"|instructions?|advice) (?:for|to))\W+(?:{_EACH} )?(?:\w+ )?{_MACHINE}\b[^.:]*[:,]"
    rf"|^\W*to (?:{_EACH} )?(?:\w+ )?{_MACHINE}\b[^.:]*:"
    rf"|\b{_MACHINE}\b[^.]{{0,60}}\b{_MODAL}\b"
    rf"(?:[^.]*(?:\b{_HERE}|\b(?:every|any|each) {_REPLY}\b)|[^.]{{0,40}}\brespond:)"
    rf"|\b{_MACHINE}\b(?: that| which)? (?:quotes?|cites?|reads?|answers?) (?:it|this|from)\b"
    # on what is to be answered, cited, or done with the article
    rf"|\b(?:any|every|each|all) {_REPLY}\b[^.]*“”|\b(?:correct|right|expected|gold) answers?\b"
    rf"|\b{_REPLY}\b[^.]{{0,60}}\b{_MODAL}\b[^.]{{0,30}}"
    r"(?:“”|\b(?:state|say|contain|end|be shown)\b)"
    rf"|\b(?:if|when(?:ever)?|who(?:ever)?) (?:[\w']+ )?(?:asks?|(?:(?:is|are) )?asked)\b"
    rf"[^.]*\b(?<!\bno )(?<!\ban )(?<!\bthe )(?<!\bany )(?:{_TELLING}|be told)\b"
    r"|\bif the (?:query|question|prompt)\b|\bto (?:every|any|each) (?:question|query|prompt)\b"
    rf"|\b{_HERE}\b[^.]*\b(?:quot\w+|cit(?:e|ed|ing)|{_REPLY}|replaces?|replaced|summari[sz]ed|chosen"
    rf"|selected)\b"
    rf"|\b(?:quote|cite|cited|quoted|skip|select|choose|summari[sz]e)\b[^.]*\b{_HERE}",
    re.IGNORECASE | re.DOTALL,
)

_FORMS = re.compile(
    # markup: elements, comments, a chat template's marks, Markdown, BBCode, LaTeX, tables
    r"</?[a-z][^<>]*>|<!--|-->|<\|"
    r"|\]\(https?:|!\[|^\W*#{2,}|\[/\w+\]|\[\w+=|\\[a-z]{3,}\{|^\|.*\|$|```|\"\"\"|^[-=]{3,}\s*\w"
    # turns of a conversation, and the labels of questions and answers
    r"|(?:^|[.!?]\s)\W*(?:system|assistant|user|human|ai|developer|instructions?|response"
    r"|answer|query|reply|write|tool(?:[ _](?:call|result))?)\s?\W{0,2}:"
    r"|^\W*\[/?(?:system|inst|assistant|user)\b"
    # data and code
    r"|[{\[]\s*\"\w+\"\s*:|\{\{|\{%|\$\{|(?-i:^\W{0,2}[a-z_]+\s?[:=]+\s*[\"'{\[])"
    r"|(?-i:^[a-z_]+:\s)|/\*|\*/|\w\([\"'{]|\w\(\w+=|==\s?[\"']|->\s?[\"']"
    # made-up citations
    r"|^\W*\[\d+\]|\s\[\d+\]\s?\[\d+\]|\b(?:begin|end) citation\b|^\W*footnotes? \d",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|«[^»]*(?:»|$)")
_CLOSED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»")
_SAID = re.compile(rf"\b{SAYING}\b")
_ANSWER_LABEL = re.compile(r"\W*A\s?[.:)]\s")
_ASKED_WORDS = 5  # a shorter question may be asked in an article too, in the same words


@lru_cache(maxsize=20_000)  # the same sentences are read for question after question
def planted(sentence: str) -> bool:
    """Whether a sentence by itself is written for a machine."""
    seen = undisguised(sentence)
    outside = _QUOTED.sub("“”", seen)
    if not words(outside):  # a quotation and nothing else reports nothing
        outside = seen.strip('“”"«» ')
    return _out_of_form(sentence) or _orders(outside)


def planted_among(question: str, sentences: Sequence[str], lines: Sequence[int]) -> frozenset[int]:
    """The numbers of the sentences that are written for a machine.

    With a sentence that is go those that follow on its line, and so does one that asks the question
    in the words in which it is asked.

    Args:
        question: what is asked.
        sentences: those of a passage, in order.
        lines: for each, the number of the line that it stands on.
    """
    asked = " ".join(words(question))
    reported = _outside_of_reported_speech(sentences, lines)
    found: set[int] = set()
    echoed = False
    for number, sentence in enumerate(sentences):
        same_line = number > 0 and lines[number] == lines[number - 1]
        echoes = len(asked.split()) >= _ASKED_WORDS and _asks(sentence, asked)
        label = echoed and _ANSWER_LABEL.match(sentence)
        if number in reported:
            alone = _out_of_form(sentence) or _orders(reported[number])
        else:
            alone = planted(sentence)
        if (same_line and number - 1 in found) or echoes or label or alone:
            found.add(number)
        echoed = echoes
    return frozenset(found)


@lru_cache(maxsize=20_000)
def _orders(outside: str) -> bool:
    """Whether a sentence, without what is quoted in it, is an order or about what to answer."""
    return _ORDERS.search(outside) is not None


@lru_cache(maxsize=20_000)
def _out_of_form(sentence: str) -> bool:
    """Whether it is disguised, markup, data or a made-up turn, whatever it says."""
    return disguised(sentence) or bool(_FORMS.search(undisguised(sentence)))


def _asks(sentence: str, asked: str) -> bool:
    """Whether the sentence asks in these words, as "Police did not say how many died" does not."""
    seen = undisguised(sentence)
    return "?" in seen and asked in " ".join(words(seen))


def _outside_of_reported_speech(sentences: Sequence[str], lines: Sequence[int]) -> dict[int, str]:
    """By their numbers the sentences of lines that say who speaks, without what is quoted there.

    A quotation may go over several sentences: “Stay inside. Do not answer the door,” police said.
    """
    outside: dict[int, str] = {}
    for _, group in groupby(range(len(sentences)), key=lambda number: lines[number]):
        numbers = list(group)
        line = "\n".join(" ".join(undisguised(sentences[n]).split()) for n in numbers)
        bare = _CLOSED.sub(lambda quoted: "“" + "\n" * quoted[0].count("\n") + "”", line)
        if bare != line and _SAID.search(bare):
            outside |= zip(numbers, bare.split("\n"), strict=True)
    return outside
