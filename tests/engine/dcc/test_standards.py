"""A digital certificate as the certificate of a standard: drafted into an asset, or named by one, and used by plans.

Expected values are worked out by hand from the certificate of three points in the corpus of broken files (which is
itself in order): errors of 40, 0 and -20 µV at -10, 0 and 10 V, U = 30, 3 and 30 µV with k = 2.
"""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from calbench.authoring import load_asset
from calbench.cli import main
from calbench.dcc import read_file
from calbench.dcc.certified import Unusable, certified
from calbench.dcc.entries import entries
from calbench.documents.asset import Asset
from calbench.documents.canonical import sha256
from calbench.errors import InvalidFile
from calbench.evaluation.verifying import verify_sources
from calbench.planning import standards
from calbench.quantities import parse_quantity

CORPUS = Path(__file__).parents[1] / "authoring" / "broken"
CERTIFICATE = CORPUS / "C-1.xml"
CAPABILITY = "source.voltage.dc"


@pytest.fixture
def named(tmp_path: Path) -> Path:
    """Give the file of an asset that names the certificate, which lies beside it."""
    shutil.copy(CERTIFICATE, tmp_path)
    file = tmp_path / "CAL-9.yaml"
    file.write_text(
        "asset: CAL-9\nlanguage: 1\nkind: calibrator\nmaker: Fluke\nmodel: 5730A\nserial: '1730017'\n"
        "certificate: {number: C-1, issuer: a laboratory, date: 2025-11-17, "
        f"sha256: {sha256(CERTIFICATE.read_bytes())}}}\n"
        f"dcc: C-1.xml\ndue: 2036-11-17\nprovides:\n  {CAPABILITY}:\n    - {{result: DC voltage}}\n",
        encoding="utf-8",
    )
    return file


def drafted(*more: str, file: Path = CERTIFICATE, capability: str = CAPABILITY):
    words = ["new", "asset", str(file), "--capability", capability, "--due", "2036-11-17", *more]
    return CliRunner().invoke(main, words)


def at(asset: Asset, value: str) -> tuple[Decimal, Decimal, str] | None:
    found = standards.at(asset, CAPABILITY, parse_quantity(value))
    if found is None:
        return None
    assert found.stated.expanded is not None
    return found.correction.in_unit("uV"), found.stated.expanded.in_unit("uV"), found.stated.k


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("-10 V", ("-40", "30", "2")),
        ("0 V", ("0", "3", "2")),
        ("10 V", ("20", "30", "2")),
        ("5 V", ("10", "16.5", "2")),  # half way: correction (0 + 20) / 2, U (3 + 30) / 2
        ("-2.5 V", ("-10", "9.75", "2")),  # a quarter of the way from 0 V to -10 V
        ("10.001 V", None),
        ("-11 V", None),
    ],
)
def test_a_named_certificate_is_used_at_the_point_of_use(named, value, expected):
    asset = load_asset(named).model

    wanted = None if expected is None else (Decimal(expected[0]), Decimal(expected[1]), expected[2])
    assert at(asset, value) == wanted


def test_the_draft_has_the_same_values(named, tmp_path):
    result = drafted("--id", "CAL-8", "--into", str(tmp_path))

    assert result.exit_code == 0, result.output
    asset = load_asset(tmp_path / "CAL-8.yaml").model
    for value in ("-10 V", "-2.5 V", "0 V", "5 V", "10 V", "10.001 V"):
        assert at(asset, value) == at(load_asset(named).model, value)
    assert asset.certificate.sha256 == sha256(CERTIFICATE.read_bytes())
    assert (asset.certificate.number, asset.certificate.date, asset.serial) == (
        "C-1",
        "2025-11-17",
        "1730017",
    )
    assert "date of issue" in result.stdout


def test_a_draft_is_shown_and_not_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    result = drafted()

    assert result.exit_code == 0
    assert "correction: 20 uV, expanded: 30 uV, k: 2" in result.stdout
    assert "Nothing was written" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_draft_never_replaces_a_file(tmp_path):
    assert drafted("--into", str(tmp_path)).exit_code == 0
    again = drafted("--into", str(tmp_path))

    assert again.exit_code == 2
    assert "already" in again.output


