"""What a seal is good for beside its run: a second signature, and the proof of a single line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.documents.journal import Event, parse
from calbench.errors import IntegrityFailure, UsageError
from calbench.evaluation.verifying import Check
from calbench.trust import signednotes
from calbench.trust.proofs import prove, read_proof
from calbench.trust.seal import read_seal
from calbench.verification.keys import signatures
from calbench.verification.kinds import Means, verify
from calbench.workflow.storing import JOURNAL, SEAL, UNITS, Place, place_of, read, write_anew

if TYPE_CHECKING:
    from calbench.trust.ring import Ring
    from calbench.trust.stationkeys import Signer


def countersign(what: Path, signer: Signer, ring: Ring) -> Path:
    """Add a second signature to the seal of a run, or to a seal alone, once it was verified; gives the seal.

    Raises:
        UsageError: There is no seal, this key has signed it already, or it is for demonstrations.
        IntegrityFailure: Run or seal do not verify.
    """
    what = place_of(what).run if what.is_dir() else what
    path = what / SEAL if what.is_dir() else what
    if not path.is_file():
        raise UsageError(f"{what} has no seal that could be countersigned.")
    note = signednotes.read(read(path), str(path))
    seal = read_seal(note, str(path))
    key = signer.entry.public
    if any(one.of(key) for one in note.signatures):
        raise UsageError(f"{path} is signed by {signer.entry.stem} already.")
    if signer.entry.demonstration:
        raise UsageError(f"The key {signer.entry.stem} is for demonstrations: its signature shows nothing.")
    checks = verify(what, Means(ring)) if what.is_dir() else signatures(note, seal, ring, "")
    bad = [f"{one.name}: {one.found}" for one in checks if one.holds is False]
    if bad:
        raise IntegrityFailure(f"{what} is not countersigned, because it does not verify. {'; '.join(bad)}.")
    write_anew(path, signer.sign(note.text, note.signatures).data())
    return path


@dataclass(frozen=True)
class Chosen:
    """A line that was proven: its number from 1, and the file of the proof."""

    seq: int
    data: bytes


def prove_line(folder: Path, which: str, reading: int | None = None) -> Chosen:
    """Prove a line of a sealed run: `which` is its number, or a point with its `reading` (from 1).

    A point of a run of several units is that of the one whose folder is given.

    Raises:
        UsageError: There is no such line, or the point has several readings and none was chosen.
        IntegrityFailure: The journal is broken, or not the sealed one.
    """
    place = place_of(folder)
    if not (place.run / SEAL).is_file():
        raise UsageError(
            f"{folder} has no seal, so nothing in it can be proven. Seal it: calbench keys seal {folder}"
        )
    data, seal = read(place.run / JOURNAL), read(place.run / SEAL)
    events, _ = parse(data)
    seq = _line(events, which, reading, place)
    made = prove(data.split(b"\n")[:-1], seq, seal)
    read_proof(made, str(folder))  # refuses a journal that is not the sealed one
    return Chosen(seq, made)


def check_proof(path: Path, ring: Ring, seal: Path | None = None) -> tuple[Event | None, list[Check]]:
    """Check the proof of a line, offline and without its run; gives what it proves, and the checks.

    `seal` is a seal that was had from elsewhere: the one in the proof must be the same.
    """
    try:
        proven = read_proof(read(path), str(path))
    except IntegrityFailure as error:
        return None, [Check("proof", False, str(error))]
    over = proven.seal.over
    found = f"line {proven.event.seq} of the {over.lines} of run {over.run} leads to the root in the seal"
    checks = [Check("proof", True, found)]
    if seal is not None:
        other = signednotes.read(read(seal), str(seal))
        same = other.text == proven.note.text
        checks.append(Check("seal", same, f"the seal in the proof is {'' if same else 'not '}that of {seal}"))
    return proven.event, [*checks, *signatures(proven.note, proven.seal, ring, over.station)]


def _line(events: list[Event], which: str, reading: int | None, place: Place) -> int:
    if which.isdecimal():
        if not 1 <= int(which) <= len(events):
            raise UsageError(f"There is no line {which}: the journal has {len(events)}.")
        return int(which)
    found = [
        one
        for one in events
        if one.type == "reading" and one.point == which and place.position in ("", one.position)
    ]
    if len({one.position for one in found}) > 1:
        raise UsageError(
            f"Point '{which}' was read at several units: give the folder of one, {UNITS}/POSITION."
        )
    if not found:
        raise UsageError(
            f"Point '{which}' has no reading in this journal. Give its name, or the number of a line."
        )
    if reading is None and len(found) > 1:
        listed = ", ".join(f"{number}: {_said(one)}" for number, one in enumerate(found, start=1))
        raise UsageError(f"Point '{which}' has {len(found)} readings: choose one with --reading N. {listed}")
    if reading is not None and not 1 <= reading <= len(found):
        raise UsageError(f"Point '{which}' has the readings 1 to {len(found)}.")
    return found[(reading or 1) - 1].seq


def _said(reading: Event) -> str:
    """Give the text of a reading, behind its input if it is of one."""
    return " ".join(str(reading.body[key]) for key in ("input", "text") if reading.body.get(key))
