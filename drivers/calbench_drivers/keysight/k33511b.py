"""Keysight 33511B waveform generator as source of pulses (33500 series operating and service guide 33500-90901)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, OutOfRange, Overload, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.polling import poll
from calbench.instruments.reading import Applied, Identity, Number, Safe, Verified, decimal
from calbench_drivers.sourcing import Band, band, fits, numeral, refusal, switch_off

MOST_PULSES = 100_000_000  # web help, BURSt subsystem; beyond them a burst has no end
HERTZ = (band("0.001", "6000000"),)  # of a square in a counted burst: to 6 MHz, as there
VOLTS = (band("0.001", "10"),)  # high level above 0 V at an open circuit, p. 215
LOW_HALF = "270"  # degrees: begins and ends in the middle of the low half, so that every high half is whole
OPEN_CIRCUIT = Decimal("9.9E37")
LIKE = Decimal("1E-6")  # of the value: what it is set to, as it says itself
OPC_BIT = 0x01
PATIENCE = 10.0  # s beside N / f, and a hundredth of that: its time base is far better
SOON = 0.1  # s between two looks
SAFE_DEADLINE = 2.0  # s
STATE = (
    "FUNC?",
    "BURS:MODE?",
    "BURS:STAT?",
    "TRIG:SOUR?",
    "OUTP:LOAD?",
    "FREQ?",
    "VOLT:HIGH?",
    "VOLT:LOW?",
    "BURS:PHAS?",
)
WORDS = ("SQU", "TRIG", "1", "BUS")


class K33511B:
    """A 33511B that puts out a counted burst of a square wave from 0 V up, for an input of high impedance.

    The wave begins and ends in the middle of its low half: before, after and between bursts there are 0 V, so that each
    pulse is whole and nothing else has an edge. The output stays on between bursts, since a relay that opens
    may be a pulse to an input with a resistor to its supply. Whoever wires a meter that closes such an input
    to 0 V (a contact, an open collector) adds the transistor.

    Assumed: the level at rest is that of the phase at which a cycle begins; the replies to what is asked of settings;
    that `*ESR?` is answered while a burst goes on.

    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0)  # raw socket: port 5025
    LINKS: ClassVar[tuple[str, ...]] = (
        "GPIB",
        "LAN",
        "USB",
        "socket",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("33511B",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("source.pulses",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*ESR?": "assumed",
        "*IDN?": "assumed",
        "*OPC": "manual",
        "*RST": "assumed",
        "*TRG": "manual",
        "BURS:MODE": "manual",
        "BURS:MODE?": "assumed",
        "BURS:NCYC": "manual",
        "BURS:NCYC?": "assumed",
        "BURS:PHAS": "manual",
        "BURS:PHAS?": "assumed",
        "BURS:STAT": "manual",
        "BURS:STAT?": "assumed",
        "FREQ": "manual",
        "FREQ?": "assumed",
        "FUNC": "manual",
        "FUNC:SQU:DCYC": "manual",
        "FUNC?": "assumed",
        "OUTP": "assumed",
        "OUTP:LOAD": "manual",
        "OUTP:LOAD?": "assumed",
        "OUTP?": "assumed",
        "SYST:ERR?": "assumed",
        "TRIG:SOUR": "manual",
        "TRIG:SOUR?": "assumed",
        "VOLT:HIGH": "manual",
        "VOLT:HIGH?": "assumed",
        "VOLT:LOW": "manual",
        "VOLT:LOW?": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._reset = False
        """Whether it was reset since it was opened: modulation, polarity and gates of others are gone."""

    def identify(self) -> Identity:
        """Ask `*IDN?`.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        return scpi.ask(self._link, "*IDN?", scpi.identity)

    def read_errors(self) -> list[str]:
        """Empty the error queue (`SYST:ERR?`), oldest first.

        Raises:
            UnexpectedReply: A reply is not `number,"text"`.
        """
        return scpi.drain_errors(self._link, "SYST:ERR?")

    def apply_pulses(self, value: Number, frequency: Number, voltage: Number) -> Applied:
        """Put out 1 to 100 000 000 pulses at 1 mHz to 6 MHz, from 0 V to 1 mV to 10 V; wait until the last is over.

        Raises:
            OutOfRange: It has no such number, frequency or level. Nothing was sent.
            DeviceError: It reported an error, switched its output off, or the burst does not end in its time. How many
                pulses came is not known then.
            UnexpectedReply: It says that it is set to something else.
        """
        pulses = self._whole(value)
        hertz, volts = self._within(HERTZ, frequency, "Hz"), self._within(VOLTS, voltage, "V")
        if not (self._reset and self._is_set(hertz, volts) and self._is_on()):
            self._set_up(hertz, volts)
        applied = self._count(pulses)
        self._burst(pulses, hertz)
        return applied

    def output_is_on(self) -> bool:
        """Ask whether the output is on.

        Raises:
            UnexpectedReply: The reply is neither 0 nor 1.
        """
        return self._is_on()

    def standby(self) -> None:
        """Switch the output off.

        Raises:
            DeviceError: It says that it still is on.
        """
        self._link.write("OUTP OFF")
        if self._is_on():
            raise DeviceError(f"{self._link.resource}: the output is still on. Switch it off there.")

    def make_safe(self) -> Safe:
        """Switch the output off, also in the midst of a burst, and read it back."""
        return switch_off(self._link, "OUTP OFF", lambda: self._is_on(SAFE_DEADLINE))

    def _is_on(self, timeout: float | None = None) -> bool:
        return scpi.ask(self._link, "OUTP?", scpi.boolean, timeout=timeout)

    def _is_set(self, hertz: Decimal, volts: Decimal) -> bool:
        """Ask whether it is set to such bursts."""
        wanted = (OPEN_CIRCUIT, hertz, volts, Decimal(0), Decimal(LOW_HALF))

        def read(text: str) -> bool:
            fields = [one.strip() for one in text.split(";")]
            if len(fields) != len(WORDS) + len(wanted):
                raise UnexpectedReply(f"Expected nine settings, but the instrument replied {text!r}.")
            numbers = [_number(one) for one in fields[len(WORDS) :]]
            alike = all(abs(now - to) <= LIKE * abs(to) for now, to in zip(numbers, wanted, strict=True))
            return alike and tuple(fields[: len(WORDS)]) == WORDS

        return scpi.ask(self._link, ";:".join(STATE), read)

    def _set_up(self, hertz: Decimal, volts: Decimal) -> None:
        """Set it up with its output off, so that nothing goes out meanwhile; then switch it on, at rest."""
        where = self._link.resource
        settings = (
            "OUTP OFF",
            "*RST",  # levels of others, on whichever side of the new ones, modulation, inverted polarity
            "FUNC SQU",
            "FUNC:SQU:DCYC 50",
            f"FREQ {numeral(where, hertz)}",
            "OUTP:LOAD INF",  # before the levels, which it changes
            f"VOLT:HIGH {numeral(where, volts)}",
            "VOLT:LOW 0",
            "BURS:MODE TRIG",
            f"BURS:PHAS {LOW_HALF}",
            "TRIG:SOUR BUS",
            "BURS:STAT ON",
        )
        for command in settings:
            self._link.write(command)
        scpi.refuse_errors(self._link, "SYST:ERR?", "; ".join(settings))
        if self._is_on() or not self._is_set(hertz, volts):
            raise UnexpectedReply(
                f"{where}: it is not set to bursts of {hertz} Hz and {volts} V with its output off. It did not "
                "hear a setting, or has voltage limits on. See to that, and try again."
            )
        self._reset = True
        self._link.write("OUTP ON")
        scpi.refuse_errors(self._link, "SYST:ERR?", "OUTP ON")
        if not self._is_on():
            raise DeviceError(f"{where}: the output stays off. Look at what is connected.")

    def _count(self, pulses: int) -> Applied:
        sent = f"BURS:NCYC {pulses}"
        self._link.write(sent)
        scpi.refuse_errors(self._link, "SYST:ERR?", sent)
        found = scpi.ask(self._link, "BURS:NCYC?", lambda text: scpi.reading(text, "1"))
        if found.value != pulses:
            raise UnexpectedReply(
                f"{self._link.resource}: `BURS:NCYC?` gave {found.text!r} where {pulses} pulses were set."
            )
        return Applied(Decimal(pulses), "1", found.text)

    def _burst(self, pulses: int, hertz: Decimal) -> None:
        """Trigger one burst, and wait until it is over."""
        self._events()  # what happened before is not of this burst
        self._link.write("*TRG;*OPC")  # in one message: where it is lost, nothing says that a burst is over
        scpi.refuse_errors(self._link, "SYST:ERR?", "*TRG")
        length = float(pulses / hertz)
        self._link.wait(length)
        over = poll(self._over, link=self._link, every=SOON, within=length / 100 + PATIENCE)
        if over is None:
            raise DeviceError(
                f"{self._link.resource}: {pulses} pulses at {hertz} Hz are not over after {length:g} s and "
                f"{length / 100 + PATIENCE:g} s more. How many came is not known."
            )
        if not self._is_on():
            raise DeviceError(
                f"{self._link.resource}: the output is off after the burst: somebody, or an overload, switched it off. "
                "How many pulses came is not known. Look at what is connected."
            )

    def _over(self) -> bool | None:
        return True if self._events() & OPC_BIT else None

    def _events(self) -> int:
        """Read and clear the standard event register."""
        return scpi.ask(self._link, "*ESR?", scpi.integer)

    def _whole(self, value: Number) -> int:
        asked = decimal(value)
        if not 1 <= asked <= MOST_PULSES or asked != asked.to_integral_value():
            raise OutOfRange(
                f"{self._link.resource}: no {asked:f} pulses here. There are 1 to {MOST_PULSES}, whole ones."
            )
        return int(asked)

    def _within(self, bands: tuple[Band, ...], value: Number, unit: str) -> Decimal:
        asked = decimal(value)
        if not fits(bands, asked, Decimal(0)):
            raise refusal(self._link.resource, bands, asked, Decimal(0), unit)
        numeral(self._link.resource, asked)  # refuses more digits than it has
        return asked


def _number(text: str) -> Decimal:
    """Read the number of a setting, of which infinite is one."""
    if text.upper() == "INF":
        return OPEN_CIRCUIT
    try:
        return scpi.number(text)
    except Overload:
        return OPEN_CIRCUIT
