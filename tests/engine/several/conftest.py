"""Several units on a simulated bench: a run with the world in hand, and what became of each unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from calbench.clock import VirtualClock
from calbench.documents.canonical import digest
from calbench.documents.journal import Event, at_position, parse
from calbench.documents.plan import Plan
from calbench.documents.prompt import Ask
from calbench.evaluation.recording import failing
from calbench.execution.controlling import Control
from calbench.execution.journalling import Listener
from calbench.execution.reopening import take_up
from calbench.execution.running import Outcome, Resumed, run
from calbench.instruments.opening import LinkSpec
from calbench.simulation.faults import Fault
from calbench.simulation.prompted import SimulatedOperator
from calbench.simulation.staging import Stage
from calbench.workflow import Options, Prepared, prepare
from calbench.workflow.staging import eyes_of, stage_twin

STATIONS = Path(__file__).parents[3] / "stations"


@dataclass
class Ran:
    """A run that ended, and the world that it happened in."""

    plan: Plan
    outcome: Outcome
    journal: bytes
    stage: Stage
    operator: Answering

    @property
    def events(self) -> list[Event]:
        return parse(self.journal)[0]

    def of(self, kind: str, position: str | None = None) -> list[Event]:
        return [
            event
            for event in self.events
            if event.type == kind and (position is None or event.position == position)
        ]

    def seen_by(self, position: str) -> list[Event]:
        return at_position(self.events, position)

    def unit(self, position: str) -> Mapping[str, object]:
        units: Mapping[str, Mapping[str, object]] = self.events[-1].body["units"]  # type: ignore[assignment]
        return units[position]

    def readings(self, position: str) -> dict[str, int]:
        """Give how many readings count at each point of a unit."""
        found: dict[str, int] = {}
        gone = {(one.point, one.attempt) for one in self.of("attempt_discarded", position)}
        for event in self.of("reading", position):
            if (event.point, event.attempt) not in gone:
                found[event.point] = found.get(event.point, 0) + 1
        return found

    @property
    def switched_off(self) -> bool:
        return not any(getattr(device, "operating", False) for device in self.stage.world.devices.values())


class Answering(SimulatedOperator):
    """The simulated operator, who says something else where a prompt's id has a given beginning."""

    def __init__(self, stage: Stage, plan: Plan, answers: Mapping[str, Sequence[str]]) -> None:
        super().__init__(stage, plan.uut.position, eyes=eyes_of(plan))
        self.answers = {key: list(texts) for key, texts in answers.items()}
        self.asked: list[Ask] = []

    def answer(self, ask: Ask) -> str:
        self.asked.append(ask)
        usual = super().answer(ask)
        for start, texts in self.answers.items():
            if ask.id.startswith(start) and texts:
                return texts.pop(0) if len(texts) > 1 else texts[0]
        return usual


@dataclass
class Crewed:
    """Plans runs of several units, and runs them."""

    folder: Path
    stages: list[Stage] = field(default_factory=list)
    prepared: Prepared | None = None
    made: int = 0

    def plan(
        self,
        text: str,
        station: str | Path = "demo-bench-4",
        positions: tuple[str, ...] = ("all",),
        **options: Mapping[str, str],
    ) -> Plan:
        """Plan a procedure (its text, or the name of a shipped one)."""
        path = text
        if "\n" in text:
            file = self.folder / "procedure.yaml"
            file.write_text(text, encoding="utf-8")
            path = str(file)
        self.prepared = prepare(path, str(station), Options(positions=positions, **options))  # type: ignore[arg-type]
        return self.prepared.plan

    def station(self, name: str, *changes: tuple[str, str]) -> Path:
        """Write a shipped station with these changes."""
        text = (STATIONS / f"{name}.yaml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        if not (self.folder / "assets").exists():
            (self.folder / "assets").symlink_to(STATIONS / "assets")
        path = self.folder / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def run(
        self,
        plan: Plan,
        *,
        faults: Mapping[str, Fault] | None = None,
        answers: Mapping[str, Sequence[str]] | None = None,
        listen: Callable[[Stage], Listener] | None = None,
        control: Control | None = None,
        resumed: tuple[Path, Stage] | None = None,
        setup_again: bool = False,
    ) -> Ran:
        assert self.prepared is not None
        if resumed is None:
            self.made += 1
            path = self.folder / f"journal-{self.made}.jsonl"
            stage = stage_twin(self.prepared.station.model, self.prepared.assets, None, real_time=False)
            stage.hands.connect("")
            self.stages.append(stage)
        else:
            path, stage = resumed
        for name, fault in (faults or {}).items():
            stage.world.fault(name, fault)
        seen: list[Event] = []
        operator = Answering(stage, plan, answers or {})
        whole = digest(plan)
        part = None
        if resumed is not None:
            tail = take_up(path)
            seen = list(tail.events)
            part = Resumed(tail, setup_again)
        outcome = run(
            plan,
            path,
            operator,
            stage.world.clock,
            redirect=specs(stage),
            failing=lambda test: failing(plan, seen, test),
            failing_at=lambda position, test: failing(
                plan.at(position, whole), at_position(seen, position), test
            ),
            listeners=(seen.append, *([] if listen is None else [listen(stage)])),
            control=control,
            resumed=part,
        )
        return Ran(plan, outcome, path.read_bytes(), stage, operator)

    def journal(self) -> Path:
        return self.folder / f"journal-{self.made}.jsonl"


def specs(stage: Stage) -> dict[str, LinkSpec]:
    return {
        name: LinkSpec(one.kind, one.address, one.library, one.line, one.timeout, one.unit)  # type: ignore[arg-type] # one of its kinds
        for name, one in stage.addresses.items()
    }


def seconds(ran: Ran) -> float:
    """Give how long a run took on its clock."""
    assert isinstance(ran.stage.world.clock, VirtualClock)
    return float(ran.events[-1].t_mono)


@pytest.fixture
def crewed(tmp_path: Path) -> Iterator[Crewed]:
    crewed = Crewed(tmp_path)
    yield crewed
    for stage in crewed.stages:
        stage.world.close()
