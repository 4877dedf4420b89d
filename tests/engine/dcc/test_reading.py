"""Reading certificates of others: what the examples say, and what is said of broken ones.

Examples and what they hold: PTB's, in the folder of the schemas. Each broken one here is a change to a small
certificate of our own; the expected problem stands beside it.
"""

from __future__ import annotations

import socket

import pytest

from calbench.dcc import read, read_file
from calbench.dcc.numbers import Row
from calbench.errors import InvalidFile, UsageError

SMALL = """<?xml version="1.0" encoding="UTF-8"?>
<dcc:digitalCalibrationCertificate xmlns:dcc="https://ptb.de/dcc" xmlns:si="https://ptb.de/si" schemaVersion="3.3.0">
<dcc:administrativeData>
<dcc:coreData>
<dcc:uniqueIdentifier>X-1</dcc:uniqueIdentifier>
<dcc:beginPerformanceDate>2026-01-05</dcc:beginPerformanceDate>
<dcc:endPerformanceDate>2026-01-05</dcc:endPerformanceDate>
</dcc:coreData>
<dcc:items><dcc:item><dcc:name><dcc:content>Meter</dcc:content></dcc:name></dcc:item></dcc:items>
<dcc:calibrationLaboratory><dcc:contact><dcc:name><dcc:content>Lab</dcc:content></dcc:name></dcc:contact>
</dcc:calibrationLaboratory>
</dcc:administrativeData>
<dcc:measurementResults><dcc:measurementResult><dcc:name><dcc:content>All</dcc:content></dcc:name>
<dcc:results><dcc:result><dcc:name><dcc:content>Voltage</dcc:content></dcc:name><dcc:data>
<dcc:list><dcc:quantity refType="basic_measurementError">
<si:realListXMLList>
<si:valueXMLList>1 2 3</si:valueXMLList>
<si:unitXMLList>\\volt</si:unitXMLList>
<si:measurementUncertaintyUnivariateXMLList><si:expandedMUXMLList>
<si:valueExpandedMUXMLList>0.1 0.2 0.3</si:valueExpandedMUXMLList>
<si:coverageFactorXMLList>2</si:coverageFactorXMLList>
<si:coverageProbabilityXMLList>0.95</si:coverageProbabilityXMLList>
</si:expandedMUXMLList></si:measurementUncertaintyUnivariateXMLList>
</si:realListXMLList></dcc:quantity></dcc:list>
</dcc:data></dcc:result></dcc:results>
</dcc:measurementResult></dcc:measurementResults>
</dcc:digitalCalibrationCertificate>
"""
LIST = (
    "/dcc:digitalCalibrationCertificate/dcc:measurementResults/dcc:measurementResult/dcc:results/dcc:result"
    "/dcc:data/dcc:list/dcc:quantity/si:realListXMLList"
)

