"""Golden records in files: compared with, and written where that was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from calbench.testing import golden
from calbench.testing.bench import Run
from calbench.testing.differing import differences
from calbench.testing.telling import told, word


class Differs(Exception):  # noqa: N818 - reads as a sentence where it is caught
    """A run comes to another record than the golden one, or there is none; the message is for people."""


@dataclass
class Goldens:
    """The golden records of a session of tests.

    Attributes:
        root: The folder of the repository; paths are shown from there.
        update: Write the files instead of comparing with them.
        texts: What runs of this session come to, by file.
        written: Files that were written.
        unchanged: Files that were to be written, and held the same.
    """

    root: Path
    update: bool
    texts: dict[Path, str] = field(default_factory=dict)
    written: list[Path] = field(default_factory=list)
    unchanged: list[Path] = field(default_factory=list)

    def compare(self, run: Run, path: Path) -> None:
        """Compare a run with its golden record, or write that.

        Raises:
            Differs: They differ; there is no such file; or it was written for another run in this session.
            UsageError: The file is no golden record.
        """
        said = golden.golden(run.records)
        if self.update:
            self._write(path, golden.written(said))
            return
        if not path.is_file():
            raise Differs(word("missing", path=self.shown(path)))
        found = differences(golden.read(path), said)
        if found:
            raise Differs(told(run.name, self.shown(path), found))

    def shown(self, path: Path) -> str:
        """Give a path as it is shown: from the folder of the repository, if it lies there."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    def _write(self, path: Path, text: str) -> None:
        if self.texts.setdefault(path, text) != text:
            raise Differs(word("twice", path=self.shown(path)))
        if path in self.written or path in self.unchanged:
            return
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            self.unchanged.append(path)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        self.written.append(path)


GOLDENS = pytest.StashKey[Goldens]()
