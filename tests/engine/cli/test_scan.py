"""Looking for instruments: on a simulated bus, and at a real socket of this machine."""

import json

import pytest
from click.testing import CliRunner
from pyvisa.constants import InterfaceType
from pyvisa_py.highlevel import PyVisaLibrary
from pyvisa_py.sessions import Session

from calbench.cli import main
from calbench.errors import UsageError
from calbench.instruments import scanning
from calbench.simulation import registry
from calbench.simulation.servers import LoopbackServer
from calbench.simulation.world import World


def scan(*arguments):
    result = CliRunner().invoke(main, ["scan", *arguments])
    return result.exit_code, result.output


@pytest.fixture
def bench():
    world = World(seed=1)
    world.add("meter", "agilent/a34401a", resource="GPIB0::22::INSTR")
    world.add("scale", "mettler/mtsics", resource="ASRL4::INSTR")
    with registry.registered(world) as name:
        yield f"{name}@calbench"
    world.close()


def test_a_bus_is_listed_without_asking_anybody(bench):
    code, output = scan("gpib", "--library", bench, "--json")
    assert code == 0
    assert json.loads(output) == [{"address": "GPIB0::22::INSTR", "about": "", "identity": "", "problem": ""}]


def test_instruments_tell_who_they_are_when_asked_to(bench):
    code, output = scan("gpib", "--library", bench, "--identify")
    assert code == 0
    assert "HEWLETT-PACKARD,34401A" in output


def test_a_named_host_is_asked(bench):
    world = registry.acquire(bench.removesuffix("@calbench"))
    with LoopbackServer(world) as server:
        code, output = scan("lan", "127.0.0.1", "--port", str(server.port("meter")), "--json")
    (found,) = json.loads(output)
    assert code == 0
    assert found["identity"].startswith("HEWLETT-PACKARD,34401A,")


def test_a_host_where_nothing_listens_is_nothing():
    code, output = scan("lan", "127.0.0.1", "--port", "9")
    assert (code, output) == (0, "Nothing found: lan 127.0.0.1\n")


@pytest.mark.parametrize("arguments", [("lan",), ("gpib", "127.0.0.1"), ("all",), ()])
def test_hosts_go_with_lan_only_and_a_bus_must_be_named(arguments):
    assert scan(*arguments)[0] == 2


def test_pyvisa_py_is_never_asked_to_list_everything(monkeypatch):
    def broadcast(*_):
        raise AssertionError("this would broadcast on the network")

    monkeypatch.setattr(PyVisaLibrary, "list_resources", broadcast)
    monkeypatch.setattr(
        Session, "iter_session_classes_issues", lambda: iter(())
    )  # of an installation with all
    assert scanning.bus("USB", "@py") == []


def test_a_bus_that_pyvisa_py_cannot_reach_is_not_empty_but_an_error(monkeypatch):
    usb = (
        (InterfaceType.usb, "INSTR"),
        "Please install PyUSB to use this resource type.\nNo module named 'usb'",
    )
    monkeypatch.setattr(Session, "iter_session_classes_issues", lambda: iter((usb,)))
    code, output = scan("usb", "--library", "@py")
    assert code == 3
    assert "Please install PyUSB to use this resource type, or name another VISA library." in output


def test_many_hosts_are_refused():
    with pytest.raises(UsageError, match="at most 64"):
        list(scanning.hosts(["127.0.0.1"] * 65))


def test_serial_ports_are_listed():
    assert all(found.address and not found.identity for found in scanning.serial_ports())
