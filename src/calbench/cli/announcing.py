"""Saying which folder a run has, to the program that started it."""

from __future__ import annotations

from pathlib import Path

from calbench.cli.encoding import to_json


def announced(folder: Path, announce: Path | None) -> None:
    """Write the folder of a run into a file, whole at once, for a program that waits for it."""
    if announce is not None:
        beside = announce.with_name(f"{announce.name}.new")
        beside.write_text(to_json({"folder": str(folder.resolve())}), encoding="utf-8")
        beside.replace(announce)
