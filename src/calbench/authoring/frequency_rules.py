"""Rules for the frequency of a test: where it is needed, where nothing alternates, and what it may be."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, Rules, check, computed
from calbench.authoring.suggestions import listed, shown
from calbench.authoring.testview import View, shape_of
from calbench.documents.measurands import AT_FREQUENCY, MEASURANDS, Measurand, split
from calbench.documents.procedure import Procedure, Test

_FREQUENCY = Rules(result="P056")


def of_test(findings: Findings[Procedure], view: View, parameters: Names) -> None:
    """Check the frequency of a test and of its ranges, and that the stimulus is one that points can say."""
    if view.is_load:
        return
    applied, alternating = _applied(view.test), _alternating(view)
    if applied is not None and not set(applied.stimulus) <= set(AT_FREQUENCY):
        takes = listed(applied.stimulus, "and")
        message = f"{applied.name} takes {takes}; a point has one value, and one frequency if it alternates"
        help_ = "say them all, as in with: {voltage: 230 V, current: 5 A, angle: 0 deg, frequency: 50 Hz, phases: 3}"
        findings.add(view.path("apply"), "P057", message, help_)
        return
    for path, text in frequencies(view.test).items():
        if alternating:
            _above_zero(findings, view.path(*path), text, parameters)
        elif applied is not None or view.quantity:
            named = applied.name if applied is not None else view.quantity
            message = f"{view.name} {'applies' if applied is not None else 'reads'} {named}, which does not alternate"
            findings.add(
                view.path(*path), "P055", message, "remove it, or take voltage.ac or current.ac", part="key"
            )
    if alternating and (applied is not None or view.test.reading_is == "reference"):
        _needed(findings, view, "apply" if applied is not None else "read")


def frequencies(test: Test) -> dict[Path, str]:
    """Give each frequency that a test says, by its path in the test."""
    written: dict[Path, str | None] = {("frequency",): test.frequency}
    written |= {("ranges", index, "frequency"): one.frequency for index, one in enumerate(test.ranges or [])}
    return {path: text for path, text in written.items() if text is not None}


def _applied(test: Test) -> Measurand | None:
    return None if test.apply is None else MEASURANDS.get(split(test.apply)[1])


def _alternating(view: View) -> bool:
    """Tell whether what is applied alternates; where nothing is applied, what is read."""
    names = [split(one.used)[1] for one in (view.test.inputs or {}).values()] or [view.quantity]
    read = [MEASURANDS[name] for name in names if name in MEASURANDS]
    applied = _applied(view.test)
    return any(one.alternating for one in (read if view.test.apply is None else [applied] if applied else []))


def _above_zero(findings: Findings[Procedure], path: Path, text: str, parameters: Names) -> None:
    if check(findings, path, text, parameters, shape_of("frequency"), _FREQUENCY) is None:
        return
    value = computed(text, parameters)
    if value is not None and value.value <= 0:
        message = f"a frequency is greater than zero, and {shown(text)} is not"
        findings.add(path, "P056", message, "write a frequency, as in 1 kHz", offset=0, length=len(text))


def _needed(findings: Findings[Procedure], view: View, key: str) -> None:
    """Check that each point has a frequency: of its range, or of the test."""
    path, said = view.path(), frequencies(view.test)
    if ("frequency",) in said or view.test.ranges == [] or findings.damaged(path):
        return  # empty: those of a specification say it
    lacking = [
        view.path("ranges", index)
        for index in range(len(view.test.ranges or []))
        if ("ranges", index, "frequency") not in said
    ]
    does = "applies" if key == "apply" else "compares with"
    quantity = split(str(getattr(view.test, key)))[1]
    message = f"{view.name} {does} {quantity}, and nothing says at which frequency"
    help_ = "add frequency: 1 kHz, to the test or to each of its ranges"
    if len(lacking) == len(view.test.ranges or []):
        findings.add(view.path(key), "P054", message, help_)
        return
    for one in lacking:
        findings.add(one, "P054", message, help_, part="key")
