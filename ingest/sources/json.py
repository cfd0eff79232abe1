"""JSON documents: an article over several lines, or a list of such."""

import re
from functools import partial

from ingest.sources.base import Beginning, Items, Source
from ingest.sources.items import Naming
from ingest.sources.json_items import each
from ingest.sources.tables import article_of_object

_BEGINS = re.compile(r'\{\s*"|\[\s*\{\s*"')


def _recognises(beginning: Beginning) -> bool:
    """Whether it is JSON, and not one whole object after another, each on its line."""
    start = beginning.text
    line, _, rest = start.partition("\n")
    is_lines = line.rstrip().endswith("}") and bool(rest.strip())
    return _BEGINS.match(start) is not None and not is_lines


def _named(naming: Naming) -> Items:
    return each(partial(article_of_object, naming=naming))


SOURCE = Source(
    name="json",
    suffixes=frozenset({".json"}),
    recognises=_recognises,
    items=_named({}),
    named=_named,
)
