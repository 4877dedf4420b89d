"""From a record to a digital certificate: who, what, with what, and the numbers with the digits of the printed one."""

from __future__ import annotations

import pytest

from calbench.certificates import write as certify
from calbench.certificates.digital import digital
from calbench.dcc import read
from calbench.documents.canonical import canonical, sha256
from calbench.documents.record import Record
from calbench.errors import UsageError


@pytest.fixture
def of(written):
    return lambda data, languages=("en", "zh"): read(written(data, languages))


def test_what_was_read_back_is_what_was_made_of_the_record(dmm, scale, written):
    for data in (dmm, scale):
        made = digital(Record.model_validate(data), "ab" * 32, ("en", "zh"))

        assert read(written(data)) == made


def tables(certificate):
    (measurement,) = certificate.measurements.each
    return {result.name["en"]: list(result.data.all_tables()) for result in measurement.results}


def column(table, ref_type):
    return next(one for one in table.quantities if one.ref_type == ref_type)


def test_every_printed_figure_of_every_result_is_in_it_with_its_digits(dmm, of):
    rows = {}
    for name, found in tables(of(dmm)).items():
        for table in found:
            if table.ref_type != "calbench_table":
                continue
            error = column(table, "basic_measurementError")
            for index, point in enumerate(column(table, "calbench_point").words):
                row = error.numbers[0].row(index)
                rows[name, point] = (
                    *(column(table, f"basic_{one}Value").numbers[0].values[index] for one in ("nominal", "reference")),
                    row.value, row.uncertainty, row.k, row.p, error.metadata[0].conformity_each[index],
                )  # fmt: skip

    expected = {}
    titles = {"dcv": "DC voltage", "ohm4w": "Resistance, four-wire"}
    says = {"pass": "pass", "fail": "fail", "indeterminate_pass": "conditionalPass",
            "indeterminate_fail": "conditionalFail"}  # fmt: skip
    for one in dmm["results"]:
        if one["of"] == "point":
            shown = one["shown"]
            expected[titles[one["test"]], one["id"].removeprefix(f"{one['test']}/")] = (
                shown["nominal"], shown["reference"], shown["error"].removeprefix("+"), shown["expanded"],
                shown["k"], "0.95", says[one["verdict"]],
            )  # fmt: skip
    assert rows == expected
    assert len(rows) == 19


def test_units_are_those_that_are_printed(dmm, of):
    first = tables(of(dmm))["DC voltage"][0]

    assert column(first, "basic_referenceValue").numbers[0].units == (r"\milli\volt",)
    assert column(first, "basic_measurementError").numbers[0].units == (r"\micro\volt",)


def test_a_unit_that_d_si_lacks_becomes_a_coherent_one_with_the_same_digits(dmm, of):
    dmm["results"] = dmm["results"][:1]
    dmm["results"][0]["shown"] |= {
        "error_unit": {"en": "ppm", "zh": "ppm"},
        "error": "+0.410",
        "expanded": "0.63",
    }
    dmm["results"][0] |= {"guard_band": None}

    row = column(tables(of(dmm))["DC voltage"][0], "basic_measurementError").numbers[0].row(0)

    assert (row.value, row.uncertainty, row.unit) == ("4.10E-7", "6.3E-7", r"\one")


def test_a_scale_of_the_instrument_is_brought_into_its_unit(dmm, of):
    """As the analogue voltmeter does: a division of 0.02 V, errors in divisions."""
    dmm["results"] = dmm["results"][:1]
    dmm["results"][0] |= {"guard_band": None}
    dmm["results"][0]["shown"] |= {"unit": {"en": "div", "zh": "格"}, "error_unit": {"en": "div", "zh": "格"},
                                   "error": "-0.5", "expanded": "0.10"}  # fmt: skip
    dmm["plan"]["tests"][0] |= {"scale_unit": {"en": "div", "zh": "格"}, "scale_value": "0.02 V"}

    row = column(tables(of(dmm))["DC voltage"][0], "basic_measurementError").numbers[0].row(0)

    assert (row.value, row.uncertainty, row.unit) == ("-0.010", "0.0020", r"\volt")


