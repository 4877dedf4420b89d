"""The asset: one standard with its identity, certificate, specification, drift, history and due date."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from calbench.documents.fields import (
    Capability,
    DateText,
    ExpressionText,
    Hash,
    Identifier,
    Language,
    QuantityText,
    ScalarText,
)
from calbench.documents.model import Authored
from calbench.documents.scalars import Text


class TraceableTo(Authored):
    """The certificate of the standard that a certificate rests on, and how much of its uncertainty comes from there.

    `correlation` is the coefficient between the values of the two certificates: 1 where nearly all of the uncertainty
    comes from the standard above.
    """

    certificate: Text
    issuer: Text | None = None
    sha256: Hash | None = None
    correlation: ScalarText = "1"


class CertificateOfStandard(Authored):
    """The certificate that makes the asset traceable; `calibrated` is the day its values are of, if not `date`."""

    number: Text
    issuer: Text
    accreditation: Text | None = None
    date: DateText
    calibrated: DateText | None = None
    sha256: Hash | None = None
    traceable_to: TraceableTo | None = None

    @property
    def values_of(self) -> str:
        """The day on which the values were found: age and drift count from it."""
        return self.calibrated or self.date


class FrequencySpan(Authored):
    """The frequencies for which an entry holds, both ends included."""

    from_: QuantityText = Field(alias="from")
    to: QuantityText


class Entry(Authored):
    """The uncertainty of one span of values (`from`, `to`) or of one value (`at`), with an optional correction.

    An entry of an alternating quantity says at which `frequency` it holds, or within which span.
    `expanded` with `k`, or `half_width` with a rectangular shape; expressions may use `value`, `out` (its absolute
    value) and `rng` (the range). Or an entry names a `result` of the asset's digital certificate. `between` says what
    is done between the values of a result, or between entries for one value (`at`). `mpe` is the maximum permissible
    error of the standard there.
    """

    result: Text | None = None
    between: Literal["linear", "nothing"] | None = None

    range: QuantityText | None = None
    from_: QuantityText | None = Field(default=None, alias="from")
    to: QuantityText | None = None
    at: QuantityText | None = None
    frequency: QuantityText | FrequencySpan | None = None
    correction: ExpressionText | None = None
    expanded: ExpressionText | None = None
    k: ScalarText | None = None
    half_width: ExpressionText | None = None
    dof: ScalarText | None = None
    mpe: ExpressionText | None = None


class Weight(Authored):
    """One weight of a set: its nominal value and certified conventional mass.

    `mpe` is its maximum permissible error, where it is not that of the class of its set.
    """

    id: Identifier
    nominal: QuantityText
    mass: QuantityText
    expanded: QuantityText
    k: ScalarText = "2"
    mpe: QuantityText | None = None


class Drift(Authored):
    """How far values may go from their certificate in a year: a half width by `shape`, or expanded with `k`.

    `of` and `from`, `to` say for which capability and values; without them, for all. `correction` is added to the
    value for each year, where the history of the asset shows a steady change. Expressions as those of an entry.
    """

    of: Capability | None = None
    from_: QuantityText | None = Field(default=None, alias="from")
    to: QuantityText | None = None
    per_year: ExpressionText
    shape: Literal["rectangular", "triangular", "normal"] = "rectangular"
    k: ScalarText | None = None
    correction: ExpressionText | None = None


class Former(Authored):
    """A certificate of before, with the values it gave: what the drift is seen from."""

    certificate: CertificateOfStandard
    provides: dict[Capability, list[Entry]] = {}
    weights: list[Weight] = []


class Asset(Authored):
    """An asset file.

    `correlation` is the coefficient between any two values of its certificate; `correlations` are those of single pairs
    of weights that have another, as `[W10k, W5k, 0.2]`.
    """

    asset: Identifier
    language: Language
    kind: Text
    maker: Text
    model: Text
    serial: Text
    accuracy_class: Text | None = Field(default=None, alias="class")
    certificate: CertificateOfStandard
    due: DateText
    dcc: Text | None = None
    status: Literal["in_service", "withdrawn"] = "in_service"
    correlation: ScalarText = "1"
    correlations: list[list[ScalarText]] = []
    drift: list[Drift] = []
    history: list[Former] = []
    provides: dict[Capability, list[Entry]] = {}
    weights: list[Weight] = []
    notes: Text | None = None
