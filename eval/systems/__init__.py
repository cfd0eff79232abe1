"""The systems under test: one small protocol, and one adapter for each kind of system."""

from eval.systems.base import ReferenceCorpus, System

__all__ = ["ReferenceCorpus", "System"]
