"""Rules for uncertainty contributions: each is stated in one complete way, and belongs to what is used."""

from __future__ import annotations

import re

from calbench.authoring.budget_rules import FEWEST_DRAWS, HIGHEST_SEED, MOST_DRAWS, whole
from calbench.authoring.correlation_rules import Kind, correlated
from calbench.authoring.findings import Findings, difference
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check
from calbench.authoring.suggestions import listed, mend, shown
from calbench.authoring.test_rules import UUT
from calbench.authoring.testview import View, after, before
from calbench.documents.measurands import split
from calbench.documents.procedure import Contribution, MonteCarlo, Procedure
from calbench.quantities import NUMBER, TRUTH, Shape

_STATED = ("std", "half_width", "expanded", "from")
_OWN = ("type", "k", "shape", "dof", "input", "influence")
_SUFFIX = ".uncertainty"
OF_TESTS = Kind("contribution", "[Calibrator, Resolution, 0.2]", "P061", "P061")


def of_test(findings: Findings[Procedure], view: View, parameters: Names, across: Names) -> None:
    """Check the contributions of a test."""
    measured, planned = after(view, parameters, across), before(view, parameters)
    for index, one in enumerate(view.test.uncertainty):
        path = view.path("uncertainty", index)
        _stated(findings, path, one)
        spread = _moved(findings, (*path, "input"), view, one.input)
        for key in ("std", "half_width", "expanded"):
            check(findings, (*path, key), getattr(one, key), measured, spread)
        check(findings, (*path, "k"), one.k, measured, NUMBER)
        check(findings, (*path, "dof"), one.dof, measured, NUMBER)
        check(findings, (*path, "only_if"), one.only_if, planned, TRUTH)
        if one.from_ is not None:
            _from(findings, (*path, "from"), one.from_, view)
    _distinct(findings, view)
    names = {
        one.name["en"]: one.influence or one.name["en"] for one in view.test.uncertainty if "en" in one.name
    }
    pairs = correlated(findings, view.path("correlations"), view.test.correlations, names, OF_TESTS)
    if view.test.monte_carlo is not None:
        _drawn(findings, view, view.test.monte_carlo, {id_ for pair, r in pairs.items() if r for id_ in pair})


def _moved(findings: Findings[Procedure], path: Path, view: View, name: str | None) -> Shape | None:
    """Check the input that a contribution belongs to, and give the shape of its uncertainty."""
    if name is None or name in ("indication", "reference"):
        return view.spread
    if name in view.inputs:
        shape = view.inputs[name]
        return None if shape is None else difference(shape)
    allowed = ["indication", "reference", *view.inputs]
    findings.add(path, "P080", f"{view.name} has no input {shown(name)}", mend(name, allowed))
    return None


def _drawn(findings: Findings[Procedure], view: View, stated: MonteCarlo, together: set[str]) -> None:
    """Check a Monte Carlo evaluation: contributions, draws and seed; and that what is correlated can be drawn."""
    path = view.path("monte_carlo")
    if not view.test.uncertainty:
        message = "there is nothing to draw: the test states no uncertainty"
        findings.add(path, "P063", message, "add uncertainty:, or remove monte_carlo", part="key")
    rule = findings.document.model.decision.coverage_rule
    if rule not in ("t", "auto"):
        message = f"draws give their own k, and the decision has the coverage rule {shown(rule)}"
        findings.add(
            path, "P063", message, "write coverage_rule: t or auto, or remove monte_carlo", part="key"
        )
    if stated.draws != "adaptive":
        whole(findings, (*path, "draws"), stated.draws, "draws", FEWEST_DRAWS, MOST_DRAWS, "P063")
    whole(findings, (*path, "seed"), stated.seed, "seed", 0, HIGHEST_SEED, "P063")
    for index, one in enumerate(view.test.uncertainty):
        if one.half_width is not None and (one.influence or one.name.get("en", "")) in together:
            message = (
                f"{shown(one.name.get('en', ''))} is {one.shape or 'rectangular'} and correlated by a coefficient, "
                f"which does not say how the two are drawn together"
            )
            where = view.path("uncertainty", index, "half_width")
            help_ = "write what the two have in common as a contribution of its own, or remove monte_carlo"
            findings.add(where, "P063", message, help_, part="key")


