"""What the routes depend on, opened once by the application's lifespan."""

from typing import Annotated, cast

from fastapi import Depends, Request

from api.observing.setup import Observing
from api.stopping import Stopping
from ingest.jobs import Jobs
from ingest.pipeline import Pipeline
from rag.api_keys import KeyHash
from rag.archive.changes import Kept
from rag.engine import Engine
from rag.settings import Settings
from rag.states import Holdings
from rag.upkeep.background import Reindexing


def _engine(request: Request) -> Engine:
    return cast(Engine, request.app.state.engine)


def _held(request: Request) -> Kept[Holdings]:
    return cast("Kept[Holdings]", request.app.state.held)


def _pipeline(request: Request) -> Pipeline:
    return cast(Pipeline, request.app.state.pipeline)


def _jobs(request: Request) -> Jobs:
    return cast(Jobs, request.app.state.jobs)


def _reindexing(request: Request) -> Reindexing:
    return cast(Reindexing, request.app.state.reindexing)


def _settings(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


def _observing(request: Request) -> Observing:
    return cast(Observing, request.app.state.observing)


def _stopping(request: Request) -> Stopping:
    return cast(Stopping, request.app.state.stopping)


def _api_key(request: Request) -> KeyHash | None:
    """The key that the request was let in with; None where the server has no keys."""
    return cast("KeyHash | None", request.state.api_key)


def _request_id(request: Request) -> str:
    return cast(str, request.state.request_id)


EngineDep = Annotated[Engine, Depends(_engine)]
HeldDep = Annotated[Kept[Holdings], Depends(_held)]
PipelineDep = Annotated[Pipeline, Depends(_pipeline)]
JobsDep = Annotated[Jobs, Depends(_jobs)]
ReindexingDep = Annotated[Reindexing, Depends(_reindexing)]
SettingsDep = Annotated[Settings, Depends(_settings)]
ObservingDep = Annotated[Observing, Depends(_observing)]
StoppingDep = Annotated[Stopping, Depends(_stopping)]
ApiKey = Annotated[KeyHash | None, Depends(_api_key)]
RequestId = Annotated[str, Depends(_request_id)]
