"""Fluke 1523, 1524 reference thermometers: protocol table 10; their technical guide was not at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar

from calbench.errors import DeviceError, InstrumentError, OutOfRange
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

T = TypeVar("T")

CHANNELS = {"1523": 1, "1524": 2}
MEASURING_TIME = 10.0  # s; `READ?` starts a measurement and answers when it is done


class F1524:
    """A 1523 (one channel) or 1524 (two channels) as thermometer.

    `read_temperature` reads channel 1, `read_channel` any. A reading comes without its unit. So the unit is
    asked before each reading, and anything but degC is refused: the driver changes no setting.

    Assumed: every command, most of all that `UNIT:TEMP?` tells the unit of `READ?`.

    Verified on: nothing; `READ?` and the identity are from a public program of a user.
    """

    LINE: ClassVar[LineFormat] = LineFormat(write_end="\r", timeout=5.0, baud=9600, bits=8, parity="N")
    LINKS: ClassVar[tuple[str, ...]] = ("RS-232",)
    MODELS: ClassVar[tuple[str, ...]] = tuple(CHANNELS)
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.temperature",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "READ?": "assumed",
        "SYST:ERR?": "assumed",
        "UNIT:TEMP?": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._model = ""

    def identify(self) -> Identity:
        """Ask `*IDN?`.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        found = self._ask("*IDN?", scpi.identity)
        self._model = found.model
        return found

    def read_errors(self) -> list[str]:
        """Empty the error queue (`SYST:ERR?`), oldest first.

        Raises:
            UnexpectedReply: A reply is not `number,"text"`.
        """
        return scpi.drain_errors(self._link, "SYST:ERR?")

    def read_temperature(self) -> Reading:
        """Read channel 1, in degC; errors as `read_channel`."""
        return self.read_channel(1)

    def read_channel(self, channel: int) -> Reading:
        """Take a measurement on a channel (`READ? 1`), in degC.

        Raises:
            OutOfRange: The model has no such channel.
            DeviceError: It works in another unit than degC.
            Overload: It sent 9.9E37 or its like: no probe, or beyond the range of the probe.
            UnexpectedReply: The reply is no number.
        """
        model = self._model or self.identify().model
        most = CHANNELS.get(model, 0)
        if not 1 <= channel <= most:
            raise OutOfRange(
                f"{self._link.resource}: no channel {channel} here. A {model} has {most}, from 1."
            )
        unit = self._ask("UNIT:TEMP?", scpi.string)
        if unit.upper() != "C":
            raise DeviceError(f"{self._link.resource}: it works in {unit!r}. Set it to degC.")
        query = f"READ? {channel}"
        text = self._link.query(query, timeout=MEASURING_TIME).strip()
        return self._parse(query, text, lambda reply: scpi.reading(reply, "degC"))

    def _ask(self, query: str, read: Callable[[str], T]) -> T:
        return self._parse(query, self._link.query(query).strip(), read)

    def _parse(self, query: str, text: str, read: Callable[[str], T]) -> T:
        """Read a reply; what is wrong with it is told with instrument and query."""
        try:
            return read(text)
        except InstrumentError as error:
            raise type(error)(f"{self._link.resource}: `{query}`: {error}") from None
