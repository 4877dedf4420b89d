"""The plots of a proof as SVG within a page: coverage, U against spread, and the deviations in terms of U."""

from __future__ import annotations

from html import escape

from calbench.proof.report import PointProof, Report, TestProof
from calbench.proof.telling import percent, short
from calbench.proof.wording import Language, word

_WIDTH, _LEFT, _RIGHT, _ROW = 900, 190, 70, 20
_ABOVE, _BELOW = 8, 24
_R = 5
_SPAN = _WIDTH - _LEFT - _RIGHT
_BAR_HEIGHT = 150
_LARGEST_RATIO = 4.0
_LABEL = 26  # characters of a label


def coverage(report: Report, language: Language) -> str:
    """Draw the coverage of each point and test with its interval, against the claim."""
    rows = _rows(report)
    if not rows:
        return ""
    least = min(float(one.covered.rate.low) for _, one in rows if one.covered)
    start = max(0.0, min(int(least * 20) / 20, 0.85))
    claim = float(report.claim)

    def across(share: float) -> float:
        return round(_LEFT + _SPAN * (share - start) / (1 - start), 1)

    marks = []
    for place, (name, one) in enumerate(rows):
        if one.covered is None:
            continue
        rate, y = one.covered.rate, _ABOVE + _ROW * place + _ROW / 2
        low, high, at = (across(float(text)) for text in (rate.low, rate.high, rate.share))
        marks.append(
            f'<g class="{_colour(one)}"><path class="bar" d="M{low} {y}H{high}M{low} {y - 4}v8M{high} {y - 4}v8"/>'
            f'<circle cx="{at}" cy="{y}" r="{_R}"/>{_label(name, y)}{_value(percent(rate.share), y)}</g>'
        )
    ticks = [start + (1 - start) * part / 5 for part in range(6)]
    scale = "".join(_tick(across(share), f"{100 * share:.4g} %", len(rows)) for share in ticks)
    line = _line(across(claim), len(rows), "limit")
    return _figure(word("plot.coverage", language), scale + line + "".join(marks), len(rows))


def ratios(report: Report, language: Language) -> str:
    """Draw the mean standard uncertainty of each point and test in terms of the actual spread."""
    rows = _rows(report)
    if not rows:
        return ""

    def across(ratio: float) -> float:
        return round(_LEFT + _SPAN * min(ratio, _LARGEST_RATIO) / _LARGEST_RATIO, 1)

    marks = []
    for place, (name, one) in enumerate(rows):
        if one.covered is None:
            continue
        y = _ABOVE + _ROW * place + _ROW / 2
        if one.covered.ratio is None:  # U or the spread is nothing beside the other: see the notes
            marks.append(f'<g class="{_colour(one)}">{_label(name, y)}{_value(short(None), y)}</g>')
            continue
        ratio = float(one.covered.ratio)
        at, value = across(ratio), "> 4" if ratio > _LARGEST_RATIO else short(one.covered.ratio)
        marks.append(
            f'<g class="{_colour(one)}"><path class="stem" d="M{across(1)} {y}H{at}"/>'
            f'<circle cx="{at}" cy="{y}" r="{_R}"/>{_label(name, y)}{_value(value, y)}</g>'
        )
    scale = "".join(_tick(across(part), f"{part}", len(rows)) for part in range(5))
    return _figure(
        word("plot.ratio", language), scale + _line(across(1), len(rows), "limit") + "".join(marks), len(rows)
    )


def histogram(test: TestProof, language: Language) -> str:
    """Draw how the deviations of a test are distributed, in terms of U."""
    start, step = float(test.start), float(test.step)
    most = max(*test.histogram, 1)
    width = _SPAN / len(test.histogram)

    def across(value: float) -> float:
        return round(_LEFT + width * (value - start) / step, 1)

    bars = "".join(
        f'<rect x="{round(_LEFT + width * place + 0.5, 1)}" y="{round(_ABOVE + _BAR_HEIGHT * (1 - count / most), 1)}" '
        f'width="{round(width - 1, 1)}" height="{round(_BAR_HEIGHT * count / most, 1)}"/>'
        for place, count in enumerate(test.histogram)
        if count
    )
    height = _ABOVE + _BAR_HEIGHT
    lines = "".join(
        f'<line class="limit" x1="{across(edge)}" x2="{across(edge)}" y1="{_ABOVE}" y2="{height}"/>'
        for edge in (-1.0, 1.0)
    )
    labels = "".join(
        f'<text class="tick" x="{across(edge)}" y="{height + 16}">{edge:+d}</text>' if edge else
        f'<text class="tick" x="{across(edge)}" y="{height + 16}">0</text>'
        for edge in (-2, -1, 0, 1, 2)
    )  # fmt: skip
    axis = f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{height}" y2="{height}"/>'
    caption = word("plot.histogram", language, test=test.title.get(language) or test.id)
    if test.below or test.above:
        said = word("plot.beyond", language, below=f"{test.below:,}", above=f"{test.above:,}")
        caption = f"{caption}. {said}"
    body = f'<g class="{_colour(test)}">{bars}</g>{axis}{lines}{labels}'
    return _wrapped(caption, body, height + _BELOW)


def _rows(report: Report) -> list[tuple[str, PointProof | TestProof]]:
    rows: list[tuple[str, PointProof | TestProof]] = []
    for test in report.tests:
        if test.covered is not None:
            rows.append((test.id, test))
            rows += [(point.id, point) for point in test.points if point.covered is not None]
    return rows


def _colour(one: PointProof | TestProof) -> str:
    return "expected" if one.verdict == "wasteful" and one.expected else one.verdict


def _label(name: str, y: float) -> str:
    short = name if len(name) <= _LABEL else f"…{name[1 - _LABEL :]}"
    return f'<text class="name" x="{_LEFT - 12}" y="{y + 4}">{escape(short)}</text>'


def _value(text: str, y: float) -> str:
    return f'<text class="value" x="{_WIDTH - _RIGHT + 8}" y="{y + 4}">{escape(text)}</text>'


def _line(x: float, rows: int, kind: str) -> str:
    return f'<line class="{kind}" x1="{x}" x2="{x}" y1="{_ABOVE}" y2="{_ABOVE + _ROW * rows}"/>'


def _tick(x: float, text: str, rows: int) -> str:
    y = _ABOVE + _ROW * rows + 16
    return f'{_line(x, rows, "grid")}<text class="tick" x="{x}" y="{y}">{escape(text)}</text>'


def _figure(caption: str, body: str, rows: int) -> str:
    return _wrapped(caption, body, _ABOVE + _ROW * rows + _BELOW)


def _wrapped(caption: str, body: str, height: int) -> str:
    said = escape(caption)
    return (
        f'<figure><figcaption>{said}</figcaption><svg role="img" viewBox="0 0 {_WIDTH} {height}">'
        f"<title>{said}</title>{body}</svg></figure>"
    )
