"""SQuAD's answer normalisation, and what is built on it.

Reference: Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text"
(EMNLP 2016), section 6.1, and its evaluation script, v1.1 and 2.0, which normalise alike.
"""

import re
import string

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")
# SQuAD's script glues what punctuation parts ("Dutch-speaking" is one word), holds "Ann's" for
# another word than "Ann", and knows ASCII punctuation alone, while newspapers set theirs.
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
_BETWEEN_WORDS = str.maketrans(dict.fromkeys("-‐‑‒–—―…/()[]", " "))
_MARKS = str.maketrans(dict.fromkeys("‘’‚‛“”„‟«»‹›′″", ""))


def normalise(text: str) -> str:
    """Lower case, without ASCII punctuation and the words a, an and the, spaces folded to one."""
    bare = text.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def tokens(text: str) -> list[str]:
    """The normalised words of a text, as they count when one text is looked for in another.

    Dashes, hyphens, slashes and brackets part words, a possessive 's is left out, and so are
    typographic quotation marks.
    """
    parted = _POSSESSIVE.sub("", text).translate(_BETWEEN_WORDS)
    return normalise(parted).translate(_MARKS).split()


_YES_OR_NO = (["yes"], ["no"])


def states(text: str, answer: str) -> bool:
    """Whether a text says a gold answer: contains it, or begins with it where that is yes or no.

    "There were no casualties" contains a no and answers nothing with it.
    """
    wanted = tokens(answer)
    return tokens(text)[:1] == wanted if wanted in _YES_OR_NO else contains(text, answer)


def contains(text: str, phrase: str) -> bool:
    """Whether the phrase's words stand in the text, one after the other and each whole.

    A phrase of which normalisation leaves nothing is in no text.
    """
    words = tokens(phrase)
    return bool(words) and f" {' '.join(words)} " in f" {' '.join(tokens(text))} "
