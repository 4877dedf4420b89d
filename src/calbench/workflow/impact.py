"""Which results used a certificate, a standard or a weight: read from the records of a folder, one after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.documents.origin import source_name
from calbench.errors import CalbenchError, IntegrityFailure, UsageError
from calbench.workflow.storing import CONTROL, ISSUE, PLAN, RECORD, REQUEST, SOURCES

if TYPE_CHECKING:
    from calbench.documents.origin import Standard
    from calbench.documents.record import Record
    from calbench.traceability.usage import Use

FORMAT = b'"calbench.record/1"'
BESIDE = (REQUEST, CONTROL)
"""Files of a run that are no records, and are nothing strange."""
ISSUED, LINE, REPORT = b'"calbench.issue/1"', b'"calbench.line-proof/1"', "calbench.proof/1"


@dataclass(frozen=True)
class Touched:
    """One result that used what was asked for: which, what it did, its share of the variance in %, the verdict."""

    result: str
    test: str
    part: str
    weights: tuple[str, ...]
    share: float | None
    verdict: str


@dataclass(frozen=True)
class Affected:
    """One run that used it, with those of its results that did; `of` is how many it has."""

    path: str
    run: str
    started: str
    uut: dict[str, str]
    simulated: bool
    verdict: str
    results: tuple[Touched, ...]
    of: int


@dataclass(frozen=True)
class Unread:
    """A file that could not be asked; `damaged` if it should be a record, else it is none of calbench's."""

    path: str
    why: str
    damaged: bool


def impact(name: str, folder: Path, since: str | None = None) -> Iterator[Affected | Unread]:
    """Give every run below a folder that used an asset, certificate (number or SHA-256) or weight.

    Records are read one at a time, in the order of their paths; what is no record, or cannot be read, is given too.

    Args:
        name: id of an asset or weight; number or SHA-256 of a certificate, also of one above.
        folder: where runs lie, at any depth.
        since: only runs that began on this day or later (`2026-01-05`).

    Raises:
        UsageError: There is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder: give the one that holds the runs, with --in.")
    known: dict[str, frozenset[str]] = {}
    for path in sorted(folder.rglob("*.json")):
        if path.name in BESIDE:
            continue
        if path.name == PLAN:
            if not (path.parent / RECORD).is_file():
                yield Unread(str(path.parent), "a run without a record: calbench evaluate it", damaged=True)
            continue
        found = _read(path)
        if found is None:
            continue
        if isinstance(found, Unread):
            yield found
        elif since is None or found.run.started[: len(since)] >= since:
            above, unread = _above(found, path.parent / SOURCES, known)
            yield from unread
            affected = _affected(found, name, path, above)
            if affected is not None:
                yield affected


def _read(path: Path) -> Record | Unread | None:
    """Read a record; None for a sound file of calbench that is no record."""
    from pydantic import ValidationError  # noqa: PLC0415 - loaded where it is used

    from calbench.documents.record import Record  # noqa: PLC0415 - as above

    try:
        data = path.read_bytes()
    except OSError as error:
        return Unread(str(path), f"cannot be read: {error.strerror}", damaged=True)
    try:
        return Record.model_validate_json(data)
    except ValidationError as error:
        if path.name != RECORD and FORMAT not in data:
            if _known(path.name, data):
                return None
            what = "a damaged issue of a certificate" if path.name == ISSUE else "not a record of calbench"
            return Unread(str(path), what, damaged=False)
        one = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in one["loc"])
        return Unread(
            str(path), f"a damaged record: {where + ': ' if where else ''}{one['msg']}", damaged=True
        )


def _known(name: str, data: bytes) -> bool:
    """Tell whether a file is a sound issue, proof of a line, or report of a proof of a procedure."""
    from pydantic import ValidationError  # noqa: PLC0415 - loaded where it is used

    from calbench.documents.issue import Issue  # noqa: PLC0415 - as above
    from calbench.trust.proofs import read_proof  # noqa: PLC0415 - as above

    try:
        if name == ISSUE or ISSUED in data:
            Issue.model_validate_json(data)
        elif LINE in data:
            read_proof(data, name)
        else:
            content = json.loads(data)
            return isinstance(content, dict) and content.get("format") == REPORT
    except (ValidationError, IntegrityFailure, ValueError, RecursionError):
        return False
    return True


def _above(
    record: Record, kept: Path, known: dict[str, frozenset[str]]
) -> tuple[dict[str, frozenset[str]], list[Unread]]:
    """Give what the digital certificates of the standards rest on, by asset; each file of one hash is read once."""
    from calbench.documents.canonical import sha256  # noqa: PLC0415 - loaded where it is used
    from calbench.workflow.tracing import named_above  # noqa: PLC0415 - as above

    found: dict[str, frozenset[str]] = {}
    unread: list[Unread] = []
    for source in record.plan.sources:
        if source.kind != "certificate":
            continue
        file = kept / source_name(source)
        if source.sha256 not in known:
            try:
                if sha256(file.read_bytes()) != source.sha256:
                    raise UsageError("it is another file than the run used")
                known[source.sha256] = named_above(file)
            except (OSError, CalbenchError) as error:
                why = error.strerror if isinstance(error, OSError) else str(error)
                unread.append(Unread(str(file), f"what it rests on is not known: {why}", damaged=True))
                continue
        found[source.id] = known[source.sha256]
    return found, unread


def _affected(record: Record, name: str, path: Path, above: Mapping[str, frozenset[str]]) -> Affected | None:
    from calbench.traceability.usage import uses_of  # noqa: PLC0415 - loaded where it is used

    assets = {one.id for one in record.plan.standards if name in _names(one) or name in above.get(one.id, ())}
    if not assets and name not in record.plan.weights:
        return None
    touched = []
    for result in record.results:
        uses = [use for use in uses_of(record, result) if use.asset in assets or name in use.weights]
        touched += [_touched(result.id, result.test, use, result.verdict) for use in uses]
    if not touched:
        return None
    simulated = record.plan.simulated is not None
    run = record.run
    return Affected(
        str(path),
        run.id,
        run.started,
        record.uut,
        simulated,
        record.verdict,
        tuple(touched),
        len(record.results),
    )


def _names(standard: Standard) -> tuple[str, ...]:
    every = (
        standard.id,
        standard.certificate_number,
        standard.certificate_sha256,
        standard.traceable_to,
        standard.traceable_to_sha256,
    )
    return tuple(one for one in every if one)


def _touched(result: str, test: str, use: Use, verdict: str) -> Touched:
    return Touched(result, test, use.part, use.weights, use.share, verdict)
