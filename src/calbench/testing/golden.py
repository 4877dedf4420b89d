"""The golden record: what a run came to, without what changes with every version of the program, and the moments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from calbench.documents.record import Record
from calbench.errors import UsageError

MOMENTS = ("decided", "ended", "t_utc")
_SAID = {"uut", "results", "tests", "verdict", "stages", "adjustment"}


def golden(records: Mapping[str, Record]) -> dict[str, Any]:
    """Give what a golden record holds of the records of a run; those of several units stand below `units`."""
    if len(records) == 1:
        return _of(next(iter(records.values())))
    return {"units": {position: _of(one) for position, one in records.items()}}


def written(said: Mapping[str, Any]) -> str:
    """Write a golden record so that a difference of two versions of the file can be read."""
    return f"{json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True)}\n"


def read(path: Path) -> dict[str, Any]:
    """Read a golden record.

    Raises:
        UsageError: The file is none.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{path} is no golden record: {error}. Write it anew.") from error
    if not isinstance(found, dict):
        raise UsageError(f"{path} is no golden record: it holds no JSON object. Write it anew.")
    return found


def _of(record: Record) -> dict[str, Any]:
    said = record.model_dump(mode="json", include=_SAID)
    said["attempts"] = {name: len(several) for name, several in record.attempts.items()}
    return dict(_without_moments(said))


def _without_moments(part: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(part, dict):
        return {key: _without_moments(value) for key, value in part.items() if key not in MOMENTS}
    return [_without_moments(one) for one in part] if isinstance(part, list) else part
