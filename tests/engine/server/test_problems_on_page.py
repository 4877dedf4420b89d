"""What is wrong with a file that a run would be made of: the page says so in the language of who reads it."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from tests.engine.server.conftest import Served

PROCEDURE = """\
procedure: {en: Voltage, zh: 直流电压}
id: broken-voltage
version: 1.0.0
language: 1
roles:
  uut: {needs: [measure.voltage.dc]}
tests:
  - {test: dcv, read: uut.voltage.dc, settle: 5 V, points: [1 V]}
"""
AT = f"8:{PROCEDURE.splitlines()[7].index('5 V') + 1}"
FIELDS = {"procedure": "broken-voltage", "station": "demo", "answering": "people"}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "project/procedures"
    folder.mkdir(parents=True)
    (folder / "broken-voltage.yaml").write_text(PROCEDURE, encoding="utf-8")
    monkeypatch.chdir(folder.parent)


def test_the_preview_says_what_is_wrong_with_the_file_and_what_to_do(served: Served) -> None:
    with served.browser() as client:
        english = html.unescape(served.form(client, "/start/preview", **FIELDS).text)
        assert f"broken-voltage.yaml:{AT}: error: '5 V' is voltage (V); time (s) is needed [P024]" in english
        assert "help: give it a unit, as in 5 s" in english
        client.post("/language", data={"language": "zh", "next": "/runs"})
        chinese = html.unescape(served.form(client, "/start/preview", **FIELDS).text)
    assert f"broken-voltage.yaml:{AT}: 错误：“5 V”是电压（V）；需要时间（s） [P024]" in chinese
    assert "帮助：请加上单位，如 5 s" in chinese
    assert "is needed" not in chinese


def test_the_part_of_the_page_that_is_loaded_by_itself_says_so_too(served: Served) -> None:
    with served.browser() as client:
        client.post("/language", data={"language": "zh", "next": "/runs"})
        client.headers["HX-Request"] = "true"
        part = html.unescape(served.form(client, "/start/preview", **FIELDS).text)
    assert part.count("错误：“5 V”是电压（V）；需要时间（s） [P024]") == 1
    assert "帮助：请加上单位，如 5 s" in part


def test_so_does_a_start_that_is_refused(served: Served) -> None:
    with served.browser() as client:
        client.post("/language", data={"language": "zh", "next": "/runs"})
        refused = served.form(client, "/start", **FIELDS)
    assert refused.status_code == 409
    assert "错误：“5 V”是电压（V）；需要时间（s） [P024]" in html.unescape(refused.text)
