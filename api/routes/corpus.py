"""GET /v1/corpus: what the corpus holds, and what came in last."""

from fastapi import APIRouter

import rag
from api.access.scopes import may
from api.conditional import IF_NONE_MATCH, TAGGED
from api.deps import ApiKey, EngineDep, HeldDep
from api.schemas import CorpusState, LastIngest
from rag.archive.census import census, last_arrival
from rag.archive.jobs import JobRecord, last_finished

PATH = "/v1/corpus"

router = APIRouter(prefix=PATH, tags=["articles"])


@router.get("", responses=TAGGED, openapi_extra=IF_NONE_MATCH)
def state(engine: EngineDep, held: HeldDep, key: ApiKey) -> CorpusState:
    """How many articles a question may use, from whom, from when and in which languages.

    How many items are in quarantine is told to those alone who deliver, with the scope `ingest`.
    """
    database = engine.corpus.archive.engine
    counted = census(database)
    return CorpusState(
        **held.value().model_dump(),
        passages=counted.passages,
        version=rag.__version__,
        models=engine.models,
        language_model=engine.language_model,
        last_arrival=last_arrival(database),
        last_ingest=_told_of(last_finished(database)),
        quarantined=counted.quarantined if may(key, "ingest") else None,
    )


def _told_of(job: JobRecord | None) -> LastIngest | None:
    if job is None or job.finished is None:
        return None
    return LastIngest.model_validate(job.counts | {"finished_at": job.finished})
