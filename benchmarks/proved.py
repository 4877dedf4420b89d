"""Every shipped procedure proven on its simulated bench: writes the tables of a page, or looks at the verdicts alone.

    python benchmarks/proved.py docs/explanations/proof.md
    python benchmarks/proved.py

The page keeps what stands above and below the two marks. Without a path nothing is written, and the exit code is 1
if a budget is optimistic, or wasteful for another reason than rounding, or if a promise is not kept.
What states no uncertainty stands here for its decisions. `make proved` and `make prove` call this.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from calbench.proof import Proof, Report, prove, telling
from calbench.proof.telling import Grid
from calbench.workflow import Options, prepare

BEGIN, END = "<!-- made by benchmarks/proved.py -->", "<!-- end -->"
SEED = 1
SHIPPED = (  # with as many runs as it takes to show that budgets are honest and promises kept
    ("dmm-34401a", "demo", "1", 1200),
    ("scale-class3", "demo", "2", 1000),
    ("analogue-voltmeter", "demo-keyboard", "1", 1000),
    ("bench-links", "demo-links", "1", 200),
    ("balance-jjg1036", "demo-balance", "1", 400),
)
STATING_NONE = ("bench-links",)


def proven(procedure: str, station: str, position: str, runs: int) -> Proof:
    """Prove one procedure."""
    return prove(prepare(procedure, station, Options(position=position, seed=SEED)), runs, seed=SEED)


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
        f"### {report.procedure} on {report.station}: {telling.conclusion(report, 'en')}",
        "\n".join(telling.heading(report, "en")[1:]),
        *(table(grid) for grid in grids if grid.rows),
        *([said] if said else []),
    ]
    return "\n\n".join(parts)


def as_expected(report: Report) -> bool:
    """Tell whether all is well: proven, or without any uncertainty where none should be stated."""
    if report.procedure in STATING_NONE:
        return report.verdict == "not_proven" and not report.stopped
    return report.good


def main() -> int:
    """Write the tables into a page, or tell the verdicts; give the exit code."""
    reports = []
    for procedure, station, position, runs in SHIPPED:
        begun = time.perf_counter()
        report = proven(procedure, station, position, runs).report
        taken = time.perf_counter() - begun
        print(
            f"{procedure} on {station}: {telling.conclusion(report, 'en')}, {report.completed:,} runs in {taken:.0f} s"
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
    return 0 if all(map(as_expected, reports)) else 1


if __name__ == "__main__":  # workers of the pool import this module
    sys.exit(main())
