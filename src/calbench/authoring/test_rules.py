"""Rules for tests: which keys belong together, which roles they use."""

from __future__ import annotations

from calbench.authoring import told_rules
from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.suggestions import listed, mend, shown
from calbench.authoring.testview import View
from calbench.documents import measurands as capabilities
from calbench.documents.measurands import MEASURANDS, capability, split
from calbench.documents.procedure import Procedure, Test

UUT = "uut"
MEASURING = (
    "read", "inputs", "apply", "frequency", "ranges", "points", "load", "vary", "values", "place", "times", "stable",
    "settle", "readings",
)  # fmt: skip
ALLOWED_WITH_USE = ("use", "with_", "controls", "only_if", "sources")


def kinds(findings: Findings[Procedure]) -> None:
    """Check that each test is a test or a `use`, and that the ids of tests differ."""
    first: dict[str, int] = {}
    for index, test in enumerate(findings.document.model.tests):
        path: Path = ("tests", index)
        findings.exactly_one(
            path, {"test": test.test, "use": test.use}, "P013", f"entry {index + 1} of tests"
        )
        if test.use is not None and test.test is None:
            _beside_use(findings, path, test)
        read = [one.read for one in (test.inputs or {}).values() if one.read] or [
            test.read or findings.document.model.defaults.read or ""
        ]
        takes = _load(test) or any(told_rules.of_reading(test, split(one)[1]) for one in read)
        if test.use is None and "with_" in test.model_fields_set and not takes:
            help_ = "write 'use: FILE' instead of 'test:', or remove it"
            findings.add(
                (*path, "with"),
                "P014",
                "'with' gives parameters to a sub-procedure, and there is none",
                help_,
                part="key",
            )
        if test.test is not None:
            if test.test in first:
                message = f"there is already a test {shown(test.test)} (line {first[test.test]})"
                findings.add((*path, "test"), "P011", message, "give it another id")
            first.setdefault(test.test, findings.document.located.place((*path, "test")).line)


def _load(test: Test) -> bool:
    applied = None if test.apply is None else MEASURANDS.get(split(test.apply)[1])
    return applied is not None and applied.is_load


def structure(findings: Findings[Procedure], view: View) -> None:
    """Check which keys of a test belong together."""
    test, path = view.test, view.path()
    if test.of is not None:
        return  # derived_rules
    if test.ask:
        keys = [key for key in MEASURING if getattr(view.own, key) is not None]
        if keys:
            message = f"{view.name} asks questions, so it measures nothing and cannot have {listed(keys)}"
            findings.add(view.path(keys[0]), "P017", message, "make two tests of it", part="key")
        return
    if not view.measures:
        if not findings.damaged(path):
            findings.add(
                path,
                "P017",
                f"{view.name} reads nothing and asks nothing",
                "add read:, inputs:, ask: or of:",
                part="key",
            )
        return
    given = {"ranges": test.ranges, "points": test.points, "load": test.load}
    if not view.is_load:
        findings.exactly_one(path, given, "P016", view.name)
    directions = test.points if isinstance(test.points, dict) else {"": test.points}
    for direction, points in directions.items() or [("", [])]:
        if points == []:
            where = view.path("points", direction) if direction else view.path("points")
            findings.add(where, "P016", "there are no points", "write them, as in [0 V, 5 V, 10 V]")
    _limits(findings, view)
    if test.judge_on == "rounded" and test.rounding is None and not findings.damaged(path):
        findings.add(
            view.path("judge_on"),
            "P043",
            "judge_on is rounded, and nothing says how to round",
            "add rounding: {interval: …}",
        )


def near_limit(findings: Findings[Procedure], view: View) -> None:
    """Check when more readings are taken near the limit."""
    rule, path = view.own.near_limit, view.path("near_limit")
    if rule is None:
        return
    low = findings.plain((*path, "from"), rule.from_, "P067", what="from", sign="not negative")
    high = findings.plain((*path, "to"), rule.to, "P067", what="to", sign="positive")
    if low is not None and high is not None and low >= high:
        message = f"from {rule.from_} is not below to {rule.to}"
        findings.add(
            (*path, "from"), "P067", message, "write shares of the limit, as in {from: 0.8, to: 1.2}"
        )
    if rule.readings < 1:
        message = f"{rule.readings} is no number of readings"
        findings.add((*path, "readings"), "P067", message, "write 1 or more")
    if not view.measures or len(view.test.passes or []) > 1:
        message = f"{view.name} has no readings of one pass of which there could be more"
        findings.add(path, "P067", message, "remove it", part="key")
    for name, one in (view.test.inputs or {}).items():
        if one.before_apply:
            message = f"input {name} is read before the source is set, and cannot be read again after that"
            findings.add(path, "P067", message, "remove it, or before_apply", part="key")


