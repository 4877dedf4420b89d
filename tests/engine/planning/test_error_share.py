"""The share of the limit that the maximum permissible error of a standard may have, against published figures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from calbench.documents.plan import Plan
from calbench.errors import PlanRefused
from calbench.workflow import Options, prepare

ROOT = Path(__file__).parents[3]

GAUGE = """\
procedure: Pressure gauge
id: gauge
version: 1.0.0
language: 1
roles:
  uut:      {needs: [measure.pressure], fallback: keyboard}
  standard: {needs: [measure.pressure], max_error_share: 1 / 4}
limits:
  mpe:
    variable: nominal
    bands: [{up_to: 0.9 * 0.6 MPa - 1 Pa, limit: 1.6 % * 0.6 MPa}, {up_to: 0.6 MPa, limit: 2.5 % * 0.6 MPa}]
tests:
  - test: error
    read: standard.pressure
    reading_is: reference
    points: [0.12 MPa, 0.6 MPa]
    evaluate: {value: error, limit: mpe}
"""
STATION = """\
station: gauges
language: 1
instruments:
  standard: {driver: keyboard, asset: P-1, provides: [measure.pressure]}
positions:
  1: {driver: keyboard}
"""
ASSET = """\
asset: P-1
language: 1
kind: precision gauge
maker: Example
model: PG
serial: "1"
class: "0.25"
certificate: {number: C-1, issuer: Example laboratory, date: 2025-12-01}
due: 2036-12-01
provides:
  measure.pressure:
    - {range: 1 MPa, from: 0 MPa, to: 1 MPa, expanded: 1 kPa, k: 2, mpe: 0.25 % * rng}
"""


def planned(folder: Path, procedure: str = GAUGE, station: str = STATION, asset: str = ASSET) -> Plan:
    (folder / "stations" / "assets").mkdir(parents=True)
    for name, text in (
        ("own.yaml", procedure),
        ("stations/s.yaml", station),
        ("stations/assets/P-1.yaml", asset),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return prepare(str(folder / "own.yaml"), str(folder / "stations" / "s.yaml"), Options()).plan


def refused(folder: Path, *texts: str, **files: str) -> str:
    with pytest.raises(PlanRefused) as found:
        planned(folder, *texts, **files)
    (reason,) = found.value.reasons
    return reason


def test_the_published_example_fails_in_the_body_and_not_at_the_top(tmp_path: Path) -> None:
    """ybzhan.cn: 0.6 MPa class 1.6, standard 1.0 MPa class 0.25: 0.0025 > 0.0024 in the body, 0.00375 at the top."""
    reason = refused(tmp_path)
    assert (
        "above 1 / 4 of the limit (max_error_share) at 1 point. Take a standard of a better class." in reason
    )
    assert reason.splitlines()[2].split() == ["error/0.12MPa", "2.5", "kPa", "2.4", "kPa", "9.6", "kPa"]


def test_it_is_independent_of_the_uncertainty(tmp_path: Path) -> None:
    """Class 0.16 of 1.0 MPa is 0.0016 MPa; its certificate with U = 90 kPa is no matter of this rule."""
    asset = ASSET.replace("0.25 % * rng", "0.16 % * rng").replace("expanded: 1 kPa", "expanded: 90 kPa")
    plan = planned(tmp_path, asset=asset)
    assert [point.predicted.standard_mpe for point in plan.points] == ["0.0016 MPa", "0.0016 MPa"]


def test_a_standard_of_just_its_share_is_good_enough(tmp_path: Path) -> None:
    """1/3 has no end as a decimal: 3 kPa allow just 1 kPa, and 1 kPa and a millionth does not do."""
    procedure = (
        GAUGE.replace("1 / 4", "1 / 3")
        .replace("1.6 % * 0.6 MPa", "3 kPa")
        .replace("2.5 % * 0.6 MPa", "3 kPa")
    )
    planned(tmp_path / "just", procedure, asset=ASSET.replace("0.25 % * rng", "1 kPa"))
    assert "at 2 points" in refused(
        tmp_path / "more", procedure, asset=ASSET.replace("0.25 % * rng", "1.000001 kPa")
    )


@pytest.mark.parametrize(
    ("lower", "upper", "good"),
    [("-8 kPa", "12 kPa", True), ("-8 kPa", "11.9 kPa", False), ("-10 kPa", "", True), ("", "9 kPa", False)],
)
def test_of_two_limits_half_their_distance_counts(tmp_path: Path, lower: str, upper: str, good: bool) -> None:  # noqa: FBT001
    """A quarter of 10 kPa is 2.5 kPa, the error of the standard."""
    sides = ", ".join(f"{key}: {text}" for key, text in (("lower", lower), ("upper", upper)) if text)
    procedure = GAUGE.replace("evaluate: {value: error, limit: mpe}", f"mpe: {{{sides}}}")
    if good:
        planned(tmp_path, procedure)
    else:
        assert "2.5 kPa" in refused(tmp_path, procedure)


def test_an_error_in_percent_is_held_against_a_limit_in_percent(tmp_path: Path) -> None:
    """E = I / R - 1: 2.5 kPa of 600 kPa are 0.41667 %, and of 120 kPa 2.0833 %; a quarter of 4 % is 1 %."""
    relative = 'model: indication / reference - 1\n    unit: "%"\n    mpe: 4 %'
    reason = refused(tmp_path, GAUGE.replace("evaluate: {value: error, limit: mpe}", relative))
    (row,) = reason.splitlines()[2:]
    assert row.split() == ["error/0.12MPa", "2.08333", "%", "1", "%", "4", "%", "reference:", "2.5", "kPa"]


def test_a_standard_without_an_mpe_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PlanRefused) as found:
        planned(tmp_path, asset=ASSET.replace(", mpe: 0.25 % * rng", ""))
    assert found.value.reasons[0] == (
        "Role 'standard' has max_error_share, and P-1 states no maximum permissible error at error/0.12MPa: write "
        "mpe: into that entry of P-1.yaml, as its specification or class says."
    )


def test_a_standard_without_an_asset_is_refused(tmp_path: Path) -> None:
    reason = refused(tmp_path, station=STATION.replace(" asset: P-1,", ""))
    assert "'standard' has no asset that states its maximum permissible error" in reason


def test_between_two_values_the_larger_mpe_counts(tmp_path: Path) -> None:
    entries = """\
    - {at: 0 MPa, between: linear, expanded: 100 Pa, k: 2, mpe: 1 kPa}
    - {at: 1 MPa, between: linear, expanded: 100 Pa, k: 2, mpe: 2 kPa}
