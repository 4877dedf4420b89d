"""Where a deviation is drawn, and how texts of a record are put for people."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from calbench.certificates.assemble import assemble
from calbench.certificates.content import Certificate, Plot, Section
from calbench.certificates.plot import relative
from calbench.certificates.tables import limits
from calbench.certificates.text import for_people, local, numbers, printable
from calbench.certificates.wording import Language
from calbench.documents.record import Record, Result
from calbench.quantities import QuantityError


def content(data: dict[str, Any], language: Language = "en") -> Certificate:
    return assemble(Record.model_validate(data), "0" * 64, language)


def section(made: Certificate, title: str) -> Section:
    return next(each for each in made.sections if each.title == title)


def plot(made: Certificate, title: str) -> Plot | None:
    return next((block for block in section(made, title).blocks if isinstance(block, Plot)), None)


# Plots: places computed by hand


def result(**exact: str | None) -> Result:
    given = {
        "id": "t/p",
        "test": "t",
        "of": "point",
        "verdict": "pass",
        "shown": {"unit": {"en": "V"}},
        **exact,
    }
    return Result.model_validate(given)


def test_a_deviation_is_drawn_relative_to_its_limits():
    # 3 of ±4 is 75 %; U 1 is 25 %
    assert relative(result(value="3 V", lower="-4 V", upper="4 V", expanded="1 V")) == (
        Decimal(75),
        Decimal(25),
    )
    # limits -1 and 3: the middle is 1, half the span 2; 2 is 50 % and U 1 is 50 %
    assert relative(result(value="2 V", lower="-1 V", upper="3 V", expanded="1 V")) == (
        Decimal(50),
        Decimal(50),
    )
    # units differ: 3 mV of ±0.004 V
    assert relative(result(value="3 mV", lower="-0.004 V", upper="0.004 V", expanded="1000 uV")) == (
        Decimal(75),
        Decimal(25),
    )
    # one limit, U not evaluated: 5 of at most 10
    assert relative(result(value="5 g", upper="10 g")) == (Decimal(50), Decimal(0))
    assert relative(result(value="-5 g", lower="-10 g")) == (Decimal(-50), Decimal(0))
    # what was judged counts, not what it was rounded from
    assert relative(result(value="3.4 V", judged="3 V", lower="-4 V", upper="4 V")) == (
        Decimal(75),
        Decimal(0),
    )


def test_what_cannot_be_drawn_is_not():
    assert relative(result(value="3 V")) is None
    assert relative(result(lower="-4 V", upper="4 V")) is None
    assert relative(result(value="0 V", lower="0 V", upper="0 V")) is None
    assert relative(result(value="3 V", upper="-4 V")) is None


def test_marks_stand_where_they_belong(dmm_data: dict[str, Any]):
    drawn = plot(content(dmm_data), "DC voltage")
    assert drawn is not None
    # the worst is -180 / 32.5 = -554 %: beyond the widest scale, 300 %
    assert [(tick.label, tick.height, tick.limit) for tick in drawn.ticks] == [
        ("-200 %", -667, False),
        ("-100 %", -333, True),
        ("0", 0, False),
        ("+100 %", 333, True),
        ("+200 %", 667, False),
    ]
    assert [mark.off for mark in drawn.marks] == [""] * 15 + ["below"]
    assert drawn.off
    # 390 / 400 = 97.5 %, of 300 % that is 325; U 45 is 11.25 %: 287.5 and 362.5, to the even
    mark = drawn.marks[8]
    assert (mark.number, mark.verdict, mark.height, mark.bar) == ("9", "indeterminate_pass", 325, (288, 362))
    assert [entry.verdict for entry in drawn.legend] == [
        "pass",
        "indeterminate_pass",
        "indeterminate_fail",
        "fail",
    ]


def test_a_bar_that_leaves_the_scale_is_marked_as_cut(scale_data: dict[str, Any]):
    scale_data["results"][-1]["expanded"] = "40 g"
    drawn = plot(content(scale_data), "Weighing, increasing and decreasing")
    assert drawn is not None
    # U 40 of ±5 is 800 %: both ends lie beyond 300 %
    assert drawn.marks[-1].bar == (-1000, 1000)
    assert drawn.marks[-1].cut == (True, True)
    assert drawn.marks[-2].cut == (False, False)


def test_one_result_makes_no_plot(scale_data: dict[str, Any]):
    assert plot(content(scale_data), "Repeatability") is None
    assert plot(content(scale_data), "Eccentric loading") is not None


# Texts


def test_limits_share_a_cell():
    assert limits("-0.5", "+0.5") == "±0.5"
    assert limits("-0.5", "0.5") == "±0.5"
    assert limits("-0.2", "+0.5") == "-0.2 … +0.5"
    assert limits("+0.2", "+0.5") == "+0.2 … +0.5"
    assert limits("", "+10") == "≤ +10"
    assert limits("-10", "") == "≥ -10"
    assert limits("", "") == ""


def test_what_cannot_be_seen_is_written_out():
    assert printable("A\u202e12\u200b\x00") == "A[U+202E]12[U+200B][U+0000]"
    assert printable(" two\n lines\t") == "two lines"
    assert printable("张伟 Ω ½") == "张伟 Ω ½"


def test_units_are_written_for_people_and_numbers_left_alone():
    assert for_people("21.50 degC") == "21.50 °C"
    assert for_people("1e-3 kOhm") == "1e-3 kΩ"
    assert for_people("not a quantity") == "not a quantity"
    assert for_people("FRONT") == "FRONT"


def test_a_language_falls_back_to_english_then_to_any():
    assert local({"en": "a", "zh": "b"}, "zh") == "b"
    assert local({"en": "a"}, "zh") == "a"
    assert local({"de": "c"}, "zh") == "c"
    assert local({}, "zh") == ""


def test_numbers_of_one_unit_are_taken_as_they_stand():
    assert numbers("0.1 degC", "0.2 degC") == [Decimal("0.1"), Decimal("0.2")]
    assert numbers("1 mV", "1 V") == [Decimal("0.001"), Decimal(1)]
    with pytest.raises(QuantityError):
        numbers("nan V")
    with pytest.raises(QuantityError):
        numbers("about V")
