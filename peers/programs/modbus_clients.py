"""pymodbus and minimalmodbus as clients: each reads floats from input registers, and prints them as JSON.

Run it as `python modbus_clients.py LIBRARY FRAMING LINE UNIT ADDRESS…`: the library is `pymodbus` or `minimalmodbus`,
the framing `tcp` or `rtu`, the line `socket://127.0.0.1:port` or the path of a serial port. What goes wrong is text.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import minimalmodbus
import serial
from pymodbus.client import ModbusTcpClient
from pymodbus.framer import FramerType

Read = Callable[[int], object]


def main(library: str, framing: str, line: str, unit: str, *addresses: str) -> None:
    """Read, and print."""
    read = _pymodbus(framing, line, int(unit)) if library == "pymodbus" else _minimalmodbus(line, int(unit))
    print(json.dumps([read(int(address, 16)) for address in addresses]))


def _pymodbus(framing: str, line: str, unit: int) -> Read:
    host, port = line.removeprefix("socket://").split(":")
    framer = {"tcp": FramerType.SOCKET, "rtu": FramerType.RTU}[framing]
    client = ModbusTcpClient(host, port=int(port), framer=framer, timeout=2, retries=0)
    client.connect()

    def read(address: int) -> object:
        reply = client.read_input_registers(address, count=2, device_id=unit)
        if reply.isError():
            return f"exception {reply.exception_code}"
        return client.convert_from_registers(reply.registers, client.DATATYPE.FLOAT32, word_order="big")

    return read


def _minimalmodbus(line: str, unit: int) -> Read:
    port = serial.serial_for_url(line, baudrate=9600, timeout=2)
    instrument = minimalmodbus.Instrument(port, unit)

    def read(address: int) -> object:
        try:
            return instrument.read_float(address, functioncode=4)
        except minimalmodbus.ModbusException as error:
            return f"{type(error).__name__}: {error}"

    return read


if __name__ == "__main__":
    main(*sys.argv[1:])
