"""The sweep of faults over pairs: one short script per driver, run without a fault, then with one at message k."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from calbench.clock import VirtualClock
from calbench.errors import InstrumentError
from calbench.instruments import catalog
from calbench.instruments.capabilities import CAPABILITIES, Capability
from calbench.instruments.link import LineFormat
from calbench.instruments.opening import LinkSpec, open_link
from calbench.instruments.reading import Applied, Reading
from calbench.simulation import catalog as models
from calbench.simulation import registry
from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical
from calbench.simulation.faults import Fault
from calbench.simulation.serialurl import register_handler
from calbench.simulation.servers.serving import LoopbackServer
from calbench.simulation.signals import Alternating, Load, Phase, Stream, Value
from calbench.simulation.world import World

PAIRS = sorted(set(catalog.names()) & set(models.models()))
BUSES = {"GPIB", "USB", "LAN"}
RESOURCE = "GPIB0::5::INSTR"
LONGEST = 7200.0  # simulated s of a script; the slowest without a fault needs 30 min, a well that heats up
MOST_WAITS = 200_000  # of a script, or it turns on one spot
LATER = 1000.0  # s after which everything is measured again, to see what grows with time
SIGNALS: dict[str, Value] = {
    "voltage.ac": Alternating(0.5, 1000.0),
    "current.ac": Alternating(1e-3, 1000.0),
    "current.dc": 1e-3,
    "capacitance": 1e-8,
    "temperature": 50.0,
    "pressure": 5e4,
    "power": Load((Phase(230.0, 5.0, 1.0),) * 3, 50.0),
}
OHMS = Electrical(0.0, 100.0)
VOLTS = Electrical(0.5, 0.0)
RANGES = {  # in which the stimuli are
    "V": ("1", "2", "10"),
    "A": ("1E-3", "2E-3", "1E-2", "2E-2", "0.1", "1"),
    "Ohm": ("100", "200", "1000"),
    "F": ("1E-8", "2E-8", "1E-7"),
}
MODEST = {"V": "1", "A": "1e-3", "Ohm": "100", "F": "1e-8", "Pa": "5e4", "degC": "50"}
TOLD = {"constant": 1000, "pulses": 10, "seconds": 1}
"""What a meter is told beside a range."""
ELECTRICAL = ("voltage.ac", "current.ac", "current.dc", "capacitance", "power")
SLOW = ("pressure", "temperature")
register_handler()


class Hangs(BaseException):
    """A script does not end; no `Exception`, so that nothing on the way takes it for a failure of the line."""


class PatientClock(VirtualClock):
    """Simulated time that ends after two hours, or when it was waited for without end."""

    def __init__(self) -> None:
        super().__init__(datetime(2026, 1, 5, 8, 0, tzinfo=UTC))
        self.waits = 0

    def wait_until(self, reached: Callable[[], bool], deadline: float) -> bool:
        self.waits += 1
        if self.waits > MOST_WAITS or self.monotonic() > LONGEST + LATER:
            raise Hangs(f"{self.waits} waits, {self.monotonic():.0f} s")
        return super().wait_until(reached, deadline)


class Surroundings(Device):
    """Everything that can be connected to an instrument: it puts out all quantities, and sees all."""

    def surround(self, world: World, unit: Device, *, emit: bool) -> None:
        """Connect a terminal to each of the instrument's; `emit`: stimuli on them, or only look."""
        for name in sorted(unit.bench.terminals.keys() - unit.bench.pans.keys()):
            mine = self.bench.terminal(name)
            world.connect(f"{unit.bench.name}.{name}", f"{self.bench.name}.{name}")
            if emit:
                for quantity, value in SIGNALS.items():
                    mine.emit(quantity, partial(_steady, value))
                mine.emit("pulses", lambda at: 10.0 * at)

    def drive(self, electrical: Electrical) -> None:
        """Put a direct voltage or a resistance on all terminals."""
        for terminal in self.bench.terminals.values():
            terminal.drive(electrical)

    def look(self) -> dict[str, float | None]:
        """Give what the instrument puts out: each quantity at each terminal, None where there is nothing."""
        seen: dict[str, float | None] = {}
        for name, terminal in self.bench.terminals.items():
            found = terminal.seen()
            seen[f"{name} voltage"] = found.voltage if found.resistance is not None else None
            seen[f"{name} resistance"] = found.resistance
            for quantity in (*ELECTRICAL, *SLOW):
                value = terminal.received(quantity)
                if isinstance(value, Stream):
                    size: float | Alternating | None = value.mass_flow
                else:
                    size = value.active if isinstance(value, Load) else value
                seen[f"{name} {quantity}"] = size.rms if isinstance(size, Alternating) else size
        return seen


