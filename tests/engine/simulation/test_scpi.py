"""Headers, paths and parameters (SCPI-99, volume 1, chapters 6 and 7)."""

from __future__ import annotations

import pytest

from calbench.simulation import Answer, CommandTree, ScpiError, Status488
from calbench.simulation.parameters import (
    block,
    boolean,
    choice,
    definite_block,
    nr3,
    number,
    quoted,
    string,
)


class Recorder:
    def __init__(self, **options):
        self.calls = []
        self.status = Status488("A,B,0,0", power_on=False)
        self.tree = CommandTree(
            {
                "[SENSe:]VOLTage[:DC]:RANGe": lambda value: self.note("range", value),
                "[SENSe:]VOLTage[:DC]:RANGe?": lambda: "10",
                "[SENSe:]VOLTage:AC": lambda value="": self.note("ac", value),
                "ROUTe#:CLOSe#": lambda route, relay, state="": self.note("close", route, relay, state),
                "INITiate[:IMMediate]": lambda: self.note("init"),
                "CALCulate:LIST": lambda *values: self.note("list", *values),
                "*TRG": lambda: self.note("trg"),
                "READ?": lambda: Answer("1", 0.5),
            },
            self.status,
            **options,
        )

    def note(self, *call):
        self.calls.append(call)

    def run(self, line):
        return self.tree.run(line)

    def code(self):
        return self.status.errors.pop()[0]


@pytest.mark.parametrize(
    "header",
    [
        "VOLT:RANG",
        "volt:dc:rang",
        "SENSe:VOLTage:DC:RANGe",
        ":SENS:VOLT:RANG",
        "  sens:volt:RANGE",
        "VOLT:RANG\t",
    ],
)
def test_every_spelling(header):
    recorder = Recorder()
    recorder.run(f"{header} 10")
    assert recorder.calls == [("range", "10")]


@pytest.mark.parametrize(
    "header",
    [
        "VOLTA:RANG",
        "VOLT:RAN",
        "SENS:DC:RANG",
        "VOLT",
        "VOLT:DC",
        "::READ?",
        "READ??",
        "VOLT2:RANG",
        "",
        "READ",
    ],
)
def test_other_spellings_are_undefined(header):
    recorder = Recorder()
    assert recorder.run(f"{header} 10") is None
    assert recorder.code() == -113
    assert not recorder.calls


def test_path_stays_at_the_last_level():
    recorder = Recorder()
    recorder.run("SENS:VOLT:RANG 10;AC 1;*CLS;RANG 100;:INIT;:VOLT:AC")
    assert recorder.calls == [("range", "10"), ("ac", "1"), ("range", "100"), ("init",), ("ac", "")]
    assert recorder.code() == 0
    recorder.run("VOLT:RANG 10;READ?")
    assert recorder.code() == -113


def test_rest_of_the_message_is_dropped_after_a_command_error():
    recorder = Recorder()
    assert recorder.run("READ?;:NONSENSE;:INIT") == Answer("1", 0.5)
    assert recorder.calls == []


def test_answers_are_joined_and_their_times_added():
    assert Recorder().run("READ?;VOLT:RANG?;:READ?") == Answer("1;10;1", 1.0)


def test_numeric_suffixes_default_to_one():
    recorder = Recorder()
    recorder.run("ROUT2:CLOS13 ON;:ROUTE:CLOSE")
    assert recorder.calls == [("close", 2, 13, "ON"), ("close", 1, 1, "")]


def test_parameters_are_split_outside_of_strings_lists_and_blocks():
    recorder = Recorder()
    recorder.run("""CALC:LIST 1 , "a,b;c" ,(@101,102:104),#13,;,,'it''s';*TRG""")
    assert recorder.calls == [("list", "1", '"a,b;c"', "(@101,102:104)", "#13,;,", "'it''s'"), ("trg",)]


def test_codes_of_the_maker_for_misuse():
    recorder = Recorder(no_query=201, no_command=202, misuse_text={201: "Query only", 202: "Command only"})
    recorder.run("READ")
    recorder.run("INIT?")
    assert [recorder.status.errors.pop() for _ in range(2)] == [(202, "Command only"), (201, "Query only")]


