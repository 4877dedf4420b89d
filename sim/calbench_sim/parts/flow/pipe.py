"""A piece of pipe with an instrument in it: what flows into it flows out of it, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from calbench.simulation.bench import Bench
from calbench.simulation.signals import Stream, Value
from calbench_sim.parts.flow.fluids import density
from calbench_sim.parts.flow.passage import Passage

SETTINGS: Final[dict[str, str]] = {
    "warming": "(K) by which what flows becomes warmer until here; default 0",
    "loss": "(Pa) of pressure until here, while it flows; default 0",
}


class Pipe:
    """Terminals `inlet` and `outlet`: connect the outlet of what comes before to the inlet.

    Args:
        bench: The place of the instrument.
        piece: Is handed what flows here and its volume (m3) in each piece of a passage.
        begin: Is called at the begin of each passage.
    """

    def __init__(
        self, bench: Bench, piece: Callable[[Stream, float], None], begin: Callable[[], None]
    ) -> None:
        self._warming = bench.settings.get("warming", 0.0)
        self._loss = bench.settings.get("loss", 0.0)
        self._piece = piece
        self._clock = bench.clock
        self.flowed: Stream | None = None
        """What flowed here last, as it was while it flowed; None before that."""
        self._inlet = bench.terminal("inlet")
        self._passage = Passage(
            self._inlet, "stream", bench.clock, rate=_mass_flow, piece=self._passed, begin=begin
        )
        outlet = bench.terminal("outlet")
        self._inlet.watch(outlet.change)
        outlet.emit("stream", self.stream)

    def stream(self, at: float | None = None) -> Stream | None:
        """Give what flows, or stands, here at a time (s; None: now); None where the pipe is open."""
        found = self._inlet.received("stream", at)
        return self._here(found) if isinstance(found, Stream) else None

    def look(self) -> None:
        """Add up what has passed until now."""
        self._passage.look()

    @property
    def seconds(self) -> float:
        """How long the last passage took so far."""
        return self._passage.seconds

    def _here(self, stream: Stream) -> Stream:
        loss = self._loss if stream.mass_flow else 0.0
        return stream._replace(
            temperature=stream.temperature + self._warming, pressure=stream.pressure - loss
        )

    def _passed(self, value: Value, seconds: float) -> None:
        if isinstance(value, Stream):
            self.flowed = here = self._here(value)
            mass = here.mass_flow * seconds
            self._piece(here, mass / density(here.fluid, here.temperature, here.pressure))


def volume_flow(stream: Stream) -> float:
    """Give the volume flow in m3/s."""
    return stream.mass_flow / density(stream.fluid, stream.temperature, stream.pressure)


def _mass_flow(value: Value) -> float:
    return value.mass_flow if isinstance(value, Stream) else 0.0
