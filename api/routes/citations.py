"""POST /v1/citations/verify: does this quotation stand in that article?"""

from fastapi import APIRouter

from api.deps import EngineDep
from api.description import problems
from api.schemas import VERDICT_EXAMPLE, VerifyRequest, example
from rag.errors import HiddenError, NotFoundError, WithdrawnError
from rag.quoting import QuoteVerdict

router = APIRouter(prefix="/v1/citations", tags=["citations"])


@router.post(
    "/verify",
    responses=example(VERDICT_EXAMPLE) | problems(NotFoundError, WithdrawnError, HiddenError),
)
def verify(request: VerifyRequest, engine: EngineDep) -> QuoteVerdict:
    """Looks a quotation up in an article: found, altered or absent, and where."""
    return engine.verify(request.article_id, request.quote, request.version)
