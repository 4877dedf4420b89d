"""What the OpenAPI document promises, held against the server by schemathesis: requests that it allows, and others."""

from __future__ import annotations

import os
import warnings
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.server.conftest import Served

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own dependencies
    import schemathesis
    from schemathesis import GenerationMode

EXAMPLES = int(os.environ.get("SCHEMATHESIS", "1"))  # of each operation and mode; make test-api takes more
STREAM = "/api/v1/runs/{run}/stream"  # has no end
PROMISED = {401, 403, 404, 409, 413, 422, 503}
OPERATIONS = {
    "me", "procedures", "stations", "runs", "run", "results", "events", "plan", "start", "prompts", "answer", "tell",
    "resume", "clear",
}  # fmt: skip


@pytest.fixture
def token(served: Served) -> str:
    account = served.services.register.find("Hana")
    assert account is not None
    return served.services.sessions.make_token(account, "test", "test")


def live(served: Served, token: str) -> str:
    """Start a run that waits for an answer."""
    wish = {"procedure": "dmm-34401a", "station": "demo"}
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.post(f"{served.url}/api/v1/runs", json=wish, headers=headers, timeout=60)
    return str(answer.json()["id"])


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "not-allowed"]
)
def test_every_operation_keeps_what_the_document_promises(
    served: Served, token: str, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_dict(httpx.get(f"{served.url}/api/v1/openapi.json").json())
    ended = sorted(one.name for one in served.settings.runs.glob("2026*"))[0]
    known = [ended, live(served, token)]
    headers = {"Authorization": f"Bearer {token}"}
    tried: set[str] = set()
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr] # raises where it is none
        if operation.path == STREAM:
            continue

        @given(case=operation.as_strategy(generation_mode=mode), run=st.sampled_from([*known, ""]))
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        def keeps(case: Any, run: str) -> None:
            if mode is GenerationMode.POSITIVE and run and "run" in case.path_parameters:
                case.path_parameters["run"] = run
            response = case.call(base_url=served.url, headers=headers, timeout=60)
            case.validate_response(response, headers=headers)
            if response.status_code >= 400:
                assert response.status_code in PROMISED
                assert response.headers["content-type"] == ["application/problem+json"]

        keeps()
        tried.add(str(operation.definition.raw["operationId"]))
    assert tried >= OPERATIONS
