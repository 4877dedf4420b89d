"""What a regulation asks of a run: kind of work, kind of control, what that leaves out, how long it holds."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field

from calbench.documents.fields import ExpressionText
from calbench.documents.model import Authored, Grown, Stored
from calbench.documents.scalars import Text, Whole

Work = Literal["verification", "calibration", "test"]
"""What a procedure does to a unit, and so which document it gives; a test says how it works, and calibrates nothing."""
SourceStatus = Literal["confirmed", "secondary", "unconfirmed"]
"""How sure a table is: compared with the text of the regulation, seen in another source, or neither."""
ControlKind = Literal["first", "subsequent", "in_use"]
"""Initial verification, subsequent verification, in-service inspection (OIML V 1: VIML)."""
CONTROL = "control"
"""The parameter that says of which kind the control is."""
CONTROLS: tuple[ControlKind, ...] = ("first", "subsequent", "in_use")
IN_USE: ControlKind = "in_use"
LONGEST = 1200
"""The longest interval, in months."""
FIRST_YEAR, LAST_YEAR = 1900, 2199
_DASHES = re.compile("[\u2010-\u2015\u2212]")


class Regulation(Authored):
    """The verification regulation that the procedure follows."""

    id: Text
    year: Whole


class IntervalStated(Authored):
    """How long a verification holds, as the regulation says: an expression of months, and how sure that is."""

    months: ExpressionText
    source: SourceStatus


class IntervalPlan(Stored):
    """How many months a verification holds that passes, and how sure that is."""

    months: int = Field(ge=1)
    source: SourceStatus


class LeftOut(Stored):
    """A test that this kind of control does not ask for."""

    test: str
    title: dict[str, str]


class RegulatedPlan(Grown):
    """What the regulation asks beyond points and limits.

    `pinned` tells whether the station pins the edition; `control` is the kind of control, empty where the procedure
    knows none, and `left_out` what it does not ask for. `interval` is None where no validity is stated: of other work
    than verification, of an in-service inspection, or without a word of the regulation.
    """

    id: str = ""
    year: int = 0
    pinned: bool = False
    control: str = ""
    left_out: list[LeftOut] = []
    interval: IntervalPlan | None = None


def is_edition(year: int) -> bool:
    """Tell whether a number can be the year of an edition."""
    return FIRST_YEAR <= year <= LAST_YEAR


def plain_name(regulation: str) -> str:
    """Give the name of a regulation as it is compared: capitals, blanks and kinds of dashes do not count."""
    return "".join(_DASHES.sub("-", regulation).split()).casefold()


def work_of(kind: Work | Literal[""] | None, *, regulated: bool) -> Work:
    """Give the kind of work: as stated, else verification where a regulation is followed, else calibration."""
    if kind:
        return kind
    return "verification" if regulated else "calibration"
