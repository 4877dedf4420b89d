"""Authored files as tests: they pass `check`, their runs can be planned, and come to their golden records."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from calbench.authoring import check, render, source_to_show
from calbench.cli.wording import language, told
from calbench.errors import CalbenchError, InvalidFile, PlanRefused
from calbench.testing.bench import Bench
from calbench.testing.keeping import GOLDENS, Differs
from calbench.testing.repository import Planned, Repository
from calbench.testing.telling import word
from calbench.workflow import Options, surroundings


class AuthoredFile(pytest.File):
    """A YAML file of a laboratory's repository."""

    repository: Repository

    @classmethod
    def of(cls, parent: pytest.Collector, path: Path, repository: Repository) -> Self:
        """Make the collector of a file."""
        made: Self = cls.from_parent(parent, path=path)
        made.repository = repository
        return made

    def collect(self) -> Iterator[pytest.Item]:
        """Give a test that checks the file, and for each run one that plans it, and one with its golden record."""
        root, goldens = self.repository.root, self.config.stash[GOLDENS]
        yield Check.at(self, root, "check")
        for run in self.repository.runs_at(self.path):
            name = run.name if run.procedure == self.path else f"{run.procedure.stem}, {run.name}"
            yield PlannedRun.of(self, root, f"plan[{name}]", run)
            if run.golden is not None and (goldens.update or run.golden.is_file()):
                yield GoldenRun.of(self, root, f"golden[{name}]", run)


class AuthoredItem(pytest.Item):
    """A test of an authored file, done in the folder of the repository."""

    root: Path

    @classmethod
    def at(cls, parent: AuthoredFile, root: Path, name: str) -> Self:
        """Make a test."""
        made: Self = cls.from_parent(parent, name=name)
        made.root = root
        return made

    def reportinfo(self) -> tuple[Path, None, str]:
        """Give where it is, and its name as it is shown."""
        return self.path, None, f"{self.path.stem}: {self.name}"

    def repr_failure(  # type: ignore[override] # as pytest's own items do
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> object:
        """Say what is wrong with the file, and not where the program found it."""
        error = excinfo.value
        if isinstance(error, InvalidFile):
            with contextlib.chdir(self.root):
                sources = [source_to_show(one) for one in dict.fromkeys(one.file for one in error.problems)]
            return render(error.problems, [one for one in sources if one is not None], language=language())
        if isinstance(error, PlanRefused):
            return f"{word('refused')}\n{told(str(error))}"
        if isinstance(error, Differs):
            return str(error)  # in the language of the terminal already
        if isinstance(error, CalbenchError):
            return told(str(error))
        return super().repr_failure(excinfo)


class Check(AuthoredItem):
    """A file passes `calbench check`."""

    def runtest(self) -> None:
        """Check it, with the files that it names."""
        with contextlib.chdir(self.root):
            problems, _ = check([self.path.relative_to(self.root)], surroundings())
        if problems:
            raise InvalidFile(problems)


class PlannedRun(AuthoredItem):
    """A procedure can be planned on a station."""

    run: Planned

    @classmethod
    def of(cls, parent: AuthoredFile, root: Path, name: str, run: Planned) -> Self:
        """Make the test of a run."""
        made = cls.at(parent, root, name)
        made.run = run
        return made

    def runtest(self) -> None:
        """Make the plan, as `calbench plan` does."""
        self.bench(self.root).plan(str(self.run.procedure), self.options())

    def bench(self, out: Path) -> Bench:
        """Give the station of the run, with a folder for what it writes."""
        return Bench(str(self.run.station), self.root, out)

    def options(self) -> Options:
        """Give the options of the run."""
        run = self.run
        return Options(run.settings, run.uut, run.position, only=run.only, answers=run.answers)


class GoldenRun(PlannedRun):
    """A run comes to its golden record."""

    def runtest(self) -> None:
        """Run it in virtual time, and compare."""
        assert self.run.golden is not None  # noqa: S101 - not collected without one
        with tempfile.TemporaryDirectory() as out:
            run = self.bench(Path(out)).run_with(str(self.run.procedure), self.options())
            self.config.stash[GOLDENS].compare(run, self.run.golden)
