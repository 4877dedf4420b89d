"""Rules for loads: what a source is told that takes several quantities together."""

from __future__ import annotations

from calbench.authoring import told_rules
from calbench.authoring.findings import Findings
from calbench.authoring.naming import Names, check, computed
from calbench.authoring.suggestions import listed, mend, shown
from calbench.authoring.testview import View
from calbench.documents.measurands import MEASURANDS, Measurand, split
from calbench.documents.procedure import Procedure
from calbench.quantities import Shape, Word, find_unit

_RULE = "P073"
_PHASES = (1, 3)


def of_test(findings: Findings[Procedure], view: View, known: Names) -> None:
    """Check that `with` says every quantity of the load, and nothing else."""
    given, path = view.test.with_, view.path("with")
    if not view.is_load:
        return
    applied = MEASURANDS[split(view.test.apply or "")[1]]
    told = f"{applied.name} takes" if "value" in applied.stimulus else "a load has"
    missing = [name for name in applied.stimulus if name not in given]
    if missing and not findings.damaged(path):
        message = f"the source is told no {listed(missing, 'and no')}"
        findings.add(path, _RULE, message, f"add {missing[0]}: …", part="key")
    of_reading, words = told_rules.of_readings(view), applied.words
    for name, text in given.items():
        where = (*path, name)
        if name in of_reading:
            continue
        if name not in applied.stimulus and name not in words:
            message = f"{told} no {shown(name)}"
            findings.add(where, _RULE, message, mend(name, [*applied.stimulus, *words]), part="key")
        elif name in words and isinstance(text, str):
            _word(findings, view, name, text, words[name], known)
        elif not isinstance(text, str):
            findings.add(
                where, _RULE, "a list stands here; one value is needed", "vary it: vary: {current: […]}"
            )
        else:
            _one(findings, view, applied, name, text, known)
    for key in ("frequency", "points", "load", "ranges"):
        if getattr(view.own, key) is not None:
            message = f"{shown(key)} has no effect beside 'with', which says the load"
            findings.add(view.path(key), _RULE, message, "remove it", part="key")


def _word(
    findings: Findings[Procedure], view: View, name: str, text: str, allowed: tuple[str, ...], known: Names
) -> None:
    """Check a word that the source is told beside the load: it stands here, or is a name that can only be such."""
    where, said = (*view.path("with"), name), text.strip()
    word = said.strip("'")
    shape: Shape | None = Word((word,))
    if (word == said and not word.isidentifier()) or {word, said} & {*known.shapes, *known.unclear}:
        shape = check(findings, where, text, known)
    if shape is None:
        return
    choices = shape.choices if isinstance(shape, Word) else (text,)
    wrong = [one for one in choices if one not in allowed]
    if wrong:
        message = f"{name} cannot be {shown(wrong[0])}"
        findings.add(where, _RULE, message, mend(wrong[0], list(allowed)))


def _one(
    findings: Findings[Procedure], view: View, applied: Measurand, name: str, text: str, known: Names
) -> None:
    where = (*view.path("with"), name)
    wanted = find_unit(applied.told_in(name)).dimension
    if check(findings, where, text, known, wanted) is None:
        return
    value = computed(text, known)
    if value is None:
        return
    if name == "phases":
        if value.value not in _PHASES:
            findings.add(where, _RULE, f"phases are 1 or 3, not {value}", "write 1 or 3")
    elif name == "angle":
        if value.unit.kind != "angle":
            message = f"an angle needs its unit, and {shown(text)} has none"
            findings.add(where, _RULE, message, f"write {text} deg")
    elif name == "value" and applied.whole and value.value != value.value.to_integral_value():
        message = f"{applied.name} are whole, and {shown(text)} is {value}"
        findings.add(where, _RULE, message, "write a whole number, as in ceil(…)")
    elif value.value < 0 or (value.value == 0 and name != "current"):
        findings.add(where, _RULE, f"{name} is above zero, and {shown(text)} is {value}", "write an amount")
