"""What Keithley's bench meters have in common: relative value, filter, digits, reading buffer."""

from __future__ import annotations

from calbench.simulation.bench import Bench
from calbench.simulation.parameters import ScpiError, choice, number
from calbench.simulation.scpi import Handler
from calbench_sim.parts.multimeters.meter_unit import Seen
from calbench_sim.parts.multimeters.scpi_meter import OVERLOAD, ScpiMeter, State

_BANDS = (3.0, 30.0, 300.0)  # Hz


class KeithleyMeter(ScpiMeter):
    """A meter of Keithley's; `RELATIVE` is what it calls the relative value."""

    RELATIVE = "REFerence"
    FEWEST_DIGITS, MOST_DIGITS = 4.0, 7.0
    MOST_POINTS = 1024

    def __init__(self, bench: Bench) -> None:
        self.kept: list[float] = []
        self.points = 100
        self.keeping = False
        super().__init__(bench)

    def commands(self) -> dict[str, Handler]:
        """Give the commands of all functions, and of the buffer."""
        table = super().commands() | self.stored("TRACe:POINts", self, "points", 1, self.MOST_POINTS)
        table |= {
            "TRACe:CLEar": self.kept.clear,
            "TRACe:DATA?": self._data,
            "SYSTem:LFRequency?": lambda: "50",
            "*OPT?": lambda: "0",
            "SYSTem:BEEPer[:IMMediate]": lambda *_: None,
        }
        for state in self.states.values():
            table |= self._function(f"[SENSe:]{state.function.header}", state)
        return table

    def measured(self, state: State, seen: Seen, until: float) -> float:
        """Make a reading, and keep it in the buffer if that is on."""
        value = super().measured(state, seen, until)
        if self.keeping and len(self.kept) < self.points:
            self.kept.append(value)
            if len(self.kept) == self.points:
                self.buffer_full()
        return value

    def buffer_full(self) -> None:
        """Act on a buffer that is full; here nothing."""

    def status_byte(self) -> int:
        """Give the status byte; readings that are finished count."""
        self.trigger_system.advance()
        return super().status_byte()

    def _function(self, header: str, state: State) -> dict[str, Handler]:
        function = state.function
        table = {
            **self.stored(f"{header}:{self.RELATIVE}", state, "relative", -1e9, 1e9),
            **self.switch(f"{header}:{self.RELATIVE}:STATe", state, "relative_on"),
            f"{header}:{self.RELATIVE}:ACQuire": lambda: self._acquire(state),
            **self.switch(f"{header}:AVERage[:STATe]", state, "average_on"),
            **self.stored(f"{header}:AVERage:COUNt", state, "average", 1, 100),
            f"{header}:AVERage:COUNt?": lambda: str(int(state.average)),
            f"{header}:AVERage:TCONtrol": lambda text: setattr(
                state, "control", choice(text, "MOVing", "REPeat")
            ),
            f"{header}:AVERage:TCONtrol?": lambda: state.control,
        }
        if function.ranges and function.quantity not in {"frequency", "period"}:
            table |= self.ranged(header, state)
        if function.quantity in {"frequency", "period"}:
            table |= self.stored(f"{header}:APERture", state, "aperture", 0.002, 1.0)
        elif function.quantity != "capacitance":
            table |= self.stored(f"{header}:NPLCycles", state, "nplc", self.LEAST_NPLC, self.MOST_NPLC)
        if function.quantity.endswith(".ac"):
            table |= {f"{header}:DETector:BANDwidth": self._set_band,
                      f"{header}:DETector:BANDwidth?": lambda: self.shown(self.unit.band)}  # fmt: skip
        return table

    def digits(self, header: str, state: State) -> dict[str, Handler]:
        """Give the commands for the digits that are shown."""
        return {
            **self.stored(header, state, "digits", self.FEWEST_DIGITS, self.MOST_DIGITS),
            f"{header}?": lambda: str(int(state.digits)),
        }

    def _acquire(self, state: State) -> None:
        series = self.trigger_system.series
        if state is not self.state or series is None or not series.readings:
            raise ScpiError(-221)
        last = series.readings[-1]
        if abs(last) >= OVERLOAD:
            raise ScpiError(-221)
        state.relative = last + (state.relative if state.relative_on else 0.0)

    def _set_band(self, text: str) -> None:
        wanted = number(text, low=_BANDS[0], high=_BANDS[-1], unit="HZ", words={"DEFault": _BANDS[0]})
        self.unit.band = max(band for band in _BANDS if band <= wanted)

    def _data(self, *_: str) -> str:
        self.trigger_system.advance()
        if not self.kept:
            raise ScpiError(-230)
        return ",".join(self.written(value) for value in self.kept)
