"""What tests of seals have in common."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from calbench.clock import VirtualClock
from calbench.verification import Check

SEAL = "seal.txt"


def at(text: str) -> VirtualClock:
    return VirtualClock(datetime.fromisoformat(text))


def bad(checks: list[Check]) -> dict[str, str]:
    return {one.name: one.found for one in checks if one.holds is False}


def unknown(checks: list[Check]) -> dict[str, str]:
    return {one.name: one.found for one in checks if one.holds is None}


def edit(name: str, change_: Callable[[bytes], bytes]) -> Callable[[Path, Path], None]:
    def edited(run: Path, other: Path) -> None:
        (run / name).write_bytes(change_((run / name).read_bytes()))

    return edited


def take(*names: str) -> Callable[[Path, Path], None]:
    def taken(run: Path, other: Path) -> None:
        for name in names:
            shutil.copyfile(other / name, run / name)

    return taken


def drop(name: str) -> Callable[[Path, Path], None]:
    def dropped(run: Path, other: Path) -> None:
        (run / name).unlink()

    return dropped


def record_of(run: Path, position: str) -> Path:
    return run / "units" / position / "record.json"


def altered(run: Path) -> None:
    path = record_of(run, "2")
    path.write_bytes(path.read_bytes().replace(b'"verdict":"pass"', b'"verdict":"fail"', 1))


def swapped(run: Path) -> None:
    one, other = record_of(run, "1"), record_of(run, "2")
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def removed(run: Path) -> None:
    shutil.rmtree(run / "units" / "2")


def resealed_line(run: Path) -> None:
    path = run / "seal.txt"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (index,) = [number for number, line in enumerate(lines) if line.startswith("record/2 ")]
    path.write_text("".join([*lines[:index], *lines[index + 1 :]]), encoding="utf-8")