def test_degrees_of_freedom_and_their_distribution(dmm, scale, of):
    first, weighing = (
        tables(of(dmm))["DC voltage"][0],
        tables(of(scale))["Weighing, increasing and decreasing"],
    )

    assert column(first, "calbench_degreesOfFreedom").words == ("211",)
    assert column(first, "basic_measurementError").numbers[0].uncertainty.distribution == ("t",)
    assert column(weighing[0], "calbench_degreesOfFreedom").words == ("INF",)
    assert column(weighing[0], "basic_measurementError").numbers[0].uncertainty.distribution == ("normal",)


def test_contributions_of_each_budget(dmm, of):
    tables_of_first = [
        one for one in tables(of(dmm))["DC voltage"] if one.ref_type == "calbench_uncertaintyBudget"
    ]

    assert [one.name["zh"] for one in tables_of_first[0].quantities] == [
        "校准器",
        "重复性",
        "分辨力",
        "热电势",
    ]
    assert tables_of_first[0].quantities[0].numbers[0].values[0] == "-2.70"


def test_risks_and_the_distribution_that_k_is_of(dmm, of):
    for result in dmm["results"]:
        if result["of"] == "point":
            result |= {"specific_risk": "1.234E-8", "pfa": "0.008583", "pfr": "0.01554"}
            result |= {"coverage_rule": "rectangular-dominant"}
    found = tables(of(dmm))["DC voltage"][0]
    (risk,), (accept,), (reject,) = (
        column(found, name).numbers
        for name in ("calbench_specificRisk", "calbench_globalFalseAccept", "calbench_globalFalseReject")
    )
    assert set(risk.values) == {"1.234E-8"}
    assert (set(accept.values), set(reject.values)) == ({"0.008583"}, {"0.01554"})
    (error,) = column(found, "basic_measurementError").numbers
    assert error.uncertainty.distribution == ("rectangular",)


def test_limits_and_guarded_acceptance_limits(dmm, of):
    result = dmm["results"][0]
    result |= {"accept_lower": "-2.87 uV", "accept_upper": "0.00287 mV", "guard_band": "0.63 uV"}
    data = column(tables(of(dmm))["DC voltage"][0], "basic_measurementError").metadata[0].data

    limits = {one.ref_type: one.numbers[0].values[0] for one in data.quantities}

    assert limits == {
        "basic_toleranceLimitLower": "-3.5", "basic_toleranceLimitUpper": "3.5",
        "basic_acceptanceLimitLower": "-2.87", "basic_acceptanceLimitUpper": "2.87",
    }  # fmt: skip


def test_a_k_below_one_is_given_as_standard_uncertainty(dmm, of):
    dmm["results"] = dmm["results"][:1]
    dmm["results"][0]["shown"]["k"] = "0.67"

    row = column(tables(of(dmm))["DC voltage"][0], "basic_measurementError").numbers[0].row(0)

    assert (row.kind, row.uncertainty, row.k) == ("standard", "2.87", "")


def test_an_inspection_is_text_with_conformity(dmm, of):
    (table,) = tables(of(dmm))["Visual inspection"]

    assert [one.name["en"] for one in table.quantities] == ["Display complete", "Feet and handle sound"]
    assert table.quantities[0].text == {"en": "in order", "zh": "in order"}
    assert table.quantities[0].metadata[0].conformity == "pass"


