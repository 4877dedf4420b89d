"""Results by Monte Carlo: their coverage interval in a DCC, as D-SI 2.2.1 writes it (coverageIntervalMU), and back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from calbench.certificates import Source
from calbench.certificates.digital import digital
from calbench.dcc import Certificate, read
from calbench.dcc.certified import certified
from calbench.dcc.content import Quantity, Table
from calbench.dcc.schemas import validate
from calbench.documents.canonical import canonical, sha256
from calbench.documents.record import Record
from calbench.quantities import parse_quantity
from calbench.workflow import Options, execute, prepare

ROOT = Path(__file__).parents[3]
SI = {"si": "https://ptb.de/si"}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """Run the procedure of the tutorial with its U by Monte Carlo, shortest interval."""
    folder = tmp_path_factory.mktemp("drawn")
    text = (ROOT / "docs" / "tutorials" / "first_procedure.yaml").read_text(encoding="utf-8")
    path = folder / "drawn.yaml"
    drawn = "    monte_carlo: {draws: 20000, seed: 3, interval: shortest}\n"
    path.write_text(text.rstrip() + "\n" + drawn, encoding="utf-8")
    return execute(prepare(str(path), "demo", Options(uut={"serial": "US36000017"})), folder).record


def dcc(record: Record) -> bytes:
    return Source(record, canonical(record), ("en", "zh")).dcc()


def table(certificate: Certificate) -> Table:
    return certificate.measurements.each[0].results[0].data.tables[0]


def column(found: Table, ref_type: str) -> Quantity | None:
    return next((one for one in found.quantities if one.ref_type == ref_type), None)


def test_the_interval_of_the_draws_is_written_as_the_schema_wants_it(
    record: Record, schemas: Path, rules: Any
):
    made = dcc(record)
    assert validate(made, schemas) == "3.3.0"
    assert rules.run(made) == []
    root = etree.fromstring(made)
    (found,) = root.iterfind(".//si:coverageIntervalMUXMLList", SI)
    assert [etree.QName(one).localname for one in found] == [
        "valueStandardMUXMLList",
        "intervalMinXMLList",
        "intervalMaxXMLList",
        "coverageProbabilityXMLList",
        "distributionXMLList",
    ]
    assert root.find(".//si:expandedMUXMLList", SI) is None


def test_it_is_read_back_with_no_field_lost(record: Record):
    data = canonical(record)
    assert read(dcc(record)) == digital(record, sha256(data), ("en", "zh"), None, data)
    found = table(read(dcc(record)))
    error = column(found, "basic_measurementError")
    assert error is not None
    results = [one for one in record.results if one.of == "point"]
    assert len(results) == 3
    for index, one in enumerate(results):
        row = error.numbers[0].row(index)
        assert (row.kind, row.p, row.distribution, row.k) == ("interval", "0.95", "numerical", "")
        assert (row.value, row.uncertainty) == (one.shown.error.removeprefix("+"), one.shown.std_uncertainty)
        # the record states the ends in V, the certificate in the unit of the error, µV
        assert row.unit == r"\micro\volt"
        for end, stated in ((row.lower, one.interval_lower), (row.upper, one.interval_upper)):
            assert Decimal(end) == parse_quantity(stated or "").value * Decimal("1e6")
        assert Decimal(row.lower) < Decimal(row.value) < Decimal(row.upper)
        width = Decimal(row.upper) - Decimal(row.lower)
        assert 3 < width / Decimal(row.uncertainty) < Decimal("4.1")  # 95 % of one peak: 3.29 u to 3.92 u
    for ref_type, name in (("calbench_expandedUncertainty", "expanded"), ("calbench_coverageFactor", "k")):
        printed = column(found, ref_type)
        assert printed is not None
        assert list(printed.numbers[0].values) == [getattr(one.shown, name) for one in results]


def test_where_the_cmc_is_larger_u_and_k_are_stated(record: Record):
    floor = [
        one.model_copy(update={"expanded": "0.001 V", "expanded_computed": one.expanded, "cmc": "0.001 V"})
        for one in record.results
    ]
    found = table(read(dcc(record.model_copy(update={"results": floor}))))
    error = column(found, "basic_measurementError")
    assert error is not None
    assert {error.numbers[0].row(index).kind for index in range(3)} == {"expanded"}
    assert column(found, "calbench_expandedUncertainty") is None


def test_results_with_and_without_an_interval_stand_in_tables_of_their_own(record: Record):
    first = record.results[0].model_copy(
        update={"interval_lower": None, "interval_upper": None, "coverage_rule": "t"}
    )
    mixed = record.model_copy(update={"results": [first, *record.results[1:]]})
    found = read(dcc(mixed)).measurements.each[0].results[0].data.tables
    kinds = []
    for one in found:
        error = column(one, "basic_measurementError")
        assert error is not None
        assert error.numbers[0].uncertainty is not None
        kinds.append((error.numbers[0].uncertainty.kind, len(error.numbers[0].values)))
    assert kinds == [("expanded", 1), ("interval", 2)]


def test_a_certificate_with_intervals_certifies_values(record: Record):
    """Of an interval the standard uncertainty is used, with k = 1."""
    (points,) = certified(read(dcc(record)), "measure.voltage.dc")
    printed = [Decimal(one.shown.std_uncertainty) for one in record.results]
    assert sorted(float(one.expanded.in_unit("uV")) for one in points) == sorted(
        float(one) for one in printed
    )
    assert {one.k for one in points} == {"1"}
