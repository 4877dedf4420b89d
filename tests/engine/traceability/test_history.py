"""What the certificates of before show of the drift: by hand.

10 V: correction -48 µV on 2023-01-01, -8 µV on 2024-01-01 (365 days), 12 µV on 2025-01-01 (366 days), each with
U = 30 µV, k = 2. Changes 40 and 20 µV, U of a change √(30² + 30²) = 42.4264 µV, by the year 40 · 365.25 / 365 =
40.0274 µV and 20 · 365.25 / 366 = 19.9590 µV.
"""

from __future__ import annotations

import json

import pytest
import yaml
from click.testing import CliRunner

from calbench.authoring import load_asset
from calbench.cli import main
from calbench.errors import InvalidFile
from calbench.quantities import parse_quantity
from calbench.traceability.history import changes

DCV = "source.voltage.dc"


def value(correction: str) -> dict[str, list[dict[str, str]]]:
    return {DCV: [{"at": "10 V", "correction": correction, "expanded": "30 uV", "k": "2"}]}


HISTORY = [
    {
        "certificate": {"number": f"C-{year}", "issuer": "a laboratory", "date": f"{year}-01-01"},
        "provides": value(then),
    }
    for year, then in ((2024, "-8 uV"), (2023, "-48 uV"))
]


def test_changes_from_one_certificate_to_the_next(make):
    first, second = changes(
        make(provides=value("12 uV"), history=HISTORY, drift=[{"per_year": "3 ppm * out"}])
    )

    assert (first.since, first.until, first.days, first.change) == (
        "C-2023",
        "C-2024",
        365,
        parse_quantity("40 uV"),
    )
    assert (second.since, second.until, second.days, second.change) == (
        "C-2024",
        "C-1",
        366,
        parse_quantity("20 uV"),
    )
    assert float(first.per_year.in_unit("uV")) == pytest.approx(40.0274, abs=5e-5)
    assert float(second.per_year.in_unit("uV")) == pytest.approx(19.9590, abs=5e-5)
    assert float(first.U.in_unit("uV")) == pytest.approx(42.4264, abs=5e-5)
    assert float(first.beyond.in_unit("uV")) == pytest.approx(10.0274, abs=5e-5)
    assert not first.significant  # 10 µV further than stated, and 42 µV is the uncertainty of that
    assert second.beyond.value < 0


def test_a_steady_change_is_taken_off(make):
    drift = [{"per_year": "1 uV", "correction": "30 uV"}]
    first, _ = changes(make(provides=value("12 uV"), history=HISTORY, drift=drift))

    assert float(first.beyond.in_unit("uV")) == pytest.approx(40.0274 - 30 - 1, abs=5e-5)


def test_weights_are_compared_by_their_ids(make):
    now = {"id": "W1", "nominal": "1 kg", "mass": "1000.008 g", "expanded": "3 mg", "k": "2"}
    before = {"certificate": HISTORY[0]["certificate"], "weights": [{**now, "mass": "1000.002 g"}]}
    (change,) = changes(make(weights=[now, {**now, "id": "W2"}], history=[before]))

    assert (change.point, change.change, change.stated) == ("W1", parse_quantity("6 mg"), None)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Give a function that writes the asset R-1 into a project."""
    (tmp_path / "stations" / "assets").mkdir(parents=True)
    (tmp_path / "stations" / "any.yaml").write_text("station: any\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def write(drift: str, **more):
        content = {
            "asset": "R-1", "language": 1, "kind": "calibrator", "maker": "a maker", "model": "a model",
            "serial": "1", "due": "2027-01-01", "provides": value("12 uV"), "history": HISTORY,
            "certificate": {"number": "C-2025", "issuer": "a laboratory", "date": "2025-01-01"},
            "drift": [{"per_year": drift}], **more,
        }  # fmt: skip
        file = tmp_path / "stations" / "assets" / "R-1.yaml"
        file.write_text(yaml.safe_dump(content).replace("'", ""), encoding="utf-8")
        return file

    return write


def test_the_command_shows_them(project):
    project("3 ppm * out")

    shown = CliRunner().invoke(main, ["assets", "R-1", "--drift"])
    data = json.loads(CliRunner().invoke(main, ["assets", "R-1", "--drift", "--json"]).stdout)

    assert shown.exit_code == 0, shown.output
    assert "C-2023 → C-2024" in shown.stdout
    assert "40 µV" in shown.stdout
    assert "± 30 µV" in shown.stdout
    assert "within its U" in shown.stdout
    assert [one["change"] for one in data] == ["40 µV", "20 µV"]


def test_a_drift_that_the_history_contradicts_is_refused(project):
    """70 µV in 366 days against 2.5 µV a year: 67 µV further, and the uncertainty of the change is 42 µV."""
    file = project("0.25 ppm * out", provides=value("62 uV"))

    with pytest.raises(InvalidFile, match="further than stated") as refused:
        load_asset(file)
    assert [problem.rule for problem in refused.value.problems] == ["A025"]
    shown = CliRunner().invoke(main, ["assets", "R-1", "--drift"])
    assert shown.exit_code == 1
    assert "further than stated" in shown.stdout


def test_without_history_nothing_is_known(project):
    project("1 uV", history=[])

    assert "nothing is known" in CliRunner().invoke(main, ["assets", "R-1", "--drift"]).stdout
