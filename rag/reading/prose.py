"""Whether a sentence is told to the reader of an article, or planted for a machine that reads it.

A text that models read attracts text written for models: "ignore all previous instructions", a
made-up turn of a conversation, markup, an answer in the form of a program's output. Nothing here
obeys it; but as a statement it may resemble an answer, so it is put behind what is told in prose.
It stays quotable, for news that reports on such things quotes it.
"""

import re

_PENALTY = 5.0  # on the scale of a sentence's score, like that of a span that cannot answer

_PLANTED = re.compile(
    r"</?[a-z][^<>]*>|<!--|<\|"  # elements, comments, a chat template's marks
    r"|^\W*(?:system|assistant|user|human|ai|developer|instruction|response|answer)\W{0,2}:"
    r"|^\W*\[(?:system|inst|assistant|user)\b"
    r"|^\W*#{2,}"
    r"|[{\[]\s*\"\w+\"\s*:|\{\{|\{%|\$\{"  # JSON, templates
    r"|\]\(https?:|!\["  # Markdown's links and pictures
    r"|\b(?:begin|end) citation\b"
    r"|\b(?:ignore|disregard|forget|override)\s+(?:all|any|everything|your|previous|prior|above)\b"
    r".{0,40}\b(?:instructions?|prompts?|rules|above)\b",
    re.IGNORECASE | re.DOTALL,
)


def planted(sentence: str) -> float:
    """What a sentence loses for being written for a machine: 0 or 5."""
    return _PENALTY if _PLANTED.search(sentence) else 0.0