def test_nothing_between_the_values_if_so_wished(tmp_path):
    made = drafted("--between", "nothing", "--json")

    text = json.loads(made.stdout)["text"]
    (tmp_path / "C-1.yaml").write_text(text, encoding="utf-8")
    asset = load_asset(tmp_path / "C-1.yaml").model
    assert at(asset, "10 V") == (Decimal(20), Decimal(30), "2")
    assert at(asset, "5 V") is None


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"capability": f"{CAPABILITY}=AC voltage"}, "has no result 'AC voltage'"),
        ({"capability": "source.resistance.4w"}, "no result with errors"),
        ({"capability": "standard.mass"}, "enter them by hand"),
        ({"capability": "source.nothing"}, "are not read"),
        ({"file": CORPUS / "C-1-cut.xml"}, "not well-formed"),
    ],
)
def test_what_cannot_be_drafted_is_told(more, says):
    result = drafted(**more)

    assert result.exit_code == 2
    assert says in result.output


def test_ptbs_temperatures_become_corrections(schemas):
    """33.098 °C with an error of 0.072 K, 320.004 °C with -0.084 K; U 0.061 K, k = 2 (the example itself)."""
    certificate = read_file(schemas / "examples" / "gp_temperature_typical_v12.xml")

    made = entries(certified(certificate, "measure.temperature"), "linear")

    first, last = made[0], made[4]
    assert (first.at, first.correction, first.expanded, first.k) == (
        "33.098 degC",
        "-0.072 K",
        "0.061 K",
        "2",
    )
    assert (last.at, last.correction) == ("320.004 degC", "0.084 K")
    assert len(made) == 5 + 4


def test_different_k_are_brought_to_standard_uncertainties(tmp_path):
    file = tmp_path / "C-2.xml"
    text = CERTIFICATE.read_text(encoding="utf-8")
    file.write_text(
        text.replace("<si:coverageFactorXMLList>2<", "<si:coverageFactorXMLList>2 3 2<"), encoding="utf-8"
    )
    groups = certified(read_file(file), CAPABILITY)
    asset = load_asset_with(groups, tmp_path)

    assert at(asset, "5 V") == (Decimal(10), Decimal(8), "1")  # u = 1 and 15 µV


