"""pymodbus: a server with floats in its registers, on a socket.

Run it as `python modbus_server.py FRAMER UNIT ORDER FUNCTION ADDRESS=VALUE…`: the framer is `socket` (Modbus TCP) or
`rtu`, the order `big` or `little` says which word of a float comes first, the function is `holding` or `input`.
"""

from __future__ import annotations

import asyncio
import json
import sys

from pymodbus.client.mixin import ModbusClientMixin
from pymodbus.framer import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice


async def main(framer: str, unit: str, order: str, function: str, *values: str) -> None:
    """Serve until standard input ends."""
    words = [_words(text, order) for text in values]
    unused = [SimData(0xFFFF, values=0, datatype=DataType.REGISTERS)]
    bits = [SimData(0, values=[False] * 16, datatype=DataType.BITS)]
    blocks = (bits, bits, words, unused) if function == "holding" else (bits, bits, unused, words)
    server = ModbusTcpServer(
        SimDevice(int(unit), blocks), framer=FramerType(framer), address=("127.0.0.1", 0)
    )
    await server.serve_forever(background=True)
    print(json.dumps(server.transport.sockets[0].getsockname()[1]), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.shutdown()


def _words(text: str, order: str) -> SimData:
    address, value = text.split("=")
    kind = ModbusClientMixin.DATATYPE.FLOAT32
    words = ModbusClientMixin.convert_to_registers(float(value), kind, word_order=order)
    return SimData(int(address, 16), values=words, datatype=DataType.REGISTERS)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
