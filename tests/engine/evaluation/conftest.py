"""Runs to evaluate: the shipped demonstration, made once, and journals that are written by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from calbench.documents.canonical import digest
from calbench.documents.plan import Plan
from calbench.documents.record import Record
from calbench.evaluation.recording import evaluate_run
from calbench.workflow import Finished, Options, execute, prepare

PROCEDURE = """\
procedure: Voltages by hand
id: by-hand
version: 1.0.0
language: 1
roles:
  uut: {needs: [measure.voltage.dc], fallback: keyboard}
#decision
tests:
  - test: dcv
    read: uut.voltage.dc
    points: [10 V]
    prompt: Apply {nominal}.
    mpe: 1 mV
#more
"""

SHORT = """\
procedure: Short
id: short
version: 1.0.0
language: 1
roles:
  uut:    {needs: [measure.voltage.dc]}
  source: {needs: [source.voltage.dc]}
decision: {rule: guarded}
connections:
  leads: {title: Leads, text: Connect the leads., confirm: [Connected]}
tests:
  - test: dcv
    connection: leads
    apply: source.voltage.dc
    read: uut.voltage.dc
    readings: 2
    ranges: [{range: 10 V, points: [1 V, 5 V, 10 V], mpe: 1 mV, resolution: 10 uV}]
    uncertainty:
      - {name: Calibrator, from: source.uncertainty}
      - {name: Repeatability, type: A, std: stdev / sqrt(n), dof: n - 1}
  - test: look
    prompt: Look.
    ask: [{name: found, question: In order?, answers: [in order, not in order], must_be: in order}]
"""


@dataclass
class Journal:
    """A journal written by hand: a real chain, and only the events that matter."""

    plan: Plan
    lines: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.add("run_opened", {"plan": digest(self.plan), "simulated": True})

    def add(self, kind: str, body: dict[str, Any], *, point: str = "", attempt: int = 0) -> None:
        self.lines.append(
            {
                "seq": len(self.lines) + 1,
                "prev": "",
                "t_utc": f"2026-01-05T08:00:{len(self.lines) % 60:02d}.000000Z",
                "t_mono": f"{len(self.lines)}.000000",
                "actor": "runner",
                "type": kind,
                "position": "1",
                "point": point,
                "attempt": attempt,
                "body": body,
            }
        )

    def attempt(
        self,
        point: str,
        number: int,
        volts: Sequence[str],
        *,
        applied: str | None = None,
        complete: bool = True,
    ) -> None:
        """One attempt in one pass."""
        self.add("attempt_started", {"pass": "1"}, point=point, attempt=number)
        if applied is not None:
            body = {"role": "source", "text": applied, "value": applied, "unit": "V"}
            self.add("applied", body, point=point, attempt=number)
        for index, text in enumerate(volts, start=1):
            read = {"role": "uut", "pass": "1", "text": text, "value": text, "unit": "V"}
            self.add("reading", {**read, "index": index, "typed": False}, point=point, attempt=number)
        if complete:
            self.add("attempt_finished", {"pass": "1"}, point=point, attempt=number)

    def data(self) -> bytes:
        prev, out = "0" * 64, b""
        for line in self.lines:
            text = rfc8785.dumps({**line, "prev": prev})
            prev = hashlib.sha256(text).hexdigest()
            out += text + b"\n"
        return out

    def record(self) -> Record:
        return evaluate_run(self.plan, self.data())


class Desk:
    """Plans small procedures on the keyboard station, to be evaluated with journals written by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def plan(self, *changes: tuple[str, str]) -> Plan:
        text = PROCEDURE
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path = self.folder / "procedure.yaml"
        path.write_text(text, encoding="utf-8")
        return prepare(str(path), "demo", Options(position="1")).plan

    def judged(self, value: Decimal | str, *changes: tuple[str, str]) -> Any:
        """Give the result of one reading at the 10 V point."""
        journal = Journal(self.plan(*changes))
        journal.attempt("dcv/10V", 1, [str(value)])
        return journal.record().results[0]

    @staticmethod
    def journal(plan: Plan) -> Journal:
        return Journal(plan)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def multimeter(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return execute(prepare("dmm-34401a", "demo", Options()), tmp_path_factory.mktemp("multimeter"))


@pytest.fixture(scope="session")
def scale(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return execute(prepare("scale-class3", "demo", Options()), tmp_path_factory.mktemp("scale"))


@pytest.fixture(scope="session")
def part(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A short run: two voltages of three, with a budget, and an inspection."""
    folder = tmp_path_factory.mktemp("part")
    (folder / "short.yaml").write_text(SHORT, encoding="utf-8")
    return execute(
        prepare(str(folder / "short.yaml"), "demo", Options(only=("*5V", "*10V", "look/*"))), folder
    )
