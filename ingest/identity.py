"""Who an article is, and whether two deliveries of it say the same."""

import hashlib
import json
from urllib.parse import urlsplit, urlunsplit

from rag.types import Article

# What a delivery is called and whether it may be used do not belong to what it says.
_NOT_CONTENT = {"id", "status", "html", "text", "title"}


def identity(article: Article, title: str, text: str) -> str:
    """The article's id: the one given, else its canonical URL, else a hash of its content."""
    if article.id:
        return article.id
    if article.url:
        return canonical_url(article.url)
    digest = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
    return f"sha256:{digest[:32]}"


def canonical_url(url: str) -> str:
    """A URL with host and scheme in lower case and without its fragment."""
    parts = urlsplit(url.strip())
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, parts.query, ""))


def content_hash(article: Article, title: str, text: str) -> str:
    """Equal for two deliveries that say the same, field by field, status apart."""
    said = article.model_dump(mode="json", exclude=_NOT_CONTENT)
    said |= {"title": title, "text": text}
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
