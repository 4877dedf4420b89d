"""The simulated operator: does what prompts ask for, and makes mistakes where a test wants them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from calbench.errors import UsageError
from calbench.simulation.world import World

Action = Literal["connect", "place", "remove"]


@dataclass(frozen=True)
class Wire:
    """One pair of leads of a connection, as `World.connect` takes it (ohms and volts)."""

    source: str
    dest: str
    resistance: float = 0.0
    emf: float = 0.0
    sense: bool = True


@dataclass(frozen=True)
class Mistake:
    """A deliberate mistake.

    Attributes:
        action: what goes wrong.
        occasion: on which occasion of this action, counted from 1; None means by `prompt` alone.
        prompt: id of the prompt at which it happens; empty means by `occasion` alone.
        connection: for "connect": the connection that is made instead; "" leaves the leads open.
        masses: for "place": the true masses (kg) that are placed instead; None keeps the right ones.
        spot: for "place": where they are placed instead; "" keeps the right spot.
    """

    action: Action
    occasion: int | None = None
    prompt: str = ""
    connection: str = ""
    masses: tuple[float, ...] | None = None
    spot: str = ""

    def happens(self, action: Action, occasion: int, prompt: str) -> bool:
        """Tell whether it happens now."""
        if action != self.action or (self.occasion is None and not self.prompt):
            return False
        return self.occasion in (None, occasion) and self.prompt in ("", prompt)


class Operator:
    """Hands for a world.

    Args:
        world: where the work is done.
        connections: for each name of a connection, the leads that make it.
        mistakes: what goes wrong, and when.
        seconds: simulated time that each action takes.
        positions: names of the places for units under test.
    """

    def __init__(
        self,
        world: World,
        connections: Mapping[str, Sequence[Wire]] | None = None,
        *,
        mistakes: Iterable[Mistake] = (),
        seconds: float = 0.0,
        positions: Collection[str] = (),
    ) -> None:
        self.done: list[str] = []
        """What was really done, in words, for a test to look at."""
        self._world = world
        self._connections: Mapping[str, Sequence[Wire]] = connections if connections is not None else {}
        self._mistakes = tuple(mistakes)
        self._seconds = seconds
        self._positions = frozenset(positions)
        self._occasions: dict[Action, int] = {"connect": 0, "place": 0, "remove": 0}
        self._live: tuple[Wire, ...] = ()

    def connect(self, connection: str, *, prompt: str = "", only: str = "") -> None:
        """Take the leads of the connection before away and make this one; "" is the one without a name.

        With `only`, the name of a position, no leads to other positions are made, but for those that are in series with
        it: wired to it, or to one that is.

        Raises:
            UsageError: no connection has this name.
        """
        mistake = self._begin("connect", prompt)
        name = connection if mistake is None else mistake.connection
        wires = () if mistake is not None and not name else self._wires(name)
        others = self._positions - self._in_series(only, wires) if only else frozenset[str]()
        wires = [one for one in wires if not others & {_at(one.source), _at(one.dest)}]
        for wire in self._live:
            self._world.disconnect(wire.source, wire.dest)
        self._live = ()
        for wire in wires:
            self._world.connect(
                wire.source, wire.dest, resistance=wire.resistance, emf=wire.emf, sense=wire.sense
            )
        self._live = tuple(wires)
        self.done.append(f"connect {name or ('the leads' if wires else 'nothing')}")

    def place(self, pan: str, masses: Sequence[float], spot: str = "centre", *, prompt: str = "") -> None:
        """Make weights of these true conventional masses (kg) the whole load of a pan, at `spot`."""
        mistake = self._begin("place", prompt)
        if mistake is not None:
            masses = masses if mistake.masses is None else mistake.masses
            spot = mistake.spot or spot
        self._world.place(pan, masses, spot)
        self.done.append(f"place {sum(masses):g} kg {spot}")

    def lay(self, pan: str, mass: float) -> None:
        """Put small weights (kg) down beside the load of a pan; a negative mass takes them off again."""
        self._world.clock.sleep(self._seconds)
        self._world.lay(pan, mass)
        self.done.append(f"lay {mass:g} kg beside")

    def remove(self, pan: str, *, prompt: str = "") -> None:
        """Take everything off a pan; the mistake is to leave it there."""
        if self._begin("remove", prompt) is None:
            self._world.place(pan, ())
            self.done.append("remove")
        else:
            self.done.append("remove nothing")

    def _in_series(self, position: str, wires: Sequence[Wire]) -> set[str]:
        """Give a position, and those through which it is reached, as water meters on one line are."""
        ends = [{_at(one.source), _at(one.dest)} for one in wires]
        between = [both for both in ends if both <= self._positions]
        found, grown = {position}, True
        while grown:
            more = {name for both in between if both & found for name in both}
            found, grown = found | more, not more <= found
        return found

    def _begin(self, action: Action, prompt: str) -> Mistake | None:
        self._world.clock.sleep(self._seconds)
        self._occasions[action] += 1
        occasion = self._occasions[action]
        return next((one for one in self._mistakes if one.happens(action, occasion, prompt)), None)

    def _wires(self, connection: str) -> Sequence[Wire]:
        try:
            return self._connections[connection]
        except KeyError:
            known = ", ".join(sorted(self._connections)) or "none"
            raise UsageError(
                f"The simulated operator knows no connection {connection!r}. Known are: {known}. "
                f"Describe its leads in the station's simulation."
            ) from None


def _at(path: str) -> str:
    return path.partition(".")[0]
