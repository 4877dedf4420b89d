"""What tests of the procedures of trade and of weights share: runs looked at by verdict, plans, and their proofs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from calbench import library
from calbench.authoring.loading import load_procedure
from calbench.documents.plan import Plan
from calbench.documents.procedure import Procedure
from calbench.evaluation.composed import model_of
from calbench.evaluation.observing import static_scope
from calbench.metrology.composition import Outcome
from calbench.planning.parameters import Given, resolve
from calbench.planning.refusal import Reasons
from calbench.planning.tables import with_values
from calbench.proof import Report, prove
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options, prepare, surroundings

GOLDEN = Path(__file__).parent / "golden"
LOT, WEIGHT, FUEL = "prepackage-jjf1070", "weights-jjg99", "fuel-dispenser-jjg443"
Benches = Callable[[str], Bench]


def verdicts(run: Run) -> dict[str, str]:
    """Give the verdict of each test that judges something."""
    assert run.status == "COMPLETED"
    return {one.id: one.verdict for one in run.record.tests if one.id not in ("tare", "contents")}


def failing(run: Run) -> set[str]:
    return {name for name, verdict in verdicts(run).items() if verdict != "pass"}


def planned(procedure: str, station: str, **settings: str) -> Plan:
    return prepare(procedure, station, Options(settings=settings, position="1")).plan


def authored(procedure: str) -> Procedure:
    return load_procedure(library.find("procedures", procedure), surroundings())[0].model


def values(**settings: str) -> Mapping[str, Given]:
    """Give parameters and values of a lot, as a plan computes them."""
    model, reasons = authored(LOT), Reasons()
    found, _ = with_values(model, resolve(model, dict(settings), reasons), reasons)
    return found


def computed(plan: Plan, test: str, **given: str) -> Outcome:
    """Give what the model of a planned test says of these readings."""
    one = next(one for one in plan.tests if one.id == test)
    point = next(each for each in plan.points if each.id == one.points[0])
    known = {name: parse_quantity(text) for name, text in given.items()}
    if not one.reference:
        known["reference"] = parse_quantity(point.nominal or "")
    return model_of(one, static_scope(point)).at(known)


def proven(procedure: str, station: str, runs: int, *only: str) -> Report:
    return prove(prepare(procedure, station, Options(position="1", only=only)), runs, workers=1).report
