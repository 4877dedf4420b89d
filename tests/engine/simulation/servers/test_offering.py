"""Which protocol stands for which link, and that clients reach the instruments of a station by what is printed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import serial

from calbench.documents.station import LinkAddress
from calbench.errors import UsageError
from calbench.simulation import World
from calbench.simulation.servers import LoopbackServer
from calbench.simulation.servers.offering import line_of, offer
from calbench.simulation.servers.pseudoterminal import can_carry
from calbench.workflow import Finished, Options, execute, prepare, stage_of

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize(
    ("link", "protocol"),
    [
        ({"visa": "GPIB0::22::INSTR"}, "raw"),
        ({"visa": "TCPIP0::192.0.2.1::hislip0::INSTR"}, "hislip"),
        ({"visa": "TCPIP::192.0.2.1::HISLIP0,4880::INSTR"}, "hislip"),
        ({"visa": "TCPIP0::192.0.2.1::inst0::INSTR"}, "vxi11"),
        ({"visa": "TCPIP0::192.0.2.1::INSTR"}, "vxi11"),
        ({"visa": "TCPIP0::192.0.2.1::5025::SOCKET"}, "raw"),
        ({"visa": "USB0::0x0957::0x0607::MY1::INSTR"}, "vxi11"),
        ({"visa": "ASRL3::INSTR"}, "serial"),
        ({"serial": "COM3"}, "serial"),
        ({"socket": "192.0.2.1:5025"}, "raw"),
        ({"modbus": "tcp://192.0.2.1:502"}, "raw"),
        ({"modbus": "rtu://COM3"}, "serial"),
    ],
)
def test_one_protocol_stands_for_a_link(link, protocol):
    assert line_of(LinkAddress(**link)) == protocol


def links(**given):
    return {name: LinkAddress.model_validate(link) for name, link in given.items()}


def test_what_is_offered_can_be_opened(world, talker, visa, py):
    given = links(
        meter={"visa": "GPIB1::22::INSTR"},
        source={"visa": "GPIB1::9::2::INSTR"},
        talker={"visa": "TCPIP0::192.0.2.1::hislip0::INSTR"},
        balance={"serial": "COM3", "line": "4800 7E1"},
    )
    world.place("balance.pan", [0.1])
    server, offers = offer(world, given)
    found = {(one.name, one.protocol): one.address for one in offers}
    assert list(found) == [
        ("meter", "prologix"),
        ("meter", "raw"),
        ("source", "prologix"),
        ("source", "raw"),
        ("talker", "hislip"),
        ("balance", "rfc2217"),
        ("balance", "serial"),
    ]
    assert visa(found["talker", "hislip"]).query("*IDN?") == "EXAMPLE,TALKER,0,1.0"
    assert visa(found["meter", "raw"]).query("*IDN?") == "EXAMPLE,TOY,0,1.0"
    line = visa(found["balance", "serial"], read_termination="\r\n", write_termination="\r\n")
    assert line.query("S") == "S S     100.00 g"
    board, meter = found["meter", "prologix"].split(" + ")
    assert meter == "GPIB1::22::INSTR"
    controller = py.open_resource(board)
    assert py.open_resource(meter).query("*IDN?") == "EXAMPLE,TOY,0,1.0\n"
    second_board, source = found["source", "prologix"].split(" + ")
    assert (second_board, source) == (board, "GPIB1::9::98::INSTR")  # secondary 2 is 98 on the bus
    assert py.open_resource(source).query("X") == "10\n"
    controller.close()
    server.stop()


def test_an_8n1_line_is_a_pseudo_terminal_where_there_are_any(world, talker):
    server, offers = offer(world, links(talker={"serial": "COM3"}))
    assert [one.protocol for one in offers] == ["pty" if can_carry(talker) else "rfc2217", "serial"]
    server.stop()


def test_two_instruments_at_one_gpib_address_are_refused(world):
    with pytest.raises(UsageError, match="meter and source have one GPIB address, GPIB0::5::INSTR"):
        offer(world, links(meter={"visa": "GPIB::5::INSTR"}, source={"visa": "GPIB0::5::INSTR"}))


def test_what_is_not_served_is_said(world):
    said = r"'meter' is served as raw here. Served are: meter \(hislip\)"
    with (
        LoopbackServer(world, ["meter"], protocols={"meter": ("hislip",)}) as server,
        pytest.raises(UsageError, match=said),
    ):
        server.port("meter")


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """The demonstration station with LAN instruments, behind their own protocols."""
    text = (ROOT / "stations" / "demo.yaml").read_text(encoding="utf-8")
    text = text.replace("GPIB0::4::INSTR", "TCPIP0::192.0.2.1::hislip0::INSTR")
    text = text.replace("GPIB0::22::INSTR", "TCPIP0::192.0.2.2::inst0::INSTR")
    text = text.replace("  clock: virtual\n", "  clock: virtual\n  skin: loopback\n")
    shutil.copytree(ROOT / "stations" / "assets", tmp_path / "assets")
    path = tmp_path / "mixed.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_skin_loopback_gives_each_its_own_protocol(mixed):
    stage = stage_of(mixed)
    try:
        found = {name: (one.kind, one.address, one.library) for name, one in stage.addresses.items()}
        assert found["calibrator"][0::2] == ("visa", "@py")
        assert "::hislip0," in found["calibrator"][1]
        assert found["1"][1].startswith("TCPIP0::127.0.0.1,")
        assert found["1"][1].endswith("::inst0::INSTR")
        assert found["climate"][0] == "serial"
        assert found["climate"][1].startswith("socket://127.0.0.1:")
        assert stage.addresses["climate"].line == "4800 7E1"
    finally:
        stage.world.close()


def test_a_run_over_hislip_vxi11_and_sockets_gives_the_same_to_the_byte(mixed, tmp_path):
    only = ("dcv/10V/10V",)
    runs: list[Finished] = [
        execute(prepare("dmm-34401a", station, Options(only=only)), tmp_path / folder)
        for station, folder in (("demo", "in_process"), (str(mixed), "loopback"))
    ]
    for field in ("results", "attempts", "environment", "identified"):
        assert getattr(runs[0].record, field) == getattr(runs[1].record, field), field


def test_sim_serve_offers_what_links_suggest():
    words = [sys.executable, "-m", "calbench", "sim", "serve", "demo", "--virtual-time", "--json"]
    with subprocess.Popen(
        [*words, "--protocol", "auto", "--for", "60"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as server:
        assert server.stdout is not None
        found = json.loads(server.stdout.readline())
        assert {name: list(ways) for name, ways in found.items()}["climate"] == ["rfc2217", "serial"]
        url = found["climate"]["serial"].removeprefix("ASRL").removesuffix("::INSTR")
        with serial.serial_for_url(url, timeout=5) as port:
            port.write(b"SEND\r")
            assert port.read_until(b"\r\n").startswith(b"RH=")
        server.terminate()


def test_256_instruments_serve_64_clients(world, talker, connect):
    many = World(seed=1)
    for index in range(256):
        many.add(f"i{index}", type(talker))
    with LoopbackServer(many) as server:
        clients = [connect(server.port(f"i{index * 4}")) for index in range(64)]
        for _ in range(3):
            for client in clients:
                client.sendall(b"*IDN?\n")
            for client in clients:
                assert client.recv(100) == b"EXAMPLE,TALKER,0,1.0\n"
