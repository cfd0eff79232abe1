"""Markdown (CommonMark and tables): YAML front matter for the fields, the body as plain text.

The body's structure stays visible and its markup does not, so that a quote reads like print: a
paragraph or heading is one line with a blank line around it, list items and table rows are lines
of their own, code is kept as it is, links and emphasis leave their words, pictures leave nothing.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from ingest.sources.base import Source, whole
from ingest.sources.fields import article_from
from ingest.sources.titles import shorten, title_of_file
from ingest.sources.writer import Writer
from rag.errors import IngestError
from rag.types import Article

if TYPE_CHECKING:
    from markdown_it.token import Token

LARGEST = 5_000_000
"""Characters of Markdown; parsed, a file may take two hundred times its size in memory."""

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n|)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_LARGEST_FRONT_MATTER = 64_000  # characters
_DEEPEST_YAML = 32  # levels
_OTHER_NAMES = {
    "date": "published_at",
    "author": "authors",
    "tags": "subjects",
    "keywords": "subjects",
}
_NOTHING = {"", "~", "null"}
_DEEPEST = 100  # levels of lists and quotations; markdown-it drops without a word what is beyond


def article(text: str, path: Path, where: str) -> Article:
    """The article in a Markdown file.

    The title is the front matter's, else the first top-level heading (which is then no part of the
    text), else made from the file's name.

    Raises:
        IngestError: the front matter is not valid, there is no text, or there is too much of it.
    """
    if len(text) > LARGEST:
        raise IngestError(f"the file is larger than {LARGEST // 1_000_000} MB", where)
    text = re.sub("\r\n?", "\n", text).lstrip("\n")
    fields, body = _front_matter(text, where)
    heading, plain = _body(body, fields.get("title"), where)
    fields.setdefault("title", shorten(heading) if heading else title_of_file(path))
    return article_from(fields | {"text": plain}, where)


def _front_matter(text: str, where: str) -> tuple[dict[str, object], str]:
    """The fields at the head of the file, and what follows them."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    fields = _yaml(match[1], where)
    if isinstance(fields, str) and fields:
        return {}, text  # a line between two rules, not a front matter
    if not isinstance(fields, dict):
        raise IngestError("the front matter should be lines of the form 'name: value'", where)
    for name in ("text", "html"):
        if name in fields:
            raise IngestError(
                f"field '{name}': does not belong in a front matter; the text is what follows it",
                where,
            )
    return _renamed(fields), text[match.end() :]


def _renamed(fields: dict[str, object]) -> dict[str, object]:
    """The fields under our names, without those that hold nothing; our own names go first."""
    said = {
        name: value
        for name, value in fields.items()
        if not (isinstance(value, str) and value in _NOTHING)
    }
    other = {ours: said.pop(name) for name, ours in _OTHER_NAMES.items() if name in said}
    fields = other | said
    if isinstance(subjects := fields.get("subjects"), str):
        fields["subjects"] = [subject.strip() for subject in subjects.split(",")]
    return fields


def _yaml(source: str, where: str) -> object:
    """The front matter's value, with every scalar as the string it is written as.

    Typed loading would turn `language: no` into false, `id: 007` into 7 and a date that is left
    unquoted into an object that no JSON can hold.
    """
    if len(source) > _LARGEST_FRONT_MATTER:
        raise IngestError(
            f"the front matter is longer than {_LARGEST_FRONT_MATTER:,} characters", where
        )
    try:
        _check_yaml(source, where)
        value: object = yaml.load(source, Loader=yaml.BaseLoader)  # noqa: S506  makes only str, list and dict
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 2}" if error.problem_mark else ""
        raise IngestError(
            f"the front matter is not valid YAML: {error.problem}{line}", where
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise IngestError(f"the front matter is not valid YAML: {error}", where) from None
    return {} if value is None else value


def _check_yaml(source: str, where: str) -> None:
    """Refuses what would take time or memory without end, as far as it has been read by then."""
    level = 0
    for event in yaml.parse(source, Loader=yaml.BaseLoader):
        level += isinstance(event, yaml.CollectionStartEvent)
        level -= isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise IngestError("the front matter refers to its own parts (YAML aliases)", where)
        if level > _DEEPEST_YAML:
            raise IngestError(f"the front matter is nested more than {_DEEPEST_YAML} deep", where)


def _body(markdown: str, title: object, where: str) -> tuple[str, str]:
    """The first top-level heading, and the text; the heading is not in it if it is the title."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    tokens = parser.parse(markdown)
    if max((token.level for token in tokens), default=0) >= _DEEPEST - 2:
        raise IngestError("its lists or quotations are nested too deeply", where)
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            heading = _plain(tokens[index : index + 3])
            if title is None or heading.casefold() == str(title).casefold():
                del tokens[index : index + 3]
            return heading, _plain(tokens)
    return "", _plain(tokens)


def _plain(tokens: "list[Token]") -> str:
    writer = Writer()
    for token in tokens:
        if token.type in {"fence", "code_block"}:
            _write_lines(writer, token.content)
        elif token.type == "html_block":
            _write_lines(writer, _text_of_html(token.content))
        elif token.nesting > 0:
            writer.open(token.tag)
        elif token.nesting < 0:
            writer.close(token.tag)
        else:
            _write_inline(writer, token.children or [])
    return writer.text()


def _write_lines(writer: Writer, text: str) -> None:
    writer.open("pre")
    writer.write(text.strip("\n"))
    writer.close("pre")


def _write_inline(writer: Writer, tokens: "list[Token]") -> None:
    for token in tokens:
        if token.type in {"text", "code_inline"}:
            writer.write(token.content)
        elif token.type == "softbreak":
            writer.write(" ")
        elif token.type == "hardbreak" or token.content.lower().startswith("<br"):
            writer.part("br")


def _text_of_html(html: str) -> str:
    from ingest.sources.html import text_of_html

    return text_of_html(html)


SOURCE = Source(
    name="markdown",
    suffixes=frozenset({".md", ".markdown"}),
    recognises=lambda beginning: False,
    items=whole(article),
)
