"""Commands of one kind of channel of a power standard, and how it writes numbers (6105A manual, p. 136-149)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from calbench.simulation.parameters import ScpiError, boolean, choice, number, quoted
from calbench.simulation.scpi import Handler
from calbench_sim.parts.sources.waveform import HIGHEST, Channel, rms_of

_FULL_CIRCLE = 360.0  # degrees


class ChannelCommands:
    """The voltage or the current channels of all phases.

    Args:
        find: gives the channel of a phase by its suffix, or raises a `ScpiError`.
        unit: V or A.
        changed: called when something was programmed.
    """

    def __init__(self, find: Callable[[int], Channel], unit: str, changed: Callable[[], None]) -> None:
        self._find = find
        self._unit = unit
        self._changed = changed

    def table(self, node: str) -> dict[str, Handler]:
        """Give the commands below a node such as `[SOURce]:PHASe#:VOLTage`."""
        harmonics = f"{node}:MHARmonics"
        return {
            f"{node}:STATe": self._switch,
            f"{node}:STATe?": lambda phase: str(int(self._find(phase).on)),
            f"{node}:RANGe": self._set_range,
            f"{node}:RANGe?": lambda phase: f"0.0E0,{scientific(self._find(phase).limit)}",
            f"{harmonics}:STATe": self._switch_harmonics,
            f"{harmonics}:STATe?": lambda phase: str(int(self._find(phase).harmonics_on)),
            f"{harmonics}:CLEar": self._clear,
            f"{harmonics}:AMPLitude": self._scale,
            f"{harmonics}:AMPLitude?": lambda phase: scientific(rms_of(self._find(phase).harmonics)),
            f"{harmonics}:HARMonic#": self._set_harmonic,
            f"{harmonics}:HARMonic#?": self._harmonic,
            f"{harmonics}:HARMonic#:AMPLitude?": lambda phase, order: self._harmonic(phase, order, "AMPL"),
            f"{harmonics}:HARMonic#:PANGle?": lambda phase, order: self._harmonic(phase, order, "PANG"),
            f"{harmonics}:ALL?": self._all,
        }

    def _switch(self, phase: int, text: str) -> None:
        self._find(phase).on = boolean(text)
        self._changed()

    def _switch_harmonics(self, phase: int, text: str) -> None:
        self._find(phase).harmonics_on = boolean(text)
        self._changed()

    def _set_range(self, phase: int, low: str, high: str) -> None:
        channel = self._find(phase)
        most = channel.tops[-1]
        highest = number(high, low=0.0, high=most, unit=self._unit)
        number(low, low=0.0, high=highest, unit=self._unit)
        top = next(top for top in channel.tops if highest <= top)
        if rms_of(channel.harmonics) > top:
            raise ScpiError(-221)
        channel.top = top

    def _clear(self, phase: int) -> None:
        channel = self._find(phase)
        channel.harmonics = {1: channel.harmonics[1]}
        self._changed()

    def _scale(self, phase: int, text: str) -> None:
        channel = self._find(phase)
        channel.harmonics = channel.scaled(number(text, low=0.0, high=channel.limit, unit=self._unit))
        self._changed()

    def _set_harmonic(self, phase: int, order: int, amplitude: str, angle: str) -> None:
        channel = self._find(phase)
        if not 0 <= order <= HIGHEST:
            raise ScpiError(-114)
        low = 0.0 if order else -channel.limit
        size = number(amplitude, low=low, high=channel.limit, unit=self._unit)
        turn = number(angle, low=-_FULL_CIRCLE, high=_FULL_CIRCLE, unit="DEG")
        if not order and turn:
            raise ScpiError(-222)
        harmonics = channel.harmonics | {order: (size, turn)}
        if not size and order != 1:
            del harmonics[order]
        if rms_of(harmonics) > channel.limit * (1 + 1e-12):
            raise ScpiError(-222)
        channel.harmonics = harmonics
        self._changed()

    def _harmonic(self, phase: int, order: int, part: str = "") -> str:
        if not 0 <= order <= HIGHEST:
            raise ScpiError(-114)
        return self._written(self._find(phase), range(order, order + 1), part)

    def _all(self, phase: int, part: str = "") -> str:
        channel = self._find(phase)
        first = 0 if 0 in channel.harmonics else 1
        return quoted(self._written(channel, range(first, max(channel.harmonics) + 1), part))

    @staticmethod
    def _written(channel: Channel, orders: range, part: str) -> str:
        parts = (choice(part, "AMPLitude", "PANGle"),) if part else ("AMPL", "PANG")
        pairs = [channel.harmonics.get(order, (0.0, 0.0)) for order in orders]
        return ",".join(
            scientific(amplitude if name == "AMPL" else angle) for amplitude, angle in pairs for name in parts
        )


def scientific(value: float) -> str:
    """Write a number as the 6105A does: `2.43E4`, `0.0E0`, no more digits than needed, of seven."""
    mantissa, exponent = f"{value:.6E}".split("E")
    digits = Decimal(mantissa).normalize()
    text = f"{digits:f}"
    return f"{text if '.' in text else f'{text}.0'}E{int(exponent)}" if digits else "0.0E0"
