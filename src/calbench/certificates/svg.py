"""The deviation plot as SVG within a page."""

from __future__ import annotations

from html import escape
from itertools import starmap

from calbench.certificates.content import Code, Mark, Plot, Tick
from calbench.documents.record import Verdict

_WIDTH, _HEIGHT, _LEFT, _BELOW = 900, 240, 64, 22
_R = 6  # half the size of a marker
_LABELS = 40  # more numbers than this do not fit below the plot

# Shapes differ as well as colours, so that a print in black and white can be read. Around (0, 0).
_SHAPES: dict[Verdict, str] = {
    "pass": f'<circle r="{_R - 1}"/>',
    "fail": f'<path class="stroke" d="M{-_R} {-_R}L{_R} {_R}M{-_R} {_R}L{_R} {-_R}"/>',
    "indeterminate_pass": f'<path class="hollow" d="M0 {-_R}L{_R} {_R}L{-_R} {_R}Z"/>',
    "indeterminate_fail": f'<path d="M0 {_R}L{_R} {-_R}L{-_R} {-_R}Z"/>',
    "not_evaluated": f'<path class="hollow" d="M{1 - _R} {1 - _R}H{_R - 1}V{_R - 1}H{1 - _R}Z"/>',
}


def marker(verdict: Verdict) -> str:
    """Give the marker of a verdict, for a legend; its meaning stands beside it."""
    box = f'viewBox="{-_R - 1} {-_R - 1} {2 * _R + 2} {2 * _R + 2}" width="14" height="14"'
    return f'<svg class="{verdict}" {box} aria-hidden="true">{_SHAPES[verdict]}</svg>'


def drawing(plot: Plot) -> str:
    """Draw a plot; `alt` is what it says to those who cannot see it."""
    step = (_WIDTH - _LEFT) / len(plot.marks)
    every = -(-len(plot.marks) // _LABELS)
    marks = [
        _mark(mark, round(_LEFT + step * (index + 0.5), 1), labelled=index % every == 0)
        for index, mark in enumerate(plot.marks)
    ]
    frame = f'<rect class="frame" x="{_LEFT}" y="0" width="{_WIDTH - _LEFT}" height="{_HEIGHT}"/>'
    return (
        f'<svg class="plot" role="img" viewBox="-1 -8 {_WIDTH + 2} {_HEIGHT + _BELOW + 8}">'
        f"<title>{escape(plot.alt)}</title>{frame}{''.join(map(_tick, plot.ticks))}{''.join(marks)}</svg>"
    )


def modules(code: Code) -> str:
    """Draw a QR code, black on white whatever the colours of the page."""
    return (
        f'<svg class="code" role="img" viewBox="0 0 {code.size} {code.size}" shape-rendering="crispEdges">'
        f"<title>{escape(code.alt)}</title>"
        f'<rect class="white" width="{code.size}" height="{code.size}"/><path d="{code.path}"/></svg>'
    )


def _down(height: int) -> float:
    return round(_HEIGHT / 2 * (1 - height / 1000), 1)


def _tick(tick: Tick) -> str:
    y = _down(tick.height)
    name = "limit" if tick.limit else "zero" if tick.height == 0 else "tick"
    line = f'<line class="{name}" x1="{_LEFT}" x2="{_WIDTH}" y1="{y}" y2="{y}"/>'
    return f'{line}<text class="label" x="{_LEFT - 8}" y="{y + 4}">{escape(tick.label)}</text>'


def _mark(mark: Mark, x: float, *, labelled: bool) -> str:
    label = (
        f'<text class="number" x="{x}" y="{_HEIGHT + 16}">{escape(mark.number)}</text>' if labelled else ""
    )
    return f'<g class="{mark.verdict}">{_bar(mark, x)}{_arrow(mark, x)}{_shape(mark, x)}{label}</g>'


def _bar(mark: Mark, x: float) -> str:
    if mark.bar is None:
        return ""
    low, high = (_down(height) for height in mark.bar)
    ends = "".join(f"M{x - 4} {y}h8" for y, cut in zip((low, high), mark.cut, strict=True) if not cut)
    return f'<path class="bar" d="M{x} {low}V{high}{ends}"/>'


def _shape(mark: Mark, x: float) -> str:
    y = _down(mark.height)
    if mark.off:
        x, y = x + 12, (10.0 if mark.off == "above" else _HEIGHT - 10.0)
    return f'<g transform="translate({x} {y})">{_SHAPES[mark.verdict]}</g>'


def _arrow(mark: Mark, x: float) -> str:
    if not mark.off:
        return ""
    tip, way = (1, 1) if mark.off == "above" else (_HEIGHT - 1, -1)
    corners = ((x, tip + 18 * way), (x, tip), (x - 5, tip + 7 * way), (x, tip), (x + 5, tip + 7 * way))
    return f'<polyline class="arrow" points="{" ".join(starmap("{} {}".format, corners))}"/>'
