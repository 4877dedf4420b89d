"""Fluke 1523 and 1524 reference thermometers.

Written from protocols.md, section 10: there only the reading by number of the channel is stated, as general knowledge.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.answer import Answer
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.parameters import ScpiError, number
from calbench.simulation.scpi import CommandTree, Handler
from calbench.simulation.status import ErrorQueue, Status488
from calbench_sim.parts.process.thermometer import SETTINGS, Thermometer, both_channels, celsius_to

_CHANNELS = {"1523": 1, "1524": 2}
_PERIOD = 1.0  # s that a measurement takes


class F1524(Device):
    """A 1524 with two channels, terminals `probe1` and `probe2`; `model` 1523 has the first only.

    Truth, logged at each reading: `temperature` (degC) at probe 1, `temperature2` at probe 2.

    Assumed where the sources are silent: `READ?` and `MEAS?` make a measurement, which takes 1 s; `FETC?` gives the
    last one, or -230 before the first; without a number all channels answer, separated by commas; three digits behind
    the point; -114 for a channel that there is not, and -230 without a reply for one without a probe; the queue is 10
    deep and the reply to `UNIT:TEMP?` one letter, as of the DewK.
    """

    MESSAGE_ENDS = (b"\r", b"\n")
    REPLY_END = b"\r\n"
    SERIAL = "9600 8N1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        both_channels(SETTINGS) | {"model": "1523 or 1524; default 1524"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        given = bench.settings.get("model")
        self._model = bench.words.get("model", "1524") if given is None else f"{given:.0f}"
        if self._model not in _CHANNELS:
            raise UsageError(
                f"Simulated thermometer {bench.name!r}: the setting 'model' is {self._model!r}; give 1523 or 1524."
            )
        self._channels = [Thermometer(bench, 1 + i) for i in range(_CHANNELS[self._model])]
        self._last: dict[int, float] = {}
        self._unit = "C"
        self._reports = Status488(
            f"FLUKE,{self._model},{bench.serial_number},1.10", errors=ErrorQueue(depth=10), reset=self._reset
        )
        self.status = self._reports
        self._commands = CommandTree(self._table(), self._reports)

    def receive(self, line: str) -> None:
        """Act on one message."""
        answer = self._commands.run(line)
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    def _table(self) -> dict[str, Handler]:
        return {
            "READ?": self._read,
            "MEASure?": self._read,
            "FETCh?": self._fetch,
            "UNIT:TEMPerature": self._set_unit,
            "UNIT:TEMPerature?": lambda: self._unit,
            "SYSTem:VERSion?": lambda: "1994.0",
        }

    def _reset(self) -> None:
        self._unit = "C"
        self._last.clear()

    def _chosen(self, text: str) -> list[int]:
        if not text:
            return list(range(len(self._channels)))
        index = round(number(text, low=0, high=99)) - 1
        if not 0 <= index < len(self._channels):
            raise ScpiError(-114)
        return [index]

    def _read(self, channel: str = "") -> Answer:
        chosen = self._chosen(channel)
        if any(self._channels[index].open for index in chosen):
            raise ScpiError(-230)

        def measured() -> str:
            self._last |= {index: self._channels[index].reading() for index in chosen}
            return self._shown(chosen)

        return Answer(measured, after=_PERIOD)

    def _fetch(self, channel: str = "") -> str:
        chosen = self._chosen(channel)
        if any(index not in self._last for index in chosen):
            raise ScpiError(-230)
        return self._shown(chosen)

    def _shown(self, chosen: list[int]) -> str:
        return ",".join(f"{celsius_to(self._unit, self._last[index]):.3f}" for index in chosen)

    def _set_unit(self, text: str) -> None:
        word = {"CEL": "C", "FAR": "F"}.get(text.upper(), text.upper())
        if word not in ("C", "F", "K"):
            raise ScpiError(-224)
        self._unit = word
