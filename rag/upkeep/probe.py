"""Whether Chroma's files can be read at all: some damage ends the process that tries, or keeps it.

Run as a process of its own, `python -m rag.upkeep.probe FOLDER`, which searches each collection.
"""

import subprocess
import sys
from pathlib import Path

_PATIENCE_S = 120


def ends_its_reader(folder: Path) -> bool:
    """Whether reading the index in `folder` ends the process, or never ends. Takes two seconds."""
    if not folder.exists():
        return False
    command = [sys.executable, "-m", __name__, str(folder)]
    try:
        tried = subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return True
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
