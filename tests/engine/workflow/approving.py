"""Who reviews and who releases in the tests, and how what they did is looked at."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from calbench.approval.releasing import Release
from calbench.approval.reviewing import Review
from calbench.clock import RealClock
from calbench.documents.canonical import canonical
from calbench.documents.releasing import Entry, parse_entries
from calbench.trust.issuing import Holder, new_signatory
from calbench.verification import Check, Means, verify
from calbench.workflow import Signing
from calbench.workflow.storing import RECORD, REVIEWS

NOW = RealClock().utc().replace(microsecond=0)  # a key is valid for a while around today
HANA = new_signatory(Holder("Hana", "Head of the laboratory"), NOW - timedelta(1), NOW + timedelta(1))
RITA = new_signatory(Holder("Rita"), NOW - timedelta(1), NOW + timedelta(1))
SIGNING = Signing(HANA, NOW)
ACCEPT = Review("Ravi", "accepted", "Budgets, limits and retakes were looked at.")
SEND_BACK = Review("Ravi", "sent_back", "Zero of the 10 V range drifts.", "measure")


def hana(**chosen: object) -> Release:
    return Release("Hana", dataclasses.replace(SIGNING, **chosen), ("dcc", "html"))  # type: ignore[arg-type] # its fields


def bad(folder: Path, means: Means) -> list[str]:
    return [f"{one.name}: {one.found}" for one in verify(folder, means) if one.holds is False]


def named(checks: Sequence[Check], name: str) -> Check:
    return next(one for one in checks if one.name == name)


def entries(folder: Path) -> list[Entry]:
    return parse_entries((folder / REVIEWS).read_bytes())


def amend(folder: Path) -> None:
    """Put another record in force, as an amendment does: the former one is kept."""
    old = (folder / RECORD).read_bytes()
    (folder / "record-1.json").write_bytes(old)
    record = json.loads(old)
    record["results"][0]["remark"] = "amended"
    (folder / RECORD).write_bytes(canonical(record))
