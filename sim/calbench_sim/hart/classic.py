"""Hart Scientific (Fluke) dry wells and baths with the classic serial commands, such as the 9103.

Written from protocols.md, section 10 (9105/9107 and 7037 manuals), and the command tables of the 9103 (p. 34) and the
7381 (p. 45).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.connection import Connection
from calbench.simulation.device import Device
from calbench_sim.parts.process.well import SETTINGS, Well


class _Kind(NamedTuple):
    """Range (degC), and the fastest heating and cooling (K/min)."""

    low: float
    high: float
    heating: float
    cooling: float


_KINDS = {
    "9100S": _Kind(35.0, 375.0, 35.0, 15.0), "9103": _Kind(-25.0, 140.0, 12.0, 8.0),
    "9104": _Kind(-5.0, 125.0, 12.0, 8.0), "9105": _Kind(-25.0, 140.0, 12.0, 8.0),
    "9107": _Kind(-45.0, 140.0, 8.0, 6.0), "6330": _Kind(35.0, 300.0, 4.0, 1.5),
    "7341": _Kind(-45.0, 150.0, 1.5, 1.0),
}  # fmt: skip
_WORDS = {  # name: the fewest letters that tell it from all others
    "setpoint": 1, "temperature": 1, "units": 1, "cutout": 1, "propband": 2, "power": 2, "stability": 2, "ts": 2,
    "scan": 2, "srate": 2, "hold": 2, "hl": 2, "sample": 2, "duplex": 2, "lfeed": 2, "*version": 2, "*sn": 3,
    "help": 1, "all": 2,
}  # fmt: skip
_NUMBER = re.compile(r"[+-]?(?:\d{1,6}\.?\d{0,6}|\.\d{1,6})", re.ASCII)
_CUTOUT_ABOVE = 20.0  # K


class Classic(Device):
    """A 9103, or another `model` of the family. It regulates from power-on, to its stored set-point. Terminal: `well`.

    Truth, logged at each reading: `temperature` (degC) in the well.

    Assumed where the sources are silent: unknown commands and values out of range are ignored without a word; the
    echo ends with the same line end as replies; at power-on the duplex is full, line feeds are on and the well sends
    its temperature every 10 s; `*sn` gives the serial number; `c` tells `in` while the cut-out has not tripped.
    """

    MESSAGE_ENDS = (b"\r", b"\n")
    REPLY_END = b"\r\n"
    SERIAL = "2400 8N1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS
        | {
            "model": f"one of {', '.join(_KINDS)}; default 9103",
            "set_point": "(degC) stored set-point; default 25, or the lowest of the model",
            "sample": "(s) period of the values that it sends by itself at power-on, 0 for none; default 10",
            "decimals": "(1) digits behind the point of temperatures; default 2",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        given = bench.settings.get("model")
        self._model = bench.words.get("model", "9103") if given is None else f"{given:.0f}"
        if self._model not in _KINDS:
            raise UsageError(
                f"Simulated well {bench.name!r}: there is no model {self._model!r}. "
                f"There are: {', '.join(_KINDS)}."
            )
        self._kind = _KINDS[self._model]
        self._well = Well(bench, self._kind.heating, self._kind.cooling)
        self._decimals = int(bench.settings.get("decimals", 2.0))
        self._fahrenheit = self._echo_off = self._bare = self._scan = False
        self._scan_rate, self._band, self._limit = 10.0, 15.9, self._kind.high
        self._cutout = self._kind.high + _CUTOUT_ABOVE
        self._sample, self._series = 0, object()
        self._queries: dict[str, Callable[[], str]] = {
            "setpoint": lambda: f"set: {self._shown(self._well.set_point)}",
            "temperature": lambda: f"t: {self._shown(self._well.reading())}",
            "units": lambda: f"u: {self._unit.lower()}", "propband": lambda: f"pr: {self._band:g}",
            "cutout": lambda: f"c: {self._converted(self._cutout):.0f} {self._unit}, in",
            "power": lambda: f"po: {self._well.power():.0f}", "stability": lambda: "ts:0.5",
            "ts": lambda: "ts:0.5", "scan": lambda: f"scan:{'ON' if self._scan else 'OFF'}",
            "srate": lambda: f"srat:{self._scan_rate:.1f}{self._unit}/min",
            "hold": lambda: f"hold: open, {self._shown(self._well.set_point)}",
            "hl": lambda: f"hl:{self._converted(self._limit):.0f}", "sample": lambda: f"sa: {self._sample}",
            "*version": lambda: f"ver.{self._model},2.00", "*sn": lambda: f"sn: {bench.serial_number}",
        }  # fmt: skip
        self._setters: dict[str, Callable[[str], None]] = {
            "setpoint": self._set_point, "units": self._set_unit, "propband": self._set_band,
            "cutout": self._set_cutout, "scan": self._set_scan, "srate": self._set_scan_rate,
            "hl": self._set_limit, "sample": self._set_sample, "duplex": self._set_duplex,
            "lfeed": self._set_linefeed,
        }  # fmt: skip
        first = bench.settings.get("set_point", max(25.0, self._kind.low))
        self._well.control(first)
        self._set_sample(f"{bench.settings.get('sample', 10.0):.0f}")

    def receive(self, line: str) -> None:
        """Act on one command, in any case; blanks do not count."""
        if not self._echo_off:
            self._say(line)
        text = line.lower().replace(" ", "")
        name, equals, value = text.partition("=")
        full = _full(name)
        if equals:
            setter = self._setters.get(full)
            if setter is not None:
                setter(value)
        elif full == "help":
            self._list()
        elif full == "all":
            for query in self._queries.values():
                self._say(query())
        elif full in self._queries:
            self._say(self._queries[full]())

    def connect(self, *, message_based: bool, serial: bool = False) -> Connection:
        """Open a connection; whoever listens gets the values that it sends by itself."""
        connection = super().connect(message_based=message_based, serial=serial)
        self._begin_series()
        return connection

    def _say(self, text: str) -> None:
        """Send a line whose end is as `lf` says, so not by `reply`."""
        self.send(text.encode("latin-1") + (b"\r" if self._bare else b"\r\n"))

    def _list(self) -> None:
        for name, fewest in _WORDS.items():
            if name in self._queries or name in self._setters:
                rest = f"[{name[fewest:]}]" if name[fewest:] else ""
                self._say(f"{name[:fewest]}{rest}{'=n' if name in self._setters else ''}")

    # --- values ---

    @property
    def _unit(self) -> str:
        return "F" if self._fahrenheit else "C"

    def _converted(self, celsius: float) -> float:
        return celsius * 1.8 + 32 if self._fahrenheit else celsius

    def _shown(self, celsius: float) -> str:
        return f"{self._converted(celsius):.{self._decimals}f} {self._unit}"

    def _celsius(self, text: str) -> float:
        """Read a temperature in the unit that is set; not a number if it is none."""
        value = _number(text)
        return (value - 32) / 1.8 if self._fahrenheit else value

    # --- settings ---

    def _set_point(self, text: str) -> None:
        value = self._celsius(text)
        if self._kind.low <= value <= self._limit:
            self._well.control(value, self._scan_rate if self._scan else math.inf)

    def _set_unit(self, text: str) -> None:
        if text in {"c", "f"}:
            self._fahrenheit = text == "f"

    def _set_band(self, text: str) -> None:
        value = _number(text)
        self._band = value if 0 < value < 1000 else self._band  # noqa: PLR2004 - 999.9 in the table

    def _set_cutout(self, text: str) -> None:
        value = self._celsius(text)
        if self._kind.low < value <= self._kind.high + _CUTOUT_ABOVE:
            self._cutout = value

    def _set_scan(self, text: str) -> None:
        if text in {"on", "off", "of"}:
            self._scan = text == "on"

    def _set_scan_rate(self, text: str) -> None:
        value = _number(text)
        self._scan_rate = value if 0.1 <= value <= 99.9 else self._scan_rate  # noqa: PLR2004 - 9103, p. 34

    def _set_limit(self, text: str) -> None:
        value = self._celsius(text)
        if self._kind.low < value <= self._kind.high:
            self._limit = value

    def _set_duplex(self, text: str) -> None:
        if text and ("full".startswith(text) or "half".startswith(text)):
            self._echo_off = text[0] == "h"

    def _set_linefeed(self, text: str) -> None:
        if text in {"on", "off", "of"}:
            self._bare = text != "on"

    def _set_sample(self, text: str) -> None:
        if text.isascii() and text.isdecimal() and len(text) <= len("999"):
            self._sample = int(text)
            self._begin_series()

    def _begin_series(self) -> None:
        series = self._series = object()
        if self._sample:
            self.after(self._sample, lambda: self._tick(series))

    def _tick(self, series: object) -> None:
        if series is self._series and self._sample and self.connections:
            self._say(self._queries["temperature"]())
            self.after(self._sample, lambda: self._tick(series))


def _full(name: str) -> str:
    """Give the whole word of an abbreviation; empty if there is none."""
    found = [word for word, fewest in _WORDS.items() if len(name) >= fewest and word.startswith(name)]
    return found[0] if found else ""


def _number(text: str) -> float:
    return float(text) if _NUMBER.fullmatch(text) else math.nan
