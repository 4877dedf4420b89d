"""Attacks over real HTTP that need no browser: each is tried, and what must not happen is looked for."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.engine.server.attacking import csrf_of, path_of, run_of
from tests.engine.server.conftest import PASSWORD, Served

from calbench.clock import RealClock
from calbench.errors import IntegrityFailure
from calbench.server.app import API, VIEWS
from calbench.server.serving import Address, Running
from calbench.server.settings import Settings

OPEN = {("GET", "/"), ("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/language")}
ROUTES = sorted(
    {(method, route.path) for module in VIEWS for route in module.router.routes for method in route.methods}
)
INTERFACE = sorted(
    {(method, route.path) for module in API for route in module.router.routes for method in route.methods}
)


class Moved(RealClock):
    """The machine's clock, moved ahead."""

    later = timedelta()

    def utc(self) -> datetime:
        return super().utc() + self.later


@pytest.fixture
def clock() -> Moved:
    return Moved()


@pytest.fixture
def moved(tmp_path: Path, people: Path, clock: Moved) -> Iterator[Served]:
    """A server whose time can be moved."""
    shutil.copytree(people, tmp_path / "state")
    (tmp_path / "runs").mkdir()
    settings = Settings(runs=tmp_path / "runs", state=tmp_path / "state", clock=clock)
    with Running(settings, Address(port=0)) as running:
        yield Served(running.url.rstrip("/"), settings, running.services, running.stop)


@pytest.mark.parametrize(("method", "path"), [one for one in ROUTES if one not in OPEN])
def test_no_page_is_given_to_a_stranger(served: Served, method: str, path: str) -> None:
    answer = httpx.request(method, served.url + path_of(served, path), headers={"Origin": served.url})
    assert answer.status_code in (303, 401)
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/sign-in?next=/")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("method", "path"), INTERFACE)
def test_no_answer_is_given_to_a_program_without_a_token(served: Served, method: str, path: str) -> None:
    with served.browser("Hana") as client:
        answer = client.request(method, path_of(served, path))
    assert answer.status_code == 401  # a cookie is no token, and what is sent is not looked at before


@pytest.mark.parametrize(
    "path", [path for method, path in ROUTES if method == "POST" and (method, path) not in OPEN]
)
def test_every_form_needs_the_secret_of_its_own_session(served: Served, path: str) -> None:
    with served.browser() as client, served.browser() as other:
        for secret in ("", "x", csrf_of(other)):
            assert client.post(path_of(served, path), data={"csrf": secret}).status_code == 403
        assert client.get("/runs").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        path
        for method, path in ROUTES
        if method == "POST" and (method, path) not in OPEN and path != "/sign-out"
    ],
)
def test_no_form_is_taken_from_somebody_without_the_role(served: Served, path: str) -> None:
    served.services.register.add("Nora", ["reviewer"], PASSWORD, "test")
    with served.browser("Nora") as client:
        answer = served.form(client, path_of(served, path), verb="stop", prompt="1", answer="yes", reason="x")
    assert answer.status_code in ((403, 404, 409, 422) if "review" in path else (403,))


def test_a_session_that_somebody_laid_out_is_not_used(served: Served) -> None:
    planted = "A" * 43
    with httpx.Client(
        base_url=served.url, headers={"Origin": served.url}, cookies={"calbench": planted}
    ) as client:
        answer = client.post("/sign-in", data={"name": "Olga", "password": PASSWORD})
    given = re.findall(r"calbench=([^;]+)", answer.headers["set-cookie"])
    assert given
    assert planted not in given
    assert httpx.get(f"{served.url}/runs", cookies={"calbench": planted}).status_code == 303


def test_signing_in_again_ends_the_session_before(served: Served) -> None:
    with served.browser() as client:
        before = dict(client.cookies)
        assert client.post("/sign-in", data={"name": "Hana", "password": PASSWORD}).status_code == 303
    assert httpx.get(f"{served.url}/runs", cookies=before).status_code == 303


def test_a_session_ends_over_http_when_idle_and_after_twelve_hours(moved: Served, clock: Moved) -> None:
    with moved.browser() as idle:
        clock.later += timedelta(minutes=59)
        assert idle.get("/runs").status_code == 200
        clock.later += timedelta(minutes=61)
        assert idle.get("/runs").status_code == 303
        answer = idle.post("/sign-out", data={"csrf": "x"})
        assert answer.status_code == 401
    with moved.browser() as busy:
        for _ in range(14):
            clock.later += timedelta(minutes=50)
            assert busy.get("/runs").status_code == 200
        clock.later += timedelta(minutes=50)
        assert busy.get("/runs").status_code == 303


