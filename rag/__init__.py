"""newscite's core: what a question goes through, from the archive to a verified citation."""

__version__ = "0.1.0"
