"""Environments for programs that were not written here, and the simulated stations they talk to.

Each peer has a virtual environment of its own under `.peers/`, made when it is first needed and again when what
it must hold has changed. Tests run a script there, in a process of its own, and look at the JSON that it prints.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENTS = ROOT / ".peers"
STAMP = "made-from"  # in a complete environment: what it was made from
INSTALL_LIMIT, RUN_LIMIT, SERVE_LIMIT = 600, 120, 300  # real seconds


@dataclass(frozen=True)
class Peer:
    """The environment of one client program."""

    folder: Path

    @property
    def programs(self) -> Path:
        """The folder with its interpreter and commands."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def run(self, script: str, *arguments: str) -> Any:
        """Run a script of this folder there, and give what it printed last, as JSON says it."""
        python = str(self.programs / "python")
        printed = self.command(python, "-I", str(Path(__file__).with_name(script)), *arguments)
        return json.loads(printed.splitlines()[-1])

    def command(self, *words: str) -> str:
        """Run a command in the checkout and give its output; fails the test if it does not end well."""
        # What peers keep for their user (logs, settings) goes into their environment.
        home = {
            "HOME": str(self.folder),
            "USERPROFILE": str(self.folder),
            "QCODES_USER_PATH": str(self.folder),
        }
        return _run(words, limit=RUN_LIMIT, extra=home)


@dataclass(frozen=True)
class Bench:
    """A simulated station as a client sees it: VISA library, and resource names by instrument."""

    library: str
    resources: Mapping[str, str]


Serve = Callable[[str], Bench]


@pytest.fixture(scope="session")
def peer() -> Callable[[str], Peer]:
    """Give the environment of a peer by its name; the extra `peers-<name>` says what is in it."""
    made: dict[str, Peer] = {}

    def find(name: str) -> Peer:
        if name not in made:
            made[name] = Peer(_environment(name))
        return made[name]

    return find


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """Serve a station on loopback sockets until the module is done; in virtual time."""
    with ExitStack() as running:
        yield lambda station: running.enter_context(_served(station))


@contextmanager
def _served(station: str) -> Iterator[Bench]:
    words = [sys.executable, "-m", "calbench", "sim", "serve", station, "--virtual-time", "--json"]
    with subprocess.Popen(
        [*words, "--for", str(SERVE_LIMIT)], cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as server:
        assert server.stdout is not None
        try:
            line = server.stdout.readline()
            if not line:
                pytest.fail(f"'calbench sim serve {station}' ended without addresses.", pytrace=False)
            yield Bench("@py", json.loads(line))
        finally:
            server.terminate()


def _environment(name: str) -> Path:
    """Make the environment of a peer, unless it is there; a peer that cannot be had fails its tests."""
    folder = ENVIRONMENTS / name
    wanted = _wanted(name)
    stamp = folder / STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", "--without-pip", str(folder)], limit=INSTALL_LIMIT)
    # This interpreter's pip, and no compiling of modules that are never imported: half the time.
    install = ["-m", "pip", "--python", str(Peer(folder).programs / "python"), "install", "--no-compile"]
    install += ["--quiet", "--disable-pip-version-check", "-e", f"{ROOT}[peers-{name}]"]
    _run([sys.executable, *install], limit=INSTALL_LIMIT)
    stamp.write_text(wanted, encoding="utf-8")
    return folder


def _wanted(name: str) -> str:
    """Say in one line what the environment is made from: interpreter, checkout and requirements."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    requirements = [*project["project"]["dependencies"]]
    requirements += project["project"]["optional-dependencies"][f"peers-{name}"]
    text = "\n".join([sys.version, sys.base_prefix, str(ROOT), repr(project["tool"]["hatch"]), *requirements])
    return hashlib.sha256(text.encode()).hexdigest()


def _run(words: list[str] | tuple[str, ...], *, limit: float, extra: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, **(extra or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=limit,
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(
            f"{' '.join(words)}\nended with {done.returncode}:\n{done.stdout}{done.stderr}", pytrace=False
        )
    return done.stdout
