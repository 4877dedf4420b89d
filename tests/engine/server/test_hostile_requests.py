"""Hostile addresses, heads and bodies over real HTTP: each is tried, and what must not happen is looked for."""

from __future__ import annotations

import itertools
import re
import socket
from pathlib import Path

import httpx
import pytest
from tests.engine.server.attacking import SECRET, path_of, raw
from tests.engine.server.conftest import PASSWORD, Served

from calbench.server.app import API, VIEWS
from calbench.server.security import patience

OPEN = {("GET", "/"), ("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/language")}
ROUTES = sorted(
    {(method, route.path) for module in VIEWS for route in module.router.routes for method in route.methods}
)
INTERFACE = sorted(
    {(method, route.path) for module in API for route in module.router.routes for method in route.methods}
)
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
