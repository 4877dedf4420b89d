"""Finding instruments: only what somebody asked for, on the bus, the ports or the hosts that were named.

Nothing here runs by itself, and nothing broadcasts. pyvisa-py asks the whole network whatever filter it is given, so
its buses are asked one by one; other VISA libraries get a filter that names the bus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from calbench.errors import CalbenchError, LinkError, UsageError
from calbench.instruments.link import LineFormat
from calbench.instruments.opening import LinkSpec, open_link

Bus = Literal["GPIB", "USB"]
PORTS = (5025, 3490)
"""Ports at which instruments answer to plain text: SCPI, and Fluke's."""
MOST_HOSTS = 64


InUse = Callable[[LinkSpec], str]
"""Tells who has the instrument at an address, in words; empty if nobody has."""


def _nobody(_spec: LinkSpec) -> str:
    return ""


@dataclass(frozen=True)
class Found:
    """Something at an address.

    Attributes:
        address: As a station names it.
        about: What the system knows of it without asking it, such as the name of a USB adapter.
        identity: What it replied to `*IDN?`; empty if it was not asked or did not answer.
        problem: Why it did not answer, if it was asked.
    """

    address: str
    about: str = ""
    identity: str = ""
    problem: str = ""


def bus(interface: Bus, library: str = "") -> list[Found]:
    """List the instruments on a bus of a VISA library; none is asked anything.

    Raises:
        UsageError: There is no such VISA library.
        LinkError: The library cannot list, or lacks what it needs for this bus.
    """
    from calbench.instruments.failures import translated  # noqa: PLC0415 - with pyvisa, when used
    from calbench.instruments.visalibrary import open_manager, release_manager  # noqa: PLC0415 - as above

    manager = open_manager(library)
    try:
        with translated(f"{interface} of {library or 'the VISA library'}", "listing"):
            return [Found(name) for name in _names(manager, interface)]
    finally:
        release_manager(library)


def serial_ports() -> list[Found]:
    """List the serial ports of this machine; none is opened."""
    from serial.tools import list_ports  # noqa: PLC0415 - pyserial is loaded when used

    return [Found(port.device, port.description or "") for port in sorted(list_ports.comports())]


def hosts(
    names: Sequence[str], ports: Sequence[int] = PORTS, *, timeout: float = 0.5, in_use: InUse = _nobody
) -> Iterator[Found]:
    """Connect to each of these hosts and ports, and ask whoever is there for `*IDN?`.

    Args:
        names: Hosts, each named; there are no ranges.
        ports: TCP ports.
        timeout: Seconds for a connection, and for a reply.
        in_use: Tells who has the instrument at an address: that is not connected to.

    Raises:
        UsageError: More than 64 hosts.
    """
    if len(names) > MOST_HOSTS:
        raise UsageError(
            f"{len(names)} hosts are named; at most {MOST_HOSTS} are asked. Name those of your instruments."
        )
    for name in names:
        for port in ports:
            found = ask(LinkSpec("socket", f"{name}:{port}"), timeout=timeout, in_use=in_use)
            if "cannot connect" not in found.problem:
                yield found


def ask(spec: LinkSpec, *, timeout: float = 2.0, in_use: InUse = _nobody) -> Found:
    """Ask one address for `*IDN?`, unless somebody has the instrument; what goes wrong is told in the result.

    An instrument that does not know the question keeps an error for it: a 3458A, or a scale.
    """
    if had := in_use(spec):
        return Found(spec.address, problem=had)
    try:
        link = open_link(spec, line=LineFormat(timeout=timeout))
    except CalbenchError as error:
        return Found(spec.address, problem=str(error))
    try:
        return Found(spec.address, identity=link.query("*IDN?").strip())
    except CalbenchError as error:
        return Found(spec.address, problem=str(error))
    finally:
        link.close()


def _names(manager: object, interface: Bus) -> list[str]:
    library = getattr(manager, "visalib", None)
    if type(library).__module__.startswith("pyvisa_py"):
        from pyvisa_py.sessions import Session  # noqa: PLC0415 - of this library only

        of_bus = [
            kind for key, kind in Session.iter_valid_session_classes() if key[0].name == interface.lower()
        ]
        names = sorted({name for kind in of_bus for name in kind.list_resources()})
        missing = [
            why for key, why in Session.iter_session_classes_issues() if key[0].name == interface.lower()
        ]
        if missing and not names:
            mend = missing[0].splitlines()[0].partition(". ")[0].rstrip(".")
            raise LinkError(
                f"{interface}: pyvisa-py cannot look there. {mend}, or name another VISA library."
            )
        return names
    return sorted(getattr(manager, "list_resources")(f"{interface}?*::INSTR"))  # noqa: B009 - filtered by the bus
