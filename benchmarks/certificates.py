"""How long a digital certificate with 1,000 points takes: from its record to XML, validated against the schema."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from calbench.certificates.digital import digital
from calbench.dcc import write
from calbench.dcc.schemas import validate
from calbench.documents.record import Record
from calbench.workflow import Options, execute, prepare

POINTS = 1000
SCHEMAS = Path(os.environ.get("CALBENCH_DCC_SCHEMAS", Path(__file__).resolve().parents[2] / "shared" / "dcc"))


def measure() -> tuple[float, str]:
    """Give the time in seconds, and a note: on its size, and whether there was a schema to validate against."""
    record = _record()
    validated = (SCHEMAS / "v3.3.0" / "dcc.xsd").is_file()
    start = time.perf_counter()
    data = write(digital(record, "0" * 64, ("en", "zh")))
    if validated:
        validate(data, SCHEMAS)
    taken = time.perf_counter() - start
    return taken, f"{len(data) / 1000:,.0f} kB, {'validated' if validated else 'NOT validated: no schemas'}"


def _record() -> Record:
    """Give the record of a simulated run with its results repeated."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare("dmm-34401a", "demo", Options(uut={"serial": "US36000017"}))
        record = execute(prepared, Path(folder)).record
    once = [one for one in record.results if one.of == "point"]
    many = [
        once[number % len(once)].model_copy(update={"id": f"{once[number % len(once)].test}/x{number}"})
        for number in range(POINTS)
    ]
    return record.model_copy(update={"results": many})
