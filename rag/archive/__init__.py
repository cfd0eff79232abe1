"""The archive: every article, every version of it, every passage, and the ledger of indexing.

It is the truth. The vector index and the lexical index are derived from it and can be rebuilt.
"""

from rag.archive.archive import Archive
from rag.archive.records import NewPassage, NewVersion, StoredPassage

__all__ = ["Archive", "NewPassage", "NewVersion", "StoredPassage"]
