"""Whatever single byte is changed in journal, plan, record or seal of a run: `verify` finds it.

`make tamper` tries 10,000 changes. Other kinds of files add a target: name, bytes, and what detects a change.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.tamper.changes import COUNT, Target, mutate, overlooked, written

from calbench.trust.ring import Ring
from calbench.trust.stationkeys import new_key
from calbench.workflow import Options, execute, prepare
from calbench.workflow.attesting import check_proof, countersign, prove_line
from calbench.workflow.verifying import Check, Means, verify

PROCEDURE = Path(__file__).parents[2] / "docs" / "tutorials" / "first_procedure.yaml"
FILES = ("journal.jsonl", "plan.json", "record.json", "seal.txt")
UNTIL = "2099-12-31T23:59:59Z"


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Ring:
    ring = Ring(tmp_path_factory.mktemp("ring"))
    for name in ("demo", "office"):
        ring.keep(new_key(name, "2025-01-01T00:00:00Z", UNTIL))
    return Ring(ring.folder)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, ring: Ring) -> Path:
    """A run of one point, sealed and countersigned: small, so that verifying it takes milliseconds."""
    options = Options(uut={"maker": "HP", "serial": "US36000017"}, only=("dcv/10V/5V",))
    signer, witness = (ring.signer(ring.of(name)[0], None) for name in ("demo", "office"))
    done = execute(prepare(str(PROCEDURE), "demo", options), tmp_path_factory.mktemp("run"), signer=signer)
    countersign(done.folder, witness, ring)
    return done.folder


def bad(checks: list[Check]) -> str:
    return "; ".join(f"{one.name}: {one.found}" for one in checks if one.holds is False)


@pytest.fixture(scope="module")
def targets(run: Path, ring: Ring) -> list[Target]:
    def look() -> str:
        return bad(verify(run, Means(ring)))

    found = [Target(name, (run / name).read_bytes(), written(run / name, look)) for name in FILES]
    proof = run.parent / "proof.json"
    proof.write_bytes(prove_line(run, "dcv/10V/5V", 1).data)
    return [
        *found,
        Target("proof", proof.read_bytes(), written(proof, lambda: bad(check_proof(proof, ring)[1]))),
    ]


def test_untouched_files_are_good(run: Path, ring: Ring, targets: list[Target]) -> None:
    assert [one.name for one in targets if one.detect(one.data)] == []
    assert [one for one in verify(run, Means(ring, sealed=True)) if one.holds is not True] == []


@pytest.mark.parametrize("name", [*FILES, "proof"])  # each for itself, so that they run side by side
def test_every_single_change_is_found(name: str, targets: list[Target]) -> None:
    target = next(one for one in targets if one.name == name)
    assert list(overlooked([target], COUNT // 5)) == []


def test_a_change_changes_one_byte() -> None:
    rng, kinds = random.Random(1), set()
    for _ in range(300):
        changed, done = mutate(b"abc", rng)
        assert changed != b"abc"
        assert abs(len(changed) - 3) <= 1
        kinds.add(done.split()[0])
    assert kinds == {"replace", "delete", "insert"}


def test_what_nobody_looks_for_is_overlooked() -> None:
    blind = Target("blind", b"abc", lambda _: "")
    assert len(list(overlooked([blind], 10))) == 10
