"""The pyvisa backend, used as any program uses pyvisa."""

from __future__ import annotations

import pytest
import pyvisa
from pyvisa import constants
from pyvisa.errors import InvalidSession, VisaIOError
from pyvisa.resources import MessageBasedResource

from calbench.clock import RealClock
from calbench.errors import UsageError
from calbench.simulation import Fault, World, registry


def test_a_reading_through_leads(gpib, world):
    assert gpib.query("READ?") == "+1.00000000E+01"
    assert world.clock.monotonic() == 0.2
    assert [(t.time, t.quantity, t.value) for t in world.truth] == [(0.0, "voltage", 10.0)]


def test_lists_only_its_own_world(manager, world, toy_meter):
    other = World()
    other.add("other", toy_meter, resource="GPIB0::9::INSTR")
    with registry.registered(other) as name:
        second = pyvisa.ResourceManager(f"{name}@calbench")
        assert second.list_resources() == ("GPIB0::9::INSTR",)
        second.close()
    assert set(manager.list_resources("?*")) == set(world.resources)
    assert manager.list_resources("GPIB?*INSTR") == ("GPIB0::22::INSTR", "GPIB0::4::INSTR")
    assert manager.resource_info("GPIB0::22::INSTR").resource_class == "INSTR"


@pytest.mark.parametrize(
    "name",
    [
        "GPIB::22",
        "TCPIP::192.0.2.17::5025::SOCKET",
        "USB0::0x0957::0x0607::MY123::0::INSTR",
    ],
)
def test_names_in_any_spelling(manager, name):
    opened = manager.open_resource(name, read_termination="\n", write_termination="\n")
    assert opened.query("*IDN?") == "EXAMPLE,TOY,0,1.0"


def test_unknown_resource(manager):
    with pytest.raises(VisaIOError, match="VI_ERROR_RSRC_NFOUND"):
        manager.open_resource("GPIB0::5::INSTR")


def test_unknown_bench_says_what_there_is(manager):
    with pytest.raises(UsageError, match=r"'nowhere' does not exist.*bench\d+"):
        pyvisa.ResourceManager("nowhere@calbench")
    with pytest.raises(UsageError, match="no station named before @calbench"):
        pyvisa.ResourceManager("@calbench")


def test_station_files_are_loaded_once_and_shared(monkeypatch, world):
    loaded = []

    def load(path):
        loaded.append(path)
        return world

    monkeypatch.setattr(registry, "_loaders", [load])
    closed = []
    world.on_close(lambda: closed.append("closed"))
    manager = pyvisa.ResourceManager("stations/x.yaml@calbench")
    assert registry.acquire("stations/x.yaml") is world
    registry.release("stations/x.yaml")
    assert loaded == ["stations/x.yaml"]
    assert not closed
    manager.close()
    assert closed
    pyvisa.ResourceManager("stations/x.yaml@calbench").close()
    assert len(loaded) == 2


def test_default_termination_of_pyvisa(manager):
    assert manager.open_resource("GPIB0::22::INSTR").query("*IDN?") == "EXAMPLE,TOY,0,1.0\n"


def test_timeout_costs_simulated_time_only(gpib, world):
    gpib.timeout = 5000
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
        gpib.read()
    assert world.clock.monotonic() == 5.0
    gpib.timeout = 100
    gpib.write("READ?")
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
        gpib.read()
    gpib.timeout = 200
    assert gpib.read() == "+1.00000000E+01"  # late, but not lost


def test_infinite_timeout_ends_when_nothing_can_happen_any_more(gpib, world):
    gpib.timeout = None
    assert gpib.query("READ?") == "+1.00000000E+01"
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
        gpib.read()
    assert world.clock.monotonic() == 0.2


def test_chunks_and_termination_characters(manager, meter):
    opened = manager.open_resource("GPIB0::22::INSTR")
    meter.label = b"one\ntwo"
    opened.write("DISP:TEXT:DATA?")
    assert opened.read_bytes(4) == b"#17o"
    assert opened.last_status == constants.StatusCode.success_max_count_read
    opened.read_termination = "\n"
    assert opened.read_raw() == b"ne\n"
    assert opened.last_status == constants.StatusCode.success_termination_character_read
    assert opened.read_raw() == b"two\n"
    assert opened.last_status == constants.StatusCode.success
    opened.read_termination = None
    opened.chunk_size = 3
    assert opened.query("*IDN?") == "EXAMPLE,TOY,0,1.0\n"


def test_message_in_pieces_without_end(gpib):
    gpib.send_end = False
    gpib.write_raw(b"*ID")
    gpib.send_end = True
    gpib.write_raw(b"N?")
    assert gpib.read() == "EXAMPLE,TOY,0,1.0"


def test_socket_needs_a_termination_character(manager):
    opened = manager.open_resource("TCPIP::192.0.2.17::5025::SOCKET", write_termination="\n")
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):  # as NI-VISA and pyvisa-py behave
        opened.query("*IDN?")
    opened.read_termination = "\n"
    assert opened.query("*IDN?") == "EXAMPLE,TOY,0,1.0"
    opened.write("*IDN?")
    opened.write("*ESE?")  # a stream interrupts nothing
    assert [opened.read(), opened.read()] == ["EXAMPLE,TOY,0,1.0", "0"]
    with pytest.raises(VisaIOError, match="VI_ERROR_NSUP_OPER"):
        _ = opened.stb


