"""The inputs of a test: readings that a point takes one after the other, and from which its result is computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from pydantic import Field

from calbench.documents.fields import ExpressionText, LocalText, Name, QuantityText, RoleQuantity
from calbench.documents.model import Authored
from calbench.documents.scalars import Flag, Text

NOT_BY_DEFAULT = ("read", "readings", "stable", "place")
"""Defaults for tests that a test with inputs does not take: each of its inputs says them for itself."""


class Stability(Authored):
    """When a reading is stable: all readings of `for` seconds lie within `within`."""

    within: ExpressionText
    for_: QuantityText = Field(alias="for")
    timeout: QuantityText
    on_timeout: Literal["ask", "fail", "stop"] = "ask"


class Input(Authored):
    """One input: what is read, or what a further source is set to, and what is done before it is.

    With `apply` a source is set to `value` where the input stands in the order, and stays so until the point is over;
    the input is what the source says that it puts out. `settle` is then waited for after that.

    `expected` is about what it will read, where the nominal value does not tell: there the certificate of what is
    read is looked up, and U is predicted. `range` is the range that a standard is read on, where it has several.
    `load` is all that lies on the pan while it is read. One with `before_apply` is read before the source is set: a
    register before what passes through a meter, say. `substituted` has ballast in place of all weights of the load.

    `added` and `removed` are the size of small weights that a person adds to the load, or takes off, one by one until
    the indication steps: what is read is then their sum (OIML R 76-1). `beside` is put down beside the load before it
    is read, and with `tare` the unit is tared then. Where `only_if` does not hold it is left out, and its name stands
    for `otherwise`.
    """

    read: RoleQuantity | None = None
    apply: RoleQuantity | None = None
    value: ExpressionText | None = None
    before_apply: Flag = False
    expected: ExpressionText | None = None
    range: ExpressionText | None = None
    prompt: LocalText | None = None
    picture: Text | None = None
    place: Name | None = None
    load: ExpressionText | None = None
    beside: ExpressionText | None = None
    substituted: Flag = False
    tare: Flag = False
    added: ExpressionText | None = None
    removed: ExpressionText | None = None
    only_if: ExpressionText | None = None
    otherwise: ExpressionText | None = None
    settle: ExpressionText | None = None
    readings: ExpressionText | None = None
    stable: Stability | None = None
    resolution: ExpressionText | None = None

    @property
    def used(self) -> str:
        """What is read or applied, as `role.quantity`; empty where neither is said."""
        return self.read or self.apply or ""


def kind_of(one: Input, needs: Collection[str]) -> Literal["measure", "environment", "source"]:
    """Give the kind of capability that an input uses; it reads the room where the role needs nothing but that."""
    if one.read is None:
        return "source"
    quantity = one.read.partition(".")[2]
    room = f"measure.{quantity}" not in needs and f"environment.{quantity}" in needs
    return "environment" if room else "measure"


def leading(inputs: Mapping[str, Input]) -> str:
    """Give what is read of the unit under test first, as `uut.volume`; where nothing is, what is read first of all."""
    reads = [one.read for one in inputs.values() if one.read is not None]
    return next((one for one in reads if one.startswith("uut.")), reads[0] if reads else "")
