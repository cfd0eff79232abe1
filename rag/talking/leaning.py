"""Whether a question leans on the ones before it, so that it cannot be understood alone."""

import re

from rag.talking.ellipsis import fragment
from rag.talking.mentions import mentions
from rag.talking.partial import without_opener
from rag.talking.pronouns import loose_pronouns
from rag.words import content_words

_POINTING = re.compile(
    r"\b(?:there|then|this|that|these|those|so|else|one|ones|former|latter)\W*\Z", re.IGNORECASE
)
_FEWEST = 2  # content words of a question that names nothing


def leans(question: str) -> bool:
    """Whether it has a pronoun that nothing in it explains, or leaves out what it is about."""
    if without_opener(question) != question or fragment(question) is not None:
        return True
    if loose_pronouns(question) or _POINTING.search(question):
        return True
    named = any(mention.named for mention in mentions(question))
    return not named and len(content_words(question)) < _FEWEST
