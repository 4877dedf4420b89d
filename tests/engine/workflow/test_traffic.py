"""Whole runs of the shipped benches: recorded beside the run, replayed without instruments or a simulated world."""

from __future__ import annotations

import json
from dataclasses import replace as changed
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.repeated import cases

from calbench.cli import main
from calbench.instruments import LinkSpec
from calbench.instruments.cassettes import Player, load_cassette
from calbench.simulation import world
from calbench.traffic import Traffic, placed, replay
from calbench.workflow import Options, execute, prepare

MODES = ("strict", "per_session", "by_query")
JOBS = {
    "dmm-34401a": ("--uut", "serial=US36000017", "--only", "dcv/10V/0V", "--only", "dcv/10V/10V"),
    "scale-class3": ("--uut", "serial=B4711", "--only", "linearity/up/*"),
}
STATIONS = ("demo", "demo-tcp")


def calbench(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="session")
def cassettes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """A cassette of each job on each bench, in process and over sockets through pyvisa-py."""
    folder = tmp_path_factory.mktemp("cassettes")
    found = {}
    for station in STATIONS:
        for job, options in JOBS.items():
            path = folder / f"{job}-{station}.cassette"
            wanted = ("--out", str(folder), "--format", "", "--record-traffic", str(path))
            ran = calbench("run", job, station, *options, *wanted)
            assert ran.exit_code == 0, ran.output
            assert f"operations in {path}." in ran.output
            found[job, station] = path
    return found


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No simulated world can be made."""
    monkeypatch.setattr(world.World, "__init__", lambda *_: pytest.fail("a replay made a simulated world"))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("station", STATIONS)
@pytest.mark.parametrize("job", cases(JOBS, lambda job: job == "dmm-34401a"))
def test_a_run_replays_as_it_went(cassettes, nowhere, tmp_path, monkeypatch, job, station, mode):
    monkeypatch.chdir(tmp_path)
    done = calbench("replay", cassettes[job, station], job, station, *JOBS[job], "--mode", mode, "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.output)
    assert (said["replay"], said["evidence"], said["status"]) == ("same", "driver only", "COMPLETED")
    assert said["operations"] > 100
    assert said["notes"] == len(load_cassette(cassettes[job, station]).notes) > 20
    assert list(tmp_path.iterdir()) == []  # no record of something that was not measured


def altered(path: Path, folder: Path, before: str, after: str) -> Path:
    """Give a cassette in which one text stands for another, as if the driver had changed since."""
    text = path.read_text(encoding="ascii")
    assert before in text
    copy = folder / "altered.cassette"
    copy.write_text(text.replace(before, after), encoding="ascii")
    return copy


@pytest.mark.parametrize("mode", MODES)
def test_a_driver_that_sends_something_else_is_told_with_both_sides(cassettes, tmp_path, mode):
    path = altered(cassettes["dmm-34401a", "demo"], tmp_path, "CONF:VOLT:DC 10", "CONF:VOLT:DC DEF")
    done = calbench("replay", path, "dmm-34401a", "demo", *JOBS["dmm-34401a"], "--mode", mode)
    assert done.exit_code == 3
    assert r"recorded: " in done.output
    assert r"write 'CONF:VOLT:DC DEF\n'" in done.output.split("asked:")[0]
    assert r"asked:    write 'CONF:VOLT:DC 10\n'" in done.output
    assert "altered.cassette, after " in done.output


def test_a_driver_that_reads_another_value_from_the_same_reply_is_told(cassettes, monkeypatch):
    from calbench_drivers.agilent.a34401a import A34401A

    right = A34401A.measure_dc_voltage

    def doubled(self, on_range):
        reading = right(self, on_range)
        return changed(reading, value=reading.value * 2)

    monkeypatch.setattr(A34401A, "measure_dc_voltage", doubled)
    done = calbench(
        "replay", cassettes["dmm-34401a", "demo"], "dmm-34401a", "demo", *JOBS["dmm-34401a"], "--json"
    )
    assert done.exit_code == 3
    said = json.loads(done.output)
    assert said["error"] == "CassetteMismatch"
    assert "recorded: reading dcv/10V/" in said["message"]
    assert "asked:    reading dcv/10V/" in said["message"]


def test_another_prompt_than_the_recorded_one_is_told(cassettes, tmp_path):
    path = altered(
        cassettes["scale-class3", "demo"], tmp_path, "linearity/up/0kg/place", "linearity/up/0kg/set"
    )
    done = calbench("replay", path, "scale-class3", "demo", *JOBS["scale-class3"])
    assert done.exit_code == 3
    assert "recorded: an answer to 'linearity/up/0kg/set'" in done.output
    assert "asked:    'linearity/up/0kg/place'" in done.output


def test_a_run_that_does_less_is_told(cassettes):
    options = ("--uut", "serial=US36000017", "--only", "dcv/10V/0V")
    done = calbench("replay", cassettes["dmm-34401a", "demo"], "dmm-34401a", "demo", *options)
    assert done.exit_code == 3
    assert "recorded: " in done.output


def test_a_masked_run_is_without_its_serial_numbers_and_replays(tmp_path):
    path = tmp_path / "scale.cassette"
    words = ("scale-class3", "demo", *JOBS["scale-class3"])
    masks = ("--mask-serials", "--mask", r"ES-\d+")
    ran = calbench(
        "run", *words, "--out", tmp_path, "--format", "", "--record-traffic", path, *masks, "--json"
    )
    assert ran.exit_code == 0, ran.output
    assert str(path) in json.loads(ran.output)["traffic"]
    assert b"B4711" not in path.read_bytes()
    assert load_cassette(path).header.masked == ("serial numbers, by 0", r"matches of ES-\d+, by MASKED-n")
    assert calbench("replay", path, *words).exit_code == 0


def test_a_replay_waits_for_nothing_and_keeps_the_recorded_time(cassettes, nowhere):
    path = cassettes["dmm-34401a", "demo-tcp"]
    player = Player(path)
    plan = prepare(
        "dmm-34401a",
        "demo-tcp",
        Options(uut={"serial": "US36000017"}, only=("dcv/10V/0V", "dcv/10V/10V")),
        player.clock,
    ).plan
    replay(plan, player)
    assert player.clock.monotonic() >= load_cassette(path).operations[-1].time > 60


@pytest.mark.parametrize(
    ("carrier", "kind", "address", "there"),
    [
        ("socket", "modbus", "tcp://192.168.0.7:502", "tcp://127.0.0.1:4711"),
        ("visa", "visa", "GPIB0::4::INSTR", "127.0.0.1:4711"),
        ("socket", "serial", "COM3", "127.0.0.1:4711"),
        ("link", "prologix", "192.168.0.7:1234/22", "192.168.0.7:1234/22"),
    ],
)
def test_an_instrument_is_replayed_on_what_carried_it(carrier, kind, address, there):
    spec = placed(LinkSpec(kind, address), carrier, "127.0.0.1:4711")
    wanted = kind if kind in ("modbus", "prologix") else carrier
    assert (spec.kind, spec.address) == (wanted, there)


def test_what_cannot_be_is_refused(cassettes, tmp_path):
    path = cassettes["dmm-34401a", "demo"]
    taken = calbench("run", "dmm-34401a", "demo", "--out", tmp_path, "--record-traffic", path)
    assert (taken.exit_code, "Give a new file" in taken.output) == (2, True)
    assert list(tmp_path.iterdir()) == []
    unasked = calbench("run", "dmm-34401a", "demo", "--mask-serials")
    assert (unasked.exit_code, "add --record-traffic" in unasked.output) == (2, True)
    other = calbench("replay", path, "analogue-voltmeter", "demo-5522a", "--uut", "model=YEW 2011")
    assert other.exit_code == 2, other.output
    seeded = calbench("replay", path, "dmm-34401a", "demo", "--seed", "2")
    assert (seeded.exit_code, "the cassette answers" in seeded.output) == (2, True)
    repeated = calbench("replay", path, "dmm-34401a", "demo", "--repeat-last")
    assert (repeated.exit_code, "only with --mode by_query" in repeated.output) == (2, True)
    broken = tmp_path / "broken.cassette"
    broken.write_text("no cassette\n")
    said = calbench("replay", broken, "dmm-34401a", "demo", "--json")
    assert (said.exit_code, json.loads(said.output)["error"]) == (2, "CassetteInvalid")


def test_recording_leaves_the_journal_as_it_is(tmp_path):
    prepared = prepare("dmm-34401a", "demo", Options(uut={"serial": "US36000017"}, only=("dcv/10V/0V",)))
    plain = execute(prepared, tmp_path / "plain")
    taped = execute(prepared, tmp_path / "taped", traffic=Traffic(tmp_path / "a.cassette"))
    assert taped.record == plain.record
    assert plain.traffic == ""
