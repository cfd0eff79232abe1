"""Talking: questions that are understood from the ones before them."""

from rag.talking.rewriting import Rewriter, standalone

__all__ = ["Rewriter", "standalone"]
