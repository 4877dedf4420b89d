"""Where procedures, stations and assets are found: the current project first, then what ships with calbench."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Literal

from calbench.errors import UsageError

Kind = Literal["procedures", "stations"]
PARTS = "parts"


def folder(kind: Kind) -> Path:
    """Give the shipped folder: inside the installed package, or the checkout's."""
    package = Path(__file__).resolve().parent
    installed = package / "shipped" / kind
    return installed if installed.is_dir() else package.parents[1] / kind


def find(kind: Kind, name: str, project: Path | None = None) -> Path:
    """Find a file by path, or by name with or without folder and `.yaml`.

    Searches the path as given, then `<project>/<kind>`, then the shipped folder.

    Raises:
        UsageError: Nothing of this name; lists close matches.
    """
    direct = Path(name)
    if direct.is_file():
        return direct
    stem = name.removesuffix(".yaml").removeprefix(f"{kind}/")
    for root in _roots(kind, project):
        found = [path for path in listed(root) if _answers_to(path, root, stem)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                f"'{name}' is not one file: {', '.join(str(path) for path in found)}. Give its path."
            )
    known = sorted({path.stem for root in _roots(kind, project) for path in listed(root)})
    close = difflib.get_close_matches(stem.rsplit("/", 1)[-1], known, n=3) or known
    raise UsageError(f"There is no {kind.removesuffix('s')} '{name}'. There are: {', '.join(close)}.")


def listed(root: Path) -> list[Path]:
    """List the YAML files of a procedures or stations folder; asset files are not stations."""
    return sorted(path for path in root.rglob("*.yaml") if "assets" not in path.relative_to(root).parts)


def every(kind: Kind, project: Path | None = None) -> list[Path]:
    """List every file of a kind, the project's before the shipped ones."""
    return [path for root in _roots(kind, project) for path in listed(root)]


def available(kind: Kind, project: Path | None = None) -> list[Path]:
    """List every file of a kind that can be chosen for a run, the project's before the shipped ones.

    In folders `parts` lie tests that several procedures share: they are found by their names, and run in these alone.
    """
    found = [(root, path) for root in _roots(kind, project) for path in listed(root)]
    return [path for root, path in found if PARTS not in path.relative_to(root).parts[:-1]]


def asset(name: str, station: Path, project: Path | None = None) -> Path | None:
    """Find an asset file `<id>.yaml` beside the station (`assets/`), then in the project, then shipped."""
    if "/" in name or "\\" in name or name.startswith("."):
        return None
    places = [station.parent / "assets", *(root / "assets" for root in _roots("stations", project))]
    return next((path for place in places if (path := place / f"{name}.yaml").is_file()), None)


def _roots(kind: Kind, project: Path | None) -> list[Path]:
    own = (project or Path.cwd()) / kind
    shipped = folder(kind)
    return [root for root in dict.fromkeys([own, shipped]) if root.is_dir()]


def _answers_to(path: Path, root: Path, stem: str) -> bool:
    return stem in (path.stem, path.relative_to(root).with_suffix("").as_posix())
