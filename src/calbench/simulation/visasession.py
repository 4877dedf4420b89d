"""One VISA session to a simulated instrument: attributes, reading, writing (VPP-4.3)."""

from __future__ import annotations

from typing import Any

from pyvisa import attributes, constants, rname
from pyvisa.constants import ResourceAttribute as Attr
from pyvisa.constants import StatusCode

from calbench.simulation.connection import Connection
from calbench.simulation.device import Device
from calbench.simulation.locks import locks_of
from calbench.simulation.serialline import LineSetting, SerialConnection

_SUCCESS = StatusCode.success  # an enumeration is slow to look into
_TERMCHAR_READ = StatusCode.success_termination_character_read
_PARITY = {0: "N", 1: "O", 2: "E", 3: "M", 4: "S"}
_FIELDS: dict[str, Attr] = {
    "host_address": Attr.tcpip_address,
    "lan_device_name": Attr.tcpip_device_name,
    "manufacturer_id": Attr.manufacturer_id,
    "model_code": Attr.model_code,
    "serial_number": Attr.usb_serial_number,
}
_NUMBER_FIELDS: dict[str, Attr] = {
    "board": Attr.interface_number,
    "port": Attr.tcpip_port,
    "primary_address": Attr.gpib_primary_address,
    "secondary_address": Attr.gpib_secondary_address,
    "usb_interface_number": Attr.usb_interface_number,
}


