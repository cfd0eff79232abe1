"""The story behind a question over time: which articles tell of it, and how many, when."""

from rag.timeline.types import Bucket, Coverage, Interval, Timeline, TimelineArticle

__all__ = ["Bucket", "Coverage", "Interval", "Timeline", "TimelineArticle"]
