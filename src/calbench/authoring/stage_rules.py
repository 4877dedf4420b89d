"""Rules for stages: which there are, and which test belongs to which."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check
from calbench.authoring.suggestions import shown
from calbench.authoring.testview import View
from calbench.documents.procedure import Procedure
from calbench.documents.stages import ADJUST, AS_FOUND, AS_LEFT, STAGES
from calbench.quantities import TRUTH, Shape, Word

_KNOWN = ([AS_FOUND], list(STAGES))


def check_all(findings: Findings[Procedure]) -> None:
    """Check the stages of the policy against what the procedure says of adjusting."""
    policy, path = findings.document.model.policy, ("policy", "stages")
    if policy.stages not in _KNOWN and not findings.damaged(path):
        message = f"the stages {shown(', '.join(policy.stages) or 'none')} are no course of a verification"
        findings.add(path, "P066", message, "write [as_found], or [as_found, adjust, as_left]", part="key")
    if findings.document.model.adjust and ADJUST not in policy.stages:
        help_ = "add stages: [as_found, adjust, as_left] to policy:, or remove adjust:"
        findings.add(("adjust",), "P066", "it says how to adjust, and no stage does it", help_, part="key")
    if "adjust" in policy.model_fields_set and ADJUST not in policy.stages:
        where: Path = ("policy", "adjust")
        help_ = "add stages: [as_found, adjust, as_left], or remove it"
        findings.add(where, "P066", "there is no stage in which anything is adjusted", help_, part="key")


def of_test(findings: Findings[Procedure], view: View) -> None:
    """Check the stages of a test."""
    stages, path = view.test.stages, view.path("stages")
    if stages is None:
        return
    if not stages:
        help_ = "write [as_found], [as_left], or remove it for both"
        findings.add(path, "P066", f"{view.name} is done in no stage", help_, part="key")
    if len(set(stages)) < len(stages):
        findings.add(path, "P066", f"{view.name} names a stage twice", "remove one", part="key")


def of_uses(findings: Findings[Procedure], parameters: Names) -> None:
    """Check on what the tests of a sub-procedure depend."""
    for index, test in enumerate(findings.document.model.tests):
        if test.use is not None:
            check(findings, ("tests", index, "only_if"), test.only_if, _with_stage(parameters), TRUTH)


def known(parameters: Names, view: View) -> Names:
    """Give what `only_if` of a test may look at: the parameters, and the stage; a parameter of this name goes first.

    And the nominal value, where points have one: then it is asked for each point.
    """
    shapes: dict[str, Shape] = {}
    unclear: frozenset[str] = frozenset()
    if view.own.of is None and view.measures and view.has_nominal:
        nominal = view.nominal if view.inputs else view.shape
        if nominal is None:
            unclear = frozenset(("nominal", "$nominal"))
        else:
            shapes |= {"nominal": nominal, "$nominal": nominal}
    return _with_stage(parameters).with_(shapes, unclear=unclear)


def _with_stage(parameters: Names) -> Names:
    word = Word((AS_FOUND, AS_LEFT))
    free = [name for name in ("stage", "$stage") if name not in parameters.shapes]
    return parameters.with_({name: word for name in free if name not in parameters.unclear})
