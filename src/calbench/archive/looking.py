"""Looking at the folder of a run without reading it: has anything changed since?"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from calbench.workflow.storing import CONTROL, ISSUES, JOURNAL, PLAN, RECORD, REQUEST, UNITS

OF_A_RUN = frozenset({PLAN, JOURNAL, RECORD, REQUEST})
"""A folder that holds one of these is the folder of a run."""
SETTLED = 2_000_000_000
"""ns; a file that was written less than this ago is read again next time: it may change within a tick of its clock."""
_END = 4096  # bytes of the journal's end that tell it from another of the same size and time


def folders(runs: Path) -> list[str]:
    """Give the names of the folders of runs in a folder, in their order."""
    with os.scandir(runs) as entries:
        return sorted(entry.name for entry in entries if entry.is_dir() and is_run(Path(entry.path)))


def is_run(folder: Path) -> bool:
    """Tell whether a folder is that of a run, whole or damaged."""
    return any((folder / name).exists() for name in OF_A_RUN)


def stamp(folder: Path, now_ns: int) -> str:
    """Give what changes whenever a file of a run does: from names, sizes, times, and the end of the journal.

    Empty while something is too new to tell, or goes away meanwhile: it must be read again.

    Args:
        folder: Of the run.
        now_ns: Time of day, ns since 1970.
    """
    newest = 0
    found = hashlib.sha256()
    try:
        for name, entry in _files(folder):
            seen = os.stat(entry.path)  # noqa: PTH116 - a Path costs as much as looking, and there are thousands; that of the entry has no number of the file on Windows
            newest = max(newest, seen.st_mtime_ns)
            found.update(f"{name}\0{seen.st_size}\0{seen.st_mtime_ns}\0{seen.st_ino}\n".encode())
        found.update(_end(folder / JOURNAL))
    except OSError:
        return ""
    return "" if newest > now_ns - SETTLED else found.hexdigest()


def _files(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    for entry in _sorted(folder):
        if entry.is_file():
            if entry.name != CONTROL:  # it comes and goes with the process, and tells nothing of the run
                yield entry.name, entry
        elif entry.is_dir() and entry.name in (ISSUES, UNITS):
            for below in _sorted(Path(entry.path)):
                if below.is_dir():
                    yield from (
                        (f"{entry.name}/{below.name}/{name}", one) for name, one in _files(Path(below.path))
                    )


def _sorted(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _end(journal: Path) -> bytes:
    try:
        with journal.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _END))
            return file.read(_END)
    except FileNotFoundError:
        return b"none"
