"""The asset: one standard with its identity, certificate, specification and due date."""

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


class CertificateOfStandard(Authored):
    """The certificate that makes the asset traceable."""

    number: Text
    issuer: Text
    accreditation: Text | None = None
    date: DateText
    sha256: Hash | None = None


class FrequencySpan(Authored):
    """The frequencies for which an entry holds, both ends included."""

    from_: QuantityText = Field(alias="from")
    to: QuantityText


class Entry(Authored):
    """The uncertainty of one span of values (`from`, `to`) or of one value (`at`), with an optional correction.

    An entry of an alternating quantity says at which `frequency` it holds, or within which span.
    `expanded` with `k`, or `half_width` with a rectangular shape; expressions may use `value`, `out` (its absolute
    value) and `rng` (the range). Or an entry names a `result` of the asset's digital certificate, and says what is
    done `between` its values.
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


class Weight(Authored):
    """One weight of a set: its nominal value and certified conventional mass."""

    id: Identifier
    nominal: QuantityText
    mass: QuantityText
    expanded: QuantityText
    k: ScalarText = "2"


class Asset(Authored):
    """An asset file."""

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
    interpolation: Literal["linear"] = "linear"
    provides: dict[Capability, list[Entry]] = {}
    weights: list[Weight] = []
    notes: Text | None = None
