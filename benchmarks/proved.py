"""Every shipped procedure proven on its simulated bench: writes the tables of a page, or looks at the verdicts alone.

    python benchmarks/proved.py docs/explanations/proof.md
    python benchmarks/proved.py docs/explanations/proof.md scale-cg18 keysight-34470a
    python benchmarks/proved.py

The page keeps what stands above and below the two marks; with names, also the tables of all others. Without a path
nothing is written. The exit code is 1 if a budget is optimistic, or wasteful for another reason than rounding and none
stands here, or if a promise is not kept. What states no uncertainty stands here for its decisions. `make proved` and
`make prove` call this.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import sys
import time
from pathlib import Path
from typing import NamedTuple

from calbench.proof import Proof, Report, population, prove, telling
from calbench.proof.telling import Grid
from calbench.workflow import Options, prepare

BEGIN, END = "<!-- made by benchmarks/proved.py -->", "<!-- end -->"
SEED = 1


class Shipped(NamedTuple):
    """A procedure, where it is proven, and with how many runs; the units under test, if not those of any proof."""

    procedure: str
    station: str
    position: str
    runs: int
    units: str = "normal 0.5"


SHIPPED = (  # with as many runs as it takes to show that budgets are honest and promises kept
    Shipped("dmm-34401a", "demo", "1", 1200),
    Shipped("dmm-34401a-adjust", "demo-drifted", "1", 450),
    Shipped("scale-class3", "demo", "2", 1000),
    Shipped("scale-jjg539", "demo-scale-r76", "2", 500),
    Shipped("scale-cg18", "demo-balance", "3", 500),
    Shipped("analogue-voltmeter", "demo-keyboard", "1", 1000),
    Shipped("bench-links", "demo-links", "1", 200),
    Shipped("balance-jjg1036", "demo-balance", "1", 400),
    Shipped("rtd-jjg229", "demo-prt", "1", 500),
    Shipped("transmitter-jjf1183", "demo-temperature-tx", "1", 500),
    Shipped("thermometer-digital", "demo-thermometer", "1", 500),
    Shipped("taximeter-jjg517", "demo-taxi", "1", 500),
    Shipped("gauge-jjg52", "demo-pressure", "1", 600),
    Shipped("digital-gauge-jjg875", "demo-pressure", "3", 600),
    Shipped("transmitter-jjg882", "demo-pressure-tx", "1", 600),
    Shipped("sphygmo-jjg270", "demo-bp", "1", 600),
    Shipped("sphygmo-jjg692", "demo-bp", "3", 600),
    Shipped("meter-jjg596-2012", "demo-meters-48", "1", 200),  # its errors are drawn: rounding averages
    Shipped("meter-jjg596-2026", "demo-meters-48", "1", 450),
    Shipped("meter3p-jjg596-2012", "demo-meter-3p", "1", 450),
    Shipped("weights-jjg99", "demo-weights", "1", 700, "edge 0.2"),
    Shipped("fuel-dispenser-jjg443", "demo-fuel", "1", 500),
    Shipped("prepackage-jjf1070", "demo-prepack", "1", 200),
    Shipped("water-meter-jjg162", "demo-water", "1", 600),
    Shipped("gas-meter-jjg577", "demo-gas", "1", 600),
    Shipped("heat-meter-jjg225", "demo-heat", "1", 300),
    Shipped("heat-sensor-pair-jjg225", "demo-heat-pair", "1", 500),
    Shipped("heat-calculator-jjg225", "demo-heat-calculator", "1", 500),
    Shipped("handheld-3-half", "demo-handheld", "1", 450),
    Shipped("keysight-34461a", "demo-dmm", "1", 450),
    Shipped("keysight-34470a", "demo-dmm", "2", 450),
    Shipped("keysight-3458a", "demo-dmm", "3", 450),
    Shipped("keithley-dmm6500", "demo-dmm", "4", 450),
    Shipped("fluke-5522a", "demo-calibrator", "1", 450),
    Shipped("ev-charger-ac-jjg1148", "demo-charger", "1", 1000),
    Shipped("ev-charger-dc-jjg1149", "demo-charger-dc", "1", 1000),
)
LEFT_OUT = {
    "dmm-jjf1587": "it has no limits of its own: each of its specifications is proven",
    "calibrator-dc": "it has no limits of its own: its specification fluke-5522a is proven",
}
"""What states an uncertainty and is not proven here, and why."""
STATING_NONE = ("bench-links",)
WIDE = {
    "fuel-dispenser-jjg443": (
        "it states a scatter of 0.03 % from one delivery to the next; the dispenser of the bench has 0.02 %"
    ),
    "balance-jjg1036": (
        "it states at every load the repeatability found at one load; at smaller ones the balance repeats better"
    ),
    "scale-jjg539": (
        "at large loads it states what their place may do, as far as the eccentricity test shows it; the operator of "
        "the bench puts every load in the centre"
    ),
    "meter3p-jjg596-2012": (
        "it states half a step of the rounding to 0.1 %; the meter of this bench has the same errors in every run, and "
        "some of them stand on a step, where rounding changes nothing"
    ),
    "prepackage-jjf1070": (
        "it states what the certificate of the balance leaves open, which the balance of the bench does not take, and "
        "how one wrapping differs from the mean tare, which the truth does not count"
    ),
    "scale-cg18": (
        "it states drift of the weights up to their |MPE|, and air buoyancy up to a quarter of it, as is done where "
        "neither is known; the weights of the bench do not drift, and its air weighs nothing"
    ),
}
"""What states more than it needs, and why."""
OPEN = {
    "dmm-34401a-adjust": "a unit that has drifted is seldom near a limit, so its promise takes some 2,000 runs",
}
"""What has a promise that is not settled here, and why."""


def proven(one: Shipped, workers: int | None = None) -> Proof:
    """Prove one procedure; the report does not depend on how many processes do it."""
    prepared = prepare(one.procedure, one.station, Options(position=one.position, seed=SEED))
    return prove(prepared, one.runs, seed=SEED, population=population(one.units), workers=workers)


def reported(one: Shipped, workers: int | None = 1) -> Report:
    """Prove one procedure, in this process if nothing else is said, and tell its verdict."""
    begun = time.perf_counter()
    report = proven(one, workers).report
    taken = time.perf_counter() - begun
    said = telling.conclusion(report, "en")
    print(f"{one.procedure} on {one.station}: {said}, {report.completed:,} runs in {taken:.0f} s", flush=True)
    return report


def side_by_side(chosen: list[Shipped]) -> list[Report]:
    """Prove as many procedures at a time as there are cores: each process loads the program once, and none waits."""
    longest = sorted(chosen, key=lambda one: -one.runs)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        found = dict(zip(longest, pool.map(reported, longest, chunksize=1), strict=True))
    return [found[one] for one in chosen]


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
    why = WIDE.get(report.procedure) or OPEN.get(report.procedure)
    said = "\n".join(
        [f"- {note}" for note in telling.notes(report, "en")] + ([f"- Why: {why}."] if why else [])
    )
    drawn = "" if report.population == "normal 0.5" else f"Units under test: {report.population}"
    parts = [
        f"### {report.procedure} on {report.station}: {telling.conclusion(report, 'en')}",
        "\n".join([*telling.heading(report, "en")[1:], *([drawn] if drawn else [])]),
        *(table(grid) for grid in grids if grid.rows),
        *([said] if said else []),
    ]
    return "\n\n".join(parts)


def as_expected(report: Report) -> bool:
    """Tell whether all is well: proven, or without any uncertainty where none should be stated."""
    if report.procedure in STATING_NONE:
        return report.verdict == "not_proven" and not report.stopped
    if report.procedure in WIDE:
        return report.verdict == "wasteful" and not report.stopped
    if report.procedure in OPEN:
        settled = report.verdict == "honest" or (report.verdict == "wasteful" and report.expected)
        return (
            settled and not report.stopped and (report.promise is None or report.promise.verdict != "broken")
        )
    return report.good


def sections(tables: str) -> dict[str, str]:
    """Give the sections of a page by their procedures."""
    parts = re.split(r"^(?=### )", tables, flags=re.MULTILINE)
    return {part.split()[1]: part.strip() for part in parts if part.strip()}


def written(page: str, made: dict[str, str]) -> str:
    """Give a page with the sections that were made in the place of the old ones, in the order of what is shipped."""
    above, rest = page.split(BEGIN)
    old, below = rest.split(END)
    known = {**sections(old), **made}
    tables = "\n\n".join(known[one.procedure] for one in SHIPPED if one.procedure in known)
    return f"{above}{BEGIN}\n\n{tables}\n\n{END}{below}"


def main() -> int:
    """Write the tables into a page, or tell the verdicts; give the exit code."""
    names = sys.argv[2:]
    if unknown := set(names) - {one.procedure for one in SHIPPED}:
        print(f"Nothing shipped is called {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    chosen = [one for one in SHIPPED if not names or one.procedure in names]
    reports = [reported(chosen[0], None)] if len(chosen) == 1 else side_by_side(chosen)
    if len(sys.argv) > 1:
        page = Path(sys.argv[1])
        made = {report.procedure: section(report) for report in reports}
        page.write_text(written(page.read_text(encoding="utf-8"), made), encoding="utf-8", newline="\n")
    for report in reports:
        for note in telling.notes(report, "en"):
            print(f"  {report.procedure}: {note}")
    return 0 if all(map(as_expected, reports)) else 1


if __name__ == "__main__":  # workers of the pool import this module
    sys.exit(main())
