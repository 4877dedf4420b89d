"""Fluke 1620A DewK thermo-hygrometer.

Written from protocols.md, section 10, and the DewK manual (p. 100 and 101 readings, 116 errors and units, 125 alarms).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.answer import Answer
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.parameters import ScpiError, boolean, number
from calbench.simulation.registers import EventRegister
from calbench.simulation.scpi import CommandTree, Handler
from calbench.simulation.status import ErrorQueue, Status488
from calbench_sim.parts.process.thermometer import SETTINGS, Thermometer, both_channels, celsius_to

_PERIOD = 1.0  # s between measurements
_ALARM = 0  # bit of the status byte
_POWER_FAILURE = 1 << 5
_OWN: dict[str, str] = {
    "probe_offset": "(K) error of the temperature; else seeded, 0.05 rms",
    "probe_noise": "(K) rms noise of one temperature; default 0.003",
    "humidity_offset": "(%RH) error of the humidity; else seeded, 0.6 rms",
    "humidity_noise": "(%RH) rms noise of one humidity; default 0.03",
    "temperature_low": "(degC) alarm below; default -1000",
    "temperature_high": "(degC) alarm above; default 1000",
    "humidity_low": "(%RH) alarm below; default -1",
    "humidity_high": "(%RH) alarm above; default 101",
}


class _Sensor:
    """One channel: temperature at its probe, humidity of the room, alarm limits."""

    def __init__(self, bench: Bench, channel: int) -> None:
        self._bench, self._mark = bench, "" if channel == 1 else str(channel)
        self._thermometer = Thermometer(bench, channel, spread=0.05, noise=0.003)
        drawn = bench.rng.gauss(0.0, 0.6)
        self._offset = self._setting("humidity_offset", drawn)
        self._noise = self._setting("humidity_noise", 0.03)

    def _setting(self, name: str, default: float) -> float:
        return self._bench.settings.get(name + self._mark, default)

    def reading(self) -> tuple[float, float]:
        """Give temperature (degC) and humidity (%RH)."""
        temperature = self._thermometer.reading()
        true = self._bench.ambient.humidity()
        self._bench.truth(f"humidity{self._mark}", true)
        return temperature, true + self._offset + self._bench.rng.gauss(0.0, self._noise)

    def alarms(self, reading: tuple[float, float]) -> int:
        """Give bit 0 for the temperature, bit 1 for the humidity."""
        temperature, humidity = reading
        low, high = self._setting("temperature_low", -1e3), self._setting("temperature_high", 1e3)
        dry, wet = self._setting("humidity_low", -1.0), self._setting("humidity_high", 101.0)
        return int(not low <= temperature <= high) | int(not dry <= humidity <= wet) << 1


class F1620A(Device):
    """A DewK with two sensors. Terminals: `probe1` and `probe2`; with nothing connected they are in the room.

    Truth, logged at each measurement: `temperature` (degC) and `humidity` (%RH), `temperature2` and `humidity2`.

    Assumed where the sources are silent: it measures once in a second; `MEAS?` and `FETC?` give the last
    measurement, `READ?` waits for the next one; alarms are looked at when something is asked, and summed up in bit 0
    of the status byte; -114 for a channel that there is not; 38400 or 9600 Bd (here 9600).
    """

    MESSAGE_ENDS = (b"\r", b"\n")
    REPLY_END = b"\r\n"
    SERIAL = "9600 8N1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        both_channels(SETTINGS | _OWN)
        | {"power_failed": "(1) 1 where the power had failed before; default 0"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._sensors = [_Sensor(bench, 1), _Sensor(bench, 2)]
        self._alarms = EventRegister()
        self._readings: list[tuple[float, float]] = []
        self._measured_at = -1
        self._fresh = [False, False]
        self._unit, self._stamped = "C", False
        if bench.settings.get("power_failed", 0.0):
            self._alarms.event = _POWER_FAILURE
        self._reports = Status488(
            f"FLUKE,1620A,{bench.serial_number},1.00",
            errors=ErrorQueue(depth=10),
            reset=self._reset,
            registers={_ALARM: self._alarms},
        )
        self.status = self._reports
        self._commands = CommandTree(self._table(), self._reports)

    def receive(self, line: str) -> None:
        """Act on one message."""
        self._measure()
        answer = self._commands.run(line)
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    def _table(self) -> dict[str, Handler]:
        return {
            "MEASure?": self._last,
            "FETCh?": self._last,
            "READ?": self._next,
            "FORMat:TDST:STATe": self._set_stamp,
            "FORMat:TDST:STATe?": lambda: str(int(self._stamped)),
            "UNIT:TEMPerature": self._set_unit,
            "UNIT:TEMPerature?": lambda: self._unit,
            "STATus:ALARm?": lambda: str(self._alarms.read_event()),
            "STATus:ALARm:CONDition?": lambda: str(self._alarms.condition),
            "STATus:ALARm:ENABle": self._enable,
            "STATus:ALARm:ENABle?": lambda: str(self._alarms.enable),
            "SYSTem:CODE:VERSion?": lambda: "1.00",
            "SYSTem:VERSion?": lambda: "1994.0",
        }

    def _reset(self) -> None:
        self._unit, self._stamped = "C", False

    # --- measurements ---

    def _measure(self) -> None:
        """Measure, once in each period."""
        period = int(self.clock.monotonic() / _PERIOD)
        if period == self._measured_at:
            return
        self._measured_at = period
        self._readings = [sensor.reading() for sensor in self._sensors]
        self._fresh = [True, True]
        first, second = (s.alarms(r) for s, r in zip(self._sensors, self._readings, strict=True))
        present = first | second << 2
        self._alarms.set(~present & 0b1111, raised=False)
        self._alarms.set(present, raised=True)

    def _chosen(self, text: str) -> list[int]:
        if not text:
            return [0, 1]
        index = round(number(text, low=0, high=99)) - 1
        if index not in (0, 1):
            raise ScpiError(-114)
        return [index]

    def _last(self, channel: str = "") -> str:
        return self._shown(self._chosen(channel))

    def _next(self, channel: str = "") -> Answer:
        chosen = self._chosen(channel)

        def measured() -> str:
            self._measure()
            return self._shown(chosen)

        now = self.clock.monotonic()
        return Answer(measured, after=(int(now / _PERIOD) + 1) * _PERIOD - now + 1e-6)

    def _shown(self, chosen: list[int]) -> str:
        new = any(self._fresh[index] for index in chosen)
        fields: list[str] = []
        for index in chosen:
            self._fresh[index] = False
            temperature, humidity = self._readings[index]
            figure = f"{celsius_to(self._unit, temperature):.3f}"
            if self._stamped:
                fields += [str(index + 1), figure, self._unit, f"{humidity:.2f}", "%"]
            else:
                fields += [figure, f"{humidity:.2f}"]
        if not self._stamped:
            return ",".join(fields)
        now = self.clock.utc()
        stamp = (now.year, now.month, now.day, now.hour, now.minute, now.second)
        return ",".join([str(int(new)), *fields, *map(str, stamp)])

    # --- settings ---

    def _set_stamp(self, text: str) -> None:
        self._stamped = boolean(text)

    def _set_unit(self, text: str) -> None:
        word = {"CEL": "C", "FAR": "F"}.get(text.upper(), text.upper())
        if word not in ("C", "F"):
            raise ScpiError(-224)
        self._unit = word

    def _enable(self, text: str) -> None:
        self._alarms.enable = round(number(text, low=0, high=63, words={"DEFault": 0.0}))
        self._alarms.on_change()
