"""The scaling of a counter: what it makes of a reading before it is stored and sent (user's guide 53220-90001, p. 204).

Written from protocols.md, section 16.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from calbench.simulation.parameters import boolean, choice, number
from calbench.simulation.scpi import Handler

MOST: Final = 1e15
"""The largest gain and offset."""
NO_SIGNAL: Final = 9.91e37


class CounterMath:
    """M x - B, in two levels: `CALCulate` as a whole, and the scaling in it.

    Assumed: of the functions only NULL, which does nothing here, and SCALe are simulated; smoothing can be switched
    off, and does nothing either; what is no reading stays that.

    Args:
        written: writes a number as the counter does.
    """

    def __init__(self, written: Callable[[float], str]) -> None:
        self._written = written
        self.reset()

    def reset(self) -> None:
        """Take the state after `*RST`: off, gain 1, offset 0."""
        self._on = self._scales = self._inverts = self._smooths = False
        self._function = "NULL"
        self._gain, self._offset = 1.0, 0.0

    def of(self, value: float) -> float:
        """Give what is sent of a reading."""
        if not (self._on and self._scales and self._function == "SCAL") or value == NO_SIGNAL:
            return value
        return self._gain * (1 / value if self._inverts else value) - self._offset

    def commands(self) -> dict[str, Handler]:
        """Give the headers with what they do."""
        scale = "CALCulate:SCALe"
        return {
            **self._switch("CALCulate[:STATe]", "_on"),
            **self._switch("CALCulate:SMOothing[:STATe]", "_smooths"),
            **self._switch(f"{scale}[:STATe]", "_scales"),
            **self._switch(f"{scale}:INVert", "_inverts"),
            f"{scale}:FUNCtion": self._set_function,
            f"{scale}:FUNCtion?": lambda: self._function,
            **self._number(f"{scale}:GAIN", "_gain", 1.0),
            **self._number(f"{scale}:OFFSet", "_offset", 0.0),
        }

    def _set_function(self, text: str) -> None:
        self._function = choice(text, "NULL", "SCALe")

    def _switch(self, header: str, name: str) -> dict[str, Handler]:
        return {
            header: lambda text: setattr(self, name, boolean(text)),
            f"{header}?": lambda: str(int(getattr(self, name))),
        }

    def _number(self, header: str, name: str, default: float) -> dict[str, Handler]:
        def store(text: str) -> None:
            setattr(self, name, number(text, low=-MOST, high=MOST, words={"DEFault": default}))

        return {header: store, f"{header}?": lambda: self._written(getattr(self, name))}
