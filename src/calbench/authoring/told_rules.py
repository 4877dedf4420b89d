"""Rules for `with` of a test: what the instrument that is read must be told to measure."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.naming import Names, Rules, check
from calbench.authoring.suggestions import listed, shown
from calbench.authoring.testview import View
from calbench.documents.measurands import MEASURANDS, TOLD, split
from calbench.documents.procedure import Procedure, Test
from calbench.quantities import find_unit

_TOLD = Rules(result="P111")


def of_reading(test: Test, quantity: str) -> tuple[str, ...]:
    """Give what must be told to measure what a test reads; `with` may say that."""
    measurand = MEASURANDS.get(quantity)
    return () if measurand is None or test.use is not None else measurand.told


def of_readings(view: View) -> tuple[str, ...]:
    """Give what must be told to measure all that a test reads."""
    reads = [split(one.read)[1] for one in (view.test.inputs or {}).values() if one.read] or [view.quantity]
    return tuple(dict.fromkeys(name for read in reads for name in of_reading(view.test, read)))


def of_test(findings: Findings[Procedure], view: View, scope: Names) -> None:
    """Check that `with` says all that must be told, each of its kind, and nothing else."""
    wanted, given = of_readings(view), view.own.with_
    for name in wanted:
        text = given.get(name)
        if text is None:
            if not findings.damaged(view.path()):
                message = f"{view.name} reads {_of(view, name)}, and nothing says with which {name}"
                findings.add(
                    view.path("inputs" if view.test.inputs else "read"),
                    "P110",
                    message,
                    f"add with: {{{', '.join(wanted)}}}, each with its value",
                )
        elif isinstance(text, list):
            message = f"{name} is one value, not a list"
            findings.add(view.path("with", name), "P111", message, "write one expression")
        else:
            check(findings, view.path("with", name), text, scope, find_unit(TOLD[name]).dimension, _TOLD)
    applied = MEASURANDS.get(split(view.test.apply)[1]) if view.test.apply else None
    of_source = () if applied is None else (*applied.stimulus, *applied.words)
    for name in given if wanted else ():
        if name not in wanted and name not in of_source:
            message = f"what {view.name} reads takes no {shown(name)}"
            findings.add(
                view.path("with", name), "P110", message, f"it takes {listed(wanted, 'and')}", part="key"
            )


def _of(view: View, name: str) -> str:
    reads = [split(one.read)[1] for one in (view.test.inputs or {}).values() if one.read] or [view.quantity]
    return next((one for one in reads if name in MEASURANDS[one].told), view.quantity)
