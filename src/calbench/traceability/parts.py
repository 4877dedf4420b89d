"""What a standard brings into a budget: influences as their certificate states them, scaled and added.

The values of one certificate are one family: they move together, and their uncertainties add arithmetically
(EURAMET cg-18 7.1.2.1 for weights). A coefficient below 1 splits each uncertainty u into √r·u, common to the family,
and √(1 - r)·u of the value alone, so that the lines of a budget stay independent of each other (JCGM 100 F.1.2.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from calbench.documents.asset import Asset
from calbench.quantities import Quantity, significant

Kind = Literal["certificate", "common", "own", "drift", "set"]
DIGITS = 17
"""Digits of a root: what a double of 64 bits holds."""
_DIVISORS = {"rectangular": Decimal(3).sqrt(), "triangular": Decimal(6).sqrt()}


@dataclass(frozen=True)
class Stated:
    """An uncertainty as it is stated: expanded with k, or a half width with its shape; `dof` None is infinite."""

    expanded: Quantity | None = None
    half_width: Quantity | None = None
    k: str = "2"
    dof: str | None = None
    shape: str = "normal"

    @property
    def size(self) -> Quantity:
        """The figure that is stated."""
        found = self.expanded or self.half_width
        if found is None:
            raise ValueError("an uncertainty has neither an expanded uncertainty nor a half width")
        return found

    @property
    def std(self) -> Decimal:
        """The standard uncertainty, in the coherent unit."""
        divisor = Decimal(self.k) if self.half_width is None else _DIVISORS[self.shape]
        return self.size.value / divisor

    def scaled(self, factor: Decimal) -> Stated:
        """Give this times a factor of 0 or more; one of 1 changes nothing."""
        if factor == 1:
            return self
        size = Quantity(significant(self.size.value * factor, DIGITS), self.size.unit)
        return replace(self, half_width=size) if self.expanded is None else replace(self, expanded=size)

    def plus(self, other: Stated) -> Stated:
        """Give the sum of two uncertainties of one family: arithmetic, with the smaller degrees of freedom."""
        dofs = [one for one in (self.dof, other.dof) if one is not None]
        dof = min(dofs, key=Decimal, default=None)
        alike = (self.expanded is None) == (other.expanded is None)
        if alike and (self.k, self.shape) == (other.k, other.shape):
            size = Quantity(self.size.value + other.size.value, self.size.unit)
            both = replace(self, dof=dof)
            return replace(both, half_width=size) if self.expanded is None else replace(both, expanded=size)
        std = significant(self.std + other.std, DIGITS)
        return Stated(expanded=Quantity(std, self.size.unit), k="1", dof=dof)


@dataclass(frozen=True)
class Part:
    """One line that a standard brings into a budget; `of` says of which value, certificate or set it is, if need be."""

    influence: str
    source: str
    stated: Stated
    kind: Kind = "certificate"
    of: str = ""

    @property
    def family(self) -> str:
        """What all influences have in common that move together: the text before the last `@` of their id."""
        return self.influence.rpartition("@")[0]


@dataclass(frozen=True)
class AtPoint:
    """A standard at one value: what its certificate states, the correction, and the lines that it brings.

    `mpe` is its maximum permissible error there, None where nobody states one.
    """

    stated: Stated
    correction: Quantity
    parts: tuple[Part, ...]
    mpe: Quantity | None = None

    @property
    def u(self) -> Decimal:
        """The standard uncertainty of the standard here, drift included, in the coherent unit."""
        squares = sum((part.stated.std**2 for part in self.parts), Decimal(0))
        return squares.sqrt()


def coefficient(asset: Asset) -> Decimal:
    """Give the coefficient between any two values of the certificate."""
    return Decimal(0) if asset.correlation == "independent" else Decimal(asset.correlation)


def common(asset: Asset, what: str, name: str, stated: Stated, source: str) -> list[Part]:
    """Give the lines of what all values of a certificate have in common, with what it shares with the one above.

    Of u, r·u belongs to the certificate above and √(1 - r²)·u to this one, where r is the stated coefficient between
    the two; so that two certificates that rest on one above have the coefficient r₁·r₂.
    """
    certificate = asset.certificate
    own = f"asset:{asset.asset}/{certificate.number}/{what}@{name}"
    above = certificate.traceable_to
    if above is None or not Decimal(above.correlation):
        return [Part(own, source, stated)]
    r = Decimal(above.correlation)
    shared = Part(
        f"certificate:{above.certificate}@{asset.asset}/{what}/{name}",
        f"{source}; rests on certificate {above.certificate}",
        stated.scaled(r),
        kind="certificate" if r == 1 else "common",
        of=above.certificate,
    )
    if r == 1:
        return [shared]
    return [shared, Part(own, source, stated.scaled((1 - r * r).sqrt()))]


def joined(parts: Iterable[Part]) -> list[Part]:
    """Give parts with those of one family as one: what moves together adds arithmetically."""
    found: dict[str, Part] = {}
    for part in parts:
        known = found.get(part.family)
        if known is None:
            found[part.family] = part
            continue
        name = part.influence.rpartition("@")[2]
        source = known.source if part.source == known.source else f"{known.source}; {part.source}"
        found[part.family] = replace(
            known,
            influence=f"{known.influence}+{name}",
            source=source,
            stated=known.stated.plus(part.stated),
        )
    return list(found.values())
