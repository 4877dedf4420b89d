"""From results to certificates and back: runs on the demonstration bench with an asset that drifts, and two sets.

Expected values by hand. The demonstration starts on 2026-01-05; REF-0017 is certified on 2025-11-17, 49 days before.
"""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.documents.canonical import sha256
from calbench.documents.record import Record
from calbench.quantities import parse_quantity
from calbench.traceability import correlating
from calbench.workflow import Options, execute, prepare

ROOT = Path(__file__).parents[3]
CORPUS = ROOT / "tests" / "engine" / "authoring" / "broken"
FIRST = ROOT / "docs" / "tutorials" / "first_procedure.yaml"
DRIFT = (
    "drift:\n  - {of: source.voltage.dc, per_year: 20 ppm * out, correction: 7.305 ppm * value}\nprovides:"
)
ABOVE = ", traceable_to: {certificate: NMI-7, issuer: a national institute}}"


def bench(
    folder: Path, station: tuple[tuple[str, str], ...], assets: dict[str, tuple[tuple[str, str], ...]]
) -> Path:
    shutil.copytree(ROOT / "stations", folder / "stations")
    for path, changes in [
        (folder / "stations" / "demo.yaml", station),
        *((folder / "stations" / "assets" / f"{name}.yaml", one) for name, one in assets.items()),
    ]:
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return folder / "stations" / "demo.yaml"


@pytest.fixture(scope="module")
def drifting(tmp_path_factory):
    """A run of three points with a calibrator that drifts and rests on NMI-7."""
    folder = tmp_path_factory.mktemp("drifting")
    changes = (("provides:", DRIFT), ("date: 2025-11-17}", f"date: 2025-11-17{ABOVE}"))
    station = bench(folder, (), {"REF-0017": changes})
    return execute(prepare(str(FIRST), str(station), Options(position="1")), folder / "runs")


@pytest.fixture(scope="module")
def two_sets(tmp_path_factory):
    """A run of a scale with the 10 kg of one set and the rest of another."""
    folder = tmp_path_factory.mktemp("sets")
    station = bench(folder, (("asset: W-M1-15  ", "asset: W-M1-15\n    also: [W-10]\n  "),), {"W-M1-15": ()})
    shipped = folder / "stations" / "assets" / "W-M1-15.yaml"
    lines = shipped.read_text(encoding="utf-8").splitlines(keepends=True)
    heavy = next(line for line in lines if "W10k" in line)
    shipped.write_text("".join(line for line in lines if line != heavy), encoding="utf-8")
    head = "".join(lines[: lines.index("weights:\n") + 1])
    own = head.replace("asset: W-M1-15", "asset: W-10").replace("DEMO-2025-0815", "DEMO-2025-0816")
    (folder / "stations" / "assets" / "W-10.yaml").write_text(own + heavy, encoding="utf-8")
    return execute(prepare("scale-class3", str(station), Options(position="2")), folder / "runs")


def budget(record: Record, point: str) -> dict[str, float]:
    result = next(one for one in record.results if one.id == point)
    return {line.influence: float(line.std) for line in result.budget}


def test_drift_is_a_line_of_its_own_in_the_record(drifting):
    """At -10 V: 11 V range, 4 ppm · 10 V + 3 µV = 43 µV, u = 21.5 µV; drift 200 µV · 49 / 365.25 = 26.8309 µV, / √3."""
    lines = budget(drifting.record, "dcv/10V/-10V")

    assert lines["certificate:NMI-7@REF-0017/source.voltage.dc/-10V"] == pytest.approx(21.5e-6, rel=1e-12)
    drift = lines["asset:REF-0017/DEMO-2025-0117/drift/source.voltage.dc@-10V"]
    assert drift == pytest.approx(200e-6 * 49 / 365.25 / math.sqrt(3), rel=1e-12)
    names = [line.name["en"] for result in drifting.record.results for line in result.budget]
    assert "Calibrator: drift since then" in names
    (standard,) = (one for one in drifting.record.plan.standards if one.id == "REF-0017")
    assert (standard.age_days, standard.traceable_to) == (49, "NMI-7")


def test_a_steady_drift_is_corrected(drifting):
    """7.305 ppm · 49 / 365.25 = 0.98 ppm: at -10 V -9.8 µV."""
    point = drifting.record.plan.point("dcv/10V/-10V")

    assert parse_quantity(point.corrections["source"]) == parse_quantity("-9.8 uV")


