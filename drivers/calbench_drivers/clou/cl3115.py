"""CLOU CL3115 three-phase standard meter (CLT1.1 as public software of benches speaks it; protocols.md 5.3)."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, InstrumentError, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.frames.clou import Master
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Number, Reading, Verified, decimal

METER, OWN = 0x30, 0x05
REQUESTS = {
    "read-instantaneous": "02 3F FF FF 3F FF FF 0F",
    "read-constant": "02 02 40",
    "read-last-error": "00 04 20 02 40 04",
    "set-energy-active": "A3 00 08 01 00 00",
    "set-pulses-and-constant": "A3 00 14 08",
    "start-error": "A3 00 08 10 01",
    "stop": "A3 00 08 10 00",
}
FLOAT, INT = 5, 4  # bytes: mantissa with power of ten, plain mantissa; low byte first
PHASES = {1: "a", 2: "b", 3: "c"}
ITEMS: Mapping[str, tuple[int, int, str]] = {  # place in the body, power of ten (1: its own), unit
    **{f"{what}{phase}": (first + step * width, power, unit)
       for what, first, width, power, unit in (
           ("U", 4, FLOAT, 1, "V"), ("I", 19, FLOAT, 1, "A"), ("angle-U", 55, INT, -4, "deg"),
           ("angle-I", 67, INT, -4, "deg"))
       for step, phase in enumerate("cba")},
    "f": (34, -5, "Hz"),
    "P": (128, 1, "W"),
    "Q": (148, 1, "var"),
    "S": (169, 1, "VA"),
}  # fmt: skip
BODY, HEAD, OVERLOAD_FLAGS = 0xAE, 4, 38
OWN_POWER = 1

JOULES = Decimal(3_600_000)  # in one kWh
MOST_PULSES, MOST_CONSTANT = 2**31 - 1, 2**63 - 1
POLL_INTERVAL = 1.0  # s
DEAD = (("U", Decimal(1)), ("I", Decimal("0.001")))  # V and A: less is off
POWERS = range(-9, 1)  # of ten, that voltages and currents have; else no number that is near zero is one
SPARE_TIME = 60  # s; beside twice the time that the pulses should take
LONGEST_TIME = 86_400  # s; a measurement that would take longer is a mistake


class CL3115:
    """A standard meter at address 30; we answer to 05. All quantities are those of the wiring that is set there.

    Powers are the sums of all phases, as the meter itself calculates them. An energy error is measured for active
    energy, with the meter's own pulse input. The energy register is not read, because its unit is not known.

    Assumed: everything, from two public programs: 38400 8N1; that any bit of the overload flags means that there is no
    reading; angles as the meter gives them; that the constant of the meter under test goes out in whole
    pulses per kWh; and that the counter of errors changes when a new error is there.

    Verified on: a frame whose checksum was calculated from its description only; no manual at hand.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=3.0, baud=38400, bits=8, parity="N")
    MODELS: ClassVar[tuple[str, ...]] = ("CL3115",)
    LINKS: ClassVar[tuple[str, ...]] = ("RS-232",)
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "measure.power.active",
        "measure.power.reactive",
        "measure.power.apparent",
        "measure.frequency",
        "measure.energy.error",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "read-version": "assumed",
        "read-instantaneous": "assumed",
        "read-constant": "assumed",
        "read-last-error": "assumed",
        "set-energy-active": "assumed",
        "set-pulses-and-constant": "assumed",
        "start-error": "assumed",
        "stop": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._master = Master(link, METER, OWN)

    def identify(self) -> Identity:
        """Ask for model, version and serial number (C9).

        Raises:
            DeviceError: The meter refused.
            UnexpectedReply: The reply has another form, or another instrument sent it.
        """
        return self._master.identify("read-version")

    def read_active_power(self) -> Reading:
        """Give the active power of all phases now, in W; errors as `read_voltage`."""
        return self._item("P")

    def read_reactive_power(self) -> Reading:
        """Give the reactive power of all phases now, in var; errors as `read_voltage`."""
        return self._item("Q")

    def read_apparent_power(self) -> Reading:
        """Give the apparent power of all phases now, in VA; errors as `read_voltage`."""
        return self._item("S")

    def measure_frequency(self) -> Reading:
        """Give the frequency now, in Hz; errors as `read_voltage`."""
        return self._item("f")

    def read_voltage(self, phase: int) -> Reading:
        """Give the voltage of phase 1, 2 or 3, in V.

        Raises:
            OutOfRange: There is no such phase.
            Overload: The meter says that an input is overloaded.
            DeviceError: It refused.
            UnexpectedReply: The reply has another form, or another instrument sent it.
        """
        return self._item("U" + self._phase(phase))

    def read_current(self, phase: int) -> Reading:
        """Give the current of phase 1, 2 or 3, in A; errors as `read_voltage`."""
        return self._item("I" + self._phase(phase))

    def read_voltage_angle(self, phase: int) -> Reading:
        """Give the angle of the voltage of phase 1, 2 or 3, in degrees; errors as `read_voltage`."""
        return self._item("angle-U" + self._phase(phase))

    def read_current_angle(self, phase: int) -> Reading:
        """Give the angle of the current of phase 1, 2 or 3, in degrees; errors as `read_voltage`."""
        return self._item("angle-I" + self._phase(phase))

    def sees_output(self) -> bool:
        """Tell whether any phase has 1 V or 1 mA or more now.

        Raises:
            DeviceError, Overload: As `read_voltage`.
            UnexpectedReply: As `read_voltage`, or a value has a power of ten that no such meter resolves.
        """
        body = self._everything()
        readings = [
            (_item(body, f"{what}{phase}").value, least) for what, least in DEAD for phase in PHASES.values()
        ]
        if any(value.as_tuple().exponent not in POWERS for value, _ in readings):
            raise UnexpectedReply(
                f"{self._link.resource}: {body.hex(' ').upper()} came, with voltages or currents that nobody resolves."
            )
        return any(abs(value) >= least for value, least in readings)

    def read_constant(self) -> int:
        """Give the constant of the meter's own pulse output now, in pulses per kWh; errors as `identify`."""
        return int.from_bytes(self._read("read-constant", 8), "little", signed=True)

    def measure_energy_error(self, constant: Number, pulses: int) -> Reading:
        """Give the relative error of a meter in %, over so many of its pulses, as the meter here calculates it.

        It waits for twice the time that the pulses should take with the power now, and a minute, and stops the
        calculation at the end.

        Args:
            constant: The constant of the meter under test, in whole pulses per kWh.
            pulses: How many of its pulses one measurement takes.

        Raises:
            OutOfRange: Constant or pulses are no whole number above 0, or too large for their fields.
            DeviceError: No power is measured, the meter refused, or it took too long.
            UnexpectedReply: A reply has another form.
        """
        asked = self._whole(decimal(constant), "constant", MOST_CONSTANT)
        count = self._whole(decimal(pulses), "number of pulses", MOST_PULSES)
        patience = self._patience(asked, count)
        self._set("stop")
        self._set("set-energy-active")
        counts = count.to_bytes(4, "little") + b"\x01" + asked.to_bytes(8, "little")
        self._set("set-pulses-and-constant", counts)
        self._set("start-error")
        try:
            reading = self._wait_for_error(patience)
        except InstrumentError:
            with contextlib.suppress(InstrumentError):  # the first error is the one to tell
                self._set("stop")
            raise
        self._set("stop")
        return reading

    def _wait_for_error(self, patience: float) -> Reading:
        """Poll until the counter of errors is another than right after the start."""
        deadline = self._link.clock.monotonic() + patience
        first = self._read("read-last-error", 12)[0]
        while True:
            body = self._read("read-last-error", 12)
            if body[0] != first:
                value = Decimal(int.from_bytes(body[4:], "little", signed=True)).scaleb(-4)
                return Reading(value, "%", body.hex(" ").upper())
            if self._link.clock.monotonic() >= deadline:
                raise DeviceError(
                    f"{self._link.resource}: no error was calculated in {patience:.0f} s. Check that the scanning head "
                    f"sees pulses, and the constant of the meter."
                )
            self._link.wait(POLL_INTERVAL)

    def _patience(self, constant: int, pulses: int) -> float:
        power = self.read_active_power()
        seconds = 2 * JOULES * pulses / constant
        if seconds >= abs(power.value) * LONGEST_TIME:
            raise DeviceError(f"{self._link.resource}: at {power}, {pulses} pulses do not come within a day.")
        return float(seconds / abs(power.value)) + SPARE_TIME

    def _whole(self, value: Decimal, what: str, most: int) -> int:
        if not 1 <= value <= most or value != value.to_integral_value():
            raise OutOfRange(
                f"{self._link.resource}: no {what} of {value} here. It is a whole number, 1 to {most}."
            )
        return int(value)

    def _phase(self, phase: int) -> str:
        if phase not in PHASES:
            raise OutOfRange(
                f"{self._link.resource}: there are the phases 1, 2 and 3, but no phase {phase!r}."
            )
        return PHASES[phase]

    def _item(self, name: str) -> Reading:
        """Read everything at once, and give one of it."""
        return _item(self._everything(), name)

    def _everything(self) -> bytes:
        body = self._read("read-instantaneous", BODY)
        if flags := body[OVERLOAD_FLAGS - HEAD]:
            raise Overload(
                f"{self._link.resource}: overload flags {flags:02X} came along. Check ranges and connection."
            )
        return body

    def _read(self, name: str, size: int) -> bytes:
        return self._master.read(bytes.fromhex(REQUESTS[name]), size, name)

    def _set(self, name: str, values: bytes = b"") -> str:
        return self._master.write(bytes.fromhex(REQUESTS[name]) + values, name)


def _item(body: bytes, name: str) -> Reading:
    """Take one quantity from where it stands among all."""
    place, power, unit = ITEMS[name]
    size = FLOAT if power == OWN_POWER else INT
    text = body[place - HEAD : place - HEAD + size]
    if power == OWN_POWER:
        power = int.from_bytes(text[INT:], "little", signed=True)
    value = Decimal(int.from_bytes(text[:INT], "little", signed=True)).scaleb(power)
    return Reading(value, unit, text.hex(" ").upper())
