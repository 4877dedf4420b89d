"""What differs between two records, as somebody who changed a procedure reads it."""

from __future__ import annotations

from typing import Any

import pytest

from calbench.testing.differing import Difference, differences
from calbench.testing.telling import MOST, told


def record(*results: dict[str, Any], verdict: str = "pass") -> dict[str, Any]:
    return {"results": list(results), "verdict": verdict, "uut": {}}


def point(name: str, value: str = "1 V", verdict: str = "pass", **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "shown": {"error": value.partition(" ")[0]},
        "value": value,
        "verdict": verdict,
        **more,
    }


def test_nothing_differs_from_itself() -> None:
    assert differences(record(point("a"), point("b")), record(point("a"), point("b"))) == []


def test_point_and_field_are_told_and_what_it_comes_to_goes_first() -> None:
    found = differences(record(point("a")), record(point("a", "2 V", "fail"), verdict="fail"))
    assert found == [
        Difference("a", "verdict", "pass", "fail"),
        Difference("a", "value", "1 V", "2 V"),
        Difference("a", "shown.error", "1", "2"),
        Difference("verdict", "", "pass", "fail"),
    ]


def test_a_point_that_is_missing_or_new_shifts_no_other() -> None:
    expected, got = record(point("a"), point("b"), point("c")), record(point("b"), point("c"), point("d"))
    assert differences(expected, got) == [
        Difference("a", "", "1 V, pass", None),
        Difference("d", "", None, "1 V, pass"),
    ]


def test_lines_of_a_budget_are_called_by_their_names() -> None:
    one, other = ({"name": {"en": "Source"}, "std": std, "kind": "B"} for std in ("1e-6", "2e-6"))
    found = differences(record(point("a", budget=[one])), record(point("a", budget=[other])))
    assert found == [Difference("a", "budget.Source.std", "1e-6", "2e-6")]


def test_lists_without_names_are_told_by_number() -> None:
    found = differences(record(point("a", values=["x", "y"])), record(point("a", values=["x", "z"])))
    assert found == [Difference("a", "values.2", "y", "z")]


@pytest.mark.parametrize(
    ("field", "one", "other", "same"),
    [
        ("expanded", "1.00000000000 V", "1.00000000001 V", True),  # the last digits of floating point
        ("expanded", "1.0000000 V", "1.0000001 V", False),
        ("expanded", "1 V", "1 mV", False),
        ("expanded", "inf V", "1 V", False),
        ("k", "1.9599639845400536", "1.9599639845400541", True),
        ("dof", "inf", "inf", True),
        ("value", "1.00000000000 V", "1.00000000001 V", False),  # a decimal, exact from the reply on
        ("expanded", "broken", "1 V", False),
        ("expanded", None, "1 V", False),
    ],
)
def test_only_what_is_floating_may_lie_a_little_apart(
    field: str, one: str | None, other: str, *, same: bool
) -> None:
    expected, got = point("a") | {field: one}, point("a") | {field: other}
    assert (differences(record(expected), record(got)) == []) is same


def test_what_is_printed_is_exact() -> None:
    one, other = (point("a") | {"shown": {"expanded": text}} for text in ("1.0", "1.00"))
    assert differences(record(one), record(other)) == [Difference("a", "shown.expanded", "1.0", "1.00")]


def test_the_records_of_several_units_say_which_unit() -> None:
    expected, got = ({"units": {"2": record(point("a", value))}} for value in ("1 V", "2 V"))
    assert differences(expected, got)[0] == Difference("2: a", "value", "1 V", "2 V")


@pytest.mark.parametrize(("language", "head"), [("en", "point"), ("zh", "测量点")])
def test_the_table_is_in_the_language_of_the_terminal(
    language: str, head: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALBENCH_LANG", language)
    text = told("mine on bench", "golden/mine.json", [Difference("dcv/10V/5V", "value", "1 V", None)])
    assert [line.split() for line in text.splitlines()[2:5:2]][1] == ["dcv/10V/5V", "value", "1", "V", "–"]
    assert text.splitlines()[2].startswith(head)
    assert "mine on bench" in text
    assert "--update-golden-records" in text


def test_how_many_are_left_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALBENCH_LANG", "en")
    many = [Difference(f"p{number}", "value", "1", "2") for number in range(MOST + 3)]
    assert f"({MOST + 3} differences)" in told("x", "y", many)
    assert "… and 3 more" in told("x", "y", many)
