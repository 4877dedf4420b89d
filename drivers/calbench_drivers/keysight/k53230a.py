"""Keysight (Agilent) 53230A counter (53220A/53230A user's guide 53220-90001, p. 108, 175, 179, 204, 209)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import OutOfRange, UnexpectedReply
from calbench.instruments import multimeter, scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.multimeter import plain
from calbench.instruments.reading import Identity, Number, Reading, Verified, decimal

SHORTEST, LONGEST, STEP = Decimal("1E-6"), Decimal(1000), Decimal("1E-6")  # s, gates of totalizing, p. 108
SHORTEST_OF_SECONDS = Decimal(1)  # s, a gate that a period of 1 Hz fills
TO_SECONDS_PER_DAY = "86400"  # M and B of M f - B: (f / 1 Hz - 1) in s/day
MARGIN = 10.0  # s; on top of a gate, also for a counter that waits for a signal that is not there
_SCALED = (
    "CALC:SCAL:FUNC SCAL",
    f"CALC:SCAL:GAIN {TO_SECONDS_PER_DAY}",
    f"CALC:SCAL:OFFS {TO_SECONDS_PER_DAY}",
    "CALC:SCAL:INV OFF",
    "CALC:SCAL:STAT ON",
    "CALC:SMO OFF",
    "CALC:STAT ON",
)


class K53230A:
    """A 53230A: at channel 1 a frequency, or pulses such as those of a meter's test output; at channel 2 a clock.

    Channel 1 is set to 1 MOhm. Frequency is measured AC coupled, at the level that the counter finds itself (from
    50 Hz on), for one second. Pulses are counted DC coupled, on rising edges through 1.5 V, so that slow pulses of
    5 V logic count. Whoever wires an open collector adds the pull-up. A clock is compared with the time base by the
    frequency of its second pulses, at channel 2 with the settings that pulses have; the counter makes s/day of it.

    Assumed: all but the commands for the gate of totalizing and for the level; that an absolute level ends the
    search for it; the coupling and level that suit; that channel 2 takes the commands of channel 1; that a gate of
    frequency is up to 1000 s long; that smoothing and inverting are switched as the scaling is.
    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0)  # raw socket: port 5025
    LINKS: ClassVar[tuple[str, ...]] = (
        "GPIB",
        "LAN",
        "USB",
        "socket",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("53230A",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.clock.error", "measure.frequency", "measure.pulses")
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "CALC:SCAL:FUNC": "manual",
        "CALC:SCAL:GAIN": "manual",
        "CALC:SCAL:INV": "assumed",
        "CALC:SCAL:OFFS": "manual",
        "CALC:SCAL:STAT": "manual",
        "CALC:SMO": "assumed",
        "CALC:STAT": "manual",
        "CONF:FREQ": "assumed",
        "CONF:TOT:TIM": "manual",
        "FREQ:GATE:SOUR": "manual",
        "FREQ:GATE:TIME": "assumed",
        "INP1:COUP": "assumed",
        "INP1:IMP": "assumed",
        "INP1:LEV": "manual",
        "INP1:LEV:AUTO": "assumed",
        "INP1:SLOP": "assumed",
        "INP2:COUP": "assumed",
        "INP2:IMP": "assumed",
        "INP2:LEV": "assumed",
        "INP2:LEV:AUTO": "assumed",
        "INP2:SLOP": "assumed",
        "READ?": "assumed",
        "SYST:ERR?": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._setup = multimeter.Setup()

    def identify(self) -> Identity:
        """Ask `*IDN?`.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        return multimeter.identity(self._link, "*IDN?")

    def read_errors(self) -> list[str]:
        """Empty the error queue (`SYST:ERR?`), oldest first.

        Raises:
            UnexpectedReply: A reply is not `number,"text"`.
        """
        return multimeter.errors(self._link, "SYST:ERR?")

    def measure_frequency(self) -> Reading:
        """Take one reading in Hz, of one second.

        Raises:
            Overload: It reported 9.91E37: there is no signal.
            DeviceError: It put something in its error queue.
            UnexpectedReply: It sent no number.
        """
        gate = ("FREQ:GATE:SOUR TIME", "FREQ:GATE:TIME 1")
        channel = ("INP1:COUP AC", "INP1:IMP 1E6", "INP1:LEV:AUTO ON")
        return self._read("Hz", 1.0, "CONF:FREQ (@1)", *channel, *gate, "CALC:STAT OFF")

    def count_pulses(self, seconds: Number) -> Reading:
        """Count for 1 us to 1000 s, in steps of 1 us; give how many pulses came, in 1.

        Raises:
            OutOfRange: The counter does not count for so long.
            Overload, DeviceError: As `measure_frequency`.
            UnexpectedReply: It sent no whole number of pulses.
        """
        gate = self._gate(seconds, SHORTEST, "1 us")
        counted = self._read(
            "1", float(gate), f"CONF:TOT:TIM {plain(gate)},(@1)", *_logic(1), "CALC:STAT OFF"
        )
        if counted.value < 0 or counted.value != counted.value.to_integral_value():
            raise UnexpectedReply(
                f"{self._link.resource}: after `READ?` the instrument replied {counted.text!r}, which is no count."
            )
        return counted

    def measure_clock_error(self, seconds: Number) -> Reading:
        """Measure the frequency f of second pulses at channel 2 for 1 s to 1000 s; give f / 1 Hz - 1 in s/day.

        Raises:
            OutOfRange: The counter does not measure for so long.
            Overload, DeviceError, UnexpectedReply: As `measure_frequency`.
        """
        gate = self._gate(seconds, SHORTEST_OF_SECONDS, "1 s")
        timed = ("FREQ:GATE:SOUR TIME", f"FREQ:GATE:TIME {plain(gate)}")
        return self._read("s/day", float(gate), "CONF:FREQ 1,(@2)", *_logic(2), *timed, *_SCALED)

    def _gate(self, seconds: Number, shortest: Decimal, least: str) -> Decimal:
        gate = decimal(seconds)
        if not shortest <= gate <= LONGEST or gate % STEP:
            raise OutOfRange(
                f"{self._link.resource}: no gate of {seconds} s here. It is {least} to 1000 s in steps of 1 us."
            )
        return gate

    def _read(self, unit: str, gate: float, *commands: str) -> Reading:
        """Send the settings unless the counter has them; take one reading."""
        self._setup.send_as_one(self._link, commands, "SYST:ERR?", scpi.errors, self.read_errors, ";:")
        return self._setup.read(self._link, "READ?", unit, gate + MARGIN)


def _logic(channel: int) -> tuple[str, ...]:
    """Give the settings with which a channel takes pulses of 5 V logic."""
    own = ("COUP DC", "IMP 1E6", "LEV:AUTO OFF", "LEV 1.5", "SLOP POS")
    return tuple(f"INP{channel}:{setting}" for setting in own)
