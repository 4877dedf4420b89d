"""The work orders of several units under test, in a file: who they are and whose, by position."""

from __future__ import annotations

from pydantic import Field

from calbench.documents.fields import Language
from calbench.documents.model import Authored
from calbench.documents.scalars import Text


class Order(Authored):
    """What a work order says of a unit under test."""

    name: Text | None = None
    kind: Text | None = None
    maker: Text | None = None
    model: Text | None = None
    serial: Text | None = None
    firmware: Text | None = None
    accuracy_class: Text | None = None
    asset: Text | None = None
    customer: Text | None = None
    address: Text | None = None
    location: Text | None = None
    order: Text | None = None
    received: Text | None = None

    def given(self) -> dict[str, str]:
        """Give what it says, without what it does not say."""
        return {name: str(text) for name, text in self.model_dump(exclude_none=True).items()}


class Units(Authored):
    """A file of work orders: what is said of all units, and of each by its position."""

    language: Language
    all: Order = Order()
    units: dict[Text, Order] = Field(min_length=1)
