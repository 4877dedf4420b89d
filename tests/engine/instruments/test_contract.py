"""The contract catches each way to break it: one bad toy driver for each rule."""

from __future__ import annotations

import importlib.util
import itertools
import sys

import pytest

from calbench.instruments import catalog, contract

GOOD = '''\
"""Acme 100 multimeter and source (programming manual A100-9018, revision C)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Applied, Identity, Number, Reading, Safe, Verified, decimal

BEEP = "SYST:BEEP"


class Acme100:
    """A toy.

    Verified on: nothing.
    """

    LINE: ClassVar[LineFormat] = LineFormat()
    LINKS: ClassVar[tuple[str, ...]] = ("GPIB",)
    MODELS: ClassVar[tuple[str, ...]] = ("A100",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.voltage.dc", "source.voltage.dc")
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "manual",
        "CONF:VOLT:DC": "manual",
        "CONF:VOLT:NPLC": "manual",
        "OUT": "manual",
        "OUT?": "peer",
        "READ?": "peer",
        "STBY": "assumed",
        "SYST:BEEP": "manual",
        "SYST:ERR?": "manual",
        "TRIG:COUN": "manual",
        "ZERO:AUTO": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._link = link

    def identify(self) -> Identity:
        """Ask *IDN?."""
        return scpi.identity(self._link.query("*IDN?"))

    def read_errors(self) -> list[str]:
        """Empty the queue."""
        return scpi.drain_errors(self._link, "SYST:ERR?")

    def measure_dc_voltage(self, on_range: Number) -> Reading:
        """Measure."""
        function = "VOLT"
        todo = [f"CONF:{function}:DC {decimal(on_range)}", f"{function}:NPLC 10;TRIG:COUN 1"]
        todo.append("ZERO:AUTO " + "ON")
        self._set(*todo)
        self._set(BEEP)
        return scpi.reading(self._number("READ?"), "V")

    def apply_dc_voltage(self, value: Number) -> Applied:
        """Apply."""
        self._put("OUT", value)
        text = self._number("OUT?")
        return Applied(scpi.number(text), "V", text)

    def standby(self) -> None:
        """Stand by."""
        self._link.write("STBY")

    def make_safe(self) -> Safe:
        """Stand by."""
        self.standby()
        return Safe.SENT_UNVERIFIED

    def _put(self, header: str, value: Number) -> None:
        self._set(f"{header} {value}")

    def _set(self, *messages: str) -> None:
        for message in messages:
            self._link.write(message)
            self.read_errors()

    def _number(self, message: str) -> str:
        return self._link.query(message)
'''

