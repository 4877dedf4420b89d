"""What a run would do, before anything is touched; or every reason why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from calbench.documents.plan import Plan
from calbench.errors import CalbenchError, InvalidFile, PlanRefused
from calbench.server.runs import choosing
from calbench.server.runs.choosing import Choice
from calbench.workflow import prepare
from calbench.workflow.holding import in_use


@dataclass(frozen=True)
class Busy:
    """An instrument that a run has: which run, on which station, who operates it, since when (UTC)."""

    instrument: str
    run: str
    station: str
    who: str
    since: str


@dataclass(frozen=True)
class Preview:
    """A plan, or the reasons against it; `busy` are its instruments that another run has now."""

    plan: Plan | None
    reasons: tuple[str, ...] = ()
    busy: tuple[Busy, ...] = ()


def preview(choice: Choice, operator: str) -> Preview:
    """Make the plan of what somebody wants to start; takes a second or so."""
    try:
        procedure = choosing.path_of(choosing.procedures(), choice.procedure)
        station = choosing.path_of(choosing.stations(), choice.station)
        plan = prepare(str(procedure), str(station), choice.options(operator)).plan
        return Preview(plan, busy=_busy(plan))
    except PlanRefused as error:
        return Preview(None, tuple(error.reasons))
    except InvalidFile as error:
        return Preview(None, tuple(problem.with_help() for problem in error.problems))
    except CalbenchError as error:
        return Preview(None, (str(error),))


def _busy(plan: Plan) -> tuple[Busy, ...]:
    found = in_use(plan).items()
    return tuple(
        Busy(name, Path(one.claim.run).name, one.claim.station, one.claim.who, one.since)
        for name, one in found
    )
