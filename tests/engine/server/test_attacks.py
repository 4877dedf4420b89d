"""Attacks over real HTTP that need no browser: each is tried, and what must not happen is looked for."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.engine.server.conftest import PASSWORD, Served

from calbench.clock import RealClock
from calbench.errors import IntegrityFailure
from calbench.server.app import API, VIEWS
from calbench.server.security import patience
from calbench.server.serving import Address, Running
from calbench.server.settings import Settings

OPEN = {("GET", "/"), ("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/language")}
ROUTES = sorted(
    {(method, route.path) for module in VIEWS for route in module.router.routes for method in route.methods}
)
INTERFACE = sorted(
    {(method, route.path) for module in API for route in module.router.routes for method in route.methods}
)
PARTS = {
    "{name}": "RUN",
    "{run}": "RUN",
    "{seq}": "1",
    "{verb}": "pause",
    "{file}": "record.json",
    "{place}": "1",
    "{key:path}": "record.json",
    "{name:path}": "record.json",
}
SECRET = "top secret of this machine"


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


def run_of(served: Served) -> str:
    return sorted(one.name for one in served.settings.runs.glob("2026*"))[0]


def path_of(served: Served, path: str) -> str:
    for part, value in PARTS.items():
        path = path.replace(part, run_of(served) if value == "RUN" else value)
    assert "{" not in path, f"say in PARTS what stands for the parts of {path}"
    return path


def csrf_of(client: httpx.Client) -> str:
    return client.get("/runs").text.split('name="csrf" value="')[1].split('"')[0]


def raw(served: Served, request: bytes) -> bytes:
    """Send bytes as they are; gives the head of the answer."""
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as sock:
        sock.sendall(request)
        found = b""
        while b"\r\n\r\n" not in found and (part := sock.recv(65536)):
            found += part
    return found


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


ESCAPES = ["..", "../secret", "..%2fsecret", "%2e%2e%2fsecret", "..\\secret", "%2fetc%2fpasswd", "....//secret",
           "secret%00.json", "%c0%ae%c0%ae%2fsecret", "C:%5csecret", "~root", ".page"]  # fmt: skip


@pytest.mark.parametrize("escape", ESCAPES)
def test_no_id_leads_out_of_the_folders(served: Served, tmp_path: Path, escape: str) -> None:
    for folder in (tmp_path, tmp_path / "runs", tmp_path / "state"):
        (folder / "secret").write_text(SECRET)
        (folder / "secret.json").write_text(SECRET)
    account = served.services.register.find("Hana")
    assert account is not None
    token = served.services.sessions.make_token(account, "x", "test")
    with served.browser("Hana") as client:
        for method, path in [*ROUTES, *INTERFACE]:
            for part in re.findall(r"{[\w:]+}", path):
                hit = path_of(served, path.replace(part, escape))
                headers = {"Authorization": f"Bearer {token}"} if path.startswith("/api") else {}
                status = raw_status(served, client, method, hit, headers)
                assert status in (303, 307, 400, 401, 403, 404, 405, 409, 422), (method, hit, status)
        for path in (f"/static/{escape}", f"/static/vendor/{escape}", f"/static/../{escape}"):
            assert raw_status(served, client, "GET", path, {}) in (303, 307, 400, 404, 405)


def raw_status(served: Served, client: httpx.Client, method: str, path: str, headers: dict[str, str]) -> int:
    """Send a path that no client would send as it is; the answer must not hold the secret."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    sent = {
        "Host": served.url[7:],
        "Origin": served.url,
        "Cookie": cookies,
        "Content-Length": "0",
        "Connection": "close",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in {**sent, **headers}.items())
    answer = raw(served, f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode())
    assert SECRET.encode() not in answer
    return int(answer.split(b" ", 2)[1])


