"""A source that cannot say whether it is off: the standard meter at its terminals does (`safe: {seen_by: …}`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.benches.power_of_a_source import procedure

from calbench.errors import InvalidFile, PlanRefused
from calbench.testing.bench import Bench, Run

METER, POINT = "meter-jjg596-2012", "basic-error/1.0/Ib"
ENERGY = "inputs: {E: {read: uut.energy.active, expected: 1 kWh}}\n    indication: E\n    reference: 1 kWh"
SEEN = "safe: {seen_by: reference}"


def made_safe(run: Run) -> list[tuple[object, object]]:
    return [(event.body["result"], event.body["message"]) for event in run.events("safe_state")]


def altered(bench: Bench, folder: Path, old: str, new: str) -> Bench:
    """Give the bench whose station has another line."""
    (folder / "assets").mkdir()
    for asset in (bench.root / "stations" / "assets").glob("*.yaml"):
        (folder / "assets" / asset.name).write_bytes(asset.read_bytes())
    text = (bench.root / "stations" / "demo-meter.yaml").read_text(encoding="utf-8")
    assert old in text
    path = folder / "demo-meter.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return replace(bench, station=str(path))


def test_the_run_is_complete_because_somebody_looked(calbench_bench: Callable[[str], Bench]) -> None:
    run = calbench_bench("demo-meter").run(METER, only=(POINT,))
    assert run.status == "COMPLETED"
    assert set(made_safe(run)) == {("verified", "reference sees neither voltage nor current")}
    assert len(made_safe(run)) == 2  # before it, and after it


def test_without_a_witness_nothing_is_measured(
    calbench_bench: Callable[[str], Bench], tmp_path: Path
) -> None:
    run = altered(calbench_bench("demo-meter"), tmp_path, SEEN, "safe: {}").run(METER, only=(POINT,))
    assert run.status == "UNSAFE"
    assert run.events("reading") == []
    assert {result for result, _ in made_safe(run)} == {"sent_unverified"}


@pytest.mark.parametrize("kind", ["silent", "garbage"])
def test_a_witness_that_does_not_answer_has_seen_nothing(
    calbench_bench: Callable[[str], Bench], kind: str
) -> None:
    run = calbench_bench("demo-meter").fault("reference", kind, after=1).run(METER, only=(POINT,))
    assert run.status == "UNSAFE"
    assert {result for result, _ in made_safe(run)} == {"sent_unverified"}


def test_an_instrument_that_cannot_look_is_refused_before_anything_is_touched(
    calbench_bench: Callable[[str], Bench], tmp_path: Path
) -> None:
    bench = altered(calbench_bench("demo-meter"), tmp_path, SEEN, "safe: {seen_by: climate}")
    with pytest.raises(InvalidFile, match=r"'climate' cannot see whether source is off.*\[T021\]"):
        bench.plan(METER)


def test_a_witness_that_plays_no_role_is_refused_by_the_plan(
    calbench_bench: Callable[[str], Bench], tmp_path: Path
) -> None:
    without = procedure("5 A", "0 s").replace("  reference: {needs: [measure.power.active]}\n", "")
    without = without.replace("read: reference.power.active", ENERGY)
    without = without.replace("resolution: 1 W", "resolution: 10 Wh").replace("limit: 11 W", "limit: 1 kWh")
    path = tmp_path / "without.yaml"
    path.write_text(without, encoding="utf-8")
    with pytest.raises(PlanRefused) as refused:
        calbench_bench("demo-meter").plan(str(path))
    (reason,) = refused.value.reasons
    assert reason == (
        "Role 'source': whether source is off is seen by reference (seen_by in the station), which plays no role in "
        "this run, so the outputs could never be verified off. Instruments of this run: 1, source. Take a procedure "
        "with a role that reference plays, or name one of these as seen_by if it measures at the terminals."
    )
