"""How standards stand on a day: the last day of use is the due date itself (planning refuses the day after)."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.documents.asset import Asset
from calbench.traceability.validity import days_left, standing, usable

ASSET = {
    "asset": "R-1",
    "language": "1",
    "kind": "calibrator",
    "maker": "a maker",
    "model": "a model",
    "serial": "1",
    "certificate": {"number": "C-1", "issuer": "a laboratory", "date": "2025-03-01"},
    "due": "2026-03-01",
}


@pytest.mark.parametrize(
    ("day", "more", "expected"),
    [
        ("2025-02-28", {}, "not yet valid"),
        ("2025-03-01", {}, "in calibration"),
        ("2026-01-29", {}, "in calibration"),  # 31 days
        ("2026-01-30", {}, "due soon"),  # 30 days
        ("2026-03-01", {}, "due soon"),
        ("2026-03-02", {}, "overdue"),
        ("2025-06-01", {"status": "withdrawn"}, "withdrawn"),
        ("2026-03-02", {"status": "withdrawn"}, "withdrawn"),
    ],
)
def test_standing(day, more, expected):
    asset, on = Asset.model_validate({**ASSET, **more}), date.fromisoformat(day)

    assert standing(asset, on) == expected
    assert (usable(asset, on) is None) == (expected in ("in calibration", "due soon"))


def test_the_last_day_has_no_day_left():
    assert days_left(Asset.model_validate(ASSET), date(2026, 3, 1)) == 0


def test_the_list_begins_with_what_is_urgent():
    """Of the shipped assets, ENV-0004 is due on 2036-01-02, REF-0017 on 2036-11-17, W-M1-15 on 2036-12-01."""
    listed = CliRunner().invoke(main, ["assets", "--on", "2036-11-10", "--soon", "10", "--json"])

    found = {one["asset"]: (one["standing"], one["days_left"]) for one in json.loads(listed.stdout)}
    assert next(iter(found)) == "ENV-0004"
    assert found["ENV-0004"] == ("overdue", -313)
    assert found["REF-0017"] == ("due soon", 7)
    assert found["W-M1-15"] == ("in calibration", 21)


def test_the_list_for_people():
    listed = CliRunner().invoke(main, ["assets", "--on", "2036-11-10"])

    rows = [line for line in listed.stdout.splitlines() if "overdue" in line]
    assert "on 2036-11-10" in listed.stdout.splitlines()[0]
    assert rows[0].startswith("ENV-0004")


def test_an_asset_of_the_project_hides_the_shipped_one(tmp_path, monkeypatch):
    (tmp_path / "stations" / "assets").mkdir(parents=True)
    (tmp_path / "stations" / "any.yaml").write_text("station: any\n", encoding="utf-8")
    (tmp_path / "stations" / "assets" / "REF-0017.yaml").write_text("# mine\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert "# mine" in CliRunner().invoke(main, ["assets", "REF-0017"]).stdout


def test_drift_needs_a_name():
    assert CliRunner().invoke(main, ["assets", "--drift"]).exit_code == 2