def test_names_of_procedures_and_stations_are_no_paths(served: Served, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("procedure: {en: x}\n")
    with served.browser() as client:
        for name in (
            "../mine",
            str(tmp_path / "mine"),
            "/etc/passwd",
            "mine.yaml",
            "dmm-34401a/../dmm-34401a",
        ):
            shown = client.get("/start", params={"procedure": name, "station": "demo"})
            assert "There is no &#39;" in shown.text, name
            assert served.form(client, "/start", procedure="dmm-34401a", station=name).status_code == 409


@pytest.mark.parametrize(
    "path",
    [
        "/runs/%0d%0aSet-Cookie:%20a=b",
        "/sign-in?next=/%0d%0aSet-Cookie:%20a=b",
        "/runs/%E2%80%A8x",
        "/runs?first=1%0d%0aX:y",
    ],
)
def test_no_header_can_be_put_in_through_an_address(served: Served, path: str) -> None:
    for cookies in ({}, {"calbench": "x"}):
        answer = httpx.get(served.url + path, cookies=cookies)
        assert "set-cookie" not in answer.headers
        assert "x" not in answer.headers
    with served.browser("") as client:
        answer = client.post(
            "/sign-in", data={"name": "Olga", "password": PASSWORD, "next": "/runs\r\nSet-Cookie: a=b"}
        )
        assert answer.headers["location"] == "/"
        answer = client.post("/language", data={"language": "zh\r\nX: y", "next": "/\r\nX: y"})
        assert "x" not in answer.headers
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "target",
    [
        "//x.example",
        "///x.example",
        "/\\x.example",
        "\\\\x.example",
        "https:x.example",
        "/\t/x.example",
        "javascript:alert(1)",
        "/\x00/x",
        " //x.example",
        "http://127.0.0.1@x.example",
    ],
)
def test_no_address_leads_away_after_signing_in(served: Served, target: str) -> None:
    with served.browser("") as client:
        shown = client.get("/sign-in", params={"next": target}).text
        assert 'name="next" value="/"' in shown
        for path, fields in (
            ("/sign-in", {"name": "Olga", "password": PASSWORD}),
            ("/language", {"language": "zh"}),
        ):
            answer = client.post(path, data={**fields, "next": target})
            assert answer.headers["location"] == "/"


def test_two_answers_to_how_long_a_body_is_are_refused(served: Served) -> None:
    host = served.url[7:].encode()
    both = (
        b"POST /sign-in HTTP/1.1\r\nHost: %s\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        % host
    )
    twice = (
        b"POST /sign-in HTTP/1.1\r\nHost: %s\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde" % host
    )
    hosts = b"GET /runs HTTP/1.1\r\nHost: %s\r\nHost: x.example\r\n\r\n" % host
    for request in (both, twice, hosts):
        assert raw(served, request).split(b" ")[1] in (b"400", b"403", b"421")


def test_a_head_without_end_is_refused(served: Served) -> None:
    head = b"GET /sign-in HTTP/1.1\r\nHost: %s\r\nX: %s\r\n\r\n" % (served.url[7:].encode(), b"a" * 200_000)
    assert raw(served, head).split(b" ")[1] in (b"400", b"431")


def test_who_speaks_too_slowly_is_hung_up_on_and_keeps_nobody_out(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "HEAD_WITHIN", 1.0)
    monkeypatch.setattr(patience, "BODY_WITHIN", 1.0)
    host, port = served.url[7:].split(":")
    head = b"GET /sign-in HTTP/1.1\r\nHost: x"
    body = b"POST /sign-in HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nContent-Length: 100\r\n\r\nname" % (
        served.url[7:].encode(),
        served.url.encode(),
    )
    sockets = [socket.create_connection((host, int(port)), timeout=20) for _ in range(260)]
    try:
        for sock, part in zip(sockets, itertools.cycle((b"", head, body)), strict=False):
            sock.sendall(part)
        for sock in sockets:
            while sock.recv(65536):
                pass  # an answer that refuses may come first; then it ends
    finally:
        for sock in sockets:
            sock.close()
    assert httpx.get(f"{served.url}/sign-in").status_code == 200


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
