"""For all tests: no key and no lease of whoever runs them is used, and none is left behind; less is looked through.

Nothing is waited for that only a machine without power would miss: see `disk_without_waiting`.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest

pytest_plugins = ["pytester", "calbench.testing.plugin"]


def pytest_collection_finish() -> None:
    """Set the collected tests and the modules aside: a search for garbage need not go through them again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Give as many processes as the machine has cores for us, two at least: some tests wait for others."""
    if hasattr(os, "sched_getaffinity"):
        return max(2, len(os.sched_getaffinity(0)))
    return max(2, os.cpu_count() or 2)


@pytest.fixture(scope="session", autouse=True)
def disk_without_waiting() -> Iterator[None]:
    """Let a flush look at its file and not wait for the disk: only a machine that loses its power would show it.

    Some hundred whole runs flush a thousand times each. Processes of their own really flush, and so do tests that ask
    for `disk_with_waiting`; tests of what is flushed when put something of theirs in its place.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", os.fstat)
        yield


_fsync = os.fsync


@pytest.fixture
def disk_with_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a flush really wait for the disk."""
    monkeypatch.setattr(os, "fsync", _fsync)


@pytest.fixture(scope="session", autouse=True)
def keys_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CALBENCH_KEYS", str(tmp_path_factory.mktemp("keys")))
        patch.delenv("CALBENCH_KEY_PASSPHRASE", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def leases_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CALBENCH_LEASES", str(tmp_path_factory.mktemp("leases")))
        yield
