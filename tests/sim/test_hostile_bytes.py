"""No byte string can crash a simulated instrument, over whatever line it comes; it answers afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.thorough import many

from calbench.simulation.world import World

# model -> (the fragments of its language, how it ends a message, what makes it answer, part of the answer)
MULTIMETER = (
    b"VOLT|CONF|:VOLT:DC|RANG|READ?|INIT|FETC?|R?|DATA:REM?|MEAS:FRES?|*ESE|*SRE|*OPC|*OPC?|*WAI|*RST|*IDN?|FUNC|"
    b"SAMP:COUN|TRIG:COUN|TRIG:SOUR|DISP:TEXT|CALC:NULL:OFFS|ZERO:AUTO|ABOR|*TRG|MIN|MAX|INF|NAN|BUS|ON|ONCE"
).split(b"|")
CALIBRATOR = (
    b"OUT|OUT?|OPER|STBY|*ESE|*SRE|*WAI|*OPC|*OPC?|*RST|ISR?|ISCE|EXPLAIN?|RANGELCK|ZCOMP|WIRE2|V|OHM|MV|HZ|"
    b"NAN|ERR?|FAULT?|RCOMP|EXTSENSE|*IDN?|ON|A|UF|KHZ|,"
).split(b"|")
HP3458 = (
    b"DCV|OHMF|FREQ|NPLC|APER|TARM|TRIG|NRDGS|SWEEP|TIMER|DELAY|MEM|RMEM|MCOUNT?|SGL|HOLD|AUTO|SYN|FIFO|LIFO|TIMER|"
    b"OFORMAT|SINT|DREAL|RESET|PRESET|DIG|FAST|ERR?|ERRSTR?|STB?|RQS|CSB|ACAL|RMATH|SMATH|MATH|NULL|QFORMAT|ALPHA|ID?"
).split(b"|")
KEITHLEY = (
    b":SENS:FUNC|VOLT:DC:RANG|:READ?|INIT|INIT:CONT|FETC?|SENS:DATA:FRES?|:TRAC:DATA?|TRAC:POIN|TRAC:FEED:CONT|NEXT|CONF:RES|"
    b"VOLT:AVER:COUN|AVER:STAT|REF:ACQ|REL|NPLC|SAMP:COUN|SENS:COUN|TRIG:COUN|TRIG:SOUR|BUS|*TRG|TRIG:TIM9:DEL|FORM:ELEM|*LANG|"
    b"SYST:PRES|*RST|*IDN?|*OPC?|*WAI|*ESE|ON|MIN|MAX|INF|UNIT|DISP:USER1:TEXT|ABOR|SYST:ERR?"
).split(b"|")
F8588 = (
    b'FUNC "VOLT:AC"|FUNC "RES"|VOLT:DC:RANG|RES|NPLC|APER|READ?|INIT|INIT:CONT|FETC?|TRIG:COUN|ARM:LAY1:COUN|'
    b"ARM:LAY2:SOUR|BUS|*TRG|TRIG:IMM|VOLT:AC:SEC|FREQ|ZERO?|ZCLE?|ROUT:TERM|REAR|CALC:SST:SDEV?|FORM PACK|*RST|"
    b"*IDN?|*OPC?|*WAI|ON|MIN|MAX"
).split(b"|")
F8508 = (
    b"DCV|ACV|OHMS|TRUE_OHMS|DCI|AUTO|RESL5|RESL8|FILT_ON|FILT40HZ|FAST_ON|TWO_WR|FOUR_WR|LOI_ON|INPUT|REAR|DIV_REAR|OFF|"
    b"GUARD|EXT|INT|TRG_SRCE|DELAY|DFLT|*TRG|X?|RDG?|MESR?|MESE|ZERO?|MZERO?|AVG|EXQ?|DDQ?|*ESR?|*OPT?|*RST|*IDN?|*OPC?"
).split(b"|")
COUNTER = (
    b"CONF:FREQ|CONF:PER|CONF:TOT:TIM|CONF:TOT:CONT|(@1)|(@2)|MEAS:FREQ?|READ?|INIT|FETC?|ABOR|R?|DATA:REM?|TOT:DATA?|"
    b"INP1:COUP|INP2:LEV|INP1:IMP|50|FREQ:GATE:TIME|SAMP:COUN|TRIG:COUN|TRIG:SOUR|BUS|*TRG|FUNC 'TOT 2'|INF|"
    b"MIN|DEF|*RST|*OPC?|*IDN?"
).split(b"|")
GENERATOR = (
    b"FUNC SQU|SOUR1:FREQ|FREQ|FUNC:SQU:DCYC|VOLT:HIGH|VOLT:LOW|VOLT:LIM:STAT|OUTP|OUTP:LOAD|BURS:STAT|BURS:MODE|"
    b"GAT|BURS:NCYC|BURS:PHAS|BURS:INT:PER|TRIG:SOUR|BUS|TIM|*TRG|ABOR|INF|MIN|MAX|ON|*OPC|*OPC?|*WAI|*RST|SYST:ERR?"
).split(b"|")
PRESSURE = (
    b"UNIT:PRES|KPA|BAR|SENS:PRES?|:SENS2|INL?|SOUR:PRES|:SLEW|:INL:TIME|:VENT|MODE|LIN|MAX|OUTP:STAT|OUTP:PRES:MODE|CONT|"
    b"MEAS:PRES?|VENT|STAT:OPER:PRES:EVEN?|STAT:OPER:COND?|ENAB|INST?|INST:LIM?|INST:CAT9:ALL?|*ESR?|*SRE|*OPC|*RST|*WAI|ON"
).split(b"|")
MENSOR = b"?|A?|Setpt|Setpt?|Control|Measure|Vent|Units|Outform|Stable?|Stablewin|Error?|Acquire?|Keylock|NO|kPa".split(
    b"|"
)
HART = (
    b"s|s=|t|u=|f|c|c=|sa=|sa=0|du=|h|lf=|of|on|sc=|sr=|pr=|po|ho|hl=|*ver|*sn|all|help|temp|sample=".split(
        b"|"
    )
)
WELL = (
    b"SOUR:SPO|SOUR:SENS:DATA?|SOUR:STAB:LIM|:TEST?|SOUR:RATE|OUTP:STAT|READ?|UNIT:TEMP|F|C|*RST|*OPC?|*ESE|*WAI|"
    b"FETC?|MEAS? 2|FORM:TDST:STAT|STAT:ALAR?|STAT:ALAR:ENAB|STAT:MEAS?|SYST:ERR?"
).split(b"|")
SBI = b"\x1bP|\x1bT|\x1bU|\x1bV|\x1bZ|\x1bW|\x1bS|\x1bx1_|\x1bx|\x1b|_|1_|\x1bs3_|\x1bf1_|P|K".split(b"|")
FX = b"Q|S|SI|SIR|C|R|Z|T|P|ON|OFF|?ID|?PT|PT:|PT:+5.00 g|ID:|CAL".split(b"|")
RANGER = b"IP|P|CP|SP|SLP|SLZP|0P|1P|3600P|T|0.5T|Z|PT|PSN|PV|ON|1S|0S|0RL|1RL|5#|P#|5%".split(b"|")
MODELS = {
    "sartorius/sbi": (SBI, b"\r\n", b"\x1bx1_", b"ENTRIS3202-1S"),
    "aandd/fx": (FX, b"\r\n", b"?TN", b"TN,FX-300i"),
    "ohaus/ranger": (RANGER, b"\r", b"PV", b"RANGER 1.20"),
    "fluke/f1524": (WELL, b"\r", b"*IDN?", b"FLUKE,1524"),
    "fluke/f1620a": (WELL, b"\r", b"*IDN?", b"FLUKE,1620A"),
    "fluke/f9142": (WELL, b"\r", b"*IDN?", b"HART,9142"),
    "hart/classic": (HART, b"\r", b"*ver", b"ver.9103,2.00"),
    "druck/pace5000": (PRESSURE, b"\n", b"*IDN?", b"Pace5000"),
    "fluke/f6270a": (PRESSURE, b"\n", b"*IDN?", b"6270A"),
    "mensor/cpc6050": (MENSOR, b"\r", b"ID?", b"MENSOR,600"),
    "agilent/a34401a": (MULTIMETER, b"\n", b"*IDN?", b"34401A"),
    "keysight/k34461a": (MULTIMETER, b"\n", b"*IDN?", b"34461A"),
    "keysight/k3458a": (HP3458, b"\n", b"ID?", b"3458A"),
    "keysight/k34465a": (MULTIMETER, b"\n", b"*IDN?", b"34465A"),
    "keithley/k2000": (KEITHLEY, b"\n", b"*IDN?", b"MODEL 2000"),
    "keithley/kdmm6500": (KEITHLEY, b"\n", b"*IDN?", b"DMM6500"),
    "fluke/f8588a": (F8588, b"\n", b"*IDN?", b"8588A"),
    "fluke/f8508a": (F8508, b"\n", b"*IDN?", b"8508A"),
    "keysight/k33511b": (GENERATOR, b"\n", b"*IDN?", b"33511B"),
    "keysight/k53230a": (COUNTER, b"\n", b"*IDN?", b"53230A"),
    "fluke/f5522a": (CALIBRATOR, b"\n", b"*IDN?", b"5522A"),
    "fluke/f5730a": (CALIBRATOR, b"\n", b"*IDN?", b"5730A"),
    "mettler/mtsics": (
        b"@|S|SI|SIR|SR|SNR|Z|ZI|T|TI|TA|TAC|D|I0|I4|kg|g".split(b"|"),
        b"\r\n",
        b"I4",
        b"I4 A",
    ),
    "vaisala/hmt330": (
        b"SEND|R|S|INTV|SMODE|POLL|RUN|STOP|FORM|RH|T|U9|CSX|CS4|ADDR|OPEN|CLOSE|ERRS|?|/".split(b"|"),
        b"\r",
        b"S\rSMODE STOP\rOPEN 0\rSMODE STOP\rVERS",
        b"HMT330",
    ),
    "fluke/f6105a": (
        b"PHAS|SOUR:PHAS1|:VOLT|:CURR|:MHAR|:HARM|:HARM3|:AMPL|:STAT|:ALL?|:RANG|:POW:WATT?|OUTP:STAT|OUTP:RAMP:TIME|"
        b"FREQ|ON|AMPL|*OPC?|*WAI|*RST|UNIT:MHAR:VOLT|ABS".split(b"|"),
        b"\n",
        b"*IDN?",
        b"6105A",
    ),
    "keysight/e36312a": (
        b"VOLT|CURR|(@1)|(@1,2)|(@1:3)|(@9)|OUTP|ON|MEAS:VOLT?|MEAS:CURR?|APPL|CH1|INST:NSEL|:PROT|:TRIP?|:CLE|MAX|DEF|"
        b"STAT:QUES:INST:ISUM1:COND?|*OPC?|*WAI|*RST".split(b"|"),
        b"\n",
        b"*IDN?",
        b"E36312A",
    ),
    "meatest/m142": (
        b"VOLT|CURR|RES|CAP|FREQ|FUNC|SIN|DC|OUTP|ON|OFF|V|HZ|MODE?|VOLT?|*OPC?|*WAI|*RST|*CLS".split(b"|"),
        b"\n",
        b"*IDN?",
        b"M-142",
    ),
    "zera/fg": (
        b"SUPAER230.000000.00S230.000240.00T230.000120.00|SIPAAR005.000000.00S005.000240.00T005.000120.00|"
        b"SUIEEEPPPAAA|SUI|SUP|SFR|50.00|TS|S|R230.000".split(b"|"),
        b"\r",
        b"TS",
        b"FG301",
    ),
    "zera/mt": (
        b"AAV|AME|ATI|99|AST|AML|AMT|4WA|AVR|ACR|AAM|AAA|AEP|100000;03;10;0|AEB|AEB1|AEE|AES1|;".split(b"|"),
        b"\r",
        b"AAV",
        b"MT793",
    ),
}
# seconds in which everything is over that these words can ask for: acquisitions, settling, readings that must be stable
WAITS = 8000.0
# these send ten lines a second from one word on, and what they wait for is over in a minute
STREAMS = {"mettler/mtsics": 100.0, "ohaus/ranger": 100.0}
NUMBERS = [
    b"0", b"1", b"-1", b"1e3", b"1E400", b"-1E-400", b"9.9E37", b"1\tE 5", b"1 \xa0E3", b"9" * 5000, b"1_000",
    b"#H" + b"F" * 300, b"#", b"#\xb2", b"#\xb21", b"#2\xb23", b"#15hello", b"#0", b"#9999999999", b"\xb2", b"\xb9",
    b"0." + b"3" * 5000, b"001" + b"9" * 5000 + b".1", b"9999999999.9", b"\xb3.1",
]  # fmt: skip
MARKS = [
    b" ",
    b"\t",
    b";",
    b":",
    b",",
    b"?",
    b"'",
    b'"',
    b"(",
    b")",
    b"\n",
    b"\r",
    b"\0",
    b"\x03",
    b"\x14",
    b"\xff",
]


@pytest.mark.parametrize("line", ["gpib", "socket", "serial"])
@pytest.mark.parametrize("model", MODELS)
def test_no_bytes_crash_a_model(model, line):
    words, end, question, answer = MODELS[model]
    piece = st.one_of(
        st.sampled_from(words),
        st.sampled_from(NUMBERS),
        st.sampled_from(MARKS),
        st.binary(max_size=12),
        st.just(end),
    )

    @settings(max_examples=many(60, 12), deadline=None)
    @given(st.lists(piece, max_size=14).map(b"".join), st.sampled_from([0, 7]))
    def feed(data: bytes, cut: int) -> None:
        world = World(seed=1)
        device = world.add("it", model)
        connection = device.connect(message_based=line == "gpib", serial=line == "serial")
        for chunk in (data[:cut], data[cut:]):
            connection.write(chunk)
            world.clock.sleep(0.3)
            connection.take(1 << 20)
        device.status_byte()
        connection.write(end)
        world.clock.sleep(STREAMS.get(model, WAITS))
        while connection.take(1 << 20)[0]:
            pass
        device.device_clear()
        connection.write(question + end)
        world.clock.sleep(10.0)
        reply = b""
        while chunk := connection.take(1 << 20)[0]:
            reply += chunk
        assert answer in reply

    feed()


@pytest.mark.parametrize("model", ["agilent/a34401a", "keysight/k34461a", "fluke/f5522a", "fluke/f5730a"])
@pytest.mark.parametrize("command", ["*ESE", "*SRE"])
@pytest.mark.parametrize("number", ["NAN", "sNaN", "INF", "1_0", "0x10", "--1"])
def test_enable_masks_take_numbers_only(instrument, model, command, number):
    line = instrument(model)
    line.say("*CLS", f"{command} {number}")
    assert int(line.ask("*ESR?")) == 32  # command error (IEEE 488.2, 11.5.1.1.4)
    assert line.ask(f"{command}?") == "0"


def test_a_number_beyond_all_bounds_is_out_of_range(instrument):
    line = instrument("agilent/a34401a")
    line.say("*CLS", "*ESE 1E400")
    assert line.ask("SYST:ERR?") == '-222,"Data out of range"'
    line.say(f"CONF:VOLT:DC #H{'F' * 300}")
    assert line.ask("SYST:ERR?") == '-222,"Data out of range"'
    line.say("DISP:STAT 1E400")  # true: it rounds to something else than 0
    assert line.ask("SYST:ERR?;:DISP?") == '+0,"No error";1'


def test_more_readings_than_can_be_simulated_are_refused(instrument):
    line = instrument("agilent/a34401a")
    line.say("SAMP:COUN 50000", "TRIG:COUN 50000", "READ?")
    assert line.ask("SYST:ERR?").startswith("-221,")
