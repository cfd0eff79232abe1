"""NITF markup that comes as a string inside another format: the story's text, and no more."""

from ingest.sources.blocks import text_of_tree
from ingest.sources.html import parse_markup

# What stands around the story, or is meant for editors only (NITF 3.6).
_NOT_STORY = (
    "head", "body.head", "body.end", "hedline", "hl1", "byline", "dateline", "distributor",
    "note", "media", "tagline", "bibliography", "series", "nitf-table-metadata",
)  # fmt: skip
_AS_HTML = {"hl2": "h2", "bq": "blockquote", "block": "div", "body.content": "div"}


def text_of_nitf(markup: str) -> str:
    """The text of a NITF document or of a part of one, such as `<block><p>...</p></block>`.

    Headline, byline, dateline, pictures and notes to editors are no part of it. The markup is
    read as HTML is: no entity is ever defined, expanded from elsewhere or fetched.

    Raises:
        IngestError: it is too large or too deeply nested to look at.
    """
    if not markup.strip():
        return ""
    tree = parse_markup(markup)
    for element in list(tree.iter(*_NOT_STORY)):
        element.drop_tree()
    for tag, html in _AS_HTML.items():
        for element in list(tree.iter(tag)):
            element.tag = html
    return text_of_tree(tree)
