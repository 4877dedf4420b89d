"""Electrical connection points and the leads between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Electrical(NamedTuple):
    """What is between the two poles of a connection point: a voltage source behind a resistance.

    Attributes:
        voltage: open-circuit voltage in volts.
        resistance: ohms; None means open: nothing is connected or the output is off.
    """

    voltage: float = 0.0
    resistance: float | None = None


OPEN = Electrical()
"""Nothing there."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A pair of leads between two terminals.

    Attributes:
        first: one end.
        second: the other end.
        resistance: series resistance of the pair (both wires together), in ohms.
        emf: thermal EMF in volts, added in the direction from `first` to `second`.
        sense: whether sense leads run beside it (four-wire connection).
    """

    first: Terminal
    second: Terminal
    resistance: float
    emf: float
    sense: bool


class Terminal:
    """A named pair of poles of an instrument.

    A source states with `drive` what it puts out; a meter asks with `seen` what reaches it. Both ends are
    alike, so that a meter can state its input resistance and a source can see its load. Only what is
    directly connected is seen: two meters on one source do not see each other.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._driven: Electrical | Callable[[], Electrical] = OPEN
        self.leads: list[Lead] = []

    def drive(self, electrical: Electrical | Callable[[], Electrical]) -> None:
        """State what this instrument puts out from now on.

        A callable is asked each time somebody looks: for outputs that settle or drift with time.
        """
        self._driven = electrical

    def driven(self) -> Electrical:
        """Give what this instrument itself puts out now."""
        driven = self._driven
        return driven if isinstance(driven, Electrical) else driven()

    def seen(self, *, sense: bool = False) -> Electrical:
        """Give what is at this terminal now, through the leads.

        Args:
            sense: False measures through the current-carrying leads: their resistance adds (two-wire).
                True measures with the sense leads: lead resistance does not count (four-wire); through
                a connection without sense leads nothing is seen.

        Returns:
            `Electrical(0.0, None)` if nothing is connected. Several sources at one terminal (a wiring
            mistake) act in parallel; those without any resistance share their mean voltage.
        """
        if len(self.leads) == 1:
            return self._through(self.leads[0], sense) or OPEN
        branches = [branch for lead in self.leads if (branch := self._through(lead, sense)) is not None]
        return _parallel(branches) if branches else OPEN

    def _through(self, lead: Lead, sense: bool) -> Electrical | None:  # noqa: FBT001 - private, named at the call
        if sense and not lead.sense:
            return None
        outwards = lead.first is self
        far = (lead.second if outwards else lead.first).driven()
        if far.resistance is None:
            return None
        return Electrical(
            far.voltage - lead.emf if outwards else far.voltage + lead.emf,
            far.resistance if sense else far.resistance + lead.resistance,
        )


def _parallel(branches: Sequence[Electrical]) -> Electrical:
    """Combine voltage sources in parallel (Millman's theorem)."""
    if len(branches) == 1:
        return branches[0]
    ideal = [branch.voltage for branch in branches if not branch.resistance]
    if ideal:
        return Electrical(sum(ideal) / len(ideal), 0.0)
    conductances = [1.0 / branch.resistance for branch in branches if branch.resistance]
    total = sum(conductances)
    current = sum(branch.voltage * g for branch, g in zip(branches, conductances, strict=True))
    return Electrical(current / total, 1.0 / total)
