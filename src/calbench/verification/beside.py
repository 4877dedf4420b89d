"""What lies in the folder of a run beside its documents and signed certificates: made again, compared, or named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from calbench.documents.canonical import canonical, sha256
from calbench.documents.origin import source_name
from calbench.documents.plan import Plan
from calbench.errors import CalbenchError, UsageError
from calbench.evaluation.verifying import Check
from calbench.execution.reserve import RESERVE
from calbench.workflow.storing import (
    CONTROL,
    GUARD,
    ISSUE,
    ISSUES,
    JOURNAL,
    PLAN,
    RECORD,
    REQUEST,
    REVIEWS,
    SEAL,
    SOURCES,
    UNITS,
    Place,
    place_of,
    read,
)

if TYPE_CHECKING:
    from calbench.documents.issue import Issue
    from calbench.documents.record import Record

MOST = 10
"""Unknown files that are named; of more, only how many."""
_DERIVED = re.compile(r"results\.csv|results-(?:en|zh)\.xlsx|certificate-(?:en|zh)\.html")
_CERTIFICATE = re.compile(r"certificate\.xml|certificate-(?:en|zh)\.pdf")
_RUN = re.compile(r"journal\.torn-[1-9]\d*|record-[1-9]\d*\.json|seal-[1-9]\d*\.txt|proof-[1-9]\d*\.json")
_OWN = frozenset((PLAN, JOURNAL, RECORD, SEAL, ISSUES, SOURCES, GUARD, REQUEST, CONTROL, RESERVE, REVIEWS))


_OF_UNIT = frozenset((RECORD, ISSUES, REVIEWS))
_FORMER = re.compile(r"record-[1-9]\d*\.json")


def verify_beside(folder: Path) -> Iterator[Check]:
    """Verify every `issue.json`, table, page and workbook of a run or unit; name the files that nobody knows."""
    where = place_of(folder)
    records = _records(folder)
    if records:  # else a check has said that the record is none
        for place in (folder, *_issues(folder)):
            yield from _place(folder, place, records)
    unknown = _unknown_of_unit(folder) if where.position else _unknown(folder, _OWN)
    yield from _other(unknown)


def verify_around(run: Place) -> Iterator[Check]:
    """Name the files beside the folders of the units of a run that nobody knows."""
    units = {unit.folder for unit in run.units()}
    inside = (path for path in sorted((run.run / UNITS).iterdir()) if path not in units)
    around = _unknown(run.run, _OWN - {RECORD, ISSUES, REVIEWS} | {UNITS})
    yield from _other([*around, *(_named(run.run, path) for path in inside)])


def _other(names: Iterable[str]) -> Iterator[Check]:
    unknown = [_shown(name) for name in names]
    if unknown:
        more = f" and {len(unknown) - MOST} more" if len(unknown) > MOST else ""
        yield Check("other files", None, f"not of calbench, not looked at: {', '.join(unknown[:MOST])}{more}")


@dataclass(frozen=True)
class _Kept:
    """A record of the run: what its file is called, its bytes, and what they say."""

    name: str
    data: bytes
    record: Record


@dataclass(frozen=True)
class _Made:
    """What a file may have been made from; `why` says what is to be known if it was not the first of these."""

    kept: _Kept
    issue: Issue | None
    why: str = ""


def _records(folder: Path) -> dict[str, _Kept]:
    """Give the records of a run by their SHA-256, the one in force first."""
    from calbench.documents.record import Record  # noqa: PLC0415 - loaded where it is used

    found = {}
    for path in (folder / RECORD, *sorted(folder.glob("record-*.json"))):
        try:
            data = read(path)
            found[sha256(data)] = _Kept(path.name, data, Record.model_validate_json(data))
        except (ValidationError, UsageError):
            continue  # another check names it
    return found


def _issues(folder: Path) -> list[Path]:
    return [path for path in sorted((folder / ISSUES).glob("*")) if path.is_dir()]


def _place(folder: Path, place: Path, records: Mapping[str, _Kept]) -> Iterator[Check]:
    where = place.relative_to(folder).as_posix()
    prefix = "" if place == folder else f"{where}/"
    issue: Issue | None = None
    if (place / ISSUE).is_file():
        check, issue = _issue(place / ISSUE, f"{prefix}{ISSUE}", records)
        yield check
        if issue is None:
            return
    for path in sorted(place.iterdir()):
        if _DERIVED.fullmatch(path.name) and path.is_file():
            may = _pages if path.suffix == ".html" else _tables
            yield _derived(path, f"{prefix}{path.name}", tuple(may(issue, records, first=place == folder)))


def _issue(path: Path, name: str, records: Mapping[str, _Kept]) -> tuple[Check, Issue | None]:
    from calbench.documents.issue import Issue  # noqa: PLC0415 - loaded where it is used

    data = read(path)
    try:
        issue = Issue.model_validate_json(data)
    except ValidationError as error:
        return Check(name, False, f"not an issue: {error.errors(include_url=False)[0]['msg']}"), None
    if canonical(issue) != data:
        return Check(name, False, "not in canonical form: altered"), None
    kept = records.get(issue.record_sha256)
    if kept is None:
        return Check(name, False, "the issue of a certificate of another record: none of this run"), None
    found = f"number {issue.number}, {issue.issued}, by {issue.signatory.name}, for {kept.name}"
    return Check(name, True, found), issue


def _pages(issue: Issue | None, records: Mapping[str, _Kept], *, first: bool) -> Iterator[_Made]:
    """Give what the pages of a place may have been made from, the likeliest first."""
    if issue is not None:
        yield _Made(records[issue.record_sha256], issue, _replaced(records[issue.record_sha256]))
    for one in _tables(issue, records, first=True) if first else ():
        without = "made without the issue: it names neither number nor signatory of the signed certificates"
        yield _Made(one.kept, None, "; ".join(filter(None, (one.why, without if issue is not None else ""))))


def _tables(issue: Issue | None, records: Mapping[str, _Kept], *, first: bool) -> Iterator[_Made]:
    """Give what tables and workbooks may have been made from: they do not depend on the issue."""
    of = list(records.values()) if first else [records[issue.record_sha256]] if issue is not None else []
    yield from (_Made(kept, None, _replaced(kept)) for kept in of)


def _replaced(kept: _Kept) -> str:
    return "" if kept.name == RECORD else f"made from {kept.name}, which was replaced since"


def _derived(path: Path, name: str, made: tuple[_Made, ...]) -> Check:
    """Make a file again from each thing that it may have been made from, and compare it to the byte."""
    from calbench.software import software  # noqa: PLC0415 - loaded where it is used

    data, make = read(path), _maker(path.name)
    if not made:
        return Check(name, None, "not compared: no issue lies beside it, which says what it was made from")
    for one in made:
        try:
            same = make(one) == data
        except (CalbenchError, LookupError, ValueError) as error:
            return Check(name, None, f"not compared with the record: {str(error).splitlines()[0]}")
        if same:
            return Check(
                name, None if one.why else True, one.why or f"the same as what {RECORD} gives, to the byte"
            )
    if made[0].kept.record.software != software():
        return Check(
            name,
            None,
            "not what this version gives from its record, which another version made: not compared",
        )
    return Check(name, False, f"not what {made[0].kept.name} gives: altered, or of another run")


def _maker(name: str) -> Callable[[_Made], bytes]:
    from calbench.certificates import Source  # noqa: PLC0415 - loaded where it is used

    language: Any = "" if name.endswith(".csv") else name.rpartition(".")[0][-2:]

    def make(one: _Made) -> bytes:
        source = Source(one.kept.record, one.kept.data, (), one.issue)
        if name.endswith(".csv"):
            return source.table()
        return source.workbook(language) if name.endswith(".xlsx") else source.page(language)

    return make


def _unknown_of_unit(folder: Path) -> Iterator[str]:
    """Give the files and folders of a unit that nobody knows, by their names in its folder."""
    for path in sorted(folder.iterdir()):
        if path.name not in _OF_UNIT and not _FORMER.fullmatch(path.name) and not _of_certificates(path.name):
            yield _named(folder, path)
    yield from _unknown_issues(folder)


def _unknown_issues(folder: Path) -> Iterator[str]:
    for place in sorted((folder / ISSUES).glob("*")):
        if not place.is_dir():
            yield _named(folder, place)
            continue
        yield from (_named(folder, one) for one in sorted(place.iterdir()) if not _of_certificates(one.name))


def _unknown(folder: Path, own: Set[str]) -> Iterator[str]:
    """Give the files and folders of a run that nobody knows, by their names in it; `own` are those it has anyway."""
    for path in sorted(folder.iterdir()):
        if path.name not in own and not _RUN.fullmatch(path.name) and not _of_certificates(path.name):
            yield _named(folder, path)
    yield from _unknown_issues(folder)
    known = _source_names(folder / PLAN)
    if known is not None and (folder / SOURCES).is_dir():
        yield from (
            _named(folder, one) for one in sorted((folder / SOURCES).iterdir()) if one.name not in known
        )


def _of_certificates(name: str) -> bool:
    return name == ISSUE or any(each.fullmatch(name) for each in (_DERIVED, _CERTIFICATE))


def _source_names(plan: Path) -> frozenset[str] | None:
    try:
        return frozenset(map(source_name, Plan.model_validate_json(read(plan)).sources))
    except ValidationError:
        return None


def _named(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix() + ("/" if path.is_dir() else "")


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in name[:80])
