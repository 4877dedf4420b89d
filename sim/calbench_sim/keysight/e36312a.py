"""Keysight E36312A triple-output DC power supply.

Written from protocols.md, sections 1.3 and 4; ratings from the data sheet (6 V 5 A, 25 V 1 A, 25 V 1 A). From public
clients: `APPLy`, `INSTrument:NSELect`, `PROTection` with `TRIPped?` and `CLEar`, channel lists behind all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.simulation.answer import Answer
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.parameters import ScpiError, boolean, choice, nr3, number, quoted
from calbench.simulation.scpi import CommandTree, Handler
from calbench.simulation.status import ErrorQueue, Status488
from calbench_sim.parts.sources.supply_output import SETTINGS, Rating, SupplyOutput

_RATINGS: Final = (Rating(6.0, 5.0, 0.002), Rating(25.0, 1.0, 0.001), Rating(25.0, 1.0, 0.001))
_NAMES: Final = (("P6V", "CH1"), ("P25V", "CH2"), ("N25V", "CH3"))
_MEASUREMENT: Final = 0.02  # s
_LIST = re.compile(r"\(\s*@\s*(\d(?:\s*[,:]\s*\d)*)\s*\)", re.ASCII)
_CURRENT_LIMITED, _VOLTAGE_REGULATED = 1, 2  # bits of QUEStionable:INSTrument:ISUMmary


class E36312A(Device):
    """Keysight E36312A. Terminals: `output1` (6 V, 5 A), `output2` and `output3` (25 V, 1 A).

    Truth: as `SupplyOutput`.

    Assumed: values are answered with eight digits behind the point; states as 1 and 0; after *RST outputs are off,
    at 0 V and rated current, with the over-voltage protection at 110 %; an output that has tripped is switched on
    again after `PROTection:CLEar` only (-221 before); the third output is positive like the second.
    """

    BLOCKS = True
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(SETTINGS)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._outputs = [
            SupplyOutput(bench, f"output{number}", rating, bench.settings)
            for number, rating in enumerate(_RATINGS, 1)
        ]
        self._selected = 0
        reports = Status488(
            f"Keysight Technologies,E36312A,{bench.serial_number},2.1.0-1.0.4-1.12",
            errors=ErrorQueue(depth=20, sign="+"),
            reset=self._reset,
            busy=lambda: max(output.busy() for output in self._outputs),
        )
        self.status = reports
        self._commands = CommandTree(self._table(), reports)

    def receive(self, line: str) -> None:
        """Act on one program message."""
        answer = self._commands.run(line)
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    def _reset(self) -> None:
        self._selected = 0
        for output in self._outputs:
            output.reset()
            output.changed()

    # --- commands ---

    def _table(self) -> dict[str, Handler]:
        level = "[:LEVel][:IMMediate][:AMPLitude]"
        table: dict[str, Handler] = {
            "APPLy": self._apply,
            "APPLy?": self._applied,
            "INSTrument[:SELect]": self._select,
            "INSTrument[:SELect]?": lambda: _NAMES[self._selected][1],
            "INSTrument:NSELect": self._select_number,
            "INSTrument:NSELect?": lambda: str(self._selected + 1),
            f"[SOURce]:VOLTage{level}": partial(self._set, "voltage", "V"),
            f"[SOURce]:VOLTage{level}?": partial(self._query, "voltage"),
            f"[SOURce]:CURRent{level}": partial(self._set, "current", "A"),
            f"[SOURce]:CURRent{level}?": partial(self._query, "current"),
            "[SOURce]:VOLTage:PROTection[:LEVel]": partial(self._set, "protection", "V"),
            "[SOURce]:VOLTage:PROTection[:LEVel]?": partial(self._query, "protection"),
            "[SOURce]:CURRent:PROTection:STATe": self._protect_current,
            "[SOURce]:CURRent:PROTection:STATe?": self._state_query(lambda it: it.over_current_enabled),
            "OUTPut[:STATe]": self._switch,
            "OUTPut[:STATe]?": self._state_query(lambda it: it.on),
            "OUTPut:PROTection:CLEar": self._clear,
            "MEASure[:SCALar][:VOLTage][:DC]?": partial(self._measure, 0),
            "MEASure[:SCALar]:CURRent[:DC]?": partial(self._measure, 1),
            "STATus:QUEStionable:INSTrument:ISUMmary#:CONDition?": self._condition,
            "SYSTem:VERSion?": lambda: "1999.0",
        }
        for name in ("VOLTage", "CURRent"):
            node = f"[SOURce]:{name}:PROTection"
            table[f"{node}:TRIPped?"] = self._state_query(partial(_tripped, name.lower()))
            table[f"{node}:CLEar"] = self._clear
        return table

    def _set(self, what: str, unit: str, text: str, channels: str = "") -> None:
        outputs = self._listed(channels)
        values = [self._value(output, what, unit, text) for output in outputs]
        for output, value in zip(outputs, values, strict=True):
            output.levels[what] = value
            output.changed()

    def _query(self, what: str, first: str = "", second: str = "") -> str:
        channels = first if first.startswith("(") else second
        limit = "" if first.startswith("(") else first
        return ",".join(
            nr3(
                self._value(it, what, "", choice(limit, "MINimum", "MAXimum", "DEFault"))
                if limit
                else it.levels[what]
            )
            for it in self._listed(channels)
        )

    @staticmethod
    def _value(output: SupplyOutput, what: str, unit: str, text: str) -> float:
        rating = output.rating
        if what == "voltage":
            low, high, default = 0.0, rating.voltage * rating.headroom, 0.0
        elif what == "current":
            low, high, default = rating.least_current, rating.current * rating.headroom, rating.current
        else:
            high = default = rating.voltage * rating.protection
            low = 0.0
        return number(text, low=low, high=high, unit=unit, words={"DEFault": default})

    def _switch(self, text: str, channels: str = "") -> None:
        on, outputs = boolean(text), self._listed(channels)
        if on and any(output.tripped for output in outputs):
            raise ScpiError(-221)
        for output in outputs:
            if output.on != on:
                output.on = on
                output.changed()

    def _protect_current(self, text: str, channels: str = "") -> None:
        on = boolean(text)
        for output in self._listed(channels):
            output.over_current_enabled = on
            output.changed()

    def _clear(self, channels: str = "") -> None:
        for output in self._listed(channels):
            output.tripped = ""

    def _state_query(self, state: Callable[[SupplyOutput], bool]) -> Handler:
        def query(channels: str = "") -> str:
            return ",".join(str(int(state(output))) for output in self._listed(channels))

        return query

    def _measure(self, part: int, channels: str = "") -> Answer:
        outputs = self._listed(channels)
        return Answer(
            lambda: ",".join(nr3(output.measure()[part]) for output in outputs), _MEASUREMENT * len(outputs)
        )

    def _condition(self, output: int) -> str:
        if not 1 <= output <= len(self._outputs):
            raise ScpiError(-114)
        it = self._outputs[output - 1]
        if not it.on:
            return "0"
        return str(_CURRENT_LIMITED if it.state()[2] else _VOLTAGE_REGULATED)

    # --- which output ---

    def _listed(self, channels: str) -> list[SupplyOutput]:
        """Give the outputs of a channel list such as `(@1)`, `(@1,3)` or `(@1:3)`; of none, the selected one."""
        if not channels:
            return [self._outputs[self._selected]]
        found = _LIST.fullmatch(channels)
        if found is None:
            raise ScpiError(-224)
        numbers: list[int] = []
        for part in "".join(found[1].split()).split(","):
            first, *rest = map(int, part.split(":"))
            numbers += range(first, (rest[-1] if rest else first) + 1)
        if not numbers or not all(1 <= one <= len(self._outputs) for one in numbers):
            raise ScpiError(-222)
        return [self._outputs[one - 1] for one in numbers]

    @staticmethod
    def _named(text: str) -> int:
        word = choice(text, *(name for names in _NAMES for name in names))
        return next(number for number, names in enumerate(_NAMES) if word in names)

    def _select(self, text: str) -> None:
        self._selected = self._named(text)

    def _select_number(self, text: str) -> None:
        self._selected = round(number(text, low=1.0, high=float(len(self._outputs)))) - 1

    def _apply(self, name: str, volts: str = "DEF", amperes: str = "") -> None:
        selected = self._named(name)
        output = self._outputs[selected]
        voltage = self._value(output, "voltage", "V", volts)
        current = self._value(output, "current", "A", amperes) if amperes else output.levels["current"]
        self._selected = selected
        output.levels |= {"voltage": voltage, "current": current}
        output.changed()

    def _applied(self, name: str = "") -> str:
        output = self._outputs[self._named(name) if name else self._selected]
        return quoted(f"{output.levels['voltage']:+.6f},{output.levels['current']:+.6f}")


def _tripped(why: str, output: SupplyOutput) -> bool:
    return output.tripped == why
