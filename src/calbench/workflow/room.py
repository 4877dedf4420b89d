"""Whether a run has room: what it will write is estimated from its plan, before anything is touched."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.errors import UsageError
from calbench.quantities import parse_quantity

if TYPE_CHECKING:
    from calbench.documents.plan import Plan

OPENING, STEP, READING, SAMPLE = 16_000, 6_500, 2_000, 600
"""Bytes of journal: to open, safe and close; for a point with its first reading and the queries while it settles; for
each further reading; for each sample of a condition. Measured with the shipped procedures: see decision 43."""
FACTOR = 2
"""For retries, retakes, pauses, and instruments that are asked more often until they are stable."""
RECORD, CERTIFICATES, CERTIFICATE_POINT = 6_000, 1_200_000, 30_000
"""Bytes: of a record for each point; of certificates (PDF, HTML, CSV, DCC, two languages) once, and for each point."""
RESERVED = 200_000
"""Bytes: the reserve, plan, copies of the files, and what a file takes on a disk beyond its size."""


def expected(plan: Plan) -> int:
    """Give the bytes that a run of this plan may write, with its certificates."""
    units = max(1, len(plan.units))
    points = {point.id: point for point in plan.points}
    measured = [points[step.point] for step in plan.steps if step.kind == "measure"]
    journal = OPENING + sum(STEP + READING * (point.readings - 1) for point in measured) * units
    journal += (len(plan.steps) - len(measured)) * STEP + _samples(plan) * SAMPLE
    each = CERTIFICATES + len(points) * (RECORD + CERTIFICATE_POINT)
    return FACTOR * journal + units * each + RESERVED


def require_room(plan: Plan, out: Path, written: int = 0) -> None:
    """Make sure that the disk has room for a run, of which `written` bytes are there already.

    Raises:
        UsageError: It has not; says how much there is and how much it needs.
    """
    there = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.is_dir())
    try:
        free = shutil.disk_usage(there).free
    except OSError:
        return  # a file system that does not say: the run survives that it is full
    needed = max(expected(plan) - written, RESERVED)
    if free < needed:
        raise UsageError(
            f"The disk of {out} has {_size(free)} free, and this run may need {_size(needed)}: journal, record and "
            "certificates. Nothing was touched. Free some space, or choose a folder on another disk with --out."
        )


def require_writable(folder: Path) -> None:
    """Make sure that files can be made in a folder.

    Raises:
        UsageError: They cannot.
    """
    tried = folder / ".writable"
    try:
        tried.write_bytes(b"")
        tried.unlink()
    except OSError as error:
        raise UsageError(
            f"{folder} takes no file: {error.strerror}. Nothing was touched. Its rights, or the disk, must be changed."
        ) from error


def _samples(plan: Plan) -> int:
    """Give how often the conditions are sampled, besides once at the beginning."""
    every = [float(parse_quantity(one.check_every).value) for one in plan.conditions if one.check_every]
    return sum(math.ceil(plan.estimate_s / one) for one in every if one > 0)


def _size(number: int) -> str:
    return f"{number / 1e6:,.1f} MB"
