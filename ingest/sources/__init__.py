"""From files to articles: `find_files` lists what to read, `read` turns one file into articles.

One module a format, each with its `Source`; `registry.py` has them all. What cannot be read comes
out as `Refused`, with the reason in words and the bytes it was made of, and never stops what comes
after it.
"""

from ingest.sources.files import find_files
from ingest.sources.items import Delivered, Format, Naming, Refused
from ingest.sources.reading import read

__all__ = ["Delivered", "Format", "Naming", "Refused", "find_files", "read"]
