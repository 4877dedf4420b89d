"""The results as a table for spreadsheets (RFC 4180): one row a result, numbers as the record has them."""

from __future__ import annotations

import csv
import io

from calbench.certificates import surroundings
from calbench.certificates.numbered import Numbered, tested
from calbench.certificates.text import printable, split
from calbench.documents.record import Record, Result

# Quantities that share the unit of what was measured, and those that share the unit of what was judged.
MEASURED = ("reference", "indication")
JUDGED = (
    "value",
    "judged",
    "lower",
    "upper",
    "stdev",
    "std_uncertainty",
    "expanded",
    "guard_band",
    "accept_lower",
    "accept_upper",
    "cmc",
    "expanded_computed",
)
PLAIN = ("dof", "k", "coverage_rule", "tur", "specific_risk", "pfa", "pfr", "conditional_pfa")
HEAD = (
    "certificate",
    "simulated",
    "status",
    "no",
    "test",
    "point",
    "of",
    "labels",
    "readings",
    *MEASURED,
    "unit",
    *JUDGED,
    "result_unit",
    *PLAIN,
    "answer",
    "verdict",
    "attempts",
    "remark",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(record: Record) -> bytes:
    """Give the table: UTF-8 with a byte order mark, by which spreadsheets know it.

    `unit` belongs to `reference` and `indication`, `result_unit` to the quantities of the result. A quantity
    in another unit than its row's keeps its unit in the cell. Text that a spreadsheet would take for a
    formula is preceded by an apostrophe; numbers are not. A record of several stages has a column `stage`, one that
    has the conditions of each result columns for them, one of several readings at a point the column `inputs`, one
    with operating conditions the column `conditions`.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    tests = tested(record, "en")
    known = [name for name, _ in surroundings.quantities(each for test in tests for each in test.results)]
    head = [*HEAD, *(["stage"] if record.stages else [])]
    if known:
        head += [f"{name}_{what}" for name in known for what in ("min", "max", "unit")]
        head.append("samples_outside")
    of_inputs = any(each.result.inputs for test in tests for each in test.results)
    operating = any(each.result.operating for test in tests for each in test.results)
    writer.writerow([*head, *(["inputs"] if of_inputs else []), *(["conditions"] if operating else [])])
    for test in tests:
        for each in test.results:
            stage = [_guarded(each.result.stage)] if record.stages else []
            row = _row(record, each.number, each.result)
            seen = "; ".join(f"{name} = {text}" for name, text in each.result.inputs.items())
            further = [_guarded(seen)] if of_inputs else []
            further += [_guarded(_operating(each.result))] if operating else []
            writer.writerow([*row, *stage, *(_conditions(each, known) if known else []), *further])
    return out.getvalue().encode("utf-8-sig")


def _row(record: Record, number: str, result: Result) -> list[str]:
    measured, unit = quantities(result, MEASURED)
    judged, result_unit = quantities(result, JUDGED)
    labels = "; ".join(f"{name}: {value}" for name, value in result.labels.items())
    return [
        _guarded(record.run.id),
        "SIMULATED" if record.plan.simulated else "",
        record.run.status,
        number,
        _guarded(result.test),
        _guarded(result.id),
        result.of,
        _guarded(labels),
        str(result.n),
        *measured,
        _guarded(unit),
        *judged,
        _guarded(result_unit),
        *(getattr(result, name) or "" for name in PLAIN),
        _guarded(result.answer),
        result.verdict,
        str(result.attempts),
        _guarded(result.remark),
    ]


def _conditions(each: Numbered, known: list[str]) -> list[str]:
    """Give smallest and largest value of each condition with its unit, and how many samples were outside."""
    cells: list[str] = []
    for name in known:
        one = surroundings.of_quantity(each, name)
        cells += ["", "", ""] if one is None else [one.minimum, one.maximum, one.unit]
    outside = sum(one.outside for one in each.result.conditions)
    return [*cells, str(outside) if each.result.conditions else ""]


def _operating(result: Result) -> str:
    """Give the operating conditions of a result in one cell: found, allowed, and whether it holds."""
    return "; ".join(
        f"{one.name.get('en', '')} = {one.value or one.why} [{one.lower or ''}, {one.upper or ''}] "
        f"{'held' if one.holds else 'not held'}"
        for one in result.operating
    )


def quantities(result: Result, names: tuple[str, ...]) -> tuple[list[str], str]:
    """Take the unit that the first quantity has out of all that have it: the texts, and the unit.

    A quantity in another unit keeps its own; what a spreadsheet would take for a formula is guarded.
    """
    texts: list[str] = [getattr(result, name) or "" for name in names]
    unit = next((split(text)[1] for text in texts if text), "")
    return [split(text)[0] if split(text)[1] == unit else _guarded(text) for text in texts], unit


def _guarded(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    shown = printable(text)
    return f"'{shown}" if text.startswith(_FORMULA) or shown.startswith(_FORMULA) else shown