def roles(findings: Findings[Procedure], view: View) -> None:
    """Check the roles of a test, and its connection."""
    test = view.test
    for key, kind in (("apply", "source"), ("read", "measure")):
        text = getattr(test, key)
        if text is not None:
            used(findings, view.path(key), text, kind)
    if test.place is not None and weights(findings, view.path("place"), test.place):
        _placed(findings, view)
    if test.enclosed and not (view.inputs and (test.apply or "").endswith(".pressure")):
        message = f"enclosed is for the pressure that a source put out, and for inputs; {view.name} lacks one of them"
        findings.add(
            view.path("enclosed"),
            "P050",
            message,
            "apply a pressure and read inputs, or remove it",
            part="key",
        )
    if test.reading_is == "reference" and test.read is not None and split(test.read)[0] == UUT:
        message = "the reading of the unit under test cannot be the reference it is compared with"
        findings.add(view.path("reading_is"), "P050", message, "read a standard, or remove reading_is")
    if test.apply is not None and view.quantity and not view.inputs:
        _alike(findings, view, split(test.apply)[1])
    connections = findings.document.model.connections
    if test.connection is not None and test.connection not in connections:
        findings.unknown(view.path("connection"), "P010", "connection", test.connection, list(connections))


def _beside_use(findings: Findings[Procedure], path: Path, test: Test) -> None:
    for name in sorted(test.model_fields_set - set(ALLOWED_WITH_USE)):
        key = Test.model_fields[name].alias or name
        message = f"{shown(key)} has no effect beside 'use'"
        findings.add(
            (*path, key),
            "P014",
            message,
            "only 'with', 'controls', 'only_if' and 'sources' stand beside 'use'; the rest is in the sub-procedure",
            part="key",
        )


def _limits(findings: Findings[Procedure], view: View) -> None:
    test = view.test
    if test.ranges is not None:
        for key in ("evaluate", "mpe", "resolution"):
            if getattr(test, key) is not None:
                what = "resolution" if key == "resolution" else "limit"
                message = (
                    f"each range of {view.name} has its own {what}, so {shown(key)} would have no effect"
                )
                findings.add(
                    view.path(key),
                    "P044",
                    message,
                    "remove it, or write points: instead of ranges:",
                    part="key",
                )
    elif test.evaluate is not None and test.mpe is not None:
        message = f"{view.name} has both evaluate and mpe: it can have one limit only"
        findings.add(view.path("mpe"), "P044", message, "remove mpe or evaluate", part="key")


def used(findings: Findings[Procedure], path: Path, text: str, kind: str) -> None:
    """Check `role.quantity`: that there are such a role and quantity, and that the role needs a `kind` of it."""
    role, quantity = split(text)
    known = findings.document.model.roles
    if role not in known:
        findings.unknown(path, "P008", "role", role, list(known))
        return
    if quantity not in MEASURANDS:
        message = f"there is no quantity {shown(quantity)}"
        findings.add(
            path,
            "P007",
            message,
            mend(quantity, list(MEASURANDS)),
            offset=len(role) + 1,
            length=len(quantity),
        )
        return
    needed = capability(kind, quantity)
    unreadable = not all(capabilities.known(one) for one in known[role].needs)  # told there
    if needed not in known[role].needs and not unreadable:
        message = f"role {shown(role)} does not need {needed}, so it may be played by something without it"
        findings.add(path, "P009", message, f"add {needed} to its needs", offset=0, length=len(text))


def _alike(findings: Findings[Procedure], view: View, applied: str) -> None:
    if applied not in MEASURANDS:
        return
    one, other = MEASURANDS[applied], MEASURANDS[view.quantity]
    if (one.unit, one.alternating) != (other.unit, other.alternating):
        message = f"{view.name} applies {applied} and reads {view.quantity}, which cannot be compared"
        findings.add(view.path("apply"), "P050", message, "apply what is read")


def weights(findings: Findings[Procedure], path: Path, role: str) -> bool:
    """Check that a role has weights; tells whether it has."""
    known = findings.document.model.roles
    if role not in known:
        findings.unknown(path, "P008", "role", role, list(known))
        return False
    if "standard.mass" in known[role].needs:
        return True
    findings.add(
        path,
        "P009",
        f"role {shown(role)} does not need standard.mass, so it has no weights",
        "add standard.mass to its needs",
    )
    return False


def _placed(findings: Findings[Procedure], view: View) -> None:
    if view.quantity and view.quantity != "mass":
        findings.add(
            view.path("place"),
            "P050",
            f"weights are placed, and {view.name} reads {view.quantity}",
            "read a mass, or remove place",
        )
    elif view.test.apply is not None:
        findings.add(
            view.path("apply"),
            "P050",
            f"{view.name} both places weights and applies a quantity",
            "make two tests of it",
            part="key",
        )
