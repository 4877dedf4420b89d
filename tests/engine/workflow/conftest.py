"""Runs of the shipped benches, made once for all tests that only look at them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.engine.workflow.approving import HANA, RITA

from calbench.trust.ring import Ring
from calbench.trust.signatories import pem
from calbench.trust.stationkeys import Signer, new_key
from calbench.verification import Means
from calbench.workflow import Finished, Options, execute, prepare

UUT = {"maker": "HP", "serial": "US36000017"}


@pytest.fixture(scope="session")
def multimeter(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The multimeter procedure on the demo bench."""
    return execute(prepare("dmm-34401a", "demo", Options(uut=UUT)), tmp_path_factory.mktemp("multimeter"))


@pytest.fixture(scope="session")
def scale(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The scale procedure on the demo bench."""
    return execute(prepare("scale-class3", "demo", Options()), tmp_path_factory.mktemp("scale"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).parents[3]


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Ring:
    """The folder of keys with one of the demo station."""
    ring = Ring(tmp_path_factory.mktemp("ring"))
    ring.keep(new_key("demo", "2025-01-01T00:00:00Z", "2099-12-31T23:59:59Z"))
    return ring


@pytest.fixture(scope="session")
def signer(ring: Ring) -> Signer:
    """The key of the demo station."""
    return ring.signer(ring.of("demo")[0], None)


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory, signer: Signer) -> Finished:
    """A small run, one range of the multimeter procedure, sealed."""
    options = Options(uut=UUT, only=("dcv/10V/*",))
    prepared = prepare("dmm-34401a", "demo", options)
    return execute(prepared, tmp_path_factory.mktemp("sealed"), signer=signer)


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory, signer: Signer) -> Finished:
    """Another run of the same points, with another seed: sealed too."""
    options = Options(uut=UUT, only=("dcv/10V/*",), seed=7)
    prepared = prepare("dmm-34401a", "demo", options)
    return execute(prepared, tmp_path_factory.mktemp("other"), signer=signer)


@pytest.fixture
def run(sealed: Finished, tmp_path: Path) -> Path:
    """A copy of the sealed run, to do something to."""
    shutil.copytree(sealed.folder, tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A small run on a disk with room."""
    options = Options(uut=UUT, only=("dcv/10V/*",))
    return execute(prepare("dmm-34401a", "demo", options), tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="session")
def means(ring: Ring, tmp_path_factory: pytest.TempPathFactory) -> Means:
    trusted = tmp_path_factory.mktemp("trusted") / "signatories.pem"
    trusted.write_bytes(pem(HANA.certificate, RITA.certificate))
    return Means(ring, trusted=(trusted,))
