"""GET /metrics: for Prometheus."""

import anyio
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.deps import ObservingDep

router = APIRouter(tags=["health"])

_TEXT = {"text/plain": {"schema": {"type": "string"}}}


@router.get("/metrics", response_class=Response, responses={200: {"content": _TEXT}})
async def metrics(observing: ObservingDep) -> Response:
    """The service's metrics in Prometheus' text format."""
    exposed = await anyio.to_thread.run_sync(observing.metrics.exposed, limiter=observing.threads)
    return Response(exposed, media_type=CONTENT_TYPE_LATEST)