def load_asset_with(groups, folder: Path) -> Asset:
    drafted("--id", "CAL-7", "--into", str(folder))
    asset = load_asset(folder / "CAL-7.yaml").model
    return asset.model_copy(update={"provides": {CAPABILITY: entries(groups, "linear")}})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (">-10 0 10<", ">0 0 10<", "two results for 0"),
        (">40 0 -20<", ">40 NaN -20<", "NaN"),
        (">30 3 30<", ">30 0 30<", "cannot be used"),
        (r">\micro\volt<", r">\micro\volts<", "is no unit of D-SI"),
        (r">\micro\volt<", r">\decibel<", "does not calculate"),
    ],
)
def test_values_that_cannot_be_used_are_refused(old, new, says, tmp_path):
    file = tmp_path / "C-2.xml"
    file.write_text(CERTIFICATE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    with pytest.raises(Unusable, match=says):
        entries(certified(read_file(file), CAPABILITY), "linear")


def test_one_changed_byte_of_the_certificate_is_told(named):
    file = named.parent / "C-1.xml"
    file.write_bytes(file.read_bytes().replace(b"40 0 -20", b"40 0 -21"))

    with pytest.raises(InvalidFile, match="another file"):
        load_asset(named)


def test_a_run_keeps_the_certificate_it_used_and_verify_looks_at_it(named):
    folder, root = named.parent, Path(__file__).parents[3]
    bench = folder / "bench.yaml"
    demo = (root / "stations" / "demo.yaml").read_text(encoding="utf-8")
    bench.write_text(demo.replace("asset: REF-0017", "asset: CAL-9"), encoding="utf-8")
    (folder / "assets").mkdir()
    for name in ("CAL-9.yaml", "C-1.xml"):
        shutil.move(folder / name, folder / "assets" / name)
    procedure = root / "docs" / "tutorials" / "first_procedure.yaml"  # 0, 5 and -10 V
    words = [
        "run",
        str(procedure),
        str(bench),
        "--position",
        "1",
        "--format",
        "",
        "--out",
        str(folder / "runs"),
    ]

    ran = CliRunner().invoke(main, words)

    assert ran.exit_code in (0, 1), ran.output
    (record,) = (folder / "runs").rglob("record.json")
    points = {one["id"]: one for one in json.loads(record.read_bytes())["plan"]["points"]}
    assert points["dcv/10V/5V"]["corrections"]["source"] == "10 µV"
    assert points["dcv/10V/-10V"]["corrections"]["source"] == "-40 µV"
    kept = {path.name: path.read_bytes() for path in (record.parent / "sources").iterdir()}
    assert kept["certificate-CAL-9.xml"] == CERTIFICATE.read_bytes()
    plan = (record.parent / "plan.json").read_bytes()
    assert verify_sources(plan, kept).holds is True
    assert verify_sources(plan, {**kept, "certificate-CAL-9.xml": b"x"}).holds is False
    assert CliRunner().invoke(main, ["verify", str(record.parent)]).exit_code == 0


def test_a_certificate_of_a_simulated_run_is_refused_for_real_work(named, tmp_path):
    file = named.parent / "C-1.xml"
    file.write_bytes(file.read_bytes().replace(b">C-1<", b">SIMULATED-C-1<"))
    text = named.read_text(encoding="utf-8").replace("number: C-1", "number: SIMULATED-C-1")
    text = text.replace(sha256(CERTIFICATE.read_bytes()), sha256(file.read_bytes()))
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "CAL-9.yaml").write_text(text, encoding="utf-8")
    shutil.move(file, tmp_path / "assets")
    root = Path(__file__).parents[3]
    demo = (
        (root / "stations" / "demo.yaml")
        .read_text(encoding="utf-8")
        .replace("asset: REF-0017", "asset: CAL-9")
    )
    (tmp_path / "bench.yaml").write_text(
        demo.replace("simulated: true", "simulated: false"), encoding="utf-8"
    )
    procedure = str(root / "docs" / "tutorials" / "first_procedure.yaml")
    words = ["plan", procedure, str(tmp_path / "bench.yaml"), "--position", "1"]

    real = CliRunner().invoke(main, words)
    simulated = CliRunner().invoke(main, [*words, "--sim"])

    assert real.exit_code == 2
    assert "is of a simulated run" in real.output
    assert simulated.exit_code == 0, simulated.output


@pytest.mark.parametrize(
    ("r", "expected"),
    [("1", "8.25"), ("independent", "7.53740"), ("0.5", "7.90174")],
)
def test_between_values_that_are_not_fully_correlated(named, r, expected):
    """Half way from 0 to 10 V, u = 1.5 and 15 µV count half: √(0.75² + 7.5² + 2 r · 0.75 · 7.5) µV."""
    named.write_text(named.read_text(encoding="utf-8") + f"correlation: {r}\n", encoding="utf-8")
    asset = load_asset(named).model

    found = standards.at(asset, CAPABILITY, parse_quantity("5 V"))

    assert found is not None
    assert float(found.u) * 1e6 == pytest.approx(float(expected), abs=1e-5)
    assert found.correction == parse_quantity("10 uV")
    assert standards.at(asset, CAPABILITY, parse_quantity("10.1 V")) is None


@pytest.mark.parametrize(("value", "mpe"), [("10 V", "60"), ("5 V", "35"), ("0 V", "10")])
def test_beside_a_result_stands_the_maximum_permissible_error_which_no_certificate_gives(named, value, mpe):
    text = named.read_text(encoding="utf-8").replace(
        "{result: DC voltage}", "{result: DC voltage, mpe: 5 ppm * out + 10 uV}"
    )
    named.write_text(text, encoding="utf-8")
    found = standards.at(load_asset(named).model, CAPABILITY, parse_quantity(value))
    assert found is not None
    assert found.mpe is not None
    assert found.mpe.in_unit("uV") == Decimal(mpe)
