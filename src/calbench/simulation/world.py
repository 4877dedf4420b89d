"""The simulated world: instruments, the leads between them, weights on pans, the room, and the truth."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from calbench.clock import EventClock, VirtualClock
from calbench.errors import UsageError
from calbench.simulation.ambient import Ambient
from calbench.simulation.bench import Bench
from calbench.simulation.catalog import find
from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical, Lead, Terminal
from calbench.simulation.faults import Fault
from calbench.simulation.locks import locks_of
from calbench.simulation.nature import Nature
from calbench.simulation.pan import Pan
from calbench.simulation.truth import Truth, TruthLog

__all__ = ["Ambient", "Bench", "Electrical", "Pan", "Terminal", "Truth", "World"]

_ELSEWHERE = -1  # the session of a client that is not in this process
_START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)  # any fixed moment: the same seed must give the same bytes


class World:
    """Everything that is simulated together.

    Args:
        seed: number or word; with the name of an instrument it seeds that instrument's generator.
        clock: simulated or real time; None starts a virtual clock at a fixed moment.
        nature: what is decided of its instruments; None leaves all to their settings and the seed.
    """

    def __init__(
        self, seed: int | str = 0, clock: EventClock | None = None, nature: Nature | None = None
    ) -> None:
        self.seed = seed
        self.clock: EventClock = clock if clock is not None else VirtualClock(_START)
        self.ambient = Ambient(self.clock, seed)
        self.truth = TruthLog()
        self._nature = nature
        self.devices: dict[str, Device] = {}
        self.resources: dict[str, Device] = {}
        self._leads: list[Lead] = []
        self._closers: list[Callable[[], None]] = []

    def add(
        self,
        name: str,
        model: str | type[Device],
        settings: Mapping[str, float | str] | None = None,
        *,
        serial_number: str = "0",
        resource: str = "",
    ) -> Device:
        """Put an instrument into the world.

        Args:
            name: its name here, such as a role or position; no dots.
            model: `vendor/model`, or the class itself.
            settings: how this unit really is, SI numbers or words.
            serial_number: what it says in its identity.
            resource: VISA resource name to attach it to at once.

        Raises:
            UsageError: the name is taken or has a dot, the model or a setting is unknown.
        """
        if name in self.devices or "." in name or not name:
            raise UsageError(f"Simulated instrument {name!r}: names are unique, not empty and without dots.")
        kind = find(model) if isinstance(model, str) else model
        _refuse_unknown(name, kind, settings or {})
        make = partial(self._bench, name, dict(settings or {}), serial_number)
        device = self.devices[name] = kind(make())
        device.bench.power_cycle = partial(self._cycle, device, make)
        device.bench.lock = partial(self._lock, device)
        if resource:
            self.attach(resource, device)
        return device

    def attach(self, resource: str, device: Device | str) -> None:
        """Let `device` (or the one of that name) answer at a VISA resource name.

        Raises:
            UsageError: the resource name is taken, or there is no such device.
        """
        key = resource.upper()
        if any(key == taken.upper() for taken in self.resources):
            raise UsageError(
                f"Resource {resource!r} is taken already in this world; give each device its own."
            )
        self.resources[resource] = self.device(device) if isinstance(device, str) else device

    def device(self, name: str) -> Device:
        """Give the instrument called `name` (`UsageError` with the known names if there is none)."""
        try:
            return self.devices[name]
        except KeyError:
            raise UsageError(
                f"No simulated instrument is called {name!r}. There are: {', '.join(self.devices) or 'none'}."
            ) from None

    def terminal(self, path: str) -> Terminal:
        """Give a connection point by its path, `instrument.terminal`."""
        name, point = _parts(path)
        return self.device(name).bench.terminal(point)

    def pan(self, path: str) -> Pan:
        """Give a pan by its path, `instrument.pan`."""
        name, point = _parts(path)
        return self.device(name).bench.pan(point)

    def connect(
        self,
        source: str,
        dest: str | Iterable[str],
        *,
        resistance: float = 0.0,
        emf: float = 0.0,
        sense: bool = True,
    ) -> None:
        """Connect two terminals, or one terminal to several in parallel, each through leads of its own.

        Args:
            source: path of a terminal, such as "calibrator.output".
            dest: path of another terminal, or several.
            resistance: of the pair of leads, in ohms (both wires together).
            emf: thermal EMF in volts, added on the way from `source` to `dest`.
            sense: whether sense leads run along (four-wire).

        Raises:
            UsageError: unknown instrument, negative resistance, or these two are connected already.
        """
        if resistance < 0:
            raise UsageError(
                f"Lead {source} → {dest}: its resistance is {resistance} Ω; it cannot be negative."
            )
        first = self.terminal(source)
        for path in [dest] if isinstance(dest, str) else dest:
            second = self.terminal(path)
            if second is first or any({lead.first, lead.second} == {first, second} for lead in first.leads):
                raise UsageError(f"Lead {source} → {path}: both ends are one, or are connected already.")
            first.disturb()
            second.disturb()
            lead = Lead(first, second, resistance, emf, sense)
            self._leads.append(lead)
            first.attach(lead)
            second.attach(lead)

    def disconnect(self, source: str | None = None, dest: str | None = None) -> None:
        """Take leads away: all of them, all at `source`, or the one between `source` and `dest`."""
        ends = {self.terminal(path) for path in (source, dest) if path is not None}
        for lead in [lead for lead in self._leads if ends <= {lead.first, lead.second}]:
            lead.first.disturb()
            lead.second.disturb()
            self._leads.remove(lead)
            lead.first.detach(lead)
            lead.second.detach(lead)

    def place(self, pan: str, masses: Sequence[float], spot: str = "centre") -> None:
        """Make `masses` (true conventional masses, kg) the whole load of a pan such as "scale.pan"."""
        name, _ = _parts(pan)
        found = self.pan(pan)
        found.put(masses, spot)
        self.truth.add((self.clock.monotonic(), name, "load", found.load()))

    def lay(self, pan: str, mass: float) -> None:
        """Put small weights (kg) down beside the load of a pan; a negative mass takes them off again."""
        name, _ = _parts(pan)
        found = self.pan(pan)
        found.lay(mass)
        self.truth.add((self.clock.monotonic(), name, "load", found.load()))

    def fault(self, name: str, fault: Fault) -> None:
        """Let something go wrong with the instrument called `name`.

        Raises:
            UsageError: there is no such instrument, or it has no error queue that could hold an error.
        """
        device = self.device(name)
        if fault.kind == "error" and device.status is None:
            raise UsageError(
                f"Simulated instrument {name!r} has no IEEE 488.2 error queue, so no error can be put there."
            )
        device.faults.add(fault)
        if fault.kind == "locked" and not fault.after:
            device.bench.lock(fault.seconds)

    def power_cycle(self, name: str) -> None:
        """Switch an instrument off and on: settings and replies are gone, sockets end, its errors stay its own."""
        self.device(name).bench.power_cycle()

    def _bench(self, name: str, settings: Mapping[str, float | str], serial_number: str) -> Bench:
        """Give the place of an instrument, with its generator at the beginning."""
        return Bench(
            name,
            self.clock,
            seed=self.seed,
            settings=settings,
            serial_number=serial_number,
            ambient=self.ambient,
            log=self.truth,
            nature=self._nature,
        )

    def _cycle(self, device: Device, make: Callable[[], Bench]) -> None:
        """Make an instrument anew in its place: the same unit, as after power-on."""
        before, after = device.bench, make()
        before.powered = False
        for terminal in before.terminals.values():
            terminal.release()
        after.terminals, after.pans, after.memory = before.terminals, before.pans, before.memory
        after.power_cycle, after.lock = before.power_cycle, before.lock
        device.restart(after)

    def _lock(self, device: Device, seconds: float) -> None:
        """Let a client that is not here hold an exclusive lock."""
        locks = locks_of(device)
        if locks.acquire(_ELSEWHERE, self.clock, None, exclusive=True, seconds=0) is not None:
            self.clock.call_at(self.clock.monotonic() + seconds, partial(locks.release, _ELSEWHERE))

    def on_close(self, action: Callable[[], None]) -> None:
        """Have `action` done when this world is closed: registrations and servers use it."""
        self._closers.append(action)

    def close(self) -> None:
        """End this world: take back its registrations and stop its servers. May be called again."""
        while self._closers:
            self._closers.pop()()


def _parts(path: str) -> tuple[str, str]:
    name, dot, point = path.partition(".")
    if not dot or not point or "." in point:
        raise UsageError(f"Connection point {path!r}: write 'instrument.point', such as 'calibrator.output'.")
    return name, point


def _refuse_unknown(name: str, kind: type[Device], settings: Mapping[str, float | str]) -> None:
    unknown = [key for key in settings if kind.SETTINGS and key not in kind.SETTINGS]
    if unknown:
        close = difflib.get_close_matches(unknown[0], kind.SETTINGS, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise UsageError(
            f"Simulated instrument {name!r}: its model {kind.__name__} has no setting {unknown[0]!r}.{hint} "
            f"It has: {', '.join(sorted(kind.SETTINGS))}."
        )
