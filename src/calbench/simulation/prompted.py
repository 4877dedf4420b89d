"""The simulated operator as whoever answers prompts: hands in the simulated world, plain answers to questions."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from calbench.documents.prompt import Ask, Operator
from calbench.errors import UsageError
from calbench.quantities import Quantity, parse_quantity
from calbench.simulation.byeye import (
    AdjustedByHand,
    AppliedByHand,
    Carried,
    Drained,
    Pressed,
    ReadByEye,
    SetByEye,
    SetByHand,
    Tapped,
    Zeroed,
)
from calbench.simulation.staging import Stage

YES = "yes"
UUT = "uut"
"""How a prompt names the unit under test among weights, where that is one."""
TAP = re.compile(r"\btap\b|轻敲", re.IGNORECASE)
"""What a text has in it that has the unit under test tapped, as a pointer gauge is before it is read (JJG 52)."""
DRAIN = re.compile(r"\bdrain\b|排空", re.IGNORECASE)
"""What a text has in it that has every tank emptied."""
RESET = re.compile(r"\breset\b|清零", re.IGNORECASE)
"""What a text has in it that has the display of the unit under test set to zero, if it can be."""
CARRY = re.compile(r"\b(put|place)\b[^.]*\bweight under test\b|放[^。]*被检砝码", re.IGNORECASE)
"""What a text has in it that has a weight under test put on the pan of the balance, alone."""
MOST_SMALL = 20
"""After it has added so many small weights without a step the simulated operator gives up, and says so many."""
SMALL_SECONDS = 2.0
"""How long it looks at the indication after each of them (simulated s)."""
BALLAST_SPREAD = 5e-4
"""Standard deviation of the mass of ballast, as part of the load that it takes the place of."""
ADJUSTING = "adjust/"
"""How the id of a prompt begins that has the unit under test adjusted."""


@dataclass(frozen=True)
class Mark:
    """A mark (SI) onto which the pointer of an instrument is brought, from above or from below."""

    instrument: str
    value: float
    falling: bool


@dataclass(frozen=True)
class Eyes:
    """What is read, and set, at instruments without an interface: by the id of the prompt.

    `readings` are instrument and quantity of each number that is asked for; an instrument without a name is that of
    `own` at the position that the prompt is about, or else the unit there. `told` is what it is set to before.
    `ballast` is the nominal mass (kg) of ballast, by its name: what it really weighs is drawn.
    """

    readings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    told: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    ballast: Mapping[str, float] = field(default_factory=dict)


def adjust_by_hand(stage: Stage, position: str) -> None:
    """Adjust the unit under test, if its model can be; what it is asked to do there is not looked at."""
    device = stage.world.device(position)
    if isinstance(device, AdjustedByHand):
        device.adjust_by_hand()


class SimulatedOperator:
    """Connects leads and places weights as prompts ask, confirms, and takes the first choice of a question.

    `wrong` holds answers that are given instead, by the id of the prompt, where a test wants a mistake, and `late` the
    seconds of simulated time after which one is given. `eyes` says what is read where a number is asked for, and where
    a pointer is brought before something is confirmed. What is not plausible it gives a second time. `position` is that
    of the unit that prompts are about which name none.
    """

    name = "simulated operator"

    def __init__(
        self,
        stage: Stage,
        position: str,
        wrong: Mapping[str, str] | None = None,
        eyes: Eyes | None = None,
        late: Mapping[str, float] | None = None,
    ) -> None:
        self._stage = stage
        self._eyes = eyes or Eyes()
        self._position = position
        self._wrong = dict(wrong or {})
        self._late = dict(late or {})
        self._loaded = ""

    def late(self, ask: Ask) -> float:
        """Give the seconds that it takes until the answer is there; it is late once with each prompt.

        An instrument that is set before it is read takes its time each time.
        """
        late = self._late.pop(ask.id, 0.0)
        if ask.kind == "number" and ask.id in self._eyes.readings:
            name, quantity = self._looked_at(ask)
            device = self._stage.world.device(name)
            if isinstance(device, SetByHand):
                late += device.set_by_hand(quantity, self._eyes.told.get(ask.id, {}))
        return late

    def confirms(self, ask: Ask, answer: str) -> bool:  # noqa: ARG002 - as an operator has it
        """Look again, and stay with it."""
        return True

    def shown(self, ask: Ask) -> str:
        """Give what the simulated instrument shows where a number is read by eye; empty elsewhere.

        Where small weights are counted until the indication steps, this counts them.
        """
        if ask.kind == "number" and ask.small:
            return self._count(ask)
        if ask.kind == "number" and ask.id in self._eyes.readings:
            self._prepare(ask)
            return self._read(*self._looked_at(ask))
        return ""

    def act(self, ask: Ask) -> None:
        """Do what is asked, without a word."""
        unit = self._unit(ask)
        self._prepare(ask)
        if ask.kind in ("confirm", "number"):
            self._carry(ask, unit)
        if ask.kind == "place":
            self._place(ask, unit)
        elif ask.id.startswith("connect/"):
            name = ask.id.removeprefix("connect/")
            self._stage.hands.connect(name, prompt=ask.id, only=unit)
        elif ask.kind == "confirm" and ask.id.startswith(ADJUSTING):
            adjust_by_hand(self._stage, unit)
        if ask.stimulus:
            self._apply(ask.stimulus)
        device = self._stage.world.devices.get(unit)
        if ask.key and isinstance(device, Pressed):
            device.press(ask.key)
        if "beside" in ask.small:
            self._stage.hands.lay(self._pan_of(unit), float(parse_quantity(ask.small["beside"]).value))
        if ask.id in self._eyes.marks:
            self._set(self._eyes.marks[ask.id], unit)

    def answer(self, ask: Ask) -> str:
        """Do what is asked, and answer."""
        self.act(ask)
        if ask.id in self._wrong:
            return self._wrong[ask.id]
        if shown := self.shown(ask):
            return shown
        if ask.kind in ("confirm", "place"):
            return YES
        if ask.kind == "choice":
            return ask.choices[0]
        if ask.kind == "checklist":
            return "\n".join(ask.choices)
        return "" if ask.optional else ask.plausible_minimum or ask.minimum or "simulated"

    def _looked_at(self, ask: Ask) -> tuple[str, str]:
        """Give the instrument that is read for a prompt, and the quantity."""
        instrument, quantity = self._eyes.readings[ask.id]
        unit = self._unit(ask)
        return instrument or self._eyes.own.get(ask.id, {}).get(unit, unit), quantity

    def _unit(self, ask: Ask) -> str:
        return ask.unit_position or self._position

    def tell(self, text: str) -> None:
        """Take note; a simulated operator has nobody to show it to."""

    def _read(self, instrument: str, quantity: str) -> str:
        device = self._stage.world.device(instrument)
        if not isinstance(device, ReadByEye):
            raise UsageError(
                f"The simulated instrument {instrument!r} cannot be read by eye; give it another sim:."
            )
        return device.shown(quantity)

    def _count(self, ask: Ask) -> str:
        """Add small weights, or take off those that lie there, until the indication steps; give what they are together.

        If it does not step, these are all that there were.
        """
        unit = self._unit(ask)
        ((way, text),) = ask.small.items()
        size, sign = parse_quantity(text), -1 if way == "removed" else 1
        pan, mass = self._pan_of(unit), float(size.value)
        most = MOST_SMALL if sign > 0 else round(self._stage.world.pan(pan).small / mass)
        before, number = self._indicated(unit), 0
        while number < most:
            number += 1
            self._stage.hands.lay(pan, sign * mass)
            self._stage.world.clock.sleep(SMALL_SECONDS)
            if sign * (self._indicated(unit) - before) > 0:
                break
        return (size * Quantity.of(number)).text(size.unit)

    def _indicated(self, unit: str) -> Decimal:
        """Read the display of the unit under test, whatever it is read by in the run (kg)."""
        return parse_quantity(self._read(unit, "mass")).value

    def _prepare(self, ask: Ask) -> None:
        """Tap the unit under test, set its display to zero, and empty the tanks, as far as the text says so."""
        devices = self._stage.world.devices
        unit = devices.get(self._unit(ask))
        if _says(ask, TAP) and isinstance(unit, Tapped):
            unit.tap()
        if _says(ask, RESET) and isinstance(unit, Zeroed):
            unit.zero()
        if _says(ask, DRAIN):
            for device in devices.values():
                if isinstance(device, Drained):
                    device.drain()

    def _apply(self, stimulus: Mapping[str, str]) -> None:
        name, quantity = stimulus["instrument"], stimulus["quantity"]
        device = self._stage.world.device(name)
        if not isinstance(device, AppliedByHand):
            raise UsageError(
                f"The simulated instrument {name!r} cannot be set by hand; give it another sim:."
            )
        told = {key: float(text) for key, text in stimulus.items() if key not in ("instrument", "quantity")}
        device.apply_by_hand(quantity, told)

    def _set(self, mark: Mark, unit: str) -> None:
        device = self._stage.world.device(mark.instrument or unit)
        if isinstance(device, SetByEye):
            device.set_on(mark.value, falling=mark.falling)

    def _carry(self, ask: Ask, unit: str) -> None:
        """Put the unit under test on the pan if it is a weight and the text says so."""
        device = self._stage.world.devices.get(unit)
        if _says(ask, CARRY) and isinstance(device, Carried):
            self._loaded = self._pan_of(unit)
            self._stage.hands.place(self._loaded, [device.put_down()], prompt=ask.id)

    def _pan_of(self, unit: str) -> str:
        """Give the pan that weights are put on: of the unit, or the one to which a unit that is a weight is wired."""
        if isinstance(self._stage.world.devices.get(unit), Carried):
            terminal = self._stage.world.terminal(f"{unit}.pan")
            for lead in terminal.leads:
                return (lead.second if lead.first is terminal else lead.first).name
            raise UsageError(
                f"The weight at position {unit!r} is wired to no pan. Wire {unit}.pan to the pan of the balance."
            )
        return f"{unit}.pan"

    def _mass_of(self, name: str, unit: str, *, of_several: bool) -> float:
        """Give what a weight weighs (kg): one of a set, or the unit under test, as `uut` or by its position.

        Ballast is put together anew for each of several units.
        """
        device = self._stage.world.devices.get(unit)
        if name in (UUT, unit) and isinstance(device, Carried):
            return device.put_down()
        if name in self._eyes.ballast:
            seed = f"{self._stage.world.seed}:ballast:{name}{f':{unit}' if of_several else ''}"
            draw = random.Random(seed).gauss(0.0, BALLAST_SPREAD)  # noqa: S311 - physics, not secrets
            return self._eyes.ballast[name] * (1.0 + draw)
        return self._stage.masses[name]

    def _place(self, ask: Ask, unit: str) -> None:
        pan = self._pan_of(unit)
        if pan != self._loaded and self._loaded:
            self._stage.hands.remove(self._loaded)  # there is one set of weights, and it goes from pan to pan
        self._loaded = pan if ask.weights else ""
        if not ask.weights:
            self._stage.hands.remove(pan, prompt=ask.id)
            return
        masses = [self._mass_of(name, unit, of_several=bool(ask.unit_position)) for name in ask.weights]
        spot = ask.position.lstrip("0123456789 ") or "centre"
        self._stage.hands.place(pan, masses, spot, prompt=ask.id)


def _says(ask: Ask, what: re.Pattern[str]) -> bool:
    """Tell whether a prompt has something done, in any of its languages."""
    return any(_found(what, text) for text in (*ask.title.values(), *ask.text.values()))


@lru_cache(maxsize=1024)
def _found(what: re.Pattern[str], text: str) -> bool:
    return what.search(text) is not None


class AssistedOperator:
    """A person who answers the prompts of a simulated run: what they say that they did, simulated hands do.

    It is the person in every way, and tells them what a simulated instrument shows.
    """

    def __init__(self, person: Operator, hands: SimulatedOperator) -> None:
        self._person = person
        self._hands = hands
        self.name = person.name

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else the person is able to do
        return getattr(self._person, name)

    def answer(self, ask: Ask) -> str:
        """Ask the person."""
        return self._person.answer(ask)

    def tell(self, text: str) -> None:
        """Tell the person."""
        self._person.tell(text)

    def shown(self, ask: Ask) -> str:
        """Give what the simulated instrument shows where a number is read by eye; empty elsewhere."""
        return self._hands.shown(ask)

    def acted(self, ask: Ask, answer: str) -> None:
        """Do what was asked, if the person says that it is done."""
        if answer != "no":
            self._hands.act(ask)
