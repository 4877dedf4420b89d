"""Sealing a run: its station signs for journal, plan and record once they are there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.clock import Clock, RealClock
from calbench.errors import IntegrityFailure, UsageError
from calbench.workflow.storing import (
    JOURNAL,
    PLAN,
    RECORD,
    SEAL,
    SOURCES,
    Place,
    read,
    stored_plan,
    write_anew,
)

if TYPE_CHECKING:
    from calbench.documents.plan import Plan
    from calbench.trust.keystates import KeyState
    from calbench.trust.ring import Ring
    from calbench.trust.seal import Amendment
    from calbench.trust.stationkeys import KeyEntry, Signer
    from calbench.workflow.preparing import Prepared

DEMONSTRATION = "demonstration-keys"
"""The folder beside the runs in which `calbench demo` keeps its key."""
_FOREVER = "9999-12-31T23:59:59Z"


def signer_of(
    prepared: Prepared, clock: Clock | None = None, asked: Callable[[], str] | None = None
) -> Signer | None:
    """Open the key that seals a run of this plan, before anything is touched; None if the station has none.

    `asked` gives the passphrase of a key that has one where the environment does not give it.

    Raises:
        UsageError: The key may be read by others, its passphrase is missing or wrong, or it is not valid today.
        IntegrityFailure: A file in the folder of keys is not what it should be.
    """
    named = prepared.station.model.key
    path = None if named is None else Path(prepared.station.path).parent / named
    return signer_for(prepared.plan, path, clock, asked)


def signer_for(
    plan: Plan,
    named: Path | None = None,
    clock: Clock | None = None,
    asked: Callable[[], str] | None = None,
) -> Signer | None:
    """Open the key of a plan's station: the file that is named, else that of the folder of keys.

    Raises:
        UsageError: As `signer_of`.
        IntegrityFailure: As `signer_of`.
    """
    from calbench.trust.keyfiles import key_folder  # noqa: PLC0415 - only sealing needs keys
    from calbench.trust.ring import Ring, passphrase_given  # noqa: PLC0415 - as above
    from calbench.trust.stationkeys import moment, open_signer  # noqa: PLC0415 - as above

    now = moment((clock or RealClock()).utc())
    ring = Ring(key_folder())
    if named is not None:
        entry = _beside(named, ring)
        _require_of(entry, plan, now)
        return open_signer(named, entry, passphrase_given(named, asked))
    entry_here = ring.own(plan.station, now)
    if entry_here is None:
        return None
    _require_of(entry_here, plan, now)
    return ring.signer(entry_here, passphrase_given(ring.private_of(entry_here), asked))


def key_state(station: str, clock: Clock | None = None) -> KeyState:
    """Give the state of the key in the folder of keys that would seal for a station."""
    from calbench.trust.keyfiles import key_folder  # noqa: PLC0415 - only sealing needs keys
    from calbench.trust.keystates import state_for  # noqa: PLC0415 - as above
    from calbench.trust.ring import Ring  # noqa: PLC0415 - as above
    from calbench.trust.stationkeys import moment  # noqa: PLC0415 - as above

    return state_for(Ring(key_folder()), station, moment((clock or RealClock()).utc()))


def no_key(station: str, clock: Clock | None = None) -> str:
    """Say that a run is not sealed, why, and how to change that."""
    return f"not sealed: {key_state(station, clock).sentence}"


def demonstration_signer(out: Path, station: str, clock: Clock | None = None) -> Signer:
    """Give the key for demonstrations that lies beside the runs in `out`; makes it if there is none.

    Raises:
        UsageError: It cannot be written.
    """
    from calbench.trust.ring import Ring  # noqa: PLC0415 - only sealing needs keys
    from calbench.trust.stationkeys import moment, new_key  # noqa: PLC0415 - as above

    ring, now = Ring(out / DEMONSTRATION), moment((clock or RealClock()).utc())
    there = ring.own(station, now)
    if there is not None:
        return ring.signer(there, None)
    signer = new_key(station, now, _FOREVER, "made by calbench demo; anybody may use it", demonstration=True)
    ring.keep(signer)
    return signer


def seal_run(
    folder: Path,
    signer: Signer,
    when: str = "at-end",
    *,
    amendment: Amendment | None = None,
    clock: Clock | None = None,
) -> Path:
    """Seal the files of a run as they lie there; gives the path of the seal.

    Raises:
        UsageError: It has a seal, or a key for demonstrations is to seal a measurement.
    """
    from calbench.evaluation.recording import run_id  # noqa: PLC0415 - loaded where it is used
    from calbench.trust.seal import Seal, Sealed  # noqa: PLC0415 - as above
    from calbench.trust.stationkeys import moment  # noqa: PLC0415 - as above

    path = folder / SEAL
    if amendment is None and path.exists():
        raise UsageError(f"{folder} is sealed: {path}. A seal is never replaced in silence.")
    plan = stored_plan(folder)
    now = moment((clock or RealClock()).utc())
    _require_of(signer.entry, plan, now)
    units = {one.position: read(one.record) for one in Place(folder).units() if one.position}
    record = b"" if units else read(folder / RECORD)
    over = Sealed.over(plan.station, run_id(plan), read(folder / PLAN), read(folder / JOURNAL), record, units)
    seal = Seal(over, signer.entry.public, now, when, _kind(plan, signer.entry), amendment)
    write_anew(path, signer.sign(seal.text()).data())
    return path


def seal_later(
    folder: Path, signer: Signer | None = None, clock: Clock | None = None, *, key: Path | None = None
) -> Path:
    """Seal a run that has none, because the machine died or there was no key; the seal says that it was later.

    `key` is the private key, if it does not lie in the folder of keys.

    Raises:
        UsageError: It has a seal, or there is no key.
        IntegrityFailure: The run does not verify; its end may be missing.
    """
    from calbench.evaluation.verifying import verify_run, verify_sources, verify_units  # noqa: PLC0415 - as above

    if (folder / SEAL).exists():
        raise UsageError(f"{folder} is sealed: {folder / SEAL}. A seal is never replaced in silence.")
    plan, journal = (read(folder / name) for name in (PLAN, JOURNAL))
    kept = {path.name: path.read_bytes() for path in (folder / SOURCES).glob("*.*") if path.is_file()}
    units = {one.position: read(one.record) for one in Place(folder).units() if one.position}
    checks = [
        verify_sources(plan, kept, sealed=True),
        *(verify_units(plan, journal, units) if units else verify_run(plan, journal, read(folder / RECORD))),
    ]
    bad = [f"{one.name}: {one.found}" for one in checks if one.holds is False and one.name != "end of run"]
    if bad:
        raise IntegrityFailure(f"{folder} is not sealed, because it does not verify. {'; '.join(bad)}.")
    compiled = stored_plan(folder)
    chosen = signer or signer_for(compiled, key, clock)
    if chosen is None:
        raise UsageError(f"{folder} is {no_key(compiled.station, clock)}.")
    return seal_run(folder, chosen, "later", clock=clock)


def _beside(named: Path, ring: Ring) -> KeyEntry:
    from calbench.trust.stationkeys import PUBLIC, read_entry  # noqa: PLC0415 - only sealing needs keys

    for path in (named.with_suffix(PUBLIC), ring.folder / "trusted" / f"{named.stem}{PUBLIC}"):
        if path.is_file():
            return read_entry(path.read_bytes(), str(path))
    raise UsageError(
        f"The station names the key {named}, but there is no {named.with_suffix(PUBLIC).name} beside it: "
        "a private key is used with its public half."
    )


def _require_of(entry: KeyEntry, plan: Plan, now: str) -> None:
    """Refuse a key of another station, an expired one, and one for demonstrations where something is measured."""
    if entry.public.name != plan.station:
        raise UsageError(
            f"The key {entry.stem} is one of {entry.public.name}, not of station {plan.station}."
        )
    if not entry.valid_at(now):
        raise UsageError(
            f"The key {entry.stem} is valid from {entry.valid_from} until {entry.valid_until}, not at {now}. "
            f"Make another with calbench keys new station {entry.public.name}, or set the clock right."
        )
    if entry.demonstration and plan.simulated is None:
        raise UsageError(f"The key {entry.stem} is for demonstrations: it seals simulated runs alone.")


def _kind(plan: Plan, entry: KeyEntry) -> str:
    if plan.simulated is None:
        return "measurement"
    return "simulated-demonstration" if entry.demonstration else "simulated"
