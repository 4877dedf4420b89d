"""Evaluating a run anew: nothing that was sealed is replaced in silence, and nothing that was sealed is lost.

The record that a seal names stays as `record-1.json`, its seal as `seal-1.txt`; the new seal names both, and why.
"""

from __future__ import annotations

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
    former,
    keeping,
    number_of_formers,
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
    """A record that was computed anew, and what became of the one that was there: a sentence, or nothing to say."""

    record: Record
    said: str = ""


def evaluate(
    folder: Path,
    reason: str = "",
    signer: Signer | None = None,
    clock: Clock | None = None,
    *,
    key: Path | None = None,
) -> Evaluated:
    """Compute the record of a run anew from plan and journal, and write it; a sealed one is amended for a `reason`.

    `key` is the private key for that, if it does not lie in the folder of keys.

    Raises:
        UsageError: The record would be another than the sealed one, and there is no reason or no key.
        IntegrityFailure: The journal is broken, or not the sealed one; or the sealed record is lost.
        NotKept: The disk does not take the record.
    """
    from calbench.evaluation.recording import evaluate_run  # noqa: PLC0415 - loaded where it is used

    record = evaluate_run(stored_plan(folder), read(folder / JOURNAL))
    data = canonical(record)
    if (folder / SEAL).exists() and signer is None and key is not None:
        signer = signer_for(stored_plan(folder), key, clock)
    with keeping(folder, "The record", f"calbench evaluate {folder}"):
        said = (
            _sealed(folder, data, reason, signer, clock)
            if (folder / SEAL).exists()
            else _unsealed(folder, data)
        )
    return Evaluated(record, " ".join(filter(None, (said, _certified(folder, data)))))


def _certified(folder: Path, record: bytes) -> str:
    """Say which certificate is to be replaced; the record stands, whatever lies beside it."""
    try:
        return amended_since(folder, sha256(record))
    except IntegrityFailure as damaged:
        return f"Which certificate was issued is not known: {damaged}"


def _unsealed(folder: Path, data: bytes) -> str:
    path = folder / RECORD
    old = path.read_bytes() if path.is_file() else data
    said = ""
    if old != data:
        kept = former(RECORD, number_of_formers(folder) + 1)
        write_anew(folder / kept, old)
        said = f"The record is another than before; the former one is kept as {kept}."
    write_anew(path, data)
    return said


def _sealed(folder: Path, data: bytes, reason: str, signer: Signer | None, clock: Clock | None) -> str:
    from calbench.trust import signednotes  # noqa: PLC0415 - only sealed runs need it
    from calbench.trust.seal import read_seal  # noqa: PLC0415 - as above

    note = signednotes.read(read(folder / SEAL), str(folder / SEAL))
    seal = read_seal(note, str(folder / SEAL))
    _require_sealed(folder, seal)
    path = folder / RECORD
    if sha256(data) == seal.over.record:
        there = path.is_file() and path.read_bytes() == data
        write_anew(path, data)
        return "" if there else "The sealed record was not there; it is again."
    return _amend(folder, data, reason, signer, clock, note, seal)


def _amend(
    folder: Path,
    data: bytes,
    reason: str,
    signer: Signer | None,
    clock: Clock | None,
    note: Note,
    seal: Seal,
) -> str:
    from calbench.trust.seal import Amendment, reason_of  # noqa: PLC0415 - only sealed runs need it

    if not reason:
        raise UsageError(
            f"The record of {folder} would be another than the sealed one (SHA-256 {sha256(data)[:16]}…, sealed "
            f"{seal.over.record[:16]}…): the program or its rules have changed. Nothing was written. To amend it, "
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
    old = _sealed_record(folder, seal.over.record)
    number = number_of_formers(folder, seal=note.data(), record=old) + 1
    # In this order a machine that dies on the way loses nothing, and the same command can be given again.
    write_anew(folder / former(RECORD, number), old)
    write_anew(folder / former(SEAL, number), note.data())
    write_anew(folder / RECORD, data)
    seal_run(
        folder,
        chosen,
        "amended",
        amendment=Amendment(note.digest(), seal.over.record, why),
        clock=clock,
    )
    return f"The record was amended; the former one is kept as {former(RECORD, number)}, with {former(SEAL, number)}."


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
