"""The view that one simulated instrument has of the world."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from calbench.clock import EventClock
from calbench.simulation.ambient import Ambient
from calbench.simulation.electrical import Terminal
from calbench.simulation.nature import Nature
from calbench.simulation.pan import Pan
from calbench.simulation.truth import TruthLog


class Bench:
    """What a model is handed: its place in the world, its clock, its seed and how this unit really is.

    Attributes:
        name: name of the instrument in the world.
        clock: simulated (or real) time; `call_at` schedules.
        rng: generator seeded from the world's seed and the name; same seed, same run, in any process.
        settings: how this unit really is, SI numbers: gain, offset, noise and whatever the model documents.
        words: settings that are words.
        serial_number: what the unit says in its identity.
        ambient: temperature and humidity of the room now.
        log: the truth log, for models that make many readings; `truth` is the same in words.
        deviation: by how much its values really deviate, for a standard where this is decided (`nature`); else None.
        shift: which errors it has beside those of the model, for a unit under test where this is decided; else None.
    """

    def __init__(
        self,
        name: str,
        clock: EventClock,
        *,
        seed: object = 0,
        settings: Mapping[str, float | str] | None = None,
        serial_number: str = "0",
        ambient: Ambient | None = None,
        log: TruthLog | None = None,
        nature: Nature | None = None,
    ) -> None:
        self.name = name
        self.clock = clock
        self.rng = random.Random(f"{seed}:{name}")  # noqa: S311 - physics, not secrets
        given = settings or {}
        self.settings: Mapping[str, float] = {k: v for k, v in given.items() if not isinstance(v, str)}
        self.words: Mapping[str, str] = {k: v for k, v in given.items() if isinstance(v, str)}
        self.serial_number = serial_number
        self.ambient = ambient or Ambient(clock, seed)
        self.terminals: dict[str, Terminal] = {}
        self.pans: dict[str, Pan] = {}
        self.log = log if log is not None else TruthLog()
        self.deviation = None if nature is None else nature.deviation(name)
        self.shift = None if nature is None else nature.shift(name)
        self.powered = True
        """False for good once this power is gone: what was on its way then does nothing any more."""
        self.memory: dict[str, Any] = {}
        """What the unit keeps without power, such as the registers of a meter; empty when it is made."""
        self.power_cycle: Callable[[], None] = lambda: None
        """Takes this instrument's power away and gives it back; the world says how."""
        self.lock: Callable[[float], None] = lambda _: None
        """Lets another client lock this instrument for so many seconds; the world says how."""

    def terminal(self, name: str) -> Terminal:
        """Give the connection point called `name`, made when first asked for."""
        found = self.terminals.get(name)
        if found is None:
            found = self.terminals[name] = Terminal(f"{self.name}.{name}", self.clock)
        return found

    def pan(self, name: str = "pan") -> Pan:
        """Give the pan called `name`, made when first asked for."""
        found = self.pans.get(name)
        if found is None:
            found = self.pans[name] = Pan(self.clock, self.terminal(name))
        return found

    def truth(self, quantity: str, value: float, *, at: float | None = None) -> None:
        """Log the true SI value of a quantity beside a reading, `at` a time or now; drivers never see it."""
        self.log.add((self.clock.monotonic() if at is None else at, self.name, quantity, value))
