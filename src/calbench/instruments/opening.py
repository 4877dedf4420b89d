"""Opening links and drivers by address.

```python
from calbench.instruments import open_driver
from calbench_drivers.agilent.a34401a import A34401A

meter = open_driver(A34401A, "GPIB0::22::INSTR", library="stations/demo.yaml@calbench")
print(meter.measure_dc_voltage(on_range=10))
```
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, TypeVar, get_args

from calbench.clock import Clock
from calbench.errors import UsageError, WrongInstrument
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.roles import Driver, accepts
from calbench.instruments.tape import Tape

D = TypeVar("D", bound=Driver)
Kind = Literal["visa", "socket", "serial", "modbus", "prologix"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_VISA = re.compile(r"(GPIB|TCPIP|USB|ASRL|VXI|PXI|VICP|RSNRP|FIREWIRE|PRLGX)[^\s]*::\S+", re.IGNORECASE)
_SERIAL = re.compile(r"COM\d+|\\\\\.\\\S+|/dev/\S+|[a-z0-9]+://\S*", re.IGNORECASE)
_SOCKET = re.compile(r"(?P<host>\[[0-9a-f:.%]+\]|[^\s:/\[\]]+):(?P<port>\d{1,5})", re.IGNORECASE)
_PROLOGIX = re.compile(
    r"(?P<line>\S+)/(?P<pad>([0-9]|[12][0-9]|30)(\.(9[6-9]|1[01][0-9]|12[0-6]))?)", re.ASCII
)
_LAST_PORT = 65535


@dataclass(frozen=True)
class LinkSpec:
    """Where an instrument is connected.

    Attributes:
        kind: `visa`, `socket`, `serial`, `modbus` or `prologix`.
        address: A VISA resource name or alias, `host:port`, or the name or URL of a serial port; of Modbus how it goes
            over the line and the line itself, like `tcp://192.168.0.7:502` or `rtu://COM3`; of a Prologix controller
            its line and the GPIB address, like `192.168.0.7:1234/22`.
        library: The VISA library as pyvisa names them; empty for the default. Only with `visa`.
        line: The setting of a serial line, like `4800 7E1`; empty for the driver's own.
        timeout: Seconds that a reply may take; None for the driver's own.
        unit: The address of the instrument on a bus that has several; empty where there is one.
        tape: Records the traffic, or answers instead of the instrument; see `calbench.instruments.cassettes`.
    """

    kind: Kind
    address: str
    library: str = ""
    line: str = ""
    timeout: float | None = None
    unit: str = ""
    tape: Tape | None = None


def parse_spec(address: str, *, library: str = "") -> LinkSpec:
    """Tell from an address what kind of link it is.

    A VISA resource name starts with its interface and holds `::` (GPIB0::22::INSTR); Modbus begins with `modbus+tcp://`
    or `modbus+rtu://`, GPIB behind a Prologix controller with `prologix://`; a serial port is COM3, a path in /dev, or
    another URL with `://`; everything else must be `host:port` (IPv6 as `[::1]:5025`). With a VISA library it is always
    VISA.

    Raises:
        UsageError: It is none of these.
    """
    address = address.strip()
    if library or _VISA.fullmatch(address):
        return LinkSpec("visa", address, library=library)
    if address.startswith("modbus+"):
        return LinkSpec("modbus", address.removeprefix("modbus+"))
    if address.startswith("prologix://"):
        return LinkSpec("prologix", address.removeprefix("prologix://"))
    if _SERIAL.fullmatch(address):
        return LinkSpec("serial", address)
    if _SOCKET.fullmatch(address):
        return LinkSpec("socket", address)
    raise UsageError(
        f"{address!r} is no address of an instrument. Write a VISA resource name (GPIB0::22::INSTR), "
        f"host:port (192.168.0.7:5025), a serial port (COM3, /dev/ttyUSB0, socket://host:port), Modbus "
        f"(modbus+tcp://192.168.0.7:502, modbus+rtu://COM3), or GPIB behind a Prologix controller "
        f"(prologix://192.168.0.7:1234/22)."
    )


def open_link(spec: LinkSpec | str, *, line: LineFormat | None = None, clock: Clock | None = None) -> Link:
    """Open the line to an instrument; nothing is sent.

    Args:
        spec: Where it is; a text is read by `parse_spec`.
        line: Terminators, timeout and serial setting of the driver; the spec's `line` and `timeout` win.
        clock: What the link waits on; None for the clock of a simulated station, else the machine's.

    Raises:
        UsageError: The address or the line setting makes no sense.
        LinkError: The line cannot be opened.
    """
    spec = parse_spec(spec) if isinstance(spec, str) else spec
    chosen = _line(spec, line or LineFormat())
    if spec.kind == "prologix":
        if spec.tape is not None:
            return spec.tape.link(spec.address, lambda: _prologix(spec, chosen, clock))
        return _prologix(spec, chosen, clock)
    framing, carrier = _modbus(spec) if spec.kind == "modbus" else ("", spec)
    if carrier.kind == "visa":
        from calbench.instruments.visa import VisaLink  # noqa: PLC0415 - pyvisa takes 0.1 s to load

        library = spec.library if spec.tape is None else spec.tape.library(spec.library)
        return VisaLink(
            carrier.address, library=library, line=chosen, clock=clock, unit=spec.unit, framing=framing
        )
    if carrier.kind == "socket":
        from calbench.instruments.tcp import TcpLink  # noqa: PLC0415 - as pyvisa: only what is used is loaded

        host, port = _host_port(carrier.address)
        return TcpLink(host, port, line=chosen, clock=clock, unit=spec.unit, framing=framing, tape=spec.tape)
    from calbench.instruments.serialport import SerialLink  # noqa: PLC0415 - pyserial is loaded when used

    return SerialLink(
        carrier.address, line=chosen, clock=clock, unit=spec.unit, framing=framing, tape=spec.tape
    )


def open_driver(
    driver: type[D],
    resource: LinkSpec | str,
    *,
    library: str = "",
    line: str = "",
    timeout: float | None = None,
    unit: str = "",
    clock: Clock | None = None,
) -> D:
    """Open an instrument: its line, then its driver, then ask it who it is.

    Args:
        driver: The class of the driver.
        resource: Where the instrument is: a `LinkSpec`, or an address that `parse_spec` reads.
        library: The VISA library for a text address; empty for the default.
        line: The setting of a serial line for a text address, like `4800 7E1`; empty for the driver's own.
        timeout: Seconds that a reply may take, for a text address; None for the driver's own.
        unit: The address of the instrument on its bus, for a text address; empty where it is alone.
        clock: What the link waits on; see `open_link`.

    Raises:
        UsageError: The address or the line setting makes no sense.
        LinkError: The line cannot be opened, or the instrument does not answer.
        WrongInstrument: Another model answered than the driver is for. The line is closed again.
    """
    if isinstance(resource, str):
        resource = replace(parse_spec(resource, library=library), line=line, timeout=timeout, unit=unit)
    elif library or line or unit or timeout is not None:
        raise UsageError("Say library, line, unit and timeout in the LinkSpec, not beside it.")
    link = open_link(resource, line=driver.LINE, clock=clock)
    try:
        instrument = driver(link)
        _refuse_stranger(instrument, resource.address)
    except BaseException:
        link.close()
        raise
    return instrument


def _refuse_stranger(instrument: Driver, address: str) -> None:
    """Raise if the instrument is not one that the driver is for."""
    identity = instrument.identify()
    if not accepts(instrument, identity.model):
        raise WrongInstrument(
            f"{address}: {identity.text!r} answered, a model {identity.model!r}; the driver "
            f"{type(instrument).__name__} is for {', '.join(instrument.MODELS)}. Check the "
            f"address in the station."
        )


def _line(spec: LinkSpec, line: LineFormat) -> LineFormat:
    """Give the driver's line format with what the station says of this line."""
    if spec.library and spec.kind != "visa":
        raise UsageError(f"{spec.address}: a VISA library ({spec.library!r}) goes with kind 'visa' only.")
    if spec.line:
        line = line.parse_serial(spec.line)
    if spec.timeout is None:
        return line
    if not spec.timeout > 0:
        raise UsageError(f"{spec.address}: the timeout must be more than 0 seconds, not {spec.timeout}.")
    return replace(line, timeout=spec.timeout)


