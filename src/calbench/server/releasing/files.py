"""The files of a run that are handed out: those on a list, where they lie in its folder.

No path ever comes from a request: what it names is looked up among the names of what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from calbench.errors import UsageError
from calbench.workflow.storing import ISSUES, SOURCES, UNITS

KINDS: Mapping[str, str] = {
    ".json": "application/json", ".jsonl": "application/x-ndjson", ".txt": "text/plain; charset=utf-8",
    ".pdf": "application/pdf", ".xml": "application/xml", ".html": "text/html; charset=utf-8",
    ".csv": "text/csv; charset=utf-8", ".yaml": "application/yaml", ".yml": "application/yaml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml",
}  # fmt: skip
HEADERS: Mapping[str, str] = {"content-security-policy": "default-src 'none'; sandbox"}
"""What every file carries: should a browser show it nevertheless, nothing in it runs or loads anything."""
MOST_FILES = 2000
_LANGUAGE = r"[a-z]{2}"
_RUN = re.compile(r"plan\.json|journal\.jsonl|guard\.jsonl|seal(-[1-9]\d*)?\.txt|proof-[1-9]\d*\.json")
_RECORD = re.compile(r"record(-[1-9]\d*)?\.json|reviews\.jsonl")
_ISSUED = re.compile(
    rf"issue\.json|certificate\.xml|certificate-{_LANGUAGE}\.(pdf|html)|results\.csv|results-{_LANGUAGE}\.xlsx"
)
_SOURCE = re.compile(r"[\w.+-]+\.(yaml|yml|xml|png|jpg|jpeg|svg)")
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


class NoSuchFile(UsageError):  # noqa: N818 - reads as a sentence where it is caught
    """There is no file of this name that is handed out."""


@dataclass(frozen=True)
class Handed:
    """A file that is handed out: its name within the run, where it lies, its type and size, its name when saved."""

    key: str
    path: Path
    kind: str
    size: int
    saved_as: str


def files_of(folder: Path, run: str) -> dict[str, Handed]:
    """Give the files of a run by their names within it, such as `units/1/record.json`."""
    home = folder.resolve()
    found: dict[str, Handed] = {}
    for path in _listed(folder):
        if len(found) >= MOST_FILES:
            break
        if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(home):
            continue
        key = path.relative_to(folder).as_posix()
        kind = KINDS[path.suffix.lower()]
        found[key] = Handed(key, path, kind, path.stat().st_size, safe(f"{run}-{key.replace('/', '-')}"))
    return found


def file_of(folder: Path, run: str, key: str) -> Handed:
    """Give one of them.

    Raises:
        NoSuchFile: There is none of this name.
    """
    found = files_of(folder, run).get(key)
    if found is None:
        raise NoSuchFile(f"Run {run} has no file '{key[:80]}' that is handed out.")
    return found


def safe(name: str) -> str:
    """Give a name under which a file can be saved on every system, Windows too."""
    plain = _UNSAFE.sub("_", name).strip(" .")[-150:] or "file"
    return f"_{plain}" if _DEVICE.match(plain) else plain


def attachment(name: str) -> str:
    """Give the header that has a file saved under a name (RFC 6266), also one beyond ASCII (RFC 8187)."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    if plain == name:
        return f'attachment; filename="{name}"'
    coded = "".join(
        chr(one) if chr(one).isascii() and (chr(one).isalnum() or chr(one) in "-._~") else f"%{one:02X}"
        for one in name.encode()
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}"


def _listed(folder: Path) -> Iterator[Path]:
    yield from _matching(folder, _RUN)
    yield from _of_record(folder)
    for unit in _folders(folder / UNITS):
        yield from _of_record(unit)
    yield from _matching(folder / SOURCES, _SOURCE)


def _of_record(folder: Path) -> Iterator[Path]:
    yield from _matching(folder, _RECORD)
    for place in (folder, *_folders(folder / ISSUES)):
        yield from _matching(place, _ISSUED)


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir() or folder.is_symlink():
        return []
    return sorted(one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())


def _matching(folder: Path, names: re.Pattern[str]) -> Iterator[Path]:
    if folder.is_dir() and not folder.is_symlink():
        yield from sorted(one for one in folder.iterdir() if names.fullmatch(one.name))
