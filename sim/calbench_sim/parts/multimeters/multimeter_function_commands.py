"""Commands that set range, resolution and integration time of one measuring function."""

from __future__ import annotations

from calbench.simulation.parameters import ScpiError, boolean, nr3, number
from calbench.simulation.scpi import Handler
from calbench_sim.parts.multimeters.multimeter_functions import Settings

_AUTOMATIC = {"", "AUTO", "DEF", "DEFAULT"}
_RESET_NPLC = 10.0
_APERTURES = (0.01, 0.1, 1.0)


class FunctionCommands:
    """The commands of one function, and its settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._parts = settings.function.resolution
        self._least_nplc, self._most_nplc = min(self._parts), max(self._parts)

    def table(self) -> dict[str, Handler]:
        """Give the commands that this function has."""
        function = self.settings.function
        header, table = f"[SENSe:]{function.header}", dict[str, Handler]()
        if function.ranges:
            ranging = f"[SENSe:]{function.ranging}:RANGe"
            table |= {ranging: self._set_range, f"{ranging}?": self._get_range}
            table |= {f"{ranging}:AUTO": self._set_auto_range, f"{ranging}:AUTO?": self._get_auto_range}
        if function.ranges and function.timing != "aperture":
            table |= {
                f"{header}:RESolution": self._set_resolution,
                f"{header}:RESolution?": self._get_resolution,
            }
        if function.timing == "nplc":
            table |= {f"{header}:NPLCycles": self._set_nplc, f"{header}:NPLCycles?": self._get_nplc}
        if function.timing == "aperture":
            table |= {f"{header}:APERture": self._set_aperture, f"{header}:APERture?": self._get_aperture}
        return table

    def configure(self, wanted_range: str, resolution: str) -> None:
        """Preset this function as `CONFigure` does.

        Raises:
            ScpiError: -222 no such range or resolution, -221 a resolution together with auto-range.
        """
        automatic = wanted_range.strip().upper() in _AUTOMATIC
        value = 0.0 if automatic else self._range_of(wanted_range)
        fine = resolution.strip().upper() not in _AUTOMATIC
        if fine and automatic:
            raise ScpiError(-221)
        before = vars(self.settings).copy()
        self.settings.reset()
        try:
            if not automatic:
                self._choose_range(value)
            if fine:
                self._set_resolution(resolution)
        except ScpiError:
            vars(self.settings).update(before)
            raise

    def _range_of(self, text: str) -> float:
        ranges = self.settings.function.ranges
        if not ranges:
            raise ScpiError(-108)
        words = {"MINimum": ranges[0], "MAXimum": ranges[-1], "DEFault": self._reset_range()}
        value = number(text, unit="V" if self.settings.function.range_header else self._unit(), words=words)
        if abs(value) > ranges[-1]:
            raise ScpiError(-222)
        return value

    def _unit(self) -> str:
        return self.settings.function.unit

    def _reset_range(self) -> float:
        return Settings(self.settings.function).range

    def _choose_range(self, value: float) -> None:
        if not self.settings.choose_range(value):
            raise ScpiError(-222)

    def _set_range(self, text: str) -> None:
        self._choose_range(self._range_of(text))

    def _get_range(self, text: str = "") -> str:
        return nr3(self._range_of(text) if text else self.settings.range)

    def _set_auto_range(self, text: str) -> None:
        self.settings.auto_range = text.strip().upper() != "ONCE" and boolean(text)

    def _get_auto_range(self) -> str:
        return str(int(self.settings.auto_range))

    def _set_resolution(self, text: str) -> None:
        span = self.settings.range
        words = {
            "MINimum": span * self._parts[self._most_nplc],
            "MAXimum": span * self._parts[self._least_nplc],
        }
        words["DEFault"] = span * self._parts[_RESET_NPLC]
        wanted = number(text, unit=self._unit(), words=words)
        if self.settings.auto_range:
            raise ScpiError(-221)
        if wanted <= 0 or (
            self.settings.function.timing == "nplc" and not self.settings.choose_resolution(wanted)
        ):
            raise ScpiError(-222)

    def _get_resolution(self, text: str = "") -> str:
        if not text:
            return nr3(self.settings.resolution())
        span = self.settings.range
        words = {
            "MINimum": span * self._parts[self._most_nplc],
            "MAXimum": span * self._parts[self._least_nplc],
        }
        return nr3(number(text, low=0.0, high=0.0, words=words))

    def _set_nplc(self, text: str) -> None:
        words = {"DEFault": _RESET_NPLC}
        self.settings.choose_nplc(number(text, low=self._least_nplc, high=self._most_nplc, words=words))

    def _get_nplc(self, text: str = "") -> str:
        if not text:
            return nr3(self.settings.nplc)
        return nr3(number(text, low=self._least_nplc, high=self._most_nplc, words={"DEFault": _RESET_NPLC}))

    def _set_aperture(self, text: str) -> None:
        wanted = number(text, low=_APERTURES[0], high=_APERTURES[-1], unit="S", words={"DEFault": 0.1})
        self.settings.aperture = next(step for step in _APERTURES if step >= wanted)

    def _get_aperture(self) -> str:
        return nr3(self.settings.aperture)
