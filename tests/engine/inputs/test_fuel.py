"""A fuel dispenser, E = 100 (VJ - Vs) / Vs with Vs = VB [1 + bB (tB - 20) + by (tJ - tB)].

Formula, coefficients and numbers are those of reference/legal-metrology.md, sections 15 and 29 J: VB 20.00 L, bB 50e-6,
by 12e-4, tJ 25.0, tB 24.5, VJ 20.03 L give Vs 20.0165 L and E +0.067 %. Derivatives are by hand, here below.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.engine.inputs.conftest import ANSWERS

from calbench.certificates import numbered
from calbench.certificates.csv import table
from calbench.certificates.digital.speech import Speech
from calbench.certificates.digital.tables import tables
from calbench.documents.canonical import canonical
from calbench.documents.journal import parse
from calbench.documents.record import Result
from calbench.errors import PlanRefused
from calbench.evaluation.verifying import verify_record
from calbench.quantities import parse_quantity
from calbench.server.runs.judging import Judge
from calbench.server.runs.projection import Projection
from calbench.workflow import Finished, Prepared

VJ, VB, BB, BY, TJ, TB = 20.03e-3, 20.00e-3, 50e-6, 12e-4, 25.0, 24.5
VS = VB * (1 + BB * (TB - 20) + BY * (TJ - TB))
SLOPES = {
    "VJ": 1 / VS,
    "VB": -VJ / VS / VB,
    "tJ": -VJ / VS**2 * VB * BY,
    "tB": -VJ / VS**2 * VB * (BB - BY),
}


def result(finished: Finished) -> Result:
    return finished.record.results[0]


def test_the_published_numbers_come_out(delivered: Callable[..., Finished]) -> None:
    one = result(delivered())
    assert parse_quantity(one.reference or "").in_unit("L") == Decimal("20.0165")
    assert one.indication == "20.03 L"
    assert one.shown.error_unit["en"] == "%"
    assert float(parse_quantity(one.value or "").in_unit("%")) == pytest.approx(0.06744436, abs=1e-7)
    assert one.verdict == "pass"


def test_each_line_has_the_derivative_by_hand(delivered: Callable[..., Finished]) -> None:
    one = result(delivered())
    found = {line.name["en"]: line for line in one.budget}
    expected = {
        "Proving can": ("VB", 2.5e-6, SLOPES["VB"]),
        "Thermometer": ("tJ, tB", 0.05, SLOPES["tJ"] + SLOPES["tB"]),  # one certificate value, read twice
        "Display": ("VJ", 5e-6 / math.sqrt(3), SLOPES["VJ"]),
        "Reading of the can": ("VB", 5e-6 / math.sqrt(3), SLOPES["VB"]),
        "Temperature in the stream": ("tJ", 0.5 / math.sqrt(3), SLOPES["tJ"]),
    }
    assert {name: line.input for name, line in found.items()} == {
        name: row[0] for name, row in expected.items()
    }
    for name, (_, u, slope) in expected.items():
        assert float(found[name].std) == pytest.approx(u, rel=1e-9), name
        assert float(found[name].sensitivity) == pytest.approx(slope, rel=1e-6), name
    u = math.sqrt(sum((u * slope) ** 2 for _, u, slope in expected.values()))
    assert float(parse_quantity(one.std_uncertainty or "").value) == pytest.approx(u, rel=1e-6)
    assert float(parse_quantity(one.expanded or "").value) == pytest.approx(1.959964 * u, rel=1e-5)


def test_the_record_holds_every_reading_with_its_input(delivered: Callable[..., Finished]) -> None:
    finished = delivered()
    (attempt,) = finished.record.attempts["delivery/20L"]
    assert [(raw.input, raw.text) for raw in attempt.readings] == [
        ("VJ", "20.03 L"), ("VB", "20.00 L"), ("tJ", "25.0 degC"), ("tB", "24.5 degC"),
    ]  # fmt: skip
    assert {one.name: one.holds for one in verify_record(canonical(finished.record))}["results"] is True
    assert result(finished).inputs == {"VJ": "20.03 L", "VB": "20 L", "tJ": "25 °C", "tB": "24.5 °C"}


def test_a_prompt_stands_with_the_question_unless_something_is_waited_for(
    delivered: Callable[..., Finished],
) -> None:
    finished = delivered()
    events, _ = parse((finished.folder / "journal.jsonl").read_bytes())
    asked = [
        (event.body["id"], event.body["kind"], event.body.get("title", {}), event.body["text"])
        for event in events
        if event.type == "asked"
    ]
    assert [one[:2] for one in asked] == [
        ("delivery/20L/VJ", "number"),
        ("delivery/20L/VB", "number"),
        ("delivery/20L/tJ", "number"),
        ("delivery/20L/tB/ready", "confirm"),
        ("delivery/20L/tB", "number"),
    ]
    titles = [(one[2] or {}).get("en", "") for one in asked]  # type: ignore[attr-defined] # a map of texts
    assert titles == ["Deliver into the can; what does the dispenser show?", "", "In the stream.", "", ""]
    assert asked[3][3] == {"en": "In the can."}
    assert asked[0][3] == {
        "en": "What does the unit under test show? Volume, for delivery/20L/VJ",
        "zh": "被检器具的示值：体积（delivery/20L/VJ）",
    }
    assert asked[4][3] == {
        "en": "What does thermometer (T-1) show? Temperature, for delivery/20L/tB",
        "zh": "thermometer（T-1）的示值：温度（delivery/20L/tB）",
    }
    times = {str(event.body["input"]): event.t_mono for event in events if event.type == "reading"}
    assert float(times["tB"]) - float(times["tJ"]) >= 30


def test_every_input_is_read_in_every_pass(delivered: Callable[..., Finished]) -> None:
    second = ANSWERS.split("answers:\n")[1].replace("20L/", "20L/second/").replace("20.03", "20.05")
    first = ANSWERS.replace("20L/", "20L/first/")
    finished = delivered(
        ("    points:", "    passes: [first, second]\n    points:"), (ANSWERS, first + second)
    )
    one = result(finished)
    assert one.n == 8
    assert one.indication == "20.04 L"
    (attempt,) = finished.record.attempts["delivery/20L"]
    assert [(raw.measured_pass, raw.input) for raw in attempt.readings] == [
        (name, read) for name in ("first", "second") for read in ("VJ", "VB", "tJ", "tB")
    ]


def test_a_result_over_repeats_is_in_the_unit_of_the_error(delivered: Callable[..., Finished]) -> None:
    said = ANSWERS.split("answers:\n")[1]
    shown = ("20.03", "20.01", "20.06")
    each = [
        said.replace("20L/", f"20L/{n}/").replace("20.03", value) for n, value in enumerate(shown, start=1)
    ]
    finished = delivered(
        ("    points:", "    times: 3\n    points:"),
        ("    mpe: 0.3 %", "    evaluate: {value: max(error) - min(error), limit: 0.1 %}"),
        (said, "".join(each)),
    )
    one = finished.record.results[-1]
    assert one.of == "test"
    assert float(parse_quantity(one.value or "").in_unit("%")) == pytest.approx(
        100 * 0.05 / 20.0165, rel=1e-6
    )
    assert (one.shown.error_unit["en"], one.shown.upper, one.verdict) == ("%", "+0.1", "fail")


def test_what_the_certificate_does_not_cover_is_refused(fuel: Callable[..., Prepared]) -> None:
    with pytest.raises(PlanRefused) as refused:
        fuel(("expected: 25 degC, prompt: In the stream.", "expected: 60 degC, prompt: In the stream."))
    assert "has no certified measure.temperature at 60 °C" in str(refused.value)
    with pytest.raises(PlanRefused) as refused:
        fuel(("country: CN}", "country: CN, cmc: {measure.volume: [{from: 1 L, to: 50 L, expanded: 1 mL}]}}"))
    assert "U of this test is in %" in str(refused.value)


def test_an_input_that_was_not_read_leaves_the_point_unmeasured(delivered: Callable[..., Finished]) -> None:
    finished = delivered(("  delivery/20L/tB: 24.5 degC\n", ""))
    assert finished.outcome.status != "COMPLETED"
    (one,) = finished.record.results
    assert one.verdict == "not_evaluated"
    assert [raw.input for raw in finished.record.attempts["delivery/20L"][0].readings] == ["VJ", "VB", "tJ"]


def test_spreadsheet_and_digital_certificate_have_the_inputs(delivered: Callable[..., Finished]) -> None:
    finished = delivered()
    (row,) = csv.DictReader(io.StringIO(table(finished.record).decode("utf-8-sig")))
    assert row["inputs"] == "VJ = 20.03 L; VB = 20 L; tJ = 25 °C; tB = 24.5 °C"
    record = finished.record
    (digital,) = tables(record, numbered.tested(record, "en")[0], Speech(("en", "zh")))
    found = {
        one.name["en"]: (one.numbers[0].values, one.numbers[0].units)
        for one in digital.quantities
        if one.ref_type == "calbench_input"
    }
    assert found == {
        "Input VJ": (("20.03",), (r"\litre",)),
        "Input VB": (("20",), (r"\litre",)),
        "Input tJ": (("25",), (r"\degreecelsius",)),
        "Input tB": (("24.5",), (r"\degreecelsius",)),
    }
    names = [one.name["en"] for each in digital.tables for one in each.quantities]
    assert "Temperature in the stream [tJ]" in names


def test_the_page_shows_the_result_and_where_it_lies_between_the_limits(
    delivered: Callable[..., Finished],
) -> None:
    finished = delivered()
    plan = finished.record.plan
    projection, judge = Projection(plan), Judge(plan)
    for event in parse((finished.folder / "journal.jsonl").read_bytes())[0]:
        projection.apply(event)
    key = (plan.uut.position, "delivery/20L")
    assert list(projection.due) == [key]
    cell = judge.cell(key, projection.measured[key[0]][key[1]])
    assert cell is not None
    assert (cell.error, cell.upper, cell.unit["en"], cell.verdict) == ("+0.067", "+0.3", "%", "pass")
    assert cell.deviation == pytest.approx(0.0674444 / 0.3, rel=1e-4)


def test_u_is_predicted_from_what_is_expected(fuel: Callable[..., Prepared]) -> None:
    (point,) = fuel().plan.points
    vs = VB * (1 + BB * 5)  # both temperatures are expected to be 25 degC, both volumes 20 L
    stds = {"can": 2.5e-6 / VB, "display": 5e-6 / math.sqrt(3) / VB, "can read": 5e-6 / math.sqrt(3) / VB}
    stds |= {"stream": 0.5 / math.sqrt(3) * VB / vs * BY, "thermometer": 0.05 * VB / vs * BB}
    u = VB / vs * math.sqrt(sum(one**2 for one in stds.values()))
    assert float(parse_quantity(point.predicted.u or "").value) == pytest.approx(1.959964 * u, rel=2e-3)
    assert [one.name for one in point.inputs] == ["VJ", "VB", "tJ", "tB"]
