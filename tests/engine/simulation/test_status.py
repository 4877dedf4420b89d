"""IEEE 488.2 status reporting (reference/protocols.md, 1.1 to 1.3)."""

from __future__ import annotations

import pytest
from pyvisa.constants import EventMechanism, EventType
from pyvisa.errors import VisaIOError

from calbench.simulation import NOT_HANDLED, ErrorQueue, Event, EventRegister, Status488


def test_power_on_event_is_read_once():
    status = Status488("A,B,0,0")
    assert status.common("*ESR?") == "128"
    assert status.common("*esr?") == "0"


def test_clear_leaves_enable_registers():
    status = Status488("A,B,0,0")
    for command in ("*ESE 36", "*SRE 255", "*CLS"):
        assert status.common(command) is None
    assert status.common("*ESE?") == "36"
    assert status.common("*SRE?") == "191"  # bit 6 is ignored and reads 0
    status.error(-113)
    assert status.byte(mav=False) == 0x24
    assert status.common("*STB?") == str(0x64)
    status.common("*CLS")
    assert status.common("*STB?") == "0"


def test_enable_values_are_rounded_numbers():
    status = Status488("A,B,0,0")
    status.common("*ESE 3.2E1")
    assert status.event_enable == 32


def test_unknown_common_command_is_left_to_the_model():
    assert Status488("A,B,0,0").common("*TRG") is NOT_HANDLED
    assert Status488(None).common("*IDN?") is NOT_HANDLED


@pytest.mark.parametrize(
    ("code", "event"), [(-113, 32), (-222, 16), (-310, 8), (-410, 4), (521, 8), (-100, 32), (-499, 4)]
)
def test_event_bit_of_an_error_code(code, event):
    status = Status488("A,B,0,0", power_on=False)
    status.error(code)
    assert status.events == event


def test_a_family_with_bits_and_errors_of_its_own():
    # Fluke 5500 series: EAV in bit 3, queue of 16, codes of its own, overflow is code 1, 0,"No Error"
    errors = ErrorQueue(
        depth=16,
        texts={1: "Error queue overflow", 1300: "Bad syntax"},
        no_error=(0, "No Error"),
        overflow=1,
        translate={-113: 1300},
    )
    status = Status488("FLUKE,5522A,1,1+1+1", errors=errors, error_bit=3, power_on=False)
    status.error(-113)
    assert status.events == Event.CME
    assert status.byte(mav=True) == 0x18
    assert errors.pop_reply() == '1300,"Bad syntax"'
    assert errors.pop_reply() == '0,"No Error"'
    for _ in range(17):
        status.error(539, "can't change compensation now", event=Event.EXE)
    assert [errors.pop()[0] for _ in range(17)] == [539] * 15 + [1, 0]


def test_signs_and_details_of_error_replies():
    errors = ErrorQueue(sign="+")
    errors.push(-222, detail="range 5000")
    assert errors.pop_reply() == '-222,"Data out of range;range 5000"'
    assert errors.pop_reply() == '+0,"No error"'


def test_operation_register_reaches_its_summary_bit():
    register = EventRegister()
    status = Status488("A,B,0,0", registers={7: register})
    register.enable = 0x10
    register.set(0x10, raised=True)
    assert status.byte(mav=False) == 0x80
    register.set(0x10, raised=False)
    assert register.read_event() == 0x10
    assert status.byte(mav=False) == 0


def test_operation_complete_in_its_three_forms(gpib, world):
    gpib.timeout = 10000
    gpib.write("*CLS;SLOW;*OPC")
    assert gpib.query("*ESR?") == "0"
    world.clock.sleep(3.0)
    assert gpib.query("*ESR?") == "1"
    start = world.clock.monotonic()
    assert gpib.query("SLOW;*OPC?") == "1"
    assert world.clock.monotonic() == start + 3.0
    assert gpib.query("SLOW;*WAI;*ESE?") == "0"
    assert world.clock.monotonic() == start + 6.0


def test_clear_and_reset_cancel_a_pending_operation_complete(gpib, world):
    for cancel in ("*CLS", "*RST"):
        gpib.write("*CLS;SLOW;*OPC")
        gpib.write(cancel)
        world.clock.sleep(10.0)
        assert gpib.query("*ESR?") == "0"


def test_reset_reaches_the_model(gpib, meter):
    gpib.write("CONF 100;*ESE 4")
    gpib.write("*RST")
    assert meter.range == 10.0
    assert gpib.query("*ESE?") == "4"


def test_status_byte_by_serial_poll(gpib, world):
    gpib.write("READ?")
    assert gpib.stb == 0
    world.clock.sleep(0.2)
    assert gpib.stb == 0x10
    gpib.read()
    assert gpib.stb == 0


def test_service_request_on_a_reading(gpib, world):
    gpib.write("*CLS;*SRE 16")
    gpib.write("READ?")
    assert not gpib.stb & 0x40
    gpib.wait_for_srq(timeout=2000)
    assert world.clock.monotonic() == 0.2
    assert gpib.read() == "+1.00000000E+01"
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
        gpib.wait_for_srq(timeout=500)


def test_poll_takes_a_request_back_and_a_new_reason_brings_another(gpib, meter):
    gpib.write("*CLS;*SRE 36;*ESE 32")
    gpib.write("NONSENSE")
    assert gpib.stb == 0x64
    assert gpib.stb == 0x24  # RQS is gone, the reasons are not
    assert gpib.query("*STB?") == str(0x64)  # MSS is not touched by the poll
    gpib.write("NONSENSE")
    assert not gpib.stb & 0x40  # no new reason
    gpib.query("*ESR?")
    gpib.write("NONSENSE")
    assert gpib.stb & 0x40


def test_service_request_when_an_operation_completes(gpib, world):
    gpib.write("*CLS;*ESE 1;*SRE 32")
    gpib.enable_event(EventType.service_request, EventMechanism.queue)
    gpib.write("SLOW;*OPC")
    response = gpib.wait_on_event(EventType.service_request, 5000)
    assert not response.timed_out
    assert world.clock.monotonic() == 3.0
    assert gpib.stb == 0x60


def test_service_request_handler_is_called(gpib, world):
    calls = []
    handle = gpib.install_handler(EventType.service_request, lambda *given: calls.append(given[0]), "user")
    gpib.enable_event(EventType.service_request, EventMechanism.handler)
    gpib.write("*CLS;*ESE 1;*SRE 32;*OPC")
    assert calls == [gpib.session]
    assert handle == "user"


def test_waiting_without_enabling_is_an_error(gpib):
    with pytest.raises(VisaIOError, match="VI_ERROR_NENABLED"):
        gpib.wait_on_event(EventType.service_request, 10)