class Session:
    """A session that a client has opened; the backend hands operations to it.

    Attributes:
        handle: number of this session.
        device: the simulated instrument.
        message_based: GPIB, USB, VXI-11, HiSLIP: END, serial poll, trigger and clear exist.
        read: reads up to so many bytes, until END, the termination character or the timeout.
    """

    def __init__(self, handle: int, name: str, parsed: rname.ResourceName, device: Device) -> None:
        self.handle = handle
        self.device = device
        self.clock = device.clock
        self._hold = device.clock.hold()
        self.message_based = parsed.resource_class == "INSTR" and parsed.interface_type != "ASRL"
        self.connection: Connection = device.connect(
            message_based=self.message_based, serial=parsed.interface_type == "ASRL"
        )
        self.serial = SerialConnection(self.connection) if parsed.interface_type == "ASRL" else None
        self.locks = locks_of(device)
        self.events_enabled = 0
        self.events: list[int] = []
        self.read = self._read_message if self.message_based else self._read_stream
        self._attributes = _defaults(name, parsed)
        self._refresh()

    def get(self, attribute: int) -> tuple[Any, StatusCode]:
        """Give the state of an attribute."""
        if attribute == Attr.asrl_avalaible_number and self.serial is not None:
            return self.serial.waiting(), StatusCode.success
        if attribute in self._attributes:
            return self._attributes[attribute], StatusCode.success
        return None, StatusCode.error_nonsupported_attribute

    def set(self, attribute: int, state: Any) -> StatusCode:  # noqa: ANN401 - VISA attributes are of any type
        """Set the state of an attribute."""
        if attribute not in self._attributes:
            return StatusCode.error_nonsupported_attribute
        described = attributes.AttributesByID.get(attribute)
        if described is not None and not described.write:
            return StatusCode.error_attribute_read_only
        before = self._attributes[attribute]
        self._attributes[attribute] = state
        try:
            self._refresh()
        except (KeyError, ValueError, TypeError):
            self._attributes[attribute] = before
            return StatusCode.error_nonsupported_attribute_state
        return StatusCode.success

    def write(self, data: bytes) -> bool:
        """Send bytes to the device; False if the connection is lost."""
        connection = self.connection
        if connection.lost:
            return False
        with self._hold:
            if self.serial is None:
                connection.write(data, end=self._send_end)
            else:
                self.serial.write(data)
        return True

    def clear(self) -> None:
        """Clear the device (message-based lines) or the buffers."""
        if self.message_based:
            self.device.device_clear()
        elif self.serial is not None:
            self.serial.clear()
        else:
            self.connection.clear()

    def discard_input(self) -> None:
        """Throw away what the device has sent."""
        if self.serial is not None:
            self.serial.discard_input()
        else:
            while self.connection.take(1 << 20)[0]:
                pass

    def close(self) -> None:
        """End the session."""
        self.connection.close()

    def deadline(self) -> float | None:
        """Give when an operation that begins now times out; None is never."""
        return None if self._timeout is None else self.clock.monotonic() + self._timeout

    def _read_message(self, count: int) -> tuple[bytes, StatusCode]:
        taken = self.connection.read(count, self._termchar, self._timeout)
        if taken is None:
            lost = self.connection.lost
            return b"", StatusCode.error_connection_lost if lost else StatusCode.error_timeout
        data, end = taken
        if end:
            return data, _SUCCESS
        if self._termchar is not None and data[-1] == self._termchar:
            return data, _TERMCHAR_READ
        return data, StatusCode.success_max_count_read

    def _read_stream(self, count: int) -> tuple[bytes, StatusCode]:
        deadline = self.deadline()
        data = bytearray()
        while True:
            data += self._take_stream(count - len(data))
            if data and data[-1] == self._termchar:
                return bytes(data), StatusCode.success_termination_character_read
            if len(data) >= count:
                return bytes(data), StatusCode.success_max_count_read
            if data and not self._suppress_end:
                return bytes(data), StatusCode.success
            if not self.connection.wait_ready(deadline):
                lost = self.connection.lost
                return bytes(data), StatusCode.error_connection_lost if lost else StatusCode.error_timeout

    def _take_stream(self, count: int) -> bytes:
        if self.serial is not None:
            return self.serial.take(count, self._termchar)
        return self.connection.take(count, self._termchar)[0]

    def _refresh(self) -> None:
        """Work out what is asked for at each operation."""
        known = self._attributes
        milliseconds = int(known[Attr.timeout_value])
        self._timeout = None if milliseconds == constants.VI_TMO_INFINITE else milliseconds / 1000.0
        self._termchar = int(known[Attr.termchar]) if known[Attr.termchar_enabled] else None
        self._send_end = bool(known.get(Attr.send_end_enabled, True))
        self._suppress_end = bool(known.get(Attr.suppress_end_enabled, True))
        if self.serial is not None:
            self._suppress_end = True
            if known[Attr.asrl_end_in] == constants.SerialTermination.termination_char:
                self._termchar = int(known[Attr.termchar])
            self.serial.setting = LineSetting(
                int(known[Attr.asrl_baud_rate]),
                int(known[Attr.asrl_data_bits]),
                _PARITY[int(known[Attr.asrl_parity])],
                int(known[Attr.asrl_stop_bits]) / 10,
            )


def _defaults(name: str, parsed: rname.ResourceName) -> dict[int, Any]:
    """Give the attributes that this kind of resource has, with the defaults of the VISA standard."""
    kind = (parsed.interface_type_const, parsed.resource_class)
    found: dict[int, Any] = {
        described.attribute_id: None if described.default is attributes.NotAvailable else described.default
        for described in attributes.AttributesByID.values()
        if described.in_resource(kind)
    }
    for field, attribute in _FIELDS.items():
        if attribute in found and hasattr(parsed, field):
            found[attribute] = getattr(parsed, field)
    for field, attribute in _NUMBER_FIELDS.items():
        if attribute in found and str(getattr(parsed, field, "")).isdigit():
            found[attribute] = int(getattr(parsed, field))
    if parsed.resource_class == "SOCKET":
        found[Attr.suppress_end_enabled] = True  # as NI-VISA and pyvisa-py: a packet ends nothing
    return found | {
        Attr.resource_name: name,
        Attr.resource_class: parsed.resource_class,
        Attr.interface_type: parsed.interface_type_const,
        Attr.resource_manufacturer_name: "calbench",
        Attr.timeout_value: 2000,
        Attr.termchar: ord("\n"),
        Attr.termchar_enabled: False,
    }
