"""What the page hands out: files on a list, saved and never shown; a ZIP of a whole run."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import httpx
import pytest
from tests.engine.server.conftest import Served
from tests.engine.server.test_api import program
from tests.engine.server.test_releasing import run_of

from calbench.server.releasing import zipping
from calbench.server.releasing.files import attachment, files_of, safe
from calbench.workflow import certify


def test_every_file_is_saved_with_its_type_and_never_shown(served: Served) -> None:
    run = run_of(served)
    folder = served.settings.runs / run
    certify(folder, ("html", "csv", "xlsx", "dcc", "pdf"), ("en",))
    (folder / "sources" / "lead.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    wanted = {
        "record.json": "application/json",
        "journal.jsonl": "application/x-ndjson",
        "plan.json": "application/json",
        "certificate-en.html": "text/html; charset=utf-8",
        "certificate-en.pdf": "application/pdf",
        "certificate.xml": "application/xml",
        "results.csv": "text/csv; charset=utf-8",
        "results-en.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "sources/lead.svg": "image/svg+xml",
    }
    with served.browser() as client:
        listed = client.get(f"/runs/{run}/files").text
        for key, kind in wanted.items():
            assert f">{key}</a>" in listed
            answer = client.get(f"/runs/{run}/files/{key}")
            assert answer.content == (folder / key).read_bytes()
            assert answer.headers["content-type"] == kind
            assert answer.headers["content-disposition"].startswith(f'attachment; filename="{run}-')
            assert "sandbox" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "key",
    [
        "control.json",
        "request.json",
        "nothing.json",
        "../../state/calbench.sqlite",
        "..%2f..%2fstate",
        "sources/%2e%2e/plan.json",
        "%2e%2e/plan.json",
        "/etc/passwd",
        "units/%2e%2e/record.json",
        "note.txt",
        "record-0.json",
        "outside.json",
        "sources",
        "C:%5Cwindows%5Cwin.ini",
        "plan.json%00.html",
    ],
)
def test_nothing_else_is_handed_out(key: str, served: Served) -> None:
    run = run_of(served)
    folder = served.settings.runs / run
    (folder / "control.json").write_text("{}")
    (folder / "note.txt").write_text("not ours")
    (folder / "record-1.json").symlink_to("/etc/hostname")
    assert "record-1.json" not in files_of(folder, run)
    with served.browser() as client:
        assert client.get(f"/runs/{run}/files/{key}").status_code == 404


def test_only_who_is_signed_in_gets_files(served: Served) -> None:
    run = run_of(served)
    for path in ("files", "files/record.json", "zip", "review"):
        answer = httpx.get(f"{served.url}/runs/{run}/{path}")
        assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in")
        assert httpx.get(f"{served.url}/api/v1/runs/{run}/{path}").status_code == 401


def test_a_zip_holds_the_whole_run(served: Served) -> None:
    run = run_of(served)
    folder = served.settings.runs / run
    with served.browser() as client:
        answer = client.get(f"/runs/{run}/zip")
    assert answer.headers["content-disposition"] == f'attachment; filename="{run}.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == set(files_of(folder, run))
        for name in archive.namelist():
            assert archive.read(name) == (folder / name).read_bytes()


def test_programs_get_the_same(served: Served) -> None:
    run = run_of(served)
    with program(served, "Olga") as client:
        names = {one["name"] for one in client.get(f"/runs/{run}/files").json()}
        assert {"plan.json", "journal.jsonl", "record.json"} <= names
        record = client.get(f"/runs/{run}/files/record.json")
        assert record.content == (served.settings.runs / run / "record.json").read_bytes()
        missing = client.get(f"/runs/{run}/files/control.json")
        assert (missing.status_code, missing.json()["type"]) == (404, "not-found")
        assert client.get(f"/runs/{run}/zip").content.startswith(b"PK")


def test_what_is_too_large_or_too_many_is_refused(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(served)
    with program(served, "Olga") as client:
        with monkeypatch.context() as small:
            small.setattr(zipping, "MOST", 100)
            assert client.get(f"/runs/{run}/zip").status_code == 409
        monkeypatch.setattr(zipping, "AT_ONCE", 0)
        busy = client.get(f"/runs/{run}/zip")
        assert (busy.status_code, busy.json()["type"]) == (503, "busy")


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ('a<b>:"c/\\d|e?*f', "a_b_c_d_e_f"),
        ("CON.json", "_CON.json"),
        ("com1.txt", "_com1.txt"),
        ("nul", "_nul"),
        ("console.json", "console.json"),
        ("name. . ", "name"),
        ("a\r\nb", "a_b"),
        ("", "file"),
    ],
)
def test_names_can_be_saved_on_windows(name: str, saved: str) -> None:
    """What Windows does not take: learn.microsoft.com, Naming Files, Paths, and Namespaces."""
    assert safe(name) == saved


def test_a_name_beyond_ascii_is_given_in_both_forms() -> None:
    """RFC 6266, 4.3, with the coding of RFC 8187."""
    said = attachment("证书-1.pdf")
    assert said == "attachment; filename=\"__-1.pdf\"; filename*=UTF-8''%E8%AF%81%E4%B9%A6-1.pdf"


def test_a_file_that_grows_is_sent_as_it_was_listed(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(b"{}")
    found = files_of(tmp_path, "r")
    (tmp_path / "plan.json").write_bytes(b"{}{}{}")
    with zipfile.ZipFile(io.BytesIO(b"".join(zipping.zipped(found.values())))) as archive:
        assert archive.read("plan.json") == b"{}"
