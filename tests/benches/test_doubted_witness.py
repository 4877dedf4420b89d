"""Whether a source that its witness looks at (`seen_by`) can be called off while it is on.

Each case is a run on the simulated bench with one thing wrong; what the source really puts out is asked of the bench.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from tests.benches.power_of_a_source import procedure

from calbench.control.verbs import Command
from calbench.documents.journal import Event, parse
from calbench.execution.controlling import Control
from calbench.simulation.faults import Fault
from calbench.simulation.staging import Stage
from calbench.workflow import GUARD, JOURNAL, Options, execute, prepare
from calbench.workflow.staging import stage_twin

STATIONS = Path(__file__).parents[2] / "stations"
PROCEDURE = procedure("5 A, 10 A", settle="0 s")
LEADS = "to: [1.input, reference.input]"
ALL_VALUES = r"(?s).*\x50\x02\x3f\xff.*"
"""What the reference answers when it is asked for all that it measures."""


@dataclass
class Ran:
    """A run that ended, and the bench as it was left."""

    status: str
    events: list[Event]
    stage: Stage
    guard: list[Event]

    @property
    def made_safe(self) -> list[tuple[str, str, str]]:
        return [
            (str(one.body["instrument"]), str(one.body["result"]), str(one.body["message"]))
            for one in self.events
            if one.type == "safe_state"
        ]

    def is_on(self, name: str = "source") -> bool:
        return self.stage.world.device(name)._output._load is not None  # type: ignore[attr-defined] # of a CL309

    def sent(self, *names: str) -> list[str]:
        """Give with whom of these was spoken, in turn."""
        spoken = [str(one.body["instrument"]) for one in self.events if one.type == "exchange"]
        return [name for name, _ in groupby(name for name in spoken if name in names)]


@dataclass
class Benches:
    """Runs the procedure on the meter bench, with changes to its station and to what its instruments do."""

    folder: Path
    stages: list[Stage] = field(default_factory=list)
    control: Control = field(default_factory=Control)

    def run(
        self,
        *changes: tuple[str, str],
        faults: dict[str, Fault] | None = None,
        alter: Callable[[Any], None] = lambda _world: None,
        listen: Callable[[Event, Any], None] = lambda _event, _world: None,
        procedure: str = PROCEDURE,
    ) -> Ran:
        text = (STATIONS / "demo-meter.yaml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        (self.folder / "assets").symlink_to(STATIONS / "assets")
        (self.folder / "demo-meter.yaml").write_text(text, encoding="utf-8")
        (self.folder / "power.yaml").write_text(procedure, encoding="utf-8")
        prepared = prepare(str(self.folder / "power.yaml"), str(self.folder / "demo-meter.yaml"), Options())
        stage = stage_twin(prepared.station.model, prepared.assets, None, real_time=False)
        stage.hands.connect("")
        self.stages.append(stage)
        for name, fault in (faults or {}).items():
            stage.world.fault(name, fault)
        alter(stage.world)
        finished = execute(
            prepared,
            self.folder / "runs",
            stage=stage,
            control=self.control,
            listeners=(lambda event: listen(event, stage.world),),
        )
        run = finished.record.run
        events, _ = parse((finished.folder / JOURNAL).read_bytes())
        guard = finished.folder / GUARD
        return Ran(run.status, events, stage, parse(guard.read_bytes())[0] if guard.is_file() else [])


@pytest.fixture
def benches(tmp_path: Path) -> Iterator[Benches]:
    benches = Benches(tmp_path)
    yield benches
    for stage in benches.stages:
        stage.world.close()


def stuck_on(world: Any) -> None:
    """Weld the output: the source acknowledges zero, and goes on putting out what it does."""
    world.device("source")._output.stop = lambda: None


def test_without_anything_wrong_it_is_off(benches: Benches) -> None:
    ran = benches.run()
    assert (ran.status, ran.is_on()) == ("COMPLETED", False)


def test_a_source_that_acknowledges_and_stays_on_is_seen(benches: Benches) -> None:
    ran = benches.run(alter=stuck_on)
    assert ran.is_on(), "without this, the rest would say nothing"
    assert ran.status == "UNSAFE"
    assert ran.made_safe[-1] == ("source", "sent_unverified", "reference still sees voltage or current")


def test_a_witness_without_leads_is_found_when_the_source_is_first_switched_on(benches: Benches) -> None:
    ran = benches.run((LEADS, "to: [1.input]"), alter=stuck_on)
    assert ran.is_on()
    assert ran.status == "UNSAFE"
    assert "sees neither voltage nor current. Check its leads" in str(ran.events[-1].body["reason"])
    assert [one.type for one in ran.events].count("reading") == 0
    assert "reference has not seen it while it was on" in ran.made_safe[-1][2]


def test_a_witness_that_answers_an_old_value_is_found_too(benches: Benches) -> None:
    ran = benches.run(faults={"reference": Fault("stuck", pattern=ALL_VALUES)}, alter=stuck_on)
    assert ran.is_on()
    assert (ran.status, ran.made_safe[-1][1]) == ("UNSAFE", "sent_unverified")


def test_a_witness_that_shows_nothing_once_is_not_believed(benches: Benches) -> None:
    # as one does that changes its range: of the looks at the end, two show nothing
    def listen(event: Event, world: Any) -> None:
        if event.type == "attempt_finished" and event.point.endswith("10A"):
            device = world.device("reference")
            whole, looks = device._measure, iter([True, True])

            def measure(since: float, until: float) -> None:
                whole(since, until)
                if next(looks, False):
                    device._phases = tuple(type(one)(0.0, 0.0, 0.0, 0.0) for one in device._phases)

            device._measure = measure

    ran = benches.run(alter=stuck_on, listen=listen)
    assert ran.is_on()
    assert ran.status == "UNSAFE"


def shows_nothing(world: Any) -> None:
    """Take the leads of the reference off: from now on it measures zero."""
    device = world.device("reference")
    whole = device._measure

    def measure(since: float, until: float) -> None:
        whole(since, until)
        device._phases = tuple(type(one)(0.0, 0.0, 0.0, 0.0) for one in device._phases)

    device._measure = measure


def freezes(world: Any) -> None:
    """Have the reference show from now on what it shows now."""
    world.device("reference")._measure = lambda _since, _until: None


def in_the_middle(do: Callable[[Any], None]) -> Callable[[Event, Any], None]:
    """Have something happen once the first of two points is measured."""

    def listen(event: Event, world: Any) -> None:
        if event.type == "attempt_finished" and event.point.endswith("5A"):
            do(world)

    return listen


def test_a_witness_that_goes_blind_in_the_middle_is_found_before_it_is_believed(benches: Benches) -> None:
    ran = benches.run(alter=stuck_on, listen=in_the_middle(shows_nothing))
    assert ran.is_on()
    assert ran.status == "UNSAFE"
    said = "reference did not see it any more while it was on, so it cannot tell that it is off"
    assert ran.made_safe[-1] == ("source", "sent_unverified", said)


def test_nobody_is_let_at_the_leads_of_a_source_whose_witness_went_blind(benches: Benches) -> None:
    def listen(event: Event, world: Any) -> None:
        if event.type == "attempt_finished" and event.point.endswith("5A"):
            shows_nothing(world)
            benches.control.handle(Command(verb="pause", by="B. Bystander"))
        elif event.type == "state" and event.body["state"] == "HELD":  # or it would wait for ever
            benches.control.handle(Command(verb="stop", by="B. Bystander"))

    ran = benches.run(alter=stuck_on, listen=listen)
    assert ran.is_on()
    assert ran.status == "UNSAFE"
    assert not [one for one in ran.events if one.type == "state" and one.body["state"] == "HELD"]


def test_a_witness_that_freezes_while_the_source_is_on_never_sees_it_off(benches: Benches) -> None:
    ran = benches.run(listen=in_the_middle(freezes))
    assert not ran.is_on()
    assert (ran.status, ran.made_safe[-1][1]) == ("UNSAFE", "sent_unverified")


def test_a_blind_witness_ends_a_long_run_at_the_next_load(benches: Benches) -> None:
    # longer than PROVEN_FOR: 120 s
    long = procedure("5 A, 10 A, 5.1 A", settle="130 s")
    ran = benches.run(alter=stuck_on, listen=in_the_middle(shows_nothing), procedure=long)
    assert ran.is_on()
    assert ran.status == "UNSAFE"
    assert "source is on, and reference, which must see whether it is off, sees neither" in str(
        ran.events[-1].body["reason"]
    )
    assert [one.point for one in ran.events if one.type == "reading"] == ["power/5A"]


@pytest.mark.parametrize(("settle", "known"), [("0 s", "verified"), ("130 s", "sent_unverified")])
def test_where_something_failed_a_look_of_two_minutes_ago_is_too_old(
    benches: Benches, settle: str, known: str
) -> None:
    # while the second point settles, the reference does not answer once: the command comes first, nobody looks before
    quiet = {"reference": Fault("silence", after=5, count=1)}
    once = procedure("5 A, 10 A", settle=settle) + "policy: {comms_retry: 0}\n"
    ran = benches.run(faults=quiet, procedure=once)
    assert ran.events[-1].body["reason"], "without this, it would have completed"
    assert ran.made_safe[-1][:2] == ("source", known)
    assert ("too long to tell" in ran.made_safe[-1][2]) is (known != "verified")


def test_an_abort_within_the_first_load_tells_the_guard_that_nobody_saw_it_on(benches: Benches) -> None:
    def listen(event: Event, world: Any) -> None:
        if event.type == "applied":
            benches.control.handle(Command(verb="abort", by="B. Bystander", reason="smoke"))

    ran = benches.run((LEADS, "to: [1.input]"), alter=stuck_on, listen=listen)
    assert ran.is_on()
    assert ran.status == "UNSAFE"
    guard = [one for one in ran.guard if one.type == "safe_state"]
    assert guard[-1].body["result"] == "sent_unverified"
    assert "reference has not seen it while it was on" in str(guard[-1].body["message"])


def test_a_witness_whose_line_was_lost_is_asked_over_a_fresh_one(benches: Benches) -> None:
    ran = benches.run(faults={"reference": Fault("drop", after=2, count=1)})  # at the second look of all
    assert (ran.status, ran.is_on()) == ("COMPLETED", False)


@pytest.mark.parametrize(
    "kind", ["silence", "drop", "garbage", "stale", "late", "partial", "garble", "power_cycle"]
)
def test_whatever_a_witness_answers_wrongly_a_source_that_is_on_is_not_off(
    benches: Benches, kind: Any
) -> None:
    # from its sixth message on: who it is, three looks before the run, one that saw it on
    ran = benches.run(faults={"reference": Fault(kind, after=5)}, alter=stuck_on)
    assert ran.is_on()
    assert (ran.status, ran.made_safe[-1][1]) == ("UNSAFE", "sent_unverified")


def test_a_source_that_does_not_acknowledge_is_not_off_because_nothing_is_seen(benches: Benches) -> None:
    # garbled from the first load on, so that nobody knows whether it did what it was told; the witness has no leads
    garbled = {"source": Fault("garbage", after=2)}
    ran = benches.run((LEADS, "to: [1.input]"), faults=garbled, alter=stuck_on)
    assert ran.is_on()
    assert (ran.status, ran.made_safe[-1][1]) == ("UNSAFE", "failed")  # over a fresh line it is nobody


@pytest.mark.parametrize("kind", ["silence", "garbage"])
def test_a_source_that_is_not_heard_any_more_is_not_verified(benches: Benches, kind: Any) -> None:
    ran = benches.run(faults={"source": Fault(kind, after=4)})  # who it is, zero, two loads
    assert ran.status == "UNSAFE"
    assert [one[1] for one in ran.made_safe][1:] in (["sent_unverified"], ["failed"])


def two_sources() -> dict[str, Any]:
    """Give a bench with another source beside, and a procedure that has both."""
    source = (STATIONS / "demo-meter.yaml").read_text(encoding="utf-8").partition("instruments:\n")[2]
    source = source[: source.index("  reference:")]
    second = source.replace("  source:", "  second:").replace("COM21", "COM31")
    needs = "  reference: {needs: [measure.power.active]}"
    return {
        "change": ("  reference:\n    driver", f"{second}  reference:\n    driver"),
        "procedure": PROCEDURE.replace(needs, f"  second:    {{needs: [source.power.active]}}\n{needs}"),
    }


def test_every_source_is_switched_off_before_anybody_looks(benches: Benches) -> None:
    two = two_sources()
    ran = benches.run(two["change"], procedure=two["procedure"])
    assert ran.status == "COMPLETED"
    assert [one[:2] for one in ran.made_safe] == 2 * [("source", "verified"), ("second", "verified")]
    assert ran.sent("source", "second", "reference")[-3:] == ["source", "second", "reference"]


def test_of_two_sources_at_one_witness_none_is_off_while_one_is_on(benches: Benches) -> None:
    two = two_sources()
    ran = benches.run(two["change"], procedure=two["procedure"], alter=stuck_on)
    assert (ran.is_on("source"), ran.is_on("second")) == (True, False)
    assert [one[:2] for one in ran.made_safe[-2:]] == [
        ("source", "sent_unverified"),
        ("second", "sent_unverified"),
    ]
