"""Every kind of test of every shipped procedure fails for the unit that is wrong in its respect, and for no other.

Most procedures have a module with such units; here are the units that those leave, and a look that none is left.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from tests.procedures.one_respect import CASES, ELSEWHERE, INSIDE_ELSEWHERE, MODELS, STEADY, Case, multimeter

from calbench import library
from calbench.authoring import load_procedure
from calbench.documents.procedure import Procedure, Test
from calbench.documents.record import Result
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.workflow import surroundings

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "procedures"
BARE = {"dmm-jjf1587", "calibrator-dc"}
"""What is run by the specification of a model alone."""
STATED = {"scale-cg18", "thermometer-digital", "transmitter-jjf1183"}
"""Calibrations without limits: what they state is held against the unit, here and in test_temperature.py."""


def run(calbench_bench: Callable[[str], Bench], case: Case) -> Run:
    bench = calbench_bench(case.station)
    for name, settings in case.units.items():
        bench = bench.unit(name, **settings)
    if case.mistake:
        bench = bench.mistake(*case.mistake)
    if case.seed is not None:
        bench = bench.seeded(case.seed)
    found = bench.run(
        case.procedure, position=case.position, settings=case.settings, only=case.only, uut=case.uut
    )
    assert found.status == "COMPLETED"
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_wrong_in_one_respect_fails_there_alone(
    calbench_bench: Callable[[str], Bench], case: Case
) -> None:
    found = run(calbench_bench, case)
    judged = {one.id: one.verdict for one in found.record.tests if one.verdict != "not_evaluated"}
    failed = {name for name, verdict in judged.items() if verdict != "pass"}
    assert failed == ({case.fails} if case.fails else set())


# --- what a calibration states is what the unit is ---


def off(result: Result, expected: Decimal) -> Decimal:
    """Give how far a result is from what the unit has, in its U."""
    error, expanded = (parse_quantity(text or "").value for text in (result.value, result.expanded))
    return abs(error - expected) / expanded


@pytest.mark.parametrize("model", MODELS)
def test_a_multimeter_has_the_errors_that_its_calibration_states(
    calbench_bench: Callable[[str], Bench], model: str
) -> None:
    """Of DC voltage and resistance, where a unit is wrong by its gain alone: gain times what was put out."""
    functions = MODELS[model][1]
    case = multimeter(model, **{name: inside for name, (_, inside, _) in functions.items()})
    found = run(calbench_bench, case)
    gains = {test: parse_quantity(inside).value for test, inside, _ in functions.values()}
    seen = {
        one.id: off(one, gains[one.test] * parse_quantity(one.reference or "").value)
        for one in found.record.results
        if one.test in ("dcv", "ohm4w")
    }
    assert len(seen) > 20
    assert max(seen.values()) <= 1, max(seen, key=lambda name: seen[name])


def test_a_balance_has_the_errors_that_its_calibration_states(
    calbench_bench: Callable[[str], Bench],
) -> None:
    """40 ppm of the load: 0.4 mg at 10 g to 8 mg at 200 g; a step of 1 mg."""
    unit = {**STEADY, "gain": "40 ppm", "settling": "0 s"}
    found = run(calbench_bench, Case("scale-cg18", "demo-balance", "", "3", {"3": unit}))
    errors = [one for one in found.record.results if one.test == "errors"]
    assert [one.id.partition("/")[2] for one in errors] == ["5%", "25%", "50%", "75%", "Max"]
    for one in errors:
        load = parse_quantity(one.reference or "").value
        assert off(one, Decimal("40e-6") * load) <= 1, one.id
        assert (off(one, Decimal(0)) > 1) == (load > Decimal("0.02")), (
            one.id
        )  # it is told from none from 50 g on


# --- nothing is left out ---


def judging(procedures: list[Procedure]) -> set[str]:
    """Name the tests that can come to a verdict: with a limit, or a question with an answer that is wanted."""
    tests = [test for procedure in procedures for test in procedure.tests]
    return {one.test for one in tests if one.test is not None and _judges(one)}


def _judges(test: Test) -> bool:
    limited = test.mpe is not None or (test.evaluate is not None and test.evaluate.limit is not None)
    wanted = any(getattr(one, "must_be", None) is not None for one in test.ask)
    return limited or wanted or any(one.mpe is not None for one in test.ranges or [])


def shipped() -> dict[str, list[Procedure]]:
    """Give every procedure that runs, each with those that it uses."""
    whole = {path.stem for path in SHIPPED.rglob("*.yaml") if path.parent.name != "parts"} - BARE
    found = {}
    for name in sorted(whole):
        loaded, used = load_procedure(library.find("procedures", name), surroundings())
        found[name] = [loaded.model, *(one.model for one in used.values())]
    return found


def test_every_test_of_every_procedure_has_a_unit_that_fails_it() -> None:
    covered = {(case.procedure, case.fails.rpartition("/")[2]) for case in CASES if case.fails}
    for module, procedures in ELSEWHERE.items():
        text = (HERE / f"{module}.py").read_text(encoding="utf-8")
        for procedure, tests in procedures.items():
            assert {test for test in tests if f'"{test}' not in text and f"'{test}" not in text} == set(), (
                module
            )
            covered |= {(procedure, test) for test in tests}
    judged = {(name, test) for name, models in shipped().items() for test in judging(models)}
    assert judged - covered == set()
    assert covered - judged == set()  # no test that is not there any more


def test_every_procedure_has_a_unit_just_inside_every_limit() -> None:
    inside = {case.procedure for case in CASES if not case.fails} | INSIDE_ELSEWHERE
    assert set(shipped()) - inside - STATED == set()
