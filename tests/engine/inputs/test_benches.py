"""Tests with inputs on simulated benches: thermometers in a bath, several units, weights on a pan, and a proof."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from calbench.certificates.assemble import assemble
from calbench.certificates.content import Table
from calbench.certificates.workbook import workbook
from calbench.documents.canonical import canonical
from calbench.documents.journal import parse
from calbench.errors import PlanRefused
from calbench.evaluation.verifying import verify_record
from calbench.proof import population, prove
from calbench.quantities import parse_quantity
from calbench.workflow import Finished, Options, execute, prepare

ROOT = Path(__file__).parents[3]

BATH = """\
procedure: Thermometers
id: thermometers
version: 1.0.0
language: 1
roles:
  uut:      {needs: [measure.temperature]}
  bath:     {needs: [source.temperature]}
  standard: {needs: [measure.temperature]}
positions: {min: 1, max: 3, sharing: parallel}
tests:
  - test: bath
    apply: bath.temperature
    settle: 10 min
    points: [50 degC]
    inputs:
      before: {read: standard.temperature, readings: 2}
      tx:     {read: uut.temperature, settle: 5 s, readings: 2}
      after:  {read: standard.temperature}
    indication: tx
    reference: before + (after - before) / 2
    mpe: 0.2 K
    uncertainty:
      - {name: Standard, from: standard.uncertainty}
      - {name: Read, type: A, std: tx.stdev / sqrt(tx.n), dof: tx.n - 1, input: tx}
"""

BATH_STATION = """\
station: baths
language: 1
simulated: true
laboratory: {name: Laboratory, address: simulated, country: CN}
instruments:
  bath: {driver: fluke/f9142, link: {serial: COM1, line: 9600 8N1}, provides: [source.temperature]}
  standard: {driver: fluke/f1524, link: {serial: COM2, line: 9600 8N1}, asset: T-1, provides: [measure.temperature]}
positions:
  1: {driver: fluke/f1524, link: {serial: COM3, line: 9600 8N1}}
  2: {driver: fluke/f1524, link: {serial: COM4, line: 9600 8N1}}
simulation:
  clock: virtual
  start: 2026-03-02T08:00:00Z
  seed: 4
  wiring:
    - {from: bath.well, to: [1.probe1, 2.probe1, standard.probe1]}
  units:
    bath: {offset: 0.1 delta_degC, gain: 0}
    standard: {probe_offset: -0.02 delta_degC, probe_gain: 0, probe_tempco: 0}
    1: {probe_offset: 0.05 delta_degC, probe_gain: 0, probe_tempco: 0}
    2: {probe_offset: -0.07 delta_degC, probe_gain: 0, probe_tempco: 0}
"""

THERMOMETER = """\
asset: T-1
language: 1
kind: thermometer
maker: Fluke
model: "1524"
serial: "2"
certificate: {number: C-2, issuer: Example (invented), date: 2026-01-10}
due: 2036-01-10
provides:
  measure.temperature:
    - {from: 0 degC, to: 100 degC, expanded: 0.01 delta_degC, k: 2, correction: 0.02 delta_degC}
