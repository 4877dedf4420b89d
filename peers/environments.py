"""Environments for programs that were not written here: `.peers/<name>`, made from the extras `peers-<name>`.

Each is made when it is first needed and again when what it must hold has changed; two at a time. Programs of the
folder `programs` run there, in processes of their own.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENTS = ROOT / ".peers"
PROGRAMS = Path(__file__).with_name("programs")
STAMP = "made-from"  # in a complete environment: what it was made from
INSTALL_LIMIT, RUN_LIMIT, END_LIMIT = 600, 120, 10  # real seconds
AT_A_TIME = 2
OURSELVES = "calbench"  # among the requirements: this checkout


class PeerError(Exception):
    """A program of others could not be installed, or did not end well."""


@dataclass(frozen=True)
class Server:
    """A server of a peer that runs.

    Attributes:
        port: Of 127.0.0.1.
    """

    port: int
    orders: IO[str]
    answers: IO[str]

    def tell(self, order: str) -> Any:
        """Give it an order that is no business of the protocol, such as to put a load on the pan; gives its answer."""
        self.orders.write(order + "\n")
        self.orders.flush()
        return json.loads(self.answers.readline())


@dataclass(frozen=True)
class Peer:
    """An environment, and what runs in it."""

    folder: Path

    @property
    def programs(self) -> Path:
        """The folder with its interpreter and commands."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def run(self, program: str, *arguments: str) -> Any:
        """Run a program of our folder there, and give what it printed last, as JSON says it."""
        return json.loads(self.command(*self._words(program, arguments)).splitlines()[-1])

    def command(self, *words: str) -> str:
        """Run a command in the checkout and give its output.

        Raises:
            PeerError: It did not end well.
        """
        return _run(words, limit=RUN_LIMIT, extra=self._home())

    @contextmanager
    def started(self, program: str, *arguments: str) -> Iterator[Server]:
        """Start a server of our folder there, and end it after use.

        The server ends when its standard input does: so nothing is left behind, however this process ends.

        Raises:
            PeerError: It ended at once.
        """
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as complaints,
            subprocess.Popen(
                self._words(program, arguments),
                cwd=ROOT,
                env={**os.environ, **self._home()},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                encoding="utf-8",
            ) as process,
        ):
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                line = process.stdout.readline()
                if not line:
                    process.wait(END_LIMIT)
                    complaints.seek(0)
                    raise PeerError(f"{program} ended without an address:\n{complaints.read()}")
                yield Server(json.loads(line), process.stdin, process.stdout)
            finally:
                process.stdin.close()
                try:
                    process.wait(END_LIMIT)
                except subprocess.TimeoutExpired:
                    process.kill()

    def _words(self, program: str, arguments: Iterable[str]) -> list[str]:
        return [str(self.programs / "python"), "-I", str(PROGRAMS / program), *arguments]

    def _home(self) -> Mapping[str, str]:
        """Let peers keep what is for their user (logs, settings) in their environment."""
        folder = str(self.folder)
        return {"HOME": folder, "USERPROFILE": folder, "QCODES_USER_PATH": folder}


class Environments:
    """The environments by the names of the peers in them."""

    def __init__(self) -> None:
        self._project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        self._making: dict[str, Future[Peer]] = {}
        self._pool = ThreadPoolExecutor(AT_A_TIME)

    def of(self, peer: str) -> Peer:
        """Give the environment of a peer, and wait until it is made.

        Raises:
            PeerError: It cannot be made.
        """
        (name,) = self.prepare([peer])
        return self._making[name].result()

    def prepare(self, peers: Iterable[str]) -> list[str]:
        """Begin to make the environments of these peers, in this order; gives their names."""
        pinned = {peer: name for name, peers in pins(self._project).items() for peer in peers}
        names = list(dict.fromkeys(pinned[peer] for peer in peers))
        for name in names:
            if name not in self._making:
                self._making[name] = self._pool.submit(self._make, name)
        return names

    def weight(self, peer: str) -> int:
        """Give how many requirements its environment has: a small one is made sooner."""
        return next(len(peers) for peers in pins(self._project).values() if peer in peers)

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(cancel_futures=True)

    def _make(self, name: str) -> Peer:
        folder = ENVIRONMENTS / name
        requirements = self._project["project"]["optional-dependencies"][f"peers-{name}"]
        wanted = self._wanted(requirements)
        stamp = folder / STAMP
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
            return Peer(folder)
        shutil.rmtree(folder, ignore_errors=True)
        _run([sys.executable, "-m", "venv", "--without-pip", str(folder)], limit=INSTALL_LIMIT)
        # This interpreter's pip, and no compiling of modules that are never imported: half the time.
        install = ["-m", "pip", "--python", str(Peer(folder).programs / "python"), "install", "--no-compile"]
        install += ["--quiet", "--disable-pip-version-check"]
        for requirement in requirements:
            install += ["-e", str(ROOT)] if requirement == OURSELVES else [requirement]
        _run([sys.executable, *install], limit=INSTALL_LIMIT)
        stamp.write_text(wanted, encoding="utf-8")
        return Peer(folder)

    def _wanted(self, requirements: list[str]) -> str:
        """Say in one line what an environment is made from: interpreter, and requirements or checkout."""
        parts = [sys.version, sys.base_prefix, *requirements]
        if OURSELVES in requirements:
            project = self._project
            parts += [str(ROOT), repr(project["tool"]["hatch"]), *project["project"]["dependencies"]]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def pins(project: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Give the versions that the extras `peers-…` of a project pin: by environment, then by package."""
    return {
        extra.removeprefix("peers-"): {
            found[1]: found[2]
            for found in (re.fullmatch(r"([\w.-]+)(?:\[\w+\])?==([\w.]+)", text) for text in requirements)
            if found
        }
        for extra, requirements in project["project"]["optional-dependencies"].items()
        if extra.startswith("peers-")
    }


def _run(words: Sequence[str], *, limit: float, extra: Mapping[str, str] | None = None) -> str:
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
        raise PeerError(f"{' '.join(words)}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
