"""Holding what a run needs from its first moment: the channel that reaches it, and the leases of its instruments."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.clock import RealClock
from calbench.errors import InstrumentInUse, RunFailed

if TYPE_CHECKING:
    from calbench.documents.plan import Binding, Plan
    from calbench.execution.controlling import Control
    from calbench.execution.leasehold import Leased
    from calbench.instruments.opening import LinkSpec
    from calbench.leasing.lease import Claim, Lease
    from calbench.leasing.table import Table

LOOK_AGAIN = 0.25  # real seconds
KEYBOARD = "keyboard"


@dataclass(frozen=True)
class Waiting:
    """How long a run waits for instruments that another one has (s), and who is told why, and of the run's folder."""

    seconds: float = 0.0
    told: Callable[[str, Path], None] = lambda _why, _folder: None


AT_ONCE = Waiting()
"""It does not wait."""


@dataclass(frozen=True)
class Holding:
    """What a run holds; `close` gives it back, again does no harm."""

    control: Control
    leased: Leased | None
    close: Callable[[], None]


def hold(
    stack: contextlib.ExitStack,
    plan: Plan,
    folder: Path,
    control: Control | None,
    waiting: Waiting,
    who: str = "",
) -> Holding:
    """Make a run reachable, if the caller brings its control, and take all its leases, before anything is touched.

    Args:
        stack: Gives everything back when it ends.
        plan: What is run; the instruments of a simulated one live in this process and need no lease.
        folder: Its folder.
        control: What a person wants of it: a stop, or Ctrl-C, breaks the waiting off.
        waiting: For how long.
        who: The operator.

    Raises:
        InstrumentInUse: Another run has an instrument, and keeps it.
        LeasesUnusable: Nobody can tell.
        RunFailed: The waiting was broken off.
        UsageError: Another process runs this run.
    """
    from calbench.control.channel import Channel  # noqa: PLC0415 - loaded where it is used
    from calbench.execution.controlling import Control  # noqa: PLC0415 - as above

    found = control or Control()
    with contextlib.ExitStack() as mine:  # ends here if anything fails, else with the caller's
        if control is not None:
            mine.enter_context(Channel(folder, found.handle))
        leased = None if plan.simulated is not None else _leased(plan, folder, found, waiting, who)
        if leased is not None:
            mine.callback(leased.kept.release)
        kept = stack.enter_context(mine.pop_all())
    return Holding(found, leased, kept.close)


def instruments_of(plan: Plan, redirect: Mapping[str, LinkSpec]) -> dict[str, tuple[str, ...]]:
    """Give the resources of each instrument of a plan, by its name; what is really opened counts.

    What a person only reads by eye in the room, such as a thermometer on the wall, is nobody's alone.
    """
    found: dict[str, tuple[str, ...]] = {}
    for one in plan.all_bindings:
        parts = dict.fromkeys((*found.get(one.instrument, ()), *_resources(one, redirect)))
        if parts:
            found[one.instrument] = tuple(parts)
    return found


def in_use(plan: Plan) -> dict[str, Lease]:
    """Give the instruments of a plan that a run has now, each with its lease; none for a simulated one.

    Raises:
        LeasesUnusable: Nobody can tell.
    """
    if plan.simulated is not None:
        return {}
    held = {one.resource: one for one in _table().held() if not one.stale}
    return {
        name: held[part] for name, parts in instruments_of(plan, {}).items() for part in parts if part in held
    }


def require_unheld(folder: Path) -> None:
    """Make sure that nobody has leases for this run: neither its runner nor the guard that outlived it.

    Raises:
        InstrumentInUse: Its guard is still making the outputs safe, or it is running.
        LeasesUnusable: Nobody can tell.
    """
    held = [one for one in _table().held() if one.claim.run == str(folder.resolve()) and not one.stale]
    if held:
        names = ", ".join(one.resource for one in held)
        raise InstrumentInUse(
            f"{folder} still has the leases of {names}: {held[0].holder}. Wait until it has ended; if its process is "
            "gone, they go by themselves within seconds. calbench leases shows them."
        )


def _resources(binding: Binding, redirect: Mapping[str, LinkSpec]) -> list[str]:
    from calbench.execution.bench import spec_of  # noqa: PLC0415 - loaded where it is used
    from calbench.leasing.resources import asset, resources  # noqa: PLC0415 - as above

    found: list[str] = []
    if binding.driver == KEYBOARD and all(need.startswith("environment.") for need in binding.needs):
        return found
    if binding.driver not in ("", KEYBOARD):
        spec = redirect.get(binding.instrument) or spec_of(binding)
        found += resources(spec.kind, spec.address, unit=spec.unit, library=spec.library)
    for name in (binding.asset, *binding.also):
        found += asset(name) if name else ()
    return found


def _leased(plan: Plan, folder: Path, control: Control, waiting: Waiting, who: str) -> Leased:
    from calbench.execution.leasehold import Leased  # noqa: PLC0415 - loaded where it is used
    from calbench.leasing.keeping import Kept  # noqa: PLC0415 - as above
    from calbench.leasing.lease import Claim  # noqa: PLC0415 - as above

    instruments = instruments_of(plan, {})
    wanted = {part: name for name, parts in instruments.items() for part in parts}
    claim = Claim(str(folder.resolve()), plan.station, who or plan.operator)
    kept = Kept(_table(), claim, wanted, RealClock())
    kept.taken_over += _acquired(kept.table, claim, wanted, control, waiting)
    kept.begin()
    return Leased(kept, instruments)


def _acquired(
    table: Table, claim: Claim, wanted: Mapping[str, str], control: Control, waiting: Waiting
) -> list[Lease]:
    clock = RealClock()
    until, told = clock.monotonic() + waiting.seconds, False
    while True:
        try:
            return table.acquire(claim, wanted)
        except InstrumentInUse as busy:
            if clock.monotonic() >= until:
                raise
            if not told:
                waiting.told(str(busy), Path(claim.run))
                told = True
        _wait(clock, control, until)


def _wait(clock: RealClock, control: Control, until: float) -> None:
    from calbench.execution.controlling import StopWanted  # noqa: PLC0415 - loaded where it is used

    clock.wait_until(control.interrupts, min(until, clock.monotonic() + LOOK_AGAIN))
    try:
        control.between()
    except StopWanted as wanted:
        raise RunFailed(f"{wanted} It was waiting for instruments in use; nothing was touched.") from wanted


def _table() -> Table:
    from calbench.leasing.places import lease_file  # noqa: PLC0415 - loaded where it is used
    from calbench.leasing.table import Table  # noqa: PLC0415 - as above

    return Table(lease_file(), RealClock())
