"""AC voltage at two frequencies, AC and DC current: from files to certificates, on simulated instruments."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from calbench.cli.plan import _points
from calbench.documents.journal import parse
from calbench.evaluation.verifying import verify_record
from calbench.quantities import parse_quantity
from calbench.workflow import JOURNAL, PLAN, RECORD, Finished, Options, certify, execute, prepare, stored_plan

ROOT = Path(__file__).parents[3]

PROCEDURE = """\
procedure: {en: Meter with AC, zh: 交流万用表}
id: ac-meter
version: 1.0.0
language: 1
parameters:
  high: {type: quantity, unit: kHz, default: 50 kHz}
roles:
  uut:    {needs: [measure.voltage.ac, measure.current.ac, measure.current.dc]}
  source: {needs: [source.voltage.ac, source.current.ac, source.current.dc], must_be_in_calibration: true}
connections:
  leads: {title: Leads, text: Connect the leads., confirm: [Connected]}
tests:
  - test: acv
    title: {en: AC voltage, zh: 交流电压}
    connection: leads
    apply: source.voltage.ac
    read: uut.voltage.ac
    settle: 2 s
    readings: 2
    frequency: 1 kHz
    ranges:
      - {range: 1 V, points: [1 V], mpe: 0.06 % rdg + 0.03 % rng, resolution: 1 uV}
      - {range: 10 V, frequency: 1 kHz, points: [10 V], mpe: 0.06 % rdg + 0.03 % rng, resolution: 10 uV}
      - {range: 10 V, frequency: $high, points: [10 V], mpe: 0.12 % rdg + 0.05 % rng, resolution: 10 uV}
    uncertainty:
      - {name: Calibrator, from: source.uncertainty}
      - {name: Meter resolution, half_width: resolution / 2, shape: rectangular}
  - test: aci
    connection: leads
    apply: source.current.ac
    read: uut.current.ac
    frequency: 1 kHz
    ranges:
      - {range: 1 A, points: [1 A], mpe: 0.10 % rdg + 0.04 % rng, resolution: 1 uA}
  - test: dci
    title: {en: DC current, zh: 直流电流}
    connection: leads
    apply: source.current.dc
    read: uut.current.dc
    ranges:
      - {range: 10 mA,  points: [10 mA],  mpe: 0.050 % rdg + 0.020 % rng, resolution: 10 nA}
      - {range: 100 mA, points: [100 mA], mpe: 0.050 % rdg + 0.005 % rng, resolution: 100 nA}
    uncertainty:
      - {name: Calibrator, from: source.uncertainty}
"""

CERTIFIED = """\
  source.voltage.ac:
    - {from: 0.22 V, to: 2.2 V, frequency: {from: 40 Hz, to: 20 kHz}, expanded: 45 ppm * out + 8 uV, k: 2}
    - {from: 2.2 V, to: 22 V, frequency: {from: 40 Hz, to: 20 kHz}, expanded: 45 ppm * out + 50 uV, k: 2}
    - {from: 2.2 V, to: 22 V, frequency: {from: 20 kHz, to: 50 kHz}, expanded: 75 ppm * out + 100 uV, k: 2}
  source.current.ac:
    - {from: 220 mA, to: 2.2 A, frequency: {from: 20 Hz, to: 1 kHz}, expanded: 250 ppm * out + 35 uA, k: 2}
  source.current.dc:
    - {from: -220 mA, to: 220 mA, expanded: 45 ppm * out + 0.7 uA, k: 2}
