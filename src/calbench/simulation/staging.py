"""Staging: the simulated twin of a station as a live world, with the addresses where its instruments answer."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from calbench.clock import EventClock, RealClock, VirtualClock
from calbench.documents.station import FaultRule, Instrument, LinkAddress, Position, Simulation, Station
from calbench.errors import UsageError
from calbench.quantities import QuantityError, parse_quantity
from calbench.simulation import operator, registry
from calbench.simulation.ambient import Quantity, Turn
from calbench.simulation.catalog import find
from calbench.simulation.faults import Fault, Kind
from calbench.simulation.nature import Nature
from calbench.simulation.servers import LoopbackServer
from calbench.simulation.servers.offering import as_visa, buses_of, line_of
from calbench.simulation.world import World

KEYBOARD = "keyboard"
_DAY = 86_400.0  # real seconds; an operator may take long to answer


@dataclass(frozen=True)
class Address:
    """Where a simulated instrument answers: as a link of a station, with the VISA library that finds it."""

    kind: str
    address: str
    library: str = ""
    line: str = ""
    timeout: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Mass:
    """A weight as its certificate states it: conventional mass and standard uncertainty, in kg."""

    mass: Decimal
    std: float


@dataclass(frozen=True)
class Stage:
    """A live simulated station; close the world when done. `links` are those of the station."""

    world: World
    bench: str
    links: Mapping[str, LinkAddress]
    addresses: Mapping[str, Address]
    hands: operator.Operator
    masses: Mapping[str, float]


def stage(
    station: Station,
    *,
    serials: Mapping[str, str],
    weights: Mapping[str, Mass],
    seed: int,
    real_time: bool = False,
    skin: str | None = None,
    start: datetime | None = None,
    nature: Nature | None = None,
) -> Stage:
    """Bring the simulated twin of a station to life.

    Args:
        station: The station; it must have a `simulation`.
        serials: Serial numbers of instruments, by name, where the station's `units` say none.
        weights: The weights that the operator can put on a scale, by id.
        seed: Seeds every simulated unit, weight and draught of air.
        real_time: Wait in real time instead of jumping.
        start: The simulated time at which it begins, instead of what the station says.
        skin: `in_process`, `sockets` or `loopback`, instead of what the station says; `unserved` gives no addresses.
        nature: What is decided of its instruments.

    Raises:
        UsageError: The station has no simulation, or it names what is not there.
    """
    twin = twin_of(station)
    clock: EventClock = (
        RealClock() if real_time or twin.clock == "real" else VirtualClock(start or start_of(twin))
    )
    world = World(seed, clock, nature)
    world.ambient.set(
        temperature=float(parse_quantity(twin.ambient.temperature).in_unit("degC")),
        humidity=float(parse_quantity(twin.ambient.humidity).in_unit("%RH")),
    )
    later = (start - start_of(twin)).total_seconds() if start is not None else 0.0
    quantities: tuple[Quantity, ...] = ("temperature", "humidity")
    for quantity in quantities:
        world.ambient.follow(quantity, _turns(twin, quantity), since=-later)
    links = _populate(world, station, twin, serials)
    for rule in twin.faults:
        world.fault(rule.instrument, _fault(rule))
    bench = registry.register(world)
    addresses = _addresses(world, bench, links, skin or twin.skin)
    masses = {name: _true_mass(name, mass, seed) for name, mass in sorted(weights.items())}
    hands = _hands(world, twin, masses, station.positions)
    return Stage(world, bench, links, addresses, hands, masses)


def twin_of(station: Station) -> Simulation:
    """Give the simulated twin of a station.

    Raises:
        UsageError: It has none.
    """
    if station.simulation is None:
        raise UsageError(
            f"Station {station.station} has no simulation: add one, or run it with its hardware."
        )
    return station.simulation


def start_of(twin: Simulation) -> datetime:
    """Give the simulated time at which a run starts."""
    return datetime.fromisoformat(twin.start.replace("Z", "+00:00"))


def _turns(twin: Simulation, quantity: Quantity) -> list[Turn]:
    unit = {"temperature": "degC", "humidity": "%RH"}[quantity]
    return [
        Turn(
            float(parse_quantity(turn.at).value),
            float(parse_quantity(turn.over).value),
            float(parse_quantity(text).in_unit(unit)),
        )
        for turn in twin.ambient.course
        if (text := getattr(turn, quantity)) is not None
    ]


def _populate(
    world: World, station: Station, twin: Simulation, serials: Mapping[str, str]
) -> dict[str, LinkAddress]:
    """Put every instrument with a driver into the world; gives their links."""
    links: dict[str, LinkAddress] = {}
    units: dict[str, Instrument | Position] = {**station.instruments, **station.positions}
    found = as_visa({name: unit.link for name, unit in units.items() if unit.link is not None})
    for name, unit in units.items():
        if unit.driver == KEYBOARD and unit.sim is not None:  # read by eye: it has no line
            own = {key: _setting(text) for key, text in twin.units.get(name, {}).items()}
            world.add(name, unit.sim, own, serial_number=serials.get(name, f"SIM-{name}"))
        if unit.driver is None or unit.driver == KEYBOARD or unit.link is None:
            continue
        link = found[name]
        given = dict(twin.units.get(name, {}))
        serial = given.pop("serial", serials.get(name, f"SIM-{name}"))
        model = unit.sim or unit.driver
        settings = {key: _setting(text) for key, text in given.items()} | _on_bus(model, link, given)
        resource = link.visa or _socket_resource(link)
        world.add(name, model, settings, serial_number=serial, resource=resource)
        links[name] = link
    return links


def _on_bus(model: str, link: LinkAddress, given: Mapping[str, str]) -> dict[str, str]:
    """Give what a unit on a bus must be told: its address there, and how Modbus goes over the line."""
    told = {"unit": given.get("unit", link.unit), "framing": _framing(link)}
    return {key: text for key, text in told.items() if text and key in find(model).SETTINGS}


def _framing(link: LinkAddress) -> str:
    return link.modbus.partition("://")[0] if link.modbus else ""


def _addresses(world: World, bench: str, links: Mapping[str, LinkAddress], skin: str) -> dict[str, Address]:
    if skin == "unserved":
        return {}
    if skin == "sockets":
        server = LoopbackServer(world, idle_limit=_DAY).start()
        return {name: _on_socket(server, name, link) for name, link in links.items()}
    if skin == "loopback":
        buses, seats = buses_of(links)
        lines = {name: (line_of(link),) for name, link in links.items() if name not in seats}
        server = LoopbackServer(world, names=lines, protocols=lines, buses=buses, idle_limit=_DAY).start()
        return {
            name: _on_bus_of(server, *seats[name], link)
            if name in seats
            else _on_loopback(server, name, link)
            for name, link in links.items()
        }
    from calbench.simulation.serialurl import register_handler  # noqa: PLC0415 - pyserial is loaded when used

    if any(link.serial or link.modbus for link in links.values()):
        register_handler()
    return {name: _in_process(bench, name, link) for name, link in links.items()}


def _in_process(bench: str, name: str, link: LinkAddress) -> Address:
    unit = link.unit or ""
    if link.serial is not None:
        return Address("serial", f"calbench://{bench}/{name}", "", _line(link), _timeout(link), unit)
    if link.modbus is not None:
        address = f"{_framing(link)}://calbench://{bench}/{name}"
        return Address("modbus", address, "", _line(link), _timeout(link), unit)
    return Address("visa", link.visa or _socket_resource(link), f"{bench}@calbench", "", _timeout(link), unit)


def _line(link: LinkAddress) -> str:
    """Give the setting of a serial line; simulated adapters do not give back what is sent."""
    return (link.line or "").removesuffix("echo").rstrip()


def _socket_resource(link: LinkAddress) -> str:
    """Give the VISA name of a socket, under which it is reached in this process; empty if it is none."""
    if link.socket is None:
        return ""
    host, _, port = link.socket.rpartition(":")
    return f"TCPIP0::{host.strip('[]').replace(':', '-')}::{port}::SOCKET"


def _on_socket(server: LoopbackServer, name: str, link: LinkAddress) -> Address:
    unit = link.unit or ""
    if link.serial is not None:
        return Address("visa", server.serial_resource(name), "@py", _line(link), _timeout(link), unit)
    if link.socket is not None:
        return Address("socket", f"127.0.0.1:{server.port(name)}", "", "", _timeout(link), unit)
    if link.modbus is not None:
        address = f"{_framing(link)}://127.0.0.1:{server.port(name)}"
        return Address("modbus", address, "", _line(link), _timeout(link), unit)
    return Address("visa", server.resource(name), "@py", "", _timeout(link), unit)


def _on_loopback(server: LoopbackServer, name: str, link: LinkAddress) -> Address:
    protocol, line, unit = line_of(link), _line(link), link.unit or ""
    port = f"127.0.0.1:{server.port(name, protocol)}"
    if link.socket is not None:
        return Address("socket", port, "", "", _timeout(link), unit)
    if link.modbus is not None:
        return Address("modbus", f"{_framing(link)}://{port}", "", line, _timeout(link), unit)
    if protocol == "serial":
        return Address("serial", server.url(name, protocol), "", line, _timeout(link), unit)
    return Address("visa", server.resource(name, protocol), "@py", "", _timeout(link), unit)


def _on_bus_of(
    server: LoopbackServer, bus: str, address: tuple[int, int | None], link: LinkAddress
) -> Address:
    """Give a GPIB address behind the Prologix controller that stands for the bus."""
    primary, secondary = address
    pad = f"{primary}" if secondary is None else f"{primary}.{secondary}"
    return Address("prologix", f"127.0.0.1:{server.port(bus, 'prologix')}/{pad}", timeout=_timeout(link))


def _timeout(link: LinkAddress) -> float | None:
    return None if link.timeout is None else float(parse_quantity(link.timeout).value)


def _hands(
    world: World, twin: Simulation, masses: Mapping[str, float], positions: Collection[str]
) -> operator.Operator:
    wires: dict[str, list[operator.Wire]] = {"": []}
    for wire in twin.wiring:
        lead = wire.lead
        for end in wire.to:
            wires.setdefault(wire.connection or "", []).append(
                operator.Wire(
                    wire.from_,
                    end,
                    resistance=float(parse_quantity(lead.resistance).value) if lead.resistance else 0.0,
                    emf=float(parse_quantity(lead.emf).value) if lead.emf else 0.0,
                )
            )
    mistakes = [
        operator.Mistake("connect", prompt=one.at)
        if one.do == "no_connection"
        else operator.Mistake(
            "place",
            prompt=one.at,
            masses=tuple(masses[name] for name in (one.value or "").split("+") if name),
        )
        for one in twin.mistakes
        if one.do in ("no_connection", "wrong_weight")
    ]
    return operator.Operator(world, _Connections(wires), mistakes=mistakes, positions=positions)


class _Connections(dict[str, list[operator.Wire]]):
    """Leads by connection; a connection that the station does not name has the leads that name none."""

    def __missing__(self, name: str) -> list[operator.Wire]:
        return self[""]


def _true_mass(name: str, mass: Mass, seed: int) -> float:
    """Draw the true conventional mass of a weight from what its certificate says."""
    draw = random.Random(f"{seed}:weight:{name}").gauss(0.0, mass.std)  # noqa: S311 - physics, not secrets
    return float(mass.mass) + draw


def _setting(text: str) -> float | str:
    try:
        return float(parse_quantity(text).value)
    except QuantityError:
        return text


_KINDS: dict[str, Kind] = {"silent": "silence", "dropped": "drop", "garbled": "garble"}


def _fault(rule: FaultRule) -> Fault:
    if rule.kind == "wrong_identity":
        found = Fault.identity("ACME,9999,1,1.0")
    elif rule.kind == "overload":
        found = Fault.overload()
    elif rule.kind == "stuck":
        found = Fault.stuck()
    else:
        found = Fault(_KINDS.get(rule.kind, rule.kind))  # type: ignore[arg-type] # the others have the same name
    seconds = found.seconds if rule.seconds is None else float(parse_quantity(rule.seconds).value)
    return replace(found, after=rule.after, count=rule.count, seconds=seconds)