"""


def run(folder: Path, files: Mapping[str, str], options: Options) -> Finished:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    names = [str(folder / name) for name in list(files)[:2]]
    return execute(prepare(names[0], names[1], options), folder / "runs")


def baths(folder: Path, options: Options) -> Finished:
    files = {"bath.yaml": BATH, "baths.yaml": BATH_STATION, "assets/T-1.yaml": THERMOMETER}
    return run(folder, files, options)


def test_the_error_is_that_of_the_thermometer_and_not_that_of_the_bath(tmp_path: Path) -> None:
    (one,) = baths(tmp_path, Options(position="1")).record.results
    # the standard shows 0.02 K too little, and its certificate says so; the display of the bath is 0.1 K wrong
    assert float(parse_quantity(one.value or "").in_unit("K")) == pytest.approx(0.05, abs=0.01)
    assert [text.rsplit(" ", 1)[1] for text in (one.value or "", one.expanded or "", one.lower or "")] == [
        "K"
    ] * 3
    assert (one.indication or "").endswith("°C")
    slopes = {line.input: float(line.sensitivity) for line in one.budget}
    # both readings of the standard are one value of its certificate: their halves add
    assert slopes == pytest.approx({"before, after": -1.0, "tx": 1.0}, rel=1e-9)


def test_several_units_are_measured_in_turn_each_with_its_own_reading_of_the_standard(tmp_path: Path) -> None:
    finished = baths(tmp_path, Options(positions=("1", "2")))
    records = finished.records
    errors = {name: parse_quantity(one.results[0].value or "").in_unit("K") for name, one in records.items()}
    assert {name: float(one) for name, one in errors.items()} == pytest.approx(
        {"1": 0.05, "2": -0.07}, abs=0.01
    )
    order = [
        (event.position, event.body["input"])
        for event in parse((finished.folder / "journal.jsonl").read_bytes())[0]
        if event.type == "reading"
    ]
    each = ["before", "before", "tx", "tx", "after"]
    assert order == [*(("1", name) for name in each), *(("2", name) for name in each)]
    for record in records.values():
        assert [raw.input for raw in record.attempts["bath/50degC"][0].readings] == each


def test_independent_units_need_every_instrument_that_is_read_for_themselves(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "bath.yaml").write_text(BATH.replace("parallel", "independent"), encoding="utf-8")
    (tmp_path / "baths.yaml").write_text(BATH_STATION, encoding="utf-8")
    (tmp_path / "assets" / "T-1.yaml").write_text(THERMOMETER, encoding="utf-8")
    with pytest.raises(PlanRefused) as refused:
        prepare(str(tmp_path / "bath.yaml"), str(tmp_path / "baths.yaml"), Options(positions=("1", "2")))
    assert "Position 2 has no standard of its own for role 'standard'" in str(refused.value)


SCALE = """\
procedure: Changeover
id: changeover
version: 1.0.0
language: 1
roles:
  uut:     {needs: [measure.mass]}
  weights: {needs: [standard.mass]}
tests:
  - test: change
    points: [5 kg]
    inputs:
      empty:  {read: uut.mass, expected: 0 kg, place: weights, load: 0 kg, settle: 3 s}
      loaded: {read: uut.mass, place: weights, load: nominal, settle: 3 s, prompt: "Now {weights}."}
    indication: loaded - empty
    reference: loaded.load
    mpe: 10 g
    uncertainty:
      - {name: Weights, from: weights.uncertainty}
"""


def test_weights_lie_on_the_pan_while_an_input_is_read(tmp_path: Path) -> None:
    files = {"scale.yaml": SCALE}
    (tmp_path / "scale.yaml").write_text(files["scale.yaml"], encoding="utf-8")
    prepared = prepare(
        str(tmp_path / "scale.yaml"), str(ROOT / "stations" / "demo.yaml"), Options(position="2")
    )
    finished = execute(prepared, tmp_path / "runs")
    (one,) = finished.record.results
    (point,) = finished.record.plan.points
    assert [each.place for each in point.inputs] == [[], point.inputs[1].place]
    assert point.inputs[1].place
    # the station has a gain of 200 ppm: 1 g at 5 kg, of steps of 5 g
    assert abs(float(parse_quantity(one.value or "").in_unit("g"))) < 6
    moved = {line.input: float(line.sensitivity) for line in one.budget}
    assert moved["loaded.load"] == pytest.approx(-1.0)
    values = [Decimal(raw.value) for raw in finished.record.attempts["change/5kg"][0].readings]
    assert abs(values[0]) < Decimal("0.006")
    assert abs(values[1] - 5) < Decimal("0.011")


VOLTS = """\
procedure: Voltage against a standard meter
id: volts
version: 1.0.0
language: 1
roles:
  uut:      {needs: [measure.voltage.dc]}
  source:   {needs: [source.voltage.dc]}
  standard: {needs: [measure.voltage.dc]}
