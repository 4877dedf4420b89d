"""In what records of a run that was interrupted or disturbed are unlike those of the run that nothing befell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from calbench.documents.record import Record
from calbench.evaluation.verifying import verify_run, verify_units
from calbench.quantities import find_unit, parse_quantity
from calbench.workflow import JOURNAL, PLAN
from calbench.workflow.storing import Place

SPREADS = 4  # of the range of the readings of a point, which is some two standard deviations
QUANTA = 3  # of the last digit, or of the steps in which it is shown
DRIFT = Decimal("5E-6")  # of the value: what a minute more changes


def not_verified(run: Path, records: Mapping[str, Record]) -> str:
    """Say what `verify` finds in the folder of a run; empty: nothing."""
    plan, journal = (run / PLAN).read_bytes(), (run / JOURNAL).read_bytes()
    several = {name: one for name, one in records.items() if one.plan.of_run}
    if several:
        stored = {name: Place(run, name).record.read_bytes() for name in several}
        checks = verify_units(plan, journal, stored)
    else:
        checks = verify_run(plan, journal, Place(run).record.read_bytes())
    return next((f"it does not verify: {one.name}: {one.found}" for one in checks if not one.holds), "")


def other_results(mine: Record, theirs: Record) -> str:
    """Say which results differ; empty: none."""
    ours = {one.id: one.verdict for one in mine.results}
    right = {one.id: one.verdict for one in theirs.results}
    wrong = [
        f"{name} {ours.get(name)} instead of {verdict}"
        for name, verdict in right.items()
        if ours.get(name) != verdict
    ]
    return f"other results: {'; '.join(wrong) or 'more of them'}" if wrong or len(ours) != len(right) else ""


def judged_otherwise(mine: Record, theirs: Record) -> str:
    """Say which results of a run that was ended early are neither missing nor those of the whole; empty: none."""
    right = {one.id: one.verdict for one in theirs.results}
    wrong = [
        f"{one.id} {one.verdict} instead of {right.get(one.id)}"
        for one in mine.results
        if one.verdict not in (right.get(one.id), "not_evaluated")
    ]
    return f"other results: {'; '.join(wrong)}" if wrong else ""


def stitched(record: Record, journal: bytes) -> str:
    """Say if the readings of an atomic test come from both sides of an interruption."""
    lines = (line for line in journal.split(b"\n") if b'"run_resumed"' in line)
    gaps = [json.loads(line)["t_utc"] for line in lines]
    for test in record.plan.tests:
        if not test.atomic and test.kind != "series":
            continue
        times = [
            raw.t_utc
            for name in test.points
            for one in record.attempts.get(name, [])
            if one.counts
            for raw in one.readings
        ]
        if any(min(times) < gap < max(times) for gap in gaps):
            return f"{test.id} is stitched together from before and after an interruption"
    return ""


def other_readings(mine: Record, theirs: Record) -> Iterator[str]:
    """Say which readings and stimuli are lost, or are none of this point."""
    resolutions = {point.id: point.resolution for point in theirs.plan.points}
    for point, attempts in theirs.attempts.items():
        right = [one for one in attempts if one.counts]
        found = [one for one in mine.attempts.get(point, []) if one.counts]
        if len(found) != len(right):
            yield f"{point}: {len(found)} attempts count, where {len(right)} should: a guessed reading"
            continue
        for ours, his in zip(found, right, strict=True):
            if [one.value for one in ours.applied] != [one.value for one in his.applied]:
                yield f"{point}: another stimulus was applied: a guessed reading"
            values = [Decimal(one.value) for one in his.readings]
            if len(ours.readings) != len(values):
                yield f"{point}: {len(ours.readings)} readings instead of {len(values)}: a lost reading"
                continue
            for one, value in zip(ours.readings, values, strict=True):
                steps = [Decimal(1).scaleb(int(value.as_tuple().exponent))]
                if (stated := resolutions[point]) is not None:
                    steps.append(parse_quantity(stated).in_unit(find_unit(one.unit)))
                margin = SPREADS * (max(values) - min(values)) + QUANTA * max(steps) + abs(value) * DRIFT
                if abs(Decimal(one.value) - value) > margin:
                    yield f"{point}: {one.text!r}, where {value} +- {margin:.2g} is right: a guessed reading"
