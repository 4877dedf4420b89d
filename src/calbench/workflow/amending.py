"""Evaluating a run anew: nothing that was sealed is replaced in silence, and nothing that was sealed is lost.

The record that a seal names stays as `record-1.json`, its seal as `seal-1.txt`; the new seal names both, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.clock import Clock
from calbench.documents.canonical import canonical, sha256
from calbench.errors import IntegrityFailure, UsageError
from calbench.workflow.inforce import amended_since
from calbench.workflow.sealing import no_key, seal_run, signer_for
from calbench.workflow.storing import (
    JOURNAL,
    PLAN,
    RECORD,
    SEAL,
    Place,
    former,
    keeping,
    number_of_formers,
    place_of,
    read,
    stored_plan,
    write_anew,
)

if TYPE_CHECKING:
    from calbench.documents.record import Record
    from calbench.trust.seal import Seal
    from calbench.trust.signednotes import Note
    from calbench.trust.stationkeys import Signer


@dataclass(frozen=True)
class Evaluated:
    """Records that were computed anew, by position, and what became of those that were there, or nothing to say."""

    records: Mapping[str, Record]
    said: str = ""

    @property
    def record(self) -> Record:
        """The record of a run of one unit; ValueError if there are several."""
        (record,) = self.records.values()
        return record


def evaluate(
    folder: Path,
    reason: str = "",
    signer: Signer | None = None,
    clock: Clock | None = None,
    *,
    key: Path | None = None,
) -> Evaluated:
    """Compute the record of a run anew from plan and journal, and write it; a sealed one is amended for a `reason`.

    Of a run of several units every record; or that of one, by its folder. `key` is the private key for that, if it does
    not lie in the folder of keys.

    Raises:
        UsageError: The record would be another than the sealed one, and there is no reason or no key.
        IntegrityFailure: The journal is broken, or not the sealed one; or the sealed record is lost.
        NotKept: The disk does not take a record.
    """
    from calbench.evaluation.recording import evaluate_all, evaluate_unit  # noqa: PLC0415 - loaded where it is used

    place = place_of(folder)
    plan, journal = stored_plan(place.run), read(place.run / JOURNAL)
    if place.position:
        place.plan()  # refuses a unit that is not in it
        records = {place.position: evaluate_unit(plan, journal, place.position)}
    else:
        records = evaluate_all(plan, journal)
    found = {
        Place(place.run, position if plan.units else ""): canonical(record)
        for position, record in records.items()
    }
    sealed = (place.run / SEAL).exists()
    if sealed and signer is None and key is not None:
        signer = signer_for(plan, key, clock)
    with keeping(folder, "The record" if len(found) == 1 else "The records", f"calbench evaluate {folder}"):
        for one in found:
            one.folder.mkdir(parents=True, exist_ok=True)
        if sealed:
            said = _sealed(place.run, found, reason, signer, clock)
        else:
            said = " ".join(filter(None, (_unsealed(one, data) for one, data in found.items())))
    certified = (_certified(one.folder, data) for one, data in found.items())
    return Evaluated(records, " ".join(filter(None, (said, *certified))))


def _certified(folder: Path, record: bytes) -> str:
    """Say which certificate is to be replaced; the record stands, whatever lies beside it."""
    try:
        return amended_since(folder, sha256(record))
    except IntegrityFailure as damaged:
        return f"Which certificate was issued is not known: {damaged}"


def _unsealed(place: Place, data: bytes) -> str:
    path = place.record
    old = path.read_bytes() if path.is_file() else data
    said = ""
    if old != data:
        kept = former(RECORD, number_of_formers(place.folder) + 1)
        write_anew(place.folder / kept, old)
        said = f"{_the_record(place)} is another than before; the former one is kept as {kept}."
    write_anew(path, data)
    return said


def _the_record(place: Place) -> str:
    return f"The record of unit {place.position}" if place.position else "The record"


def _sealed(
    folder: Path, found: Mapping[Place, bytes], reason: str, signer: Signer | None, clock: Clock | None
) -> str:
    from calbench.trust import signednotes  # noqa: PLC0415 - only sealed runs need it
    from calbench.trust.seal import read_seal  # noqa: PLC0415 - as above

    note = signednotes.read(read(folder / SEAL), str(folder / SEAL))
    seal = read_seal(note, str(folder / SEAL))
    _require_sealed(folder, seal)
    said, others = [], {}
    for place, data in found.items():
        if sha256(data) != seal.over.record_of(place.position):
            others[place] = data
            continue
        if not place.record.is_file() or place.record.read_bytes() != data:
            said.append("The sealed record was not there; it is again.")
        write_anew(place.record, data)
    return " ".join([*said, *([_amend(folder, others, reason, signer, clock, note, seal)] if others else [])])


def _amend(
    folder: Path,
    found: Mapping[Place, bytes],
    reason: str,
    signer: Signer | None,
    clock: Clock | None,
    note: Note,
    seal: Seal,
) -> str:
    from calbench.trust.seal import Amendment, reason_of  # noqa: PLC0415 - only sealed runs need it

    if not reason:
        place, data = next(iter(found.items()))
        sealed = seal.over.record_of(place.position)
        raise UsageError(
            f"The record of {place.folder} would be another than the sealed one (SHA-256 {sha256(data)[:16]}…, sealed "
            f"{sealed[:16]}…): the program or its rules have changed. Nothing was written. To amend it, "
            "say why with --reason; the former record and its seal are kept."
        )
    try:
        why = reason_of(reason)
    except ValueError as error:
        raise UsageError(str(error)) from error
    plan = stored_plan(folder)
    chosen = signer or signer_for(plan, None, clock)
    if chosen is None:
        raise UsageError(f"{folder} is not amended, because it would be {no_key(plan.station, clock)}.")
    old = {place: _sealed_record(place.folder, seal.over.record_of(place.position)) for place in found}
    alone = None if seal.over.units else next(iter(old.values()))
    number = number_of_formers(folder, seal=note.data(), record=alone) + 1
    # In this order a machine that dies on the way loses nothing, and the same command can be given again.
    for place, data in old.items():
        write_anew(place.folder / former(RECORD, number), data)
    write_anew(folder / former(SEAL, number), note.data())
    for place, data in found.items():
        write_anew(place.record, data)
    units = {place.position: sha256(data) for place, data in old.items() if place.position}
    seal_run(
        folder,
        chosen,
        "amended",
        amendment=Amendment(note.digest(), seal.over.record, why, units),
        clock=clock,
    )
    kept = f"{former(RECORD, number)}, with {former(SEAL, number)}"
    if not units:
        return f"The record was amended; the former one is kept as {kept}."
    return f"The records of the units {', '.join(units)} were amended; the former ones are kept as {kept}."


def _require_sealed(folder: Path, seal: Seal) -> None:
    from calbench.trust.seal import Sealed  # noqa: PLC0415 - only sealed runs need it

    plan, journal = (read(folder / name) for name in (PLAN, JOURNAL))
    here = Sealed.over(seal.over.station, seal.over.run, plan, journal, b"")
    if (here.lines, here.root, here.head, here.plan) != (
        seal.over.lines,
        seal.over.root,
        seal.over.head,
        seal.over.plan,
    ):
        raise IntegrityFailure(
            f"{folder} is not evaluated: plan or journal are not those that were sealed. See calbench verify {folder}."
        )


def _sealed_record(folder: Path, wanted: str) -> bytes:
    """Give the bytes of the record that was sealed."""
    for path in (folder / RECORD, *sorted(folder.glob("record-*.json"))):
        if path.is_file() and sha256(data := path.read_bytes()) == wanted:
            return data
    raise IntegrityFailure(
        f"The record that was sealed is not in {folder} (SHA-256 {wanted}): it was altered or removed, so it "
        "cannot be kept. Restore it from a copy before it is amended."
    )
