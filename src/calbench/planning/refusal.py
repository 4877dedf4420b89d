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


class Reasons:
    """Collects every reason why a plan is refused, in order and once each."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}
        self._ratios: list[LowRatio] = []

    def add(self, reason: str) -> None:
        """Note one reason: a full sentence that says what to do."""
        self._sentences[reason] = None

    def add_ratio(self, low: LowRatio) -> None:
        """Note a point whose TUR is too small."""
        self._ratios.append(low)

    def __bool__(self) -> bool:
        return bool(self._sentences or self._ratios)

    def listed(self) -> list[str]:
        """Give the sentences in the order in which they were found, then a table for each role."""
        roles = dict.fromkeys(low.role for low in self._ratios)
        return [
            *self._sentences,
            *(_table([low for low in self._ratios if low.role == role]) for role in roles),
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


def _engineering(quantity: str) -> str:
    return parse_quantity(quantity).engineering().text() if quantity else ""
