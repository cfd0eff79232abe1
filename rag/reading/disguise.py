"""Text made to look like other text, or to be read by nobody but a machine.

People who print news have no use for letters of two alphabets in one word, for "1gn0r3 th1s", for a
sentence in Base64 or for one that says the same forty times.
"""

import re
import unicodedata
from functools import lru_cache

# Letters of other alphabets that look like Latin ones (a part of Unicode Technical Standard 39).
_FOREIGN = "АВЕКМНОРСТУХЅІЈаеорсухѕіјԁɡһΑΒΕΖΗΙΚΜΝΟΡΤΥΧορνι"
_LATIN = "ABEKMHOPCTYXSIJaeopcyxsijdghABEZHIKMNOPTYXopvi"
_LOOK_ALIKES = str.maketrans(_FOREIGN, _LATIN)
_TWO_ALPHABETS = re.compile(rf"\b(?=\w*[A-Za-z]{{2}})\w*[{_FOREIGN}]")
_OVERRIDE = re.compile("[\u202d\u202e]")  # turns even Latin letters round; no language needs it
_ENCODED = re.compile(
    r"(?<![\w/.-])(?=[\w+/]*[a-z])(?=[\w+/]*[A-Z])[A-Za-z0-9+/]{32,}={0,2}(?![\w/.-])"
    r"|(?:\b[0-9a-fA-F]{2}\s){8}|(?:\\x[0-9a-f]{2}){4}|(?:%[0-9A-F]{2}){6}|(?:\b[01]{8}\s){4}"
)
_FIGURES_FOR_LETTERS = re.compile(r"(?<!\\)\b[a-z]*[a-z]\d+[a-z]\w*", re.IGNORECASE)
_SPACED = re.compile(r"(?:\b[^\W\d_]\s+){8}")
_FEW_FIGURES = 4
_REPEATED_FROM = 24  # words
_DISTINCT = 0.4  # the least share of different words in a sentence so long


@lru_cache(maxsize=20_000)  # the same sentences are read for question after question
def undisguised(text: str) -> str:
    """The text as it looks: plain letters for those that look alike, nothing for what is unseen."""
    if text.isascii():
        return text
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", seen).translate(_LOOK_ALIKES)


def disguised(text: str) -> bool:
    """Whether a sentence is made so that a reader sees something else in it than a machine."""
    words = re.findall(r"\w+", text.casefold())
    return bool(
        (not text.isascii() and (_OVERRIDE.search(text) or _TWO_ALPHABETS.search(text)))
        or _ENCODED.search(text)
        or _SPACED.search(text)
        or len(_FIGURES_FOR_LETTERS.findall(text)) >= _FEW_FIGURES
        or (len(words) >= _REPEATED_FROM and len(set(words)) < _DISTINCT * len(words))
    )
