"""JSON documents: an article in the contract's form over several lines, or a list of such."""

import re

from ingest.sources.base import Source
from ingest.sources.fields import article_from
from ingest.sources.json_items import each

_BEGINS = re.compile(r'\{\s*"|\[\s*\{\s*"')

SOURCE = Source(
    name="json",
    suffixes=frozenset({".json"}),
    recognises=lambda beginning: _BEGINS.match(beginning.text) is not None,
    items=each(article_from),
)
