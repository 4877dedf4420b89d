"""What changed between two procedures, or between a run's plan and a procedure now, in a metrologist's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calbench import library
from calbench.authoring.loading import load_procedure
from calbench.documents.loaded import Loaded
from calbench.documents.plan import Plan
from calbench.documents.procedure import Procedure
from calbench.errors import UsageError
from calbench.quantities import ExpressionError, parse
from calbench.workflow.differing import Change, changes, plan_changes
from calbench.workflow.preparing import Options, prepare, surroundings
from calbench.workflow.requesting import kept_request
from calbench.workflow.storing import PLAN, stored_plan

KINDS = (
    "points", "limits", "contributions", "measuring", "prompts", "decision", "policy", "environment", "roles",
    "parameters", "work", "predictions", "identity", "other", "wording",
)  # fmt: skip
"""What a change is about, the most telling first."""
_WORDS_OF = {
    "points": "ranges points passes times for_each load only_if stages nominal frequency of vary across partial",
    "limits": "limits limit mpe evaluate model resolution rounding rounding_of judge_on limits_of scale scale_value "
    "value values reading_is formulas stated",
    "contributions": "uncertainty contributions correlations monte_carlo cmc corrections",
    "measuring": "apply read settle stable readings operating near_limit zero_between zero_before atomic enclosed "
    "place place_role inputs connection with indication reference apply_role read_role certified",
    "prompts": "ask questions prompt picture pictures connections confirm",
    "decision": "decision",
    "policy": "policy safe_state safe_order",
    "environment": "environment conditions",
    "roles": "roles bindings standards weights positions sharing units",
    "parameters": "parameters scope",
    "work": "setup adjust steps order",
    "predictions": "predicted estimate_s",
    "identity": "id version procedure procedure_version applies_to regulation sources software language station "
    "uut laboratory",
}
_KIND_OF = {word: kind for kind, words in _WORDS_OF.items() for word in words.split()}
_TEXTS = ("title", "text", "label", "question", "notes", "procedure", "scale_unit")
_LANGUAGES = ("en", "zh")
_MEASURED = ("points", "tests")
_STEPS = (("setup",), ("adjust",))


@dataclass(frozen=True)
class Told:
    """A change, of what kind it is, and everywhere it was made: the same for many points is one."""

    kind: str
    change: Change
    at: list[str] = field(default_factory=list)


def compare(
    one: str, other: str, station: str | None = None, settings: Mapping[str, str] | None = None
) -> list[Told]:
    """Give what changed from one to the other; each is a procedure, or the folder of a run.

    Two procedures are compared as they are written, or, with a station, by the plans that they give there. A procedure
    and a run are compared by plans: that of the run, and the one that its station and options give now.

    Raises:
        InvalidFile: A file breaks a rule.
        PlanRefused: A procedure gives no plan on the station.
        IntegrityFailure: The run is damaged.
        UsageError: There is no such procedure or run, or a station is given where there is a run.
    """
    runs = [Path(name) if (Path(name) / PLAN).is_file() else None for name in (one, other)]
    if station is not None and any(runs):
        raise UsageError("A run has a station of its own: leave --station and --set away.")
    if settings and station is None:
        raise UsageError("--set needs --station: values are chosen for a plan.")
    if not any(runs) and station is None:
        return _written(one, other)
    plans = [
        stored_plan(run) if run is not None else _planned(name, station, settings or {}, beside)
        for name, run, beside in zip((one, other), runs, reversed(runs), strict=True)
    ]
    found = plan_changes(plans[0], plans[1], _same)
    worded = {change.where[:-1] for change in found if change.where[-2:] == ("limit", "text")}
    return told([change for change in found if not _repeats(change, worded)])


def _planned(name: str, station: str | None, settings: Mapping[str, str], run: Path | None) -> Plan:
    """Plan a procedure on a station, or as a run was asked for."""
    if run is None:
        return prepare(name, station or "", Options(settings=settings)).plan
    request = kept_request(run)
    return prepare(name, request.station, request.options(None)).plan


def _repeats(change: Change, worded: set[tuple[str, ...]]) -> bool:
    """Tell whether a change of a plan follows from one that is told: of a point, or of the text of a limit."""
    where = change.where
    if where[0] == "tests" and "points" in where:
        return True
    if where[0] == "steps":
        step = change.before or change.now
        return (isinstance(step, Mapping) and step.get("kind") == "measure") or where[-1] == "order"
    return where[:-1] in worded and where[-1] != "text"


def _written(one: str, other: str) -> list[Told]:
    around = surroundings()
    (before, used), (now, used_now) = (
        load_procedure(library.find("procedures", name), around) for name in (one, other)
    )
    found = told(changes(_plain(before), _plain(now), _same))
    for text in [name for name in used if name in used_now]:
        found += told(changes(_plain(used[text]), _plain(used_now[text]), _same), within=text)
    return _sorted(found)


def _plain(loaded: Loaded[Procedure]) -> dict[str, object]:
    """Give what a procedure says, written out but for its formulas: not how it is said in short."""
    procedure = loaded.model if loaded.stated is None else loaded.stated
    left: dict[str, Any] = {
        "vocabulary": True,
        "formulary": True,
        "tables": True,
        "tests": {"__all__": {"like"}},
    }
    plain: dict[str, object] = procedure.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude=left
    )
    return plain


def _same(one: object, other: object) -> bool:
    """Tell whether two expressions are one: `stdev/sqrt(n)` and `stdev / sqrt(n)`."""
    try:
        return parse(str(one)) == parse(str(other))
    except ExpressionError:
        return False


def told(found: Sequence[Change], within: str = "") -> list[Told]:
    """Say of what kind changes are, and gather those that are the same but for the point or the test.

    Args:
        found: The changes.
        within: The sub-procedure that they are in.
    """
    gathered: dict[tuple[str, str, str, str], Told] = {}
    for change in found:
        kind, (at, rest) = kind_of(change), _parted(change)
        at = " ".join(part for part in (within, at) if part)
        key = (kind, ".".join(rest), repr(change.before), repr(change.now))
        short = Change(rest, change.before, change.now)
        gathered.setdefault(key, Told(kind, short)).at.extend([at] if at else [])
    return _sorted(gathered.values())


def _sorted(found: Iterable[Told]) -> list[Told]:
    return sorted(found, key=lambda one: KINDS.index(one.kind))


def _parted(change: Change) -> tuple[str, tuple[str, ...]]:
    """Part the point or test, where the change is, from what changed there."""
    if change.where[0] in _MEASURED and len(change.where) > 2:  # noqa: PLR2004 - what, which, and more
        return change.where[1], change.where[2:]
    return "", change.where


def kind_of(change: Change) -> str:
    """Tell what a change is about; a text for people is wording, and nothing else, wherever it stands."""
    where = change.where[2:] if change.where[0] in _MEASURED else change.where
    if _is_wording(change, where):
        return "wording"
    if {"ask", "questions", "picture"} & set(where) or (
        where[0:1] in _STEPS and where[1].startswith("prompt")
    ):
        return "prompts"
    if change.where[0] in _MEASURED and "conditions" in where:  # those of a point, and not of the room
        return "measuring"
    kinds = [_KIND_OF[part] for part in where if part in _KIND_OF and part != "ranges"]
    return kinds[0] if kinds else "points" if change.where[0] in _MEASURED else "other"


def _is_wording(change: Change, where: tuple[str, ...]) -> bool:
    """Tell whether a text reads otherwise; a prompt that appears or goes is none."""
    if not where:
        return False
    if "prompt" in where and where[-1] in ("prompt", "en") and None in (change.before, change.now):
        return False
    if where[-2:] == ("limit", "text"):
        return False
    return "words" in where or where[-1] in _LANGUAGES or where[-1] in _TEXTS
