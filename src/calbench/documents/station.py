"""The station: which real or simulated things are here, and where. No procedure ever names an address."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from calbench.documents.asset import FrequencySpan
from calbench.documents.fields import (
    Capability,
    DriverName,
    ExpressionText,
    Identifier,
    Language,
    Name,
    QuantityText,
    ScalarText,
    TimeText,
)
from calbench.documents.model import Authored
from calbench.documents.scalars import Exact, Flag, Text, Whole


class LinkAddress(Authored):
    """Where an instrument is: one of `visa`, `socket`, `serial`, `modbus`, `prologix`; `unit` on a bus with several."""

    visa: Text | None = None
    socket: Text | None = None
    serial: Text | None = None
    modbus: Text | None = None
    prologix: Text | None = None
    unit: Text | None = None
    line: Text | None = None
    timeout: QuantityText | None = None


class SafeRule(Authored):
    """What happens to an energy source that is lost, and who sees whether it is off if it cannot say so itself.

    `seen_by` names an instrument that measures at its terminals.
    """

    after_lost_contact: QuantityText | None = None
    seen_by: Text | None = None


class Instrument(Authored):
    """A standard, source or logger of the station; without a driver it is an asset that a person handles.

    `also` names more sets of weights that lie with the one of `asset`: a load may take weights of all of them.
    """

    driver: DriverName | None = None
    link: LinkAddress | None = None
    asset: Identifier | None = None
    also: list[Identifier] = []
    provides: list[Capability] = []
    hazard: Literal["voltage"] | None = None
    safe: SafeRule | None = None
    sim: Text | None = None


class Position(Authored):
    """A place for a unit under test, how that unit is read, and what instruments are there for it alone, by role."""

    driver: DriverName
    with_: dict[Name, Name] = Field(alias="with", default={})
    link: LinkAddress | None = None
    identify: Literal["scan", "query"] | None = None
    sim: Text | None = None


class Lead(Authored):
    """A pair of leads: its resistance and its thermal voltage."""

    resistance: QuantityText | None = None
    emf: QuantityText | None = None


class Wire(Authored):
    """What is connected to what, in the simulated world."""

    from_: Text = Field(alias="from")
    to: list[Text] = Field(min_length=1)
    lead: Lead = Lead()
    connection: Name | None = None


class Mistake(Authored):
    """A deliberate mistake of the simulated operator, for tests."""

    at: Text
    do: Literal["no_connection", "wrong_weight", "wrong_answer", "late_answer"]
    value: Text | None = None


class FaultRule(Authored):
    """A fault of a simulated instrument, for tests."""

    instrument: Text
    kind: Literal[
        "silent", "wrong_identity", "overload", "dropped", "garbage", "late", "stale", "partial", "garbled",
        "stuck", "error", "power_cycle", "locked",
    ]  # fmt: skip
    after: Whole = 0
    count: Whole | None = None
    seconds: QuantityText | None = None


class AmbientTurn(Authored):
    """What the simulated room becomes at a time after the start: at once, or evenly within `over`."""

    at: QuantityText
    over: QuantityText = "0 s"
    temperature: QuantityText | None = None
    humidity: QuantityText | None = None


class Ambient(Authored):
    """The simulated room, and the course that it takes."""

    temperature: QuantityText = "23 degC"
    humidity: QuantityText = "45 %RH"
    course: list[AmbientTurn] = []


class Simulation(Authored):
    """The simulated twin of a station."""

    clock: Literal["virtual", "real"] = "virtual"
    start: TimeText = "2026-01-05T08:00:00Z"
    seed: Whole = 1
    skin: Literal["in_process", "sockets", "loopback"] = "in_process"
    wiring: list[Wire] = []
    units: dict[str, dict[Name, ScalarText]] = {}
    ambient: Ambient = Ambient()
    mistakes: list[Mistake] = []
    faults: list[FaultRule] = []


class Cmc(Authored):
    """The smallest U (95 %) that the laboratory states within a span of values: its measurement capability.

    `expanded` is an expression that may use `value` and `out` (its absolute value).
    """

    from_: QuantityText = Field(alias="from")
    to: QuantityText
    frequency: QuantityText | FrequencySpan | None = None
    expanded: ExpressionText


class Laboratory(Authored):
    """The laboratory as certificates name it, and its CMC by capability of the items that it calibrates."""

    name: Text | None = None
    address: Text | None = None
    country: Text | None = None
    accreditation: Text | None = None
    cmc: dict[Capability, list[Cmc]] = {}


class Release(Authored):
    """What comes before a certificate: whether review and release are `required`, and if the reviewer may release."""

    required: Flag = False
    by_reviewer: Flag = True


class Station(Authored):
    """A station file."""

    station: Identifier
    language: Language
    title: Text | None = None
    key: Text | None = None
    simulated: Flag = False
    laboratory: Laboratory = Laboratory()
    regulations: dict[str, Whole] = {}
    instruments: dict[Name, Instrument] = {}
    positions: dict[str, Position] = Field(min_length=1)
    simulation: Simulation | None = None
    release: Release = Release()


__all__ = [
    "Ambient",
    "AmbientTurn",
    "Cmc",
    "Exact",
    "FaultRule",
    "Instrument",
    "Laboratory",
    "LinkAddress",
    "Mistake",
    "Position",
    "Simulation",
    "Station",
    "Wire",
]
