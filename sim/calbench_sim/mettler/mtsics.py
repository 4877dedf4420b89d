"""Class III platform scale with a Mettler-Toledo terminal that speaks MT-SICS, levels 0 and 1.

Written from protocols.md, section 7.1 (AT, NewClassic, XPR and weigh-module manuals).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.weighing.weighing import SETTINGS, LoadCell
from calbench_sim.parts.weighing.weighing_display import Display

_OVERLOAD_STEPS, _UNDERLOAD_STEPS = 9, 20  # Max + 9 e; below -20 d
_ZERO_RANGE = 0.02  # of Max
_UPDATE = 0.1  # s between the values of SIR
_LEAST_CHANGE = 30  # d, what counts as a new weight for SR without a preset


class MTSICS(Device):
    """A scale of accuracy class III, by default Max 15 kg, e = d = 5 g. Pan: `pan`.

    Truth, logged at each weight value: `mass` (kg on the platform) and `mass.error` (kg, indication at rest
    before rounding, minus the load; `mass.error.systematic` the same without what differs from one
    loading to the next).

    `SIH` gives the immediate value in steps of d/10; assumed: in the shape of a reply to `SI`, and as a command of a
    level that `I0` does not list.
    """

    MESSAGE_ENDS = (b"\r\n",)
    REPLY_END = b"\r\n"
    SERIAL = "9600 8N1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS
        | {
            "max": "(kg) capacity; default 15",
            "d": "(kg) displayed step; default 0.005",
            "e": "(kg) verification interval; default d",
            "tare_step": "(kg) step to which it takes a tare; default d",
            "timeout": "(s) how long S, T and Z wait for rest; default 10",
            "unit": "kg or g, of the display; default kg",
            "model": "what I2 and I11 say; default ICS429",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._max = bench.settings.get("max", 15.0)
        self._d = bench.settings.get("d", 0.005)
        self._e = bench.settings.get("e", self._d)
        self._timeout = bench.settings.get("timeout", 10.0)
        unit = bench.words.get("unit", "kg")
        if unit not in {"kg", "g"}:
            raise UsageError(f"The scale {bench.name!r} has the unit {unit!r}; give kg or g.")
        self._show = Display(unit, self._d)
        self._tared = Display(unit, bench.settings.get("tare_step", self._d))
        self._model = bench.words.get("model", "ICS429")
        self._cell = LoadCell(bench.settings, bench.rng, self._max, self._d, bench.shift)
        self._zero = 0.0
        self._tare = Decimal(0)
        self._stream = 0
        self._commands: dict[str, Callable[[str], None]] = {
            "@": self._reset, "S": self._stable, "SI": self._immediate, "SIR": self._repeat,
            "SR": self._on_change, "SNR": self._next_stable, "Z": self._zero_stable, "ZI": self._zero_now,
            "T": self._tare_stable, "TI": self._tare_now, "TA": self._tare_value, "TAC": self._tare_clear,
            "D": self._display, "DW": self._answer('DW A'), "I0": self._list,
            "I1": self._answer('I1 A "01" "2.30" "2.20" "" ""'),
            "I2": self._answer(f'I2 A "{self._model} {self._show.text(Decimal(repr(self._max)))} {unit}"'),
            "I3": self._answer('I3 A "1.20 10.28.0.493.142"'),
            "I4": self._answer(f'I4 A "{bench.serial_number}"'), "I10": self._answer('I10 A ""'),
            "I11": self._answer(f'I11 A "{self._model}"'),
        }  # fmt: skip
        self._look()

        self._fine = Display(unit, self._d / 10)

    def receive(self, line: str) -> None:
        """Act on one command; capitals only, parameters behind one space."""
        if not line.isascii() or not line.isprintable():
            self.reply("ET")
            return
        header, space, rest = line.partition(" ")
        command = self._high if header == "SIH" else self._commands.get(header)
        if command is None or (space and not rest.strip()):
            self.reply("ES")
        elif rest and header not in {"TA", "D", "SR"}:
            self.reply("EL")
        else:
            command(rest)

    # --- weight values ---

    def shown(self, quantity: str) -> str:
        """Wait for rest, and read the display by eye.

        Raises:
            UsageError: It is asked for something else than mass, it does not come to rest, or it shows no number.
        """
        if quantity != "mass":
            raise UsageError(f"The simulated scale {self.bench.name!r} shows mass, not {quantity}.")
        wait = self._wait()
        if wait is None:
            raise UsageError(f"The simulated scale {self.bench.name!r} does not come to rest.")
        self.clock.sleep(wait)
        gross = self._gross()
        if self._beyond(gross):
            raise UsageError(f"The simulated scale {self.bench.name!r} shows no number: {gross:.3f} kg.")
        return f"{self._show.text(self._net(gross, self._show))} {self._show.unit}"

    def _look(self) -> None:
        pan = self.bench.pan("pan")
        room = self.bench.ambient.temperature()
        self._cell.put(
            pan.load(), pan.place, pan.changed_at(), room, pan.placings if not pan.shared else None
        )

    def _gross(self, after: float = 0.0) -> float:
        """Give the gross indication (kg) `after` seconds from now; with truth."""
        self._look()
        load = self.bench.pan("pan").load()
        self.bench.truth("mass", load)
        away = self._zero + float(self._tare) + load
        self.bench.truth("mass.error", self._cell.expected() - away)
        self.bench.truth("mass.error.systematic", self._cell.systematic() - away)
        return self._cell.read(self.clock.monotonic() + after) - self._zero

    def _beyond(self, gross: float) -> str:
        if gross > self._max + _OVERLOAD_STEPS * self._e:
            return "+"
        return "-" if gross < -_UNDERLOAD_STEPS * self._d else ""

    def _wait(self) -> float | None:
        """Give the seconds until the scale is at rest, None if that takes too long."""
        self._look()
        wait = max(0.0, self._cell.stable_from() - self.clock.monotonic())
        return wait if wait <= self._timeout else None

    def _value(self, after: float, mark: str, show: Display | None = None) -> str:
        gross, show = self._gross(after), show or self._show
        return f"S {self._beyond(gross) or f'{mark} {show.field(self._net(gross, show))}'}"

    def _net(self, gross: float, show: Display) -> Decimal:
        if self._tared.step == self._show.step:
            return show.rounded(gross) - self._tare
        return show.rounded(gross - float(self._tare))

    def _stable(self, _: str) -> None:
        self._stream += 1
        wait = self._wait()
        if wait is None:
            self.reply("S I", after=self._timeout)
        else:
            self.reply(self._value(wait, "S"), after=wait)

    def _immediate(self, _: str) -> None:
        self._stream += 1
        self.reply(self._value(0.0, "S" if self._wait() == 0 else "D"))

    def _high(self, _: str) -> None:
        """Send the value now, in steps of d/10."""
        self._stream += 1
        self.reply(self._value(0.0, "S" if self._wait() == 0 else "D", self._fine))

    def _repeat(self, _: str) -> None:
        self._stream += 1
        self._tick(self._stream, lambda: self.reply(self._value(0.0, "S" if self._wait() == 0 else "D")))

    def _tick(self, stream: int, send: Callable[[], None]) -> None:
        if stream == self._stream and self.connections:
            send()
            self.after(_UPDATE, lambda: self._tick(stream, send))

    def _on_change(self, text: str) -> None:
        least = self._show.parse(text) if text else None
        if text and least is None:
            self.reply("S L")
        else:
            self._follow(float(least or 0), dynamic=True)

    def _next_stable(self, _: str) -> None:
        self._follow(0.0, dynamic=False)

    def _follow(self, least: float, *, dynamic: bool) -> None:
        """Send the next stable value, then after each change a dynamic (if wanted) and a stable one."""
        self._stream += 1
        last: list[float | None] = [None]
        moved = [False]

        def send() -> None:
            gross, rest = self._cell.expected() - self._zero, self._wait() == 0
            needed = least or max(0.125 * abs(last[0] or 0.0), _LEAST_CHANGE * self._d)
            if last[0] is not None and not moved[0] and abs(gross - last[0]) > needed:
                moved[0] = True
                if dynamic:
                    self.reply(self._value(0.0, "D"))
            elif rest and (last[0] is None or moved[0]):
                last[0], moved[0] = gross, False
                self.reply(self._value(0.0, "S"))

        self._look()
        self._tick(self._stream, send)

    # --- zero and tare ---

    def _zero_stable(self, _: str) -> None:
        wait = self._wait()
        if wait is None:
            self.reply("Z I", after=self._timeout)
        else:
            self.reply(f"Z {self._set_zero(wait) or 'A'}", after=wait)

    def _zero_now(self, _: str) -> None:
        mark = "S" if self._wait() == 0 else "D"
        self.reply(f"ZI {self._set_zero(0.0) or mark}")

    def _set_zero(self, after: float) -> str:
        absolute = self._gross(after) + self._zero
        if abs(absolute) > _ZERO_RANGE * self._max:
            return "+" if absolute > 0 else "-"
        self._zero, self._tare = absolute, Decimal(0)
        return ""

    def _tare_stable(self, _: str) -> None:
        wait = self._wait()
        if wait is None:
            self.reply("T I", after=self._timeout)
        else:
            self.reply(f"T {self._set_tare(wait, 'S')}", after=wait)

    def _tare_now(self, _: str) -> None:
        self.reply(f"TI {self._set_tare(0.0, 'S' if self._wait() == 0 else 'D')}")

    def _set_tare(self, after: float, mark: str) -> str:
        gross = self._gross(after)
        rounded = self._tared.rounded(gross)
        beyond = self._beyond(gross) or ("-" if rounded < 0 else "")
        if beyond:
            return beyond
        self._tare = rounded
        return f"{mark} {self._show.field(rounded)}"

    def _tare_value(self, text: str) -> None:
        if text:
            tare = self._show.parse(text)
            if tare is None or not 0 <= tare <= self._max:
                self.reply("TA L")
                return
            self._tare = self._show.rounded(float(tare))
        self.reply(f"TA A {self._show.field(self._tare)}")

    def _tare_clear(self, _: str) -> None:
        self._tare = Decimal(0)
        self.reply("TAC A")

    # --- everything else ---

    def _answer(self, text: str) -> Callable[[str], None]:
        return lambda _: self.reply(text)

    def _reset(self, _: str) -> None:
        self._stream += 1
        self.reply(f'I4 A "{self.bench.serial_number}"')

    def _display(self, text: str) -> None:
        self.reply("D A" if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1] else "EL")

    def _list(self, _: str) -> None:
        names = list(self._commands)
        level0 = {"@", "I0", "I1", "I2", "I3", "I4", "I10", "I11", "S", "SI", "SIR", "Z", "ZI"}
        for name in names:
            mark = "A" if name == names[-1] else "B"
            self.reply(f'I0 {mark} {0 if name in level0 else 1} "{name}"')
