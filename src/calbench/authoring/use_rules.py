"""Rules for sub-procedures: what `with` gives them, and what they need of the procedure that uses them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from calbench.authoring import value_rules
from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check
from calbench.authoring.parameter_rules import parameters, refusal, shape_of
from calbench.authoring.suggestions import mend, shown
from calbench.authoring.validation import Document
from calbench.documents.handed import COMPUTED, is_computed
from calbench.documents.procedure import Connection, Procedure, Test
from calbench.errors import Problem

_NAMED = re.compile(r"\$\w+")


def problems_of(document: Document[Procedure], used: Mapping[str, Procedure]) -> list[Problem]:
    """Give the problems of the `use` entries whose file was found and read; `used` by text of `use:`."""
    findings = Findings(document)
    aside = Findings(document)  # what is wrong with parameters and values is told by their own rules
    scope = value_rules.values(aside, parameters(aside))
    made: dict[str, Connection] = {}
    own = {test.test: index for index, test in enumerate(document.model.tests) if test.test is not None}
    for index, test in enumerate(document.model.tests):
        inner = used.get(test.use or "")
        if inner is None or test.test is not None:
            continue
        path: Path = ("tests", index)
        _given(findings, path, test, inner, scope)
        _needed(findings, path, inner, made)
        _distinct(findings, path, inner, own)
        own |= {one.test: index for one in inner.tests if one.test is not None and one.test not in own}
    return findings.problems


def _given(findings: Findings[Procedure], path: Path, test: Test, inner: Procedure, scope: Names) -> None:
    declared, values = findings.document.model.parameters, findings.document.model.values
    for name, value in test.with_.items():
        where = (*path, "with", name)
        if name not in inner.parameters:
            message = f"{inner.id} has no parameter {shown(name)}"
            findings.add(where, "P029", message, mend(name, list(inner.parameters)), part="key")
        elif isinstance(value, str) and _NAMED.fullmatch(value):
            if value[1:] in values:
                if inner.parameters[name].type not in COMPUTED:
                    message = f"{shown(value)} is a quantity; {inner.id} needs {inner.parameters[name].type}"
                    findings.add(where, "P030", message, "take a parameter, or write the value")
            elif value[1:] not in declared:
                known = [f"${one}" for one in (*declared, *values)]
                findings.unknown(where, "P021", "parameter", value, known)
            elif (got := declared[value[1:]].type) != (wanted := inner.parameters[name].type):
                message = f"{shown(value)} is of type {got}; {inner.id} needs {wanted}"
                findings.add(where, "P030", message, "take another parameter, or write the value")
        elif isinstance(value, str) and is_computed(
            inner.parameters[name].type, value, {**declared, **values}
        ):
            check(findings, where, value, scope, shape_of(inner.parameters[name]))
        elif (why := refusal(inner.parameters[name], value)) is not None:
            findings.add(where, "P030", *why)
    missing = [
        name for name, one in inner.parameters.items() if one.default is None and name not in test.with_
    ]
    unknown = [name for name in test.with_ if name not in inner.parameters]
    if missing and not unknown:
        message = f"{inner.id} needs a value for {shown(missing[0])}"
        findings.add((*path, "use"), "P030", message, f"add with: {{{missing[0]}: …}}")


def _needed(findings: Findings[Procedure], path: Path, inner: Procedure, made: dict[str, Connection]) -> None:
    outer = findings.document.model
    if findings.damaged(("roles",)) or findings.damaged(("connections",)):
        return
    for name, role in inner.roles.items():
        have = outer.roles[name].needs if name in outer.roles else []
        lacking = [one for one in role.needs if one not in have]
        if lacking:
            message = (
                f"{inner.id} needs {', '.join(lacking)} of role {shown(name)}, and this procedure does not"
            )
            findings.add((*path, "use"), "P031", message, f"add them to the needs of role {name} here")
    for name, connection in inner.connections.items():
        if name not in outer.connections and made.setdefault(name, connection) != connection:
            message = f"{inner.id} has a connection {shown(name)}, and another sub-procedure has it with other words"
            findings.add((*path, "use"), "P162", message, "declare under connections: here which is meant")


def _distinct(findings: Findings[Procedure], path: Path, inner: Procedure, own: Mapping[str, int]) -> None:
    taken = [one.test for one in inner.tests if one.test is not None and one.test in own]
    if taken:
        line = findings.document.located.place(("tests", own[taken[0]])).line
        message = f"{inner.id} has a test {shown(taken[0])}, and so has the entry at line {line}"
        findings.add((*path, "use"), "P011", message, "rename one of them, or use it once")
