"""Traces: real spans to a real collector over gRPC, and nothing at all without one."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import pytest
from delivered import PLAIN
from observing import QUESTION, lines, serving
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as service
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as stubs

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


class Collector(stubs.TraceServiceServicer):
    """Keeps every span that it is sent."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.services: set[str] = set()
        self.url = ""

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802  the protocol's name
        for resource in request.resource_spans:
            about = {a.key: a.value.string_value for a in resource.resource.attributes}
            self.services.add(about["service.name"])
            for scope in resource.scope_spans:
                self.spans += scope.spans
        return service.ExportTraceServiceResponse()


@pytest.fixture
def collector() -> Iterator[Collector]:
    kept = Collector()
    server = grpc.server(futures.ThreadPoolExecutor(2))
    stubs.add_TraceServiceServicer_to_server(kept, server)
    kept.url = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    yield kept
    server.stop(None).wait()


def _attributes(span: Any) -> dict[str, Any]:
    return {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in span.attributes}


def test_a_request_s_spans_are_one_tree_in_its_client_s_trace(
    tmp_path: Path, collector: Collector
) -> None:
    env = {"NEWSCITE_OTLP_ENDPOINT": collector.url, "NEWSCITE_LOG_FORMAT": "json"}
    with serving(tmp_path, env) as (running, client):
        headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-ID": "traced"}
        client.post("/v1/ask", json={"question": QUESTION}, headers=headers)
        client.post("/v1/ask", json={"question": QUESTION, "stream": True})
        turn = {"question": QUESTION, "answer": "In May."}
        follow_up = {"question": "Why did it close?", "history": [turn], "stream": True}
        client.post("/v1/ask", json=follow_up)
        client.delete(f"/v1/articles/{PLAIN['id']}")
    # The server has ended, and had sent all before it did.
    assert collector.services == {"newscite"}
    mine = {span.span_id: span for span in collector.spans if span.trace_id.hex() == TRACE}
    (root,) = [span for span in mine.values() if span.parent_span_id.hex() == PARENT]
    assert root.name == "POST /v1/ask"
    assert _attributes(root)["http.response.status_code"] == 200
    parents = {
        (span.name, getattr(mine.get(span.parent_span_id), "name", None)) for span in mine.values()
    }
    assert {
        ("retrieve", "POST /v1/ask"), ("rerank", "POST /v1/ask"), ("read", "POST /v1/ask"),
        ("cite", "POST /v1/ask"),
        ("chroma query", "retrieve"), ("model run", "retrieve"), ("model run", "rerank"),
    } <= parents  # fmt: skip
    runs = [_attributes(span) for span in mine.values() if span.name == "model run"]
    assert all(run["newscite.tokens"] > 0 for run in runs)
    every = {span.span_id: span for span in collector.spans}
    everywhere = {
        (span.name, every[span.parent_span_id].name)
        for span in every.values()
        if span.parent_span_id in every
    }
    assert {
        ("understand", "POST /v1/ask"), ("cite", "POST /v1/ask"),
        ("chroma write", "POST /v1/articles"),
        ("chroma delete", "DELETE /v1/articles/{article_id:path}"),
    } <= everywhere  # fmt: skip
    writes = [_attributes(span) for span in collector.spans if span.name.startswith("chroma ")]
    assert {w["newscite.passages"] for w in writes if "newscite.passages" in w} == {1}
    assert QUESTION not in str(collector.spans)
    assert [line["trace_id"] for line in lines(running, request_id="traced")] == [TRACE]
    others = {span.trace_id for span in collector.spans} - {root.trace_id}
    assert len(others) >= 2, "a request that brings no trace begins one"


def test_a_collector_that_is_not_there_stops_nothing(tmp_path: Path) -> None:
    env = {"NEWSCITE_OTLP_ENDPOINT": "http://127.0.0.1:9", "NEWSCITE_LOG_FORMAT": "json"}
    with serving(tmp_path, env) as (_, client):
        assert client.post("/v1/ask", json={"question": QUESTION}).status_code == 200


def test_without_one_our_exporter_is_not_even_imported(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from api.app import create_app; "
        "from rag.settings import Settings; create_app(Settings(data_dir=Path(sys.argv[1]))); "
        "sys.exit('api.observing.traces' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
