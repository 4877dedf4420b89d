"""Rules for what a procedure says of its regulation: kind of work, edition, kinds of control, sources, interval."""

from __future__ import annotations

import re
from collections.abc import Sequence

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check, computed
from calbench.authoring.suggestions import listed, mend, shown
from calbench.documents.procedure import Procedure, Test
from calbench.documents.regulating import CONTROL, CONTROLS, LONGEST, is_edition, work_of
from calbench.quantities import NUMBER

_WITH_YEAR = re.compile(r"[-:\u2010-\u2015](19|2[01])[0-9]{2}$")


def check_all(findings: Findings[Procedure], scope: Names) -> None:
    """Check what a procedure says of its regulation."""
    _kind(findings)
    _edition(findings)
    _interval(findings, scope)
    known = _kinds_of_control(findings)
    for index, test in enumerate(findings.document.model.tests):
        _controls(findings, ("tests", index), test, known)
        _sources(findings, ("tests", index), test)


def share(findings: Findings[Procedure], name: str, text: str | None, scope: Names) -> None:
    """Check the share of the limit that the maximum permissible error of a role may have."""
    path: Path = ("roles", name, "max_error_share")
    if text is None:
        return
    if name == "uut":
        message = "the unit under test is held against its limits; a share of them is for standards"
        findings.add(path, "P100", message, "write it to the role of a standard", part="key")
        return
    if check(findings, path, text, scope, NUMBER) is None:
        return
    value = computed(text, scope)
    if value is not None and not 0 < value.value <= 1:
        message = f"{shown(text)} is {value.text()}: no share of a limit"
        findings.add(path, "P100", message, "write a share above 0 and up to 1, as in 1 / 3")


def _kind(findings: Findings[Procedure]) -> None:
    model = findings.document.model
    if model.kind == "verification" and model.regulation is None and not findings.damaged(()):
        message = "a verification follows a regulation, and none is named"
        help_ = "add regulation: {id: …, year: …}, or write kind: calibration"
        findings.add(("kind",), "P095", message, help_)


def _edition(findings: Findings[Procedure]) -> None:
    stated = findings.document.model.regulation
    if stated is None:
        return
    if not is_edition(stated.year):
        message = f"{stated.year} is not the year of an edition"
        findings.add(("regulation", "year"), "P101", message, "write it with four digits, as in year: 2016")
    if _WITH_YEAR.search(stated.id.strip()):
        message = f"{shown(stated.id)} has the year in it"
        findings.add(
            ("regulation", "id"), "P101", message, "write it without, as in {id: JJG 539, year: 2016}"
        )


def _interval(findings: Findings[Procedure], scope: Names) -> None:
    model, path = findings.document.model, ("interval", "months")
    if model.interval is None:
        return
    if work_of(model.kind, regulated=model.regulation is not None) != "verification":
        message = "only a verification by a regulation holds for a time that can be stated"
        help_ = "remove it, or name the regulation"
        findings.add(("interval",), "P098", message, help_, part="key")
        return
    text = model.interval.months
    if check(findings, path, text, scope, NUMBER) is None:
        return
    value = computed(text, scope)
    if value is not None and not (
        value.value == value.value.to_integral_value() and 1 <= value.value <= LONGEST
    ):
        message = f"{shown(text)} is {value.text()}: not a whole number of months from 1 to {LONGEST}"
        findings.add(path, "P098", message, "write the months, as in 12")


def _kinds_of_control(findings: Findings[Procedure]) -> Sequence[str] | None:
    """Give the kinds of control that the procedure knows, () if none; None if its parameter is wrong."""
    parameter = findings.document.model.parameters.get(CONTROL)
    if parameter is None:
        return ()
    if parameter.type != "choice":
        message = f"the parameter {shown(CONTROL)} is the kind of control, so it is a choice"
        findings.add(("parameters", CONTROL, "type"), "P096", message, "write type: choice, or rename it")
        return None
    wrong = [one for one in parameter.choices or [] if one not in CONTROLS]
    for one in wrong:
        where = ("parameters", CONTROL, "choices", (parameter.choices or []).index(one))
        findings.add(where, "P096", f"{shown(one)} is no kind of control", mend(one, list(CONTROLS)))
    return None if wrong or not parameter.choices else parameter.choices


def _controls(findings: Findings[Procedure], path: Path, test: Test, known: Sequence[str] | None) -> None:
    where = (*path, "controls")
    if test.controls is None or findings.damaged(where):
        return
    if known == ():
        message = "it says for which kinds of control, and none can be chosen"
        help_ = (
            f"add the parameter {CONTROL}: {{type: choice, default: first, choices: [{', '.join(CONTROLS)}]}}"
        )
        findings.add(where, "P096", message, help_, part="key")
        return
    if not test.controls:
        help_ = "name the kinds of control that ask for it, or remove it for all"
        findings.add(where, "P097", "no kind of control asks for this", help_, part="key")
    for index, one in enumerate(test.controls):
        if one in test.controls[:index]:
            findings.add((*where, index), "P097", f"{one} is there twice", "remove one")
        elif one not in CONTROLS:
            findings.add(
                (*where, index), "P097", f"{shown(one)} is no kind of control", mend(one, list(CONTROLS))
            )
        elif known is not None and one not in known:
            message = (
                f"{one} cannot be chosen here: the choices of {CONTROL} are {listed(list(known), 'and')}"
            )
            findings.add((*where, index), "P097", message, "add it to them, or remove it here")


def _sources(findings: Findings[Procedure], path: Path, test: Test) -> None:
    known = findings.document.model.sources
    for index, name in enumerate(test.sources):
        where = (*path, "sources", index)
        if name in test.sources[:index]:
            findings.add(where, "P099", f"{shown(name)} is there twice", "remove one")
        elif name not in known:
            message = f"sources: of the procedure says nothing of a table {shown(name)}"
            findings.add(where, "P099", message, mend(name, list(known)) if known else "add it there")
