"""Seating: at which positions of the station the units under test are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from calbench.documents.procedure import Role
from calbench.documents.station import Position
from calbench.planning.refusal import Reasons
from calbench.planning.request import Request

UUT = "uut"
KEYBOARD = "keyboard"
ALL = "all"
_MOST_LISTED = 3


def chosen(request: Request, role: Role, reasons: Reasons) -> list[str]:
    """Give the positions of the units under test, in the order in which they were named; reasons if there are none."""
    positions = request.station.model.positions
    unknown = [name for name in request.positions if name not in positions and request.positions != (ALL,)]
    for name in unknown:
        reasons.add(f"There is no position '{name}'; the station has {', '.join(positions)}.")
    if unknown:
        return []
    wanted = _wanted(request)
    fitting = [name for name in wanted if _provides(request, positions[name], role)]
    if not fitting or (len(request.positions) > 1 and len(fitting) < len(wanted)):
        rest = [name for name in wanted if name not in fitting]
        has = "; ".join(f"{name}: {_offer(request, positions[name].driver)}" for name in rest)
        reasons.add(
            f"Role 'uut' is not filled: it needs {', '.join(role.needs)}. Positions of the station: {has}."
        )
        return []
    if not request.positions and len(fitting) > 1:
        reasons.add(
            f"Several positions can hold the unit under test ({', '.join(fitting)}): say which, --position N."
        )
        return []
    _require_orders(request, fitting, reasons)
    _require_number(request, fitting, reasons)
    return fitting


def named(positions: Iterable[str]) -> str:
    """Name positions as texts for people do: `1, 2, 3`, or `1–48` where they are more, one after the other."""
    names = list(positions)
    if len(names) > _MOST_LISTED and all(name.isascii() and name.isdecimal() for name in names):
        first, last = int(names[0]), int(names[-1])
        if names == [str(number) for number in range(first, last + 1)]:
            return f"{first}–{last}"
    return ", ".join(names)


def _wanted(request: Request) -> list[str]:
    every = list(request.station.model.positions)
    return list(request.positions) if request.positions not in ((), (ALL,)) else every


def _require_orders(request: Request, fitting: list[str], reasons: Reasons) -> None:
    """Refuse work orders of positions without a unit, a position that is named twice, and one serial number twice."""
    for name in request.units:
        if name not in fitting:
            reasons.add(
                f"The work order of position '{name}' is for no unit of this run; they are at {named(fitting)}."
            )
    for name, times in Counter(request.positions).items():
        if times > 1:
            reasons.add(f"Position '{name}' is named {times} times: one unit is at each.")
    at: dict[str, list[str]] = {}
    for name in fitting:
        if serial := request.given(name).get("serial", ""):
            at.setdefault(serial, []).append(name)
    for serial, several in at.items():
        if len(several) > 1:
            reasons.add(
                f"The units at {named(several)} have one serial number, {serial}: give each its own, "
                f"--uut {several[0]}:serial=…"
            )


def _require_number(request: Request, fitting: list[str], reasons: Reasons) -> None:
    stated = request.procedure.model.positions
    if not stated.min <= len(fitting) <= stated.max:
        many = f"{stated.min} to {stated.max} units" if stated.max > 1 else "one unit"
        reasons.add(
            f"The procedure verifies {many} in a run (positions), not {len(fitting)}: {named(fitting)}."
        )


def _provides(request: Request, position: Position, role: Role) -> bool:
    if position.driver == KEYBOARD:
        return role.fallback == KEYBOARD
    return set(role.needs) <= set(request.drivers.get(position.driver, ()))


def _offer(request: Request, driver: str | None) -> str:
    if driver == KEYBOARD:
        return "keyboard (the role has no fallback: keyboard)"
    return f"{driver} gives {', '.join(request.drivers.get(driver or '', ())) or 'nothing'}"
