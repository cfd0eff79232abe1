"""JSON documents: an article in the contract's form over several lines, or a list of such."""

import re

from ingest.sources.base import Beginning, Source
from ingest.sources.fields import article_from
from ingest.sources.json_items import each

_BEGINS = re.compile(r'\{\s*"|\[\s*\{\s*"')


def _recognises(beginning: Beginning) -> bool:
    """Whether it is JSON, and not one whole object after another, each on its line."""
    start = beginning.text
    line, _, rest = start.partition("\n")
    is_lines = line.rstrip().endswith("}") and bool(rest.strip())
    return _BEGINS.match(start) is not None and not is_lines


SOURCE = Source(
    name="json",
    suffixes=frozenset({".json"}),
    recognises=_recognises,
    items=each(article_from),
)
