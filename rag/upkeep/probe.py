"""Whether Chroma's files can be read at all: some damage to them ends the process that tries.

Run as a process of its own, `python -m rag.upkeep.probe FOLDER`, which searches each collection.
"""

import subprocess
import sys
from pathlib import Path

_PATIENCE_S = 600


def ends_its_reader(folder: Path) -> bool:
    """Whether reading the embedded index in `folder` ends the process. Takes about two seconds."""
    if not folder.exists():
        return False
    tried = subprocess.run(  # noqa: S603  our own interpreter and module
        [sys.executable, "-m", __name__, str(folder)],
        capture_output=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    return tried.returncode < 0


def _read(folder: str) -> None:
    import chromadb
    import numpy as np
    from chromadb.config import Settings

    client = chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
    for collection in client.list_collections():
        some = collection.get(limit=1, include=["embeddings"])["embeddings"]
        if some is not None and len(some):
            collection.query(query_embeddings=np.asarray(some[:1]), n_results=1, include=[])


if __name__ == "__main__":
    _read(sys.argv[1])
