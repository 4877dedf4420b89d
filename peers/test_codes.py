"""A reader of codes that was not written here reads the head of the journal from pages as they are printed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("pages")
ROOT = Path(__file__).resolve().parents[1]
DOTS = (100, 150, 300)  # dots per inch: worse than any office scanner, and better


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated run with its certificates."""
    out = tmp_path_factory.mktemp("run")
    words = (
        "run",
        "dmm-34401a",
        "demo",
        "--uut",
        "serial=US36000017",
        "--format",
        "pdf,html",
        "--out",
        str(out),
    )
    command = [sys.executable, "-m", "calbench", *words]
    subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    (record,) = out.rglob("record.json")
    return record.parent


@pytest.fixture(scope="module")
def text(run: Path) -> str:
    """What the code must say, from the record."""
    record = json.loads((run / "record.json").read_bytes())
    journal = record["journal"]
    return f"CALBENCH1:demo:{record['run']['id']}:{journal['lines']}:{journal['head']}"


@pytest.fixture(scope="module")
def pages(run: Path) -> list[Path]:
    """Pages of the PDF as pictures, black on white or with colours."""
    for language in ("en", "zh"):
        for dots in DOTS:
            start = run / f"page-{language}-{dots}"
            command = [
                "pdftoppm",
                "-r",
                str(dots),
                "-png",
                str(run / f"certificate-{language}.pdf"),
                str(start),
            ]
            subprocess.run(command, check=True, timeout=120)
    return sorted(run.glob("page-*.png"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("dots", DOTS)
def test_the_head_is_read_from_one_page_of_the_pdf(
    language: str, dots: int, pages: list[Path], text: str, peer: Callable[[str], Any]
) -> None:
    wanted = [str(page) for page in pages if page.name.startswith(f"page-{language}-{dots}-")]
    said = peer("zxing-cpp").run("read_codes.py", *wanted)
    assert [found for found in said.values() if found] == [[text]]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_head_is_read_from_the_page_of_html(
    language: str, run: Path, text: str, peer: Callable[[str], Any]
) -> None:
    page = (run / f"certificate-{language}.html").read_text(encoding="utf-8")
    drawn = re.search(
        r'<svg class="code"[^>]*viewBox="0 0 (\d+) \1".*?<path d="([^"]+)"/></svg>', page, re.DOTALL
    )
    assert drawn
    size, scale = int(drawn[1]), 4
    dark = [bytearray(b"\xff" * size * scale) for _ in range(size * scale)]
    for x, y, width in (map(int, one) for one in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", drawn[2])):
        for row in dark[y * scale : (y + 1) * scale]:
            row[x * scale : (x + width) * scale] = bytes(width * scale)
    picture = run / f"html-{language}.pgm"
    picture.write_bytes(b"P5 %d %d 255\n" % (size * scale, size * scale) + b"".join(dark))
    assert peer("zxing-cpp").run("read_codes.py", str(picture))[str(picture)] == [text]
