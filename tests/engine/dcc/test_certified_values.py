r"""Certified values out of digital certificates of every version: each number by hand from the XML that is shown.

The same three points, -10, 0 and 10 V, with errors of 40, 0 and -20 µV and U = 30, 3 and 30 µV (k = 2), written as each
version of D-SI writes them, in other units, as shares, as single values, or by a coverage interval.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from calbench.dcc import read, read_file
from calbench.dcc.certified import Point, Unusable, certified
from calbench.errors import InvalidFile

DCV = "source.voltage.dc"
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<dcc:digitalCalibrationCertificate xmlns:dcc="https://ptb.de/dcc" xmlns:si="https://ptb.de/si"
schemaVersion="{version}">
<dcc:administrativeData><dcc:coreData><dcc:uniqueIdentifier>X-1</dcc:uniqueIdentifier>
<dcc:beginPerformanceDate>2025-11-17</dcc:beginPerformanceDate>
<dcc:endPerformanceDate>2025-11-17</dcc:endPerformanceDate>
</dcc:coreData><dcc:items><dcc:item><dcc:name><dcc:content>Calibrator</dcc:content></dcc:name></dcc:item></dcc:items>
<dcc:calibrationLaboratory><dcc:contact><dcc:name><dcc:content>Lab</dcc:content></dcc:name></dcc:contact>
</dcc:calibrationLaboratory></dcc:administrativeData><dcc:measurementResults><dcc:measurementResult>
<dcc:name><dcc:content>All</dcc:content></dcc:name><dcc:results><dcc:result>
<dcc:name><dcc:content>DC voltage</dcc:content></dcc:name><dcc:data>{data}</dcc:data>
</dcc:result></dcc:results></dcc:measurementResult></dcc:measurementResults></dcc:digitalCalibrationCertificate>
"""


def column(ref_type: str, values: str, unit: str, spread: str = "") -> str:
    return (
        f'<dcc:quantity refType="{ref_type}"><si:realListXMLList><si:valueXMLList>{values}</si:valueXMLList>'
        f"<si:unitXMLList>{unit}</si:unitXMLList>{spread}</si:realListXMLList></dcc:quantity>"
    )


def singles(ref_type: str, values: str, unit: str, spread: str = "") -> str:
    """Write a list as D-SI 2.0 has it: single values."""
    reals = "".join(
        f"<si:real><si:value>{value}</si:value><si:unit>{unit}</si:unit>{spread}</si:real>"
        for value in values.split()
    )
    return f'<dcc:quantity refType="{ref_type}"><si:list><si:realList>{reals}</si:realList></si:list></dcc:quantity>'


def rows(*columns: str) -> str:
    return f"<dcc:list>{''.join(columns)}</dcc:list>"


def points(data: str, version: str = "3.3.0", capability: str = DCV) -> list[Point]:
    (group,) = certified(read(HEAD.format(version=version, data=data).encode()), capability)
    return group


NOMINAL = column("basic_nominalValue", "-10 0 10", r"\volt")
NEW = (
    "<si:measurementUncertaintyUnivariateXMLList><si:expandedMUXMLList>"
    "<si:valueExpandedMUXMLList>{U}</si:valueExpandedMUXMLList><si:coverageFactorXMLList>{k}</si:coverageFactorXMLList>"
    "<si:coverageProbabilityXMLList>0.95</si:coverageProbabilityXMLList></si:expandedMUXMLList>"
    "</si:measurementUncertaintyUnivariateXMLList>"
)
OLD = (
    "<si:expandedUncXMLList><si:uncertaintyXMLList>{U}</si:uncertaintyXMLList>"
    "<si:coverageFactorXMLList>{k}</si:coverageFactorXMLList>"
    "<si:coverageProbabilityXMLList>0.95</si:coverageProbabilityXMLList></si:expandedUncXMLList>"
)
OLDEST = (
    "<si:expandedUnc><si:uncertainty>{U}</si:uncertainty><si:coverageFactor>{k}</si:coverageFactor>"
    "<si:coverageProbability>0.95</si:coverageProbability></si:expandedUnc>"
)
ERRORS = (Decimal("-40"), Decimal(0), Decimal(20))
SPREADS = (Decimal(30), Decimal(3), Decimal(30))


def as_certified(found: list[Point]) -> list[tuple[Decimal, Decimal, Decimal, str]]:
    """Give value (V), correction and U (µV), and k."""
    return [
        (one.at.in_unit("V"), one.correction.in_unit("uV"), one.expanded.in_unit("uV"), one.k)
        for one in found
    ]


