"""Mensor CPC6050 modular pressure controller with its own command set.

Written from protocols.md, section 9.3, and the CPC6050 manual (p. 73 format, p. 74 output formats and commands).
"""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.process.pressure import SETTINGS, PressureController

_UNITS = {
    1: ("psi", 6894.757293168), 13: ("atm", 101325.0), 14: ("bar", 1e5), 15: ("mbar", 100.0),
    19: ("mmHg", 133.322387415), 22: ("kPa", 1e3), 23: ("Pa", 1.0), 26: ("kgf/cm2", 98066.5),
    36: ("MPa", 1e6),
}  # fmt: skip
_ERRORS = {
    0: "No errors",
    1: "Undefined command",
    2: "Data missing",
    3: "Data not valid",
    4: "Data out of range",
}
_DEPTH = 10
_FORMS = 7
_NUMBER = re.compile(r"[+-]?(?:\d{1,20}\.?\d{0,20}|\.\d{1,20})(?:E[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_TRUE, _FALSE = ("1", "TRUE", "YES", "ON"), ("0", "FALSE", "NO", "OFF")
_MOST_ADDRESS = 31


class _Wrong(Exception):  # noqa: N818 - an event inside the model, not an error of ours
    """A command that is not carried out, with the number that it queues."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(_ERRORS[code])


class CPC6050(Device):
    """A CPC6050 with channel A, range 700 kPa gauge, in the Mensor command set. Terminal: `port`.

    Truth, logged at each reading: `pressure`, the true gauge pressure in Pa.

    Assumed where the sources are silent: numbers and texts of the errors other than 00; the fields of a reply are
    separated by a comma and a space; `Units?` gives the name of the unit; `Control?`, `Measure?` and `Vent?` say YES
    or NO; commands have no reply; an error that `Error?` takes out is no longer flagged by that reply; a full queue
    drops its oldest error; serial line 57600 8N1. After a vent it stays in the mode VENT.
    """

    MESSAGE_ENDS = (b"\n", b"\r")
    REPLY_END = b"\r\n"
    SERIAL = "57600 8N1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS
        | {
            "range": "(Pa) full scale; default 700e3",
            "barometer": "(1) 0 where no barometer is fitted; default 1",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._physics = PressureController(bench, bench.settings.get("range", 7e5))
        self._physics.rate = 0.1 * self._physics.span
        self._code = 14
        self._form = 1
        self._address = 1
        self._keylock = False
        self._window = 0.01  # % of full scale
        self._dwell = 4.0  # s
        self._peaks = (math.inf, -math.inf)
        self._owner = ""
        self._errors: deque[int] = deque(maxlen=_DEPTH)
        self._commands: dict[str, Callable[[str], None]] = {
            "ADDRESS": self._set_address, "CONTROL": self._control, "KEYLOCK": self._set_keylock,
            "MEASURE": self._measure, "OUTFORM": self._set_form, "PEAKRESET": self._reset_peaks,
            "RATESETPT": self._set_rate, "SETPT": self._set_point, "STABLETIME": self._set_dwell,
            "STABLEWIN": self._set_window, "UNITS": self._set_unit, "VENT": self._vent,
        }  # fmt: skip
        self._queries: dict[str, Callable[[str], str]] = {
            "?": self._reading, "A?": lambda _: self._shown(self._read()), "ACQUIRE?": self._acquire,
            "ADDRESS?": lambda _: f"{self._address:02d}", "AR?": self._rate, "ARS?": self._is_still,
            "AS?": self._is_stable, "BARO?": lambda _: self._barometer(), "CONTROL?": self._is("control"),
            "ERROR?": self._error, "ID?": lambda _: f"MENSOR,600,{bench.serial_number},V 1.00",
            "KEYLOCK?": lambda _: _yes(self._keylock), "MEASURE?": self._is("measure"),
            "MODE?": lambda _: self._mode(), "OUTFORM?": lambda _: str(self._form),
            "RANGEMAX?": lambda _: self._shown(self._physics.span),
            "RANGEMIN?": lambda _: self._shown(self._physics.bottom), "RATE?": self._rate,
            "RATESETPT?": lambda _: self._shown(self._physics.rate), "RELEASE?": self._release_owner,
            "SETPT?": lambda _: self._shown(self._physics.set_point), "STABLE?": self._is_stable,
            "STABLETIME?": lambda _: f"{self._dwell:.0f}", "STABLEWIN?": lambda _: f"{self._window:.4f}",
            "UNITS?": lambda _: _UNITS[self._code][0], "VENT?": self._is("vent"),
        }  # fmt: skip

    def receive(self, line: str) -> None:
        """Act on one message; replies begin with a space, or with E while an error is queued."""
        header, _, data = line.strip().partition(" ")
        try:
            text = self._obey(header.upper(), data.strip())
        except _Wrong as wrong:
            self._errors.append(wrong.code)
            text = _ERRORS[wrong.code] if header.endswith("?") else None
        if text is not None:
            self.reply(f"{'E' if self._errors else ' '}{text}")

    def _obey(self, name: str, data: str) -> str | None:
        if name in self._queries:
            return self._queries[name](data)
        if name in self._commands:
            self._commands[name](data)
        elif name:
            raise _Wrong(1)
        return None

    # --- readings ---

    @property
    def _pascal(self) -> float:
        return _UNITS[self._code][1]

    def _shown(self, pascal: float) -> str:
        return f"{pascal / self._pascal:+.5E}"

    def _read(self) -> float:
        pressure = self._physics.reading()
        self._peaks = min(self._peaks[0], pressure), max(self._peaks[1], pressure)
        return pressure

    def _reading(self, _: str) -> str:
        pressure = self._shown(self._read())
        if self._form == 1:
            return pressure
        further = {
            2: (_UNITS[self._code][0], self._mode()),
            3: (self._shown(self._physics.slope()),),
            4: (self._shown(self._peaks[0]), self._shown(self._peaks[1])),
            5: ("P", "1"),
            6: (self._shown(self._physics.set_point), "stable" if self._stable() else "slewing"),
            7: (self._barometer(),),
        }[self._form]
        return ", ".join((pressure, *further))

    def _barometer(self) -> str:
        fitted = self.bench.settings.get("barometer", 1.0)
        return self._shown(self.bench.ambient.pressure()) if fitted else "no barometer"

    def _rate(self, _: str) -> str:
        return self._shown(self._physics.slope())

    def _stable(self) -> bool:
        since = self._physics.inside_from(self._window / 100 * self._physics.span)
        return self.clock.monotonic() >= since + self._dwell

    def _is_stable(self, _: str) -> str:
        return _yes(self._stable())

    def _is_still(self, _: str) -> str:
        return _yes(abs(self._physics.slope()) < self._window / 100 * self._physics.span)

    def _mode(self) -> str:
        return self._physics.mode.upper()

    def _is(self, mode: str) -> Callable[[str], str]:
        return lambda _: _yes(self._physics.mode == mode)

    def _error(self, _: str) -> str:
        code = self._errors.popleft() if self._errors else 0
        return f"E {code:02d},{_ERRORS[code]}"

    def _acquire(self, name: str) -> str:
        free = self._owner in ("", name)
        if free and name:
            self._owner = name[:15]
        return f"{_yes(free)}, {self._owner}"

    def _release_owner(self, name: str) -> str:
        mine = name == self._owner
        if mine:
            self._owner = ""
        return f"{_yes(mine)}, {self._owner}"

    # --- commands ---

    def _control(self, data: str) -> None:
        if not data or _boolean(data):
            self._physics.control()
        else:
            self._physics.measure()

    def _measure(self, data: str) -> None:
        if not data or _boolean(data):
            self._physics.measure()

    def _vent(self, data: str) -> None:
        if not data or _boolean(data):
            self._physics.vent()
        elif self._physics.mode == "vent":
            self._physics.measure()

    def _set_point(self, data: str) -> None:
        one = self._pascal
        physics = self._physics
        physics.set_point = one * _number(data, physics.bottom / one, physics.span / one)
        if physics.mode == "control":
            physics.control()

    def _set_rate(self, data: str) -> None:
        one, physics = self._pascal, self._physics
        physics.rate = one * _number(data, 1e-6 * physics.span / one, physics.span / one)
        if physics.mode == "control":
            physics.control()

    def _set_unit(self, data: str) -> None:
        named = {name.upper(): code for code, (name, _) in _UNITS.items()}
        code = named.get(data.upper())
        if code is None:
            code = round(_number(data, 1, 99))
        if code not in _UNITS:
            raise _Wrong(4)
        self._code = code

    def _set_form(self, data: str) -> None:
        self._form = round(_number(data, 1, _FORMS))

    def _set_address(self, data: str) -> None:
        self._address = round(_number(data, 1, _MOST_ADDRESS))

    def _set_window(self, data: str) -> None:
        self._window = _number(data, 0.001, 100.0)

    def _set_dwell(self, data: str) -> None:
        self._dwell = _number(data, 0.0, 65535.0)

    def _set_keylock(self, data: str) -> None:
        self._keylock = _boolean(data)

    def _reset_peaks(self, _: str) -> None:
        self._peaks = (math.inf, -math.inf)


def _yes(truth: bool) -> str:  # noqa: FBT001 - a word for it
    return "YES" if truth else "NO"


def _number(text: str, low: float, high: float) -> float:
    if not text:
        raise _Wrong(2)
    if _NUMBER.fullmatch(text) is None:
        raise _Wrong(3)
    value = float(text)
    if not low <= value <= high:
        raise _Wrong(4)
    return value


def _boolean(text: str) -> bool:
    word = text.upper()
    if not word:
        raise _Wrong(2)
    if word not in (*_TRUE, *_FALSE):
        raise _Wrong(3)
    return word in _TRUE
