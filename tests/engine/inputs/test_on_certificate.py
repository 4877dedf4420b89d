"""The readings that a result is computed from, on the printed certificate: those of test_fuel.py."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.engine.certificates.reading import pages
from tests.engine.inputs.conftest import ANSWERS

from calbench.certificates.assemble import assemble
from calbench.certificates.content import Paragraph, Section, Table
from calbench.certificates.html import page
from calbench.certificates.pdf import Attached, pdf
from calbench.certificates.wording import Language
from calbench.documents.canonical import canonical
from calbench.workflow import Finished

Delivered = Callable[..., Finished]


def section(finished: Finished, language: Language) -> Section:
    return next(one for one in assemble(finished.record, "", language).sections if one.title == "delivery")


def of_inputs(finished: Finished, language: Language = "en") -> list[Table]:
    return [one for one in section(finished, language).blocks if isinstance(one, Table)][1:]


def cells(finished: Finished) -> list[list[str]]:
    return [row.cells for table in of_inputs(finished) for row in table.rows]


@pytest.mark.parametrize(
    ("language", "heads", "said"),
    [
        (
            "en",
            ["No.", "Point"],
            "VJ: Volume (item under test); VB: Volume (CAN-1); tJ: Temperature (T-1); tB: Temperature (T-1)",
        ),
        (
            "zh",
            ["序号", "测量点"],
            "VJ：体积（被测器具）；VB：体积（CAN-1）；tJ：温度（T-1）；tB：温度（T-1）",
        ),
    ],
)
def test_each_input_has_name_mean_and_unit(
    delivered: Delivered, language: Language, heads: list[str], said: str
) -> None:
    finished = delivered()
    (table,) = of_inputs(finished, language)
    assert [one.title for one in table.columns] == [*heads, "VJ / L", "VB / L", "tJ / °C", "tB / °C"]
    assert [row.cells for row in table.rows] == [["1", "20L", "20.03", "20.00", "25", "24.5"]]
    assert said in " ".join(
        one.text for one in section(finished, language).blocks if isinstance(one, Paragraph)
    )


def test_a_mean_has_one_place_more_than_what_was_read(delivered: Delivered) -> None:
    """20.03, 20.04 and 20.04 L have the mean 20.03666… L; 20.00 L three times is 20.00 L."""
    said = ANSWERS.split("answers:\n")[1]
    passes = [said.replace("20L/", f"20L/{n}/").replace("20.03", f"20.0{n}") for n in ("3", "4", "5")]
    passes[2] = passes[2].replace("VJ: 20.05", "VJ: 20.04")
    finished = delivered(("    points:", "    passes: ['3', '4', '5']\n    points:"), (said, "".join(passes)))
    assert cells(finished) == [["1", "20L", "20.037", "20.00", "25", "24.5"]]


def test_the_numbers_of_a_column_have_as_many_places(delivered: Delivered) -> None:
    """Beside a mean of 20.03666… L one of just 10.02 L is 10.020 L, and what has its own step is left alone."""
    said = ANSWERS.split("answers:\n")[1]
    passes = [said.replace("20L/", f"20L/{n}/").replace("20.03", f"20.0{n}") for n in ("3", "4", "5")]
    passes[2] = passes[2].replace("VJ: 20.05", "VJ: 20.04")
    even = [
        said.replace("20L/", f"10L/{n}/").replace("20.00 L", "10.00 L").replace("20.03", "10.02")
        for n in "345"
    ]
    finished = delivered(
        ("    points: [20 L]", "    passes: ['3', '4', '5']\n    points: [20 L, 10 L]"),
        ("from: 19 L", "from: 9 L"),
        (said, "".join([*passes, *even])),
    )
    assert [row[1:] for row in cells(finished)] == [
        ["20L", "20.037", "20.00", "25", "24.5"],
        ["10L", "10.020", "10.00", "25", "24.5"],
    ]


def test_a_correction_of_the_certificate_is_in_it(delivered: Delivered) -> None:
    corrected = ("expanded: 5 mL, k: 2}", "correction: 3 mL, expanded: 5 mL, k: 2}")
    assert cells(delivered(corrected)) == [["1", "20L", "20.03", "20.003", "25", "24.5"]]


def test_what_was_read_in_two_units_keeps_them(delivered: Delivered) -> None:
    said = ANSWERS.split("answers:\n")[1]
    other = said.replace("20L/", "10L/").replace("20.00 L", "10.00 L").replace("20.03 L", "10020 mL")
    finished = delivered(
        ("points: [20 L]", "points: [20 L, 10 L]"), ("from: 19 L", "from: 9 L"), (said, said + other)
    )
    assert [row[1:4] for row in cells(finished)] == [["20L", "20.03", "20.00"], ["10L", "10.02", "10.00"]]


def test_more_than_six_inputs_go_into_a_second_table(delivered: Delivered) -> None:
    more = [f"x{n}" for n in range(4)]
    lines = "".join(f"      {one}: {{read: thermometer.temperature, expected: 25 degC}}\n" for one in more)
    answers = "".join(f"  delivery/20L/{one}: 25.0 degC\n" for one in more)
    said = ANSWERS.split("answers:\n")[1]
    finished = delivered(("    indication: VJ\n", f"{lines}    indication: VJ\n"), (said, said + answers))
    assert [len(table.columns) for table in of_inputs(finished)] == [8, 4]


def test_a_point_with_one_reading_has_no_such_table(delivered: Delivered) -> None:
    finished = delivered()
    results = [one.model_copy(update={"inputs": {}}) for one in finished.record.results]
    finished.record.results[:] = results
    assert of_inputs(finished) == []


def test_it_is_printed_on_paper_and_on_the_page(delivered: Delivered) -> None:
    finished = delivered()
    certificate = assemble(finished.record, "", "zh")
    assert "tJ/°C" in "".join(pages(pdf(certificate, Attached(canonical(finished.record)))))
    assert "tJ / °C" in page(certificate).decode("utf-8")
