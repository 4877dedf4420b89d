"""`calbench procedures`: what can be done."""

from __future__ import annotations

from pathlib import Path

from calbench.authoring import read
from calbench.cli.listing import listed
from calbench.cli.wording import local
from calbench.documents.procedure import Procedure


def _row(path: Path) -> tuple[str, ...]:
    procedure = read(path, Procedure).model
    needs = dict.fromkeys(need for role in procedure.roles.values() for need in role.needs)
    return path.stem, procedure.version, local(procedure.procedure), ", ".join(needs)


command = listed("procedures", Procedure, _row, ("procedure", "version", "title", "needs"))