def test_drift_is_in_the_prediction_and_in_the_ratio(drifting):
    """u of the standard √(21.5² + 15.4908²) = 26.4993 µV, so U = 52.9987 µV; the limit is 0.35 + 0.05 mV."""
    predicted = drifting.record.plan.point("dcv/10V/-10V").predicted

    assert predicted.standard_u is not None
    assert float(parse_quantity(predicted.standard_u).in_unit("uV")) == pytest.approx(52.9987, abs=1e-4)
    assert predicted.standard_tur == "7.55"


def test_the_covariance_of_two_results_is_that_of_what_they_share(drifting):
    """5 V: u = 11.5 and 7.74542 µV; -10 V: 21.5 and 15.4908 µV: 11.5 · 21.5 + 7.74542 · 15.4908 = 367.233 µV²."""
    results = {one.id: one for one in drifting.record.results}
    a, b = results["dcv/10V/5V"], results["dcv/10V/-10V"]

    assert correlating.covariance(a, b) * 1e12 == pytest.approx(367.233, abs=2e-3)
    assert correlating.covariance(a, a) == pytest.approx(_square(a.std_uncertainty), rel=1e-12)
    assert correlating.correlation(a, a) == pytest.approx(1, rel=1e-12)
    shown = CliRunner().invoke(main, ["trace", str(drifting.folder), "--covariance", a.id, b.id, "--json"])
    assert json.loads(shown.stdout)["covariance"] * 1e12 == pytest.approx(367.233, abs=2e-3)
    assert json.loads(shown.stdout)["shared"] == [
        "certificate:NMI-7",
        "asset:REF-0017/DEMO-2025-0117/drift/source.voltage.dc",
    ]


def _square(text: str) -> float:
    number, unit = text.split()
    return (float(number) * {"V": 1, "mV": 1e-3, "µV": 1e-6}[unit]) ** 2


def test_weights_of_two_sets_stand_on_one_pan(two_sets):
    """15 kg: 10 kg of W-10, u = 80 mg, and 5 kg of W-M1-15, u = 40 mg: two lines; mass 10000.081 g + 4999.962 g."""
    point = two_sets.record.plan.point("linearity/up/15kg")

    assert point.place == ["W10k", "W5k"]
    assert point.certified == "15.000043 kg"
    lines = budget(two_sets.record, "linearity/up/15kg")
    assert lines["asset:W-10/DEMO-2025-0816/standard.mass@W10k"] == pytest.approx(80e-6, rel=1e-12)
    assert lines["asset:W-M1-15/DEMO-2025-0815/standard.mass@W5k"] == pytest.approx(40e-6, rel=1e-12)
    names = [one.name["zh"] for one in point.contributions if one.input == "reference"]
    assert names == ["砝码：W-10", "砝码：W-M1-15"]
    assert {one.id for one in two_sets.record.plan.standards} >= {"W-10", "W-M1-15"}


def test_trace_shows_which_set_each_weight_is_of(two_sets):
    shown = CliRunner().invoke(main, ["trace", str(two_sets.folder), "linearity/up/15kg", "--json"])

    data = json.loads(shown.stdout)
    uses = {one["asset"]: one["weights"] for one in data["results"]["linearity/up/15kg"]}
    assert uses == {"W-M1-15": ["W5k"], "W-10": ["W10k"], "ENV-0004": []}
    assert data["chains"]["W-10"]["number"] == "DEMO-2025-0816"


def test_a_chain_goes_on_to_the_certificate_above(drifting):
    shown = CliRunner().invoke(main, ["trace", str(drifting.folder), "dcv/10V/5V"])

    assert shown.exit_code == 0, shown.output
    assert "REF-0017, Fluke 5730A, 1730017" in shown.stdout
    assert "certificate NMI-7, a national institute" in shown.stdout
    assert shown.stdout.count("The chain ends here: nothing names its document by a hash.") == 1
    assert "SIMULATED: not traceable" in shown.stdout


