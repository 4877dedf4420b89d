"""gurux-dlms as client: reads a meter on a socket as public client, and prints what it read as JSON.

Run it as `python gurux_client.py INTERFACE PORT NAME…`: the interface is HDLC or WRAPPER, each name the logical name of
an object; those that begin with 0.0.42 are read as data, others as registers: value, scaler and unit, as it has them.
"""

from __future__ import annotations

import json
import socket
import sys
from typing import Any

from gurux_dlms import GXByteBuffer, GXDLMSClient, GXDLMSException, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType
from gurux_dlms.objects import GXDLMSData, GXDLMSObject, GXDLMSRegister

PUBLIC_CLIENT, MANAGEMENT = 16, 1


class Reader:
    """A client on a socket."""

    def __init__(self, interface: str, line: socket.socket) -> None:
        self._line = line
        self._serial = interface == "HDLC"
        kind = InterfaceType[interface]
        self._client = GXDLMSClient(True, PUBLIC_CLIENT, MANAGEMENT, Authentication.NONE, None, kind)

    def connect(self) -> None:
        """Set up the line and the association."""
        if self._serial:
            self._client.parseUAResponse(self._exchange(self._client.snrmRequest()).data)
        for message in self._client.aarqRequest():
            answer = self._exchange(message)
        self._client.parseAareResponse(answer.data)

    def read(self, name: str) -> list[object]:
        """Read one object."""
        if name.startswith("0.0.42."):
            data = GXDLMSData(name)
            return [bytes(self._attribute(data, 2)).decode("latin-1")]
        register = GXDLMSRegister(name)
        try:
            self._attribute(register, 3)
            return [self._attribute(register, 2), register.scaler, register.unit.name]
        except GXDLMSException as error:
            return [str(error)]

    def disconnect(self) -> None:
        """Take the line down."""
        if self._serial:
            self._exchange(self._client.disconnectRequest())

    def _attribute(self, thing: GXDLMSObject, index: int) -> Any:
        for message in self._client.read(thing, index):
            answer = self._exchange(message)
        return self._client.updateValue(thing, index, answer.value)

    def _exchange(self, message: bytes) -> GXReplyData:
        self._line.sendall(bytes(message))
        answer, heard = GXReplyData(), GXByteBuffer()
        while not self._client.getData(heard, answer, None):
            heard.set(self._line.recv(4096))
        if answer.error:
            raise GXDLMSException(answer.error)
        return answer


def main(interface: str, port: str, *names: str) -> None:
    """Read, and print."""
    with socket.create_connection(("127.0.0.1", int(port)), timeout=5) as line:
        reader = Reader(interface, line)
        reader.connect()
        print(json.dumps({name: reader.read(name) for name in names}))
        reader.disconnect()


if __name__ == "__main__":
    main(*sys.argv[1:])
