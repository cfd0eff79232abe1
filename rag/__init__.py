"""newscite's core: what a question goes through, from the archive to a verified citation."""

import os

__version__ = "0.1.0"

# onnxruntime tells its maker of its sessions, and keeps them in the user's cache folder until it
# can, unless this is set before it is imported. Its own function for that comes too late.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