def test_who_what_and_with_what(dmm, of):
    dmm["uut"]["customer"] = "Example Ltd."
    certificate = of(dmm)
    administration, (measurement,) = certificate.administration, certificate.measurements.each

    assert administration.core.identifier == "20260105-090000-dmm-34401a-1"
    assert (administration.core.country, administration.core.languages) == ("DE", ("en", "zh"))
    assert (administration.core.begun, administration.core.ended) == ("2026-01-05", "2026-01-05")
    assert {one.ref_type: one.value for one in administration.items[0].identifications} == {
        "basic_serialNumber": "MY45012345", "calbench_assetNumber": "DMM-0031", "calbench_firmware": "10-5-2",
    }  # fmt: skip
    assert administration.customer.name == {"": "Example Ltd."}
    assert administration.persons[0].person.name == {"": "Zhang Wei 张伟"}
    calibrator, logger = measurement.equipment
    assert (calibrator.certificate.number, calibrator.certificate.value) == ("DEMO-2025-0117", "c0ffee00" * 8)
    assert "2025-11-17" in calibrator.certificate.description["en"]
    assert logger.certificate is None  # its certificate was not read as a file: no hash is made up
    assert logger.identifications[-1].value == "DEMO-2025-0004"


def test_environmental_conditions(dmm, of):
    temperature, humidity = of(dmm).measurements.each[0].conditions

    assert [one.ref_type for one in temperature.data.quantities] == [
        "basic_temperature", "basic_temperatureMin", "basic_temperatureMax",
    ]  # fmt: skip
    assert [one.row(0).value for one in temperature.data.quantities[0].numbers] == ["296.17", "23.02"]
    assert humidity.data.quantities[0].numbers[0].row(0).unit == r"\percent"


def test_hashes_for_verify(dmm, of):
    provenance = of(dmm).provenance

    assert (provenance.record, provenance.journal_lines) == ("ab" * 32, "1873")
    assert (provenance.journal, provenance.plan) == (dmm["journal"]["head"], dmm["plan_sha256"])
    assert provenance.simulated == ""


def test_a_simulated_run_is_marked_wherever_a_reader_looks(dmm, of):
    dmm["plan"]["simulated"] = {"seed": 7, "clock": "virtual"}
    certificate = of(dmm)
    administration, (measurement,) = certificate.administration, certificate.measurements.each
    first = administration.statements[0]

    assert certificate.simulated
    assert administration.core.identifier.startswith("SIMULATED-")
    assert "NOT A CALIBRATION" in first.name["en"]
    assert (first.valid, first.traceable) == (False, False)
    named = [administration.items[0], measurement, *measurement.results, *measurement.equipment]
    assert [one.name for one in named if not one.name["en"].startswith("SIMULATED")] == []
    assert [one.name for one in named if not one.name["zh"].startswith("模拟数据")] == []
    assert measurement.equipment[0].certificate.traceable is False


def test_without_a_country_it_is_refused_and_nothing_is_written(dmm, tmp_path):
    del dmm["plan"]["laboratory"]["country"]
    record = Record.model_validate(dmm)

    with pytest.raises(UsageError, match="country of the laboratory"):
        certify(record, canonical(record), tmp_path / "out", ["csv", "dcc"], ["en"])

    assert not (tmp_path / "out").exists()


def test_the_file_has_the_hash_of_the_record_and_the_same_bytes_each_time(dmm, tmp_path):
    record = Record.model_validate(dmm)
    data = canonical(record)

    (first,) = certify(record, data, tmp_path / "1", ["dcc"], ["en", "zh"])
    (second,) = certify(record, data, tmp_path / "2", ["dcc"], ["en", "zh"])

    assert first.name == "certificate.xml"
    assert first.read_bytes() == second.read_bytes()
    provenance = read(first.read_bytes()).provenance
    assert provenance is not None
    assert provenance.record == sha256(data)


def test_hostile_texts_stay_texts(dmm, of):
    dmm["uut"] |= {"customer": "</dcc:name><script/>", "serial": "A\u202e\x07B"}

    administration = of(dmm).administration

    assert administration.customer.name == {"": "</dcc:name><script/>"}
    assert administration.items[0].identifications[0].value == "A[U+202E][U+0007]B"
