"""Writing: a language model's words, of which what can be verified is kept."""

from rag.writing.base import Statement, Working, Written
from rag.writing.rewriting import Rewriting, rewritten
from rag.writing.writer import Writer, make_writer

__all__ = ["Rewriting", "Statement", "Working", "Writer", "Written", "make_writer", "rewritten"]
