"""Where the marks of a deviation plot stand: drawing it is left to the PDF and to the page.

A deviation is drawn relative to its limits: 0 is their middle, ±100 % are the limits. With one limit, 0 is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from calbench.certificates.content import Legend, Mark, Plot, Tick
from calbench.certificates.numbered import Numbered
from calbench.certificates.text import numbers
from calbench.certificates.wording import Language, sentences, term, word
from calbench.documents.record import Result

_FULL = 1000
_SCALES = (150, 200, 300)  # percent of the limit at the edge; results beyond the last get an arrow
_FEWEST = 2  # one mark is no plot


def plot(test: str, results: Sequence[Numbered], language: Language) -> Plot | None:
    """Give the plot of a test; None if fewer than two results have a value and limits."""
    placed = [(each, place) for each in results if (place := relative(each.result)) is not None]
    if len(placed) < _FEWEST:
        return None
    needed = max(abs(deviation) + uncertainty for _, (deviation, uncertainty) in placed)
    scale = next((edge for edge in _SCALES if needed <= edge), _SCALES[-1])
    marks = [_mark(each, deviation, uncertainty, scale) for each, (deviation, uncertainty) in placed]
    words = sentences(
        (
            word(
                "plot.alt.mark",
                language,
                number=each.number,
                verdict=term("verdict", each.result.verdict, language),
            )
            for each, _ in placed
        ),
        language,
    )
    verdicts = dict.fromkeys(mark.verdict for mark in marks)
    return Plot(
        caption=word("plot", language),
        alt=word("plot.alt", language, test=test, marks=words),
        ticks=[_tick(percent, scale) for percent in (-200, -100, 0, 100, 200) if abs(percent) < scale],
        marks=marks,
        legend=[Legend(verdict, term("verdict", verdict, language)) for verdict in verdicts],
        off=word("plot.off", language) if any(mark.off for mark in marks) else "",
    )


def relative(result: Result) -> tuple[Decimal, Decimal] | None:
    """Give the deviation and U in percent of the limit, as they are to be drawn; None if they cannot be.

    They cannot without value or limit, and where the limits leave no room (both the same, or a single limit
    on the wrong side of zero).
    """
    value = result.judged if result.judged is not None else result.value
    if value is None or (result.lower is None and result.upper is None):
        return None
    lower, upper = result.lower, result.upper
    limits = [text for text in (lower, upper) if text is not None]
    expanded = [] if result.expanded is None else [result.expanded]
    where, *rest = numbers(value, *limits, *expanded)
    edges, u = rest[: len(limits)], sum(rest[len(limits) :], Decimal(0))
    if len(edges) == 1:
        middle, half = Decimal(0), (edges[0] if upper is not None else -edges[0])
    else:
        middle, half = (edges[0] + edges[1]) / 2, (edges[1] - edges[0]) / 2
    if half <= 0:
        return None
    return (where - middle) / half * 100, u / half * 100


def _mark(each: Numbered, deviation: Decimal, uncertainty: Decimal, scale: int) -> Mark:
    off: Literal["", "above", "below"] = ""
    if abs(deviation) > scale:
        off = "above" if deviation > 0 else "below"
    low, high = (_height(edge, scale) for edge in (deviation - uncertainty, deviation + uncertainty))
    return Mark(
        number=each.number,
        verdict=each.result.verdict,
        height=_inside(_height(deviation, scale)),
        bar=(_inside(low), _inside(high)) if uncertainty and not off else None,
        cut=(abs(low) > _FULL, abs(high) > _FULL),
        off=off,
    )


def _tick(percent: int, scale: int) -> Tick:
    label = f"{percent:+d} %" if percent else "0"
    return Tick(label, _height(Decimal(percent), scale), limit=abs(percent) == 100)  # noqa: PLR2004 - the limit is 100 %


def _height(percent: Decimal, scale: int) -> int:
    return round(percent * _FULL / scale)


def _inside(height: int) -> int:
    return max(-_FULL, min(_FULL, height))
