"""Uncertainty contributions of one point: as stated by the procedure, or from the certificate in use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from calbench.documents.plan import ContributionPlan, CorrelationPlan
from calbench.documents.procedure import Contribution
from calbench.planning.standards import AtPoint
from calbench.quantities import Value, evaluate, parse


def stated(
    contributions: list[Contribution],
    certificates: Mapping[str, AtPoint],
    reference_roles: set[str],
    point: str,
    scope: Mapping[str, Value],
) -> list[ContributionPlan]:
    """Give the contributions that hold at this point, in the order of the file."""
    return [
        _from_certificate(one, certificates[role], of_reference=role in reference_roles)
        if (role := _role(one)) is not None
        else _own(one, point)
        for one in contributions
        if _holds(one, scope) and (_role(one) is None or _role(one) in certificates)
    ]


def correlated(stated_pairs: Sequence[list[str]], found: Sequence[ContributionPlan]) -> list[CorrelationPlan]:
    """Give the correlations between contributions that hold at this point; those with others are left out.

    Raises:
        ValueError: Two contributions are one quantity here: they come from one certificate value.
    """
    ids = {one.name.get("en", ""): one.influence for one in found}
    pairs = [(ids[a], ids[b], r, a, b) for a, b, r in stated_pairs if a in ids and b in ids]
    for one, other, _, a, b in pairs:
        if one == other:
            raise ValueError(f"'{a}' and '{b}' are one quantity, {one}; remove their correlation")
    return [CorrelationPlan(one=one, other=other, r=r) for one, other, r, _, _ in pairs]


def pairs_of(correlations: Sequence[CorrelationPlan]) -> dict[tuple[str, str], float]:
    """Give coefficients by pairs of influences."""
    return {(each.one, each.other): float(each.r) for each in correlations}


def _role(contribution: Contribution) -> str | None:
    return None if contribution.from_ is None else contribution.from_.removesuffix(".uncertainty")


def _holds(contribution: Contribution, scope: Mapping[str, Value]) -> bool:
    if contribution.only_if is None:
        return True
    return evaluate(parse(contribution.only_if), scope) is True


def _from_certificate(
    contribution: Contribution, certificate: AtPoint, *, of_reference: bool
) -> ContributionPlan:
    return ContributionPlan(
        name=contribution.name,
        influence=certificate.influence,
        kind="B",
        expanded=None if certificate.expanded is None else certificate.expanded.text(),
        half_width=None if certificate.half_width is None else certificate.half_width.text(),
        k=certificate.k,
        shape="normal" if certificate.half_width is None else "rectangular",
        dof=certificate.dof,
        input="reference" if of_reference else "indication",
        source=certificate.source,
    )


def _own(contribution: Contribution, point: str) -> ContributionPlan:
    slug = re.sub(r"\W+", "-", contribution.name.get("en", "").lower()).strip("-") or "contribution"
    return ContributionPlan(
        name=contribution.name,
        influence=contribution.influence or f"run:{point}/{slug}",
        kind=contribution.type,
        std=contribution.std,
        half_width=contribution.half_width,
        expanded=contribution.expanded,
        k=contribution.k,
        shape=contribution.shape or ("rectangular" if contribution.half_width is not None else "normal"),
        dof=contribution.dof,
        input=contribution.input or "indication",
    )
