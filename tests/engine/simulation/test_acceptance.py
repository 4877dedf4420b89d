"""The acceptance list for SCPI simulators (reference/protocols.md, 1.5), through pyvisa."""

from __future__ import annotations

import pytest
from pyvisa.errors import VisaIOError
from pyvisa.resources import MessageBasedResource

CME, EXE, QYE, DDE = 32, 16, 4, 8  # IEEE 488.2-1992, 11.5.1


def events(gpib: MessageBasedResource) -> int:
    return int(gpib.query("*ESR?"))


@pytest.fixture(autouse=True)
def cleared(gpib):
    gpib.write("*CLS")


def test_unknown_header_is_a_command_error(gpib):
    gpib.write("NONSENSE 1")
    assert events(gpib) == CME
    assert gpib.query("SYST:ERR?") == '-113,"Undefined header"'
    assert gpib.query("SYST:ERR?") == '0,"No error"'


@pytest.mark.parametrize(
    ("message", "code", "event"),
    [
        ("CONF:VOLT:DC 5000", -222, EXE),
        ("CONF:VOLT:DC 1 A", -131, CME),
        ("CONF:VOLT:DC", -109, CME),
        ("CONF:VOLT:DC 1,2", -108, CME),
        ("CONF:VOLT:DC ten", -104, CME),
        ("OUTP3:STAT ON", -114, CME),
        ("DISP:TEXT:DATA hello", -161, CME),
        ("*ESE 256", -222, EXE),
        ("*ESE", -109, CME),
        ("*CLS 1", -108, CME),
    ],
)
def test_bad_parameters(gpib, message, code, event):
    gpib.write(message)
    assert events(gpib) == event
    assert int(gpib.query("SYST:ERR?").split(",")[0]) == code


@pytest.mark.parametrize(
    "message", ["READ", "DISP:TEXT:DATA", "SLOW?", "VOLT?", "*FOO", "CONFI 1", "FETCH:VOLTA?"]
)
def test_query_only_command_only_and_half_mnemonics(gpib, message):
    gpib.write(message)
    code = int(gpib.query("SYST:ERR?").split(",")[0])
    assert code == (-109 if message == "DISP:TEXT:DATA" else -113)
    assert events(gpib) == CME


def test_overlong_message_is_thrown_away_and_reported(gpib, meter):
    gpib.write("CONF:VOLT:DC 100;" + " " * 1000 + "READ?")
    assert meter.range == 10.0
    assert gpib.query("SYST:ERR?") == '-363,"Input buffer overrun"'
    assert gpib.query("*IDN?") == "EXAMPLE,TOY,0,1.0"


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n", b""])
def test_any_end_of_message(gpib, end):
    gpib.write_raw(b"*IDN?" + end)
    assert gpib.read() == "EXAMPLE,TOY,0,1.0"
    assert gpib.query("SYST:ERR?") == '0,"No error"'


def test_two_queries_in_one_line(gpib):
    assert gpib.query("CONF 100;CONF?;*ESE?") == '"VOLT +1.00000000E+02";0'


def test_identity_must_be_the_last_query(gpib):
    assert gpib.query("*IDN?;*ESE?") == "EXAMPLE,TOY,0,1.0"
    assert gpib.query("SYST:ERR?").startswith("-440,")


@pytest.mark.parametrize("data", [b"HELLO", b"a\nb;c,\"d'#", b"", bytes(range(256))])
def test_block_in_the_middle(gpib, meter, data):
    gpib.write_raw(b"CONF 1;:DISP:TEXT:DATA #3%03d" % len(data) + data + b";:CONF 100\n")
    assert meter.label == data
    assert meter.range == 100.0
    gpib.write("DISP:TEXT:DATA?")
    expected = b"#%d%d" % (len(str(len(data))), len(data)) + data + b"\n"
    assert gpib.read_bytes(len(expected)) == expected
    assert gpib.query("SYST:ERR?") == '0,"No error"'


def test_read_with_nothing_pending(gpib):
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
        gpib.read()
    assert events(gpib) == QYE
    assert gpib.query("SYST:ERR?") == '-420,"Query UNTERMINATED"'


def test_new_message_while_a_reply_waits(gpib):
    gpib.write("*IDN?")
    gpib.write("*ESE 0")
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
        gpib.read()
    assert gpib.query("SYST:ERR?;:SYST:ERR?") == '-410,"Query INTERRUPTED";-420,"Query UNTERMINATED"'


def test_error_queue_overflows_in_its_last_slot(gpib):
    for _ in range(25):
        gpib.write("NONSENSE")
    codes = [int(gpib.query("SYST:ERR?").split(",")[0]) for _ in range(21)]
    assert codes == [-113] * 19 + [-350, 0]
