"""Vaisala humidity and temperature transmitters on Modbus (register map of a public Modbus guide; protocols.md 5.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from calbench.instruments.frames.modbus import HOLDING, Registers
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

# a reply of Modbus RTU says how many registers it has, but not which: so humidity is read together with temperature
REGISTERS = {  # name: the first register, and how many
    "0000/relative-humidity": (0x0000, 4),
    "0002/temperature": (0x0002, 2),
    "0006/dew-point": (0x0006, 2),
}


class ModbusTRH:
    """A transmitter of the Indigo, HMP and HMD families, unit 240 if the station names none.

    `identify` reads the humidity, as no register of this map tells model and serial number.

    Assumed: 19200 8N2; floats with the low word first.

    Verified on: a register map that another program uses; frames and floats of a server of pymodbus 3.16.1.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=1.0, baud=19200, bits=8, parity="N", stop=2)
    LINKS: ClassVar[tuple[str, ...]] = (
        "Modbus RTU",
        "Modbus TCP",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("Modbus T/RH transmitter",)
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "measure.temperature",
        "measure.humidity",
        "environment.temperature",
        "environment.humidity",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "0000/relative-humidity": "peer",
        "0002/temperature": "peer",
        "0006/dew-point": "peer",
    }

    def __init__(self, link: Link) -> None:
        self._registers = Registers(link, 240)

    def identify(self) -> Identity:
        """Check that the device answers with a humidity; see the class."""
        text = self.read_humidity().text
        return Identity("Vaisala", "Modbus T/RH transmitter", "", "", f"humidity register: {text}")

    def read_humidity(self) -> Reading:
        """Read the relative humidity (0000), in %RH."""
        return self._reading("0000/relative-humidity", "%RH")

    def read_temperature(self) -> Reading:
        """Read the temperature (0002), in degC."""
        return self._reading("0002/temperature", "degC")

    def read_dew_point(self) -> Reading:
        """Read the dew point (0006), in degC."""
        return self._reading("0006/dew-point", "degC")

    def _reading(self, name: str, unit: str) -> Reading:
        first, count = REGISTERS[name]
        value = self._registers.float32(HOLDING, first, low_word_first=True, count=count)
        return Reading(value, unit, str(value))
