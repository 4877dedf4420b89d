from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from calbench.certificates import write
from calbench.documents.canonical import canonical
from calbench.documents.record import Record
from calbench.errors import IntegrityFailure, UsageError


def test_it_writes_what_was_asked_for_and_nothing_else(scale_data: dict[str, Any], tmp_path: Path):
    record = Record.model_validate(scale_data)
    folder = tmp_path / "new" / "folder"
    paths = write(record, canonical(record), folder, ["pdf", "html", "csv"], ["en", "zh"])
    names = [
        "certificate-en.pdf",
        "certificate-zh.pdf",
        "certificate-en.html",
        "certificate-zh.html",
        "results.csv",
    ]
    assert [path.name for path in paths] == names
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    assert paths[0].read_bytes().startswith(b"%PDF-1.7")


def test_the_table_needs_no_language(scale_data: dict[str, Any], tmp_path: Path):
    record = Record.model_validate(scale_data)
    assert [path.name for path in write(record, canonical(record), tmp_path, ["csv"], [])] == ["results.csv"]


def test_bytes_of_another_record_are_refused_before_anything_is_written(
    scale_data: dict[str, Any], dmm_data: dict[str, Any], tmp_path: Path
):
    record, other = Record.model_validate(scale_data), Record.model_validate(dmm_data)
    for wrong in (canonical(other), b"{}", b"not JSON"):
        with pytest.raises(IntegrityFailure, match="20260105-110000-scale-class3-2"):
            write(record, wrong, tmp_path / "out", ["csv"], ["en"])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("formats", "languages", "message"),
    [
        (["docx"], ["en"], "pdf, html, csv"),
        (["html"], ["de"], "en and zh"),
        (["html"], [], "No language"),
    ],
)
def test_what_is_not_offered_is_refused(
    scale_data: dict[str, Any], tmp_path: Path, formats: Any, languages: Any, message: str
):
    record = Record.model_validate(scale_data)
    with pytest.raises(UsageError, match=message):
        write(record, canonical(record), tmp_path, formats, languages)


def test_typst_is_imported_only_for_a_pdf():
    code = (
        "import sys, calbench.certificates as c; print([m for m in ('typst', 'numpy') if m in sys.modules])"
    )
    path = str(Path(sys.modules["calbench.certificates"].__file__ or "").parents[2])
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {path!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
