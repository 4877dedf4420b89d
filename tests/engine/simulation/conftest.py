"""Small instruments of our own, to test the machinery that real models are built on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest
import pyvisa
from pyvisa.resources import MessageBasedResource

from calbench.simulation import (
    Answer,
    Bench,
    CommandTree,
    Device,
    Electrical,
    ScpiError,
    Status488,
    World,
    registry,
)
from calbench.simulation.parameters import block, definite_block, number


class ToyMeter(Device):
    """A SCPI voltmeter: a reading takes 0.2 s, ranges are 0.1 V to 1000 V."""

    BLOCKS = True
    MESSAGE_ENDS = (b"\n", b"\r")
    MAX_MESSAGE = 1000
    SETTINGS: ClassVar[dict[str, str]] = {"gain": "relative gain error", "noise": "V, standard deviation"}

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.range = 10.0
        self.label = b""
        self.triggered = 0
        self.busy_until = 0.0
        self.scpi = Status488("EXAMPLE,TOY,0,1.0", reset=self._reset, busy=self._busy)
        self.status = self.scpi
        self._commands = CommandTree(
            {
                "CONFigure[:VOLTage][:DC]": self._configure,
                "CONFigure?": lambda: f'"VOLT {self.range:+.8E}"',
                "READ?": self._read,
                "FETCh[:VOLTage]?": self._value,
                "SLOW": self._start_slow,
                "DISPlay:TEXT:DATA": self._set_label,
                "DISPlay:TEXT:DATA?": lambda: definite_block(self.label),
                "OUTPut#:STATe": self._switch,
            },
            self.scpi,
        )

    def receive(self, line: str) -> None:
        answer = self._commands.run(line)
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    def trigger(self) -> None:
        self.triggered += 1

    def _reset(self) -> None:
        self.range = 10.0

    def _busy(self) -> float:
        return self.busy_until - self.clock.monotonic()

    def _configure(self, on_range: str) -> None:
        self.range = number(on_range, low=0.1, high=1000.0, unit="V")

    def _value(self) -> str:
        true = self.bench.terminal("input").seen().voltage
        self.bench.truth("voltage", true)
        noise = self.bench.rng.gauss(0.0, self.bench.settings.get("noise", 0.0))
        return f"{true * (1 + self.bench.settings.get('gain', 0.0)) + noise:+.8E}"

    def _read(self) -> Answer:
        return Answer(self._value(), 0.2)

    def _start_slow(self) -> None:
        self.busy_until = self.clock.monotonic() + 3.0

    def _set_label(self, text: str) -> None:
        self.label = block(text)

    def _switch(self, channel: int, state: str) -> None:
        if channel > 2:
            raise ScpiError(-114)
        self.label = f"{channel}={state}".encode()


class ToySource(Device):
    """Puts out 10 V for ever."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        bench.terminal("output").drive(Electrical(10.0, 0.0))

    def receive(self, line: str) -> None:
        self.reply(line if line == "?" else "10")


class ToyBalance(Device):
    """A balance on a 7E1 line: answers `S` after half a second with what lies on its pan."""

    MESSAGE_ENDS = (b"\r\n",)
    REPLY_END = b"\r\n"
    SERIAL = "4800 7E1"

    def receive(self, line: str) -> None:
        if line == "S":
            self.reply(f"S S {self.bench.pan().load() * 1e3:10.2f} g", after=0.5)
        else:
            self.reply("ES")


@pytest.fixture
def world() -> Iterator[World]:
    made = World(seed=7)
    made.add("meter", ToyMeter, resource="GPIB0::22::INSTR")
    made.add("source", ToySource, resource="GPIB0::4::INSTR")
    made.add("balance", ToyBalance, resource="ASRL3::INSTR")
    made.attach("TCPIP0::192.0.2.17::5025::SOCKET", "meter")
    made.attach("USB0::0x0957::0x0607::MY123::INSTR", "meter")
    made.connect("source.output", "meter.input")
    yield made
    made.close()


@pytest.fixture
def meter(world: World) -> ToyMeter:
    found = world.device("meter")
    assert isinstance(found, ToyMeter)
    return found


@pytest.fixture
def manager(world: World) -> Iterator[pyvisa.ResourceManager]:
    opened = pyvisa.ResourceManager(f"{registry.register(world)}@calbench")
    yield opened
    opened.close()


@pytest.fixture
def gpib(manager: pyvisa.ResourceManager) -> MessageBasedResource:
    found = manager.open_resource("GPIB0::22::INSTR", read_termination="\n", write_termination="\n")
    assert isinstance(found, MessageBasedResource)
    return found


@pytest.fixture
def toy_meter() -> type[ToyMeter]:
    return ToyMeter


@pytest.fixture
def toy_balance() -> type[ToyBalance]:
    return ToyBalance
