"""A laboratory in a folder: small procedures run on the demonstration bench, with the simulated world in hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from calbench.authoring.loading import load_station
from calbench.documents.journal import Event, parse
from calbench.documents.plan import Plan
from calbench.documents.prompt import Ask, Operator
from calbench.documents.record import Record, Result
from calbench.evaluation.nearing import near_limit
from calbench.evaluation.recording import evaluate_run, failing
from calbench.execution.controlling import Control
from calbench.execution.journalling import Listener
from calbench.execution.leasehold import Leased
from calbench.execution.running import Outcome, run
from calbench.instruments.opening import LinkSpec
from calbench.simulation.prompted import SimulatedOperator
from calbench.simulation.staging import Stage
from calbench.workflow import Options, prepare, surroundings
from calbench.workflow.staging import stage_twin

DEMO = Path(__file__).parents[3] / "stations" / "demo.yaml"

VOLTS = """\
procedure: Two voltages
id: two-voltages
version: 1.0.0
language: 1
roles:
  uut:    {needs: [measure.voltage.dc]}
  source: {needs: [source.voltage.dc], must_be_in_calibration: true}
#environment
connections:
  leads: {title: Leads, text: Connect the leads., confirm: [Connected]}
tests:
  - test: dcv
    connection: leads
    apply: source.voltage.dc
    read: uut.voltage.dc
    settle: 5 s
    readings: 2
    ranges:
      - {range: 10 V, points: [5 V, 10 V], mpe: 0.0035 % rdg + 0.0005 % rng, resolution: 10 uV}
    uncertainty:
      - {name: Calibrator, from: source.uncertainty}
      - {name: Meter resolution, half_width: resolution / 2, shape: rectangular}
policy: {on_fail: continue, comms_retry: 0}
"""

SCALE = """\
procedure: Two loads
id: two-loads
version: 1.0.0
language: 1
roles:
  uut:     {needs: [measure.mass], fallback: keyboard}
  weights: {needs: [standard.mass], class: [M1], must_be_in_calibration: true}
tests:
  - test: load
    read: uut.mass
    place: weights
    points: [1 kg, 10 kg]
    stable: {within: 5 g, for: 3 s, timeout: 30 s, on_timeout: ask}
    resolution: 5 g
    mpe: 10 g
policy: {on_fail: continue}
"""


@dataclass
class Ran:
    """A run that ended, with the world that it happened in."""

    plan: Plan
    outcome: Outcome
    journal: bytes
    stage: Stage

    @property
    def events(self) -> list[Event]:
        return parse(self.journal)[0]

    @property
    def record(self) -> Record:
        return evaluate_run(self.plan, self.journal)

    def result(self, name: str) -> Result:
        return next(one for one in self.record.results if one.id == name)

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.type == kind]

    @property
    def output(self) -> float:
        """Give what truly is at the meter's input, in volts."""
        return self.stage.world.terminal("1.input").seen().voltage

    @property
    def switched_off(self) -> bool:
        return abs(self.output) < 1e-6 and not self.stage.world.device("calibrator").operating  # type: ignore[attr-defined] # of a calibrator


class Lab:
    """Writes procedures and stations into a folder of its own, and runs them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stages: list[Stage] = []
        self._runs = 0
        shutil.copytree(DEMO.parent / "assets", folder / "assets")

    def station(self, *changes: tuple[str, str], simulation: str = "") -> Path:
        """Write the demonstration station with these changes, and with lines added to its simulation."""
        text = DEMO.read_text(encoding="utf-8") + simulation
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path = self.folder / "station.yaml"
        path.write_text(text, encoding="utf-8")
        self._loaded, self._assets = load_station(path, surroundings())
        return path

    def plan(
        self,
        text: str,
        *changes: tuple[str, str],
        station: Path | None = None,
        options: Options | None = None,
    ) -> Plan:
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path = self.folder / "procedure.yaml"
        path.write_text(text, encoding="utf-8")
        return prepare(str(path), str(station or self.station()), options or Options()).plan

    def run(
        self,
        plan: Plan,
        *,
        operator: Callable[[Stage], Operator] | None = None,
        listen: Callable[[Stage], Listener] | None = None,
        control: Control | None = None,
        leased: Leased | None = None,
    ) -> Ran:
        """Run a plan on the station that was written last."""
        stage = stage_twin(self._loaded.model, self._assets, None, real_time=False)
        stage.hands.connect("")
        self._stages.append(stage)
        self._runs += 1
        path = self.folder / f"journal-{self._runs}.jsonl"
        events: list[Event] = []
        outcome = run(
            plan,
            path,
            SimulatedOperator(stage, plan.uut.position) if operator is None else operator(stage),
            stage.world.clock,
            redirect={
                name: LinkSpec(one.kind, one.address, one.library, one.line, one.timeout)  # type: ignore[arg-type] # one of its kinds
                for name, one in stage.addresses.items()
            },
            failing=lambda test: failing(plan, events, test),
            near=lambda _position, point, attempt: near_limit(plan, events, point, attempt),
            listeners=(events.append, *([] if listen is None else [listen(stage)])),
            control=control,
            leased=leased,
        )
        return Ran(plan, outcome, path.read_bytes(), stage)

    def close(self) -> None:
        for stage in self._stages:
            stage.world.close()


class Answering(SimulatedOperator):
    """The simulated operator, who says something else where a prompt's id has a given beginning."""

    def __init__(self, stage: Stage, position: str, answers: dict[str, list[str]]) -> None:
        super().__init__(stage, position)
        self.answers = {key: list(texts) for key, texts in answers.items()}
        self.told: list[str] = []
        self.asked: list[Ask] = []

    def answer(self, ask: Ask) -> str:
        self.asked.append(ask)
        usual = super().answer(ask)
        for start, texts in self.answers.items():
            if ask.id.startswith(start) and texts:
                return texts.pop(0) if len(texts) > 1 else texts[0]
        return usual

    def tell(self, text: str) -> None:
        self.told.append(text)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path)
    yield lab
    lab.close()


@pytest.fixture(scope="session")
def texts() -> dict[str, str]:
    """Give the small procedures."""
    return {"volts": VOLTS, "scale": SCALE}


@pytest.fixture
def answering() -> Callable[[Plan, dict[str, list[str]]], Callable[[Stage], Operator]]:
    """Make an operator who gives these answers."""

    def make(plan: Plan, answers: dict[str, list[str]]) -> Callable[[Stage], Operator]:
        return lambda stage: Answering(stage, plan.uut.position, answers)

    return make
