"""What tests of full disks share: the small run that they make, and how its record and journal are looked at."""

from __future__ import annotations

from pathlib import Path

from calbench.documents.journal import Event, parse
from calbench.documents.record import Record
from calbench.workflow import (
    Options,
)

OPTIONS = Options(uut={"maker": "HP", "serial": "US36000017"}, only=("dcv/10V/*",))


def points(record: Record) -> dict[str, tuple[str, int]]:
    return {one.id: (one.verdict, one.n) for one in record.results}


def events(folder: Path) -> list[Event]:
    """The whole lines of a journal, chained."""
    data = (folder / "journal.jsonl").read_bytes()
    return parse(data[: data.rindex(b"\n") + 1])[0]
