"""The VISA calls that a cassette holds, and what of each is compared in a replay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Call:
    """A VISA call on a session: its arguments by name (`data` is sent), and what it gives beside the status."""

    arguments: tuple[str, ...] = ()
    gives: Literal["status", "result", "data"] = "status"


CALLS = {
    "assert_trigger": Call(("protocol",)),
    "buffer_read": Call(("count",), "data"),
    "buffer_write": Call(("data",), "result"),
    "clear": Call(),
    "disable_event": Call(("event_type", "mechanism")),
    "discard_events": Call(("event_type", "mechanism")),
    "enable_event": Call(("event_type", "mechanism", "context")),
    "flush": Call(("mask",)),
    "gpib_command": Call(("data",), "result"),
    "gpib_control_atn": Call(("mode",)),
    "gpib_control_ren": Call(("mode",)),
    "gpib_pass_control": Call(("primary_address", "secondary_address")),
    "gpib_send_ifc": Call(),
    "lock": Call(("lock_type", "timeout", "requested_key"), "result"),
    "read": Call(("count",), "data"),
    "read_stb": Call((), "result"),
    "unlock": Call(),
    "usb_control_in": Call(
        ("request_type_bitmap_field", "request_id", "request_value", "index", "length"), "data"
    ),
    "usb_control_out": Call(
        ("request_type_bitmap_field", "request_id", "request_value", "index", "data"), "result"
    ),
    "write": Call(("data",), "result"),
}
"""Calls that one table describes; `open`, `close`, attributes and events have code of their own."""

NOTE = "note"
"""What a run says of itself beside its traffic: readings, answers, its end."""

CONNECT = "connect"
"""That a session opened but was not connected: pyvisa-py tells a refused connection late."""

OPERATIONS = frozenset(
    {*CALLS, CONNECT, "open", "close", "get_attribute", "set_attribute", "wait_on_event", "event", NOTE}
)
"""Everything that `op` of a line may say."""

SENDING = frozenset(name for name, call in CALLS.items() if "data" in call.arguments)
"""Operations whose bytes were sent; those of all others were received."""

READING = frozenset(name for name, call in CALLS.items() if call.gives == "data")
"""Operations that take bytes off the line."""

POLLING = frozenset(
    {"read_stb", "wait_on_event", "lock", "unlock", "enable_event", "set_attribute", "flush", "event"}
)
"""Operations that may come between a message and its reply."""

COMPARED_ATTRIBUTES = frozenset(
    {"asrl_baud_rate", "asrl_data_bits", "asrl_parity", "asrl_stop_bits", "asrl_flow_control"}
)
"""Attributes whose setting reaches the line. All other attributes are how a backend or a program is made."""

TOLERATED = frozenset(
    {"count", "timeout", "open_timeout", "resource", "backend", "carrier", "errno", "requested_key"}
)
"""Arguments that are not compared: sizes of buffers, deadlines, and where the instrument was."""

_HOUSEKEEPING = frozenset({"close", "get_attribute", "disable_event", "discard_events", NOTE})


def is_noise(op: str, attribute: object = None) -> bool:
    """Tell whether an operation says nothing about a driver: it is answered, but not compared."""
    return op in _HOUSEKEEPING or (op == "set_attribute" and attribute not in COMPARED_ATTRIBUTES)
