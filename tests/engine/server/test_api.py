"""The interface for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.engine.server.conftest import Served

from calbench.clock import RealClock


@pytest.fixture
def api(served: Served) -> Iterator[httpx.Client]:
    with program(served, "Olga") as client:
        yield client


def program(served: Served, name: str) -> httpx.Client:
    account = served.services.register.find(name)
    assert account is not None
    token = served.services.sessions.make_token(account, "test", "test")
    return httpx.Client(
        base_url=f"{served.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60
    )


def wait_for_prompt(client: httpx.Client, run: str, not_these: set[int]) -> dict[str, Any] | None:
    clock = RealClock()
    end = clock.monotonic() + 60
    while clock.monotonic() < end:
        now = client.get(f"/runs/{run}").json()
        fresh: list[dict[str, Any]] = [one for one in now["prompts"] if one["seq"] not in not_these]
        if fresh:
            return fresh[0]
        if now["state"] in ("COMPLETED", "STOPPED", "ABORTED", "UNSAFE", "CRASHED"):
            return None
        clock.sleep(0.02)
    raise AssertionError("nothing is asked")


def test_nothing_is_said_without_a_token(served: Served) -> None:
    for path in ("/me", "/runs", "/procedures", "/runs/x/events"):
        for headers in ({}, {"Authorization": "Bearer calbench_x"}, {"Authorization": "Basic T2xnYTp4"}):
            answer = httpx.get(f"{served.url}/api/v1{path}", headers=headers)
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["type"] == "not-signed-in"


def test_a_cookie_is_no_token(served: Served) -> None:
    with served.browser() as client:
        assert client.get("/api/v1/runs").status_code == 401
        assert client.post("/api/v1/runs", json={}).status_code in (401, 422)


def test_a_run_is_started_answered_and_read_by_a_program(api: httpx.Client) -> None:
    wish = {"procedure": "dmm-34401a", "station": "demo", "settings": {"readings": "4"}, "seed": 7}
    plan = api.post("/plans", json=wish).json()
    assert plan["simulated"]["seed"] == 7
    run = api.post("/runs", json=wish).json()["id"]
    told: set[int] = set()
    while (prompt := wait_for_prompt(api, run, told)) is not None:
        told.add(prompt["seq"])
        choices = prompt["ask"]["choices"]
        text = choices[0] if prompt["ask"]["kind"] == "choice" else "yes"
        said = api.post(f"/runs/{run}/prompts/{prompt['seq']}/answer", json={"answer": text})
        assert said.status_code == 200, said.text
        again = api.post(f"/runs/{run}/prompts/{prompt['seq']}/answer", json={"answer": text})
        assert again.status_code == 409
    now = api.get(f"/runs/{run}").json()
    assert (now["state"], now["outputs"], now["done"], now["failed"]) == ("COMPLETED", "verified_off", 22, 0)
    results = api.get(f"/runs/{run}/results").json()
    assert {cell["verdict"] for cell in results["cells"]} == {"pass"}
    listed = api.get("/runs", params={"most": 1}).json()
    assert listed["runs"][0]["id"] == run
    assert listed["all"] == 3


def test_events_are_read_from_anywhere_and_none_twice(api: httpx.Client) -> None:
    run = api.get("/runs").json()["runs"][0]["id"]
    seen: list[int] = []
    last, lines = 0, 1
    while last < lines:
        part = api.get(f"/runs/{run}/events", params={"since": last, "most": 97}).json()
        seen += [event["seq"] for event in part["events"]]
        last, lines = part["last"], part["lines"]
    assert seen == list(range(1, lines + 1))
    part = api.get(f"/runs/{run}/events", params={"kind": ["asked", "answered"]}).json()
    assert {event["type"] for event in part["events"]} == {"asked", "answered"}


def test_a_stream_goes_on_after_the_last_event_that_was_seen(api: httpx.Client) -> None:
    run = api.get("/runs").json()["runs"][0]["id"]
    headers = {"Last-Event-ID": "200"}
    with api.stream("GET", f"/runs/{run}/stream", headers=headers) as answer:
        ids = []
        for line in answer.iter_lines():
            if line.startswith("id: "):
                ids.append(int(line[4:]))
            if len(ids) == 50:
                break
    assert ids == list(range(201, 251))


def test_roles_hold_for_programs_too(served: Served) -> None:
    with program(served, "Ravi") as reviewer:
        assert reviewer.get("/me").json() == {"name": "Ravi", "roles": ["reviewer"]}
        wish = {"procedure": "dmm-34401a", "station": "demo"}
        answer = reviewer.post("/runs", json=wish)
        assert (answer.status_code, answer.json()["type"]) == (403, "forbidden")


def test_errors_are_problems_with_reasons(api: httpx.Client) -> None:
    missing = api.get("/runs/..%2f..%2fetc")
    assert (missing.status_code, missing.json()["type"]) == (404, "not-found")
    unknown = api.post("/runs", json={"procedure": "x", "station": "demo", "command": "rm"})
    assert (unknown.status_code, unknown.json()["type"]) == (422, "invalid")
    refused = api.post(
        "/plans", json={"procedure": "dmm-34401a", "station": "demo", "settings": {"readings": "1"}}
    )
    assert (refused.status_code, refused.json()["type"]) == (409, "plan-refused")
    assert refused.json()["reasons"]
    run = api.get("/runs").json()["runs"][0]["id"]
    over = api.post(f"/runs/{run}/verbs/stop", json={})
    assert (over.status_code, over.json()["type"]) == (409, "refused")


def test_the_openapi_document_describes_every_path(served: Served) -> None:
    found = httpx.get(f"{served.url}/api/v1/openapi.json").json()
    assert found["openapi"].startswith("3.")
    assert all(path.startswith("/api/v1/") for path in found["paths"])
    names = [one["operationId"] for path in found["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))
    assert "HTTPValidationError" not in str(found)