EXPECTED = [
    (Decimal(value), error, u, "2") for value, error, u in zip((-10, 0, 10), ERRORS, SPREADS, strict=True)
]


@pytest.mark.parametrize(
    ("version", "spread"),
    [("3.1.0", OLD), ("3.1.2", OLD), ("3.2.0", OLD), ("3.2.1", OLD), ("3.3.0", NEW), ("3.3.0", OLD)],
)
def test_lists_of_each_version(version, spread):
    error = column("basic_measurementError", "40 0 -20", r"\micro\volt", spread.format(U="30 3 30", k="2"))

    assert as_certified(points(rows(NOMINAL, error), version)) == EXPECTED


def test_single_values_of_3_0():
    nominal = singles("basic_nominalValue", "-10 0 10", r"\volt")
    error = singles("basic_measurementError", "40 0 -20", r"\micro\volt", OLDEST.format(U="30", k="2"))

    found = as_certified(points(rows(nominal, error), "3.0.0"))

    assert found == [(one[0], one[1], Decimal(30), "2") for one in EXPECTED]


def test_one_value_without_a_list():
    def real(ref_type: str, value: str, unit: str, spread: str = "") -> str:
        return (
            f'<dcc:quantity refType="{ref_type}"><si:real><si:value>{value}</si:value><si:unit>{unit}</si:unit>'
            f"{spread}</si:real></dcc:quantity>"
        )

    data = real("basic_nominalValue", "10", r"\volt") + real(
        "basic_measurementError", "-20", r"\micro\volt", OLDEST.format(U="30", k="2")
    )

    assert as_certified(points(data)) == [EXPECTED[2]]


@pytest.mark.parametrize(
    ("errors", "unit", "spreads"),
    [
        ("0.04 0 -0.02", r"\milli\volt", "0.03 0.003 0.03"),
        ("0.00004 0 -0.00002", r"\volt", "3e-5 3E-6 3.0e-5"),
        ("40000 0 -20000", r"\nano\volt", "30000 3000 30000"),
    ],
)
def test_units_with_prefixes(errors, unit, spreads):
    error = column("basic_measurementError", errors, unit, NEW.format(U=spreads, k="2"))

    assert as_certified(points(rows(NOMINAL, error))) == EXPECTED


def test_measured_and_reference_values_without_errors():
    """Measured minus reference: 0.04, 0, -0.02 mV; U stands beside the measured values."""
    reference = column("basic_referenceValue", "-10000 0 10000", r"\milli\volt")
    measured = column(
        "basic_measuredValue", "-9999.96 0 9999.98", r"\milli\volt", NEW.format(U="0.03 0.003 0.03", k="2")
    )

    assert as_certified(points(rows(reference, measured))) == EXPECTED


@pytest.mark.parametrize(
    ("errors", "unit", "spreads"),
    [
        ("-4 -2", r"\ppm", "3 3"),
        ("-0.0004 -0.0002", r"\percent", "0.0003 0.0003"),
        ("-4e-6 -2e-6", r"\one", "3e-6 3e-6"),
    ],
)
def test_relative_errors_are_taken_times_the_value(errors, unit, spreads):
    """A share of the reference value with its sign: -4 ppm of -10 V is 40 µV, -2 ppm of 10 V is -20 µV; U is 30 µV."""
    nominal = column("basic_nominalValue", "-10 10", r"\volt")
    error = column("basic_measurementError", errors, unit, NEW.format(U=spreads, k="2"))

    found = as_certified(points(rows(nominal, error)))

    assert found == [
        (Decimal(-10), Decimal(-40), Decimal(30), "2"),
        (Decimal(10), Decimal(20), Decimal(30), "2"),
    ]


def test_a_hybrid_may_have_its_uncertainty_in_either_unit():
    """The same list in mV and in V; U is in that in V alone."""
    error = (
        '<dcc:quantity refType="basic_measurementError"><si:hybrid>'
        r"<si:realListXMLList><si:valueXMLList>0.04 0 -0.02</si:valueXMLList>"
        r"<si:unitXMLList>\milli\volt</si:unitXMLList>"
        r"</si:realListXMLList><si:realListXMLList><si:valueXMLList>4e-5 0 -2e-5</si:valueXMLList>"
        rf"<si:unitXMLList>\volt</si:unitXMLList>{NEW.format(U='3e-5 3e-6 3e-5', k='2')}</si:realListXMLList>"
        "</si:hybrid></dcc:quantity>"
    )

    assert as_certified(points(rows(NOMINAL, error))) == EXPECTED


