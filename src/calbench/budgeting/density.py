"""The density of an output as SVG within a page: draws as bars, the law of propagation as a line, both intervals."""

from __future__ import annotations

import math
from html import escape

from calbench.budgeting.outcome import Drawn, Histogram, Output

_WIDTH, _HEIGHT, _BELOW, _SIDE = 900, 220, 60, 8
_TICKS = 8
_LABEL = 48
_POINTS = 240
_MARK = {"mc": (12, "MC"), "gum": (28, "GUM")}
"""How far below the axis the interval of a method is drawn, and what it is called."""


def drawing(one: Output, drawn: Drawn, found: Histogram, alt: str) -> str:
    """Draw what the draws of an output and, if it is there, the law of propagation say; `alt` says it in words."""
    low, high = _range(one, drawn, found)
    width = (found.high - found.low) / len(found.counts)
    bars = [count / drawn.draws / width for count in found.counts]
    line = _curve(one, low, high)
    top = max([*bars, *(y for _, y in line)]) * 1.05

    def across(x: float) -> float:
        return round(_SIDE + (x - low) / (high - low) * (_WIDTH - 2 * _SIDE), 1)

    def up(y: float) -> float:
        return round(_HEIGHT * (1 - y / top), 1)

    rects = "".join(
        f'<rect class="count" x="{across(found.low + i * width)}" y="{up(y)}" '
        f'width="{max(across(found.low + (i + 1) * width) - across(found.low + i * width), 0.1):.1f}" '
        f'height="{round(_HEIGHT - up(y), 1)}"/>'
        for i, y in enumerate(bars)
        if y > 0
    )
    points = " ".join(f"{across(x)},{up(y)}" for x, y in line)
    law = f'<polyline class="law" points="{points}"/>' if line else ""
    marks = _mark("mc", across(drawn.low), across(drawn.high))
    if one.gum is not None:
        marks += _mark("gum", across(one.gum.low), across(one.gum.high))
    ticks = "".join(
        f'<text class="tick" x="{across(x)}" y="{_HEIGHT + 54}">{_shown(x, high - low)}</text>'
        f'<path class="axis" d="M{across(x)} {_HEIGHT}v4"/>'
        for x in _nice(low, high)
    )
    named = escape(f"{one.name} / {one.unit}" if one.unit else one.name)
    unit = f'<text x="{_WIDTH - _SIDE}" y="14" text-anchor="end">{named}</text>'
    axis = f'<path class="axis" d="M0 {_HEIGHT}H{_WIDTH}"/>'
    return (
        f'<svg role="img" viewBox="0 0 {_WIDTH} {_HEIGHT + _BELOW}"><title>{escape(alt)}</title>'
        f"{rects}{law}{axis}{marks}{ticks}{unit}</svg>"
    )


def _range(one: Output, drawn: Drawn, found: Histogram) -> tuple[float, float]:
    """Take in the draws and both intervals, with a little room."""
    ends = [found.low, found.high, drawn.low, drawn.high]
    if one.gum is not None:
        ends += [one.gum.low, one.gum.high]
    room = (max(ends) - min(ends)) * 0.02
    return min(ends) - room, max(ends) + room


def _curve(one: Output, low: float, high: float) -> list[tuple[float, float]]:
    """Give the density that the law of propagation claims: normal, or t scaled by u."""
    if one.gum is None or one.gum.u == 0:
        return []
    centre, u, dof = float(one.gum.value), one.gum.u, one.gum.dof
    steps = [low + (high - low) * i / _POINTS for i in range(_POINTS + 1)]
    return [(x, _density((x - centre) / u, dof) / u) for x in steps]


def _density(z: float, dof: float) -> float:
    if math.isinf(dof):
        return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    scale = math.lgamma((dof + 1) / 2) - math.lgamma(dof / 2) - math.log(dof * math.pi) / 2
    return math.exp(scale - (dof + 1) / 2 * math.log1p(z * z / dof))


def _mark(method: str, left: float, right: float) -> str:
    below, name = _MARK[method]
    y = _HEIGHT + below
    path = f'<path class="{method}" d="M{left} {y}H{right}M{left} {y - 3}v6M{right} {y - 3}v6" fill="none"/>'
    inside = right > _WIDTH - _LABEL
    x, anchor = (left - 6, "end") if inside else (right + 6, "start")
    return f'{path}<text x="{x}" y="{y + 4}" text-anchor="{anchor}">{name}</text>'


def _shown(x: float, span: float) -> str:
    """Write a number with the places that tell it from its neighbours."""
    places = max(0, 1 - math.floor(math.log10(span / _TICKS)))
    text = f"{x:.{places}f}" if 1e-4 <= max(abs(x), span) < 1e12 else f"{x:.4g}"  # noqa: PLR2004 - what reads well
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def _nice(low: float, high: float) -> list[float]:
    """Give some round numbers between two."""
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first = math.ceil(low / step)
    return [i * step for i in range(first, math.floor(high / step) + 1)]
