"""Two spellings of one instrument are one resource; two instruments are two.

The forms of VISA resource names are those of the VPP-4.3 specification, table 4.3.1 ("address strings").
"""

from __future__ import annotations

from pathlib import Path

import pytest

from calbench.leasing.resources import host_of, resources

SAME = [
    [
        ("visa", "GPIB::22"),
        ("visa", "GPIB0::22::INSTR"),
        ("visa", "gpib0::22::instr"),
        ("visa", "GPIB0::022"),
    ],
    [
        ("serial", "COM3"),
        ("serial", "com3"),
        ("serial", r"\\.\COM3"),
        ("visa", "ASRL3::INSTR"),
        ("visa", "asrl3"),
    ],
    [
        ("socket", "localhost:5025"),
        ("socket", "127.0.0.1:5025"),
        ("socket", "LOCALHOST:5025"),
        ("socket", "[::1]:5025"),
        ("visa", "TCPIP0::127.0.0.1::5025::SOCKET"),
        ("visa", "tcpip::localhost::5025::socket"),
        ("serial", "socket://localhost:5025"),
        ("serial", "rfc2217://127.0.0.1:5025/ign_set_control"),
    ],
    [
        ("visa", "TCPIP0::192.0.2.65::inst0::INSTR"),
        ("visa", "TCPIP::192.0.2.65"),
        ("visa", "TCPIP1::192.0.2.65::INSTR"),
        ("visa", "TCPIP0::192.0.2.65::hislip0::INSTR"),
        ("visa", "TCPIP0::192.0.2.65::HISLIP0,4880::INSTR"),
    ],
    [("socket", "[2001:DB8:0::7]:5025"), ("socket", "[2001:db8::7]:5025")],
    [("socket", "Meter.Lab.:5025"), ("socket", "meter.lab:5025")],
    [
        ("visa", "USB0::0x2A8D::0x0101::MY60000070::INSTR"),
        ("visa", "USB::10893::257::my60000070::0::INSTR"),
    ],
]
DIFFERENT = [
    ("visa", "GPIB0::22::INSTR"),
    ("visa", "GPIB1::22::INSTR"),
    ("visa", "GPIB0::2::INSTR"),
    ("visa", "GPIB0::22::96::INSTR"),
    ("serial", "COM3"),
    ("serial", "COM13"),
    ("socket", "192.0.2.7:5025"),
    ("socket", "192.0.2.7:3490"),
    ("visa", "TCPIP0::192.0.2.7::gpib0,22::INSTR"),
    ("visa", "TCPIP0::192.0.2.7::gpib0,23::INSTR"),
    ("visa", "TCPIP0::192.0.2.7::hislip0,4881::INSTR"),
    ("visa", "USB0::0x2A8D::0x0101::MY60000070::INSTR"),
    ("visa", "USB0::0x2A8D::0x0101::MY60000071::INSTR"),
    ("visa", "my_meter"),
]


@pytest.mark.parametrize("spellings", SAME, ids=lambda one: one[0][1])
def test_spellings_of_one_address_are_one_resource(spellings: list[tuple[str, str]]) -> None:
    assert len({resources(*one) for one in spellings}) == 1
    assert len(resources(*spellings[0])) == 1


def test_different_instruments_are_different_resources() -> None:
    assert len({resources(*one) for one in DIFFERENT}) == len(DIFFERENT)


def test_who_hangs_on_a_line_for_one_process_has_the_line_too() -> None:
    first = resources("serial", "COM5", unit="000000000161")
    second = resources("serial", "com5", unit="000000000162")
    assert first == ("serial:com5", "serial:com5#000000000161")
    assert set(first) & set(second) == {"serial:com5"}
    prologix = resources("prologix", "192.0.2.7:1234/22"), resources("prologix", "192.0.2.7:1234/23")
    assert set(prologix[0]) & set(prologix[1]) == {"tcp:192.0.2.7:1234"}
    assert resources("prologix", "COM5/22")[0] == first[0]
    assert resources("modbus", "rtu://COM5", unit="12")[0] == first[0]


def test_a_modbus_server_on_the_network_is_shared_unit_by_unit() -> None:
    twelve = resources("modbus", "tcp://192.0.2.67:502", unit="12")
    assert twelve == resources("modbus", "TCP://192.0.2.67:502", unit="012")
    assert set(twelve).isdisjoint(resources("modbus", "tcp://192.0.2.67:502", unit="13"))
    # over a transparent device server all units are on one serial line
    assert resources("modbus", "rtu://192.0.2.67:4001", unit="12")[0] == "tcp:192.0.2.67:4001"


def test_a_link_in_dev_is_the_port_that_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "ttyUSB0").touch()
    (tmp_path / "by-id").symlink_to(tmp_path / "ttyUSB0")
    assert resources("serial", str(tmp_path / "by-id")) == resources("serial", str(tmp_path / "ttyUSB0"))


def test_what_is_simulated_in_this_process_needs_no_lease() -> None:
    assert resources("visa", "GPIB0::22::INSTR", library="stations/demo.yaml@calbench") == ()
    assert resources("serial", "calbench://demo/COM3") == ()
    assert resources("visa", "GPIB0::22::INSTR", library="@py") == ("gpib0:22",)


def test_a_host_is_known_but_this_machine_is_many() -> None:
    assert host_of("tcp:192.0.2.7:5025#3") == host_of("lan:192.0.2.7/gpib0,22") == "192.0.2.7"
    assert host_of("tcp:2001:db8::7:5025") == "2001:db8::7"
    assert host_of("tcp:127.0.0.1:5025") == host_of("gpib0:22") == host_of("asset:REF-0017") == ""