# rule, line, what is exchanged for what, words of the message
BROKEN = {
    "cut": ("D001", 25, ("</dcc:data></dcc:result>", ""), "not well-formed"),
    "no xml": ("D001", 1, ("<?xml", "{"), "not well-formed"),
    "encoding": ("D001", 1, ('encoding="UTF-8"', 'encoding="koi8-r"'), "encoding"),
    "doctype": ("D002", 2, ("<dcc:digital", "<!DOCTYPE x>\n<dcc:digital"), "document type"),
    "entity": ("D002", 2, ("<dcc:digital", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<dcc:digital'),
               "document type"),
    "deep": ("D003", 25, ("</dcc:data>", "<a>" * 100 + "</a>" * 100 + "</dcc:data>"), "100 deep"),
    "another root": ("D004", 2, ("dcc:digitalCalibrationCertificate", "dcc:other"), "root"),
    "another namespace": ("D004", 2, ("https://ptb.de/dcc", "https://example.org"), "root"),
    "version 2": ("D004", 2, ('"3.3.0"', '"2.4.0"'), "version '2.4.0' is not read"),
    "version 4": ("D004", 2, ('"3.3.0"', '"4.0.0"'), "version '4.0.0' is not read"),
    "no version": ("D004", 2, (' schemaVersion="3.3.0"', ""), "version '' is not read"),
    "no number": ("D006", 4, ("<dcc:uniqueIdentifier>X-1</dcc:uniqueIdentifier>", ""), "uniqueIdentifier> is missing"),
    "empty number": ("D006", 5, (">X-1<", "> <"), "<dcc:uniqueIdentifier> is empty"),
    "no results": ("D006", 13, ("dcc:results>", "dcc:other>"), "<dcc:results> is missing"),
    "no laboratory": ("D006", 3, ("dcc:calibrationLaboratory>", "dcc:other>"), "Laboratory> is missing"),
    "comma": ("D007", 16, (">1 2 3<", ">1,5 2 3<"), "'1,5' is no number"),
    "infinite": ("D007", 16, (">1 2 3<", ">INF 2 3<"), "'INF' is no number"),
    "no value": ("D007", 16, (">1 2 3<", "><"), "there is no value"),
    "uncertainty": ("D007", 16, ("0.1 0.2 0.3", "0.1 ~0.2 0.3"), "'~0.2' is no number"),
    "two uncertainties": ("D008", 16, ("0.1 0.2 0.3", "0.1 0.2"), "2 of something stand beside 3 values"),
    "two units": ("D008", 16, (r">\volt<", r">\volt \volt<"), "2 of something stand beside 3 values"),
    "no unit": ("D009", 16, (r"<si:unitXMLList>\volt</si:unitXMLList>", ""), "there is no unit"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_said_of_a_broken_certificate(name):
    rule, line, (old, new), says = BROKEN[name]
    assert old in SMALL

    with pytest.raises(InvalidFile) as caught:
        read(SMALL.replace(old, new).encode(), "cert.xml")

    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.rule) == ("cert.xml", line, rule)
    assert says in problem.message
    if rule in ("D007", "D008", "D009"):
        assert problem.message.endswith(f"(at {LIST})")


def test_every_rule_of_reading_has_a_broken_certificate():
    assert {rule for rule, *_ in BROKEN.values()} | {"D005"} == {f"D{number:03}" for number in range(1, 10)}


def test_the_small_certificate_itself_is_read():
    certificate = read(SMALL.encode())

    (table,) = certificate.measurements.each[0].results[0].data.tables
    assert table.quantities[0].numbers[0].row(1) == Row("2", r"\volt", "expanded", "0.2", "2", "0.95")
    assert certificate.provenance is None


def test_a_billion_laughs_ends_at_its_first_line():
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><x>&a11;</x>'

    with pytest.raises(InvalidFile, match="D002"):
        read(bomb.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_document_type_is_refused_in_every_encoding(encoding):
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd"><x/>'

    with pytest.raises(InvalidFile, match=r"D00[12]"):
        read(text.encode(encoding))


def test_nothing_is_fetched(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    instance = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    where = 'xsi:schemaLocation="https://ptb.de/dcc http://192.0.2.1/dcc.xsd"'
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="http://192.0.2.1/x"/>'
    included = SMALL.replace("schemaVersion", f"{instance} {where} schemaVersion").replace(
        "<dcc:list>", f"{include}<dcc:list>"
    )

    assert read(included.encode()).administration.core.identifier == "X-1"


def test_a_huge_file_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr("calbench.dcc.xmlfile.MOST_BYTES", 1000)

    with pytest.raises(InvalidFile, match="D003"):
        read(SMALL.encode())


def test_too_many_elements_are_refused(monkeypatch):
    monkeypatch.setattr("calbench.dcc.xmlfile.MOST_ELEMENTS", 10)

    with pytest.raises(InvalidFile, match="D003"):
        read(SMALL.encode())


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_file(tmp_path / "none.xml")


@pytest.mark.parametrize("version", ["3.0.0", "3.1.2", "3.2.1"])
def test_older_uncertainty_is_read(version):
    """As D-SI 2.0 and 2.1 write it (PTB's example of 3.1.1 does)."""
    older = (
        SMALL.replace("3.3.0", version)
        .replace(
            "<si:measurementUncertaintyUnivariateXMLList><si:expandedMUXMLList>", "<si:expandedUncXMLList>"
        )
        .replace(
            "</si:expandedMUXMLList></si:measurementUncertaintyUnivariateXMLList>", "</si:expandedUncXMLList>"
        )
        .replace("valueExpandedMUXMLList", "uncertaintyXMLList")
    )

    assert read(older.encode()).measurements.each == read(SMALL.encode()).measurements.each


def test_the_older_list_of_single_values_with_one_unit():
    """As D-SI 2.0 has it: si:list of si:realList, unit and uncertainty once for all or with each value."""
    old = SMALL.partition("<si:realListXMLList>")[0] + r"""<si:list><si:realList><si:listUnit>\volt</si:listUnit>
    <si:real><si:value>1</si:value><si:expandedUnc><si:uncertainty>0.1</si:uncertainty><si:coverageFactor>2</si:coverageFactor>
    <si:coverageProbability>0.95</si:coverageProbability></si:expandedUnc></si:real>
    <si:real><si:value>2</si:value><si:expandedUnc><si:uncertainty>0.2</si:uncertainty><si:coverageFactor>2</si:coverageFactor>
    <si:coverageProbability>0.95</si:coverageProbability></si:expandedUnc></si:real>
    </si:realList></si:list>""" + SMALL.partition("</si:realListXMLList>")[2]  # fmt: skip

    (table,) = read(old.encode()).measurements.each[0].results[0].data.tables

    assert table.quantities[0].numbers[0].row(1) == Row("2", r"\volt", "expanded", "0.2", "2", "0.95")


def test_ptbs_temperature_certificate_of_3_1_1(schemas):
    certificate = read_file(schemas / "examples" / "gp_temperature_typical_v12.xml")
    (measurement,) = certificate.measurements.each
    (table,) = measurement.results[0].data.tables
    reference, _, error = table.quantities

    assert certificate.version == "3.1.1"
    assert certificate.administration.core.identifier == "GP_DCC_temperature_typical_1.2"
    assert measurement.methods[1].norms == ("DKD-R 5-1:2018",)
    assert [one.ref_type for one in measurement.conditions] == [
        "gp_immersionDepth", "basic_temperature", "basic_humidityRelative",
    ]  # fmt: skip
    assert [one.row(4).value for one in reference.numbers] == ["593.154", "320.004"]
    assert error.numbers[0].row(3) == Row("-0.009", r"\kelvin", "expanded", "0.061", "2", "0.95", "normal")
    assert error.metadata[0].conformity_each == ("pass",)
    assert error.metadata[0].data is not None
    assert error.metadata[0].data.quantities[0].numbers[0].values[4] == "-0.30"


def test_the_minimal_certificate_of_3_3_0(schemas):
    certificate = read_file(schemas / "examples" / "minimal_dcc_330.xml")
    (measurement,) = certificate.measurements.each
    error = measurement.results[0].data.tables[0].quantities[2]

    assert certificate.administration.core.issued == "2026-11-03"
    assert measurement.equipment[0].certificate is not None
    assert measurement.equipment[0].certificate.number == "NMI-2026-42"
    assert measurement.equipment[0].certificate.value == "0" * 64
    assert error.numbers[0].row(0) == Row(
        "-0.10", r"\volt", "expanded", "0.05", "1.65", "0.95", "rectangular"
    )
    assert error.metadata[0].conformity_each == ("pass", "pass", "conditionalPass")


@pytest.mark.parametrize("name", ["invalid_syntax", "invalid_schema"])
def test_ptbs_invalid_examples_are_refused(name, schemas):
    with pytest.raises(InvalidFile) as caught:
        read_file(schemas / "examples" / f"{name}.xml")

    assert caught.value.problems[0].line == {"invalid_syntax": 7, "invalid_schema": 17}[name]
