"""HMT330: lines in, lines out as in protocols.md section 10 and the user's guide, p. 102."""

from __future__ import annotations

import pytest

IDEAL = {"temperature_offset": 0.0, "humidity_offset": 0.0, "temperature_noise": 0.0, "humidity_noise": 0.0}


@pytest.fixture
def room(world):
    world.ambient.set(temperature=31.1, temperature_span=0.0, humidity=98.4, humidity_span=0.0)
    return world


@pytest.fixture
def probe(instrument, room):
    return instrument("vaisala/hmt330", "climate", IDEAL, message_based=False)


@pytest.fixture
def make(instrument, room):
    def add(**changes):
        return instrument("vaisala/hmt330", "climate", {**IDEAL, **changes}, message_based=False)

    return add


def everything(line, seconds=0.01):
    line.wait(seconds)
    received = b""
    while line.connection.ready_at() is not None:
        chunk, _ = line.connection.take(1000)
        if not chunk:
            break
        received += chunk
    return received.decode()


def test_send_gives_the_default_format_and_a_prompt(probe):
    probe.say("SEND")
    assert everything(probe) == "RH= 98.4 %RH T= 31.1 'C\r\n>"  # the example of section 10


def test_format_command_of_the_manual(probe, room):
    room.ambient.set(temperature=74.66, temperature_span=0.0, humidity=16.03, humidity_span=0.0)
    probe.say('form "RH=" 4.2 rh U5 #t "T=" t U3 #r #n')
    assert everything(probe) == "OK\r\n>"
    probe.say("send")
    assert everything(probe) == "RH=  16.03%RH  \tT=  74.66'C \r\n>"
    probe.say("FORM /", "SEND")
    assert everything(probe).endswith("RH= 16.0 %RH T= 74.7 'C\r\n>")


def test_other_fields_of_a_format(probe):
    probe.say('FORM "a" ADDR " " ERR " " SN " " DATE " " TIME #032 2.1 TD #r#n', "SEND")
    assert everything(probe) == "OK\r\n>a0 0000 1234567 2026-01-05 08:00:00 30.8\r\n>"


def test_checksums_of_a_format(probe):
    # "AB": sum 83h; exclusive or 41h ^ 42h = 03h
    probe.say('FORM "AB" CS2 #r#n', "SEND", 'FORM "AB" CS4 #r#n', "SEND", 'FORM "AB" CSX #r#n', "SEND")
    assert everything(probe) == "OK\r\n>AB83\r\n>OK\r\n>AB0083\r\n>OK\r\n>AB03\r\n>"


@pytest.mark.parametrize(
    "text", ["FORM nonsense", 'FORM "open', "FORM 99.1 rh", "FORM 001999999.1 rh", "FORM #999"]
)
def test_a_wrong_format_changes_nothing(probe, text):
    probe.say(text)
    assert "OK" not in everything(probe)
    probe.say("SEND")
    assert everything(probe) == "RH= 98.4 %RH T= 31.1 'C\r\n>"


def test_stars_where_a_value_is_invalid(make):
    line = make(humidity_fault=1)
    line.say("SEND")
    assert everything(line) == "RH=***** %RH T= 31.1 'C\r\n>"
    line.say("FORM ERR #r#n", "SEND")
    assert everything(line).endswith("0001\r\n>")


def test_a_broken_thermometer_takes_humidity_with_it(make):
    line = make(temperature_fault=1)
    line.say("SEND")
    assert everything(line) == "RH=***** %RH T=***** 'C\r\n>"


def test_offsets_and_truth(make, room):
    line = make(temperature_offset=0.5, humidity_offset=-2.0)
    line.say("SEND")
    assert everything(line).startswith("RH= 96.4 %RH T= 31.6 'C")
    assert room.truth.of("climate", "temperature")[-1].value == pytest.approx(31.1)
    assert room.truth.of("climate", "humidity")[-1].value == pytest.approx(98.4)


def test_run_and_stop(probe):
    probe.say("INTV 10 S")
    assert everything(probe) == "Output interval: 10 S\r\n>"
    probe.say("R")
    probe.wait(25)
    assert everything(probe).count("RH=") == 3
    probe.say("SEND")  # while running it listens to S only
    assert everything(probe) == ""
    probe.say("S")
    assert everything(probe) == ">"
    assert everything(probe, 60) == ""


def test_interval_units(probe):
    probe.say("INTV 5 MIN")
    assert everything(probe) == "Output interval: 5 MIN\r\n>"
    probe.say("INTV 256 S")
    assert "256" not in everything(probe)


def test_poll_mode_answers_to_its_address_without_a_prompt(make):
    line = make(address=7)
    line.say("SMODE POLL")
    everything(line)
    line.say("SEND 3", "R", "?")
    assert everything(line) == ""
    line.say("SEND 7")
    assert everything(line) == "RH= 98.4 %RH T= 31.1 'C\r\n"
    line.say("OPEN 7")
    assert everything(line).endswith("\r\n>")
    line.say("SMODE STOP", "SEND")
    assert everything(line).endswith("'C\r\n>")


def test_echo_if_the_unit_has_it(make):
    line = make(echo=1)
    line.say("SEND")
    assert everything(line) == "SEND\r\nRH= 98.4 %RH T= 31.1 'C\r\n>"


def test_information_names_the_unit(probe):
    probe.say("?")
    text = everything(probe)
    assert text.startswith("HMT330 / ")
    assert "1234567" in text
    assert "4800 E 7 1" in text
    probe.say("ERRS")
    assert everything(probe) == "NO ERRORS\r\n>"


def test_unknown_command(probe):
    probe.say("NONSENSE")
    assert everything(probe) == "Unknown command\r\n>"


def test_a_seeded_unit_reads_the_room(instrument, room):
    line = instrument("vaisala/hmt330", "climate", message_based=False)
    line.say('FORM 3.3 T " " RH #r#n', "SEND")
    temperature, humidity = map(float, everything(line).split("\n")[1].lstrip(">").split())
    assert temperature == pytest.approx(31.1, abs=0.2)  # accuracy of the HMT330: 0.2 K, 1 %RH
    assert humidity == pytest.approx(98.4, abs=1.6)
    assert temperature != 31.1
