"""Picking weights: which pieces of a set make up a load, and what their certificate says of the sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations

from calbench.documents.asset import Asset, Weight
from calbench.quantities import Quantity, parse_quantity, significant
from calbench.traceability.drifting import drifted
from calbench.traceability.parts import DIGITS, AtPoint, Part, Stated, coefficient, common, joined

CAPABILITY = "standard.mass"

CLASSES = ("E1", "E2", "F1", "F2", "M1", "M1-2", "M2", "M2-3", "M3")


@dataclass(frozen=True)
class Picked:
    """One weight with the set that it is of."""

    asset: Asset
    weight: Weight


def good_enough(accuracy_class: str, wanted: list[str]) -> bool:
    """Tell whether a class is one of the wanted ones or better (OIML R 111-1: E1 is the best)."""
    if accuracy_class not in CLASSES:
        return accuracy_class in wanted
    ranks = [CLASSES.index(name) for name in wanted if name in CLASSES]
    return bool(ranks) and CLASSES.index(accuracy_class) <= max(ranks)


def pick(assets: Sequence[Asset], load: Quantity) -> list[Picked] | None:
    """Pick the fewest weights whose nominal values make up the load exactly; None if none do.

    The same load always gives the same weights: the heaviest first, in the order of the sets and their files.
    """
    pieces = sorted(
        enumerate(Picked(asset, weight) for asset in assets for weight in asset.weights),
        key=lambda item: (-parse_quantity(item[1].weight.nominal).value, item[0]),
    )
    nominals = [parse_quantity(piece.weight.nominal).value for _, piece in pieces]
    best = _fewest(nominals, load.value)
    return None if best is None else [pieces[index][1] for index in best]


def certified(
    sets: Sequence[Asset], picked: Sequence[Picked], load: Quantity, on: date | None = None
) -> AtPoint:
    """Give sum and uncertainty of several weights on the pan.

    Uncertainties of one certificate add arithmetically (EURAMET cg-18 7.1.2.1: its weights are taken as fully
    correlated) unless the asset states a coefficient; those of several certificates add in quadrature, and
    arithmetically again as far as they rest on one certificate above. A weight that stands for ballast too is there
    more than once. `on` is the day to which drift is counted.
    """
    kilogram = parse_quantity("1 kg").unit
    mass = sum((parse_quantity(one.weight.mass).value for one in picked), Decimal(0))
    parts: list[Part] = []
    used = {one.asset.asset: one.asset for one in picked}
    for asset in used.values() or sets[:1]:
        own = [one.weight for one in picked if one.asset is asset]
        brought = _of_one_certificate(asset, own)
        if on is not None:
            nominals = [parse_quantity(weight.nominal) for weight in own]
            moved, drift = drifted(asset, CAPABILITY, nominals, _names(own), on)
            mass += moved
            brought += drift
        parts += [_of_set(part, asset) for part in brought] if len(used) > 1 else brought
    lines = joined(parts)
    std = significant(sum((line.stated.std**2 for line in lines), Decimal(0)).sqrt(), DIGITS)
    stated = lines[0].stated if len(lines) == 1 else Stated(expanded=Quantity(2 * std, kilogram))
    return AtPoint(stated, Quantity(mass - load.value, kilogram), tuple(lines))


def _of_set(part: Part, asset: Asset) -> Part:
    """Name the set that a line is of, where there are several on the pan."""
    if part.of or part.kind not in ("certificate", "drift"):
        return part
    return replace(part, kind="set" if part.kind == "certificate" else "drift", of=asset.asset)


def _of_one_certificate(asset: Asset, weights: list[Weight]) -> list[Part]:
    names, number = _names(weights), asset.certificate.number
    source = f"{asset.asset}, certificate {number}, {names}"
    stds = [parse_quantity(one.expanded).value / Decimal(one.k) for one in weights]
    total, r = sum(stds, Decimal(0)), coefficient(asset)
    if not weights or (r == 1 and not asset.correlations):
        return common(asset, CAPABILITY, names, _twice(total), source)
    if r < 0 or asset.correlations:
        return _by_matrix(asset, weights, stds, source)
    said = f"{source}, correlation {r}"
    parts = common(asset, CAPABILITY, names, _twice(total).scaled(r.sqrt()), said) if r else []
    for weight, std in zip(weights, stds, strict=True):
        own = _twice(std).scaled((1 - r).sqrt())
        single = f"{asset.asset}, certificate {number}, {weight.id} alone, correlation {r}"
        parts.append(Part(f"asset:{asset.asset}/{number}/{weight.id}@{names}", single, own, "own", weight.id))
    return parts


def _by_matrix(asset: Asset, weights: list[Weight], stds: list[Decimal], source: str) -> list[Part]:
    """Give one line for a load whose weights are correlated pair by pair (JCGM 100 eq. 16).

    It has no part that other loads have too, unless the certificate rests on one above.
    """
    pairs = {frozenset(pair[:2]): Decimal(pair[2]) for pair in asset.correlations}
    variance = sum((one**2 for one in stds), Decimal(0))
    for (i, one), (j, other) in combinations(enumerate(weights), 2):
        r = pairs.get(frozenset((one.id, other.id)), coefficient(asset)) if one.id != other.id else Decimal(1)
        variance += 2 * r * stds[i] * stds[j]
    stated = _twice(significant(max(variance, Decimal(0)).sqrt(), DIGITS))
    names, said = _names(weights), f"{source}, correlated pair by pair"
    if asset.certificate.traceable_to is not None:
        return common(asset, CAPABILITY, names, stated, said)
    return [Part(f"asset:{asset.asset}/{asset.certificate.number}/{names}@{names}", said, stated)]


def _twice(std: Decimal) -> Stated:
    return Stated(expanded=Quantity(std * 2, parse_quantity("1 kg").unit))


def _names(weights: list[Weight]) -> str:
    times = Counter(weight.id for weight in weights)
    return (
        "+".join(name if number == 1 else f"{number}x{name}" for name, number in times.items()) or "no weight"
    )


def _fewest(nominals: list[Decimal], load: Decimal) -> tuple[int, ...] | None:
    reached: dict[Decimal, tuple[int, ...]] = {Decimal(0): ()}
    left = sum(nominals, Decimal(0))
    for index, nominal in enumerate(nominals):
        # a sum that all the weights that follow do not lift to the load leads nowhere
        reached = {total: used for total, used in reached.items() if total + left >= load}
        left -= nominal
        for total, used in list(reached.items()):
            new = total + nominal
            if new <= load and (new not in reached or len(reached[new]) > len(used) + 1):
                reached[new] = (*used, index)
    return reached.get(load)
