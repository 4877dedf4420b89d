"""The scaffold of a driver: what it writes passes its own tests, the contract, and the linters."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.cli.new import KINDS

ROOT = Path(__file__).parents[3]


def new(*arguments):
    result = CliRunner().invoke(main, ["new", "driver", *arguments])
    return result.exit_code, result.output


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_of_ones_own_passes_its_tests_at_once(tmp_path, kind):
    code, output = new("example/ex100", "--kind", kind, "--into", str(tmp_path), "--json")
    written = [Path(one).relative_to(tmp_path).as_posix() for one in json.loads(output)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        env={
            "PYTHONPATH": f"{tmp_path}:{ROOT / 'src'}", "PATH": "", "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # who writes a driver has pytest, and not what we test with
        },
    )  # fmt: skip

    assert code == 0
    assert written == [
        "pyproject.toml",
        "example_drivers/__init__.py",
        "example_drivers/ex100.py",
        "tests/test_ex100.py",
    ]
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert '"example/ex100" = "example_drivers.ex100"' in (tmp_path / "pyproject.toml").read_text()


def test_in_a_checkout_it_goes_beside_the_others(tmp_path):
    (tmp_path / "drivers" / "calbench_drivers").mkdir(parents=True)
    code, output = new("example/ex100", "--into", str(tmp_path))

    assert code == 0
    assert (tmp_path / "drivers" / "calbench_drivers" / "example" / "ex100.py").is_file()
    assert (
        "from calbench_drivers.example.ex100 import EX100"
        in (tmp_path / "tests" / "drivers" / "example" / "test_ex100.py").read_text()
    )
    assert "python -m pytest" in output


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_suits_the_linters_of_the_project(tmp_path, kind):
    (tmp_path / "drivers" / "calbench_drivers").mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert new("example/ex100", "--kind", kind, "--into", str(tmp_path))[0] == 0
    ruff = [sys.executable, "-m", "ruff"]

    own = [
        "--config",
        'lint.isort.known-first-party = ["calbench", "calbench_drivers"]',
    ]  # calbench is not here

    for order in (["check", *own], ["format", "--check"]):
        done = subprocess.run(
            [*ruff, *order, "--no-cache", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_nothing_is_overwritten(tmp_path):
    assert new("example/ex100", "--into", str(tmp_path))[0] == 0
    code, output = new("example/ex100", "--into", str(tmp_path))

    assert code == 2
    assert "ex100.py already" in output


def test_a_second_driver_joins_the_package(tmp_path):
    assert new("example/ex100", "--into", str(tmp_path))[0] == 0
    code, output = new("example/ex200", "--into", str(tmp_path))

    assert code == 0
    assert '"example/ex200" = "example_drivers.ex200"' in output


@pytest.mark.parametrize("name", ["ex100", "Example/ex100", "example/100", "../x", "example/ex-100"])
def test_names_that_are_none(tmp_path, name):
    code, output = new(name, "--into", str(tmp_path))

    assert code == 2
    assert "like example/ex100" in output
    assert list(tmp_path.iterdir()) == []
