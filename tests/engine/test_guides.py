"""The guides to drivers, simulators and stations: their examples work, alone and against each other."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
import typing
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from calbench.authoring.loading import load_station
from calbench.cli import main
from calbench.documents.station import FaultRule, Simulation
from calbench.instruments import LinkSpec, catalog, open_driver, open_link
from calbench.instruments.cassettes import Recorder
from calbench.instruments.contract import violations
from calbench.simulation import registry
from calbench.simulation.serialurl import register_handler
from calbench.simulation.staging import stage
from calbench.simulation.world import World
from calbench.workflow import surroundings

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "how-to"
EXCERPT = "# in "


def blocks(page: str, language: str = "python") -> list[str]:
    text = (GUIDES / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def whole(page: str) -> list[str]:
    """The blocks that are files of their own, not parts of what the scaffold writes."""
    return [block for block in blocks(page) if not block.startswith(EXCERPT)]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Any]:
    """Import a source as `calbench_drivers.example.ex100` and the like, as if it lay there."""

    def load(name: str, source: str) -> Any:
        package, folder, file = name.split(".")
        place = tmp_path / package / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / "__init__.py").write_text("", encoding="utf-8")
        (place / f"{file}.py").write_text(source, encoding="utf-8")
        parent = importlib.import_module(package)
        monkeypatch.setattr(parent, "__path__", [*parent.__path__, str(tmp_path / package)])
        found = {}
        for one in (f"{package}.{folder}", name):
            monkeypatch.delitem(sys.modules, one, raising=False)
            found[one] = importlib.import_module(one)
        for one, loaded in found.items():
            del sys.modules[one]
            monkeypatch.setitem(sys.modules, one, loaded)
        return found[name]

    return load


def run_tests(source: str) -> int:
    names: dict[str, Any] = {"__name__": "example_test"}
    exec(compile(source, "example_test.py", "exec"), names)
    tests = [one for name, one in names.items() if name.startswith("test_")]
    for one in tests:
        one()
    return len(tests)


def scaffold(folder: Path, name: str, kind: str) -> str:
    """Begin a driver in a folder that looks like a checkout; gives what is printed."""
    (folder / "drivers" / "calbench_drivers").mkdir(parents=True, exist_ok=True)
    ran = CliRunner().invoke(main, ["new", "driver", name, "--kind", kind, "--into", str(folder)])
    assert ran.exit_code == 0, ran.output
    return ran.output.replace(f"{folder}/", "")


def test_the_driver_keeps_the_contract_and_passes_its_tests(module):
    tests, driver, _ = whole("write-a-driver.md")
    assert violations(module("calbench_drivers.example.ex100", driver).EX100) == []
    assert run_tests(tests) == 3


@pytest.mark.parametrize(("at", "count"), [(0, 1), (2, 1)])
def test_the_simulators_pass_their_tests(module, at, count):
    simulator, tests = whole("write-a-simulator.md")[at : at + 2]
    (name,) = re.findall(r"^class (EX\d+)\(", simulator, re.MULTILINE)
    module(f"calbench_sim.example.{name.lower()}", simulator)
    assert run_tests(tests) == count


def test_what_is_quoted_of_the_scaffold_is_what_it_writes(tmp_path):
    quoted = [block for block in blocks("write-a-driver.md") if block.startswith(EXCERPT)]
    for number, kind in ((100, "meter"), (200, "framed"), (300, "source")):
        printed = scaffold(tmp_path, f"example/ex{number}", kind)
        if kind == "meter":
            assert printed in blocks("write-a-driver.md", "text")
    missing = []
    for block in quoted:
        where, _, body = block.removeprefix(EXCERPT).partition("\n")
        if body.strip("\n") not in (tmp_path / where).read_text(encoding="utf-8"):
            missing.append(body)
    assert len(quoted) == 4
    assert missing == []


def test_driver_and_simulator_of_the_text_protocol_understand_each_other(module, tmp_path, monkeypatch):
    _, driver, replay = whole("write-a-driver.md")
    ex100 = module("calbench_drivers.example.ex100", driver).EX100
    world = World(seed=1)
    model = module("calbench_sim.example.ex100", whole("write-a-simulator.md")[0]).EX100
    world.add("meter", model, {"gain": 0.0, "noise": 0.0}, resource="GPIB0::22::INSTR")
    cassette = tmp_path / "tests/drivers/example/ex100.cassette"
    cassette.parent.mkdir(parents=True)
    with registry.registered(world) as bench, Recorder(cassette) as recorder:
        spec = LinkSpec("visa", "GPIB0::22::INSTR", library=f"{bench}@calbench", tape=recorder)
        meter = open_driver(ex100, spec)
        assert str(meter.measure_dc_voltage(10)) == "0.00000 V"
    world.close()
    monkeypatch.chdir(tmp_path)
    assert run_tests(replay) == 1


def test_driver_and_simulator_of_the_framed_protocol_understand_each_other(module, tmp_path):
    scaffold(tmp_path, "example/ex200", "framed")
    written = (tmp_path / "drivers/calbench_drivers/example/ex200.py").read_text(encoding="utf-8")
    ex200 = module("calbench_drivers.example.ex200", written).EX200
    model = module("calbench_sim.example.ex200", whole("write-a-simulator.md")[2]).EX200
    world = World(seed=1)
    world.ambient.set(temperature=21.0)
    world.add("thermometer", model, {"unit": "5", "offset": 0.5}, serial_number="17")
    register_handler()
    with registry.registered(world) as bench:
        spec = LinkSpec("serial", f"calbench://{bench}/thermometer", line=model.SERIAL, unit="5")
        thermometer = open_driver(ex200, spec)
        assert thermometer.identify().serial == "17"
        assert abs(float(thermometer.read_temperature().value) - world.truth[-1].value - 0.5) <= 0.0051
    world.close()


STATION = "describe-a-station.md"


@pytest.mark.parametrize("skin", typing.get_args(Simulation.model_fields["skin"].annotation))
def test_an_instrument_on_every_kind_of_link_answers_in_every_skin(skin, tmp_path):
    (example,) = (block for block in blocks(STATION, "yaml") if "\nstation: links\n" in block)
    path = tmp_path / "links.yaml"
    path.write_text(example, encoding="utf-8")
    station, _ = load_station(path, surroundings())
    staged = stage(station.model, serials={}, weights={}, seed=1, skin=skin)
    silent = []
    for name, position in station.model.positions.items():
        driver = catalog.find(position.driver)
        link = open_link(LinkSpec(**asdict(staged.addresses[name])), line=driver.LINE)
        if not driver(link).identify().text:
            silent.append(name)
        link.close()
    staged.world.close()
    assert silent == []
    links = [position.link for position in station.model.positions.values() if position.link is not None]
    kinds = {kind for link in links for kind in link.model_fields_set}
    assert kinds >= {"visa", "socket", "serial", "modbus", "prologix", "unit", "line"}


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("### Faults", typing.get_args(FaultRule.model_fields["kind"].annotation)),
        ("## The simulated twin", typing.get_args(Simulation.model_fields["skin"].annotation)),
    ],
)
def test_the_tables_of_a_station_have_every_word_and_no_other(heading, words):
    text = (GUIDES / STATION).read_text(encoding="utf-8").partition(f"{heading}\n")[2].partition("\n##")[0]
    rows = [key for key in re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) if key not in ("kind", "skin")]
    assert sorted(rows) == sorted(words)


def test_the_failures_of_a_link_are_told_as_the_page_shows(capsys):
    (example,) = blocks("../explanations/links.md")
    exec(compile(example, "links.md", "exec"), {"__name__": "example"})
    assert blocks("../explanations/links.md", "text") == [capsys.readouterr().out]


def test_a_program_with_pyserial_alone_can_name_a_station_file():
    (example,) = (one for one in blocks("use-simulated-instruments-elsewhere.md") if "import serial" in one)
    done = subprocess.run(
        [sys.executable, "-c", example],
        cwd=ROOT, env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "%RH T= " in done.stdout, done.stderr
