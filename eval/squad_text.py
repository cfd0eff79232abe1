"""SQuAD's answer normalisation, and what is built on it.

Reference: Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text"
(EMNLP 2016), section 6.1, and its evaluation script, v1.1 and 2.0, which normalise alike.
"""

import re
import string

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")
# Newspapers set their quotation marks and dashes; SQuAD's script knows ASCII punctuation alone.
_TYPOGRAPHIC = str.maketrans(dict.fromkeys("‘’‚‛“”„‟«»‹›‐‑‒–′″", "") | dict.fromkeys("—―…", " "))


def normalise(text: str) -> str:
    """Lower case, without ASCII punctuation and the words a, an and the, spaces folded to one."""
    bare = text.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def tokens(text: str) -> list[str]:
    """The normalised words of a text, without typographic punctuation either."""
    return normalise(text).translate(_TYPOGRAPHIC).split()


def contains(text: str, phrase: str) -> bool:
    """Whether the phrase's words stand in the text, one after the other and each whole.

    A phrase of which normalisation leaves nothing is in no text.
    """
    words = tokens(phrase)
    return bool(words) and f" {' '.join(words)} " in f" {' '.join(tokens(text))} "
