"""Says at the end how many changes of each kind of file were tried, by however many processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.tamper.changes import Tried, said

TRIED = "tried"


@pytest.fixture
def note(record_property: Callable[[str, object], None]) -> Callable[[Tried], None]:
    """Give what keeps the count of a test for the end; plain values, which travel between processes."""
    return lambda tried: record_property(TRIED, [tried.kind, tried.count, list(tried.missed)])


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [one for found in terminalreporter.stats.values() for one in found]
    every = [
        Tried(value[0], value[1], tuple(value[2]))
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in getattr(report, "user_properties", ())
        if name == TRIED
    ]
    if every:
        terminalreporter.section("single bytes changed at random")
        for line in said(every):
            terminalreporter.write_line(line)
