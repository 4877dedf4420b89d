"""A parsed value follows from the exact text that came: whoever alters the value alone is found, after any repair."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engine.workflow.sealedparts import bad, unknown
from tests.engine.workflow.test_verifying import rechain

from calbench.evaluation import replies
from calbench.trust.ring import Ring
from calbench.verification import Means, verify
from calbench.workflow import Finished, Options, evaluate, execute, prepare

BENCHES = (
    ("dmm-34401a", "demo", "1"),
    pytest.param("dmm-34401a", "demo-tcp", "1", marks=pytest.mark.repeated),
    ("scale-class3", "demo", "2"),
    ("visual-inspection", "demo", ""),
    ("analogue-voltmeter", "demo-keyboard", "1"),
)


def forged(folder: Path, of: str, change: Callable[[dict[str, str]], None], *, every: bool = False) -> Path:
    """Alter bodies of a kind of event, chain the journal anew and evaluate: all that an attacker can do."""
    lines = [json.loads(line) for line in (folder / "journal.jsonl").read_bytes().splitlines()]
    for line in [one for one in lines if one["type"] == of][slice(None) if every else slice(7, 8)]:
        change(line["body"])
    rechain(lines, folder / "journal.jsonl")
    (folder / "seal.txt").unlink(missing_ok=True)
    (folder / "record.json").unlink()
    evaluate(folder)
    return folder


def value(text: str) -> Callable[[dict[str, str]], None]:
    return lambda body: body.update(value=text)


@pytest.fixture
def copy(multimeter: Finished, tmp_path: Path) -> Path:
    shutil.copytree(multimeter.folder, tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize("event", ["reading", "applied"])
@pytest.mark.parametrize("number", ["0.1234", "1E+3", "NaN"])
def test_a_value_that_its_text_does_not_say_is_found(copy: Path, ring: Ring, event: str, number: str) -> None:
    try:
        forged(copy, event, value(number))
    except ValueError:  # NaN cannot be evaluated in the first place
        assert number == "NaN"
        return
    checks = verify(copy, Means(ring))
    assert bad(checks)["readings"].startswith("not what their reply says: dcv/")
    assert "results" not in bad(checks)  # all the rest was repaired


def test_the_point_of_one_reading_cannot_be_shifted(copy: Path, ring: Ring) -> None:
    def shift(body: dict[str, str]) -> None:
        body["value"] = f"{body['value'].partition('E')[0]}E+2"

    assert "readings" in bad(verify(forged(copy, "reading", shift), Means(ring)))


def test_a_unit_that_is_not_that_of_the_point_is_found(copy: Path, ring: Ring) -> None:
    forged(copy, "reading", lambda body: body.update(unit="mV"))
    assert "readings" in bad(verify(copy, Means(ring)))


def test_a_record_alone_is_looked_at_too(copy: Path, ring: Ring) -> None:
    forged(copy, "reading", value("0.1234"))
    assert "readings" in bad(verify(copy / "record.json", Means(ring)))


def test_a_typed_value_that_was_altered_is_found(tmp_path: Path, ring: Ring) -> None:
    done = execute(prepare("analogue-voltmeter", "demo-keyboard", Options()), tmp_path)
    assert "readings" in bad(verify(forged(done.folder, "reading", value("9.9")), Means(ring)))


@pytest.mark.parametrize(("procedure", "station", "position"), BENCHES)
def test_no_untouched_run_of_a_shipped_procedure_is_bad(
    procedure: str, station: str, position: str, tmp_path: Path, ring: Ring
) -> None:
    done = execute(prepare(procedure, station, Options(position=position)), tmp_path)
    checks = verify(done.folder, Means(ring))
    assert bad(checks) == {}
    drivers = unknown(checks).get("readings", "(vaisala/hmt330)")
    assert (
        "(vaisala/hmt330)" in drivers
    )  # the rest was compared: 45.4 %RH and 23.0 'C stand in one line of it


def test_readings_and_stimuli_of_the_shipped_benches_are_compared(
    multimeter: Finished, scale: Finished
) -> None:
    for record in (multimeter.record, scale.record):
        found = replies.compared(replies.measured(record.plan, record.attempts))
        assert (found.wrong, found.apart) == ((), 0)
        assert found.of > 20


@pytest.mark.parametrize(
    ("text", "unit", "number", "holds"),
    [
        ("+5.00013000E+00", "V", "5.00013000", True),  # IEEE 488.2, NR3
        ("+5.00013000E+00", "V", "5.00013001", False),
        ("S S      7.500 kg", "kg", "7.500", True),  # MT-SICS reference manual, SI
        ("S S      7.500 kg", "kg", "7.505", False),
        ("ST,+00123.45  g", "kg", "0.12345", True),  # A&D, FX-i manual
        ("N     -   123.45 g  ", "kg", "-0.12345", True),  # Sartorius SBI, 22 characters
        ("N     -   123.45 g  ", "kg", "0.12345", False),
        ("1.0000000E-01,V,0.00E+00", "V", "0.10000000", True),  # Fluke 5730A, OUT?
        ("1.0000000E-01,V,0.00E+00", "V", "0.2", False),
        ("1.0000000E-01,MV,0.00E+00", "V", "0.00010000000", None),
        ("101.325", "Pa", "101325", None),  # in kPa: its driver knows
        ("12345E1", "J", "444420000", None),  # in Wh, COSEM
        ("101.325", "Pa", "101326", False),
        ("00 22 01", "V", "220.1", None),
        ("RH= 45.4 %RH T= 23.0 'C", "%RH", "45.4", True),  # Vaisala HMT330, SEND
        ("RH= 45.4 %RH T= 23.0 'C", "degC", "23", True),
        ("RH= 45.4 %RH T= 23.0 'C", "degC", "23.1", False),
        ("RH= 45.4 %RH T= -3.0 'C Td= -9.1 'C", "degC", "-3", None),
        ("12:30 RH= 45.4 %RH T= 23.0 'C", "degC", "23.1", None),
        ("0", "V", "0E-7", True),
        ("0", "V", "1", False),
        ("", "V", "1", None),
    ],
)
def test_forms_of_texts(text: str, unit: str, number: str, holds: bool | None) -> None:  # noqa: FBT001 - a parameter
    found = replies.compared([replies.Value("p", "uut", "some/driver", text, number, unit, unit)])
    assert (False if found.wrong else None if found.apart else True) is holds


@pytest.mark.parametrize(
    ("typed", "unit", "number", "holds"),
    [
        ("10.0003 mV", "V", "0.0100003", True),
        ("200.01 g", "kg", "0.20001", True),
        ("10.0003", "V", "10.0003", True),
        ("10.0003", "V", "0.0100003", False),
        ("ten", "V", "10", False),
    ],
)
def test_forms_of_what_is_typed(typed: str, unit: str, number: str, holds: bool) -> None:  # noqa: FBT001 - as above
    found = replies.compared([replies.Value("p", "uut", "keyboard", typed, number, unit, unit)])
    assert (not found.wrong) is holds


def test_what_was_converted_once_must_be_so_always() -> None:
    def of(text: str, number: str) -> replies.Value:
        return replies.Value("p", "uut", "some/driver", text, number, "Pa", "Pa")

    assert replies.compared([of("1.5", "1500"), of("2.5", "2500")]).wrong == ()
    assert len(replies.compared([of("1.5", "1500"), of("2.5", "2.5")]).wrong) == 1
