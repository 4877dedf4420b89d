"""Proof of a single line of a journal: the line, its way to the root, and the seal over the root."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from calbench.documents.canonical import canonical, sha256
from calbench.documents.journal import Event, event_of
from calbench.documents.model import Stored
from calbench.errors import IntegrityFailure
from calbench.trust import merkle, signednotes
from calbench.trust.seal import Seal, read_seal
from calbench.trust.signednotes import Note


class Proof(Stored):
    """The file of a proof: `line` is the text of line `seq` (from 1) of a journal, `path` its hashes in base64."""

    format: Literal["calbench.line-proof/1"] = "calbench.line-proof/1"
    seq: int
    line: str
    path: list[str]
    seal: str


@dataclass(frozen=True)
class Proven:
    """What a proof shows: this event is line `seq` of the journal under this seal, if the seal is good."""

    event: Event
    seal: Seal
    note: Note


def prove(lines: Sequence[bytes], seq: int, seal: bytes) -> bytes:
    """Make the file of the proof of line `seq` (from 1).

    Raises:
        IndexError: There is no such line.
    """
    path = [base64.b64encode(one).decode() for one in merkle.inclusion(lines, seq - 1)]
    return canonical(Proof(seq=seq, line=lines[seq - 1].decode(), path=path, seal=seal.decode())) + b"\n"


def read_proof(data: bytes, what: str) -> Proven:
    """Read a proof and follow it to the root of its seal; the seal's signature is for the caller to check.

    Raises:
        IntegrityFailure: It is no proof, or does not lead to the root that was sealed.
    """
    try:
        proof = Proof.model_validate_json(data)
        path = [base64.b64decode(one, validate=True) for one in proof.path]
    except (ValidationError, binascii.Error) as error:
        raise IntegrityFailure(f"{what} is no proof of a line of a journal.") from error
    if canonical(proof) + b"\n" != data or [base64.b64encode(one).decode() for one in path] != proof.path:
        raise IntegrityFailure(f"{what} is not in the form in which a proof is written.")
    line = proof.line.encode()
    note = signednotes.read(proof.seal.encode(), f"the seal in {what}")
    seal = read_seal(note, f"the seal in {what}")
    event = event_of(line, proof.seq)
    if merkle.root_of_inclusion(line, proof.seq - 1, seal.over.lines, path) != seal.over.root:
        raise IntegrityFailure(
            f"{what} does not lead to the root that was sealed: line, path or seal were altered."
        )
    if proof.seq == seal.over.lines and sha256(line) != seal.over.head:
        raise IntegrityFailure(f"{what}: the head in the seal is not the hash of the last line.")
    return Proven(event, seal, note)