def _prologix(spec: LinkSpec, line: LineFormat, clock: Clock | None) -> Link:
    """Open the link to a GPIB address of a Prologix controller.

    Raises:
        UsageError: The address is not that of a controller and a GPIB address.
    """
    found = _PROLOGIX.fullmatch(spec.address)
    if found is None:
        raise UsageError(
            f"{spec.address!r} is no GPIB address behind a Prologix controller. Write its line, '/', and the address "
            f"from 0 to 30, like 192.168.0.7:1234/22, COM5/22, or 192.168.0.7:1234/22.96 with a secondary address."
        )
    from calbench.instruments.prologix import PrologixLink  # noqa: PLC0415 - only what is used is loaded

    controller = parse_spec(found["line"])
    return PrologixLink(
        f"prologix://{spec.address}",
        found["line"],
        found["pad"].replace(".", " "),
        line=line,
        open_line=lambda: open_link(controller, line=LineFormat(timeout=line.timeout), clock=clock),
        clock=clock,
    )


def _modbus(spec: LinkSpec) -> tuple[str, LinkSpec]:
    """Split the address of a Modbus device into how it goes over the line, and the line.

    Raises:
        UsageError: It does not begin with `tcp://` or `rtu://`, or no line follows.
    """
    framing, _, rest = spec.address.partition("://")
    if framing not in ("tcp", "rtu"):
        raise UsageError(
            f"{spec.address!r} is no address of a Modbus device. Write tcp://host:502, rtu://COM3 or rtu://host:port."
        )
    return framing, parse_spec(rest)


def _host_port(address: str) -> tuple[str, int]:
    """Split `host:port`.

    Raises:
        UsageError: It is not that.
    """
    found = _SOCKET.fullmatch(address.strip())
    if not found or not 0 < int(found["port"]) <= _LAST_PORT:
        raise UsageError(
            f"{address!r} is not host:port, like 192.168.0.7:5025, with a port from 1 to {_LAST_PORT}."
        )
    return found["host"].strip("[]"), int(found["port"])
