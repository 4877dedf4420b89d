"""`verify RUN` makes table, pages and workbooks again, holds the issue against the run, and names the unknown."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.engine.workflow.sealedparts import bad, unknown
from tests.repeated import cases

from calbench.software import software
from calbench.trust.issuing import Holder, new_signatory
from calbench.trust.ring import Ring
from calbench.verification import Check, Means, verify
from calbench.verification.beside import verify_beside
from calbench.workflow import Finished, Signing, certify

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
SIGNING = Signing(new_signatory(Holder("Li Mei"), AT - timedelta(1), AT + timedelta(1)), AT)
DERIVED = (
    "results.csv", "certificate-en.html", "certificate-zh.html", "results-en.xlsx", "results-zh.xlsx",
)  # fmt: skip


@pytest.fixture(scope="module")
def issued(sealed: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("issued") / "run"
    shutil.copytree(sealed.folder, folder)
    certify(folder, ("dcc", "csv", "html", "xlsx"), ("en", "zh"), None, SIGNING)
    return folder


@pytest.fixture
def copy(issued: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(issued, tmp_path / "run"))


def beside(folder: Path) -> dict[str, Check]:
    return {one.name: one for one in verify_beside(folder)}


def test_untouched_files_are_what_the_record_gives(copy: Path) -> None:
    found = beside(copy)
    assert {name for name, one in found.items() if one.holds} == {*DERIVED, "issue.json"}
    assert "other files" not in found


@pytest.mark.parametrize("name", [*DERIVED, "issue.json"])
@pytest.mark.parametrize("share", cases([0.02, 0.5, 0.97], lambda share: share == 0.5))
def test_one_byte_that_was_changed_is_bad(name: str, share: float, copy: Path, ring: Ring) -> None:
    data = bytearray((copy / name).read_bytes())
    data[int(len(data) * share)] ^= 1
    (copy / name).write_bytes(data)
    assert any(one.startswith(name) or "issue beside it" in one for one in bad(verify(copy, Means(ring))))


def test_an_issue_of_another_record_is_bad(copy: Path, other: Finished, tmp_path: Path) -> None:
    certified = Path(
        shutil.copytree(other.folder, tmp_path / "certified")
    )  # the run itself is there for all tests
    certify(certified, ("dcc",), ("en", "zh"), None, SIGNING)
    shutil.copyfile(certified / "issue.json", copy / "issue.json")
    (copy / "certificate.xml").unlink()
    assert "none of this run" in beside(copy)["issue.json"].found


def test_a_page_from_before_the_issue_is_said(sealed: Finished, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(sealed.folder, tmp_path / "run"))
    certify(folder, ("html", "csv"), ("en",))
    assert beside(folder)["certificate-en.html"].holds is True
    certify(folder, ("dcc",), ("en",), None, SIGNING)
    found = beside(folder)
    assert found["results.csv"].holds is True
    page = found["certificate-en.html"]
    assert (page.holds, page.found.partition(":")[0]) == (None, "made without the issue")


def test_what_replaces_has_its_own(copy: Path) -> None:
    again = dataclasses.replace(
        SIGNING, replaces=beside(copy)["issue.json"].found.split()[1][:-1], reason="typo"
    )
    place = certify(copy, ("dcc", "html", "csv"), ("en",), None, again)[0].parent
    name = f"issues/{place.name}/certificate-en.html"
    assert beside(copy)[name].holds is True
    shutil.copyfile(copy / "certificate-en.html", copy / name)  # the one that was replaced
    assert beside(copy)[name].holds is False


def test_another_version_is_a_reason_not_to_compare(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copy / "results.csv").write_bytes(b"another layout\n")
    assert beside(copy)["results.csv"].holds is False
    later = software().model_copy(update={"id": "0" * 16})
    monkeypatch.setattr("calbench.software.software", lambda: later)
    assert beside(copy)["results.csv"].holds is None


def test_files_that_nobody_knows_are_named(copy: Path, ring: Ring) -> None:
    assert "other files" not in unknown(verify(copy, Means(ring)))
    for name in ("readme.txt", "sources/asset-X.yaml", "certificate-fr.html", "a\u200bb"):
        (copy / name).write_bytes(b"x")
    (copy / "photos").mkdir()
    found = unknown(verify(copy, Means(ring)))["other files"]
    assert found.partition(": ")[2] == "a�b, certificate-fr.html, photos/, readme.txt, sources/asset-X.yaml"
