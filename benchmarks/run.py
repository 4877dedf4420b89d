"""`make bench`: every figure that the project promises, measured in one run on this machine, beside its goal.

A shared machine is noisy: a goal counts as missed only when the figure is worse than the goal by more than
`TOLERANCE`; then the exit code is 1. Rates are compared with pyvisa-sim and pyvisa-py in turn, in the same process.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import archiving
import budgets
import certificates
import links
import page
import positions
import processes
import read_rate
import recording
import serving
import verifying

TOLERANCE = 0.25
PROJECT = Path(__file__).resolve().parents[1]
DMM = PROJECT / "procedures" / "electrical" / "dmm-34401a.yaml"


@dataclass(frozen=True)
class Figure:
    """One measured value: what it is, its goal (None: for comparison only), and how it was come by."""

    name: str
    value: float | None
    goal: float | None
    unit: str
    at_least: bool = False
    note: str = ""

    @property
    def share(self) -> float:
        """How good it is in terms of its goal: 1 just meets it, more is better."""
        if self.value is None or self.goal is None:
            return 1.0
        return self.value / self.goal if self.at_least else self.goal / self.value

    @property
    def verdict(self) -> str:
        """Whether the goal is met, within the tolerance, or missed."""
        if self.value is None:
            return "not measured"
        if self.goal is None:
            return "no goal"
        if self.share >= 1:
            return "met"
        return "within tolerance" if self.share >= 1 / (1 + TOLERANCE) else "MISSED"

    def line(self) -> str:
        """Write one line of the table."""
        value = "—" if self.value is None else f"{self.value:.3g} {self.unit}"
        goal = "—" if self.goal is None else f"{'≥' if self.at_least else '<'} {self.goal:g} {self.unit}"
        return (
            f"{self.name:<56}{value:>12}{goal:>12}{self.share:>8.2f}  {self.verdict:<17}{self.note}".rstrip()
        )


def figures() -> Iterator[Figure]:
    """Measure one figure after the other."""
    for name, message, canned, goal in (
        ("READ? with physics", "READ?", "READ?", 2.0),
        ("*IDN?", "*IDN?", "*IDN?", 3.5),
        ("*ESE?, no physics", "*ESE?", "READ?", None),
    ):
        rates = read_rate.measure(message, canned)
        ours, theirs = statistics.median(rates.ours), statistics.median(rates.theirs)
        note = f"{ours:,.0f}/s against {theirs:,.0f}/s"
        yield Figure(
            f"{name}: rate, times pyvisa-sim's {canned}", rates.ratio, goal, "x", at_least=True, note=note
        )
    yield Figure("warm-up of 30 min with 180 readings", read_rate.warm_up(), 20.0, "ms")
    for name, goal, folder, arguments in (
        (
            "calbench run dmm-34401a demo, no certificates",
            3.0,
            True,
            ("run", "dmm-34401a", "demo", "--format", ""),
        ),
        ("calbench run dmm-34401a demo, PDF, HTML and CSV", 3.0, True, ("run", "dmm-34401a", "demo")),
        ("calbench check of one file", 0.5, False, ("check", str(DMM))),
        ("calbench --help", 0.2, False, ("--help",)),
    ):
        cost = processes.calbench(*arguments, folder=folder)
        note = "" if cost.cpu is None else f"{cost.cpu:.2f} s of processor time"
        yield Figure(name, cost.wall, goal, "s", note=note)
    cost = processes.calbench(
        "prove", "dmm-34401a", "demo", "--runs", "1000", "--workers", "2", "--json", rounds=1
    )
    note = "" if cost.cpu is None else f"{cost.cpu:.0f} s of processor time"
    yield Figure("calbench prove dmm-34401a demo, 1,000 runs by 2 workers", cost.wall, 60.0, "s", note=note)
    taken, note = certificates.measure()
    yield Figure(f"DCC with {certificates.POINTS:,} points, validated", taken, 2.0, "s", note=note)
    taken, note = verifying.measure()
    yield Figure(f"verify of a journal with {verifying.LINES:,} lines", taken, 6.0, "s", note=note)
    found = archiving.measure()
    note = f"{found.size:.1f} MB; one more {found.one_new:.2f} s, a question {found.asked:.2f} s"
    yield Figure(f"index of {archiving.RUNS:,} runs, made anew", found.anew, 5.0, "s", note=note)
    yield Figure(f"index of {archiving.RUNS:,} runs, nothing new", found.nothing_new, 0.5, "s")
    for name, seconds in zip(("DCC", "PDF"), certificates.altered(), strict=True):
        yield Figure(f"10,000 changes of a signed {name}, each found", seconds, 120.0, "s")
    peak = processes.peak_memory("demo")
    yield Figure(
        "calbench demo: peak memory", peak, 250.0, "MB", note="" if peak else "not available on Windows"
    )


def loopback() -> Iterator[Figure]:
    """Measure the loopback server: one process, 256 instruments, up to 64 clients."""
    found = serving.measure()
    few, some, many = serving.INSTRUMENTS
    for (way, clients), rate in sorted(found.rates.items()):
        yield Figure(f"loopback server, {way}, {clients} clients: queries", rate, None, "/s")
    peak, first, later = found.peaks.get(many), found.added(few, some), found.added(some, many)
    name = f"loopback server, {many} instruments, {max(serving.CLIENTS)} clients"
    yield Figure(f"{name}: peak memory", peak, 300.0, "MB", note="" if peak else "not available on Windows")
    grown = None if first is None or later is None else later / first
    note = "" if grown is None else f"{first:.0f} kB each up to {some}, {later:.0f} kB each up to {many}"
    yield Figure("loopback server: memory of one more, many to few", grown, 1.25, "x", note=note)


def uncertainty() -> Iterator[Figure]:
    """Measure the uncertainty engine against GTC and plain numpy, in this process."""
    found = budgets.compare_with_gtc()
    name = f"{budgets.POINTS:,} budgets of ten inputs"
    for way, seconds, goal in (
        ("any model", found.ours, 50.0),
        ("analytic model", found.analytic, 50.0),
        ("and second order", found.checked, None),
    ):
        note = f"{1e3 * seconds:.1f} ms against {1e3 * found.theirs:.0f} ms"
        yield Figure(
            f"{name}, {way}: rate, times GTC's", found.theirs / seconds, goal, "x", at_least=True, note=note
        )
    yield Figure(f"{name}: largest deviation from GTC", found.deviation, 1e-9, "")
    ratio = budgets.monte_carlo_against_numpy()
    yield Figure(f"Monte Carlo, {budgets.DRAWS:,} draws: time, times plain numpy", ratio, 1.25, "x")


def against_pyvisa_py() -> Iterator[Figure]:
    """Measure our links against those of pyvisa-py."""
    for found, goal in zip(links.measure(), (1.5, 100.0, 50.0), strict=True):
        ours, theirs = statistics.median(found.ours), statistics.median(found.theirs)
        note = f"{ours:,.0f}/s against {theirs:,.0f}/s"
        yield Figure(
            f"links, {found.name}: rate, times pyvisa-py's", found.ratio, goal, "x", at_least=True, note=note
        )


def runner() -> Iterator[Figure]:
    """Measure what a run costs beside its exchanges, and how fast a journal is, on the disk of this project."""
    with recording.scratch() as folder:
        ours, disk = recording.events_per_second(folder)
        note = f"{disk:,.0f} lines/s by the disk alone"
        yield Figure(
            "journal: events, each on the disk", ours, recording.goal(disk), "/s", at_least=True, note=note
        )
        for name, place in (
            ("over sockets", recording.over_sockets),
            ("in one process", recording.in_process),
        ):
            (own := folder / name).mkdir()
            found = recording.measure(place, own)
            for what, both, goal in (("exchanges", found.of_exchanges, 1.5), ("whole", found.whole, None)):
                label = f"run {name}, {what}: time, times a bare loop's"
                yield Figure(label, both[0] / both[1], goal, "x", note=found.note(both))


def several() -> Iterator[Figure]:
    """Measure a run of forty-eight units against a run of one."""
    one, all_ = positions.measure("7"), positions.measure("all")
    name = "calbench run dmm-34401a, 48 positions in parallel"
    note = f"{all_.simulated:,.0f} s against {one.simulated:,.0f} s"
    yield Figure(f"{name}: simulated time, times one's", all_.simulated / one.simulated, 1.05, "x", note=note)
    note = f"{all_.events:,} events, each on the disk"
    yield Figure(f"{name}: on this machine", all_.wall, 30.0, "s", note=note)


def operator_page() -> Iterator[Figure]:
    """Measure the operator page in Chromium, with a run of 48 positions."""
    found = page.measure()
    if found is None:
        yield Figure(
            "page: first view, and event to screen", None, 1.0, "s", note="no Chromium, or no Playwright"
        )
        return
    ready = statistics.median(found.ready)
    note = f"painted after {statistics.median(found.painted):.2f} s"
    yield Figure("page: first view of a run of 48 positions, cold", ready, 1.0, "s", note=note)
    ways = found.ways
    median, most = (ways[int(len(ways) * share)] for share in (0.5, 0.95))
    name = f"page: event to screen, 48 positions, {page.RATE} events/s"
    yield Figure(f"{name}, 95 %", most * 1e3, 200.0, "ms", note=f"median {median * 1e3:.0f} ms")
    grown = found.browser[-1] - found.browser[0]
    note = f"{found.browser[-1]:.1f} MB, {found.nodes[0]:,} and {found.nodes[-1]:,} nodes"
    yield Figure(f"page: heap grown by {page.MANY:,} events", max(grown, 0.1), 20.0, "MB", note=note)
    if found.server:
        grown, note = found.server[-1] - found.server[0], f"{found.server[-1]:.0f} MB"
        yield Figure(f"page: server grown by {page.MANY:,} events", max(grown, 0.1), 100.0, "MB", note=note)


def main() -> int:
    """Print the table; give the exit code."""
    load = f", load average {os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else ""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    print(f"Python {platform.python_version()}, {machine}{load}")
    missed_below = 1 / (1 + TOLERANCE)
    print(f"{'':<56}{'measured':>12}{'goal':>12}{'share':>8}  (missed below {missed_below:.2f})")
    missed = 0
    for figure in chain(
        uncertainty(), figures(), loopback(), runner(), several(), operator_page(), against_pyvisa_py()
    ):
        print(figure.line(), flush=True)
        missed += figure.verdict == "MISSED"
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
