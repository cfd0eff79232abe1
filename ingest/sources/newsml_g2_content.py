"""The text of a NewsML-G2 news item: of the renditions in its `contentSet`, the best one."""

import base64
from typing import Any

from ingest.sources import nitf
from ingest.sources.blocks import text_of_tree
from ingest.sources.html import text_of_html
from ingest.sources.xml_tree import local_name, with_plain_names, words
from rag.errors import IngestError

_XHTML = frozenset({"html", "body", "div", "p", "section", "article"})


def text_of_content(item: Any) -> str:
    """The first text that a rendition gives, marked up before plain; empty where there is none.

    Args:
        item: the newsItem, of whose own elements the names are plain. Its content is changed.

    Raises:
        IngestError: there is content, but none that can be read here.
    """
    renditions = item.findall("contentSet/inlineXML") + item.findall("contentSet/inlineData")
    problem = _elsewhere(item)
    for rendition in renditions:
        try:
            text = _marked_up(rendition) if rendition.tag == "inlineXML" else _plain(rendition)
        except IngestError as error:
            problem = error
            continue
        if text.strip():
            return text
    if problem is not None:
        raise problem
    return ""


def _elsewhere(item: Any) -> IngestError | None:
    remote = item.find("contentSet/remoteContent")
    if remote is None:
        return None
    return IngestError(
        "its content lies in another file, which is not fetched: "
        f"{remote.get('href') or remote.get('residref') or 'no address is given'}"
    )


def _marked_up(rendition: Any) -> str:
    content = next(iter(rendition), None)
    if content is None:
        return words(rendition)
    kind = local_name(content)
    if kind == "nitf" or kind.startswith("body."):
        return nitf.text_of_element(content)
    if kind not in _XHTML:
        raise IngestError(f"its content is a <{kind}>, which is neither XHTML nor NITF")
    with_plain_names(content)
    body = content.find("body")
    return text_of_tree(rendition if body is None else body)


def _plain(rendition: Any) -> str:
    kind = rendition.get("contenttype", "text/plain").partition(";")[0].strip().lower()
    text = "".join(rendition.itertext())
    if "base64" in rendition.get("encoding", "").lower():
        text = _from_base64(text)
    if "nitf" in kind:
        return nitf.text_of_nitf(text)
    if "html" in kind:
        return text_of_html(text)
    if not kind.startswith("text/"):
        raise IngestError(f"its content is of the type {kind}; only text is ingested")
    return text


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except ValueError:
        raise IngestError("its content is no base64 of text in UTF-8") from None
