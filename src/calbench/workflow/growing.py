"""A sealed run whose journal grows: its seal and record are set aside, and the next seal names both.

The former seal stays true of the lines that there were: `verify` looks whether the journal still begins with them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from calbench.documents.canonical import sha256
from calbench.errors import IntegrityFailure, UsageError
from calbench.workflow.sealing import no_key
from calbench.workflow.storing import (
    JOURNAL,
    PLAN,
    RECORD,
    SEAL,
    Place,
    former,
    number_of_formers,
    read,
    stored_plan,
    write_anew,
)

if TYPE_CHECKING:
    from calbench.trust.seal import Amendment, Sealed
    from calbench.trust.stationkeys import Signer


def set_aside(folder: Path, reason: str, signer: Signer | None) -> Amendment | None:
    """Keep seal and record of a run under other names, before its journal grows; None if it has no seal.

    Gives what the next seal must say. If the machine dies in between, the same may be done again.

    Raises:
        UsageError: There is no key for the next seal; nothing was written.
        IntegrityFailure: Plan, journal or record are not those that were sealed.
    """
    if not (folder / SEAL).exists():
        return None
    from calbench.trust import signednotes  # noqa: PLC0415 - only sealed runs need it
    from calbench.trust.seal import Amendment, read_seal, reason_of  # noqa: PLC0415 - as above

    note = signednotes.read(read(folder / SEAL), str(folder / SEAL))
    over = read_seal(note, str(folder / SEAL)).over
    if signer is None:
        raise UsageError(
            f"{folder} is sealed, and what follows would be {no_key(stored_plan(folder).station)}."
        )
    if sha256(read(folder / PLAN)) != over.plan or not begins_with(read(folder / JOURNAL), over):
        raise IntegrityFailure(
            f"{folder}: plan or journal are not those that were sealed. See calbench verify {folder}."
        )
    records = {one: read(one.record) for one in Place(folder).units()}
    for one, record in records.items():
        if sha256(record) != over.record_of(one.position):
            raise IntegrityFailure(
                f"{one.folder}: the record is not the one that was sealed. See calbench verify {folder}."
            )
    try:
        why = reason_of(reason)
    except ValueError as error:
        raise UsageError(str(error)) from error
    alone = next(iter(records.values())) if not over.units else None
    number = number_of_formers(folder, seal=note.data(), record=alone) + 1
    for one, record in records.items():
        write_anew(one.folder / former(RECORD, number), record)
    write_anew(folder / former(SEAL, number), note.data())
    return Amendment(note.digest(), over.record, why, over.units)


def begins_with(journal: bytes, over: Sealed) -> bool:
    """Tell whether a journal begins with the lines that were sealed."""
    from calbench.trust.seal import Sealed  # noqa: PLC0415 - only sealed runs need it

    lines = journal.split(b"\n")
    if len(lines) - 1 < over.lines:
        return False
    here = Sealed.over("", "", b"", b"".join(line + b"\n" for line in lines[: over.lines]), b"")
    return (here.root, here.head) == (over.root, over.head)
