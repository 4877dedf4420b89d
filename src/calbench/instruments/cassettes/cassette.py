"""The file of a cassette: a header, then one operation a line. It is read as what a stranger sent."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from calbench.errors import CassetteInvalid
from calbench.instruments.cassettes.calls import NOTE
from calbench.instruments.cassettes.operation import Operation, from_fields

FORMAT = "calbench.cassette/1"
EVIDENCE = "driver only"
LONGEST_DATA = 8 * 1024 * 1024
"""Bytes that one operation may send or receive; longer replies take several."""

LONGEST_LINE = 7 * LONGEST_DATA
"""Bytes of the longest line that is read: every byte of `data` may take six characters."""

MOST_OPERATIONS = 5_000_000

_TEXTS = ("format", "evidence", "backend", "about", "started")
_KEYS = {*_TEXTS, "versions", "masked"}


@dataclass(frozen=True)
class Header:
    """The first line.

    Attributes:
        backend: The VISA library, or what else carried the traffic.
        started: Time of day at which the recording began (UTC).
        versions: Versions of the programs that took part, by name.
        masked: What was replaced before it was written, in words; empty: nothing.
        about: What was recorded, in words.
    """

    backend: str
    started: datetime
    versions: Mapping[str, str]
    masked: tuple[str, ...] = ()
    about: str = ""

    def line(self) -> str:
        """Write the header as one line of JSON."""
        fields = {
            "format": FORMAT,
            "evidence": EVIDENCE,
            "backend": self.backend,
            "about": self.about,
            "started": self.started.astimezone(UTC).isoformat(),
            "versions": dict(self.versions),
            "masked": list(self.masked),
        }
        return json.dumps(fields)


@dataclass(frozen=True)
class Cassette:
    """A recording: its operations in the order in which they began, and the notes of the run beside them."""

    name: str
    header: Header
    operations: tuple[Operation, ...]

    @property
    def notes(self) -> tuple[Operation, ...]:
        """What the recorded run said of itself: readings, answers, its end."""
        return tuple(one for one in self.operations if one.op == NOTE)

    @property
    def sessions(self) -> dict[str, Operation]:
        """The first `open` of each session: where it was, and what carried it."""
        first: dict[str, Operation] = {}
        for one in self.operations:
            if one.op == "open":
                first.setdefault(one.session, one)
        return first


def load_cassette(path: Path | str) -> Cassette:
    """Read a cassette.

    Raises:
        CassetteInvalid: The file cannot be read or is no cassette; says which line, and why.
    """
    path = Path(path)
    operations: list[Operation] = []
    try:
        with path.open("rb") as file:
            lines = _lines(file, path)
            header = _checked(path, 1, next(lines, b""), _header)
            for number, line in enumerate(lines, start=2):
                operations.append(_checked(path, number, line, from_fields))
    except OSError as error:
        raise CassetteInvalid(
            f"{path} cannot be read: {error.strerror}. Give the file of a cassette."
        ) from error
    operations.sort(key=lambda one: one.seq)
    for before, after in itertools.pairwise(operations):
        if before.seq == after.seq:
            raise CassetteInvalid(f"{path}: two operations have the number {after.seq}. Record it anew.")
    return Cassette(path.name, header, tuple(operations))


def _lines(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """Give the lines of a file, none of them too long and not too many of them."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise CassetteInvalid(
                f"{path}, line {number}: longer than {LONGEST_LINE} bytes. This is no cassette."
            )
        if number > MOST_OPERATIONS + 1:
            raise CassetteInvalid(f"{path}: more than {MOST_OPERATIONS} operations. Record less in one file.")
        if not line.endswith(b"\n"):
            raise CassetteInvalid(
                f"{path}, line {number}: ends in the middle: its tail was cut. Record it anew, or remove the line."
            )
        yield line


def _checked(path: Path, number: int, line: bytes, make: Any) -> Any:  # noqa: ANN401 - whatever `make` makes
    try:
        fields = json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
        if not isinstance(fields, dict):
            raise ValueError("not an object")  # noqa: TRY004, TRY301 - one kind for a broken line
        return make(fields)
    except (ValueError, RecursionError) as error:
        what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise CassetteInvalid(
            f"{path}, line {number}: {what}. A cassette ({FORMAT}) has one JSON object a line: a header, then "
            f"operations. Record it anew, or mend the line."
        ) from error


def _header(fields: Mapping[str, Any]) -> Header:
    unknown = sorted(set(fields) - _KEYS)
    if fields.get("format") != FORMAT:
        raise ValueError(f"format is {str(fields.get('format'))[:40]!r}, not {FORMAT!r}")
    if fields.get("evidence") != EVIDENCE:
        raise ValueError(f"evidence is {EVIDENCE!r} in every cassette: it says nothing about a measurement")
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no field of a header; fields are {', '.join(sorted(_KEYS))}")
    for name in _TEXTS:
        if not isinstance(fields.get(name), str):
            raise ValueError(  # noqa: TRY004 - as above
                f"{name} is text in a header, not {str(fields.get(name))[:40]}"
            )
    versions, masked = fields.get("versions"), fields.get("masked")
    if not isinstance(versions, dict) or not all(isinstance(one, str) for one in versions.values()):
        raise ValueError("versions is an object of texts")
    if not isinstance(masked, list) or not all(isinstance(one, str) for one in masked):
        raise ValueError("masked is a list of texts")
    started = datetime.fromisoformat(fields["started"])
    if started.tzinfo is None:
        raise ValueError("started has no time zone; it is in UTC")
    return Header(fields["backend"], started, versions, tuple(masked), fields["about"])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
