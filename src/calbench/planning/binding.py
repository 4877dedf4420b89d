"""Binding: which instrument, asset or person plays each role, or why none can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calbench.dcc.layout import SIMULATED
from calbench.documents.asset import Asset
from calbench.documents.measurands import capability
from calbench.documents.plan import Binding
from calbench.documents.procedure import Role
from calbench.documents.station import Instrument, LinkAddress
from calbench.planning.refusal import Reasons
from calbench.planning.request import Request
from calbench.planning.seating import UUT, chosen
from calbench.planning.standards import usable
from calbench.planning.weighing import good_enough


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


@dataclass(frozen=True)
class Seat:
    """A position with a unit under test, and what plays roles for it alone: the unit itself, and what is there."""

    position: str
    own: Mapping[str, Bound]


def bind(request: Request, reasons: Reasons) -> tuple[dict[str, Bound], list[Seat]]:
    """Bind every role: what the units share, and each position with what it has for itself."""
    roles = request.procedure.model.roles
    positions = chosen(request, roles[UUT], reasons) if UUT in roles else []
    seats = [Seat(name, _of_position(request, name, _about(name, positions), reasons)) for name in positions]
    shared: dict[str, Bound] = {}
    for name, role in roles.items():
        if name == UUT or (seats and all(name in seat.own for seat in seats)):
            continue
        if (found := _standard(request, name, role, reasons)) is not None:
            shared[name] = found
    return shared, seats


def together(request: Request, shared: Mapping[str, Bound], seat: Seat | None) -> dict[str, Bound]:
    """Give what plays the roles for the unit at a position, in the order of the procedure."""
    every = shared if seat is None else {**shared, **seat.own}
    return {name: every[name] for name in request.procedure.model.roles if name in every}


def _about(position: str, positions: Sequence[str]) -> str:
    return f"Position {position}: " if len(positions) > 1 else ""


def _of_position(request: Request, name: str, about: str, reasons: Reasons) -> dict[str, Bound]:
    roles, station = request.procedure.model.roles, request.station.model
    own = {UUT: _at_position(request, roles[UUT], name)}
    for role, instrument in station.positions[name].with_.items():
        if role in roles and role != UUT:
            only = {instrument: station.instruments[instrument]}
            if (found := _chosen(request, role, roles[role], only, about, reasons)) is not None:
                own[role] = found
    return own


def watch(request: Request, quantity: str, reasons: Reasons) -> Bound | None:
    """Bind the instrument that watches an environmental condition; a reason if there is none."""
    needed = capability("environment", quantity)
    return _standard(request, needed, Role(needs=[needed], must_be_in_calibration=True), reasons)


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
            expect_serial=request.given(name).get("serial", ""),
        ),
    )


def _standard(request: Request, name: str, role: Role, reasons: Reasons) -> Bound | None:
    """Bind a role that the units share: what a position has for itself plays it nowhere else."""
    station = request.station.model
    kept = {one for position in station.positions.values() for one in position.with_.values()}
    instruments = {key: one for key, one in station.instruments.items() if key not in kept}
    return _chosen(request, name, role, instruments, "", reasons)


def _chosen(
    request: Request,
    name: str,
    role: Role,
    instruments: Mapping[str, Instrument],
    about: str,
    reasons: Reasons,
) -> Bound | None:
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
            f"{about}Role '{name}' is not filled: it needs {', '.join(role.needs)}. "
            f"Instruments {'with it' if about else 'of the station'}: {has or 'none'}."
        )
        return None
    problems = {key: _unusable(request, role, instrument) for key, instrument in fitting.items()}
    good = [key for key, problem in problems.items() if problem is None]
    if not good:
        reasons.add(f"{about}Role '{name}': " + " ".join(str(problem) for problem in problems.values()))
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
        seen_by=(instrument.safe.seen_by if instrument.safe else None) or "",
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
