"""The bench: every instrument of the plan, opened once, traced, and checked to be the one that is meant."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from calbench.clock import Clock
from calbench.documents.plan import Binding, Plan
from calbench.errors import InstrumentError, UsageError, WrongInstrument
from calbench.execution.controlling import Control
from calbench.execution.gating import Gate
from calbench.execution.journalling import Notes
from calbench.execution.placing import NotesAt
from calbench.execution.sighting import Sightings
from calbench.execution.tracing import TracedLink
from calbench.instruments import catalog
from calbench.instruments.byhand import Do, Handwork
from calbench.instruments.capabilities import CAPABILITIES
from calbench.instruments.keyboard import Keyboard
from calbench.instruments.link import Link
from calbench.instruments.opening import KINDS, LinkSpec, open_link
from calbench.instruments.reading import Identity
from calbench.instruments.roles import accepts
from calbench.quantities import parse_quantity

KEYBOARD = "keyboard"
UUT = "uut"
Ask = Callable[[str, str], str]
"""Asks a person for a reading: the text to show and its unit; gives what was typed."""
Hands = Callable[[str, Handwork], None]
"""Has a person set a source, by its name; raises `NotDone` if they do not confirm."""


@dataclass
class Opened:
    """One open instrument: its driver object, its link (None at the keyboard), and who it says it is.

    In a run of several units, `place` is the position of the one that it is there for; empty if they share it.
    """

    binding: Binding
    driver: Any
    link: Link | None
    identity: Identity | None = None
    place: str | None = None


class Bench:
    """The instruments of a plan.

    Args:
        plan: What is needed.
        journal: Where traffic and identities go.
        clock: What links wait on.
        redirect: Addresses that replace those of the plan, by instrument (simulated stations).
        ask: How a person is asked for a reading.
        control: What is wanted of the run; None if nobody can want anything.
        hands: How a person is told to set a source; None if nobody is there to be told.
    """

    def __init__(
        self,
        plan: Plan,
        journal: Notes,
        clock: Clock,
        redirect: Mapping[str, LinkSpec],
        ask: Ask,
        control: Control | None = None,
        hands: Hands | None = None,
    ) -> None:
        self.control = control or Control()
        self.gate = Gate(self.control, clock)
        self._bindings = plan.all_bindings
        self._safe_order = plan.safe_order
        self._places = {one.instrument: unit.position for unit in plan.units for one in unit.bindings}
        self._several = bool(plan.units)
        self._journal = journal
        self.clock = clock
        self._redirect = redirect
        self.asks: dict[str, Ask] = {"": ask}
        """How a person is asked for a reading, by the position of the unit that it is about."""
        self.hands: dict[str, Hands] = {} if hands is None else {"": hands}
        """How a person is told to set a source, by the position of the unit that it is there for."""
        self._opened: dict[str, Opened] = {}
        self.strangers: set[str] = set()
        """Instruments at whose address another one answered: they are not touched."""
        self.taken = self.gate.taken
        """Instruments that another run has leased since: they are not touched either."""
        self.sightings = Sightings(clock)
        """Which sources are on that a witness looks at, and when it saw them."""

    def at(self, position: str) -> Bench:
        """Give what one of several units sees: the same instruments but those of other units."""
        view = copy.copy(self)
        own = {one.role for one in self._bindings if position and self.place(one) == position}
        view._bindings = [
            one
            for one in self._bindings
            if self.place(one) == position or (self.place(one) == "" and one.role not in own)
        ]
        return view

    def own(self, position: str) -> list[Binding]:
        """Give what is there for one of several units alone."""
        return [one for one in self._bindings if one.driver and self.place(one) == position]

    def shared(self) -> Bench:
        """Give what no unit has for itself."""
        return self.at("")

    def place(self, binding: Binding) -> str | None:
        """Give the position of the unit that an instrument is there for; empty: shared; None: the run has one unit."""
        return self._places.get(binding.instrument, "") if self._several else None

    def open(self) -> None:
        """Open every instrument of the plan, sources first.

        Raises:
            InstrumentError: One does not answer, or is not the one that the plan names; all others stay open.
        """
        for binding in sorted(self._bindings, key=lambda one: not is_source(one)):
            if binding.driver and binding.instrument not in self._opened:
                self._open(binding)

    def close(self) -> None:
        """Give all lines back."""
        for opened in self._opened.values():
            _close(opened.link)

    def abandon(self) -> None:
        """Give all lines back, and forget them: what follows is tried over fresh ones."""
        self.close()
        self._opened.clear()

    def of(self, role: str) -> Opened:
        """Give the instrument that plays a role."""
        binding = next(one for one in self._bindings if one.role == role)
        return self._opened[binding.instrument]

    @property
    def opened(self) -> Mapping[str, Opened]:
        """The instruments that are open, by name."""
        return self._opened

    def sources(self) -> list[Binding]:
        """Give everything that can put out energy, open or not, in the order in which it is made safe."""
        order = {role: number for number, role in enumerate(self._safe_order)}
        able = {one.instrument: one for one in self._bindings if is_source(one)}
        return sorted(able.values(), key=lambda one: (order.get(one.role, len(order)), one.role == UUT))

    def driver(self, instrument: str) -> Any | None:  # noqa: ANN401 - a driver of whatever class
        """Give the driver of an instrument; None if it was never opened."""
        opened = self._opened.get(instrument)
        return None if opened is None else opened.driver

    def binding(self, instrument: str) -> Binding | None:
        """Give what is known of an instrument, whichever role it plays; None if the plan has none of this name."""
        return next((one for one in self._bindings if one.instrument == instrument), None)

    def reopen(self, binding: Binding) -> Any:  # noqa: ANN401 - a driver of whatever class
        """Open a fresh line to an instrument whose line was lost or never there; gives its new driver.

        Raises:
            InstrumentError: It does not answer, or another instrument does.
        """
        opened = self._opened.pop(binding.instrument, None)
        if opened is not None:
            _close(opened.link)
        self._open(binding)
        return self._opened[binding.instrument].driver

    def method(self, role: str, capability: str) -> Callable[..., Any]:
        """Give the driver method that does a capability."""
        found: Callable[..., Any] = getattr(self.of(role).driver, CAPABILITIES[capability].method)
        return found

    def _open(self, binding: Binding) -> None:
        if binding.driver == KEYBOARD:
            place = self.place(binding)
            keyboard = Keyboard(self.asks.get(place or "", self.asks[""]), self._do(binding, place or ""))
            self._opened[binding.instrument] = Opened(binding, keyboard, None, place=place)
            self._note(binding, None)
            return
        driver = catalog.find(binding.driver)
        link = self._link(binding, driver.LINE)
        try:
            opened = Opened(binding, driver(link), link, place=self.place(binding))
            opened.identity = opened.driver.identify()
            self._check(binding, opened.identity, driver)
        except BaseException:
            _close(link)
            raise
        self._opened[binding.instrument] = opened
        self._note(binding, opened.identity)

    def _do(self, binding: Binding, place: str) -> Do | None:
        hands = self.hands.get(place, self.hands.get(""))
        return None if hands is None else partial(hands, binding.instrument)

    def _link(self, binding: Binding, line: Any) -> Link:  # noqa: ANN401 - the driver's line format
        spec = self._redirect.get(binding.instrument) or spec_of(binding)
        try:
            inner = open_link(spec, line=line, clock=self.clock)
        except InstrumentError as error:
            self._notes(binding).note("fault", {"instrument": binding.instrument, "message": str(error)})
            raise
        if not self._journal.keeps_traffic:
            return inner
        return TracedLink(inner, self._notes(binding), binding.instrument, self.gate)

    def _notes(self, binding: Binding) -> Notes:
        place = self.place(binding)
        return self._journal if place is None else NotesAt(self._journal, place)

    def _check(self, binding: Binding, identity: Identity, driver: Any) -> None:  # noqa: ANN401 - a driver class
        expected = binding.expect_serial
        if not accepts(driver, identity.model):
            self.strangers.add(binding.instrument)
            raise WrongInstrument(
                f"{binding.instrument}: '{identity.text}' answered, a model '{identity.model}'; the station says "
                f"{binding.driver}, which is for {', '.join(driver.MODELS)}. Check the address and the driver in "
                "the station."
            )
        if expected and identity.serial not in ("", "0", expected):
            self.strangers.add(binding.instrument)
            where = f"the asset {binding.asset}" if binding.asset else "the work order"
            raise WrongInstrument(
                f"{binding.instrument}: serial number {identity.serial} answered, but {where} says {expected}. "
                "Connect the right instrument, or correct the file."
            )

    def _note(self, binding: Binding, identity: Identity | None) -> None:
        known = {}
        if identity is not None:
            known = {
                "maker": identity.maker,
                "model": identity.model,
                "serial": identity.serial,
                "firmware": identity.firmware,
                "text": identity.text,
            }
        body = {"role": binding.role, "instrument": binding.instrument, "driver": binding.driver}
        self._notes(binding).note("instrument_opened", {**body, "link": binding.link, **known})


def is_source(binding: Binding) -> bool:
    """Tell whether an instrument can put out energy in this plan; what a person sets only if it is dangerous."""
    able = binding.driver != "" and (binding.driver != KEYBOARD or binding.hazard)
    return able and any(need.startswith("source.") for need in binding.needs)


def spec_of(binding: Binding) -> LinkSpec:
    """Turn the link of a station file into an address.

    Raises:
        UsageError: The station gives no link for an instrument with a driver.
    """
    link = binding.link
    timeout = float(parse_quantity(link["timeout"]).value) if "timeout" in link else None
    line = link.get("line", "")
    for kind in KINDS:
        if kind in link:
            return LinkSpec(kind, link[kind], line=line, timeout=timeout, unit=link.get("unit", ""))
    raise UsageError(
        f"{binding.instrument}: the station gives no link for {binding.driver}. Add link: "
        f"{', '.join(f'{{{kind}: …}}' for kind in KINDS)}."
    )


def _close(link: Link | None) -> None:
    if link is not None:
        with contextlib.suppress(InstrumentError):
            link.close()
