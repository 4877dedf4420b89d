"""Binding: which instrument, asset or person plays each role, or why none can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calbench.dcc.content import SIMULATED
from calbench.documents.asset import Asset
from calbench.documents.measurands import capability
from calbench.documents.plan import Binding
from calbench.documents.procedure import Role
from calbench.documents.station import Instrument, LinkAddress, Position
from calbench.planning.refusal import Reasons
from calbench.planning.request import Request
from calbench.planning.standards import usable
from calbench.planning.weighing import good_enough

UUT = "uut"
KEYBOARD = "keyboard"


@dataclass(frozen=True)
class Bound:
    """A role with what plays it; the asset is None for the unit under test. `further` are more sets of weights."""

    role: Role
    binding: Binding
    asset: Asset | None = None
    further: tuple[Asset, ...] = ()

    @property
    def assets(self) -> tuple[Asset, ...]:
        """Every asset that plays the role."""
        return () if self.asset is None else (self.asset, *self.further)


def bind(request: Request, reasons: Reasons) -> tuple[dict[str, Bound], str]:
    """Bind every role; gives the bound roles and the name of the position of the unit under test."""
    bound: dict[str, Bound] = {}
    position = ""
    for name, role in request.procedure.model.roles.items():
        if name == UUT:
            position = _position(request, role, reasons)
            if position:
                bound[name] = _at_position(request, role, position)
        elif (found := _standard(request, name, role, reasons)) is not None:
            bound[name] = found
    return bound, position


def watch(request: Request, quantity: str, reasons: Reasons) -> Bound | None:
    """Bind the instrument that watches an environmental condition; a reason if there is none."""
    needed = capability("environment", quantity)
    return _standard(request, needed, Role(needs=[needed], must_be_in_calibration=True), reasons)


def _position(request: Request, role: Role, reasons: Reasons) -> str:
    positions = request.station.model.positions
    if request.position is not None and request.position not in positions:
        reasons.add(f"There is no position '{request.position}'; the station has {', '.join(positions)}.")
        return ""
    wanted = {request.position: positions[request.position]} if request.position else positions
    fitting = [name for name, position in wanted.items() if _provides(request, position, role)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        reasons.add(
            f"Several positions can hold the unit under test ({', '.join(fitting)}): say which, --position N."
        )
        return ""
    has = "; ".join(f"{name}: {_offer(request, position.driver)}" for name, position in wanted.items())
    reasons.add(
        f"Role 'uut' is not filled: it needs {', '.join(role.needs)}. Positions of the station: {has}."
    )
    return ""


def _provides(request: Request, position: Position, role: Role) -> bool:
    if position.driver == KEYBOARD:
        return role.fallback == KEYBOARD
    return set(role.needs) <= set(request.drivers.get(position.driver, ()))


def _offer(request: Request, driver: str | None) -> str:
    if driver == KEYBOARD:
        return "keyboard (the role has no fallback: keyboard)"
    return f"{driver} gives {', '.join(request.drivers.get(driver or '', ())) or 'nothing'}"


def _at_position(request: Request, role: Role, name: str) -> Bound:
    position = request.station.model.positions[name]
    return Bound(
        role,
        Binding(
            role=UUT,
            instrument=name,
            driver=position.driver,
            link=_link(position.link),
            needs=list(role.needs),
            expect_serial=request.uut.get("serial", ""),
        ),
    )


def _standard(request: Request, name: str, role: Role, reasons: Reasons) -> Bound | None:
    instruments = request.station.model.instruments
    fitting = {
        key: instrument
        for key, instrument in instruments.items()
        if set(role.needs) <= _offers(request, instrument)
    }
    if not fitting:
        has = "; ".join(
            f"{key} gives {', '.join(sorted(_offers(request, one))) or 'nothing'}"
            for key, one in instruments.items()
        )
        reasons.add(
            f"Role '{name}' is not filled: it needs {', '.join(role.needs)}. "
            f"Instruments of the station: {has or 'none'}."
        )
        return None
    problems = {key: _unusable(request, role, instrument) for key, instrument in fitting.items()}
    good = [key for key, problem in problems.items() if problem is None]
    if not good:
        reasons.add(f"Role '{name}': " + " ".join(str(problem) for problem in problems.values()))
        return None
    chosen = (
        name if name in good else good[0]
    )  # the instrument that is named like the role, else the station's first
    instrument = fitting[chosen]
    asset = request.assets[instrument.asset].model if instrument.asset else None
    binding = Binding(
        role=name,
        instrument=chosen,
        driver=instrument.driver or "",
        link=_link(instrument.link),
        needs=list(role.needs),
        asset=instrument.asset or "",
        hazard=instrument.hazard is not None,
        expect_serial=asset.serial if asset is not None else "",
        also=list(instrument.also),
    )
    further = tuple(request.assets[one].model for one in instrument.also)
    return Bound(role, binding, asset, further)


def _offers(request: Request, instrument: Instrument) -> set[str]:
    if instrument.provides:
        return set(instrument.provides)
    return set(request.drivers.get(instrument.driver or "", ()))


def _unusable(request: Request, role: Role, instrument: Instrument) -> str | None:
    if not instrument.asset:
        return "it has no asset, so it is not in calibration." if role.must_be_in_calibration else None
    for name in (instrument.asset, *instrument.also):
        if (reason := _refused(request, role, request.assets[name].model)) is not None:
            return reason
    return None


def _refused(request: Request, role: Role, asset: Asset) -> str | None:
    if role.accuracy_class and not good_enough(asset.accuracy_class or "", role.accuracy_class):
        return (
            f"{asset.asset} is of class {asset.accuracy_class or 'unknown'}, wanted is "
            f"{' or '.join(role.accuracy_class)} or better."
        )
    if asset.certificate.number.startswith(SIMULATED) and request.simulated is None:
        return f"{asset.asset}: its certificate {asset.certificate.number} is of a simulated run."
    if not role.must_be_in_calibration and asset.status == "in_service":
        return None
    return usable(asset, request.created.date())


def _link(link: LinkAddress | None) -> dict[str, str]:
    return (
        {} if link is None else {key: str(value) for key, value in link.model_dump(exclude_none=True).items()}
    )


def roles_of(bound: Sequence[Bound]) -> list[Binding]:
    """Give the bindings in order."""
    return [one.binding for one in bound]
