from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.engine.trust import authority

from calbench.trust.anchors import Anchors, read_certificates
from calbench.trust.issuing import Holder, new_authority, new_signatory
from calbench.trust.signatories import Signatory
from calbench.workflow import Options, Signing, certify, execute, prepare

NOW = datetime(2026, 3, 2, 10, 0, 0, tzinfo=UTC)
START, END = NOW - timedelta(days=30), NOW + timedelta(days=300)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def laboratory() -> Signatory:
    """Give the laboratory's authority."""
    return new_authority(Holder("Example CA", organisation="Example Lab"), START, END)


@pytest.fixture(scope="session")
def mei(laboratory: Signatory) -> Signatory:
    """Give a signatory whom the laboratory's authority certified."""
    return new_signatory(
        Holder("Li Mei 李梅", "Technical manager", "Example Lab"), START, END, authority=laboratory
    )


@pytest.fixture(scope="session")
def rsa() -> Signatory:
    """Give a signatory with an RSA key, self-signed."""
    return new_signatory(Holder("R. Sa", "Deputy"), START, END, "rsa")


@pytest.fixture(scope="session")
def anchors(laboratory: Signatory) -> Anchors:
    return Anchors((laboratory.certificate,))


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the first job of the demonstration in virtual time; gives its folder."""
    prepared = prepare("dmm-34401a", "demo", Options(uut={"serial": "US36000017"}))
    return execute(prepared, tmp_path_factory.mktemp("run")).folder


@pytest.fixture(scope="session")
def signing(mei: Signatory) -> Signing:
    return Signing(mei, NOW)


@pytest.fixture(scope="session")
def issue(run: Path, signing: Signing, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Issue certificates of a copy of the run, with other choices; gives their folder."""

    def make(
        formats: tuple[str, ...] = ("dcc",), languages: tuple[str, ...] = ("en", "zh"), **chosen: object
    ) -> Path:
        folder = tmp_path_factory.mktemp("issued")
        (folder / "record.json").write_bytes((run / "record.json").read_bytes())
        paths = certify(folder, formats, languages, None, dataclasses.replace(signing, **chosen))  # type: ignore[arg-type]
        return paths[0].parent

    return make


@pytest.fixture(scope="session")
def issued(issue: Callable[..., Path]) -> Path:
    """Give a folder with signed certificates in English and Chinese."""
    return issue(("pdf", "dcc", "html", "csv"))


@pytest.fixture(scope="session")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a time stamp authority; gives its folder."""
    folder = tmp_path_factory.mktemp("tsa")
    authority.make(folder)
    return folder


@pytest.fixture(scope="session")
def tsa_url(tsa: Path) -> Iterator[str]:
    with authority.serving(tsa) as url:
        yield url


@pytest.fixture(scope="session")
def stamped_anchors(anchors: Anchors, tsa: Path) -> Anchors:
    """Give the anchors with the time stamp authority in it."""
    return anchors.joined(read_certificates(tsa / "tsa.pem"))


@pytest.fixture(scope="session")
def stamped(issue: Callable[..., Path], tsa_url: str) -> Path:
    """Give a folder with certificates that are signed and time-stamped.

    The authority has the clock of the machine: the signatory's certificate must be valid by it too.
    """
    at = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - openssl has no other clock
    holder = Holder("Li Mei 李梅", "Technical manager", "Example Lab")
    long = new_signatory(holder, at - timedelta(days=1), at + timedelta(days=1))
    return issue(("pdf", "dcc"), signatory=long, at=at, timestamp=tsa_url)
