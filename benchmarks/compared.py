"""Our numbers beside GTC's on the same inputs, and beside what was published: writes the tables of a page.

    python benchmarks/compared.py docs/explanations/uncertainty-compared.md

The page keeps what stands above and below the two marks; without a path the tables are printed.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import budgets
import GTC
import numpy as np
from GTC import get_correlation, multiple_ureal, set_correlation, type_a, type_b, ureal

from calbench.metrology import (
    Influence,
    Inputs,
    Propagation,
    coverage_factor,
    evaluate_readings,
    fit,
    fit_line_xy,
    monte_carlo,
    propagate,
)

RECALLED = " ᵃ"
"""Behind a published number that was recalled and not found in a public text."""
SOURCES = (
    (
        "D01",
        "JCGM 100, H.1",
        "32 and 16: tests of suncal (`test_GUMH1`); l recalled; u and ν of parts: tests of GTC (`GuideExampleH1`)",
    ),
    ("D02", "JCGM 100, H.2", "tests of suncal (`test_GUMH2`); ν: tests of GTC (`test_GUM_H2`)"),
    ("D02b", "GTC", "its tests (`GuideExampleH2`)"),
    ("D03", "JCGM 101, 9.2", "tables 2 and 3: tests of suncal (`test_montecarlo`); 17.0 of table 4 recalled"),
    ("D04", "JCGM 100, 4.4.3", "recalled"),
    ("D05", "JCGM 100, G.4.1", "recalled; t(19) by scipy"),
    ("D06", "EA-4/02 M:2022, S2", "recalled"),
    ("D07", "EA-4/02, S9", "recalled"),
    ("D14", "NPL DEM-ES-011, 9.2", "tests of suncal (`test_NPLlog`)"),
    ("D15", "ISO/TS 28037, example 1", "tests of GTC (`test_iso28037_wls1`)"),
    (
        "York",
        "Neri et al., J. Phys. E 22 (1989) 215",
        "tests of GTC and of the R package bfsl (standard errors)",
    ),
)
"""For each case: what published it, and where the number that stands here was read."""
BEGIN, END = "<!-- made by benchmarks/compared.py -->", "<!-- end -->"
Row = tuple[str, str, str, float, float]

END_GAUGE = (
    ("ls", 50000623, 25.0, 18.0, "normal"),
    ("d0", 215, 5.8, 24.0, "normal"),
    ("d1", 0, 3.9, 5.0, "normal"),
    ("d2", 0, 6.7, 8.0, "normal"),
    ("als", 11.5e-6, 2e-6 / math.sqrt(3), math.inf, "rectangular"),
    ("da", 0, 1e-6 / math.sqrt(3), 50.0, "rectangular"),
    ("theta", -0.1, 0.2, math.inf, "normal"),
    ("Delta", 0, 0.5 / math.sqrt(2), math.inf, "arcsine"),
    ("dtheta", 0, 0.05 / math.sqrt(3), 2.0, "rectangular"),
)
VOLTS = ("5.007", "4.994", "5.005", "4.990", "4.999")
AMPERES = ("0.019663", "0.019639", "0.019640", "0.019685", "0.019678")
RADIANS = ("1.0456", "1.0438", "1.0468", "1.0428", "1.0433")


def end_gauge(x):
    """GUM H.1."""
    ls, d0, d1, d2, als, da, theta, delta, dtheta = x
    return ls + d0 + d1 + d2 - ls * (da * (theta + delta) + als * dtheta)


def impedance(x, library):
    """GUM H.2."""
    v, i, phi = x
    return v / i * library.cos(phi), v / i * library.sin(phi), v / i


def _inputs(table) -> Inputs:
    return Inputs.of([Influence(name, name, x, u, dof, shape) for name, x, u, dof, shape in table])


def d01() -> Iterator[Row]:
    """End gauge."""
    ours = propagate(end_gauge, _inputs(END_GAUGE), method="complex-step")
    theirs = end_gauge([ureal(x, u, dof) for _, x, u, dof, _ in END_GAUGE])
    case = "D01 GUM H.1, end gauge"
    yield case, "l, nm", f"50 000 838{RECALLED}", float(ours.values[0, 0]), theirs.x
    yield case, "u(l), nm", "32", float(ours.u[0, 0]), theirs.u
    yield case, "ν", "16", float(ours.dof[0, 0]), theirs.df


def d02() -> Iterator[Row]:
    """Impedance from readings."""
    rows = np.array([VOLTS, AMPERES, RADIANS], dtype=float)
    names = ("V", "I", "phi")
    influences = [
        Influence.from_readings(name, name, [Decimal(text) for text in texts])
        for name, texts in zip(names, (VOLTS, AMPERES, RADIANS), strict=True)
    ]
    r = np.asarray(np.corrcoef(rows))
    pairs = {(names[i], names[j]): float(r[i, j]) for i, j in ((0, 1), (0, 2), (1, 2))}
    ours = propagate(lambda x: impedance(x, np), Inputs.of(influences, correlations=pairs))
    theirs = impedance(type_a.multi_estimate_real([list(row) for row in rows]), GTC)
    yield from _impedance("D02 GUM H.2, from readings", ours, theirs, ("0.071", "0.295", "0.236"), "4")


def d02b() -> Iterator[Row]:
    """Impedance from rounded values."""
    values, stds = (4.999, 0.019661, 1.04446), (0.0032, 9.5e-6, 7.5e-4)
    r = {("V", "I"): -0.36, ("V", "phi"): 0.86, ("I", "phi"): -0.65}
    names = ("V", "I", "phi")
    made = [Influence(n, n, x, u) for n, x, u in zip(names, values, stds, strict=True)]
    ours = propagate(lambda x: impedance(x, np), Inputs.of(made, correlations=r))
    theirs = multiple_ureal(list(values), list(stds), math.inf)
    for (one, other), coefficient in r.items():
        set_correlation(coefficient, theirs[names.index(one)], theirs[names.index(other)])
    printed = ("0.0699787279884", "0.295716826846", "0.236602971835")
    yield from _impedance("D02b GUM H.2, from rounded values", ours, impedance(theirs, GTC), printed, "∞")


def _impedance(case: str, ours: Propagation, theirs, printed, dof: str) -> Iterator[Row]:
    for place, (name, y) in enumerate(zip("RXZ", theirs, strict=True)):
        yield case, f"u({name}), Ω", printed[place], float(ours.u[place, 0]), y.u
    for a, b in ((0, 1), (0, 2), (1, 2)):
        name = f"r({'RXZ'[a]}, {'RXZ'[b]})"
        yield case, name, "", float(ours.correlation[a, b, 0]), get_correlation(theirs[a], theirs[b])
    yield case, "ν(R)", dof, float(ours.dof[0, 0]), theirs[0].df


def d04() -> Iterator[Row]:
    """Twenty temperatures."""
    text = (
        "96.9 98.18 98.25 98.61 99.03 99.49 99.56 99.74 99.89 100.07 100.33 100.42 100.68 100.95 101.11 101.2 101.57 "
        "101.84 102.36 102.72"
    )
    ours = evaluate_readings([Decimal(word) for word in text.split()])
    theirs = type_a.estimate([float(word) for word in text.split()])
    case = "D04 GUM 4.4.3, twenty temperatures"
    yield case, "mean, °C", f"100.14{RECALLED}", float(ours.mean), theirs.x
    yield case, "u, °C", f"0.33{RECALLED}", ours.std_of_mean, theirs.u


def d05() -> Iterator[Row]:
    """Degrees of freedom of a product."""
    parts = (("a", 0.0025, 9.0), ("b", 0.0057, 4.0), ("c", 0.0082, 14.0))
    ours = propagate(
        lambda x: x[0] * x[1] * x[2], _inputs([(n, 1.0, u, dof, "normal") for n, u, dof in parts])
    )
    a, b, c = (ureal(1.0, u, dof) for _, u, dof in parts)
    theirs = a * b * c
    case = "D05 GUM G.4.1, product"
    yield case, "u, %", f"1.03{RECALLED}", 100 * float(ours.u[0, 0]), 100 * theirs.u
    yield case, "ν", f"19{RECALLED}", float(ours.dof[0, 0]), theirs.df
    yield case, "k(95 %, 19)", f"2.09{RECALLED}", coverage_factor(0.95, 19), GTC.reporting.k_factor(19, 95)


def sums() -> Iterator[Row]:
    """Sums of EA-4/02."""
    ten_kg = (("ms", 22.5, "normal"), ("drift", 15 / math.sqrt(3), "rectangular"), ("dm", 25 / math.sqrt(3), "normal"),
              ("mc", 10 / math.sqrt(3), "rectangular"), ("B", 10 / math.sqrt(3), "rectangular"))  # fmt: skip
    meter = (
        ("VS", 1.0, "normal"),
        ("dViX", 50 / math.sqrt(3), "rectangular"),
        ("dVS", 11 / math.sqrt(3), "rectangular"),
    )
    for case, what, printed, parts in (
        ("D06 EA-4/02 S2, 10 kg", "u, mg", f"29.2{RECALLED}", ten_kg),
        ("D07 EA-4/02 S9, 100 V", "u, mV", f"30{RECALLED}", meter),
    ):
        ours = propagate(sum, _inputs([(name, 0.0, u, math.inf, shape) for name, u, shape in parts]))
        theirs = sum(ureal(0.0, u) for _, u, _ in parts)
        yield case, what, printed, float(ours.u[0, 0]), theirs.u


def d14() -> Iterator[Row]:
    """A logarithm, to first order."""
    ours = propagate(
        lambda x: np.log(x[0]), _inputs([("x", 0.6, 0.5 / math.sqrt(3), math.inf, "rectangular")])
    )
    theirs = GTC.log(ureal(0.6, 0.5 / math.sqrt(3)))
    yield "D14 NPL, ln x, first order", "u", "0.481", float(ours.u[0, 0]), theirs.u


def d15() -> Iterator[Row]:
    """A weighted line."""
    x, y = [1, 2, 3, 4, 5, 6], [3.3, 5.6, 7.1, 9.3, 10.7, 12.1]
    ours, theirs = fit(x, y, u=0.5), type_a.line_fit_wls(x, y, [0.5] * 6)
    a, b = theirs.a_b
    case = "D15 ISO/TS 28037, example 1"
    yield case, "a", "1.866667", float(ours.coefficients[0]), a.x
    yield case, "u(a)", "0.4654747", float(ours.u[0]), a.u
    yield case, "b", "1.757143", float(ours.coefficients[1]), b.x
    yield case, "u(b)", "0.1195229", float(ours.u[1]), b.u
    found, u = ours.solve(10.5, 0.5)
    inverse = (ureal(10.5, 0.5) - a) / b
    yield case, "x(10.5)", "", float(found), inverse.x
    yield case, "u(x)", "", float(u), inverse.u


def ten_inputs() -> Iterator[Row]:
    """The model of the measurements of speed."""
    ours = propagate(budgets.on_arrays, Inputs.of(budgets.influences()))
    theirs = budgets.by_gtc(1.0)
    for place, (what, found) in enumerate((("y", ours.values), ("u", ours.u), ("ν", ours.dof))):
        yield "Ten inputs (measurements of speed)", what, "", float(found[0, 0]), theirs[place]


def beside_gtc() -> str:
    """Give the table of everything that GTC has too."""
    lines = ["| case | | published | calbench | GTC | deviation |", "|---|---|---|---|---|---|"]
    before = ""
    for make in (d01, d02, d02b, d04, d05, sums, d14, d15, ten_inputs):
        for case, what, printed, ours, theirs in make():
            deviation = 0.0 if ours == theirs else abs(ours / theirs - 1)
            told = "< 1e-9" if deviation < 1e-9 else f"{deviation:.0e}"
            shown = "" if case == before else case
            lines.append(f"| {shown} | {what} | {printed} | {_number(ours)} | {_number(theirs)} | {told} |")
            before = case
    return "\n".join(lines)


def york() -> str:
    """Give the table of the line through Pearson's data with York's weights: GTC's errors are of another definition."""
    x = [0.0, 0.9, 1.8, 2.6, 3.3, 4.4, 5.2, 6.1, 6.5, 7.4]
    y = [5.9, 5.4, 4.4, 4.6, 3.5, 3.7, 2.8, 2.8, 2.4, 1.5]
    u_x = [w**-0.5 for w in (1000, 1000, 500, 800, 200, 80, 60, 20, 1.8, 1)]
    u_y = [w**-0.5 for w in (1, 1.8, 4, 8, 20, 20, 70, 70, 100, 500)]
    ours = fit_line_xy(x, y, u_x=u_x, u_y=u_y)
    a, b = type_b.line_fit_wtls(
        [ureal(*pair) for pair in zip(x, u_x, strict=True)],
        [ureal(*pair) for pair in zip(y, u_y, strict=True)],
    ).a_b
    rows = (
        ("a", "5.47991022", ours.coefficients[0], a.x),
        ("b", "-0.480533407", ours.coefficients[1], b.x),
        ("u(a)", "0.294970735", ours.u[0], a.u),
        ("u(b)", "0.0579850090", ours.u[1], b.u),
    )
    lines = ["| | published | calbench | GTC |", "|---|---|---|---|"]
    lines += [f"| {what} | {printed} | {one:.9g} | {other:.6g} |" for what, printed, one, other in rows]
    return "\n".join(lines)


