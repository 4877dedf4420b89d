"""By which protocols an instrument of a station is served: what its link says it has."""

from __future__ import annotations

import re
from collections.abc import Mapping
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


def offer(world: World, links: Mapping[str, LinkAddress]) -> tuple[LoopbackServer, list[Offer]]:
    """Serve every instrument by all protocols that suit its link, and say what clients open.

    GPIB is a Prologix controller and a raw socket, a serial line a pseudo-terminal if one can carry it, else
    RFC 2217, and a socket.

    Raises:
        UsageError: Two instruments have one GPIB address.
    """
    buses: dict[str, dict[Address, str]] = {}
    protocols: dict[str, tuple[Protocol, ...]] = {}
    seats: dict[str, tuple[str, str]] = {}
    for name, link in links.items():
        line = line_of(link)
        protocols[name] = (line,)
        found = _GPIB.fullmatch(link.visa or "")
        if found is not None:
            bus, address = _seat(found)
            seat = "::".join(str(part) for part in (bus, *address) if part is not None)
            taken = buses.setdefault(bus, {}).setdefault(address, name)
            if taken != name:
                raise UsageError(f"{taken} and {name} have one GPIB address, {link.visa}; give each its own.")
            seats[name] = bus, f"{seat}::INSTR"
        elif line == "serial":
            protocols[name] = ("pty" if can_carry(world.device(name)) else "rfc2217", "serial")
    server = LoopbackServer(world, protocols=protocols, buses=buses, idle_limit=_DAY).start()
    offers = []
    for name, ways in protocols.items():
        if name in seats:
            bus, resource = seats[name]
            offers.append(Offer(name, "prologix", f"{server.resource(bus, 'prologix')} + {resource}"))
        offers += [Offer(name, way, server.resource(name, way)) for way in ways]
    return server, offers


def _seat(found: re.Match[str]) -> tuple[str, Address]:
    bus = found[1].upper()
    secondary = None if found[3] is None else int(found[3]) + _FIRST_SECONDARY
    return bus if bus[-1].isdecimal() else f"{bus}0", (int(found[2]), secondary)
