"""The bench of forty-eight meters by command line, whole and with one unplugged in mid-run: what each has at last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from calbench.cli import main

STATIONS = Path(__file__).parents[2] / "stations"
WRONG = {  # how the station says that they are
    "7": {"basic-error"}, "13": {"creep"}, "21": {"register"}, "30": {"starting"}, "38": {"basic-error"},
    "44": {"clock"},
}  # fmt: skip
UNPLUGGED = "22"
EVERY = {str(number) for number in range(1, 49)}


def run(folder: Path, simulation: str = "") -> tuple[int, Path]:
    """Run the procedure at all positions, as typed at a terminal; give the exit code and the folder of the run."""
    text = (STATIONS / "demo-meters-48.yaml").read_text(encoding="utf-8")
    (folder / "assets").mkdir()
    for asset in (STATIONS / "assets").glob("*.yaml"):
        (folder / "assets" / asset.name).write_bytes(asset.read_bytes())
    station = folder / "meters.yaml"
    station.write_text(text.replace("simulation:\n", f"simulation:\n{simulation}"), encoding="utf-8")
    words = ["run", "meter-jjg596-2012", str(station), "--position", "all", "--out", str(folder / "runs")]
    result = CliRunner().invoke(main, [*words, "--format", "html", "--operator", "A. Berg"])
    (made,) = (folder / "runs").iterdir()
    return result.exit_code, made


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    return run(tmp_path_factory.mktemp("whole"))


def records(made: Path) -> dict[str, dict[str, Any]]:
    paths = (made / "units").glob("*/record.json")
    return {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def certified(made: Path) -> set[str]:
    """Name the positions that have certificates; each is of the meter that is there, in both languages."""
    found = set()
    for language in ("en", "zh"):
        for path in (made / "units").glob(f"*/certificate-{language}.html"):
            serial = f"2026{100 + int(path.parent.name):08d}"
            assert serial in path.read_text(encoding="utf-8")
            found.add((path.parent.name, language))
    positions = {position for position, _ in found}
    assert len(found) == 2 * len(positions)
    return positions


def failing(record: dict[str, Any]) -> set[str]:
    return {one["id"] for one in record["tests"] if one["verdict"] == "fail"}


def test_one_run_gives_forty_eight_certificates(whole: tuple[int, Path]) -> None:
    code, made = whole
    assert code == 1  # some do not conform
    found = records(made)
    assert certified(made) == set(found) == EVERY
    assert {position: failing(one) for position, one in found.items() if failing(one)} == WRONG
    assert {one["run"]["status"] for one in found.values()} == {"COMPLETED"}


def test_a_meter_that_is_unplugged_costs_only_its_own(whole: tuple[int, Path], tmp_path: Path) -> None:
    rule = f'  faults: [{{instrument: "{UNPLUGGED}", kind: silent, after: 2}}]\n'
    code, made = run(tmp_path, rule)
    assert code == 3  # one was stopped
    found, before = records(made), records(whole[1])
    assert certified(made) == EVERY - {UNPLUGGED}
    lost = found.pop(UNPLUGGED)
    assert lost["run"]["status"] == "STOPPED"
    verdicts = {one["id"]: one["verdict"] for one in lost["results"]}
    assert [verdicts.pop(one) for one in ("register/1", "clock/1")] == ["not_evaluated"] * 2
    assert set(verdicts.values()) == {"pass"}
    for position, record in found.items():
        assert record["run"]["status"] == "COMPLETED"
        own, same = (
            {one["id"]: one["verdict"] for one in each["results"]} for each in (record, before[position])
        )
        assert own == same, position
