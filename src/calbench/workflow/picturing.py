"""The pictures of a procedure and its sub-procedures: read when the plan is made, and kept with the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from calbench.documents.canonical import sha256
from calbench.documents.loaded import Loaded
from calbench.documents.procedure import Procedure
from calbench.errors import UsageError


def pictures_of(procedures: Iterable[Loaded[Procedure]]) -> dict[str, Path]:
    """Give the pictures of procedures, by their paths as these name them.

    Raises:
        UsageError: Two of them name different pictures by one path, so that a prompt does not say which it shows.
    """
    found: dict[str, Path] = {}
    for one in procedures:
        for named in dict.fromkeys(_named(one.model)):
            path = Path(one.beside or one.path).parent / named
            other = found.setdefault(named, path)
            if other.read_bytes() != path.read_bytes():
                raise UsageError(
                    f"{other} and {path} are different pictures of one name: rename one of them."
                )
    return found


def hashes(pictures: dict[str, Path]) -> dict[str, str]:
    """Give the SHA-256 of each picture."""
    return {named: sha256(path.read_bytes()) for named, path in pictures.items()}


def _named(procedure: Procedure) -> Iterator[str]:
    prompts = [step.prompt.picture for step in procedure.setup if step.prompt is not None]
    connections = [one.picture for one in procedure.connections.values()]
    tests = [one.picture for one in procedure.tests]
    tests += [one.picture for test in procedure.tests for one in (test.inputs or {}).values()]
    yield from (one for one in (*prompts, *connections, *tests) if one is not None)
