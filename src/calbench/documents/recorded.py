"""Parts of a record that say under which conditions a result was measured: of the room, and of what was measured."""

from __future__ import annotations

from calbench.documents.model import Stored
from calbench.documents.remarks import NOT_COMPUTED, OUTSIDE, RETAKEN, RETAKEN_UNKNOWN


class PointCondition(Stored):
    """One condition while an attempt was made: from the last sample before it to the last one within it.

    `age_s` is how old that sample before was when the attempt began; `outside` how many samples, that one included,
    were outside the permitted limits.
    """

    quantity: str
    unit: str
    minimum: str
    maximum: str
    samples: int
    outside: int
    age_s: str


class OperatingFound(Stored):
    """One operating condition of a point as it was found: `value` from `lower` to `upper`, inclusive (None: no bound).

    Quantities are text in a unit, exact; `shown` is for print, in `unit`. `why` says why it could not be computed: then
    it does not hold.
    """

    name: dict[str, str]
    value: str | None = None
    lower: str | None = None
    upper: str | None = None
    holds: bool
    why: str = ""
    unit: str = ""
    shown: str = ""
    shown_lower: str = ""
    shown_upper: str = ""

    @property
    def found(self) -> str:
        """What was found, for print: `3.4 m³/h`; empty where it could not be computed."""
        return f"{self.shown} {self.unit}".strip() if self.shown else ""

    @property
    def allowed(self) -> str:
        """From where to where it may lie, for print: `3.6 … 4 m³/h`, `≤ 1 K`; empty where that is not known."""
        if self.shown_lower and self.shown_upper:
            span = f"{self.shown_lower} … {self.shown_upper}"
        elif self.shown_lower:
            span = f"≥ {self.shown_lower}"
        else:
            span = f"≤ {self.shown_upper}" if self.shown_upper else ""
        return f"{span} {self.unit}".strip() if span else ""

    @property
    def says(self) -> str:
        """Say in English that nothing is judged where it does not hold: what was found, and what is allowed."""
        return self._filled(NOT_COMPUTED if self.why else OUTSIDE)

    @property
    def reason(self) -> str:
        """Say in English why a point is taken again where it does not hold; no sentence, as reasons are typed."""
        return self._filled(RETAKEN_UNKNOWN if self.why else RETAKEN)

    def _filled(self, text: str) -> str:
        name = self.name.get("en") or next(iter(self.name.values()), "")
        return text.format(name=name, why=self.why, found=self.found, allowed=self.allowed)