def sources() -> str:
    """Give the table of where each published number was read."""
    lines = ["| case | published in | read in |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {case} | {where} | {read} |" for case, where, read in SOURCES)])


def by_monte_carlo() -> str:
    """Give the table of what GTC has not: draws beside what is known exactly."""
    root3 = math.sqrt(3)
    total = [
        ("four normal", [(1.0, "normal")] * 4, 2.0, 3.919928),
        ("four rectangular", [(1.0, "rectangular")] * 4, 2.0, 3.879407),
        (
            "one rectangular ten times wider",
            [(1.0, "rectangular")] * 3 + [(10.0, "rectangular")],
            10.148892,
            17.0,
        ),
    ]
    lines = ["| case | u | u drawn | half-length | half-length drawn |", "|---|---|---|---|---|"]
    for name, parts, u, half in total:
        inputs = _inputs([(f"x{i}", 0.0, std, math.inf, shape) for i, (std, shape) in enumerate(parts)])
        found = monte_carlo(sum, inputs, seed=101)
        length = (found.high[0, 0] - found.low[0, 0]) / 2
        lines.append(
            f"| D03 JCGM 101 9.2, {name} | {u:.2f} | {found.u[0, 0]:.2f} | {half:.2f} | {length:.2f} |"
        )
    log = monte_carlo(
        lambda x: np.log(x[0]),
        _inputs([("x", 0.6, 0.5 / root3, math.inf, "rectangular")]),
        seed=14,
        kind="shortest",
    )
    length = (log.high[0, 0] - log.low[0, 0]) / 2
    lines.append(
        f"| D14 NPL, ln x, shortest | {0.606227:.2f} | {log.u[0, 0]:.2f} | {0.996245:.2f} | {length:.2f} |"
    )
    return "\n".join(lines)


def _number(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:.9g}"


def tables() -> str:
    """Give all tables."""
    return (
        f"{beside_gtc()}\n\nᵃ recalled from the document, not found in a public text.\n\n"
        f"The line through Pearson's data with York's weights, both variables uncertain:\n\n{york()}\n\n"
        f"By Monte Carlo, a million draws, coverage probability 0.95:\n\n{by_monte_carlo()}\n\n"
        f"Where the published numbers were read:\n\n{sources()}"
    )


def main() -> None:
    """Write the tables into a page, or print them."""
    if len(sys.argv) < 2:
        print(tables())
        return
    page = Path(sys.argv[1])
    above, rest = page.read_text(encoding="utf-8").split(BEGIN)
    _, below = rest.split(END)
    page.write_text(f"{above}{BEGIN}\n\n{tables()}\n\n{END}{below}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
