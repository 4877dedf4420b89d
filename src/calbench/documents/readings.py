"""The readings of a point as they are planned: of whom, how often, when they count as stable, what comes before."""

from __future__ import annotations

from typing import ClassVar, Literal

from calbench.documents.model import Grown, Stored


class StabilityPlan(Stored):
    """When readings count as stable."""

    within: str
    seconds: str
    timeout: str
    on_timeout: Literal["ask", "fail", "stop"]


class InputPlan(Grown):
    """One reading of a point: of which role what is read, how often, and what comes before it.

    `expected` is about what it reads, `correction` what the certificate of the role adds to the mean. `certified` is
    what the weights in `place` weigh together; `early` that it is read before the source is set. `range` is that of the
    instrument, where it has several; `kind` that of the capability: of the room it is `environment`, and `source` where
    a source is set to what is expected, and says what it puts out. `beside` is put down beside the weights, and with
    `tare` the unit is tared then. `added` and `removed` are sizes of small weights: what is read is the sum of those
    that made the indication step. The only reading of a point without inputs has no name.

    `ballast` lies there beside the weights, by the point that finds what it weighs, with its nominal mass; `behind` are
    the weights that it stands for, each as often as it does. They count in `certified`, but for what that point finds.
    """

    name: str = ""
    role: str
    read: str
    expected: str | None = None
    correction: str | None = None
    readings: int = 1
    settle: str | None = None
    stable: StabilityPlan | None = None
    resolution: str | None = None
    prompt: dict[str, str] = {}
    picture: str | None = None
    place_role: str = ""
    place: list[str] = []
    load: str | None = None
    certified: str | None = None
    early: bool = False
    range: str | None = None
    kind: Literal["measure", "environment", "source"] = "measure"
    beside: str | None = None
    added: str | None = None
    removed: str | None = None
    tare: bool = False
    ballast: dict[str, str] = {}
    behind: list[str] = []

    later: ClassVar[tuple[str, ...]] = (
        "range",
        "kind",
        "beside",
        "added",
        "removed",
        "tare",
        "ballast",
        "behind",
    )

    @property
    def counted(self) -> dict[str, str]:
        """The small weights that are counted until the indication steps: which way they go, and their size."""
        sizes = {"added": self.added, "removed": self.removed}
        return {way: size for way, size in sizes.items() if size is not None}
