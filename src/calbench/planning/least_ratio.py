"""The least TUR of a standard that a role may ask for: `min_tur`, with the U of its certificate.

Where the result is computed from several readings, U is what arrives there of that of the certificates of this role,
whether the procedure has a line for them or not.
"""

from __future__ import annotations

from collections.abc import Mapping

from calbench.documents.point import Prediction
from calbench.documents.procedure import Contribution
from calbench.planning import contributions, error_share
from calbench.planning.binding import Bound
from calbench.planning.prediction import Use, of_standard
from calbench.planning.refusal import LowRatio, Reasons
from calbench.quantities import Quantity, Value


def hold(
    point: error_share.Use,
    use: Use,
    predicted: Prediction,
    bound: Mapping[str, Bound],
    scope: Mapping[str, Value],
    reasons: Reasons,
) -> None:
    """Add a reason for each role whose standard has too small a TUR at a point, and if the result has for a decision.

    Args:
        point: the standards of the point, by role.
        use: the same point as its uncertainty was predicted.
        predicted: what was; U and TUR are those of the standard where a reading is compared with it directly.
        bound: roles with what they ask for.
        scope: what is known at the point.
        reasons: why there can be no plan.
    """
    least = use.decision.min_tur
    if least is not None and predicted.tur is not None and Quantity.of(predicted.tur) < Quantity.of(least):
        reasons.add(
            f"{point.name}: TUR is predicted as {predicted.tur}, and the procedure wants {least} for a decision "
            "(min_tur). Take better standards, or more readings."
        )
    for role in point.found if point.inputs is None else point.all_roles:
        wanted = bound[role].role.min_tur if role in bound else None
        if wanted is None:
            continue
        u, ratio = predicted.standard_u, predicted.standard_tur
        if point.inputs is not None:
            try:
                u, ratio = _alone(role, point, use, scope)
            except ValueError as error:
                reasons.add(f"{point.name}: its uncertainty cannot be predicted: {error}")
                continue
        if ratio is not None and Quantity.of(ratio) < Quantity.of(wanted):
            reasons.add_ratio(LowRatio(role, point.name, ratio, wanted, u or ""))


def _alone(
    role: str, point: error_share.Use, use: Use, scope: Mapping[str, Value]
) -> tuple[str | None, str | None]:
    """Give U (k = 2) of a computed result that the certificates of one role alone bring, and the TUR of that."""
    line = Contribution.model_validate({"name": role, "from": f"{role}.uncertainty"})
    read = {} if point.inputs is None else point.inputs.certificates
    own = contributions.stated([line], point.found, set(point.roles), point.name, scope, read)
    if not own:
        return None, None
    u, ratio = of_standard(use, own, contributions.of_one_family(own), scope)
    return u.text(), ratio
