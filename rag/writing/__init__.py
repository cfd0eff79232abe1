"""Writing: a language model's sentences, of which what an article verifiably says is kept."""

from rag.writing.base import Statement, Working, Written
from rag.writing.writer import Writer, make_writer

__all__ = ["Statement", "Working", "Writer", "Written", "make_writer"]
