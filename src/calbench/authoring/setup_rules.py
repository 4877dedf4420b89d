"""Rules for the steps of `setup` and `adjust`."""

from __future__ import annotations

from calbench.authoring.findings import SECOND, Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check
from calbench.authoring.suggestions import shown
from calbench.authoring.testview import shape_of
from calbench.documents.procedure import Configure, Procedure, SetupStep
from calbench.quantities import NUMBER

SETTINGS = ("nplc", "autozero", "digits")  # of calbench.instruments.roles.Configurable


def check_all(findings: Findings[Procedure], scope: Names) -> None:
    """Check every step of `setup` and `adjust`."""
    procedure = findings.document.model
    for key, steps in (("setup", procedure.setup), ("adjust", procedure.adjust)):
        for index, step in enumerate(steps):
            path: Path = (key, index)
            given = {name: getattr(step, name) for name in SetupStep.model_fields}
            findings.exactly_one(path, given, "P015", f"step {index + 1} of {key}")
            _step(findings, path, step, scope)


def _step(findings: Findings[Procedure], path: Path, step: SetupStep, scope: Names) -> None:
    roles = list(findings.document.model.roles)
    findings.quantity((*path, "wait"), step.wait, SECOND, "P024", sign="not negative")
    for role, text in (step.warm_up or {}).items():
        where = (*path, "warm_up", role)
        if role not in roles:
            findings.unknown(where, "P008", "role", role, roles, part="key")
        findings.quantity(where, text, SECOND, "P024", sign="not negative")
    if step.warm_up == {}:
        findings.add((*path, "warm_up"), "P015", "nothing is warmed up", "write {uut: 30 min}", part="key")
    connections = findings.document.model.connections
    if step.connect is not None and step.connect not in connections:
        findings.unknown((*path, "connect"), "P010", "connection", step.connect, list(connections))
    if step.preload is not None:
        check(findings, (*path, "preload", "load"), step.preload.load, scope, shape_of("mass"))
        if step.preload.times < 1:
            message = f"{step.preload.times} is no number of times"
            findings.add((*path, "preload", "times"), "P025", message, "write 1 or more")
    if step.configure is not None:
        _configure(findings, (*path, "configure"), step.configure, scope, roles)


def _configure(
    findings: Findings[Procedure], path: Path, one: Configure, scope: Names, roles: list[str]
) -> None:
    if one.role not in roles:
        findings.unknown((*path, "role"), "P008", "role", one.role, roles)
    for name, text in one.settings.items():
        where = (*path, "with", name)
        if name not in SETTINGS:
            findings.unknown(where, "P049", "setting", name, list(SETTINGS), part="key")
        elif text.startswith("$"):
            check(findings, where, text, scope, NUMBER if name != "autozero" else None)
        elif name == "autozero":
            if text not in ("true", "false"):
                findings.add(where, "P049", f"autozero is {shown(text)}", "write true or false")
        else:
            findings.plain(where, text, "P049", what=name, sign="positive")
