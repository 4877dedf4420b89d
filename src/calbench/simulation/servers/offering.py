"""By which protocols an instrument of a station is served: what its link says it has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calbench.documents.station import LinkAddress
from calbench.errors import UsageError
from calbench.simulation.servers.prologix import Address
from calbench.simulation.servers.pseudoterminal import can_carry
from calbench.simulation.servers.serving import LoopbackServer, Protocol
from calbench.simulation.world import World

_GPIB = re.compile(r"(GPIB\d*)::(\d+)(?:::(\d+))?(?:::INSTR)?", re.IGNORECASE)
_DAY = 86_400.0  # real seconds; whoever asked for the server says when it ends
_MODBUS_TCP = "tcp:"
_FIRST_BOARD = 10  # of the buses that stand for Prologix controllers; real ones have lower numbers
_FIRST_SECONDARY = 96  # on the bus; VISA counts from 0


@dataclass(frozen=True)
class Offer:
    """One way to an instrument: what a client opens. On a bus, first the controller, then the instrument."""

    name: str
    protocol: Protocol
    address: str


def line_of(link: LinkAddress) -> Protocol:
    """Give the protocol that stands for the line of an instrument when it is served by one alone.

    GPIB is a raw socket, and USB is VXI-11, which has what USBTMC has: END, status byte, trigger, clear.
    """
    visa, modbus = (link.visa or "").upper(), link.modbus or _MODBUS_TCP
    if link.serial is not None or visa.startswith("ASRL") or not modbus.startswith(_MODBUS_TCP):
        return "serial"
    if visa.startswith("TCPIP") and not visa.endswith("::SOCKET"):
        return "hislip" if "::HISLIP" in visa else "vxi11"
    return "vxi11" if visa.startswith("USB") else "raw"


def as_visa(links: Mapping[str, LinkAddress]) -> dict[str, LinkAddress]:
    """Give the links with what is behind a Prologix controller as VISA ones, on a bus for each controller."""
    controllers = sorted({link.prologix.rpartition("/")[0] for link in links.values() if link.prologix})
    return {
        name: link
        if link.prologix is None
        else link.model_copy(update={"prologix": None, "visa": _resource(link.prologix, controllers)})
        for name, link in links.items()
    }


def buses_of(
    links: Mapping[str, LinkAddress],
) -> tuple[dict[str, dict[Address, str]], dict[str, tuple[str, Address]]]:
    """Give who sits where on which GPIB bus: by bus and address, and by instrument.

    Raises:
        UsageError: Two instruments have one GPIB address.
    """
    buses: dict[str, dict[Address, str]] = {}
    seats: dict[str, tuple[str, Address]] = {}
    for name, link in links.items():
        found = _GPIB.fullmatch(link.visa or "")
        if found is None:
            continue
        bus, address = seats[name] = _seat(found)
        taken = buses.setdefault(bus, {}).setdefault(address, name)
        if taken != name:
            raise UsageError(f"{taken} and {name} have one GPIB address, {link.visa}; give each its own.")
    return buses, seats


def offer(world: World, links: Mapping[str, LinkAddress]) -> tuple[LoopbackServer, list[Offer]]:
    """Serve every instrument by all protocols that suit its link, and say what clients open.

    GPIB is a Prologix controller and a raw socket, a serial line a pseudo-terminal if one can carry it, else
    RFC 2217, and a socket.

    Raises:
        UsageError: Two instruments have one GPIB address.
    """
    buses, seats = buses_of(links)
    protocols: dict[str, tuple[Protocol, ...]] = {}
    for name, link in links.items():
        line = line_of(link)
        protocols[name] = (line,)
        if name not in seats and line == "serial":
            protocols[name] = ("pty" if can_carry(world.device(name)) else "rfc2217", "serial")
    server = LoopbackServer(world, protocols=protocols, buses=buses, idle_limit=_DAY).start()
    offers = []
    for name, ways in protocols.items():
        if name in seats:
            bus, address = seats[name]
            seat = "::".join(str(part) for part in (bus, *address) if part is not None)
            offers.append(Offer(name, "prologix", f"{server.resource(bus, 'prologix')} + {seat}::INSTR"))
        offers += [Offer(name, way, server.resource(name, way)) for way in ways]
    return server, offers


def _resource(prologix: str, controllers: Sequence[str]) -> str:
    controller, _, pad = prologix.rpartition("/")
    primary, dot, secondary = pad.partition(".")
    behind = f"::{int(secondary) - _FIRST_SECONDARY}" if dot else ""
    return f"GPIB{_FIRST_BOARD + controllers.index(controller)}::{primary}{behind}::INSTR"


def _seat(found: re.Match[str]) -> tuple[str, Address]:
    bus = found[1].upper()
    secondary = None if found[3] is None else int(found[3]) + _FIRST_SECONDARY
    return bus if bus[-1].isdecimal() else f"{bus}0", (int(found[2]), secondary)
