"""Traces by OpenTelemetry, sent to a collector; imported only where one is configured.

The provider is this application's own: Chroma's library has the global one. OTEL_* variables such
as OTEL_EXPORTER_OTLP_HEADERS and OTEL_TRACES_SAMPLER are heeded by OpenTelemetry itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.contextvars import bound_contextvars

import rag
from api.observing.watcher import RequestSpan
from rag.watching import Attributes

_SEND_WITHIN_S = 5
_W3C = TraceContextTextMapPropagator()


class _Request(RequestSpan):
    def __init__(self, span: Span) -> None:
        self._span = span

    def ends(self, method: str, route: str, status: int) -> None:
        self._span.update_name(f"{method} {route}")
        self._span.set_attribute("http.route", route)
        self._span.set_attribute("http.response.status_code", status)
        if status >= 500:  # noqa: PLR2004
            self._span.set_status(StatusCode.ERROR)


class Traces:
    """Sends traces to a collector, in batches and from a thread of its own.

    Args:
        endpoint: http(s)://host:port of an OTLP collector that speaks gRPC.
    """

    def __init__(self, endpoint: str) -> None:
        about = Resource.create({"service.name": "newscite", "service.version": rag.__version__})
        self._provider = TracerProvider(resource=about, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=endpoint, timeout=_SEND_WITHIN_S)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("newscite", rag.__version__)

    def close(self) -> None:
        """Sends what is left."""
        self._provider.shutdown()

    @contextmanager
    def request(self, method: str, headers: Mapping[str, str]) -> Iterator[RequestSpan]:
        """See `Tracing`. Its trace's id is in whatever is logged meanwhile."""
        parent = _W3C.extract(
            {k: headers[k] for k in ("traceparent", "tracestate") if k in headers}
        )
        kept: Attributes = {"http.request.method": method}
        with (
            self._tracer.start_as_current_span(
                method, parent, SpanKind.SERVER, kept, record_exception=False
            ) as span,
            bound_contextvars(trace_id=trace.format_trace_id(span.get_span_context().trace_id)),
        ):
            yield _Request(span)

    @contextmanager
    def span(self, name: str, attributes: Attributes, *, current: bool) -> Iterator[None]:
        """See `rag.watching.Watcher`."""
        span = self._tracer.start_span(name, record_exception=False)
        try:
            if current:  # an exception's text may hold somebody's words
                with trace.use_span(span, record_exception=False, set_status_on_exception=False):
                    yield
            else:
                yield
        except Exception as error:
            span.set_status(StatusCode.ERROR, type(error).__name__)
            raise
        finally:
            span.set_attributes({f"newscite.{key}": value for key, value in attributes.items()})
            span.end()
