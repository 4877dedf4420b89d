"""The list of runs: what is looked for, page by page, and what is damaged."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import httpx
import pytest
from tests.engine.server.conftest import Served

from calbench.clock import RealClock
from calbench.server.runs.catalogue import Catalogue, NoSuchRun
from calbench.server.runs.finding import Sought


def named(served: Served, client: httpx.Client, **sought: str) -> set[str]:
    """Give the runs that the list shows."""
    text = client.get("/runs", params=sought).text
    return {one.name for one in served.settings.runs.iterdir() if f'href="/runs/{one.name}"' in text}


def run_of(served: Served, procedure: str) -> Path:
    for folder in served.settings.runs.glob("2026*"):
        if json.loads((folder / "plan.json").read_bytes())["procedure"]["id"] == procedure:
            return folder
    raise AssertionError(procedure)


def test_runs_are_found_by_every_field(served: Served) -> None:
    scale, meter = run_of(served, "scale-class3"), run_of(served, "dmm-34401a")
    record = json.loads((scale / "record.json").read_bytes())
    serial, begun = record["uut"]["serial"], record["run"]["started"][:10]
    with served.browser() as client:
        assert named(served, client) == {scale.name, meter.name}
        for sought in (
            {"procedure": "scale-class3"},
            {"serial": serial.lower()[1:]},
            {"text": record["plan"]["procedure"]["title"]["en"].upper()[:9], "procedure": "scale-class3"},
            {"text": serial},
        ):
            assert named(served, client, **sought) == {scale.name}, sought
        both = {scale.name, meter.name}
        assert named(served, client, status="COMPLETED", verdict="pass", station="demo") == both
        assert named(served, client, since=begun, until=begun) == both
        for sought in (
            {"status": "RUNNING"}, {"verdict": "fail"}, {"station": "x"}, {"customer": "nobody"}, {"text": "%"},
            {"since": "2099-01-01"}, {"until": "1999-01-01"}, {"damaged": "1"},
        ):  # fmt: skip
            assert named(served, client, **sought) == set(), sought
            assert "No run is like this." in client.get("/runs", params=sought).text


def test_what_cannot_be_looked_for_asks_for_nothing_and_breaks_nothing(served: Served) -> None:
    with served.browser() as client:
        for sought in (
            {"status": "melted"},
            {"since": "yesterday"},
            {"verdict": "' OR 1=1 --"},
            {"first": "-3"},
        ):
            assert len(named(served, client, **sought)) == 2, sought
        text = client.get("/runs", params={"text": "<script>" + "x" * 5000}).text
        assert "<script>x" not in text
        assert client.get("/runs", params={"first": str(10**30)}).status_code == 200


def test_a_damaged_run_is_listed_with_what_is_wrong(served: Served) -> None:
    scale, meter = run_of(served, "scale-class3"), run_of(served, "dmm-34401a")
    (scale / "plan.json").write_bytes(b"{")
    (meter / "record.json").write_bytes(b"{")
    with served.browser() as client:
        assert named(served, client, damaged="1") == {meter.name}  # it can be looked at still
        text = client.get("/runs", params={"damaged": "1"}).text
        assert "plan.json" in text.split(scale.name)[1]
        assert client.get(f"/runs/{scale.name}").status_code == 404
        assert client.get(f"/runs/{meter.name}").status_code == 200


def test_a_run_that_nobody_runs_is_found_as_crashed(served: Served) -> None:
    meter = run_of(served, "dmm-34401a")
    lines = (meter / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (meter / "journal.jsonl").write_bytes(b"".join(lines[:400]))
    with served.browser() as client:
        assert named(served, client, status="CRASHED") == {meter.name}
        assert named(served, client, status="RUNNING") == set()


def test_pages_follow_each_other_and_miss_none(finished_runs: Path, tmp_path: Path) -> None:
    [scale] = [
        one for one in finished_runs.glob("2026*") if b"scale-class3" in (one / "plan.json").read_bytes()
    ]
    for number in range(23):
        folder = tmp_path / f"copy-{number:02d}"
        folder.mkdir()
        for name in ("plan.json", "journal.jsonl"):
            os.link(scale / name, folder / name)
    catalogue = Catalogue(tmp_path, RealClock())
    pages = [catalogue.page(first, 10) for first in (0, 10, 20, 30)]
    assert [len(one.entries) for one in pages] == [10, 10, 3, 0]
    assert {one.number for one in pages} == {23}
    assert len({entry.id for one in pages for entry in one.entries}) == 23
    shutil.rmtree(tmp_path / "copy-07")
    assert catalogue.page(0, 10).number == 22


def test_the_run_that_was_made_last_is_first_also_among_simulated_ones(
    finished_runs: Path, tmp_path: Path
) -> None:
    # simulated runs begin at the same time of the clock of their station: when their files were made tells them apart
    first, second = finished_runs.glob("2026*")
    for older, newer in ((first, second), (second, first)):
        folder = tmp_path / newer.name[-4:]
        for one, seconds in ((older, 1_800_000_000), (newer, 1_800_000_060)):
            shutil.copytree(one, folder / one.name)
            os.utime(folder / one.name / "plan.json", (seconds, seconds))
        listed = Catalogue(folder, RealClock()).page(0, 10).entries
        assert [entry.id for entry in listed] == [newer.name, older.name]


def test_only_a_name_in_the_folder_is_a_run(finished_runs: Path, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    [first, *_] = finished_runs.glob("2026*")
    shutil.copytree(first, tmp_path / "outside")
    catalogue = Catalogue(tmp_path / "runs", RealClock())
    for name in ("../outside", "..", ".", "", str(tmp_path / "outside"), "../runs/../outside", "x\0"):
        with pytest.raises(NoSuchRun):
            catalogue.folder_of(name)


def test_the_address_of_another_page_keeps_what_is_looked_for() -> None:
    assert Sought(serial="MY 1", status="CRASHED").at(50) == "/runs?status=CRASHED&serial=MY+1&first=50"
    assert not Sought(status="melted").anything