EQUIPMENT = """<dcc:measuringEquipments><dcc:measuringEquipment>
<dcc:name><dcc:content lang="en">Zener reference</dcc:content></dcc:name>
<dcc:certificate><dcc:referral><dcc:content>standard</dcc:content></dcc:referral><dcc:referralID>NMI-9</dcc:referralID>
<dcc:procedure>SHA-256</dcc:procedure><dcc:value>{}</dcc:value></dcc:certificate>
</dcc:measuringEquipment></dcc:measuringEquipments><dcc:results>"""


@pytest.fixture
def digital(tmp_path):
    """Give a run whose calibrator has a digital certificate that names another one, and the folder of that one."""
    text = (CORPUS / "C-1.xml").read_bytes()
    above = text.replace(b">C-1<", b">NMI-9<").replace(b">a laboratory<", b">a national institute<")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "nmi.xml").write_bytes(above)
    own = text.replace(b"<dcc:results>", EQUIPMENT.format(sha256(above)).encode())
    station = bench(tmp_path, (("asset: REF-0017", "asset: CAL-9"),), {})
    (tmp_path / "stations" / "assets" / "C-1.xml").write_bytes(own)
    (tmp_path / "stations" / "assets" / "CAL-9.yaml").write_text(
        "asset: CAL-9\nlanguage: 1\nkind: calibrator\nmaker: Fluke\nmodel: 5730A\nserial: '1730017'\n"
        f"certificate: {{number: C-1, issuer: a laboratory, date: 2025-11-17, sha256: {sha256(own)}}}\n"
        "dcc: C-1.xml\ndue: 2036-11-17\nprovides:\n  source.voltage.dc:\n    - {result: DC voltage}\n",
        encoding="utf-8",
    )
    return execute(
        prepare(str(FIRST), str(station), Options(position="1")), tmp_path / "runs"
    ).folder, tmp_path / "more"


def chain(run, *more):
    traced = CliRunner().invoke(main, ["trace", str(run), "dcv/10V/5V", "--json", *more])
    assert traced.exit_code == 0, traced.output
    return json.loads(traced.stdout)["chains"]["CAL-9"]


def test_a_chain_goes_as_deep_as_the_documents_at_hand(digital):
    run, more = digital

    (shallow,) = chain(run)["above"]
    (deep,) = chain(run, "--documents", str(more))["above"]

    assert (shallow["of"], shallow["number"]) == ("Zener reference", "NMI-9")
    assert shallow["ends"] == "the document is not at hand"
    assert (deep["issuer"], deep["date"], deep["file"]) == ("a national institute", "2025-11-17", "nmi.xml")
    assert deep["ends"] == "it names no standards"


def test_a_chain_that_is_another_file_says_so(digital):
    run, _ = digital
    kept = run / "sources" / "certificate-CAL-9.xml"
    kept.write_bytes(kept.read_bytes().replace(b"40 0 -20", b"40 0 -21"))

    found = chain(run)

    assert found["above"] == []
    assert sha256(kept.read_bytes()) in found["ends"]


def test_a_recalled_certificate_above_finds_the_results(digital):
    """NMI-9 stands only in the digital certificate of the calibrator, which the run keeps."""
    run, more = digital
    for name in ("NMI-9", sha256((more / "nmi.xml").read_bytes())):
        asked = CliRunner().invoke(main, ["impact", name, "--in", str(run.parent), "--json"])
        (one,) = json.loads(asked.stdout)["runs"]
        assert asked.exit_code == 0
        assert [each["result"] for each in one["results"]] == ["dcv/10V/0V", "dcv/10V/5V", "dcv/10V/-10V"]


def test_a_kept_certificate_that_is_gone_or_another_is_named(digital):
    run, _ = digital
    kept = run / "sources" / "certificate-CAL-9.xml"
    kept.write_bytes(kept.read_bytes() + b"\n")
    altered = CliRunner().invoke(main, ["impact", "NMI-9", "--in", str(run.parent), "--json"])
    kept.unlink()
    gone = CliRunner().invoke(main, ["impact", "NMI-9", "--in", str(run.parent), "--json"])

    for asked, says in ((altered, "another file"), (gone, "No such file")):
        assert asked.exit_code == 4
        assert says in json.loads(asked.stdout)["not_read"][0]["why"]


def test_a_wrong_result_is_told_with_those_there_are(drifting):
    shown = CliRunner().invoke(main, ["trace", str(drifting.folder), "dcv/10V/6V"])

    assert shown.exit_code == 2
    assert "dcv/10V/5V" in shown.output