def test_two_socket_sessions_each_get_their_own_replies(manager):
    first, second = (
        manager.open_resource(
            "TCPIP::192.0.2.17::5025::SOCKET", write_termination="\n", read_termination="\n"
        )
        for _ in range(2)
    )
    first.write("*IDN?")
    second.write("READ?")
    assert second.read() == "+1.00000000E+01"
    assert first.read() == "EXAMPLE,TOY,0,1.0"


def test_clear_and_trigger(gpib, meter):
    gpib.write("READ?")
    gpib.clear()
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
        gpib.read()
    gpib.assert_trigger()
    assert meter.triggered == 1
    gpib.control_ren(constants.RENLineOperation.asrt)


def test_flush_discards_what_was_sent(manager):
    opened = manager.open_resource("TCPIP::192.0.2.17::5025::SOCKET", write_termination="\n")
    opened.write("*IDN?")
    opened.flush(constants.BufferOperation.discard_read_buffer)
    opened.read_termination = "\n"
    assert opened.query("*ESE?") == "0"


def test_exclusive_lock(manager, gpib, world):
    other = manager.open_resource("GPIB0::22::INSTR")
    with gpib.lock_context():
        assert gpib.query("*ESE?") == "0"
        assert gpib.lock_state == constants.AccessModes.exclusive_lock
        with pytest.raises(VisaIOError, match="VI_ERROR_RSRC_LOCKED"):
            other.query("*ESE?")
        with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
            other.lock_excl(timeout=1500)
        assert world.clock.monotonic() == 1.5
        with pytest.raises(VisaIOError, match="VI_ERROR_RSRC_LOCKED"):
            manager.open_resource("GPIB0::22::INSTR", access_mode=constants.AccessModes.exclusive_lock)
    assert other.query("*ESE?") == "0\n"
    with pytest.raises(VisaIOError, match="VI_ERROR_SESN_NLOCKED"):
        gpib.unlock()


def test_shared_lock_and_release_on_close(manager, gpib):
    friend, stranger = manager.open_resource("GPIB0::22::INSTR"), manager.open_resource("GPIB0::22::INSTR")
    key = gpib.lock()
    friend.lock(requested_key=key)
    assert friend.query("*ESE?") == "0\n"
    with pytest.raises(VisaIOError, match="VI_ERROR_RSRC_LOCKED"):
        stranger.query("*ESE?")
    gpib.close()
    friend.close()
    assert stranger.query("*ESE?") == "0\n"


def test_attributes(manager, gpib):
    assert gpib.primary_address == 22
    assert gpib.interface_type == constants.InterfaceType.gpib
    assert gpib.resource_name == "GPIB0::22::INSTR"
    assert gpib.resource_manufacturer_name == "calbench"
    with pytest.raises(VisaIOError, match="VI_ERROR_NSUP_ATTR"):
        gpib.get_visa_attribute(constants.ResourceAttribute.asrl_baud_rate)
    with pytest.raises(VisaIOError, match="VI_ERROR_ATTR_READONLY"):
        gpib.set_visa_attribute(constants.ResourceAttribute.resource_name, "x")
    usb = manager.open_resource("USB0::0x0957::0x0607::MY123::INSTR")
    assert usb.serial_number == "MY123"
    line = manager.open_resource("ASRL3::INSTR")
    with pytest.raises(VisaIOError, match="VI_ERROR_NSUP_ATTR_STATE"):
        line.set_visa_attribute(constants.ResourceAttribute.asrl_parity, 17)


def test_closed_sessions_are_refused(manager, gpib):
    handle = gpib.session
    gpib.close()
    with pytest.raises(VisaIOError, match="VI_ERROR_INV_OBJECT"):
        manager.visalib.write(handle, b"*IDN?")
    with pytest.raises(InvalidSession):
        gpib.query("*IDN?")


def test_closing_the_manager_closes_connections(world, meter):
    manager = pyvisa.ResourceManager(f"{registry.register(world)}@calbench")
    opened = manager.open_resource("GPIB0::22::INSTR")
    assert len(meter.connections) == 1
    manager.close()
    assert not meter.connections
    with pytest.raises(InvalidSession):
        _ = opened.session


def test_closed_world_is_no_longer_registered(toy_meter):
    world = World()
    name = registry.register(world)
    world.close()
    with pytest.raises(UsageError):
        pyvisa.ResourceManager(f"{name}@calbench")


def test_half_an_hour_of_warm_up(gpib, world):
    readings = []
    for _ in range(180):
        world.clock.sleep(9.8)
        readings.append(gpib.query("READ?"))
    assert world.clock.monotonic() == pytest.approx(1800.0)
    assert len(world.truth) == 180


def test_real_clock_really_waits(toy_meter):
    clock = RealClock()
    world = World(clock=clock)
    world.add("meter", toy_meter, resource="GPIB0::22::INSTR")
    with registry.registered(world) as name:
        manager = pyvisa.ResourceManager(f"{name}@calbench")
        opened = manager.open_resource("GPIB0::22::INSTR", timeout=20)
        assert isinstance(opened, MessageBasedResource)
        start = clock.monotonic()
        with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
            opened.query("READ?")
        assert 0.02 <= clock.monotonic() - start < 0.2
        manager.close()


def test_dropped_connection(gpib, world):
    world.fault("meter", Fault("drop", after=1))
    assert gpib.query("*ESE?") == "0"
    with pytest.raises(VisaIOError, match="VI_ERROR_CONN_LOST"):
        gpib.query("*ESE?")
    with pytest.raises(VisaIOError, match="VI_ERROR_CONN_LOST"):
        gpib.write("*ESE?")
