"""Rules for the simulated twin of a station: what is wired, how its units are, what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from datetime import datetime

from calbench.authoring.findings import SECOND, Findings
from calbench.authoring.located import Path
from calbench.authoring.suggestions import mend, shown
from calbench.documents.station import Simulation, Station
from calbench.quantities import CELSIUS, NUMBER, QuantityError, find_unit, parse_quantity

KEYBOARD = "keyboard"
_TERMINAL = re.compile(r"([^.\s]+)\.([A-Za-z_][A-Za-z0-9_]*)")
_NUMBER = re.compile(r"[-+.]?[0-9]")
_OHM, _VOLT = find_unit("Ohm").dimension, find_unit("V").dimension


def check(findings: Findings[Station], drivers: Iterable[str], simulators: Set[str]) -> None:
    """Check `simulation:`, and that each instrument that it needs has a simulator."""
    station = findings.document.model
    _simulators(findings, set(drivers) - {KEYBOARD}, simulators)
    simulation = station.simulation
    if simulation is None:
        return
    names = [name for group in ("instruments", "positions") for name in findings.keys((group,))]
    path: Path = ("simulation",)
    _start(findings, simulation)
    for index, wire in enumerate(simulation.wiring):
        where = (*path, "wiring", index)
        _terminal(findings, (*where, "from"), wire.from_, names)
        for number, end in enumerate(wire.to):
            _terminal(findings, (*where, "to", number), end, names)
        findings.quantity(
            (*where, "lead", "resistance"), wire.lead.resistance, _OHM, "T010", sign="not negative"
        )
        findings.quantity((*where, "lead", "emf"), wire.lead.emf, _VOLT, "T010")
    for name, settings in simulation.units.items():
        _name(findings, (*path, "units", name), name, names, key=True)
        for key, text in settings.items():
            if _NUMBER.match(text):
                _setting(findings, (*path, "units", name, key), text)
    for index, fault in enumerate(simulation.faults):
        _name(findings, (*path, "faults", index, "instrument"), fault.instrument, names)
        if fault.after < 0:
            findings.add(
                (*path, "faults", index, "after"),
                "T010",
                f"{fault.after} is no number of messages",
                "write 0 or more",
            )
    for index, mistake in enumerate(simulation.mistakes):
        if (
            mistake.do != "no_connection"
            and mistake.value is None
            and not findings.damaged((*path, "mistakes", index))
        ):
            message = f"the mistake {mistake.do} needs a value"
            findings.add(
                (*path, "mistakes", index, "do"),
                "T015",
                message,
                "add value: what is placed or answered, or how late",
            )
        elif mistake.do == "late_answer":
            findings.quantity(
                (*path, "mistakes", index, "value"), mistake.value, SECOND, "T015", sign="positive"
            )
    findings.quantity((*path, "ambient", "temperature"), simulation.ambient.temperature, CELSIUS, "T010")
    findings.quantity(
        (*path, "ambient", "humidity"), simulation.ambient.humidity, NUMBER, "T010", sign="not negative"
    )
    for index, turn in enumerate(simulation.ambient.course):
        where = (*path, "ambient", "course", index)
        findings.quantity((*where, "at"), turn.at, SECOND, "T010", sign="not negative")
        findings.quantity((*where, "over"), turn.over, SECOND, "T010", sign="not negative")
        findings.quantity((*where, "temperature"), turn.temperature, CELSIUS, "T010")
        findings.quantity((*where, "humidity"), turn.humidity, NUMBER, "T010", sign="not negative")


def _simulators(findings: Findings[Station], drivers: Iterable[str], simulators: Set[str]) -> None:
    station = findings.document.model
    for group, members in (("instruments", station.instruments), ("positions", station.positions)):
        for name, one in members.items():
            path: Path = (group, name)
            if one.sim is not None and one.sim not in simulators:
                message = f"there is no simulator {shown(one.sim)}"
                findings.add((*path, "sim"), "T011", message, mend(one.sim, sorted(simulators)))
            elif (
                one.sim is None
                and station.simulation is not None
                and one.driver in set(drivers) - set(simulators)
            ):
                message = f"the station has a simulated twin, and there is no simulator {shown(one.driver)}"
                findings.add(
                    (*path, "driver"), "T011", message, "add sim: with the simulator that takes its place"
                )


def _start(findings: Findings[Station], simulation: Simulation) -> None:
    try:
        datetime.fromisoformat(simulation.start)
    except ValueError:
        message = f"there is no such day: {simulation.start}"
        findings.add(("simulation", "start"), "T010", message, "write a date that the calendar has")


def _terminal(findings: Findings[Station], path: Path, text: str, names: list[str]) -> None:
    match = _TERMINAL.fullmatch(text)
    if match is None:
        message = f"{shown(text)} is no terminal of an instrument"
        findings.add(path, "T009", message, "write name.terminal, as in calibrator.output or 1.input")
    else:
        _name(findings, path, match[1], names)


def _name(findings: Findings[Station], path: Path, name: str, names: list[str], *, key: bool = False) -> None:
    if name not in names:
        message = f"there is no instrument or position {shown(name)}"
        if key:
            findings.add(path, "T009", message, mend(name, names), part="key")
        else:
            findings.add(path, "T009", message, mend(name, names), offset=0, length=len(name))


def _setting(findings: Findings[Station], path: Path, text: str) -> None:
    try:
        parse_quantity(text)
    except QuantityError as error:
        findings.error(path, error, "T010")