def _stated(findings: Findings[Procedure], path: Path, one: Contribution) -> None:
    given = {key: getattr(one, "from_" if key == "from" else key) for key in _STATED}
    if not findings.exactly_one(path, given, "P032", "a contribution"):
        return
    if one.from_ is not None:
        for key in sorted(one.model_fields_set & set(_OWN)):
            message = f"{shown(key)} has no effect beside 'from': the certificate says it"
            findings.add((*path, key), "P032", message, "remove it", part="key")
        return
    if one.type == "A" and one.std is None:
        message = "a contribution of type A is a standard deviation of readings, and needs std"
        findings.add((*path, "type"), "P033", message, "write std: …, or type: B")
    _shape(findings, path, one)
    if one.expanded is not None and one.k is None and not findings.damaged(path):
        findings.add(
            (*path, "expanded"),
            "P035",
            "an expanded uncertainty needs its k",
            "add k: 2, or what the source says",
            part="key",
        )
    if one.k is not None and one.expanded is None:
        findings.add(
            (*path, "k"),
            "P035",
            "k belongs to an expanded uncertainty, and there is none",
            "write expanded:, or remove k",
            part="key",
        )


def _shape(findings: Findings[Procedure], path: Path, one: Contribution) -> None:
    shapes = ["rectangular", "triangular", "arcsine"]
    if one.half_width is not None and one.shape is None and not findings.damaged(path):
        message = "a half width needs the shape of its distribution"
        findings.add((*path, "half_width"), "P034", message, f"add shape: {listed(shapes)}", part="key")
    elif one.half_width is not None and one.shape == "normal":
        message = "a normal distribution has no half width"
        findings.add((*path, "shape"), "P034", message, "write std:, or expanded: with k:")
    elif one.half_width is None and one.shape is not None and one.shape != "normal":
        message = f"the shape {one.shape} belongs to a half width, and there is none"
        findings.add((*path, "shape"), "P034", message, "write half_width:, or remove the shape")


def _from(findings: Findings[Procedure], path: Path, text: str, view: View) -> None:
    """Check `role.uncertainty`: the role is the source, the weights, or the reference that is read."""
    role = text.removesuffix(_SUFFIX)
    known = findings.document.model.roles
    if not text.endswith(_SUFFIX):
        findings.add(
            path,
            "P036",
            f"{shown(text)} is not the uncertainty of a role",
            f"write {_example(text)}",
            offset=0,
            length=len(text),
        )
        return
    if role not in known:
        findings.unknown(path, "P008", "role", role, list(known))
        return
    given = _giving(view)
    if role in given or any(one not in known for one in given):
        return
    message = (
        f"role {shown(role)} gives no reference value in {view.name}, so it has no uncertainty to give here"
    )
    help_ = (
        mend(role, [f"{name}{_SUFFIX}" for name in given])
        if given
        else "apply a source, place weights, or read a reference"
    )
    findings.add(path, "P036", message, help_, offset=0, length=len(text))


def _example(text: str) -> str:
    return f"{text.partition('.')[0]}{_SUFFIX}"


def _giving(view: View) -> list[str]:
    """Give the roles with a certificate that planning looks up for the points of this test."""
    test = view.test
    roles = [split(test.apply)[0]] if test.apply and not test.reference else []
    roles += [test.place] if test.place and not test.reference else []
    for one in (test.inputs or {}).values():
        roles += [role for role in (split(one.used)[0], one.place) if role is not None and role != UUT]
    return list(dict.fromkeys(roles)) + (
        [split(test.read)[0]] if test.read and test.reading_is == "reference" else []
    )


def _distinct(findings: Findings[Procedure], view: View) -> None:
    """Check that contributions of different names are different quantities: their names name the influences."""
    seen: dict[str, int] = {}
    for index, one in enumerate(view.test.uncertainty):
        if one.from_ is not None or one.influence is not None:
            continue
        name = one.name.get("en", "")
        slug = re.sub(r"\W+", "-", name.lower()).strip("-") or "contribution"
        path = view.path("uncertainty", index, "name")
        if slug in seen and name:
            line = findings.document.located.place(view.path("uncertainty", seen[slug], "name")).line
            message = f"two contributions are called {shown(name)} (also line {line}), so they count as one quantity"
            findings.add(path, "P037", message, "give another name; or say influence: if they are the same")
        seen.setdefault(slug, index)
