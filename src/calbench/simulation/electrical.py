"""Electrical connection points and the leads between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from calbench.clock import Clock
from calbench.simulation.signals import Signal, Value


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

Mean = Callable[[float, float], tuple[float, float | None]]
"""Gives the fields of an `Electrical`: the mean from one time to another (seconds of the clock; equal for the value
at that time). No `Electrical` itself, because a plain tuple is made in a fifth of the time."""
Output = Electrical | Mean
"""What a source puts out: always the same, or as it is when somebody looks."""


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

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self._clock = clock
        self._driven: Mean = lambda *_: OPEN
        self._watchers: list[Callable[[], None]] = []
        self.disturbed_at = clock.monotonic()
        """When what reaches this terminal changed last, in seconds of the clock."""
        self.leads: list[Lead] = []
        self._only: tuple[Terminal, float, float] | None = None
        self._emitted: dict[str, Signal] = {}

    def emit(self, quantity: str, signal: Signal | None) -> None:
        """State what this instrument puts out of a quantity of `signals` from now on; None: nothing any more."""
        self.change()
        if signal is None:
            self._emitted.pop(quantity, None)
        else:
            self._emitted[quantity] = signal

    def received(self, quantity: str, at: float | None = None) -> Value | None:
        """Give the value of a quantity that reaches this terminal.

        Args:
            quantity: One of those in `signals`.
            at: Seconds of the clock, not in the future; None means now.

        Returns:
            None if nothing that is connected puts it out; of several, the one that was connected first.
        """
        when = self._clock.monotonic() if at is None else at
        for lead in self.leads:
            signal = (lead.second if lead.first is self else lead.first)._emitted.get(quantity)
            value = signal(when) if signal is not None else None
            if value is not None:
                return value
        return None

    def drive(self, electrical: Output) -> None:
        """State what this instrument puts out from now on.

        A callable is asked each time somebody looks: for outputs that settle or drift with time. A source that
        jumps without calling this calls `change` before.
        """
        self.change()
        self._driven = electrical if callable(electrical) else lambda *_: electrical

    def release(self) -> None:
        """Put nothing out any more and watch nothing: the instrument has no power. Leads stay."""
        self.change()
        self._driven = lambda *_: OPEN
        self._emitted.clear()
        self._watchers.clear()

    def attach(self, lead: Lead) -> None:
        """Connect a lead."""
        self.leads.append(lead)
        self._know_leads()

    def detach(self, lead: Lead) -> None:
        """Take a lead away."""
        self.leads.remove(lead)
        self._know_leads()

    def _know_leads(self) -> None:
        """Work out what `look` needs in the most frequent case: far end, EMF towards here (V), resistance (Ohm)."""
        self._only = None
        if len(self.leads) == 1:
            (lead,) = self.leads
            outwards = lead.first is self
            far, emf = (lead.second, -lead.emf) if outwards else (lead.first, lead.emf)
            self._only = far, emf, lead.resistance

    def change(self) -> None:
        """Say that what this instrument puts out is about to change: who integrates it takes note before."""
        for lead in self.leads:
            (lead.second if lead.first is self else lead.first).disturb()

    def disturb(self) -> None:
        """Tell the watchers that what is at this terminal is about to change."""
        self.disturbed_at = self._clock.monotonic()
        for watcher in self._watchers:
            watcher()

    def watch(self, watcher: Callable[[], None]) -> None:
        """Have `watcher` called before each change of what is at this terminal."""
        self._watchers.append(watcher)

    def seen(
        self, since: float | None = None, until: float | None = None, *, sense: bool = False
    ) -> Electrical:
        """Give what is at this terminal, through the leads.

        Args:
            since: begin of the time over which the mean is taken (seconds of the clock); None means `until`.
            until: end of that time, not in the future, with no change after `since`; None means now.
            sense: False measures through the current-carrying leads: their resistance adds (two-wire).
                True measures with the sense leads: lead resistance does not count (four-wire); through
                a connection without sense leads nothing is seen.

        Returns:
            `Electrical(0.0, None)` if nothing is connected. Several sources at one terminal (a wiring
            mistake) act in parallel; those without any resistance share their mean voltage.
        """
        if until is None:
            until = self._clock.monotonic()
        if since is None:
            since = until
        found = OPEN
        others: list[Electrical] = []
        for lead in self.leads:
            if sense and not lead.sense:
                continue
            outwards = lead.first is self
            voltage, resistance = (lead.second if outwards else lead.first)._driven(since, until)
            if resistance is None:
                continue
            if found is not OPEN:
                others.append(found)
            voltage = voltage - lead.emf if outwards else voltage + lead.emf
            found = Electrical(voltage, resistance if sense else resistance + lead.resistance)
        return _parallel([*others, found]) if others else found

    def look(self, since: float, until: float) -> tuple[float, float | None]:
        """Give the fields of `seen(since, until)`, for those who look thousands of times a second."""
        if self._only is None:
            return self.seen(since, until)
        far, emf, lead = self._only
        voltage, resistance = far._driven(since, until)
        return OPEN if resistance is None else (voltage + emf, resistance + lead)


def _parallel(branches: Sequence[Electrical]) -> Electrical:
    """Combine voltage sources in parallel (Millman's theorem)."""
    ideal = [branch.voltage for branch in branches if not branch.resistance]
    if ideal:
        return Electrical(sum(ideal) / len(ideal), 0.0)
    conductances = [1.0 / branch.resistance for branch in branches if branch.resistance]
    total = sum(conductances)
    current = sum(branch.voltage * g for branch, g in zip(branches, conductances, strict=True))
    return Electrical(current / total, 1.0 / total)
