"""Picking weights: which pieces of a set make up a load, and what their certificate says of the sum."""

from __future__ import annotations

from decimal import Decimal

from calbench.documents.asset import Asset, Weight
from calbench.planning.standards import AtPoint
from calbench.quantities import Quantity, parse_quantity

CLASSES = ("E1", "E2", "F1", "F2", "M1", "M1-2", "M2", "M2-3", "M3")


def good_enough(accuracy_class: str, wanted: list[str]) -> bool:
    """Tell whether a class is one of the wanted ones or better (OIML R 111-1: E1 is the best)."""
    if accuracy_class not in CLASSES:
        return accuracy_class in wanted
    ranks = [CLASSES.index(name) for name in wanted if name in CLASSES]
    return bool(ranks) and CLASSES.index(accuracy_class) <= max(ranks)


def pick(asset: Asset, load: Quantity) -> list[Weight] | None:
    """Pick the fewest weights whose nominal values make up the load exactly; None if none do.

    The same load always gives the same weights: the heaviest first, in the order of the file.
    """
    pieces = sorted(
        enumerate(asset.weights), key=lambda item: (-parse_quantity(item[1].nominal).value, item[0])
    )
    nominals = [parse_quantity(weight.nominal).value for _, weight in pieces]
    best = _fewest(nominals, load.value)
    return None if best is None else [pieces[index][1] for index in best]


def certified(asset: Asset, picked: list[Weight], load: Quantity) -> AtPoint:
    """Give sum and uncertainty of several weights; uncertainties of one certificate add arithmetically.

    Source: EURAMET cg-18 7.1.2.1 (weights of one certificate are taken as fully correlated).
    """
    kilogram = parse_quantity("1 kg").unit
    mass = sum((parse_quantity(weight.mass).value for weight in picked), Decimal(0))
    std = sum((parse_quantity(w.expanded).value / Decimal(w.k) for w in picked), Decimal(0))
    names = "+".join(weight.id for weight in picked) or "no weight"
    return AtPoint(
        expanded=Quantity(std * 2, kilogram),
        half_width=None,
        k="2",
        dof=None,
        correction=Quantity(mass - load.value, kilogram),
        influence=f"asset:{asset.asset}/{asset.certificate.number}/standard.mass@{names}",
        source=f"{asset.asset}, certificate {asset.certificate.number}, {names}",
    )


def _fewest(nominals: list[Decimal], load: Decimal) -> tuple[int, ...] | None:
    reached: dict[Decimal, tuple[int, ...]] = {Decimal(0): ()}
    for index, nominal in enumerate(nominals):
        for total, used in list(reached.items()):
            new = total + nominal
            if new <= load and (new not in reached or len(reached[new]) > len(used) + 1):
                reached[new] = (*used, index)
    return reached.get(load)
