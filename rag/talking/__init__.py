"""Talking: questions that are understood from the ones before them."""

from rag.talking.leaning import leans
from rag.talking.rewriting import RECALLED, Rewriter, standalone

__all__ = ["RECALLED", "Rewriter", "leans", "standalone"]
