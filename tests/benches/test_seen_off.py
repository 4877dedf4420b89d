"""A source that cannot say whether it is off: the standard meter at its terminals does (`safe: {seen_by: …}`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from calbench.testing.bench import Bench, Run

METER, POINT = "meter-jjg596-2012", "basic-error/1.0/Ib"
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


def test_an_instrument_that_cannot_see_has_seen_nothing(
    calbench_bench: Callable[[str], Bench], tmp_path: Path
) -> None:
    bench = altered(calbench_bench("demo-meter"), tmp_path, SEEN, "safe: {seen_by: climate}")
    run = bench.run(METER, only=(POINT,))
    assert run.status == "UNSAFE"
