"""`calbench procedures`: what can be done."""

from __future__ import annotations

from pathlib import Path

from calbench.authoring.loading import head_of
from calbench.cli.listing import listed
from calbench.cli.wording import local
from calbench.workflow import surroundings


def _row(path: Path) -> tuple[str, ...]:
    procedure = head_of(path, surroundings())
    needs = dict.fromkeys(need for role in procedure.roles.values() for need in role.needs)
    return path.stem, procedure.version, local(procedure.procedure), ", ".join(needs)


command = listed("procedures", _row, ("procedure", "version", "title", "needs"))