def test_guessing_a_password_locks_the_account_and_then_the_address(moved: Served, clock: Moved) -> None:
    with moved.browser("") as client:
        for _ in range(5):
            assert client.post("/sign-in", data={"name": "Olga", "password": "guess"}).status_code == 401
        locked = client.post("/sign-in", data={"name": "Olga", "password": PASSWORD})
        assert locked.status_code == 429
        assert "set-cookie" not in locked.headers
        statuses = [
            client.post("/sign-in", data={"name": "Olga", "password": "x"}).status_code for _ in range(30)
        ]
        assert statuses[-1] == 429
        clock.later += timedelta(hours=1)
        assert client.post("/sign-in", data={"name": "Hana", "password": PASSWORD}).status_code == 429
    noted = [line for line in moved.services.audit.lines() if line["what"] == "sign-in refused"]
    assert len(noted) >= 6


def test_a_token_of_a_disabled_account_opens_nothing(served: Served) -> None:
    account = served.services.register.find("Olga")
    assert account is not None
    headers = {"Authorization": f"Bearer {served.services.sessions.make_token(account, 'x', 'test')}"}
    assert httpx.get(f"{served.url}/api/v1/me", headers=headers).status_code == 200
    served.services.register.disable("Olga", "test")
    for method, path in INTERFACE:
        url = served.url + path_of(served, path)
        assert httpx.request(method, url, headers=headers).status_code == 401, path


NASTY = "\"><script>document.title='taken'</script><img src=x onerror=alert(1)>'{{7*7}}"


def test_what_people_and_files_say_is_shown_as_text(served: Served) -> None:
    run = run_of(served)
    with served.browser() as client:
        pages = [
            client.get("/sign-in", params={"next": f"/{NASTY}"}).text,
            client.get(f"/runs/{NASTY}").text,
            client.get(
                f"/runs/{run}/journal", params={"point": NASTY, "position": NASTY, "type": NASTY}
            ).text,
            client.get("/start", params={"procedure": NASTY, "station": NASTY}).text,
            served.form(
                client,
                "/start/preview",
                procedure="dmm-34401a",
                station="demo",
                **{"uut.serial": NASTY, "set.readings": NASTY},
            ).text,
            served.form(client, f"/runs/{run}/verb", verb=NASTY, reason=NASTY).text,
            served.form(client, f"/runs/{run}/answer", prompt=NASTY, answer=NASTY).text,
            client.post("/sign-in", data={"name": NASTY, "password": "x", "next": NASTY}).text,
        ]
    for text in pages:
        assert "<script>" not in text
        assert "<img src=x" not in text
        assert "49" not in re.findall(r"onerror=alert\(1\)&gt;(.*?)[<&]", text)


def test_a_reply_of_an_instrument_is_shown_as_text(served: Served) -> None:
    run = run_of(served)
    path = served.settings.runs / run / "journal.jsonl"
    path.write_bytes(doctored(path.read_bytes()))
    with served.browser() as client:
        for page in (f"/runs/{run}", f"/runs/{run}/journal?since=0", "/runs"):
            text = client.get(page).text
            assert "<script>" not in text
            assert "<img src=x" not in text
        assert "&lt;script&gt;" in client.get(f"/runs/{run}/journal").text


def doctored(journal: bytes) -> bytes:
    """Put markup into whatever an instrument or a person said."""
    lines = []
    for line in journal.splitlines():
        event = json.loads(line)
        for name in (
            "reply",
            "text",
            "message",
            "reason",
            "why",
            "by",
            "answer",
            "received",
            "raw",
            "serial",
            "model",
        ):
            if isinstance(event["body"].get(name), str):
                event["body"][name] += NASTY
        lines.append(json.dumps(event, separators=(",", ":"), sort_keys=True).encode())
    return b"\n".join(lines) + b"\n"


def test_a_line_put_into_the_audit_log_is_found(served: Served) -> None:
    with served.browser():
        pass
    lines = served.services.audit.lines()
    with served.services.database.writing() as connection:
        forged = {**lines[-1], "seq": len(lines) + 1, "by": "Ravi"}
        connection.execute("INSERT INTO audit VALUES (?, ?)", (len(lines) + 1, json.dumps(forged)))
    with pytest.raises(IntegrityFailure):
        served.services.audit.lines()
