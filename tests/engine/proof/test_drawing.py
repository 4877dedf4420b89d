"""What is drawn for a run: from the certificate, one draw for each influence, below the drivers."""

from __future__ import annotations

import math
import random
from decimal import Decimal
from pathlib import Path

import pytest

from calbench.documents.canonical import digest
from calbench.proof import population
from calbench.proof.drawing import Drawn, seed_of
from calbench.proof.sketching import Open, Sketch, Stated, sketch
from calbench.proof.statistics import mean_and_spread
from calbench.proof.trying import Job, attempt
from calbench.workflow import Options, execute, prepare

NORMAL = population("normal 0.5")


def drawn(*stated: Stated, runs: int = 4000) -> list[list[float]]:
    made = Sketch({"calibrator": stated}, {}, {}, NORMAL)
    values = []
    for index in range(runs):
        deviation = Drawn(made, seed_of(1, index)).deviation("calibrator")
        assert deviation is not None
        values.append([deviation(one.quantity, one.value, one.frequency) or 0.0 for one in stated])
    return values


def one(value: float, influence: str, shape: str = "normal", dof: float = math.inf) -> Stated:
    return Stated("voltage", value, 0.0, 0.25, (Open(2.0, shape, dof, influence, influence),))


def test_the_spread_is_what_the_certificate_states() -> None:
    columns = list(zip(*drawn(one(1, "a"), one(2, "b", "rectangular"), one(3, "c", dof=5.0)), strict=True))
    for column, u in zip(
        columns, (2.0, 2.0, 2.0 * math.sqrt(5 / 3)), strict=True
    ):  # t with 5 degrees: u² ν/(ν-2)
        mean, spread = mean_and_spread(column)
        assert mean == pytest.approx(0.25, abs=0.15)  # the correction
        assert spread == pytest.approx(u, rel=0.06)
    assert max(abs(value - 0.25) for value in columns[1]) <= 2.0 * math.sqrt(3)


def test_one_influence_is_one_draw() -> None:
    for first, same, other in drawn(one(1, "a"), one(2, "a"), one(3, "b"), runs=50):
        assert first == same != other


def test_weights_of_one_certificate_share_their_draw() -> None:
    prepared = prepare("scale-class3", "demo", Options(position="2"))
    made = sketch(prepared, NORMAL)
    masses = Drawn(made, 7).masses()
    z = {name: (masses[name] - one.mass) / one.open[0].u for name, one in made.weights.items()}
    assert len(z) == 5  # those that the procedure puts on the scale
    assert max(z.values()) - min(z.values()) < 1e-3


def test_what_is_not_certified_is_left_to_the_model() -> None:
    made = sketch(prepare("dmm-34401a", "demo", Options(position="1")), NORMAL)
    deviation = Drawn(made, 7).deviation("calibrator")
    assert deviation is not None
    assert deviation("voltage", 10.0, 0.0) is not None
    assert deviation("voltage", 7.5, 0.0) is None
    assert Drawn(made, 7).deviation("climate") is None


def test_the_calibrator_really_puts_it_out_and_no_driver_sees_it() -> None:
    prepared = prepare("dmm-34401a", "demo", Options(position="1", only=("dcv/10V/10V",)))
    made = sketch(prepared, population("none"))
    found = []
    for index in range(30):
        trial = attempt(Job(prepared, digest(prepared.plan), made, 1), index)
        point = trial.points["dcv/10V/10V"]
        assert point.true is not None
        deviation = Drawn(made, seed_of(1, index)).deviation("calibrator")
        assert deviation is not None
        found.append(point.error - point.true - (deviation("voltage", 10.0, 0.0) or 0.0))
    # E - true error is the deviation of the calibrator, but for its slow noise (2 uV), meter noise, and 0.2 uV of EMF
    assert max(map(abs, found)) < 10e-6
    assert mean_and_spread(found)[1] < 4e-6


def test_a_run_in_memory_finds_what_a_run_on_disk_finds(tmp_path: Path) -> None:
    from calbench.evaluation import gathering
    from calbench.evaluation.results import conclusions
    from calbench.workflow import Reality, try_out

    prepared = prepare("dmm-34401a", "demo", Options(position="1", only=("dcv/10V/*", "visual-inspection/*")))
    assert prepared.plan.simulated is not None
    kept = execute(prepared, tmp_path).record

    class Nothing:
        def deviation(self, instrument: str) -> None: ...
        def shift(self, instrument: str) -> None: ...

    tried = try_out(prepared, "0" * 64, Reality(prepared.plan.simulated.seed, Nothing(), {}), lambda *_: None)
    assert tried.outcome.status == "COMPLETED"
    attempts = gathering.attempts(prepared.plan, tried.events)
    assert attempts == kept.attempts
    found = conclusions(prepared.plan, attempts)
    for result in kept.results:
        if result.of == "point" and result.value is not None:
            assert (
                found[result.id].observation.error.text(found[result.id].observation.point.unit)
                == result.value
            )
            assert found[result.id].judged.decision.verdict.value == result.verdict
    assert Decimal(kept.results[0].k or "0") > 1


def test_a_population_at_the_edge_has_every_error_near_one_of_the_limits() -> None:
    edge, draws = population("edge 0.2"), random.Random(1)
    errors = [edge.draw(5.0, draws) for _ in range(400)]
    assert {4.0 <= abs(error) <= 6.0 for error in errors} == {True}
    inside = [abs(error) < 5.0 for error in errors]
    assert 0.4 < sum(inside) / 400 < 0.6
    assert 0.4 < sum(error > 0 for error in errors) / 400 < 0.6
    assert str(edge) == "edge 0.2"
