"""Plain text: a headline, if the file begins with one, and the text below it."""

import re
from pathlib import Path

from ingest.sources.base import Source, whole
from ingest.sources.fields import article_from
from ingest.sources.titles import title_of_file
from rag.types import Article

_LONGEST_HEADLINE = 150
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# A question mark may end a headline; a full stop, an exclamation mark or an ellipsis may not.
_ENDS_A_SENTENCE = re.compile(r"[.!…。！][\"'”’»›)\]]*$")


def article(text: str, path: Path, where: str) -> Article:
    """The article in a text file.

    The first line is the headline if a blank line follows it, it has at most 150 characters and
    does not end like a sentence; otherwise the file's name makes the title.

    Raises:
        IngestError: there is no text.
    """
    lines = _LINE_ENDS.sub("\n", text).strip().split("\n")
    first, rest = lines[0].strip(), "\n".join(lines[1:]).strip()
    if rest and not lines[1].strip() and _is_headline(first):
        return article_from({"title": first, "text": rest}, where)
    return article_from({"title": title_of_file(path), "text": "\n".join(lines)}, where)


def _is_headline(line: str) -> bool:
    return len(line) <= _LONGEST_HEADLINE and not _ENDS_A_SENTENCE.search(line)


SOURCE = Source(
    name="text",
    suffixes=frozenset({".txt", ".text"}),
    recognises=lambda beginning: False,
    items=whole(article),
)
