"""Maximum permissible errors of weights by class, as data: OIML R 111-1, table 1, as JJG 99 takes it over.

Each row says how sure it is: what was compared with a publication of the table is confirmed; the rows from 10 kg up
continue the pattern of the decades below and were not compared. One cell differs from the copy that the others were
compared with: 5 mg of class M1, which is 0.20 mg like 1 mg and 2 mg, is misprinted there as 0.02.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from calbench.documents.regulating import SourceStatus
from calbench.quantities import Quantity, parse_quantity

TABLE = "OIML R 111-1"
COLUMNS = ("E1", "E2", "F1", "F2", "M1", "M2", "M3")
_CONFIRMED = """
1 mg   0.003 0.006 0.020 0.06 0.20 - -
2 mg   0.003 0.006 0.020 0.06 0.20 - -
5 mg   0.003 0.006 0.020 0.06 0.20 - -
10 mg  0.003 0.008 0.025 0.08 0.25 - -
20 mg  0.003 0.010 0.03  0.10 0.3  - -
50 mg  0.004 0.012 0.04  0.12 0.4  - -
100 mg 0.005 0.016 0.05  0.16 0.5  1.6 -
200 mg 0.006 0.020 0.06  0.20 0.6  2.0 -
500 mg 0.008 0.025 0.08  0.25 0.8  2.5 -
1 g    0.010 0.03  0.10  0.3  1.0  3.0 10
2 g    0.012 0.04  0.12  0.4  1.2  4.0 12
5 g    0.016 0.05  0.16  0.5  1.6  5.0 16
10 g   0.020 0.06  0.20  0.6  2.0  6.0 20
20 g   0.025 0.08  0.25  0.8  2.5  8.0 25
50 g   0.03  0.10  0.3   1.0  3.0  10  30
100 g  0.05  0.16  0.5   1.6  5.0  16  50
200 g  0.10  0.3   1.0   3.0  10   30  100
500 g  0.25  0.8   2.5   8.0  25   80  250
1 kg   0.5   1.6   5.0   16   50   160 500
2 kg   1.0   3.0   10    30   100  300 1000
5 kg   2.5   8.0   25    80   250  800 2500
"""
_UNCONFIRMED = """
10 kg  5.0   16    50    160  500  1600 5000
20 kg  10    30    100   300  1000 3000 10000
"""


@dataclass(frozen=True)
class ClassLimit:
    """|MPE| of a weight of a class: a mass, the row that it stands in, and how sure that row is."""

    mpe: Quantity
    row: str
    source: SourceStatus


def class_limit(accuracy_class: str, nominal: Quantity) -> ClassLimit | None:
    """Give |MPE| of a weight; None where the table has no row or no cell for it, or the class is none of it."""
    if accuracy_class not in COLUMNS:
        return None
    found = _ROWS.get(nominal.value.normalize())
    if found is None:
        return None
    cell = found.cells[COLUMNS.index(accuracy_class)]
    return None if cell == "-" else ClassLimit(parse_quantity(f"{cell} mg"), found.name, found.source)


@dataclass(frozen=True)
class _Row:
    name: str
    cells: tuple[str, ...]
    source: SourceStatus


def _read() -> Mapping[object, _Row]:
    rows: dict[object, _Row] = {}
    parts: tuple[tuple[str, SourceStatus], ...] = ((_CONFIRMED, "confirmed"), (_UNCONFIRMED, "unconfirmed"))
    for text, source in parts:
        for line in text.strip().splitlines():
            number, unit, *cells = line.split()
            name = f"{number} {unit}"
            rows[parse_quantity(name).value.normalize()] = _Row(name, tuple(cells), source)
    return MappingProxyType(rows)


_ROWS = _read()