@dataclass(frozen=True)
class Outcome:
    """What one call of a script came to.

    Attributes:
        call: Which.
        result: What it gave; None for an error.
        error: What it raised; None for a result.
        seconds: When it ended, simulated.
        messages: How many messages the instrument had got by then.
        outputs: What the instrument put out then.
    """

    call: str
    result: object
    error: BaseException | None
    seconds: float
    messages: int
    outputs: dict[str, float | None]


@dataclass
class Script:
    """The script of a pair, each run in a world of its own.

    Attributes:
        name: Of the pair.
        line: `bus`, `stream` or `socket`.
        ranges: Of the meter, by capability, in which the stimuli are; found by the first run.
        settings: Words for the simulated instrument.
    """

    name: str
    line: str
    ranges: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    has_errors: bool = False
    """Whether the instrument has an error queue of IEEE 488.2; known after the first run."""

    @property
    def checked(self) -> bool:
        """Whether the instrument speaks in frames, which all have a checksum, and not in lines of text."""
        return not models.find(self.name).REPLY_END

    def run(self, fault: Fault | None = None, *, later: float = 0.0, drawn: int = 0) -> list[Outcome]:
        """Do all calls and give what came of each.

        Args:
            fault: What goes wrong, from its message on.
            later: Seconds by which the script begins later.
            drawn: How many random numbers of the instrument are thrown away before, so that its noise differs.
        """
        clock = PatientClock()
        world = World(seed=7, clock=clock)
        world.ambient.set(temperature_span=0.0, humidity_span=0.0, pressure_span=0.0)
        with self.opened(world) as (unit, around, instrument):
            clock.sleep(later)
            for _ in range(drawn):
                unit.bench.rng.random()
            self.has_errors = unit.status is not None
            unit.faults.add(Fault("late", after=10**9))  # so that messages are counted
            if fault is not None:
                world.fault("unit", fault)
            outcomes = []
            for call, action in self.calls(instrument, around, world):
                result: object = None
                error: BaseException | None = None
                try:
                    result = action()
                except (Exception, Hangs) as raised:  # noqa: BLE001 - which ones may be, the sweep says
                    error = raised
                at, messages = clock.monotonic(), unit.faults._messages
                outcomes.append(Outcome(call, result, error, at, messages, around.look()))
                if isinstance(error, Hangs):
                    break
            return outcomes

    @contextmanager
    def opened(self, world: World) -> Iterator[tuple[Device, Surroundings, Any]]:
        """Put the instrument into a world, with everything that it can measure; give it, that, and its driver."""
        driver: Any = catalog.find(self.name)
        model = models.find(self.name)
        words = self.settings | ({"framing": "rtu"} if "framing" in model.SETTINGS else {})
        unit = world.add("unit", model, words, serial_number="4711", resource=RESOURCE)
        around = world.add("around", Surroundings)
        assert isinstance(around, Surroundings)
        around.surround(world, unit, emit=not hasattr(driver, "make_safe"))
        unit.bench.pan()
        world.place("unit.pan", [0.1])
        world.clock.sleep(60.0)
        with ExitStack() as stack:
            if self.line == "socket":
                server = stack.enter_context(LoopbackServer(world, ["unit"], idle_limit=60.0))
                spec = LinkSpec("socket", f"127.0.0.1:{server.port('unit')}")
            else:
                spec = spec_of(driver, model, stack.enter_context(registry.registered(world)), self.line)
            stack.callback(world.close)
            link = open_link(spec, line=driver.LINE, clock=world.clock)
            stack.callback(link.close)
            yield unit, around, driver(link)

    def calls(
        self, instrument: Any, around: Surroundings, world: World
    ) -> Iterator[tuple[str, Callable[[], object]]]:
        """Give the calls of the script; between two of them it sees to the stimuli."""
        yield "identify", instrument.identify
        for name in instrument.PROVIDES:
            capability = CAPABILITIES[name]
            if capability.kind != "source":
                around.drive(OHMS if "resistance" in name else VOLTS)
                yield name, partial(self.measure, instrument, capability)
        if hasattr(instrument, "tare"):
            yield "tare", instrument.tare
            yield "net mass", instrument.read_mass
            world.place("unit.pan", [0.2])
            world.clock.sleep(30.0)
            yield "mass on the tare", instrument.read_mass
            world.place("unit.pan", [])
            world.clock.sleep(30.0)
            yield "zero", instrument.zero
            yield "zeroed mass", instrument.read_mass
        for name in instrument.PROVIDES:
            capability = CAPABILITIES[name]
            if capability.kind == "source":
                yield name, partial(_apply, instrument, capability)
        if hasattr(instrument, "standby"):
            yield "standby", instrument.standby
        if hasattr(instrument, "make_safe"):
            last = [name for name in instrument.PROVIDES if name.startswith("source.")][-1]
            yield f"{last} again", partial(_apply, instrument, CAPABILITIES[last])
            yield "make_safe", instrument.make_safe
            yield "make_safe again", instrument.make_safe
            yield "a while later", partial(world.clock.sleep, 600.0)
        if hasattr(instrument, "read_errors"):
            yield "read_errors", instrument.read_errors

    def measure(self, instrument: Any, capability: Capability) -> Reading:
        """Measure on the range that the script has found; without one, on the first that there is."""
        method = getattr(instrument, capability.method)
        if "on_range" not in capability.arguments:
            return method(*(TOLD[name] for name in capability.arguments))  # type: ignore[no-any-return]
        if capability.name in self.ranges:
            return method(self.ranges[capability.name])  # type: ignore[no-any-return]
        for on_range in RANGES[capability.unit]:
            try:
                reading: Reading = method(on_range)
            except InstrumentError:
                continue
            self.ranges[capability.name] = on_range
            return reading
        raise AssertionError(f"{self.name}: {capability.name} has none of these ranges")


