"""VISA libraries: pyvisa-py's other resources, pyvisa-sim as a library of a file, resource managers."""

from __future__ import annotations

import os
import pty

import pytest
import pyvisa

from calbench.clock import RealClock
from calbench.errors import LinkError, LinkTimeout, UsageError
from calbench.instruments import LineFormat, LinkSpec
from calbench.instruments.opening import open_link

DEVICE = """\
spec: "1.1"
devices:
  meter:
    eom:
      GPIB INSTR: {q: "\\n", r: "\\n"}
      TCPIP SOCKET: {q: "\\n", r: "\\n"}
      ASRL INSTR: {q: "\\n", r: "\\n"}
    dialogues:
      - {q: "*IDN?", r: "ACME,A100,7,1.0"}
      - {q: "READ?", r: "+1.0E+00"}
    error: ERROR
resources:
  GPIB0::22::INSTR: {device: meter}
  TCPIP0::10.0.0.1::5025::SOCKET: {device: meter}
  ASRL3::INSTR: {device: meter}
"""
RESOURCES = ["GPIB0::22::INSTR", "TCPIP0::10.0.0.1::5025::SOCKET", "ASRL3::INSTR"]


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "bench.yaml"
    path.write_text(DEVICE, encoding="utf-8")
    return f"{path}@sim"


def connect(address, library, **line):
    return open_link(LinkSpec("visa", address, library=library), line=LineFormat(**line))


@pytest.mark.parametrize("address", RESOURCES)
def test_an_instrument_of_a_file_answers(library, address):
    link = connect(address, library)

    assert link.query("*IDN?") == "ACME,A100,7,1.0"
    assert link.query("READ?") == "+1.0E+00"
    assert isinstance(link.clock, RealClock)
    link.close()


@pytest.mark.parametrize("address", RESOURCES)
def test_after_a_timeout_the_line_can_be_used(library, address):
    link = connect(address, library, timeout=0.1)
    with pytest.raises(LinkTimeout, match=r"no reply within 0\.1 s"):
        link.read()

    assert link.query("*IDN?") == "ACME,A100,7,1.0"
    link.close()


def test_the_library_of_a_file_ends_with_its_last_link(library):
    first, second = (connect(address, library) for address in RESOURCES[:2])
    manager = pyvisa.ResourceManager(library)

    first.close()
    first.close()
    assert second.query("READ?") == "+1.0E+00"
    second.close()
    with pytest.raises(pyvisa.errors.InvalidSession):
        _ = manager.session
    third = connect(RESOURCES[0], library)
    assert third.query("READ?") == "+1.0E+00"
    third.close()


def test_the_library_of_other_programs_stays_open():
    manager = pyvisa.ResourceManager("@py")
    link = connect("ASRLloop://::INSTR", "@py")
    link.close()

    assert manager.session is not None


def test_a_link_whose_library_was_closed_under_it_says_so(library):
    link = connect(RESOURCES[0], library)
    pyvisa.ResourceManager(library).close()

    with pytest.raises(LinkError):
        link.query("*IDN?")
    link.close()
    again = connect(RESOURCES[0], library)
    assert again.query("READ?") == "+1.0E+00"
    again.close()


def test_an_unknown_library_is_refused():
    with pytest.raises(UsageError, match="no VISA library '@nosuchlibrary'"):
        connect("GPIB0::22::INSTR", "@nosuchlibrary")


@pytest.mark.parametrize("address", ["GPIB0::7::INSTR", "nonsense", "USB0::1::2::3::INSTR"])
def test_what_is_not_there_fails_at_open(library, address):
    with pytest.raises(LinkError, match=address):
        connect(address, library)


def test_a_serial_line_gets_its_setting():
    port = connect("ASRLloop://::INSTR", "@py", baud=4800, bits=7, parity="E", stop=2, timeout=1)
    resource = port._visa

    assert (resource.baud_rate, resource.data_bits, resource.stop_bits.name) == (4800, 7, "two")
    assert resource.parity.name == "even"
    assert port.query("S") == "S"
    port.close()


def test_a_pseudo_terminal_that_refuses_parity_is_a_link_error():
    far, near = pty.openpty()
    try:
        with pytest.raises(LinkError, match="9600 8E1"):
            connect(f"ASRL{os.ttyname(near)}::INSTR", "@py", parity="E")
    finally:
        os.close(far)
        os.close(near)
