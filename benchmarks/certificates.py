"""How long a digital certificate with 1,000 points takes: from its record to XML, validated against the schema.

And how long it takes to find that a signed certificate was altered.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from calbench.certificates.digital import digital
from calbench.dcc import write
from calbench.dcc.schemas import validate
from calbench.documents.canonical import canonical, sha256
from calbench.documents.record import Record
from calbench.evaluation.verifying import Check
from calbench.trust.anchors import Anchors
from calbench.trust.issuing import Holder, new_signatory
from calbench.verification.dcc import verify_dcc
from calbench.verification.pdf import verify_pdf
from calbench.verification.signatories import Against
from calbench.workflow import Options, Signing, certify, execute, prepare

POINTS = 1000
CHANGES = 500
Verify = Callable[[bytes, Against], Iterator[Check]]
SCHEMAS = Path(os.environ.get("CALBENCH_DCC_SCHEMAS", Path(__file__).resolve().parents[2] / "shared" / "dcc"))


def measure() -> tuple[float, str]:
    """Give the time in seconds, and a note: on its size, and whether there was a schema to validate against."""
    record = _record()
    data_of_record = canonical(record)
    validated = (SCHEMAS / "v3.3.0" / "dcc.xsd").is_file()
    start = time.perf_counter()
    data = write(digital(record, sha256(data_of_record), ("en", "zh"), None, data_of_record))
    if validated:
        validate(data, SCHEMAS)
    taken = time.perf_counter() - start
    against = "validated" if validated else "NOT validated: no schemas"
    return taken, f"with its record inside, {len(data) / 1000:,.0f} kB, {against}"


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


def altered() -> tuple[float, float]:
    """Give the time in seconds to find 10,000 changes of single bytes: of a signed DCC, of a signed PDF."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    signatory = new_signatory(Holder("Benchmark"), at - timedelta(days=1), at + timedelta(days=1))
    against = Against(Anchors((signatory.certificate,)))
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare("dmm-34401a", "demo", Options(uut={"serial": "US36000017"}))
        run = execute(prepared, Path(folder)).folder
        xml, pdf = certify(run, ("dcc", "pdf"), ("en",), None, Signing(signatory, at))
        return _found(xml.read_bytes(), against, verify_dcc), _found(pdf.read_bytes(), against, verify_pdf)


def _found(data: bytes, against: Against, verify: Verify) -> float:
    """Give the time for 10,000, from fewer: at places evenly over the file."""
    start = time.perf_counter()
    for number in range(CHANGES):
        place = number * len(data) // CHANGES
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        if not any(one.holds is False for one in verify(changed, against)):
            raise AssertionError(f"a change at {place} was not found")
    return (time.perf_counter() - start) * 10_000 / CHANGES