def test_header_that_cannot_be_read_is_a_programming_error():
    with pytest.raises(ValueError, match="cannot be read"):
        CommandTree({"VOLT RANGE": lambda: None}, Status488())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0),
        ("-1.5", -1.5),
        ("1.5E-3", 1.5e-3),
        ("1.5\tE -3", 1.5e-3),  # IEEE 488.2, 7.7.2.2: white space may stand around the E
        (".5", 0.5),
        ("1.", 1.0),
        ("10 MV", 0.01),
        ("10mV", 0.01),
        ("2 uv", 2e-6),
        ("1 KV", 1000.0),
        ("5V", 5.0),
        ("#HFF", 255.0),
        ("#Q377", 255.0),
        ("#B1010", 10.0),
        ("MIN", -100.0),
        ("maximum", 1000.0),
        ("DEF", 7.0),
    ],
)
def test_numbers(text, value):
    assert number(text, low=-100.0, high=1000.0, unit="V", words={"DEFault": 7.0}) == value


def test_mega_ohms_are_not_milliohms():
    assert number("1 MOHM", unit="OHM") == 1e6  # IEEE 488.2, 7.7.3: MOHM and MHZ are mega
    assert number("1 KOHM", unit="OHM") == 1e3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", -109),
        ("abc", -104),
        ("1A", -131),
        ("1001", -222),
        ("1.2.3", -121),
        ("#Q9", -121),
        ("#B2", -121),
        ("MAXI", -104),
    ],
)
def test_numbers_that_are_none(text, code):
    with pytest.raises(ScpiError) as caught:
        number(text, low=-100.0, high=1000.0, unit="V")
    assert caught.value.code == code


def test_unit_where_none_is_allowed():
    with pytest.raises(ScpiError) as caught:
        number("1 V")
    assert caught.value.code == -138


def test_booleans_words_and_strings():
    assert [boolean(text) for text in ("ON", "off", "1", "0", "0.4", "2")] == [
        True,
        False,
        True,
        False,
        False,
        True,
    ]
    assert choice("imm", "IMMediate", "BUS") == "IMM"
    assert choice("IMMEDIATE", "IMMediate", "BUS") == "IMM"
    assert string('"a""b"') == 'a"b'
    assert string("'a\"b'") == 'a"b'
    assert quoted('a"b') == '"a""b"'
    for wrong in (
        lambda: boolean("YES"),
        lambda: choice("IMME", "IMMediate"),
        lambda: string("a"),
        lambda: boolean(""),
    ):
        with pytest.raises(ScpiError):
            wrong()


def test_blocks():
    assert block("#15HELLO") == b"HELLO"  # reference/protocols.md, 1.4
    assert block("#216CAL LAB NUMBER 1") == b"CAL LAB NUMBER 1"
    assert block("#0HELLO") == b"HELLO"
    assert definite_block(b"HELLO") == "#15HELLO"
    for wrong in ("#15HELL", "#15HELLOO", "HELLO", "#", "#1", "#\xb2", "#\xb21", "#2\xb23"):
        with pytest.raises(ScpiError):
            block(wrong)


def test_response_in_nr3():
    assert nr3(1.5) == "+1.50000000E+00"  # reference/protocols.md, 1.4
    assert nr3(-1.00349e-4) == "-1.00349000E-04"


def test_instruments_with_the_same_headers_keep_their_own_handlers():
    one, two = Recorder(), Recorder()
    one.run("INIT")
    assert (one.calls, two.calls) == ([("init",)], [])

    status = Status488("A,B,0,0", power_on=False)
    none = CommandTree({"INITiate": lambda: None}, status)
    some = CommandTree({"INITiate": lambda value: value}, status)
    none.run("INIT")
    assert some.run("INIT 5") == Answer("5")
    none.run("INIT 5")
    assert status.errors.pop()[0] == -108  # parameter not allowed
