"""Fits the confidence of answers on development questions; see docs/confidence.md.

Needs scikit-learn, which comes with the extra `newscite[train]`; answering needs none of this.
"""
