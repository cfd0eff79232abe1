"""The server's log: one line an event, as JSON or for people, our own and the libraries' alike."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor

from rag.settings import Settings

_LIBRARIES = ("uvicorn", "chromadb", "opentelemetry")
# What others say when they debug, or of each request that they send, may hold a question.
_OTHERS_FROM = logging.WARNING
_LIBRARIES_FROM = logging.INFO
# Said by uvicorn of what newscite itself logs with the request's id, or tells whoever starts it.
_TOLD_BY_US = (
    "Exception in ASGI application", "Traceback (most recent call last)",
    "Application startup failed",
)  # fmt: skip


def configure(settings: Settings, stream: TextIO | None = None) -> bool:
    """Sets up this process's log; returns whether it is JSON.

    Args:
        settings: `log_format` and `log_level`.
        stream: where it goes; default: standard error.
    """
    sink = stream or sys.stderr
    level: int = logging.getLevelNamesMapping()[settings.log_level.upper()]
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sink.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    ending = _as_json() if as_json else _for_people(sink)
    structlog.configure(
        processors=[*shared, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sink),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sink)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
    )
    handler.addFilter(_told_by_others)
    root = logging.getLogger()
    for old in [h for h in root.handlers if hasattr(h, "newscite")]:
        root.removeHandler(old)
    handler.newscite = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(max(level, _OTHERS_FROM))
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(max(level, _LIBRARIES_FROM))
    logging.captureWarnings(True)
    return as_json


def _as_json() -> list[Processor]:
    # A traceback as text: the structured one would hold what the variables hold.
    return [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]


def _for_people(sink: TextIO) -> list[Processor]:
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sink.isatty(), exception_formatter=plain)]


def _told_by_others(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(_TOLD_BY_US)


def quiet(route: str, status: int) -> bool:
    """Whether a request is one that machines make all day and that went well."""
    return status < 400 and route in {"/healthz", "/readyz", "/metrics"}  # noqa: PLR2004
