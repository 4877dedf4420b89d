"""What a run would do, before anything is touched; or every reason why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.documents.plan import Plan
from calbench.errors import CalbenchError, InvalidFile, PlanRefused
from calbench.server.runs import choosing
from calbench.server.runs.choosing import Choice
from calbench.workflow import prepare


@dataclass(frozen=True)
class Preview:
    """A plan, or the reasons against it."""

    plan: Plan | None
    reasons: tuple[str, ...] = ()


def preview(choice: Choice, operator: str) -> Preview:
    """Make the plan of what somebody wants to start; takes a second or so."""
    try:
        procedure = choosing.path_of(choosing.procedures(), choice.procedure)
        station = choosing.path_of(choosing.stations(), choice.station)
        return Preview(prepare(str(procedure), str(station), choice.options(operator)).plan)
    except PlanRefused as error:
        return Preview(None, tuple(error.reasons))
    except InvalidFile as error:
        return Preview(None, tuple(str(problem) for problem in error.problems))
    except CalbenchError as error:
        return Preview(None, (str(error),))
