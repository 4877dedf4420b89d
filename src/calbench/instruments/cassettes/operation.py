"""One operation of a cassette, and the line of JSON that it is in the file."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from pyvisa.constants import StatusCode

from calbench.instruments.cassettes.calls import OPERATIONS, SENDING

Plain = str | int | float | bool | None
"""What an argument or a result may be; bytes stand in `data`."""

SUCCESS = int(StatusCode.success)
TIMEOUT = int(StatusCode.error_timeout)
LOST = int(StatusCode.error_connection_lost)

_OPTIONAL = ("args", "data", "result", "status", "returned", "raised")
_KEYS = {"seq", "time", "session", "op", *_OPTIONAL}
_NUMBER = re.compile(r"-?\d{1,10}", re.ASCII)
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation on a line.

    Attributes:
        seq: Its number, from 1, in the order in which operations began.
        time: Seconds from the start of the recording to its end.
        session: The instrument: its name in the station, or the resource as it was opened. Empty for notes.
        op: What was done: `open`, `write`, `read`, `clear`, … as VISA names it.
        args: Arguments, by name.
        data: The bytes that were sent or received.
        result: What came back beside bytes and status; for `raised`, the message.
        status: The VISA status; that of a timeout or a lost connection on other lines too.
        returned: A status that says an error came back as a value: pyvisa-py does so for some calls.
        raised: The exception that was raised instead of a status; its class.
    """

    seq: int
    time: float
    session: str
    op: str
    args: Mapping[str, Plain] = field(default_factory=dict)
    data: bytes | None = None
    result: Plain = None
    status: int = SUCCESS
    returned: bool = False
    raised: str = ""

    def __str__(self) -> str:
        """Give the operation for people: `12 write 'VOLT 1'`."""
        if self.op in SENDING:
            return f"{self.seq} {shown(self.op, self.args, self.data)}"
        came = "" if self.data is None else f" {text_of(self.data)}"
        ended = (
            f" {self.raised}" if self.raised else "" if self.status >= 0 else f" {status_name(self.status)}"
        )
        return f"{self.seq} {shown(self.op, self.args, None)}{came}{ended}"


def shown(op: str, args: Mapping[str, Plain], data: bytes | None) -> str:
    """Say what is asked for, for people."""
    said = [f"{name}={value!r}" for name, value in args.items()]
    return " ".join([op, *([] if data is None else [text_of(data)]), *said])


def text_of(data: bytes) -> str:
    """Show bytes as text; of long ones the beginning."""
    text = repr(data[:_SHOWN])[1:]
    return text if len(data) <= _SHOWN else f"{text}… ({len(data)} bytes)"


def status_name(status: int) -> str:
    """Give the name of a VISA status, as pyvisa has it; a number if it has none."""
    try:
        return StatusCode(status).name
    except ValueError:
        return str(status)


def to_line(operation: Operation) -> str:
    """Write an operation as one line of ASCII; what has its usual value is left out."""
    one = operation
    parts = [f'{{"seq":{one.seq},"time":{one.time!r},"session":{quoted(one.session)},"op":"{one.op}"']
    if one.args:
        parts.append(f'"args":{json.dumps(one.args, allow_nan=False)}')
    if one.data is not None:
        parts.append(f'"data":{quoted(one.data.decode("latin-1"))}')
    if one.result is not None:
        parts.append(f'"result":{json.dumps(one.result, allow_nan=False)}')
    if one.status != SUCCESS:
        parts.append(f'"status":"{status_name(one.status)}"')
    if one.returned:
        parts.append('"returned":true')
    if one.raised:
        parts.append(f'"raised":{quoted(one.raised)}')
    return ",".join(parts) + "}"


def from_fields(fields: Mapping[str, Any]) -> Operation:
    """Make an operation of what a line holds.

    Raises:
        ValueError: It is no operation; says why.
    """
    unknown = sorted(set(fields) - _KEYS)
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no field of an operation; fields are {', '.join(sorted(_KEYS))}")
    seq, time = _wanted(fields, "seq", int), _wanted(fields, "time", float)
    if seq < 1 or not math.isfinite(time) or time < 0:
        raise ValueError(f"seq is 1 or more and time is not negative, not {seq} and {time}")
    op = _wanted(fields, "op", str)
    if op not in OPERATIONS:
        raise ValueError(f"{op[:40]!r} is no operation; operations are {', '.join(sorted(OPERATIONS))}")
    return Operation(
        seq,
        time,
        _wanted(fields, "session", str),
        op,
        args=_args(fields.get("args", {})),
        data=_data(fields.get("data")),
        result=_plain("result", fields.get("result")),
        status=_status(_wanted(fields, "status", str, "success")),
        returned=_wanted(fields, "returned", bool, default=False),
        raised=_wanted(fields, "raised", str, ""),
    )


def _wanted(fields: Mapping[str, Any], name: str, kind: type, default: object = None) -> Any:  # noqa: ANN401 - of that kind
    value = fields.get(name, default)
    if kind is float and type(value) is int and abs(value) < 2**53:
        return float(value)
    if type(value) is not kind:
        raise ValueError(f"{name} is {kind.__name__}, not {_short(value)}")
    return value


def _args(value: object) -> dict[str, Plain]:
    if not isinstance(value, dict):
        raise ValueError(f"args is an object, not {_short(value)}")  # noqa: TRY004 - one kind for a broken line
    return {name: _plain(name, one) for name, one in value.items()}


def _plain(name: str, value: object) -> Plain:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{name} is no finite number")
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError(f"{name} is text, a number, true, false or null, not {_short(value)}")


def _data(value: object) -> bytes | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"data is text, not {_short(value)}")  # noqa: TRY004 - as above
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError as error:
        raise ValueError(f"data holds {value[error.start]!r}, which is no byte") from error


def _status(name: str) -> int:
    if _NUMBER.fullmatch(name):
        return int(name)
    try:
        return int(StatusCode[name])
    except KeyError as error:
        raise ValueError(f"{_short(name)} is no VISA status") from error


def _short(value: object) -> str:
    return repr(value)[:40]
