"""Druck (GE) PACE5000 and PACE6000 pressure controllers.

Written from protocols.md, section 9.1, and the SCPI manual K0472 (p. 3-4 standard event group, 4-17 `:INST:LIM`,
5-1 errors).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.parameters import ScpiError, boolean, choice, number, quoted, string
from calbench.simulation.scpi import CommandTree, Handler
from calbench.simulation.status import ErrorQueue, Event, Status488
from calbench_sim.parts.process.pace_module import PaceModule
from calbench_sim.parts.process.pressure import SETTINGS
from calbench_sim.parts.process.pressure_units import PASCALS

_QUERY_ONLY, _NO_QUERY, _UNIT_MISMATCH = 201, 202, 211
_TEXTS = {_QUERY_ONLY: "Query only", _NO_QUERY: "No query", _UNIT_MISMATCH: "Unit mismatch"}
_DEPTH = 5
_OPERATION = 7  # bit of the status byte
_COMMON = ("*ESE?", "*ESR?", "*IDN?", "*OPC?", "*SRE?", "*STB?", "*TST?")
_MODULES = {"5000": 1, "6000": 2}


class PaceStatus(Status488):
    """Status of a PACE: errors of its own, which are positive, set no event bit (K0472, table 3-1)."""

    def error(self, code: int, text: str = "", *, detail: str = "", event: Event | None = None) -> None:
        """Report an error, as `Status488` does."""
        super().error(code, text, detail=detail, event=Event(0) if code > 0 else event)


class PACE5000(Device):
    """A PACE5000 with one module, range 7 bar gauge; `model` 6000 has two. Terminals: `port`, and `port2`.

    Truth, logged at each reading: `pressure` (`pressure2`), the true gauge pressure in Pa.

    Assumed where the sources are silent: every query echoes its header in short form with optional nodes as
    protocols.md shows them, common queries too, with the module's number only if it is 2; the texts of 201, 202 and
    211; 211 for a set-point with another unit than the one that is set; an unknown unit is -141, an unknown range
    -200; `:SENS:PRES:INL?` without trailing zeros; the output is off after a vent. The status byte
    sums up the first module only.
    """

    BLOCKS = True
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS
        | {
            f"{name}2": f"{text.split(')')[0]}) as {name!r}, of the second module"
            for name, text in SETTINGS.items()
        }
        | {
            "model": "5000 or 6000; default 5000",
            "range": "(Pa) full scale of the first module; default 700e3",
            "range2": "(Pa) full scale of the second module; default 200e3",
            "barometer": "(1) 0 where no barometer is fitted; default 1",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        given = bench.settings.get("model")
        self._model = bench.words.get("model", "5000") if given is None else f"{given:.0f}"
        if self._model not in _MODULES:
            raise UsageError(
                f"Simulated PACE {bench.name!r}: the setting 'model' is {self._model!r}; give 5000 or 6000."
            )
        spans = (bench.settings.get("range", 7e5), bench.settings.get("range2", 2e5))
        count = _MODULES[self._model]
        self._modules = [
            PaceModule(bench, span, mark) for span, mark in zip(spans[:count], ("", "2"), strict=False)
        ]
        self._unit = "BAR"
        identity = f"GE Druck,Pace{self._model} User Interface,{bench.serial_number},01.05.04"
        errors = ErrorQueue(depth=_DEPTH, texts=_TEXTS)
        self._reports = PaceStatus(
            identity,
            errors=errors,
            reset=self._reset,
            registers={_OPERATION: self._modules[0].register},
            power_on=False,
        )
        self.status = self._reports
        self._commands = CommandTree(
            self._table(), self._reports, no_query=_NO_QUERY, no_command=_QUERY_ONLY, misuse_text=_TEXTS
        )

    def receive(self, line: str) -> None:
        """Act on one message."""
        answer = self._commands.run(line)
        for module in self._modules:
            module.look()
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    # --- commands ---

    def _table(self) -> dict[str, Handler]:
        source, sense = "SOURce#[:PRESsure]", "SENSe#[:PRESsure]"
        level = f"{source}[:LEVel][:IMMediate][:AMPLitude]"
        table: dict[str, Handler] = {
            "SYSTem:ERRor[:NEXT]?": lambda: f":SYST:ERR {self._reports.errors.pop_reply()}",
            "UNIT[:PRESsure]": self._set_unit,
            "UNIT[:PRESsure]?": lambda: f":UNIT:PRES {self._unit}",
            "LOCal": lambda: None,
            "GTL": lambda: None,
            f"{sense}?": self._asks("SENS", ":PRES", lambda m: self._show(m.physics.reading())),
            f"{sense}:INLimits?": self._asks("SENS", ":PRES:INL", self._in_limits),
            f"{sense}:SLEW?": self._asks("SENS", ":PRES:SLEW", lambda m: self._show(m.physics.slope())),
            f"{sense}:BARometer?": self._asks("SENS", ":PRES:BAR", self._barometer),
            f"{sense}:RANGe?": self._asks("SENS", ":PRES:RANG", lambda m: quoted(m.range_name)),
            level: self._sets(self._set_level),
            f"{level}?": self._asks("SOUR", ":PRES:LEV:IMM:AMPL", lambda m: self._show(m.physics.set_point)),
            f"{level}:VENT": self._sets(lambda m, text: m.vent(start=boolean(text))),
            f"{level}:VENT?": self._asks("SOUR", ":PRES:LEV:IMM:AMPL:VENT", lambda m: str(m.vent_state())),
            f"{source}:SLEW": self._sets(self._set_slew),
            f"{source}:SLEW?": self._asks("SOUR", ":PRES:SLEW", lambda m: self._show(m.slew)),
            f"{source}:SLEW:MODE": self._sets(self._set_slew_mode),
            f"{source}:SLEW:MODE?": self._asks(
                "SOUR", ":PRES:SLEW:MODE", lambda m: "LIN" if m.linear else "MAX"
            ),
            f"{source}:SLEW:OVERshoot[:STATe]": self._sets(self._set_overshoot),
            f"{source}:SLEW:OVERshoot[:STATe]?": self._asks(
                "SOUR", ":PRES:SLEW:OVER", lambda m: str(int(m.overshoot))
            ),
            f"{source}:INLimits": self._sets(self._set_limit),
            f"{source}:INLimits?": self._asks("SOUR", ":PRES:INL", lambda m: f"{m.limit:.7f}"),
            f"{source}:INLimits:TIME": self._sets(self._set_dwell),
            f"{source}:INLimits:TIME?": self._asks("SOUR", ":PRES:INL:TIME", lambda m: f"{m.dwell:.0f}"),
            f"{source}:COMPensate1?": self._asks(
                "SOUR", ":PRES:COMP1", lambda m: self._show(m.physics.supply)
            ),
            f"{source}:COMPensate2?": self._asks(
                "SOUR", ":PRES:COMP2", lambda m: self._show(m.physics.vacuum)
            ),
            f"{source}:EFFort?": self._asks("SOUR", ":PRES:EFF", lambda m: f"{m.physics.effort():.7f}"),
            f"{source}:RANGe": self._sets(self._set_range),
            f"{source}:RANGe?": self._asks("SOUR", ":PRES:RANG", lambda m: quoted(m.range_name)),
            "OUTPut#[:STATe]": self._sets(lambda m, text: m.output(on=boolean(text))),
            "OUTPut#[:STATe]?": self._asks("OUTP", ":STAT", lambda m: str(int(m.controlling))),
            "OUTPut#:MODE": self._sets(self._set_mode),
            "OUTPut#:MODE?": self._asks("OUTP", ":MODE", lambda m: m.passive),
            "OUTPut#:ISOLation[:STATe]": self._sets(self._isolate),
            "OUTPut#:ISOLation[:STATe]?": self._asks("OUTP", ":ISOL:STAT", lambda m: str(int(m.isolated))),
            "INSTrument:CATalog#[:ALL]?": self._catalog,
            "INSTrument:LIMits#?": self._limits,
            "INSTrument?": lambda: self._limits(1),
            "INSTrument:SN#?": lambda _: f":INST:SN {quoted(self.bench.serial_number)}",
            "INSTrument:VERSion#?": lambda _: f":INST:VERS {quoted('01.05.04')}",
        }
        for name in ("CONDition", "EVENt", "ENABle"):
            table[f"STATus:OPERation:PRESsure#:{name}?"] = partial(self._register, name)
        table["STATus:OPERation:PRESsure#:ENABle"] = self._enable
        for header in _COMMON:
            table[header] = partial(self._common, header)
        return table

    def _common(self, header: str) -> str:
        return f"{header[:-1]} {self._reports.common(header)}"

    def _module(self, index: int) -> PaceModule:
        if not 1 <= index <= len(self._modules):
            raise ScpiError(-114)
        return self._modules[index - 1]

    def _asks(self, root: str, rest: str, give: Callable[[PaceModule], str]) -> Handler:
        """Make a query of one module: its header in short form, a space, the value."""

        def handler(index: int) -> str:
            mark = "" if index == 1 else str(index)
            return f":{root}{mark}{rest} {give(self._module(index))}"

        return handler

    def _sets(self, do: Callable[[PaceModule, str], None]) -> Handler:
        def handler(index: int, text: str) -> None:
            do(self._module(index), text)

        return handler

    # --- values ---

    def _show(self, pascal: float) -> str:
        return f"{pascal / PASCALS[self._unit]:.7f}"

    def _pascals(self, text: str, low: float, high: float) -> float:
        """Read a pressure in the unit that is set; another unit behind it is a mismatch."""
        figure, _, unit = text.strip().partition(" ")
        if unit.strip().upper() not in ("", self._unit):
            known = unit.strip().upper() in PASCALS
            raise ScpiError(_UNIT_MISMATCH, text=_TEXTS[_UNIT_MISMATCH]) if known else ScpiError(-131)
        one = PASCALS[self._unit]
        return number(figure, low=low / one, high=high / one) * one

    def _in_limits(self, module: PaceModule) -> str:
        shown = f"{module.physics.reading() / PASCALS[self._unit]:.7f}".rstrip("0").rstrip(".")
        return f"{shown}, {int(module.in_limits())}"

    def _barometer(self, _: PaceModule) -> str:
        fitted = self.bench.settings.get("barometer", 1.0)
        return self._show(self.bench.ambient.pressure() if fitted else 0.0)

    # --- settings ---

    def _reset(self) -> None:
        self._unit = "BAR"
        for module in self._modules:
            module.reset()

    def _set_unit(self, text: str) -> None:
        if text.upper() not in PASCALS:
            raise ScpiError(-141)
        self._unit = text.upper()

    def _set_level(self, module: PaceModule, text: str) -> None:
        module.physics.set_point = self._pascals(text, module.physics.bottom, module.physics.span)
        module.changed()

    def _set_slew(self, module: PaceModule, text: str) -> None:
        module.slew = self._pascals(text, 1e-6 * module.physics.span, module.physics.span)
        module.changed()

    def _set_slew_mode(self, module: PaceModule, text: str) -> None:
        module.linear = choice(text, "LINear", "MAXimum") == "LIN"
        module.changed()

    def _set_overshoot(self, module: PaceModule, text: str) -> None:
        module.overshoot = boolean(text)

    def _set_limit(self, module: PaceModule, text: str) -> None:
        module.limit = number(text, low=0.0001, high=100.0)
        module.changed()

    def _set_dwell(self, module: PaceModule, text: str) -> None:
        module.dwell = float(round(number(text, low=2.0, high=999.0)))
        module.changed()

    def _set_range(self, module: PaceModule, text: str) -> None:
        if string(text) != module.range_name:
            raise ScpiError(-200)

    def _set_mode(self, module: PaceModule, text: str) -> None:
        module.passive = choice(text, "ACTive", "PASSive", "GAUGe")

    def _isolate(self, module: PaceModule, text: str) -> None:
        module.isolated = boolean(text)

    # --- information ---

    def _catalog(self, _: int) -> str:
        names = [module.range_name for module in self._modules]
        if self.bench.settings.get("barometer", 1.0):
            names.append("BAROMETER")
        return f":INST:CAT:ALL {','.join(quoted(name) for name in names)}"

    def _limits(self, index: int) -> str:
        physics = self._module(index).physics
        mark = "" if index == 1 else str(index)
        name = quoted(self._module(index).range_name)
        return f":INST:LIM{mark} {name},{self._show(physics.span)},{self._show(physics.bottom)}"

    def _register(self, name: str, index: int) -> str:
        module = self._module(index)
        module.look()
        register = module.register
        value = {"CONDition": register.condition, "ENABle": register.enable}.get(name)
        mark, short = "" if index == 1 else str(index), name[:4].upper()
        return f":STAT:OPER:PRES{mark}:{short} {register.read_event() if value is None else value}"

    def _enable(self, index: int, text: str) -> None:
        register = self._module(index).register
        register.enable = int(number(text, low=0, high=0xFFFF))
        register.on_change()
