"""What a certificate consists of, in one language and ready to be set, as PDF or as a page.

Everything here is text (numbers come rounded from the record) but for the places of marks in a plot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from calbench.certificates.wording import Language
from calbench.documents.record import Verdict

Align = Literal["left", "right", "center"]


@dataclass(frozen=True)
class Field:
    """A label with its value; `exact` values are hashes and ids, set so that each character can be told."""

    label: str
    value: str
    exact: bool = False


@dataclass(frozen=True)
class Fields:
    """Labels with values, in `columns` pairs side by side."""

    items: list[Field]
    columns: int = 1
    kind: Literal["fields"] = "fields"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a warning is set so that it cannot be overlooked."""

    text: str
    tone: Literal["plain", "warning", "small"] = "plain"
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Column:
    """A column of a table; wide columns share the space that is left."""

    title: str
    align: Align = "left"
    wide: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table. `verdict` marks its last cell; a `group` row is one cell over the whole width."""

    cells: list[str]
    verdict: Verdict | None = None
    group: bool = False


@dataclass(frozen=True)
class Table:
    """A table; `small` is for annexes."""

    columns: list[Column]
    rows: list[Row]
    small: bool = False
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Mark:
    """One result in a plot: heights in thousandths of the scale, -1000 to 1000.

    `bar` is the interval value ± U, cut at the scale; `cut` says at which ends. `off` is the side on which
    the value itself lies beyond the scale.
    """

    number: str
    verdict: Verdict
    height: int
    bar: tuple[int, int] | None = None
    cut: tuple[bool, bool] = (False, False)
    off: Literal["", "above", "below"] = ""


@dataclass(frozen=True)
class Tick:
    """A line across a plot, at a height in thousandths of the scale."""

    label: str
    height: int
    limit: bool = False


@dataclass(frozen=True)
class Legend:
    """A marker with its meaning."""

    verdict: Verdict
    text: str


@dataclass(frozen=True)
class Plot:
    """Deviations relative to their limits."""

    caption: str
    alt: str
    ticks: list[Tick]
    marks: list[Mark]
    legend: list[Legend]
    off: str = ""
    kind: Literal["plot"] = "plot"


@dataclass(frozen=True)
class Signatures:
    """Lines for those who answer for the certificate; `items` are what for, and who if known."""

    items: list[Field]
    kind: Literal["signatures"] = "signatures"


@dataclass(frozen=True)
class Code:
    """A QR code of `size` modules a side, white border included; `path` draws its dark modules, as SVG does."""

    text: str
    caption: str
    alt: str
    size: int
    path: str
    kind: Literal["code"] = "code"


Block = Fields | Paragraph | Table | Plot | Signatures | Code


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it; an annex comes after the signatures."""

    title: str
    blocks: list[Block]
    level: Literal[1, 2] = 1
    annex: bool = False


@dataclass(frozen=True)
class Certificate:
    """A certificate in one language.

    `ended` is the end of the run as it stands in the record (ISO 8601, UTC); `simulated` is the mark across
    every page, or empty; `words` are those of the page furniture.
    """

    language: Language
    number: str
    ended: str
    title: str
    title_elsewhere: str
    laboratory: str
    simulated: str
    verdict: Verdict
    verdict_text: str
    notices: list[str]
    sections: list[Section]
    words: dict[str, str] = field(default_factory=dict)