"""
    asset = ASSET[: ASSET.index("    - {range")] + entries
    assert {one.predicted.standard_mpe for one in planned(tmp_path, asset=asset).points} == {"2 kPa"}


def test_on_a_line_the_specification_is_that_of_the_value(tmp_path: Path) -> None:
    """0.25 % of 0.12 MPa and of 0.6 MPa, not of the ends of the line."""
    entries = """\
    - {at: 0 MPa, between: linear, expanded: 100 Pa, k: 2, mpe: 0.25 % * out}
    - {at: 1 MPa, between: linear, expanded: 100 Pa, k: 2, mpe: 0.25 % * out}
"""
    asset = ASSET[: ASSET.index("    - {range")] + entries
    found = [one.predicted.standard_mpe for one in planned(tmp_path, asset=asset).points]
    assert found == ["0.0003 MPa", "0.0015 MPa"]


# --- weights: OIML R 111-1, table 1, class M1 ---

SCALE = (ROOT / "procedures" / "mass" / "scale-class3.yaml").read_text(encoding="utf-8")


def weighed(folder: Path, *changes: tuple[str, str], procedure: str = SCALE) -> Plan:
    shutil.copytree(ROOT / "stations", folder / "stations")
    (folder / "img").mkdir()
    for picture in (ROOT / "procedures" / "mass" / "img").iterdir():
        shutil.copy(picture, folder / "img")
    path = folder / "stations" / "assets" / "W-M1-15.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    (folder / "own.yaml").write_text(procedure, encoding="utf-8")
    options = Options(position="2", settings={"control": "first"})
    return prepare(str(folder / "own.yaml"), str(folder / "stations" / "demo.yaml"), options).plan


def test_the_errors_of_weights_add(tmp_path: Path) -> None:
    plan = weighed(tmp_path)
    found = {one.id: one.predicted.standard_mpe for one in plan.points if one.test == "linearity"}
    assert found["linearity/up/15kg"] == "0.00075 kg"  # 10 kg and 5 kg: 500 mg and 250 mg
    assert found["linearity/up/2.5kg"] == "0.000125 kg"  # 2 kg and 500 g: 100 mg and 25 mg
    assert found["linearity/up/0kg"] == "0 kg"
    assert all(one.predicted.standard_mpe is None for one in plan.points if one.test == "repeatability")


def test_a_row_that_is_not_confirmed_is_marked_at_the_tests_that_rest_on_it(tmp_path: Path) -> None:
    marks = {one.id: one.sources for one in weighed(tmp_path).tests}
    assert marks["linearity"]["OIML R 111-1, 10 kg"] == "unconfirmed"
    assert "OIML R 111-1, 10 kg" not in marks["eccentricity"]  # 5 kg alone


def test_what_a_person_writes_goes_before_the_table(tmp_path: Path) -> None:
    """500 e = 2.5 kg: its limit 2.5 g allows 833 mg; 2 kg with 900 mg and 500 g with 25 mg are 925 mg."""
    with pytest.raises(PlanRefused) as found:
        weighed(tmp_path, ("expanded: 30 mg,  k: 2}", "expanded: 30 mg,  k: 2, mpe: 900 mg}"))
    (reason,) = found.value.reasons
    assert "at 2 points" in reason
    row = next(line for line in reason.splitlines() if "up/2.5kg" in line)
    assert row.split()[1:] == ["925", "mg", "833.3", "mg", "2.5", "g"]


def test_an_own_mpe_needs_no_row(tmp_path: Path) -> None:
    plan = weighed(tmp_path, ("expanded: 160 mg, k: 2}", "expanded: 160 mg, k: 2, mpe: 500 mg}"))
    assert "OIML R 111-1, 10 kg" not in next(one for one in plan.tests if one.id == "linearity").sources


def test_weights_of_a_class_without_a_row_are_refused(tmp_path: Path) -> None:
    procedure = SCALE.replace("class: [M1]", "class: [M1-2]")
    with pytest.raises(
        PlanRefused, match=r"W5k of W-M1-15 \(5 kg, class M1-2\) has no maximum permissible error"
    ):
        weighed(tmp_path, ("class: M1", "class: M1-2"), procedure=procedure)
