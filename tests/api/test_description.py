"""The OpenAPI description and the server say the same, whatever is sent: schemathesis tries.

Every operation is included, those of /v1/admin too: a backup of this corpus and the rebuilding of
its indexes take no time worth mentioning.
"""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from delivered import PLAIN
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from serving import client, serving

from api.app import create_app
from rag.settings import Settings

CASES = 30  # of an operation, besides those that schemathesis makes up from the schema's bounds

# What a schema cannot say, so that what fits it may be refused with 422.
REFUSED = {
    "GET /v1/articles": "a cursor is one that this listing gave",
    "GET /v1/quarantine": "a cursor is one that this listing gave",
    "GET /v1/ingest-jobs": "a cursor is one that this listing gave",
    "POST /v1/admin/reindex": "an idempotency key is one request's",
    "POST /v1/articles": "an article has text, which is more than white space",
    "POST /v1/chat/completions": "the last message of the user asks",
    "POST /v1/citations/verify": "a quote has words",
    "POST /v1/ingest-jobs": "`map` names a field of an article and a column",
}
# What does not fit it and is taken all the same, since it is looked at piece by piece.
TAKEN = {
    "POST /v1/articles": "each article of a list is reported on, and only the bad ones are refused",
    "POST /v1/ingest-jobs": "any bytes are a file; what is in it is reported by the job",
}

_KEY = re.compile(r"[!#-~]{1,255}")


@schemathesis.serializer("application/x-ndjson")
def _lines(_context: Any, value: Any) -> Any:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("described")) as address:
        with client(address) as http:
            assert http.post("/v1/articles", json=PLAIN).status_code == 200
        yield address


def _description() -> Any:
    accepted = PositiveDataAcceptanceConfig(
        # Rightly asked for, and had already, withheld, not there, not any more, or too late.
        expected_statuses=["2xx", 304, 403, 404, 409, 410]
    )
    project = ProjectConfig(
        checks=ChecksConfig(positive_data_acceptance=accepted),
        generation=GenerationConfig(deterministic=True, max_examples=CASES),
    )
    api = create_app(Settings(data_dir=Path("never-opened"))).openapi()
    config = SchemathesisConfig(projects=ProjectsConfig(default=project))
    return schemathesis.openapi.from_dict(api, config=config)


@pytest.mark.slow
@_description().parametrize()
@settings(
    max_examples=CASES,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_it_is_described(case: schemathesis.Case, url: str) -> None:
    operation = case.operation.label
    skipped = [
        CHECKS.get_one(check)
        for check, reasons in (
            ("positive_data_acceptance", REFUSED),
            ("negative_data_rejection", TAKEN),
        )
        if operation in reasons
    ]
    if _KEY.fullmatch((case.headers or {}).get("Idempotency-Key", "")):
        # One request's own, which no schema says.
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    response = case.call_and_validate(url, excluded_checks=skipped)
    assert response.status_code < 500
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"]
