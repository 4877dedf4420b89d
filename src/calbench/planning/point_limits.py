"""The limit of one case: of its range, of `evaluate`, or of the test; a named one may choose its column by a label."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.documents.point import LimitPlan
from calbench.documents.procedure import Evaluate, Test
from calbench.planning import limits
from calbench.planning.expansion import Case
from calbench.planning.refusal import Reasons
from calbench.planning.setting import Setting
from calbench.quantities import Value


def limit_of(
    test: Test, case: Case, setting: Setting, scope: Mapping[str, Value], reasons: Reasons
) -> LimitPlan | None:
    """Resolve the limit of a case: of its range, of `evaluate`, or of the test; None if nothing is judged."""
    mpe = case.mpe or test.mpe
    try:
        if test.evaluate is not None:
            return judged_by(test.evaluate, setting, scope, case.labels)
        return None if mpe is None else limits.stated(mpe, scope)
    except ValueError as error:
        reasons.add(f"{case.name}: its limit cannot be computed: {error}.")
        return None


def judged_by(
    evaluate: Evaluate, setting: Setting, scope: Mapping[str, Value], labels: Mapping[str, str]
) -> LimitPlan | None:
    """Resolve the limit of `evaluate`: a named one, whose column `labels` may choose, or what is written; None if none.

    Raises:
        ValueError: It cannot be computed.
    """
    limit = evaluate.limit
    if limit is None:
        return None
    named = setting.named_limits.get(limit) if isinstance(limit, str) else None
    return limits.banded(named, scope, labels) if named else limits.stated(limit, scope)