def lines_of(name: str) -> tuple[str, ...]:
    """Give the kinds of line that a pair is swept on: with messages, as a stream, or both."""
    driver = catalog.find(name)
    links = set(driver.LINKS)
    return (("bus",) if links & BUSES else ()) + (("stream",) if links - BUSES else ())


def spec_of(driver: Any, model: type[Device], bench: str, line: str) -> LinkSpec:
    """Give the address of a simulated instrument called `unit`; driver and simulator must believe in one line."""
    if line == "bus":
        return LinkSpec("visa", RESOURCE, library=f"{bench}@calbench")
    ours: LineFormat = driver.LINE
    assert ours.serial == model.SERIAL, f"the driver's line is {ours.serial}, the simulator's {model.SERIAL}"
    if "framing" in model.SETTINGS:
        return LinkSpec("modbus", f"rtu://calbench://{bench}/unit", line=model.SERIAL)
    return LinkSpec("serial", f"calbench://{bench}/unit", line=model.SERIAL)


def _steady(value: Value, at: float) -> Value:
    return value


def _apply(instrument: Any, capability: Capability) -> Applied:
    if capability.name == "source.power.active":
        arguments: tuple[Any, ...] = ("230", "5", "60", "50", 3)
    elif capability.name == "source.pulses":
        arguments = ("50", "1000", "3")
    else:
        arguments = (MODEST[capability.unit], *(("1000",) if "frequency" in capability.arguments else ()))
    return getattr(instrument, capability.method)(*arguments)  # type: ignore[no-any-return]
