"""Keysight (Agilent) 53230A counter (53220A/53230A user's guide 53220-90001, p. 108, 175, 179)."""

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
MARGIN = 10.0  # s; on top of a gate, also for a counter that waits for a signal that is not there


class K53230A:
    """A 53230A at channel 1: frequency of what it is fed, and pulses such as those of a meter's test output.

    Channel 1 is set to 1 MOhm. Frequency is measured AC coupled, at the level that the counter finds itself (from
    50 Hz on), for one second. Pulses are counted DC coupled, on rising edges through 1.5 V, so that slow pulses of
    5 V logic count. Whoever wires an open collector adds the pull-up.

    Assumed: all but the commands for the gate of totalizing and for the level; that an absolute level ends the
    search for it; the coupling and level that suit.
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
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.frequency", "measure.pulses")
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "CONF:FREQ": "assumed",
        "CONF:TOT:TIM": "manual",
        "FREQ:GATE:SOUR": "manual",
        "FREQ:GATE:TIME": "assumed",
        "INP1:COUP": "assumed",
        "INP1:IMP": "assumed",
        "INP1:LEV": "manual",
        "INP1:LEV:AUTO": "assumed",
        "INP1:SLOP": "assumed",
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
        return self._read("Hz", 1.0, "CONF:FREQ (@1)", *channel, *gate)

    def count_pulses(self, seconds: Number) -> Reading:
        """Count for 1 us to 1000 s, in steps of 1 us; give how many pulses came, in 1.

        Raises:
            OutOfRange: The counter does not count for so long.
            Overload, DeviceError: As `measure_frequency`.
            UnexpectedReply: It sent no whole number of pulses.
        """
        gate = decimal(seconds)
        if not SHORTEST <= gate <= LONGEST or gate % STEP:
            raise OutOfRange(
                f"{self._link.resource}: no gate of {seconds} s here. It is 1 us to 1000 s in steps of 1 us."
            )
        channel = ("INP1:COUP DC", "INP1:IMP 1E6", "INP1:LEV:AUTO OFF", "INP1:LEV 1.5", "INP1:SLOP POS")
        counted = self._read("1", float(gate), f"CONF:TOT:TIM {plain(gate)},(@1)", *channel)
        if counted.value < 0 or counted.value != counted.value.to_integral_value():
            raise UnexpectedReply(
                f"{self._link.resource}: after `READ?` the instrument replied {counted.text!r}, which is no count."
            )
        return counted

    def _read(self, unit: str, gate: float, *commands: str) -> Reading:
        """Send the settings unless the counter has them; take one reading."""
        self._setup.send_as_one(self._link, commands, "SYST:ERR?", scpi.errors, self.read_errors, ";:")
        return self._setup.read(self._link, "READ?", unit, gate + MARGIN)
