"""Builds the HTTP application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.middleware.cors import CORSMiddleware

import rag
from api import errors
from api.accepting import ACCEPTABLE
from api.access.admission import LONGEST_WAIT_S, Admission, Places
from api.access.arriving import KeepsArriving
from api.access.cors import sites
from api.access.description import describe_scopes
from api.access.gate import Gate
from api.access.keyring import KeyRing
from api.codings import Packing, PlainBodies
from api.conditional import Conditional
from api.description import describe_problems
from api.hosts import KnownHosts
from api.idempotency import Idempotency
from api.mcp.http import McpEndpoint
from api.methods import Heads
from api.middleware import BodyLimit, RequestContext
from api.observing.setup import Observing
from api.routes import (
    admin,
    articles,
    ask,
    chat,
    citations,
    corpus,
    health,
    ingest_jobs,
    metrics,
    page,
    quarantine,
    search,
    timeline,
)
from api.stopping import Stopping
from ingest.fetching import open_crawl
from ingest.jobs import Jobs
from ingest.pipeline import Pipeline
from ingest.spool import Spool
from rag.archive.changes import Changes, Kept
from rag.engine import open_engine
from rag.settings import Settings
from rag.upkeep.background import Reindexing

_DESCRIPTION = """Question answering over news in which every sentence points at the exact
characters of the article that say so: `GET /v1/articles/{id}?version=` gives the article whose
`text[start:end]` (Unicode code points) is the quote. Errors are `application/problem+json`."""


def create_app(settings: Settings, url: str | None = None, *, local: bool = False) -> FastAPI:
    """The application over the corpus of these settings.

    The corpus and the models open once, when the application starts, and close when it stops.
    Routes are plain functions and so run in worker threads, never on the event loop.

    Args:
        settings: see `rag.settings`.
        url: where it will answer, told to other processes that find the corpus held.
        local: whether only this machine reaches it; then other hosts' names are refused.
    """

    observing = Observing(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            with (
                open_engine(settings, "newscite serve", url) as engine,
                observing.watches(engine),
                closing(Changes(engine.corpus.archive.engine)) as changes,
            ):
                app.state.engine = engine
                app.state.held = Kept(changes, engine.holdings)
                app.state.keys = KeyRing(
                    settings.api_keys, engine.corpus.archive.engine, engine.corpus.audit
                )
                # Questions have threads of their own: the others never wait for one of theirs.
                current_default_thread_limiter().total_tokens += settings.max_concurrency
                app.state.pipeline = Pipeline(engine.corpus)
                jobs = Jobs(
                    engine.corpus, app.state.pipeline, Spool(settings.data_dir),
                    lambda: open_crawl(settings, engine.corpus.archive) if settings.fetch else None,
                )  # fmt: skip
                with (
                    Reindexing(engine.corpus) as app.state.reindexing,
                    jobs as app.state.jobs,
                ):
                    async with mcp.running():
                        yield
        except Exception as error:
            app.state.failure = error
            raise

    # Swagger's scripts come from the package, not from a host elsewhere.
    app: FastAPI = FastAPIOffline(
        title="newscite",
        version=rag.__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.stopping = Stopping()
    app.state.failure = None  # what kept the corpus from opening, for whoever runs the server
    errors.install(app)
    nouns = (
        ask,
        search,
        timeline,
        chat,
        articles,
        corpus,
        ingest_jobs,
        quarantine,
        citations,
        health,
        metrics,
        admin,
    )
    for routes in nouns:
        app.include_router(routes.router, dependencies=[ACCEPTABLE])
    timeout_s = settings.question_timeout_s
    questions = Places(
        settings.max_concurrency, settings.max_queue, min(LONGEST_WAIT_S, timeout_s),
        observing.metrics.waited,
    )  # fmt: skip
    observing.metrics.watch_queue(lambda: questions.waiting, lambda: questions.working)
    mcp = McpEndpoint(
        questions, timeout_s, settings.max_body_bytes, settings.cors_origins, app.state.stopping
    )
    app.router.routes.append(mcp.route())
    app.include_router(page.router)
    page.mount_assets(app)
    # From the inside out. An ingest job's body is bounded where it is written to the disk.
    app.add_middleware(Conditional)
    app.add_middleware(
        Admission, questions=questions, queue=settings.max_queue, timeout_s=timeout_s,
        stopping=app.state.stopping,
    )  # fmt: skip
    app.add_middleware(Idempotency, longest=settings.max_upload_bytes)
    app.add_middleware(Packing)  # around what keeps a response, which is kept as it is
    app.add_middleware(Heads)
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes, but=(ingest_jobs.PATH,))
    app.add_middleware(PlainBodies)
    app.add_middleware(KeepsArriving)
    app.add_middleware(
        Gate, rate=settings.rate_limit, sites=settings.cors_origins,
        refused=observing.metrics.key_refused,
    )  # fmt: skip
    if settings.cors_origins:
        app.add_middleware(CORSMiddleware, **sites(settings.cors_origins))
    if local or settings.host_names:
        app.add_middleware(KnownHosts, names=settings.host_names)
    observing.install(app)
    app.add_middleware(RequestContext)
    describe_scopes(app)
    describe_problems(app)
    return app
