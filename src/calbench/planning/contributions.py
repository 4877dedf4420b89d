"""Uncertainty contributions of one point: as stated by the procedure, or from the certificate in use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations

from calbench.documents.point import ContributionPlan, CorrelationPlan, LocalTexts
from calbench.documents.procedure import Contribution
from calbench.quantities import Value, evaluate, parse
from calbench.traceability.parts import AtPoint, Part, joined

Certified = Mapping[str, Sequence[tuple[str, AtPoint]]]
"""By role: which inputs of a point are read of it, and what its certificate states of each."""


def stated(
    contributions: list[Contribution],
    certificates: Mapping[str, AtPoint],
    reference_roles: set[str],
    point: str,
    scope: Mapping[str, Value],
    inputs: Certified | None = None,
) -> list[ContributionPlan]:
    """Give the contributions that hold at this point, in the order of the file.

    A standard brings a line for each of its parts. Of several standards, parts of one family are one line: they move
    together. A standard of which `inputs` are read brings its lines to each of them, at what that is expected to read.
    """
    found: list[ContributionPlan] = []
    places: dict[tuple[str, str], int] = {}
    parts: dict[int, Part] = {}
    named: dict[str, LocalTexts] = {}
    for one in contributions:
        role = _role(one)
        if not _holds(one, scope):
            continue
        if role is None:
            found.append(_own(one, point))
            continue
        moved = "reference" if role in reference_roles else "indication"
        brought = [(moved, certificates[role])] if role in certificates else []
        for moves, standard in [*brought, *(inputs or {}).get(role, [])]:
            for part in standard.parts:
                place = places.setdefault((moves, part.family), len(found))
                if place == len(found):
                    parts[place] = part
                    # one value of a certificate is one quantity, whatever else lies on the pan beside it
                    name = named.setdefault(part.influence, _named(one.name, part))
                    found.append(_from_standard(name, part, moves))
                else:
                    (parts[place],) = joined([parts[place], part])
                    found[place] = _from_standard(found[place].name, parts[place], moves)
    return found


def of_one_family(found: Sequence[ContributionPlan]) -> list[CorrelationPlan]:
    """Give the correlations of lines that certificates bring to different inputs: those of one family move together.

    Lines of one influence are one quantity already.
    """
    families: dict[str, dict[str, None]] = {}
    for one in found:
        if one.source:
            families.setdefault(one.influence.rpartition("@")[0], {})[one.influence] = None
    pairs = [pair for each in families.values() for pair in combinations(each, 2)]
    return [CorrelationPlan(one=one, other=other, r="1") for one, other in pairs]


def undrawable(found: Sequence[ContributionPlan], pairs: Sequence[CorrelationPlan]) -> list[str]:
    """Name the contributions with limits that are correlated by a coefficient: it does not say how they are drawn."""
    together = {name for pair in pairs if float(pair.r) for name in (pair.one, pair.other)}
    names = [one.name.get("en", "") for one in found if one.half_width and one.influence in together]
    return list(dict.fromkeys(names))


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


def _from_standard(name: LocalTexts, part: Part, moves: str) -> ContributionPlan:
    stated = part.stated
    return ContributionPlan(
        name=name,
        influence=part.influence,
        kind="B",
        expanded=None if stated.expanded is None else stated.expanded.text(),
        half_width=None if stated.half_width is None else stated.half_width.text(),
        k=stated.k,
        shape=stated.shape,
        dof=stated.dof,
        input=moves,
        source=part.source,
    )


_NAMES = {
    "common": {"en": "{name}: common with certificate {of}", "zh": "{name}：与证书 {of} 共有"},
    "own": {"en": "{name}: of {of} alone", "zh": "{name}：{of} 独有"},
    "set": {"en": "{name}: {of}", "zh": "{name}：{of}"},
    "drift": {"en": "{name}: drift since then", "zh": "{name}：其后的漂移"},
    "drift of": {"en": "{name}: drift of {of} since then", "zh": "{name}：{of} 其后的漂移"},
}


def _named(name: LocalTexts, part: Part) -> LocalTexts:
    """Name a line of a standard after the contribution that the procedure states."""
    patterns = _NAMES.get("drift of" if part.kind == "drift" and part.of else part.kind)
    if patterns is None:
        return name
    return {
        language: patterns.get(language, patterns["en"]).format(name=text, of=part.of)
        for language, text in name.items()
    }


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
