"""Whether a sentence leans on the one before it, so that alone it would leave the reader asking."""

import re

_OPENING = re.compile(
    r"""[“"'‘(\[]*(?:
        He|She|It|They|His|Her|Its|Their|This|That|These|Those|Both|Such
        |The\ (?:decision|move|ruling|announcement|report|statement|incident|attack)
        |The\ (?:two|three|pair|group)
    )\b""",
    re.VERBOSE,
)
_ASKED_FOR = re.compile(r"\b(?:which|what|whose)\s+(\w+)", re.IGNORECASE)


def leans(question: str, sentence: str) -> bool:
    """Whether the sentence points back instead of naming.

    Either it opens with a pronoun or a phrase such as "the decision", or it says "this X" where
    the question asks which X: it speaks of the very thing asked for and does not name it.
    """
    if _OPENING.match(sentence):
        return True
    asked = _ASKED_FOR.search(question)
    if asked is None:
        return False
    # In small letters: "the Cartel of the Suns" is a name and points at nothing.
    pointing = rf"\b(?:[Tt]h(?:is|at|ese|ose|e)) {re.escape(asked.group(1).lower())}\b"
    return re.search(pointing, sentence) is not None
