"""The seal of a run: what its station signs when the run has ended.

A checkpoint (C2SP tlog-checkpoint): origin, number of leaves and root over the lines of the journal; then lines of our
own, which say what else is sealed. Every run is a tree of its own, so the origin is `STATION/RUN`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from calbench.documents.canonical import sha256
from calbench.errors import IntegrityFailure
from calbench.trust import merkle
from calbench.trust.signednotes import Note, PublicKey, Signature

FORMAT, OF_SEVERAL = "calbench.seal/1", "calbench.seal/2"
"""A seal of one record, and one of a run of several units with a record for each."""
LONGEST_REASON = 400
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}")
_BEFORE, _AFTER = ("format", "head", "plan"), ("key", "sealed", "when", "kind")
_AMENDS, _REASON = ("amends",), ("reason",)
RECORD, REPLACES = "record", "replaces"
_WHEN, _KINDS = ("at-end", "later", "amended"), ("measurement", "simulated", "simulated-demonstration")


@dataclass(frozen=True)
class Sealed:
    """What is sealed: the journal by number of lines, root and head; plan and record by their hashes.

    Of a run of several units, `units` are the hashes of their records by position, and `record` is "".
    """

    station: str
    run: str
    lines: int
    root: bytes
    head: str
    plan: str
    record: str
    units: Mapping[str, str] = field(default_factory=dict)

    def record_of(self, position: str) -> str:
        """Give the hash of the record of a unit; of a run of one unit, it is that of the run. "" if there is none."""
        return self.units.get(position, "") if self.units else self.record

    @classmethod
    def over(
        cls,
        station: str,
        run: str,
        plan: bytes,
        journal: bytes,
        record: bytes,
        units: Mapping[str, bytes] | None = None,
    ) -> Sealed:
        """Take the measure of the files of a run; of several units, `units` are their records by position."""
        lines = journal.split(b"\n")[:-1]
        return cls(
            station=station,
            run=run,
            lines=len(lines),
            root=merkle.root(lines),
            head=sha256(lines[-1]) if lines else "0" * 64,
            plan=sha256(plan),
            record="" if units else sha256(record),
            units={position: sha256(data) for position, data in (units or {}).items()},
        )


@dataclass(frozen=True)
class Amendment:
    """What a seal replaces: the SHA-256 of the text of the former seal, that of the former record, and why.

    Of a run of several units, `units` are the hashes of those records that are replaced, and `replaces` is "".
    """

    amends: str
    replaces: str
    reason: str
    units: Mapping[str, str] = field(default_factory=dict)

    def replaced(self) -> Mapping[str, str]:
        """Give the hashes of the replaced records by position; that of a run of one unit is ""."""
        return self.units or {"": self.replaces}


@dataclass(frozen=True)
class Seal:
    """The content of a seal.

    `sealed` is the time of day of the station, UTC. `when` says whether that was at the end of the run, later, or
    for an amended record; `kind` whether something was measured, or simulated, and there by a key for demonstrations.
    """

    over: Sealed
    key: PublicKey
    sealed: str
    when: str
    kind: str
    amendment: Amendment | None = None

    def text(self) -> str:
        """Write what is signed."""
        over = self.over
        pairs = [
            ("format", OF_SEVERAL if over.units else FORMAT),
            ("head", over.head),
            ("plan", over.plan),
            *_of_records(RECORD, over.record, over.units),
            ("key", self.key.text()),
            ("sealed", self.sealed),
            ("when", self.when),
            ("kind", self.kind),
        ]
        if self.amendment is not None:
            amended = self.amendment
            pairs += [
                ("amends", amended.amends),
                *_of_records(REPLACES, amended.replaces, amended.units),
                ("reason", amended.reason),
            ]
        head = f"{over.station}/{over.run}\n{over.lines}\n{base64.b64encode(over.root).decode()}\n"
        return head + "".join(f"{name} {value}\n" for name, value in pairs)

    @property
    def demonstration(self) -> bool:
        """Whether it was signed by a key for demonstrations."""
        return self.kind == "simulated-demonstration"

    def own(self, note: Note) -> Signature | None:
        """Give the signature line of the key that the seal names; None if there is none."""
        return next((one for one in note.signatures if one.of(self.key)), None)


def reason_of(text: str) -> str:
    """Give a reason as a seal takes it: one line.

    Raises:
        ValueError: It is empty, too long, or not one line.
    """
    reason = text.strip()
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise ValueError(f"A reason is one line of 1 to {LONGEST_REASON} characters.")
    return reason


def read_seal(note: Note, what: str) -> Seal:
    """Read the content of a seal.

    Raises:
        IntegrityFailure: The text is not that of a seal, or in another form than it is written in.
    """
    lines = iter(note.text.split("\n")[:-1])
    try:
        seal = _content(lines)
    except (ValueError, StopIteration, RuntimeError) as error:
        raise IntegrityFailure(f"{what} is no seal: {error or 'lines are missing'}") from error
    if seal.text() != note.text:
        raise IntegrityFailure(f"{what} is not in the form in which a seal is written.")
    return seal


def _content(lines: Iterator[str]) -> Seal:
    station, slash, run = next(lines).partition("/")
    size, root = next(lines), next(lines)
    if not slash or re.fullmatch(r"0|[1-9]\d{0,14}", size, re.ASCII) is None:
        raise ValueError("its first lines are not STATION/RUN and a number of lines.")
    fields: dict[str, str] = {}
    for line in lines:
        name, space, value = line.partition(" ")
        if not space or name in fields:
            raise ValueError(f"line {line[:40]!r} is not NAME VALUE, or comes twice.")
        fields[name] = value
    stated = fields.get("format", "")
    _require(stated in (FORMAT, OF_SEVERAL), f"its format is {stated[:40]!r}, not {FORMAT} or {OF_SEVERAL}.")
    several = stated == OF_SEVERAL
    units, replaced = (_units(fields, name) if several else {} for name in (RECORD, REPLACES))
    records = tuple(f"{RECORD}/{position}" for position in units) or (RECORD,)
    replaces = tuple(f"{REPLACES}/{position}" for position in replaced) or (REPLACES,)
    required = (*_BEFORE, *records, *_AFTER)
    names = tuple(fields)
    if names not in (required, (*required, *_AMENDS, *replaces, *_REASON)) or several != bool(units):
        raise ValueError(f"it has the lines {', '.join(names)}; expected are {', '.join(required)}.")
    _require(several == bool(replaced) or REPLACES not in fields, f"'{REPLACES}' does not say of which unit.")
    for name in ("head", "plan", "amends", *records, *replaces):
        _require(_HASH.fullmatch(fields.get(name, "0" * 64)), f"'{name}' is not a SHA-256.")
    _require(_TIME.fullmatch(fields["sealed"]), "'sealed' is not a time of day, UTC.")
    _require(fields["when"] in _WHEN, f"'when' is not one of {', '.join(_WHEN)}.")
    _require(fields["kind"] in _KINDS, f"'kind' is not one of {', '.join(_KINDS)}.")
    return Seal(
        over=Sealed(
            station,
            run,
            int(size),
            _root(root),
            fields["head"],
            fields["plan"],
            fields.get(RECORD, ""),
            units,
        ),
        key=PublicKey.of(fields["key"]),
        sealed=fields["sealed"],
        when=fields["when"],
        kind=fields["kind"],
        amendment=Amendment(fields["amends"], fields.get(REPLACES, ""), reason_of(fields["reason"]), replaced)
        if len(names) > len(required)
        else None,
    )


def _of_records(name: str, single: str, units: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give the lines for the record of a run, or for those of its units: `record/2 HASH`."""
    return [(f"{name}/{position}", value) for position, value in units.items()] or [(name, single)]


def _units(fields: Mapping[str, str], name: str) -> dict[str, str]:
    return {key[len(name) + 1 :]: value for key, value in fields.items() if key.startswith(f"{name}/")}


def _root(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        data = b""
    _require(len(data) == merkle.SIZE, "its third line is not a root hash in base64.")
    return data


def _require(holds: object, message: str) -> None:
    if not holds:
        raise ValueError(message)
