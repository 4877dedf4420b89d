"""What the gate refuses: requests that no page of this server can have sent."""

from __future__ import annotations

import contextlib

import httpx
import pytest
from tests.engine.server.conftest import PASSWORD, Served


def test_a_name_that_was_made_to_lead_here_is_refused(served: Served) -> None:
    # DNS rebinding: attacker.example resolves to 127.0.0.1 after its page was loaded
    for host in ("attacker.example", "attacker.example:80", "127.0.0.1.attacker.example", "", "[::1"):
        answer = httpx.get(f"{served.url}/sign-in", headers={"Host": host})
        assert answer.status_code in (400, 421), host


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://attacker.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
)
def test_a_form_that_another_site_sends_is_refused(served: Served, headers: dict[str, str]) -> None:
    with served.browser() as client:
        cookies = dict(client.cookies)
    answer = httpx.post(f"{served.url}/sign-out", headers=headers, cookies=cookies)
    assert answer.status_code == 403
    assert httpx.get(f"{served.url}/runs", cookies=cookies).status_code == 200


def test_another_site_cannot_even_sign_somebody_in(served: Served) -> None:
    answer = httpx.post(
        f"{served.url}/sign-in",
        data={"name": "Olga", "password": PASSWORD},
        headers={"Origin": "https://attacker.example"},
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_page_may_be_linked_from_another_site_but_not_fetched(served: Served) -> None:
    with served.browser() as client:
        link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        assert client.get("/runs", headers=link).status_code == 200
        frame = {**link, "Sec-Fetch-Dest": "iframe"}
        assert client.get("/runs", headers=frame).status_code == 403
        fetch = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
        assert client.get("/runs", headers=fetch).status_code == 403


def test_a_body_without_end_is_refused(served: Served) -> None:
    with served.browser() as client:
        answer = client.post("/sign-in", content=b"name=" + b"x" * 300_000)
        assert answer.status_code == 413

        def chunks():
            for _ in range(100):
                yield b"x" * 10_000

        with contextlib.suppress(
            httpx.WriteError, httpx.ReadError
        ):  # it may be cut off while it still speaks
            assert client.post("/sign-in", content=chunks()).status_code == 413
    with served.browser() as client:
        assert client.get("/runs").status_code == 200


def test_every_answer_forbids_frames_foreign_scripts_and_copies(served: Served) -> None:
    with served.browser() as client:
        for path in ("/runs", "/sign-in", "/static/run.js", "/nowhere"):
            headers = client.get(path).headers
            assert "default-src 'self'" in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"
            assert "unsafe" not in headers["content-security-policy"]


def test_no_page_has_a_script_of_its_own_in_it(served: Served) -> None:
    with served.browser() as client:
        for path in ("/runs", f"/runs/{run_of(client)}"):
            text = client.get(path).text
            assert all('src="/static/' in part[:200] for part in text.split("<script")[1:])
            assert " onclick=" not in text
            assert " style=" not in text


def run_of(client: httpx.Client) -> str:
    return client.get("/runs").text.split('href="/runs/')[2].split('"')[0]