RULES = {
    "manual": ("(programming manual A100-9018, revision C)", "", "names no manual"),
    "no module docstring": (GOOD[: GOOD.index("\n")], "", "names no manual"),
    "verified on": ("Verified on: nothing.", "Tested.", "Verified on"),
    "LINE": ("= LineFormat()", "= '9600 8N1'", "LINE is not"),
    "MODELS": ('= ("A100",)', '= "A100"', "MODELS is not"),
    "MODELS empty": ('= ("A100",)', "= ()", "MODELS is not"),
    "PROVIDES": ('= ("measure.voltage.dc", "source.voltage.dc")', '= "measure"', "PROVIDES is not"),
    "COMMANDS": ('"STBY": "assumed"', '"STBY": "sure"', "'STBY': 'sure'"),
    "unknown capability": ('("measure.voltage.dc",', '("measure.volts",', "'measure.volts', which no driver"),
    "passive capability": ('("measure.voltage.dc",', '("standard.mass",', "'standard.mass', which no driver"),
    "method missing": (
        "def measure_dc_voltage",
        "def measure_voltage",
        "needs the method `measure_dc_voltage(",
    ),
    "parameter name": (
        "(self, on_range: Number)",
        "(self, range_: Number)",
        "but it is `measure_dc_voltage(",
    ),
    "parameter type": (
        "(self, on_range: Number)",
        "(self, on_range: float)",
        "but it is `measure_dc_voltage(",
    ),
    "return type": (
        "on_range: Number) -> Reading",
        "on_range: Number) -> str",
        "but it is `measure_dc_voltage(",
    ),
    "more parameters": (
        "on_range: Number)",
        "on_range: Number, n: int = 1)",
        "but it is `measure_dc_voltage(",
    ),
    "unreadable type": ("Number) -> Reading", "Number) -> Nowhere", "cannot be read"),
    "make_safe": (
        "def make_safe(self)",
        "def _make_safe(self)",
        "source.voltage.dc needs the method `make_safe(",
    ),
    "standby": ("def standby(self) -> None", "def _standby(self) -> None", "needs the method `standby("),
    "identify": ("def identify(self)", "def who(self)", "every driver needs the method `identify("),
    "read_errors": (
        "def read_errors(self) -> list[str]",
        "def read_errors(self) -> str",
        "an error queue needs",
    ),
    "docstring": ('        """Measure."""\n', "", "`measure_dc_voltage` has no docstring"),
    "return annotation": (
        "def standby(self) -> None",
        "def standby(self)",
        "`standby` does not say what it returns",
    ),
    "configure": (
        "    def _put",
        '    def configure(self, nplc: int) -> None:\n        """Set."""\n\n    def _put',
        "settings need",
    ),
    "two classes": ("class Acme100:", "class Other:\n    pass\n\n\nclass Acme100:", "Other, Acme100"),
    "base class": ("class Acme100:", "class Acme100(object):", "has a base class"),
    "constructor": (
        "def __init__(self, link: Link)",
        "def __init__(self, link: Link, n: int = 0)",
        "self, link, n",
    ),
    "pyvisa": ("import scpi\n", "import scpi\nimport pyvisa\n", "imports pyvisa"),
    "serial": ("import scpi\n", "import scpi\nfrom serial import Serial\n", "imports serial.Serial"),
    "socket": ("import scpi\n", "import scpi\nimport socket\n", "imports socket"),
    "time": ("import scpi\n", "import scpi\nimport time\n", "imports time"),
    "late import": ("        self.standby()\n", "        import time\n", "imports time"),
    "simulator": ("import scpi\n", "import scpi\nimport calbench_sim\n", "imports calbench_sim"),
    "simulation": ("import scpi\n", "import scpi\nfrom calbench import simulation\n", "calbench.simulation"),
    "sleeping": ("        self.standby()\n", "        self._link.clock.sleep(1)\n", "sleeps"),
    "literal": ('self._link.write("STBY")', 'self._link.write("STBY;FOO 1")', "sends 'FOO'"),
    "query is another command": ('self._link.write("STBY")', 'self._link.write("STBY?")', "sends 'STBY?'"),
    "f-string": ('f"CONF:{function}:DC ', 'f"SENS:{function}:DC ', "sends 'SENS:{…}:DC'"),
    "appended": ('"ZERO:AUTO " + "ON"', '"ZERO:ON" + "CE"', "sends 'ZERO:ONCE'"),
    "through a constant": ('BEEP = "SYST:BEEP"', 'BEEP = "BEEP"', "sends 'BEEP'"),
    "through a method": ('self._number("READ?")', 'self._number("FETC?")', "sends 'FETC?'"),
    "header through a method": ('self._put("OUT", value)', 'self._put("VOLT", value)', "sends 'VOLT'"),
    "handed on with the link": ('(self._link, "SYST:ERR?")', '(self._link, "ERR?")', "sends 'ERR?'"),
    "either": ('write("STBY")', 'write("STBY" if self else "OFF")', "sends 'OFF'"),
    "nothing but a value": ('self._link.write("STBY")', 'self._link.write(f"{self.LINE} 1")', "sends '{…}'"),
    "never sent": (
        '"STBY": "assumed",',
        '"STBY": "assumed",\n        "*RST": "manual",',
        "lists '*RST', which",
    ),
}

numbers = itertools.count()


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Give a function that loads source as a driver's module."""

    def start(source: str):
        name = f"toy{next(numbers)}"
        path = tmp_path / f"{name}.py"
        path.write_text(source, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module.Acme100

    return start


def test_a_good_driver_has_no_violations(load):
    assert contract.violations(load(GOOD)) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_bad_driver_is_caught(load, rule):
    old, new, message = RULES[rule]
    assert GOOD.count(old) == 1, "the toy changed: this rule is not tested any more"

    found = contract.violations(load(GOOD.replace(old, new)))

    assert any(message in one for one in found), found
    assert all(one.startswith("toy") for one in found)


@pytest.mark.parametrize("name", catalog.names())
def test_every_driver_that_is_found_keeps_the_contract(name):
    assert contract.violations(catalog.find(name)) == []
