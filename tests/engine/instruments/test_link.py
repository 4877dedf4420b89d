from __future__ import annotations

import subprocess
import sys

import pytest

from calbench.errors import UsageError
from calbench.instruments import LineFormat


def test_the_serial_part_is_read_and_the_rest_stays():
    line = LineFormat(read_end="\r\n", timeout=2).parse_serial("4800 7E1")

    assert (line.baud, line.bits, line.parity, line.stop) == (4800, 7, "E", 1)
    assert (line.read_end, line.timeout) == ("\r\n", 2)
    assert line.serial == "4800 7E1"
    assert LineFormat().parse_serial("9600 8N1.5").serial == "9600 8N1.5"


@pytest.mark.parametrize(
    "wrong", ["", "9600", "8N1", "9600 9N1", "9600 8X1", "9600 8N3", "0 8N1", "9600,8,N,1"]
)
def test_other_line_settings_are_refused(wrong):
    with pytest.raises(UsageError, match="9600 8N1"):
        LineFormat().parse_serial(wrong)


def test_the_package_loads_no_bus_library():
    code = "import sys, calbench.instruments; print(sorted({'pyvisa', 'serial', 'numpy'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_environment()
    )

    assert done.stdout.strip() == "[]"


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
