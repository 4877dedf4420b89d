"""Every shipped procedure proven on its simulated bench: writes the tables of a page, or looks at the verdicts alone.

    python benchmarks/proved.py docs/explanations/proof.md
    python benchmarks/proved.py

The page keeps what stands above and below the two marks. Without a path nothing is written, and the exit code is 1
if a budget is optimistic, or wasteful for another reason than rounding. `make proved` and `make prove` call this.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from calbench.proof import Proof, Report, prove, telling
from calbench.proof.telling import Grid
from calbench.workflow import Options, prepare

BEGIN, END = "<!-- made by benchmarks/proved.py -->", "<!-- end -->"
RUNS, SEED = 1000, 1
SHIPPED = (
    ("dmm-34401a", "demo", "1"),
    ("scale-class3", "demo", "2"),
    ("analogue-voltmeter", "demo-keyboard", "1"),
)


def proven(procedure: str, station: str, position: str) -> Proof:
    """Prove one procedure."""
    return prove(prepare(procedure, station, Options(position=position, seed=SEED)), RUNS, seed=SEED)


def table(grid: Grid) -> str:
    """Set a table in Markdown."""
    rule = ["---:" if place in grid.right else "---" for place in range(len(grid.header))]
    lines = [_line(grid.header), _line(rule), *map(_line, grid.rows)]
    return "\n".join([f"{grid.title}:", "", *lines])


def _line(cells) -> str:
    return "| " + " | ".join(cells) + " |"


def section(report: Report) -> str:
    """Set the report of a procedure in Markdown."""
    grids = [telling.tests(report, "en"), telling.points(report, "en"), telling.decisions(report, "en")]
    said = "\n".join(f"- {note}" for note in telling.notes(report, "en"))
    parts = [
        f"### {report.procedure} on {report.station}: {telling.verdict(report, 'en')}",
        "\n".join(telling.heading(report, "en")[1:]),
        *map(table, grids),
        *([said] if said else []),
    ]
    return "\n\n".join(parts)


def main() -> int:
    """Write the tables into a page, or tell the verdicts; give the exit code."""
    reports = []
    for procedure, station, position in SHIPPED:
        begun = time.perf_counter()
        report = proven(procedure, station, position).report
        taken = time.perf_counter() - begun
        print(
            f"{procedure} on {station}: {telling.verdict(report, 'en')}, {report.completed:,} runs in {taken:.0f} s"
        )
        reports.append(report)
    if len(sys.argv) > 1:
        page = Path(sys.argv[1])
        above, rest = page.read_text(encoding="utf-8").split(BEGIN)
        _, below = rest.split(END)
        tables = "\n\n".join(map(section, reports))
        page.write_text(f"{above}{BEGIN}\n\n{tables}\n\n{END}{below}", encoding="utf-8", newline="\n")
    for report in reports:
        for note in telling.notes(report, "en"):
            print(f"  {note}")
    return 0 if all(report.good for report in reports) else 1


if __name__ == "__main__":  # workers of the pool import this module
    sys.exit(main())
