"""The plugin of pytest: simulated benches and golden records as fixtures, and authored files as tests.

pytest loads it wherever calbench is installed. So it imports nothing else of calbench before a test, or a repository
that is marked by `calbench.toml`, asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from calbench.testing.bench import Bench, Run
    from calbench.testing.items import AuthoredFile
    from calbench.testing.keeping import Goldens
    from calbench.testing.repository import Repository

INI = "calbench_collect"
OPTION = "--update-golden-records"
MARK = "calbench.toml"
_REPOSITORY: pytest.StashKey[Repository] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the setting."""
    group = parser.getgroup("calbench", "calbench: procedures and stations of a laboratory")
    group.addoption(
        OPTION,
        action="store_true",
        help="Write the golden records of calbench instead of comparing with them.",
    )
    parser.addini(
        INI,
        f"Collect procedures/ and stations/ as tests: on, off, or auto (where {MARK} lies in the root directory).",
        default="auto",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Find out whether this is the repository of a laboratory."""
    chosen = config.getini(INI)
    if chosen not in ("auto", "on", "off"):
        raise pytest.UsageError(f"{INI} = {chosen!r}: write on, off or auto.")
    if chosen == "off" or (chosen == "auto" and not (config.rootpath / MARK).is_file()):
        return
    from calbench.errors import UsageError  # noqa: PLC0415 - see the head of this file
    from calbench.testing.repository import read  # noqa: PLC0415 - as above

    try:
        config.stash[_REPOSITORY] = read(config.rootpath)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> AuthoredFile | None:
    """Take the authored files of the repository as tests."""
    repository = parent.config.stash.get(_REPOSITORY, None)
    if repository is None or not repository.holds(file_path):
        return None
    from calbench.testing.items import AuthoredFile  # noqa: PLC0415 - as above

    _goldens(parent.config)
    return AuthoredFile.of(parent, file_path, repository)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what a worker of xdist wrote to the process that has the terminal."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None and session.config.getoption(OPTION):
        goldens = _goldens(session.config)
        output[OPTION] = [[str(one) for one in several] for several in (goldens.written, goldens.unchanged)]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401 - a class of xdist
    """Take what a worker of xdist wrote."""
    written, unchanged = getattr(node, "workeroutput", {}).get(OPTION, ([], []))
    goldens = _goldens(node.config) if written or unchanged else None
    if goldens is not None:
        goldens.written += map(Path, written)
        goldens.unchanged += map(Path, unchanged)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the golden records that were written: somebody must read them."""
    if not config.getoption(OPTION):
        return
    from calbench.testing.telling import word  # noqa: PLC0415 - as above

    goldens = _goldens(config)
    for key, paths in (("written", goldens.written), ("unchanged", goldens.unchanged)):
        if paths:
            terminalreporter.section(word(key))
            terminalreporter.write_line("\n".join(sorted(goldens.shown(path) for path in paths)))


@pytest.fixture(scope="session")
def calbench_bench(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Bench]:
    """Open simulated stations by name or path: `calbench_bench("bench").run("my-procedure")`.

    A bench can be given bad units and faults (`calbench.testing.bench`); files are never changed.
    """
    from calbench.testing.bench import Bench  # noqa: PLC0415 - as above

    return lambda station: Bench(station, pytestconfig.rootpath, tmp_path_factory.mktemp("runs"))


@pytest.fixture
def calbench_golden(pytestconfig: pytest.Config) -> Callable[[Run, Path | str], None]:
    """Compare a run with its golden record: `calbench_golden(run, "golden/mine.json")`, from the root directory."""
    from calbench.testing.keeping import Differs  # noqa: PLC0415 - as above

    def compare(run: Run, path: Path | str) -> None:
        said = ""
        try:
            _goldens(pytestconfig).compare(run, pytestconfig.rootpath / path)
        except Differs as differs:
            said = str(differs)
        if said:  # outside of `except`, lest pytest tell it twice
            pytest.fail(said, pytrace=False)

    return compare


def _goldens(config: pytest.Config) -> Goldens:
    from calbench.testing.keeping import GOLDENS, Goldens  # noqa: PLC0415 - as above

    if GOLDENS not in config.stash:
        config.stash[GOLDENS] = Goldens(config.rootpath, config.getoption(OPTION))
    return config.stash[GOLDENS]
