"""A run with ballast that breaks off in the midst of it, and several scales with ballast of their own.

The scale is ideal, so that what it shows is what lies on it: what ballast weighs is looked up in the simulated world,
which stays as it is when the runner dies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from tests.procedures.scales import IDEAL, ROOT, TRUCK
from tests.repeated import cases

from calbench.documents.journal import Event, parse
from calbench.documents.prompt import Ask, Operator
from calbench.documents.record import Record
from calbench.quantities import parse_quantity
from calbench.simulation.prompted import SimulatedOperator
from calbench.simulation.staging import Stage
from calbench.workflow import JOURNAL, Conducting, Finished, Options, Resuming, execute, prepare, resume
from calbench.workflow.staging import eyes_of, stage_twin

STATION = ROOT / "stations" / "demo-scale-truck.yaml"
UNIT = "1: {max: 30 t, d: 10 kg, gain: 100 ppm, repeatability: 0.4 kg, noise: 20 g, tare_step: 1 kg}"
SEED = 346
"""A world in which every piece of ballast is off by more than 4 kg, and no two of two scales are alike."""
ONLY = ("loading/up/band-2-end", "loading/up/Max")


class Died(BaseException):
    """The process is gone."""


class Trucks:
    """A bench with one truck scale or two, that outlives its runners."""

    def __init__(self, folder: Path, *positions: str, only: tuple[str, ...] = ONLY) -> None:
        text = STATION.read_text(encoding="utf-8")
        ideal = ", ".join(f"{name}: {value}" for name, value in IDEAL.items())
        units = "\n    ".join(
            f"{one}: {{max: 30 t, d: 10 kg, {ideal}, tare_step: 1 kg}}" for one in positions
        )
        seats = "\n  ".join(f"{one}: {{driver: keyboard, sim: byeye/scale}}" for one in positions)
        assert UNIT in text
        text = text.replace(UNIT, units).replace("1: {driver: keyboard, sim: byeye/scale}", seats)
        (folder / "assets").symlink_to(STATION.parent / "assets")
        path = folder / "trucks.yaml"
        path.write_text(text, encoding="utf-8")
        self.runs = folder / "runs"
        options = Options(positions=positions, settings=TRUCK, only=only, seed=SEED)
        self.prepared = prepare("scale-jjg539", str(path), options)
        self.stage: Stage = stage_twin(
            self.prepared.station.model, self.prepared.assets, SEED, real_time=False
        )
        self.stage.hands.connect("")

    def run(self) -> Finished:
        return execute(self.prepared, self.runs, stage=self.stage)

    def die(self, when: Callable[[Event], bool]) -> Path:
        """Let the runner die after the first event for which `when` holds; gives the folder of the run."""

        def listen(event: Event) -> None:
            if when(event):
                raise Died

        with pytest.raises(Died):
            execute(self.prepared, self.runs, stage=self.stage, listeners=(listen,))
        (run,) = self.runs.iterdir()
        return run

    def go_on(self, run: Path, operator: Operator | None = None) -> Finished:
        return resume(run, Resuming(), Conducting(stage=self.stage, operator=operator))


@pytest.fixture
def trucks(tmp_path: Path) -> Iterator[Trucks]:
    trucks = Trucks(tmp_path, "1")
    yield trucks
    trucks.stage.world.close()


def read(point: str, name: str, position: str = "1") -> Callable[[Event], bool]:
    return lambda event: (
        (event.type, event.point, event.body.get("input"), event.position)
        == ("reading", point, name, position)
    )


def measured(point: str) -> Callable[[Event], bool]:
    return lambda event: (event.type, event.point) == ("attempt_finished", point)


def kilograms(text: str | None) -> Decimal:
    return parse_quantity(text or "").in_unit("kg")


def results(record: Record) -> dict[str, Decimal]:
    return {one.id: kilograms(one.value) for one in record.results if one.value is not None}


def placed(finished: Finished, position: str = "1") -> list[Ask]:
    """Give the prompts to place something since the run was resumed."""
    events = parse((finished.folder / JOURNAL).read_bytes())[0]
    begun = max((one.seq for one in events if one.type == "run_resumed"), default=0)
    return [
        Ask.model_validate(one.body)
        for one in events
        if one.type == "asked"
        and one.seq > begun
        and one.body["kind"] == "place"
        and one.position == position
    ]


def require_right(record: Record) -> None:
    """Hold what the run found of ballast, and of the scale with it, against what is so."""
    found = results(record)
    for name in ("substitution/1", "substitution/2"):
        assert abs(found[name]) > 3, f"{name} is not what it is called, or this would say nothing"
    for name in ONLY:
        assert abs(found[name]) <= 2, name  # 3 comparisons and a reading, in steps of 1 kg
    top = next(one for one in record.results if one.id == "loading/up/Max")
    # the set weighs 10 t and 25 g: three times that, and what both pieces are heavier
    assert kilograms(top.reference) == (
        30_000 + 3 * Decimal("0.025") + found["substitution/1"] + found["substitution/2"]
    )


@pytest.mark.parametrize(
    ("when", "first", "again"),
    cases(
        [
            (read("substitution/1", "I_w"), "substitution/1/I_w/place", 1),
            (measured("substitution/1"), "substitution/1/I_w/place", 1),
            (read("substitution/2", "I_w"), "substitution/1/I_w/place", 2),
            (read("substitution/2", "delta_L_b"), "substitution/1/I_w/place", 2),
            (measured("substitution/2"), "loading/up/band-2-end/place", 0),
            (read("loading/up/Max", "I"), "loading/up/band-2-end/place", 0),
        ],
        lambda case: case[2] > 1,
    ),
    ids=["weights on", "between two", "weights on ballast", "all read", "all found", "in use"],
)
def test_ballast_is_right_wherever_the_run_broke_off(
    trucks: Trucks, when: Callable[[Event], bool], first: str, again: int
) -> None:
    finished = trucks.go_on(trucks.die(when))
    assert finished.record.run.status == "COMPLETED"
    require_right(finished.record)
    (ask, *_) = placed(finished)
    assert ask.id == first
    # a comparison that was broken off begins anew with its first piece: nothing of before is joined
    attempts = [finished.record.attempts[f"substitution/{n}"] for n in (1, 2)]
    assert sum(len(one) - 1 for one in attempts) == again
    assert all([each.counts for each in one] == [False] * (len(one) - 1) + [True] for one in attempts)


def asked(finished: Finished, name: str) -> list[Event]:
    events = parse((finished.folder / JOURNAL).read_bytes())[0]
    return [one for one in events if one.type == "asked" and one.body["id"] == name]


def test_whoever_goes_on_is_asked_whether_the_ballast_is_the_same(trucks: Trucks) -> None:
    finished = trucks.go_on(trucks.die(read("loading/up/Max", "I")))
    (event,) = asked(finished, "ballast/unchanged")
    ask = Ask.model_validate(event.body)
    assert ask.choices == ["unchanged", "changed"]
    assert ask.text["en"].startswith("What ballast 1 + ballast 2 weighs was found before the run broke off.")
    assert ask.text["zh"].startswith("替代载荷 1 + 替代载荷 2的质量")


def test_nobody_is_asked_while_the_ballast_is_compared_anyway(trucks: Trucks) -> None:
    finished = trucks.go_on(trucks.die(read("substitution/2", "I_w")))
    assert asked(finished, "ballast/unchanged") == []


def test_ballast_that_was_changed_meanwhile_is_compared_again_with_all_that_rests_on_it(
    tmp_path: Path,
) -> None:
    trucks = Trucks(tmp_path, "1", only=(*ONLY, "discrimination/Max"))
    run = trucks.die(read("discrimination/Max", "I"))
    trucks.stage.world.seed = 18  # what is put on now weighs something else
    eyes = eyes_of(trucks.prepared.plan)
    changed = SimulatedOperator(trucks.stage, "1", {"ballast/unchanged": "changed"}, eyes)
    finished = trucks.go_on(run, changed)
    assert finished.record.run.status == "COMPLETED"
    require_right(finished.record)
    trucks.stage.world.close()
    attempts = finished.record.attempts
    for name in ("substitution/1", "substitution/2", *ONLY):
        assert [one.counts for one in attempts[name]] == [False, True], name
        assert attempts[name][0].discarded == "The ballast was changed while the run was interrupted."
    assert [len(attempts[f"steadiness/{n}"]) for n in (1, 2, 3)] == [1, 1, 1]


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Trucks]:
    trucks = Trucks(tmp_path, "1", "2")
    yield trucks
    trucks.stage.world.close()


def test_each_of_several_scales_has_the_ballast_that_it_found_itself(two: Trucks) -> None:
    finished = two.run()
    masses = []
    for position in ("1", "2"):
        record = finished.records[position]
        assert record.run.status == "COMPLETED"
        require_right(record)
        masses.append([results(record)[f"substitution/{n}"] for n in (1, 2)])
    assert all(abs(one - other) > 3 for one, other in zip(*masses, strict=True))


def test_a_run_that_broke_off_at_the_ballast_of_the_second_scale_goes_on_there(two: Trucks) -> None:
    finished = two.go_on(two.die(read("substitution/2", "I_w", "2")))
    assert asked(finished, "ballast/unchanged") == []
    assert placed(finished, "1") == []
    assert placed(finished, "2")[0].id == "substitution/1/I_w/place"
    for position, times in (("1", 1), ("2", 2)):
        require_right(finished.records[position])
        assert len(finished.records[position].attempts["substitution/2"]) == times


@pytest.mark.repeated
def test_who_goes_on_with_the_second_scale_is_asked_of_its_ballast_alone(two: Trucks) -> None:
    finished = two.go_on(two.die(read("loading/up/Max", "I", "2")))
    assert [one.position for one in asked(finished, "ballast/unchanged")] == ["2"]
    for position in ("1", "2"):
        require_right(finished.records[position])
