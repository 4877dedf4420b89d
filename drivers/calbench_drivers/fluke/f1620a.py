"""Fluke (Hart) 1620, 1620A "DewK" thermo-hygrometers (user's guide of the 1620, rev. 4B1801, p. 101 and 108)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import ClassVar, NamedTuple, TypeVar

from calbench.errors import InstrumentError, OutOfRange, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

T = TypeVar("T")

CHANNELS = (1, 2)
SENSOR_FIELDS = 5  # channel, temperature, its unit, humidity, %
STAMP_FIELDS = 6  # year, month, day, hour, minute, second


class _Sensor(NamedTuple):
    """What one channel measured."""

    temperature: Decimal
    humidity: Decimal


class F1620A:
    """A DewK as thermometer and hygrometer of the room; channel 1, or any by `read_channel`.

    The short form of its replies has no units. So the extended form is switched on once
    (`FORM:TDST:STAT 1`), and a temperature in degF is refused. The measurement is the most recent one that the
    DewK has; it takes one by itself at the interval that is set on it.

    Assumed: `*IDN?`, and that a sensor that is missing leaves its fields out or without a number.

    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(write_end="\r", timeout=5.0, baud=9600, bits=8, parity="N")
    LINKS: ClassVar[tuple[str, ...]] = (
        "RS-232",
        "socket",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("1620", "1620A")
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "environment.temperature",
        "environment.humidity",
        "measure.temperature",
        "measure.humidity",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "FORM:TDST:STAT": "manual",
        "FORM:TDST:STAT?": "manual",
        "MEAS?": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._extended = False

    def identify(self) -> Identity:
        """Ask `*IDN?`.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        return self._parse("*IDN?", self._link.query("*IDN?").strip(), scpi.identity)

    def read_temperature(self) -> Reading:
        """Give the temperature of channel 1, in degC; errors as `read_channel`."""
        return self.read_channel(1)[0]

    def read_humidity(self) -> Reading:
        """Give the relative humidity of channel 1, in %RH; errors as `read_channel`."""
        return self.read_channel(1)[1]

    def read_channel(self, channel: int) -> tuple[Reading, Reading]:
        """Give temperature in degC and relative humidity in %RH of a channel (`MEAS? 1`).

        Raises:
            OutOfRange: There is no such channel.
            Overload: It sent 9.9E37 or its like.
            UnexpectedReply: The reply is not of the extended form, of another channel, or in degF.
        """
        if channel not in CHANNELS:
            raise OutOfRange(f"{self._link.resource}: no channel {channel} here. There are 1 and 2.")
        query = f"MEAS? {channel}"
        text, sensors = self._measure(query)
        if list(sensors) != [channel]:
            raise self._unexpected(query, text)
        return _readings(sensors[channel], text)

    def read_channels(self) -> dict[int, tuple[Reading, Reading]]:
        """Give what `read_channel` gives, for every channel that reports, of one moment (`MEAS?`).

        Raises:
            Overload, UnexpectedReply: As `read_channel`.
        """
        text, sensors = self._measure("MEAS?")
        return {channel: _readings(sensor, text) for channel, sensor in sensors.items()}

    def _measure(self, query: str) -> tuple[str, dict[int, _Sensor]]:
        """Ask for `1,1,25.629,C,29.32,%,2003,9,16,11,2,38`: status, one or two sensors, date and time."""
        self._extend()
        text = self._link.query(query).strip()
        fields = [field.strip() for field in text.split(",")]
        body = fields[1:-STAMP_FIELDS]
        count, rest = divmod(len(body), SENSOR_FIELDS)
        if fields[0] not in {"0", "1"} or rest or not 1 <= count <= len(CHANNELS):
            raise self._unexpected(query, text)
        sensors: dict[int, _Sensor] = {}
        for start in range(0, len(body), SENSOR_FIELDS):
            channel, temperature, unit, humidity, percent = body[start : start + SENSOR_FIELDS]
            if channel not in {"1", "2"} or int(channel) in sensors or (unit, percent) != ("C", "%"):
                raise self._unexpected(query, text)
            sensors[int(channel)] = _Sensor(
                self._parse(query, temperature, scpi.number), self._parse(query, humidity, scpi.number)
            )
        return text, sensors

    def _extend(self) -> None:
        """Switch the extended form on, once."""
        if self._extended:
            return
        self._link.write("FORM:TDST:STAT 1")
        state = self._link.query("FORM:TDST:STAT?").strip()
        if not self._parse("FORM:TDST:STAT?", state, scpi.boolean):
            raise UnexpectedReply(f"{self._link.resource}: `FORM:TDST:STAT?` gave {state!r} after 1 was set.")
        self._extended = True

    def _parse(self, query: str, text: str, read: Callable[[str], T]) -> T:
        """Read a reply; what is wrong with it is told with instrument and query."""
        try:
            return read(text)
        except InstrumentError as error:
            raise type(error)(f"{self._link.resource}: `{query}`: {error}") from None

    def _unexpected(self, query: str, text: str) -> UnexpectedReply:
        self._extended = False  # it may have been switched off and on: set the form again
        return UnexpectedReply(
            f"{self._link.resource}: `{query}` gave {text!r}; the user's guide (p. 101) shows "
            "1,1,25.629,C,29.32,%,2003,9,16,11,2,38. Set it to degC, and see that a sensor is attached."
        )


def _readings(sensor: _Sensor, text: str) -> tuple[Reading, Reading]:
    return Reading(sensor.temperature, "degC", text), Reading(sensor.humidity, "%RH", text)
