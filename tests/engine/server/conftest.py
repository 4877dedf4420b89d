"""A real server on a loopback port, with accounts, and runs that real child processes make."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from calbench.control.channel import alive, tell
from calbench.control.verbs import Command
from calbench.server.accounts.passwords import Work
from calbench.server.services import Services, services_of
from calbench.server.serving import Address, Running
from calbench.server.settings import Settings
from calbench.workflow import Options, execute, prepare

PASSWORD = "correct horse battery"
QUICK = Work(n=16, r=1, p=1)
"""What the passwords of these tests cost; that of a server is tested beside the passwords."""
PEOPLE = {"Olga": ["operator"], "Ravi": ["reviewer"], "Hana": ["head", "operator"]}


@dataclass
class Served:
    """A server that runs, where it is, and what it works on."""

    url: str
    settings: Settings
    services: Services
    stop: Callable[[], None]

    @contextlib.contextmanager
    def browser(self, name: str = "Olga") -> Iterator[httpx.Client]:
        """Give a client that sends what a browser sends with a form of the page, signed in unless it has no name."""
        with httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=30) as client:
            if name:
                answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
                assert answer.status_code == 303, answer.text
            yield client

    def form(self, client: httpx.Client, path: str, **fields: str) -> httpx.Response:
        """Send a form as the page does, with the secret of its session."""
        csrf = client.get("/runs").text.split('name="csrf" value="')[1].split('"')[0]
        return client.post(path, data={"csrf": csrf, **fields})


@pytest.fixture(scope="session")
def finished_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of the demonstration bench that completed."""
    folder = tmp_path_factory.mktemp("finished")
    for procedure in ("dmm-34401a", "scale-class3"):
        execute(prepare(procedure, "demo", Options(simulate=True)), folder)
    return folder


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of accounts; a test takes a copy."""
    state = tmp_path_factory.mktemp("people")
    has = services_of(Settings(runs=state, state=state, work=QUICK))
    for name, roles in PEOPLE.items():
        has.register.add(name, roles, PASSWORD, "test")
    has.database.close()
    return state


@pytest.fixture
def served(tmp_path: Path, finished_runs: Path, people: Path) -> Iterator[Served]:
    runs = tmp_path / "runs"
    shutil.copytree(finished_runs, runs)
    shutil.copytree(people, tmp_path / "state")
    settings = Settings(runs=runs, state=tmp_path / "state", work=QUICK)
    with Running(settings, Address(port=0)) as running:
        yield Served(running.url.rstrip("/"), settings, running.services, running.stop)
        for folder in runs.glob("2026*"):  # whatever a test has left running
            if alive(folder):
                tell(folder, Command(verb="abort", by="end of the test"))
