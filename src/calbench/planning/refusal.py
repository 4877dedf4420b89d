"""Why a plan is refused: sentences, and one table of all points whose TUR is too small."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.quantities import parse_quantity


@dataclass(frozen=True)
class LowRatio:
    """A point at which a standard is not accurate enough: its TUR, what is wanted, and the standard's U."""

    role: str
    point: str
    ratio: str
    wanted: str
    expanded: str


@dataclass(frozen=True)
class LargeError:
    """A point at which |MPE| of a standard is more than its share of the limit; quantities as text.

    `own` is where it comes from, if it is computed from |MPE| of what several readings rest on: `VB: 21 mL`.
    """

    role: str
    point: str
    mpe: str
    allowed: str
    limit: str
    share: str
    own: str = ""


class Reasons:
    """Collects every reason why a plan is refused, in order and once each."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}
        self._ratios: list[LowRatio] = []
        self._large: list[LargeError] = []

    def add(self, reason: str) -> None:
        """Note one reason: a full sentence that says what to do."""
        self._sentences[reason] = None

    def add_ratio(self, low: LowRatio) -> None:
        """Note a point whose TUR is too small."""
        self._ratios.append(low)

    def add_large(self, large: LargeError) -> None:
        """Note a point at which |MPE| of a standard is too large."""
        self._large.append(large)

    def __bool__(self) -> bool:
        return bool(self._sentences or self._ratios or self._large)

    def listed(self) -> list[str]:
        """Give the sentences in the order in which they were found, then the tables of each role."""
        roles = dict.fromkeys(low.role for low in self._ratios)
        large = dict.fromkeys(one.role for one in self._large)
        return [
            *self._sentences,
            *(_table([low for low in self._ratios if low.role == role]) for role in roles),
            *(_errors([one for one in self._large if one.role == role]) for role in large),
        ]


def _table(rows: list[LowRatio]) -> str:
    count = f"{len(rows)} point{'s' if len(rows) != 1 else ''}"
    width = max(len(row.point) for row in rows)
    heading = (
        f"Role '{rows[0].role}': the standard is not accurate enough. Its TUR, tolerance span / (2 U), is below "
        f"{rows[0].wanted} at {count}. Take a better standard, or lower min_tur with a reason."
    )
    lines = [f"  {row.point:<{width}}  {row.ratio:>6}  {_engineering(row.expanded)}" for row in rows]
    return "\n".join([heading, f"  {'point':<{width}}  {'TUR':>6}  U of the standard", *lines])


def _errors(rows: list[LargeError]) -> str:
    count = f"{len(rows)} point{'s' if len(rows) != 1 else ''}"
    width = max(len(row.point) for row in rows)
    share = rows[0].share
    heading = (
        f"Role '{rows[0].role}': the standard is not of a class that is good enough. Its maximum permissible error is "
        f"above {share} of the limit (max_error_share) at {count}. Take a standard of a better class."
    )
    lines = [_line(row.point, width, [row.mpe, row.allowed, row.limit], row.own) for row in rows]
    head = f"  {'point':<{width}}  {'|MPE| standard':>14}  {'allowed':>14}  {'limit':>14}"
    own = "  |MPE| of the instrument" if any(row.own for row in rows) else ""
    return "\n".join([heading, head + own, *lines])


def _line(point: str, width: int, quantities: list[str], own: str) -> str:
    cells = "".join(f"  {_engineering(one):>14}" for one in quantities)
    return f"  {point:<{width}}{cells}{f'  {own}' if own else ''}"


def _engineering(quantity: str) -> str:
    return parse_quantity(quantity).engineering().text() if quantity else ""