INTERVAL = (
    "<si:coverageIntervalXMLList><si:standardUncXMLList>15 1.5 15</si:standardUncXMLList>"
    "<si:intervalMinXMLList>10 -3 -50</si:intervalMinXMLList><si:intervalMaxXMLList>70 3 10</si:intervalMaxXMLList>"
    "<si:coverageProbabilityXMLList>0.95</si:coverageProbabilityXMLList></si:coverageIntervalXMLList>"
)
STANDARD = (
    "<si:measurementUncertaintyUnivariateXMLList><si:standardMUXMLList>"
    "<si:valueStandardMUXMLList>15 1.5 15</si:valueStandardMUXMLList></si:standardMUXMLList>"
    "</si:measurementUncertaintyUnivariateXMLList>"
)


@pytest.mark.parametrize("spread", [INTERVAL, STANDARD])
def test_standard_uncertainties_and_coverage_intervals(spread):
    error = column("basic_measurementError", "40 0 -20", r"\micro\volt", spread)

    found = as_certified(points(rows(NOMINAL, error)))

    assert [(one[2], one[3]) for one in found] == [
        (Decimal(15), "1"),
        (Decimal("1.5"), "1"),
        (Decimal(15), "1"),
    ]


def test_differences_of_temperatures_in_degrees_celsius_are_in_kelvin():
    """Measured 100.06 °C, reference 99.971 °C, U = 0.061 °C: correction -0.089 K, U = 0.061 K, not 273.211 K."""
    reference = column("basic_referenceValue", "99.971", r"\degreecelsius")
    measured = column("basic_measuredValue", "100.06", r"\degreecelsius", NEW.format(U="0.061", k="2"))
    error = column("basic_measurementError", "0.089", r"\degreecelsius", NEW.format(U="0.061", k="2"))

    for data in (rows(reference, measured), rows(reference, error)):
        (found,) = points(data, capability="measure.temperature")
        assert (found.correction.value, found.expanded.value) == (Decimal("-0.089"), Decimal("0.061"))


@pytest.mark.parametrize(
    ("errors", "unit", "spreads", "says"),
    [
        ("40 0 -20", r"\micro\ampere", "30", "does not go with"),
        ("40 0 -20", r"\micro\volt", "30 0 30", "list 1, value 2: an uncertainty of 0"),
        ("40 0", r"\micro\volt", "30", "list 1, value 3: .* different lengths"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(errors, unit, spreads, says):
    error = column("basic_measurementError", errors, unit, NEW.format(U=spreads, k="2"))
    with pytest.raises(Unusable, match=says):
        points(rows(NOMINAL, error))


def test_a_version_that_is_not_known_is_told_with_its_place():
    with pytest.raises(InvalidFile, match=r"dcc.xml:3:.*D004"):
        read(HEAD.format(version="2.4.0", data="").encode())


def test_the_example_of_dcclib(schemas: Path):
    """Its table: reference 33.098 to 320.004 °C, error 0.072, 0.089, 0.107, -0.009, -0.084 K, U = 0.061 K, k = 2."""
    (group,) = certified(read_file(schemas / "examples" / "valid.xml"), "measure.temperature")

    assert [one.at.in_unit("degC") for one in group] == [
        Decimal(text) for text in ("33.098", "99.971", "175.103", "250.169", "320.004")
    ]
    assert [one.correction.value for one in group] == [
        Decimal(text) for text in ("-0.072", "-0.089", "-0.107", "0.009", "0.084")
    ]
    assert {(one.expanded.value, one.k) for one in group} == {(Decimal("0.061"), "2")}


@pytest.mark.parametrize("name", ["invalid_syntax.xml", "invalid_schema.xml"])
def test_the_broken_examples_are_refused(schemas: Path, name: str):
    with pytest.raises(InvalidFile, match=name):
        read_file(schemas / "examples" / name)


def test_the_minimal_example(schemas: Path):
    """Its table: -100, 0 and 100 V, errors -0.10, 0.00 and 0.10 V, U = 0.05 V, k = 1.65."""
    (group,) = certified(read_file(schemas / "examples" / "minimal_dcc_330.xml"), "measure.voltage.dc")

    assert [(one.at.value, one.correction.value, one.expanded.value, one.k) for one in group] == [
        (Decimal(-100), Decimal("0.1"), Decimal("0.05"), "1.65"),
        (Decimal(0), Decimal(0), Decimal("0.05"), "1.65"),
        (Decimal(100), Decimal("-0.1"), Decimal("0.05"), "1.65"),
    ]
