"""What is leased: one name for one instrument or line, however its address is written.

An instrument on a line that only one process can use at a time is two resources, the line and the instrument on it:
serial ports, transparent device servers, and Prologix controllers, whose GPIB address is a setting of the controller.
Nothing is asked of the network or of an instrument, so two names of one host are two resources: an instrument with an
asset is leased by the asset's id as well, and found so.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re

_VISA = re.compile(r"(GPIB|TCPIP|USB|ASRL|VXI|PXI|VICP|RSNRP|FIREWIRE|PRLGX)[^\s:]*::\S+", re.IGNORECASE)
_GPIB = re.compile(r"GPIB(?P<board>\d*)::(?P<pad>\d+)(::(?P<sad>\d+))?(::INSTR)?", re.IGNORECASE)
_SOCKET = re.compile(r"TCPIP\d*::(?P<host>\[[^\]]+\]|[^:]+)::(?P<port>\d+)::SOCKET", re.IGNORECASE)
_LAN = re.compile(r"TCPIP\d*::(?P<host>\[[^\]]+\]|[^:]+)(::(?P<device>[^:]+))??(::INSTR)?", re.IGNORECASE)
_USB = re.compile(
    r"USB\d*::(?P<vid>\w+)::(?P<pid>\w+)::(?P<serial>[^:]+)(::(?P<face>\d+))?(::INSTR)?", re.IGNORECASE
)
_ASRL = re.compile(r"ASRL(?P<port>.+?)(::INSTR)?", re.IGNORECASE)
_COM = re.compile(r"(\\\\\.\\)?(com)?(?P<number>\d+)", re.IGNORECASE)
_HOST_PORT = re.compile(r"(?P<host>\[[^\]]+\]|[^:/\[\]]+):(?P<port>\d+)")
_ONLY_DEVICE = re.compile(r"(inst0|hislip0(,4880)?)", re.IGNORECASE)
_REMOTE = re.compile(r"(socket|rfc2217)://(?P<where>[^/?]+).*", re.IGNORECASE)
_IN_PROCESS = (
    "calbench"  # a library `…@calbench`, a port `calbench://…`: nobody else reaches what is simulated there
)
LOOPBACK = "127.0.0.1"


def asset(name: str) -> tuple[str, ...]:
    """Give the resource of a standard, or of something that a person handles."""
    return (f"asset:{name}",)


def resources(kind: str, address: str, *, unit: str = "", library: str = "") -> tuple[str, ...]:
    """Give the resources of an instrument: its line, if nobody else can use that meanwhile, and the instrument.

    Args:
        kind: `visa`, `socket`, `serial`, `modbus` or `prologix`, as in a station.
        address: As in a station.
        unit: Its address on a bus, as in a station.
        library: The VISA library; what is simulated in this process needs no lease.
    """
    address = address.strip()
    if library.endswith(f"@{_IN_PROCESS}") or address.casefold().startswith(f"{_IN_PROCESS}://"):
        return ()
    if kind == "visa":
        return _shared(_visa(address), unit)
    if kind == "socket":
        return _shared(_tcp(address), unit)
    if kind == "modbus":
        framing, _, rest = address.partition("://")
        line = _line(rest)
        number = unit.lstrip("0") if unit.isdecimal() else unit.casefold()
        # a Modbus TCP server keeps its clients apart; a serial line does not
        return (f"{line}#{number}",) if framing.casefold() == "tcp" else _shared(line, number)
    if kind == "prologix":
        rest, _, pad = address.rpartition("/")
        return _shared(_line(rest), f"gpib{pad}")
    return _shared(_line(address), unit)


def host_of(resource: str) -> str:
    """Give the host of a resource on the network; empty for others, and for this machine, which may serve many."""
    scheme, _, rest = resource.partition(":")
    if scheme not in ("tcp", "lan"):
        return ""
    host = rest.partition("/")[0] if scheme == "lan" else rest.partition("#")[0].rpartition(":")[0]
    return "" if host == LOOPBACK else host


def _shared(line: str, unit: str) -> tuple[str, ...]:
    return (line, f"{line}#{unit.casefold()}") if unit else (line,)


def _line(address: str) -> str:
    """Give the resource of what a Modbus device or a Prologix controller hangs on, or of a serial port."""
    if _VISA.fullmatch(address):
        return _visa(address)
    remote = _REMOTE.fullmatch(address)
    if remote:
        return _tcp(remote["where"])
    return _tcp(address) if _HOST_PORT.fullmatch(address) else _port(address)


def _visa(address: str) -> str:
    if found := _GPIB.fullmatch(address):
        secondary = f".{int(found['sad'])}" if found["sad"] else ""
        return f"gpib{int(found['board'] or 0)}:{int(found['pad'])}{secondary}"
    if found := _SOCKET.fullmatch(address):
        return f"tcp:{_host(found['host'])}:{int(found['port'])}"
    if found := _LAN.fullmatch(address):
        device = (found["device"] or "inst0").casefold()
        only = _ONLY_DEVICE.fullmatch(device)
        return f"lan:{_host(found['host'])}{'' if only else f'/{device}'}"
    if found := _USB.fullmatch(address):
        face = f".{int(found['face'])}" if found["face"] and int(found["face"]) else ""
        return f"usb:{_hex(found['vid'])}:{_hex(found['pid'])}:{found['serial'].casefold()}{face}"
    if found := _ASRL.fullmatch(address):
        return _port(found["port"])
    return f"visa:{address.casefold()}"  # an alias, or an interface of its own: as it is written


def _tcp(address: str) -> str:
    found = _HOST_PORT.fullmatch(address)
    return f"tcp:{_host(found['host'])}:{int(found['port'])}" if found else f"tcp:{address.casefold()}"


def _host(name: str) -> str:
    name = name.strip("[]").casefold().rstrip(".")
    if name == "localhost":
        return LOOPBACK
    with contextlib.suppress(ValueError):
        number = ipaddress.ip_address(name)
        mapped = getattr(number, "ipv4_mapped", None) or number
        return LOOPBACK if mapped.is_loopback else str(mapped)
    return name


def _port(name: str) -> str:
    if found := _COM.fullmatch(name):
        return f"serial:com{int(found['number'])}"
    if name.startswith("/"):
        return f"serial:{os.path.realpath(name)}"  # /dev/serial/by-id/… is a link to the same port
    return f"serial:{name.casefold()}"


def _hex(text: str) -> str:
    with contextlib.suppress(ValueError):
        return f"{int(text, 0):04x}"
    return text.casefold()
