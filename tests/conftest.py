"""For all tests: no key and no lease of whoever runs them is used, and none is left behind; less is looked through."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

pytest_plugins = ["pytester", "calbench.testing.plugin"]


def pytest_collection_finish() -> None:
    """Set the collected tests and the modules aside: a search for garbage need not go through them again and again."""
    gc.collect()
    gc.freeze()


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
