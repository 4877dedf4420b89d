"""Verifying whatever calbench wrote, offline: one check for each thing that was looked at, or could not be."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from calbench.documents.record import Record
from calbench.errors import IntegrityFailure, UsageError
from calbench.evaluation.verifying import (
    Check,
    same_program,
    verify_guard,
    verify_record,
    verify_run,
    verify_sources,
    verify_units,
)
from calbench.software import software
from calbench.verification.seals import (
    RunFiles,
    unit_prefix,
    verify_former,
    verify_record_seal,
    verify_run_seal,
)
from calbench.workflow.storing import (
    GUARD,
    JOURNAL,
    PLAN,
    RECORD,
    SEAL,
    SOURCES,
    UNITS,
    Place,
    place_of,
    read,
)

if TYPE_CHECKING:
    from calbench.trust.ring import Ring
    from calbench.verification.signatories import Against

__all__ = ["Check", "Means", "verify"]


@dataclass(frozen=True)
class Means:
    """What a verification may use beside the thing itself.

    `ring` are the keys that are trusted; `seal` is a seal that lies elsewhere; with `sealed`, a seal that is missing or
    whose key is not trusted is a failure. `trusted` are files with certificates of signatories that are trusted beside
    those in the folder of keys; `schemas` is the folder of the schemas of the DCC.
    """

    ring: Ring
    seal: Path | None = None
    sealed: bool = False
    trusted: tuple[Path, ...] = ()
    schemas: Path | None = None


def verify(what: Path, means: Means) -> list[Check]:
    """Verify the folder of a run, or a file: which checks there are follows from its kind.

    Raises:
        UsageError: It is no run, and no file of a kind that can be verified.
        IntegrityFailure: A file in the folder of keys is not what it should be.
    """
    if what.is_dir():
        with _no_collections():
            return _run(place_of(what), means)
    kind = KINDS.get(what.suffix.lower())
    if kind is None:
        raise UsageError(
            f"{what} is of no kind that can be verified: give the folder of a run, or a file {', '.join(KINDS)}."
        )
    return kind(what, means)


@contextmanager
def _no_collections() -> Iterator[None]:
    """Let Python look for circles of objects afterwards: among 100,000 events that takes half of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _run(place: Place, means: Means) -> list[Check]:
    folder = place.run
    missing = [name for name in (PLAN, JOURNAL) if not (folder / name).is_file()]
    places = _places(place) if PLAN not in missing else [place]
    missing += [_named(one) for one in places if not one.record.is_file()]
    if missing and (folder / SEAL).is_file():
        return [Check(name, False, f"{name} is sealed, but not there: it was taken away") for name in missing]
    if missing and not {PLAN, JOURNAL} & set(missing):
        raise UsageError(
            f"{place.folder} has a journal but no {_no(missing)}: compute it with calbench evaluate {place.folder}"
        )
    if missing:
        raise UsageError(f"{place.folder} is not the folder of a run: it has no {', '.join(missing)}.")
    plan, journal = (read(folder / name) for name in (PLAN, JOURNAL))
    records = {one.position: read(one.record) for one in places}
    kept = {path.name: path.read_bytes() for path in (folder / SOURCES).glob("*.*") if path.is_file()}
    return [
        *_program(next(iter(records.values()))),
        verify_sources(plan, kept, sealed=_sealed(folder, means)),
        *(verify_run(plan, journal, records[""]) if "" in records else verify_units(plan, journal, records)),
        *([verify_guard(read(folder / GUARD))] if (folder / GUARD).is_file() else []),
        *_strict(
            verify_run_seal(means.seal or folder / SEAL, RunFiles(plan, journal, records), means.ring), means
        ),
        *verify_former(folder, means.ring),
        *(
            replace(check, name=f"{unit_prefix(one.position)}{check.name}")
            for one in places
            for check in (
                *_issued(one.folder, records[one.position], means),
                *_reviewed(one),
                *_beside(one.folder),
            )
        ),
        *_beside_units(place, places),
    ]


def _places(place: Place) -> list[Place]:
    """Give the units of a run; the run itself if its plan cannot be read, which another check says."""
    try:
        units = place.units()
        for one in units:
            one.plan()
    except IntegrityFailure:
        return [place]
    return units


def _no(records: list[str]) -> str:
    return "record" if records == [RECORD] else f"record {', '.join(records)}"


def _named(place: Place) -> str:
    return f"{UNITS}/{place.position}/{RECORD}" if place.position else RECORD


def _sealed(folder: Path, means: Means) -> bool:
    return means.seal is not None or (folder / SEAL).is_file() or any(folder.glob("seal-*.txt"))


def _issued(folder: Path, record: bytes, means: Means) -> list[Check]:
    from calbench.verification.issued import certified, verify_issued  # noqa: PLC0415 - as below

    if not certified(folder):
        return []
    try:
        simulated = Record.model_validate_json(record).plan.simulated is not None
    except ValidationError:
        simulated = False
    return list(verify_issued(folder, _against(means), simulated=simulated))


def _reviewed(place: Place) -> list[Check]:
    from calbench.verification.reviews import verify_reviews  # noqa: PLC0415 - only records that were reviewed need it

    return list(verify_reviews(place))


def _beside(folder: Path) -> list[Check]:
    from calbench.verification.beside import verify_beside  # noqa: PLC0415 - it loads what makes certificates

    return list(verify_beside(folder))


def _beside_units(place: Place, units: list[Place]) -> list[Check]:
    """Name what lies beside the folders of the units, if the run as a whole is verified."""
    from calbench.verification.beside import verify_around  # noqa: PLC0415 - as above

    return list(verify_around(place)) if units != [place] else []


def _record(path: Path, means: Means) -> list[Check]:
    data = read(path)
    checks = [*_program(data), *verify_record(data)]
    run = place_of(path.parent).run
    seal = means.seal or (run / path.name.replace("record", "seal")).with_suffix(".txt")
    return [*checks, *_strict(verify_record_seal(seal, data, means.ring), means)]


def _certificate(path: Path, means: Means) -> list[Check]:
    from calbench.verification.certificates import verify_certificate  # noqa: PLC0415 - only certificates need it

    return list(verify_certificate(path, _against(means)))


def _against(means: Means) -> Against:
    from calbench.trust import signatories  # noqa: PLC0415 - only certificates need it
    from calbench.trust.anchors import read_certificates  # noqa: PLC0415 - as above
    from calbench.verification.signatories import Against  # noqa: PLC0415 - as above

    anchors = signatories.trusted(means.ring.folder).joined(
        one for file in means.trusted for one in read_certificates(file)
    )
    return Against(anchors, means.schemas)


def _program(record: bytes) -> list[Check]:
    try:
        return [same_program(Record.model_validate_json(record).software, software())]
    except ValidationError:
        return []


def _strict(checks: list[Check], means: Means) -> list[Check]:
    if not means.sealed:
        return checks
    return [Check(one.name, bool(one.holds), one.found) for one in checks]


KINDS: Mapping[str, Callable[[Path, Means], list[Check]]] = {
    ".json": _record,
    ".xml": _certificate,
    ".pdf": _certificate,
}
"""What verifies a file, by its suffix."""