"""

# Limits of the maker's verification tables of the 34401A (service guide, "AC voltage gain", "DC current gain",
# "AC current gain"), and U of CERTIFIED by hand; None where the procedure states no contribution.
EXPECTED = {
    "acv/1V/1V": ("0.9 mV", "53 uV", "1 kHz"),
    "acv/10V/1kHz/10V": ("9 mV", "500 uV", "1 kHz"),
    "acv/10V/high/10V": ("17 mV", "850 uV", "50 kHz"),
    "aci/1A/1A": ("1.4 mA", "285 uA", "1 kHz"),
    "dci/10mA/10mA": ("7 uA", "1.15 uA", None),
    "dci/100mA/100mA": ("55 uA", "5.2 uA", None),
}


@dataclass(frozen=True)
class Bench:
    """The files, and the run that was made of them."""

    procedure: Path
    station: Path
    finished: Finished


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("alternating")
    shutil.copytree(ROOT / "stations", folder / "stations")
    station, asset = folder / "stations" / "demo.yaml", folder / "stations" / "assets" / "REF-0017.yaml"
    text = station.read_text(encoding="utf-8")
    needs = "[source.voltage.dc, source.resistance.4w]"
    assert needs in text
    text = text.replace(needs, "[source.voltage.ac, source.current.ac, source.current.dc]")
    station.write_text(text, encoding="utf-8")
    asset.write_text(asset.read_text(encoding="utf-8") + CERTIFIED, encoding="utf-8")
    procedure = folder / "ac-meter.yaml"
    procedure.write_text(PROCEDURE, encoding="utf-8")
    options = Options(uut={"maker": "HP", "serial": "US36000017"})
    return Bench(procedure, station, execute(prepare(str(procedure), str(station), options), folder / "runs"))


@pytest.mark.parametrize(("name", "expected"), EXPECTED.items())
def test_limits_and_uncertainty_of_each_point(
    bench: Bench, name: str, expected: tuple[str, str, str | None]
) -> None:
    limit, certified, frequency = expected
    point = bench.finished.record.plan.point(name)
    assert point.limit is not None
    assert point.limit.nominal_upper is not None
    assert parse_quantity(point.limit.nominal_upper) == parse_quantity(limit)
    assert point.predicted.standard_u is not None
    assert parse_quantity(point.predicted.standard_u) == parse_quantity(certified)
    assert point.frequency == frequency
    assert point.labels.get("frequency") == frequency


def test_the_meter_passes_and_reads_what_was_applied(bench: Bench) -> None:
    record = bench.finished.record
    assert (record.run.status, record.verdict) == ("COMPLETED", "pass")
    assert [result.id for result in record.results] == list(EXPECTED)
    for result in record.results:
        assert result.reference is not None
        assert result.indication is not None
        nominal = parse_quantity(result.id.rpartition("/")[2])
        assert parse_quantity(result.reference) == nominal
        # within the maker's limits, so that neither quantity nor frequency was mixed up; and with noise
        off = abs(float(parse_quantity(result.indication).value / nominal.value) - 1)
        assert 0 < off < 2e-3, result.id


def test_the_calibrator_is_told_value_and_frequency_and_the_journal_says_so(bench: Bench) -> None:
    events = parse((bench.finished.folder / JOURNAL).read_bytes())[0]
    applied = {event.point: event.body for event in events if event.type == "applied"}
    assert {name: body.get("frequency") for name, body in applied.items()} == {
        name: frequency for name, (_, _, frequency) in EXPECTED.items()
    }
    assert ["frequency" in body for body in applied.values()] == [True] * 4 + [False] * 2
    sent = [str(event.body) for event in events if event.type == "exchange"]
    # protocols.md 2.2: OUT <value>, <frequency>
    for output in ("OUT 10 V, 1000 HZ", "OUT 10 V, 50000 HZ", "OUT 1 A, 1000 HZ", "OUT 0.01 A, 0 HZ"):
        assert any(output in text for text in sent), output


def test_one_standard_at_two_frequencies_is_two_influences(bench: Bench) -> None:
    plan = bench.finished.record.plan
    low, high = (plan.point(f"acv/10V/{name}/10V").contributions[0] for name in ("1kHz", "high"))
    assert low.influence == "asset:REF-0017/DEMO-2025-0117/source.voltage.ac@10V,1kHz"
    assert high.influence == "asset:REF-0017/DEMO-2025-0117/source.voltage.ac@10V,50kHz"
    assert high.source == "REF-0017, certificate DEMO-2025-0117, 2.2 V to 22 V, 20 kHz to 50 kHz"


def test_the_record_verifies_and_the_plan_is_the_same_after_reading_it_back(bench: Bench) -> None:
    folder = bench.finished.folder
    assert all(check.holds is not False for check in verify_record((folder / RECORD).read_bytes()))
    assert stored_plan(folder) == bench.finished.record.plan
    assert b'"frequency":null' not in (folder / PLAN).read_bytes()


def test_the_plan_view_has_a_column_of_frequencies(bench: Bench) -> None:
    lines = _points(bench.finished.record.plan).splitlines()
    assert lines[0].split()[:3] == ["point", "frequency", "limit"]
    assert [line.split()[1:3] for line in lines[2:] if line.startswith("acv/10V")] == [
        ["1", "kHz"],
        ["50", "kHz"],
    ]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("acv/10V/*", ["acv/10V/1kHz/10V", "acv/10V/high/10V"]),
        ("acv/*/1kHz/*", ["acv/10V/1kHz/10V"]),
        ("*/1V/1V", ["acv/1V/1V"]),
    ],
)
def test_patterns_pick_points_by_frequency(bench: Bench, pattern: str, names: list[str]) -> None:
    plan = prepare(str(bench.procedure), str(bench.station), Options(only=(pattern,))).plan
    assert [point.id for point in plan.points] == names


def test_names_do_not_depend_on_the_value_of_a_parameter(bench: Bench) -> None:
    options = Options(settings={"high": "20 kHz"}, only=("acv/10V/high/10V",))
    (point,) = prepare(str(bench.procedure), str(bench.station), options).plan.points
    assert point.frequency == "20 kHz"
    # both entries hold at 20 kHz, where they meet: the one with the narrower band counts, 45 ppm + 50 uV
    assert point.predicted.standard_u is not None
    assert parse_quantity(point.predicted.standard_u) == parse_quantity("500 uV")


@pytest.mark.parametrize(("language", "head"), [("en", "Frequency"), ("zh", "频率")])
def test_certificates_have_a_column_of_frequencies(
    bench: Bench, language: str, head: str, pages: ModuleType
) -> None:
    (pdf,) = certify(bench.finished.folder, ["pdf"], [language])
    text = "".join(pages.pages(pdf.read_bytes()))
    assert text.count(head) == 2  # in the tables of acv and aci, and not in that of dci
    for row in ("1V/1V1kHz", "10V/1kHz/10V1kHz", "10V/high/10V50kHz", "1A/1A1kHz"):
        assert row in text
    assert "10mA/10mA10" in text
    assert "1V(1kHz),10V(1kHz):±(0.06%rdg+0.03%rng);10V(50kHz):±(0.12%rdg+0.05%rng)" in text


@pytest.fixture(scope="session")
def pages() -> ModuleType:
    """The reader of PDF texts that the tests of certificates have."""
    path = ROOT / "tests" / "engine" / "certificates" / "reading.py"
    spec = importlib.util.spec_from_file_location("reading", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