tests:
  - test: dcv
    apply: source.voltage.dc
    settle: 5 s
    points: [10 V]
    inputs:
      Us: {read: standard.voltage.dc, resolution: 10 uV}
      Ux: {read: uut.voltage.dc, readings: 4, resolution: 10 uV}
    indication: Ux
    reference: Us
    mpe: 2 mV
    uncertainty:
      - {name: Standard, from: standard.uncertainty}
      - {name: Standard read, half_width: Us.resolution / 2, shape: rectangular, input: Us}
      - {name: Standard noise, std: 4 uV, input: Us}
      - {name: Meter read, type: A, std: Ux.stdev / sqrt(Ux.n), dof: Ux.n - 1, input: Ux}
      - {name: Meter resolution, half_width: Ux.resolution / 2, shape: rectangular, input: Ux}
"""


METER = "{driver: keyboard, sim: byeye/voltmeter, asset: DMM-0031, provides: [measure.voltage.dc]}"


def volts(folder: Path) -> Path:
    """Write a station with a source that is nobody's standard, and a standard meter that is read by eye."""
    demo = (ROOT / "stations" / "demo.yaml").read_text(encoding="utf-8")
    changes = (
        (
            "  climate:\n",
            f"  meter: {METER}\n  climate:\n",
        ),
        ("to: [1.input]", "to: [1.input, meter.input]"),
        ("gain: 6 ppm,", "gain: 0, warmup: 0, noise: 4 uV,"),
    )
    for old, new in changes:
        assert old in demo, old
        demo = demo.replace(old, new)
    (folder / "assets").mkdir(exist_ok=True)
    for path in (ROOT / "stations" / "assets").iterdir():
        (folder / "assets" / path.name).write_bytes(path.read_bytes())
    (folder / "station.yaml").write_text(demo, encoding="utf-8")
    return folder / "station.yaml"


def test_a_proof_knows_the_true_error_from_the_true_inputs(tmp_path: Path) -> None:
    (tmp_path / "volts.yaml").write_text(VOLTS, encoding="utf-8")
    prepared = prepare(str(tmp_path / "volts.yaml"), str(volts(tmp_path)), Options(position="1"))
    report = prove(prepared, 100, seed=1, workers=1, population=population("normal 0.5")).report
    (test,) = report.tests
    assert test.covered is not None
    assert test.verdict in ("honest", "too_few_runs")
    assert float(test.covered.rate.share) > 0.88
    # nobody counts the certificate: what is stated is too small, and the proof says so
    text = VOLTS.replace("      - {name: Standard, from: standard.uncertainty}\n", "")
    (tmp_path / "volts.yaml").write_text(text, encoding="utf-8")
    prepared = prepare(str(tmp_path / "volts.yaml"), str(tmp_path / "station.yaml"), Options(position="1"))
    report = prove(prepared, 60, seed=1, workers=1, population=population("normal 0.5")).report
    assert report.tests[0].verdict == "optimistic"


def test_the_workbook_and_the_budget_name_the_input(tmp_path: Path) -> None:
    (tmp_path / "volts.yaml").write_text(VOLTS, encoding="utf-8")
    prepared = prepare(str(tmp_path / "volts.yaml"), str(volts(tmp_path)), Options(position="1"))
    record = execute(prepared, tmp_path / "runs").record
    assert {one.name: one.holds for one in verify_record(canonical(record))}["results"] is True
    book = openpyxl.load_workbook(io.BytesIO(workbook(record, "0" * 64, "en")))
    rows = list(book["Readings"].iter_rows(values_only=True))
    head = next(row for row in rows if row and "Input" in row)
    column = head.index("Input")
    assert [row[column] for row in rows[rows.index(head) + 1 :] if row[column]] == ["Us", *["Ux"] * 4]
    cells = [
        cell
        for section in assemble(record, "0" * 64, "en").sections
        for block in section.blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row.cells
    ]
    assert any(str(cell).startswith("Standard noise [Us]") for cell in cells)
    assert any(str(cell).startswith("Meter resolution [Ux]") for cell in cells)
