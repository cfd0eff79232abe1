"""Reading: from ranked passages to the sentences that answer, or to the finding that none does."""

from rag.reading.base import Evidence, Reader, Reading

__all__ = ["Evidence", "Reader", "Reading"]
