"""Service requests, status byte, trigger, clear and locks: what only a VISA library can record."""

from __future__ import annotations

from contextlib import closing

import pytest
import pyvisa
from pyvisa import constants

from calbench.errors import CassetteMismatch
from calbench.instruments.cassettes import Player, Recorder
from calbench.simulation import World, registry
from calbench_sim.agilent.a34401a import A34401A

GPIB = "GPIB0::22::INSTR"
EVENT, QUEUE = constants.EventType.service_request, constants.EventMechanism.queue
HANDLER = constants.EventMechanism.handler


def recorded(script, path):
    world = World(seed=1)
    world.add("meter", A34401A, resource=GPIB)
    with (
        registry.registered(world) as bench,
        Recorder(path, clock=world.clock) as recorder,
        closing(pyvisa.ResourceManager(recorder.library(f"{bench}@calbench"))) as manager,
    ):
        came = script(manager)
    world.close()
    return came


def replayed(script, path):
    with Player(path) as player, closing(pyvisa.ResourceManager(player.library())) as manager:
        return script(manager)


def meter_of(manager):
    return manager.open_resource(GPIB, read_termination="\n", write_termination="\n")


def queued(manager):
    with closing(meter_of(manager)) as meter:
        meter.write("*CLS;*ESE 1;*SRE 32")
        meter.enable_event(EVENT, QUEUE)
        meter.write("*OPC")
        seen = [meter.wait_on_event(EVENT, 1000).event.event_type]
        seen += [meter.read_stb(), meter.read_stb(), meter.query("*ESR?")]
        with meter.lock_context():
            meter.assert_trigger()
            meter.clear()
        return [*seen, meter.query("SYST:ERR?")]


def handled(manager):
    seen = []
    with closing(meter_of(manager)) as meter:

        def handler(session, kind, context, user):
            seen.append((kind, meter.read_stb(), user))

        kept = meter.install_handler(EVENT, handler, "mine")
        meter.enable_event(EVENT, HANDLER)
        meter.write("*CLS;*ESE 1;*SRE 32")
        meter.write("*OPC")
        seen.append(meter.query("*ESR?"))
        meter.uninstall_handler(EVENT, handler, kept)
    return seen


def test_a_queued_service_request(tmp_path):
    came = recorded(queued, tmp_path / "a.cassette")
    # IEEE 488.2, 11.2.1: ESB is bit 5, RQS bit 6 of the status byte; a serial poll clears RQS; OPC is bit 0 of the ESR
    assert came[:4] == [EVENT, 96, 32, "1"]
    assert replayed(queued, tmp_path / "a.cassette") == came


def test_a_handler_is_called_where_it_was(tmp_path):
    came = recorded(handled, tmp_path / "a.cassette")
    assert came == [(EVENT, 96, "mine"), "1"]
    assert replayed(handled, tmp_path / "a.cassette") == came


def test_a_poll_that_was_not_recorded_is_told(tmp_path):
    recorded(queued, tmp_path / "a.cassette")

    def impatient(manager):
        with closing(meter_of(manager)) as meter:
            meter.read_stb()

    with pytest.raises(CassetteMismatch, match=r"asked:    read_stb"):
        replayed(impatient, tmp_path / "a.cassette")
