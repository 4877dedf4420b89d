"""Https: a real server with a certificate that openssl made, and what is refused without one."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.engine.server.conftest import PASSWORD, QUICK

from calbench.errors import UsageError
from calbench.server.services import services_of
from calbench.server.serving import Address
from calbench.server.settings import Settings

NAME = "localhost"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate and its key, for `localhost` and 127.0.0.1."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate, and is not installed")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "bench.pem", folder / "bench.key"
    command = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    command += ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


@pytest.fixture(scope="module")
def url(pair: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`calbench serve` in a process of its own; gives its address."""
    folder = tmp_path_factory.mktemp("served")
    has = services_of(Settings(folder, folder / "state", work=QUICK))
    has.register.add("Olga", ["operator"], PASSWORD, "test")
    has.database.close()
    options = [f"--runs={folder}", f"--state={folder / 'state'}", "--port=0"]
    options += [f"--tls-cert={pair[0]}", f"--tls-key={pair[1]}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "calbench", "serve", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CALBENCH_LANG": "en", "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1].rstrip("/")
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_the_page_is_served_by_https_and_its_cookie_by_nothing_else(
    url: str, pair: tuple[Path, Path]
) -> None:
    assert url.startswith("https://127.0.0.1:")
    trusted = ssl.create_default_context(cafile=str(pair[0]))
    with httpx.Client(base_url=url, headers={"Origin": url}, verify=trusted, timeout=30) as client:
        answer = client.post("/sign-in", data={"name": "Olga", "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        [cookie] = [one for one in answer.headers.get_list("set-cookie") if "calbench=" in one]
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert cookie.startswith(
            "__Host-calbench="
        )  # browsers hold such a one to Secure, Path=/ and this host
        assert {"secure", "httponly", "path=/"} <= parts
        assert any(part.startswith("samesite=") for part in parts)
        assert not any(part.startswith("domain=") for part in parts)
        assert client.get("/runs").status_code == 200
        plain = {"Origin": url.replace("https", "http")}
        assert client.post("/sign-out", headers=plain).status_code == 403


def test_nobody_is_served_in_the_clear(url: str) -> None:
    with pytest.raises(httpx.HTTPError):
        httpx.get(url.replace("https", "http") + "/sign-in", timeout=30)


def test_another_machine_is_never_served_in_the_clear(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "calbench", "serve", f"--runs={tmp_path}", "--port=0", "--bind=0.0.0.0"],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "CALBENCH_LANG": "en"},
    )
    assert done.returncode != 0
    assert "in plain text" in done.stderr


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (Address("192.0.2.10"), "--tls-cert"),
        (Address("::"), "in plain text"),
        (Address(certificate=Path("bench.pem")), "go together"),
        (Address(key=Path("bench.key")), "go together"),
    ],
)
def test_an_address_is_refused_before_anything_is_served(address: Address, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        address.check()
    Address().check()
    Address("192.0.2.10", certificate=Path("bench.pem"), key=Path("bench.key")).check()
