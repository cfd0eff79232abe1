"""Boilerplate: what stands in an article's text and is no statement of the article's."""

from rag.boilerplate.citable import citable
from rag.boilerplate.leaving_out import without_boilerplate

__all__ = ["citable", "without_boilerplate"]
