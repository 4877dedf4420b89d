"""Rules for stations: drivers, addresses and assets; the simulated twin is in `simulation_rules`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set

from calbench.authoring import capability_rules, position_rules, simulation_rules, witness_rules
from calbench.authoring.capabilities import capability_mend
from calbench.authoring.findings import SECOND, Findings
from calbench.authoring.located import Path
from calbench.authoring.simulation_rules import KEYBOARD
from calbench.authoring.suggestions import listed, mend, shown
from calbench.authoring.validation import Document
from calbench.documents.asset import Asset
from calbench.documents.measurands import MEASURANDS, known, split
from calbench.documents.regulating import is_edition, plain_name
from calbench.documents.station import Instrument, LinkAddress, Position, Station
from calbench.errors import Problem

BY_HAND = ("source", "measure", "environment")
_LINE = re.compile(r"[1-9][0-9]{1,6}\s+[5-8][NEOMS](1|1\.5|2)(\s+echo)?")
_MODBUS = re.compile(r"(tcp|rtu)://\S+")
_PROLOGIX = re.compile(r"\S+/([0-9]|[12][0-9]|30)(\.(9[6-9]|1[01][0-9]|12[0-6]))?")
_SOCKET = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[^\s:/\[\]]+):([0-9]{1,5})")
_LAST_PORT = 65535
_VISA = re.compile(
    r"(GPIB|TCPIP|USB|ASRL|VXI|PXI|VICP|RSNRP|FIREWIRE|PRLGX)[^\s:]*::\S+|[A-Za-z_][\w.-]*", re.IGNORECASE
)


def problems_of(
    document: Document[Station],
    assets: Mapping[str, Asset | None],
    drivers: Mapping[str, tuple[str, ...]],
    simulators: Set[str],
    witnesses: Set[str] = frozenset(),
) -> list[Problem]:
    """Give the problems of a station.

    Args:
        document: The station as it was read.
        assets: By id, those whose file was found; None for one that cannot be read.
        drivers: Capabilities by name of the driver.
        simulators: Names of the simulated instruments.
        witnesses: Names of the drivers that see whether anything is at their inputs.
    """
    findings = Findings(document)
    station = document.model
    for name, instrument in station.instruments.items():
        path: Path = ("instruments", name)
        _driven(findings, path, instrument, drivers)
        _provides(findings, path, instrument, assets, drivers)
        _asset(findings, path, instrument, assets)
        if instrument.safe is not None:
            where = (*path, "safe", "after_lost_contact")
            findings.quantity(where, instrument.safe.after_lost_contact, SECOND, "T005", sign="not negative")
            witness_rules.check(findings, name, drivers, witnesses)
    for name, position in station.positions.items():
        path = ("positions", name)
        _driven(findings, path, position, drivers)
        if name in station.instruments:
            message = f"{shown(name)} is both an instrument and a position"
            findings.add(path, "T012", message, "give the instrument another name", part="key")
    position_rules.check(findings)
    _editions(findings)
    _addresses(findings)
    capability_rules.of_laboratory(findings)
    if station.simulated and station.simulation is None and not findings.damaged(()):
        message = "the station is simulated, and nothing says how"
        findings.add(
            ("simulated",), "T008", message, "add simulation:, or remove simulated: true", part="key"
        )
    simulation_rules.check(findings, drivers, simulators)
    return findings.problems


def _editions(findings: Findings[Station]) -> None:
    """Check the editions of regulations that the station works to."""
    seen: dict[str, str] = {}
    for name, year in findings.document.model.regulations.items():
        path: Path = ("regulations", name)
        if not is_edition(year):
            message = f"{year} is not the year of an edition"
            findings.add(path, "T020", message, "write it with four digits, as in JJG 539: 2016")
        first = seen.setdefault(plain_name(name), name)
        if first != name:
            message = f"{shown(name)} and {shown(first)} are one regulation"
            findings.add(path, "T020", message, "keep the edition that the station works to", part="key")


def _driven(
    findings: Findings[Station],
    path: Path,
    one: Instrument | Position,
    drivers: Mapping[str, tuple[str, ...]],
) -> None:
    driver, link = one.driver, one.link
    if driver is not None and driver != KEYBOARD and driver not in drivers:
        message = f"there is no driver {shown(driver)}"
        findings.add((*path, "driver"), "T001", message, mend(driver, sorted({*drivers, KEYBOARD})))
    if link is None:
        if driver not in (None, KEYBOARD) and not findings.damaged(path):
            findings.add(
                (*path, "driver"),
                "T002",
                "a driver needs the link to its instrument",
                "add link: {visa: …}",
                part="key",
            )
        return
    if driver in (None, KEYBOARD):
        what = "a person reads this instrument, so it has" if driver else "an instrument without a driver has"
        findings.add(
            (*path, "link"), "T003", f"{what} no link", "remove the link, or name its driver", part="key"
        )
    _link(findings, (*path, "link"), link)


def _link(findings: Findings[Station], path: Path, link: LinkAddress) -> None:
    given = {kind: getattr(link, kind) for kind in ("visa", "socket", "serial", "modbus", "prologix")}
    one = findings.exactly_one(path, given, "T002", "a link")
    findings.quantity((*path, "timeout"), link.timeout, SECOND, "T005", sign="positive")
    if link.line is not None and not _LINE.fullmatch(link.line):
        message = f"{shown(link.line)} is no setting of a serial line"
        help_ = "write baud rate, data bits, parity (N, E, O) and stop bits, as in 9600 8N1"
        findings.add((*path, "line"), "T004", message, help_)
    elif (
        one
        and link.line is not None
        and link.serial is None
        and not (link.modbus or "").startswith("rtu://")
        and not (link.visa or "").upper().startswith("ASRL")
    ):
        findings.add(
            (*path, "line"),
            "T004",
            "line belongs to a serial line, and this is none",
            "remove it",
            part="key",
        )
    if link.socket is not None:
        match = _SOCKET.fullmatch(link.socket)
        if match is None or not 1 <= int(match[2]) <= _LAST_PORT:
            message = f"{shown(link.socket)} is no address of a socket"
            findings.add((*path, "socket"), "T013", message, "write host:port, as in 192.168.0.7:5025")
    if link.visa is not None and not _VISA.fullmatch(link.visa):
        message = f"{shown(link.visa)} is no VISA resource name"
        findings.add((*path, "visa"), "T013", message, 'write it as VISA lists it, as in "GPIB0::22::INSTR"')
    if link.serial is not None and (not link.serial or link.serial.split() != [link.serial]):
        findings.add(
            (*path, "serial"), "T013", f"{shown(link.serial)} is no serial port", "write COM3 or /dev/ttyUSB0"
        )
    if link.modbus is not None and not _MODBUS.fullmatch(link.modbus):
        findings.add(
            (*path, "modbus"),
            "T013",
            f"{shown(link.modbus)} is no address of a Modbus device",
            "write tcp://192.168.0.7:502 or rtu://COM3, and the number of the device as unit: 1",
        )
    if link.prologix is not None and not _PROLOGIX.fullmatch(link.prologix):
        findings.add(
            (*path, "prologix"),
            "T013",
            f"{shown(link.prologix)} is no GPIB address behind a Prologix controller",
            "write its line, '/', and the address from 0 to 30, as in 192.168.0.7:1234/22",
        )


def _provides(
    findings: Findings[Station],
    path: Path,
    one: Instrument,
    assets: Mapping[str, Asset | None],
    drivers: Mapping[str, tuple[str, ...]],
) -> None:
    for index, name in enumerate(one.provides):
        where = (*path, "provides", index)
        if not known(name):
            findings.add(where, "T007", f"there is no capability {shown(name)}", capability_mend(name))
        elif one.driver == KEYBOARD:
            _by_hand(findings, where, one, name)
        elif one.driver is not None and one.driver in drivers and name not in drivers[one.driver]:
            message = f"the driver {one.driver} does not provide {name}"
            findings.add(
                where, "T007", message, f"it provides {listed(drivers[one.driver], 'and') or 'nothing'}"
            )
        elif (
            one.driver is None
            and (asset := assets.get(one.asset or "")) is not None
            and name not in _of(asset)
        ):
            message = f"the asset {asset.asset} has no certified values for {name}"
            findings.add(where, "T007", message, f"it provides {listed(_of(asset), 'and')}")


def _by_hand(findings: Findings[Station], where: Path, one: Instrument, name: str) -> None:
    """Check what a person provides: what they can read or set; and of what is dangerous only what ends by itself."""
    kind, quantity = split(name)
    if kind not in BY_HAND:
        message = f"a person at the keyboard cannot provide {name}"
        findings.add(
            where, "T007", message, "a person can read measure.… and environment.…, and set source.…"
        )
    elif one.hazard is not None and kind == "source" and not MEASURANDS[quantity].amount:
        message = f"{name} lasts, is dangerous, and only a person could end it"
        findings.add(
            where, "T007", message, "give it a driver, which can make it safe and read back that it is"
        )


def _of(asset: Asset) -> list[str]:
    return [*asset.provides, *(["standard.mass"] if asset.weights else [])]


def _asset(
    findings: Findings[Station], path: Path, one: Instrument, assets: Mapping[str, Asset | None]
) -> None:
    if one.asset is None:
        if one.also:
            message = "further sets of weights lie beside the one of asset:, and there is none"
            findings.add((*path, "also"), "T017", message, "name the first set as asset:", part="key")
        if one.driver is None and not findings.damaged(path):
            message = "an instrument without a driver and without an asset is nothing"
            findings.add(path, "T014", message, "add driver: or asset:", part="key")
        return
    asset = assets.get(one.asset)
    if asset is not None and asset.asset != one.asset:
        message = f"the file of the asset {shown(one.asset)} says that it is {shown(asset.asset)}"
        findings.add((*path, "asset"), "T006", message, "name the file as the asset")
    _also(findings, path, one, assets)


def _also(
    findings: Findings[Station], path: Path, one: Instrument, assets: Mapping[str, Asset | None]
) -> None:
    """Check the further sets of weights: every piece must be told from every other by its id."""
    first = assets.get(one.asset or "")
    owner = {weight.id: first.asset for weight in first.weights} if first is not None else {}
    for index, name in enumerate(one.also):
        where, asset = (*path, "also", index), assets.get(name)
        if asset is None or first is None:
            continue
        if asset.asset != name:
            message = f"the file of the asset {shown(name)} says that it is {shown(asset.asset)}"
            findings.add(where, "T006", message, "name the file as the asset")
        elif name == one.asset or name in one.also[:index]:
            findings.add(where, "T017", f"{name} is there twice", "remove it")
        elif not asset.weights or not first.weights:
            message = f"{asset.asset if not asset.weights else first.asset} is no set of weights"
            findings.add(
                where, "T017", message, "also: names further sets of weights beside the one of asset:"
            )
        elif twice := [weight.id for weight in asset.weights if weight.id in owner]:
            message = f"{asset.asset} has a weight {shown(twice[0])}, and {owner[twice[0]]} has one too"
            findings.add(where, "T017", message, "give the pieces of one of the sets other ids")
        owner |= {weight.id: asset.asset for weight in asset.weights}


def _addresses(findings: Findings[Station]) -> None:
    first: dict[tuple[str, str, str | None], Path] = {}
    station = findings.document.model
    for group, members in (("instruments", station.instruments), ("positions", station.positions)):
        for name, one in members.items():
            link = one.link
            if link is None:
                continue
            for key in ("visa", "socket", "serial", "modbus", "prologix"):
                address = getattr(link, key)
                if address is None:
                    continue
                path: Path = (group, name, "link", key)
                name_of_line = address if key in ("serial", "modbus") else address.upper()
                seen = first.setdefault((key, name_of_line, link.unit), path)
                if seen != path:
                    message = f"{shown(address)} is already the address of {shown(seen[1])}"
                    findings.add(path, "T012", message, "give each its own address, or on a bus its own unit")
