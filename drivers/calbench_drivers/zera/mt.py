"""ZERA MT reference meters of moving test systems (protocol as public software of the maker speaks it, 2025)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, InstrumentError, OutOfRange, Overload, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Number, Reading, Verified, decimal

MOST_LINES = 200  # of one reply; the longest known has 60
POLL_INTERVAL = 1.0  # s
SPARE_TIME = 60.0  # s; beside twice the time that the pulses should take
LONGEST_TIME = 86_400.0  # s; a measurement that would take longer is a mistake

QUANTITIES: Mapping[str, tuple[int, str]] = {  # index in `AME`, unit
    **{f"{name}{phase + 1}": (first + phase, unit)
       for name, first, unit in (("U", 0, "V"), ("I", 3, "A"), ("PF", 12, "1"), ("P", 15, "W"),
                                 ("Q", 18, "var"), ("S", 21, "VA"))
       for phase in range(3)},
    "P": (24, "W"),
    "Q": (25, "var"),
    "S": (26, "VA"),
    "f": (28, "Hz"),
}  # fmt: skip
CONSTANT_UNIT = Decimal("1E5")  # the constant goes out in 0.00001 pulses per kWh
SIX_DIGITS = 6
MOST_POWERS = {"constant": 10, "pulses": 5}  # of ten, behind six digits
JOULES = Decimal(3_600_000)  # in one kWh

VERSION = re.compile(r"([A-Z]+\d\w*?)V(\d[\d.]*)")
MODE = re.compile(r"[A-Za-z0-9]{1,10}")
STATE = re.compile(r"[01]([0-3])")
IDLE, FINISHED = "0", "3"  # of the second digit; 1 and 2: it waits for a pulse, it counts
PLACEHOLDER = re.compile(r"[-o*]+(\.[-o*]+)?")  # `--.--` not finished, `oo.oo` nothing measured


class MT:
    """The reference meter of a ZERA moving test system (MT310, MT786, MT793 …), and its error calculator.

    `AAV` gives a type name that differs for every system, and all speak these commands: so `MODELS` is `("*",)`.
    A reply has several lines, and ends with the command and `ACK` or `NAK`. All values are those of the
    measurement mode and ranges that are set; `select_mode` and `fix_ranges` change them.

    Assumed: everything, from one public program of the maker (both its client and its simulated meter); above
    all, that the constant in `AEP` counts 0.00001 pulses per kWh.

    Verified on: nothing but that program's text; no manual at hand.
    """

    LINE: ClassVar[LineFormat] = LineFormat(
        write_end="\r", read_end="\r", timeout=30.0, baud=9600, bits=8, parity="N", stop=2
    )
    LINKS: ClassVar[tuple[str, ...]] = ("RS-232",)
    MODELS: ClassVar[tuple[str, ...]] = ("*",)
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "measure.power.active",
        "measure.power.reactive",
        "measure.power.apparent",
        "measure.frequency",
        "measure.energy.error",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "AAM": "assumed",
        "AAV": "assumed",
        "ACI": "assumed",
        "ACR": "assumed",
        "AEB0": "assumed",
        "AEE": "assumed",
        "AEP": "assumed",
        "AES1": "assumed",
        "AME": "assumed",
        "AMT": "assumed",
        "AST": "assumed",
        "ATI01": "assumed",
        "AVI": "assumed",
        "AVR": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._integrating = False  # whether `ATI01` went out
        self._broken = False  # whether lines of an earlier reply may still come

    def identify(self) -> Identity:
        """Ask `AAV`: `MT793V05.52` is an MT793 with version 05.52; there is no serial number.

        Raises:
            UnexpectedReply: The reply is not one line of that form.
        """
        lines = self._ask("AAV")
        found = VERSION.fullmatch(lines[0]) if len(lines) == 1 else None
        if found is None:
            raise self._unexpected("AAV", lines, "one line like `MT793V05.52`")
        return Identity("ZERA", found[1], "", found[2], lines[0])

    def read_active_power(self) -> Reading:
        """Give the active power now, the sum of all phases, in W; errors as `read_quantity`."""
        return self.read_quantity("P")

    def read_reactive_power(self) -> Reading:
        """Give the reactive power now, the sum of all phases, in var; errors as `read_quantity`."""
        return self.read_quantity("Q")

    def read_apparent_power(self) -> Reading:
        """Give the apparent power now, the sum of all phases, in VA; errors as `read_quantity`."""
        return self.read_quantity("S")

    def measure_frequency(self) -> Reading:
        """Give the frequency now, in Hz; errors as `read_quantity`."""
        return self.read_quantity("f")

    def read_quantity(self, name: str) -> Reading:
        """Give one quantity of `AME`, integrated over one second (`ATI01`).

        Args:
            name: U, I, PF, P, Q or S with the phase 1 to 3, like `U1`; P, Q, S: of all phases; f: frequency.

        Raises:
            OutOfRange: There is no such quantity.
            Overload: The meter has no value for it.
            DeviceError: It refused (`NAK`).
            UnexpectedReply: The reply has another form.
        """
        if name not in QUANTITIES:
            there = ", ".join(QUANTITIES)
            raise OutOfRange(f"{self._link.resource}: no quantity {name!r} here. There are {there}.")
        if not self._integrating:
            self._ask("ATI01")
            self._integrating = True
        index, unit = QUANTITIES[name]
        lines = self._ask("AME")
        line = next((one for one in lines if one.startswith(f"{index};")), None)
        if line is None:
            raise self._unexpected("AME", lines, f"a line `{index};value`")
        return Reading(self._number(line.partition(";")[2], line, "AME"), unit, line)

    def read_settings(self) -> dict[str, str]:
        """Give the settings of `AST` as they are sent: UB and IB (ranges), M (mode), PLL and others."""
        lines = self._ask("AST")
        if not lines or not all("=" in line for line in lines):
            raise self._unexpected("AST", lines, "lines `name=value`")
        return {key: value for key, _, value in (line.partition("=") for line in lines)}

    def select_mode(self, mode: str) -> None:
        """Select the measurement mode, like `4WA` (four wires, active energy), and see that it is taken.

        Raises:
            OutOfRange: That is no name of a mode.
            DeviceError: The meter refused.
            UnexpectedReply: It says that another mode is set.
        """
        if not MODE.fullmatch(mode):
            raise OutOfRange(
                f"{self._link.resource}: {mode!r} is no mode. Write letters and digits, like 4WA."
            )
        self._ask(f"AMT{mode}")
        found = self.read_settings().get("M")
        if found != mode:
            raise UnexpectedReply(f"{self._link.resource}: `AST` gave M={found} where {mode} was set.")

    def fix_ranges(self, volts: Number, amperes: Number) -> None:
        """Measure on fixed ranges of voltage and current, and see that they are taken; the PLL stays automatic.

        Raises:
            OutOfRange: The meter lists no such range (`AVI`, `ACI`).
            DeviceError: It refused.
            UnexpectedReply: It says that other ranges are set.
        """
        sent_volts = self._range(self._ask("AVI"), decimal(volts), "V")
        sent_amperes = self._range(self._ask("ACI"), decimal(amperes), "A")
        self._select_automatic("MMA")
        self._ask(f"AVR{sent_volts}")
        self._ask(f"ACR{sent_amperes}")
        self._check_range("UB", sent_volts)
        self._check_range("IB", sent_amperes)

    def choose_ranges(self) -> None:
        """Let the meter choose its ranges (`AAMAAA`)."""
        self._select_automatic("AAA")

    def measure_energy_error(self, constant: Number, pulses: int) -> Reading:
        """Give the relative error of a meter in %, over so many of its pulses, as the meter here calculates it.

        It waits for twice the time that the pulses should take with the power now, and a minute.

        Args:
            constant: The constant of the meter under test, in pulses per kWh.
            pulses: How many of its pulses one measurement takes.

        Raises:
            OutOfRange: The constant (in 0.00001) or the pulses have more than six digits that count.
            DeviceError: No power is measured, the measurement stopped, or it took too long. It is aborted then.
            Overload: It finished without a value.
            UnexpectedReply: A reply has another form.
        """
        asked = decimal(constant)
        parameters = (
            f"{self._six_digits(asked * CONSTANT_UNIT, 'constant', 2)};"
            f"{self._six_digits(Decimal(pulses), 'pulses', 1)}"
        )
        power = self.read_active_power()
        patience = 2 * JOULES * pulses / asked
        if patience >= abs(power.value) * Decimal(LONGEST_TIME):
            raise DeviceError(f"{self._link.resource}: at {power}, {pulses} pulses do not come within a day.")
        patience = patience / abs(power.value) + Decimal(SPARE_TIME)
        self._ask(f"AEP{parameters}")
        self._ask("AEB0")
        try:
            return self._wait_for_error(float(patience))
        except InstrumentError:
            with contextlib.suppress(InstrumentError):  # the first error is the one to tell
                self._ask("AEE")
            raise

    def _wait_for_error(self, patience: float) -> Reading:
        deadline = self._link.clock.monotonic() + patience
        while True:
            lines = self._ask("AES1")
            state = STATE.fullmatch(lines[0]) if len(lines) > 1 else None
            if state is None:
                raise self._unexpected("AES1", lines, "a state like `03` and an error")
            if state[1] == FINISHED:
                return Reading(self._number(lines[1], lines[1], "AES1"), "%", "; ".join(lines))
            if state[1] == IDLE or self._link.clock.monotonic() >= deadline:
                why = "stopped" if state[1] == IDLE else f"did not finish in {patience:.0f} s"
                raise DeviceError(
                    f"{self._link.resource}: the error measurement {why} ({'; '.join(lines)}). Check that the "
                    f"scanning head sees pulses, and the constant of the meter."
                )
            self._link.wait(POLL_INTERVAL)

    def _ask(self, command: str) -> list[str]:
        """Send a command and give the lines of its reply before `…ACK`."""
        if self._broken:
            self._link.clear()
        self._broken = True  # until the reply has come whole
        self._link.write(command)
        head = command[:3]
        lines: list[str] = []
        while (line := self._link.read().strip()) not in (f"{head}ACK", f"{head}NAK"):
            lines.append(line)
            if len(lines) > MOST_LINES:
                raise self._unexpected(command, lines[-1:], f"an end `{head}ACK` within {MOST_LINES} lines")
        self._broken = False
        if line.endswith("NAK"):
            told = f" and {'; '.join(lines)!r}" if lines else ""
            raise DeviceError(
                f"{self._link.resource}: {line!r}{told} came in answer to `{command}`: refused."
            )
        return lines

    def _select_automatic(self, letters: str) -> None:
        self._ask(f"AAM{letters}")

    def _check_range(self, name: str, wanted: str) -> None:
        found = self.read_settings().get(name, "")
        with scpi.naming(self._link, "AST"):
            same = scpi.number(found) == scpi.number(wanted)
        if not same:
            raise UnexpectedReply(f"{self._link.resource}: `AST` gave {name}={found} where {wanted} was set.")

    def _range(self, lines: list[str], asked: Decimal, unit: str) -> str:
        for line in lines:
            with contextlib.suppress(UnexpectedReply, Overload):
                if scpi.number(line) == asked:
                    return line
        there = ", ".join(lines) or "none"
        raise OutOfRange(f"{self._link.resource}: no range of {asked} {unit} here. There are {there} {unit}.")

    def _number(self, text: str, line: str, command: str) -> Decimal:
        if PLACEHOLDER.fullmatch(text):
            raise Overload(
                f"{self._link.resource}: {line!r} means that there is no value. Check the connection."
            )
        with scpi.naming(self._link, command):
            return scpi.number(text)

    def _six_digits(self, value: Decimal, what: str, width: int) -> str:
        """Write a whole number as at most six digits and a power of ten, exactly."""
        if value <= 0 or value != value.to_integral_value():
            raise OutOfRange(
                f"{self._link.resource}: no {what} of {value} here. It is a whole number above 0 (a constant: of "
                f"0.00001 pulses per kWh)."
            )
        digits = f"{value:f}".partition(".")[0]
        power = max(0, len(digits) - SIX_DIGITS)
        if digits[SIX_DIGITS:].strip("0") or power > MOST_POWERS[what]:
            raise OutOfRange(
                f"{self._link.resource}: {what} {value} does not go into six digits and a power of ten up to "
                f"{MOST_POWERS[what]}."
            )
        return f"{digits[:SIX_DIGITS]};{power:0{width}d}"

    def _unexpected(self, command: str, lines: list[str], form: str) -> UnexpectedReply:
        return UnexpectedReply(
            f"{self._link.resource}: {'; '.join(lines)!r} came in answer to `{command}`, where {form} was expected."
        )
