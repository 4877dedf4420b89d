"""Settings of the 3458A that are a word or a few numbers, and how it answers their queries (protocols.md, 3.1)."""

from __future__ import annotations

from typing import Final

from calbench_sim.parts.multimeters.hp3458_format import text
from calbench_sim.parts.multimeters.hp3458_syntax import WORDS, Fault, Refused, number, word

_RESET_WORDS: Final = {
    "ARANGE": "ON", "AZERO": "ON", "BEEP": "ON", "DEFEAT": "OFF", "DISP": "ON", "END": "OFF", "FIXEDZ": "OFF",
    "FSOURCE": "ACV", "INBUF": "OFF", "LFILTER": "OFF", "LOCK": "OFF", "MENU": "FULL", "MATH": "OFF", "MMATH": "OFF",
    "MFORMAT": "SREAL", "OCOMP": "OFF", "OFORMAT": "ASCII", "QFORMAT": "NORM", "RATIO": "OFF", "SETACV": "ANA",
    "SLOPE": "POS", "TBUFF": "OFF", "SSRC": "LEVEL", "PRESET": "NORM",
}  # fmt: skip
_DEFAULT_WORDS: Final = {
    "END": "ALWAYS",
    "OFORMAT": "ASCII",
    "MFORMAT": "SREAL",
    "SETACV": "ANA",
    "SLOPE": "NEG",
}
# by command: lowest and highest value of each number, and what RESET gives
_NUMBERS: Final = {
    "ACBAND": ((1.0, 1e7, 20.0), (1.0, 1e7, 2e6)), "DELAY": ((-1.0, 6000.0, -1.0),),
    "LEVEL": ((-500.0, 500.0, 0.0),), "LFREQ": ((45.0, 440.0, 50.0),), "NDIG": ((3.0, 9.0, 7.0),),
    "TIMER": ((1e-8, 6000.0, 1.0),), "EXTOUT": ((0.0, 7.0, 1.0),),
}  # fmt: skip
_REGISTERS: Final = ("DEGREE", "LOWER", "MAX", "MEAN", "MIN", "NSAMP", "OFFSET", "PERC", "REF", "RES", "SCALE", "SDEV",
                     "UPPER", "HIRES", "PFAILNUM")  # fmt: skip
_RESET_REGISTERS: Final = {"DEGREE": 20.0, "PERC": 1.0, "REF": 1.0, "RES": 50.0, "SCALE": 1.0}
_FREE_WORDS: Final = frozenset({"LEVEL", "LFREQ", "EXTOUT"})  # where words stand that change nothing here


class Settings:
    """What is set; `get` and `set` know the commands that are nothing but a setting."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Take the state after RESET."""
        self._words = dict(_RESET_WORDS)
        self._numbers = {name: [its[2] for its in limits] for name, limits in _NUMBERS.items()}
        self.registers = dict.fromkeys(_REGISTERS, 0.0) | _RESET_REGISTERS

    def preset(self, kind: str) -> None:
        """Take the state after PRESET NORM, FAST or DIG, on top of that after RESET."""
        self._words["PRESET"] = kind
        self._numbers["NDIG"] = [6.0]
        if kind != "NORM":
            form = "DINT" if kind == "FAST" else "SINT"
            self._words |= {"AZERO": "OFF", "DISP": "OFF", "MFORMAT": form, "OFORMAT": form}
        if kind == "DIG":
            self._numbers |= {"DELAY": [0.0], "TIMER": [2e-5]}

    def word(self, header: str) -> str:
        """Give the word that is set for a command."""
        return self._words[header]

    def number(self, header: str) -> float:
        """Give the first number that is set for a command."""
        return self._numbers[header][0]

    def delay(self) -> float:
        """Give the delay (s) between trigger and sample: what is set, or none for the automatic one."""
        return max(0.0, self.number("DELAY"))

    def set(self, header: str, parameters: tuple[str, ...]) -> None:
        """Do a command that is a setting.

        Raises:
            Refused: no such command, or a parameter that it does not take.
        """
        if header in self._words and header != "PRESET":
            given = parameters[0] if parameters else _DEFAULT_WORDS.get(header, "ON")
            self._words[header] = word(header, given)
        elif header in self._numbers:
            self._set_numbers(header, parameters)
        else:
            raise Refused(Fault.SYNTAX)

    def get(self, header: str) -> str:
        """Answer the query of a setting.

        Raises:
            Refused: no such query.
        """
        if header in self._words:
            return self.coded(header, self._words[header])
        if header in self._numbers:
            return ",".join(self.shown(value) for value in self._numbers[header])
        raise Refused(Fault.SYNTAX)

    def coded(self, header: str, value: str) -> str:
        """Write a word as QFORMAT says: the number that stands for it, or itself."""
        return self.name(value, WORDS[header][value])

    def name(self, value: str, code: int) -> str:
        """Write a word that has this number."""
        return value if self._words["QFORMAT"] == "ALPHA" else str(code)

    def dressed(self, header: str, answer: str) -> str:
        """Put the header before an answer, if QFORMAT says so."""
        return f"{header} {answer}" if self._words["QFORMAT"] == "ALPHA" and header != "ID" else answer

    @staticmethod
    def shown(value: float) -> str:
        """Write a number: integers plainly, others as readings."""
        return str(int(value)) if value == int(value) and abs(value) < 1e9 else text(value)  # noqa: PLR2004 - digits

    def store(self, register: str = "", value: str = "0") -> None:
        """Do `SMATH`."""
        self.registers[self._register(register)] = number(value, -1e38, 1e38)

    def recall(self, register: str) -> str:
        """Do `RMATH`."""
        return text(self.registers[self._register(register)])

    @staticmethod
    def _register(name: str) -> str:
        upper = name.upper()
        if upper in _REGISTERS:
            return upper
        if name.isdecimal() and name.isascii() and len(name) < 3 and 0 < int(name) <= len(_REGISTERS):  # noqa: PLR2004
            return _REGISTERS[int(name) - 1]
        raise Refused(Fault.UNDEFINED)

    def _set_numbers(self, header: str, parameters: tuple[str, ...]) -> None:
        limits = _NUMBERS[header]
        values = [its[2] for its in limits]
        for index, (low, high, _) in enumerate(limits):
            if index < len(parameters) and parameters[index]:
                if header in _FREE_WORDS and parameters[index].isalpha():
                    continue
                values[index] = number(parameters[index], low, high)
        self._numbers[header] = values
