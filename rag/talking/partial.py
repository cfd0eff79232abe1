"""Questions that say too little: "How many drowned?", "How many people will the plant employ?"."""

import re
from collections.abc import Sequence

from rag.talking.lexicon import AUXILIARIES, INTERROGATIVES, PREPOSITIONS
from rag.talking.mentions import Kind, Mention, definite, mentions, words_of
from rag.talking.pronouns import replaced
from rag.talking.recall import Recall
from rag.words import content_words

_OPENER = re.compile(r"^\s*(?:and|but|so)\b[\s,]*", re.IGNORECASE)
_TAIL = re.compile(
    rf"(?<=[^\W\d] )(?:when|after|during|while)\s(?!(?:{'|'.join(sorted(AUXILIARIES))})\b).+$"
)
_EMPTY = frozenset(
    """people persons person many much long happened happen happens die died dead killed hurt
    injured wounded wins won win lost result results outcome reason cause score else exactly
    total altogether next""".split()
)
_DEFINITION = re.compile(r"(?:what|who)\s+(?:is|are|was|were)\s+(?!the\b)", re.IGNORECASE)
_SHORT = 9  # words of a question that may lean on the earlier ones


def completed(question: str, recall: Recall) -> str:
    """The question with what it is about, if it names nothing and leans on the latest turn."""
    own = mentions(question)
    words = words_of(question)
    names_something = any(m.kind is Kind.DATE for m in own) or any(w.capital for w in words[1:])
    figures = any(w.text[0].isdigit() for w in words)
    topic = recall.topic()
    asks = bool(words) and words[0].low in INTERROGATIVES | AUXILIARIES | PREPOSITIONS
    circumstances = _circumstances(recall)
    if names_something or figures or len(words) > _SHORT or not asks:
        return question
    if topic is None and circumstances is None:
        return question
    said_before = {m.text.casefold() for m in recall.last.asked}
    if _DEFINITION.match(question) or said_before & {m.text.casefold() for m in own}:
        return question
    if fuller := _fuller(question, own, recall):
        return replaced(question, [fuller])
    content = [w for w in content_words(question) if w not in _EMPTY]
    if not content or (len(content) == 1 and not own) or _leans(own, content, recall):
        return _about(question, topic, circumstances)
    return question


def _fuller(question: str, own: Sequence[Mention], recall: Recall) -> tuple[int, int, str] | None:
    """A phrase of the latest question that says more of the same thing: "a plant at Tarsholm"."""
    for mention in own:
        for earlier in recall.last.asked:
            longer = len(earlier.text.split()) > len(mention.text.split())
            whole = not question[mention.end :].casefold().startswith((" of ", "'s"))
            if whole and not earlier.named and longer and earlier.head == mention.head:
                return mention.start, mention.end, definite(earlier.text)
    return None


def _leans(own: Sequence[Mention], content: list[str], recall: Recall) -> bool:
    """Whether the question takes up words of the latest turn: by "the", or having no phrases."""
    last = recall.last
    known = content_words(f"{last.question} {last.answer}")
    if own:
        heads = [m.head for m in own if m.text.casefold().startswith("the ")]
        return any(head in known for head in heads)
    return any(word in known for word in content)


def _circumstances(recall: Recall) -> str | None:
    """What the latest question says of a time: "when the ferry sank"; None where nobody is meant.

    Where earlier turns name something, it has to name something, too.
    """
    tail = _TAIL.search(recall.last.question.rstrip("?!. "))
    if tail is None:
        return None
    own = mentions(tail[0])
    named = any(m.named for m in own)
    return tail[0] if named or (own and recall.topic() is None) else None


def _about(question: str, topic: Mention | None, circumstances: str | None) -> str:
    """The question with the latest one's circumstances, or else its topic, at the end."""
    stripped = question.strip().rstrip("?!. …")
    if circumstances is not None and not _TAIL.search(stripped):
        return f"{stripped} {circumstances}?"
    return f"{stripped} in connection with {definite(topic.text)}?" if topic else question


def without_opener(question: str) -> str:
    """ "How many died?" for "And how many died?"; anything else as it is."""
    opener = _OPENER.match(question)
    if opener is None:
        return question
    rest = question[opener.end() :]
    first = words_of(rest)[:2]
    asks = first and (
        first[0].low in INTERROGATIVES | AUXILIARIES
        or (first[0].low in PREPOSITIONS and len(first) > 1 and first[1].low in INTERROGATIVES)
    )
    return rest[0].upper() + rest[1:] if asks else question
