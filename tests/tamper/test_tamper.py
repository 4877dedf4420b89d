"""Whatever single byte is changed in a run or in a signed certificate of one: `verify` finds it.

`make tamper` tries 10,000 changes and more. Other kinds of files add a target: name, bytes, what detects a change.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.tamper.changes import COUNT, SEED, Target, Tried, mutate, overlooked, said, written

from calbench.trust.anchors import Anchors
from calbench.trust.issuing import Holder, new_signatory
from calbench.trust.ring import Ring
from calbench.trust.stationkeys import new_key
from calbench.verification import Check, Means, verify
from calbench.verification.attesting import check_proof, countersign, prove_line
from calbench.verification.dcc import verify_dcc
from calbench.verification.pdf import verify_pdf
from calbench.verification.signatories import Against
from calbench.workflow import Options, Signing, certify, execute, prepare

PROCEDURE = Path(__file__).parents[2] / "docs" / "tutorials" / "first_procedure.yaml"
FILES = {"journal": "journal.jsonl", "plan": "plan.json", "record": "record.json", "seal": "seal.txt"}
CERTIFICATES = {"DCC": "certificate.xml", "PDF": "certificate-zh.pdf"}
OF_UNITS = {
    "plan of units": "plan.json",
    "journal of units": "journal.jsonl",
    "record of a unit": "units/2/record.json",
    "seal of units": "seal.txt",
}
KINDS = (*FILES, "proof", *CERTIFICATES, *OF_UNITS)
PARTS = 2
UNTIL = "2099-12-31T23:59:59Z"
AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Ring:
    ring = Ring(tmp_path_factory.mktemp("ring"))
    for name in ("demo", "office", "demo-bench-4"):
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


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory, ring: Ring) -> Path:
    """A run of two units at one point, sealed."""
    options = Options(positions=("1", "2"), only=("dcv/10V/5V",), settings={"readings": "4"})
    signer = ring.signer(ring.of("demo-bench-4")[0], None)
    prepared = prepare("dmm-34401a", "demo-bench-4", options)
    return execute(prepared, tmp_path_factory.mktemp("several"), signer=signer).folder


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> list[Target]:
    """The signed DCC and PDF of the first job of the demonstration, whole: looked at in memory."""
    signatory = new_signatory(Holder("Li Mei 李梅"), AT - timedelta(days=1), AT + timedelta(days=1))
    prepared = prepare("dmm-34401a", "demo", Options(uut={"serial": "US36000017"}))
    folder = execute(prepared, tmp_path_factory.mktemp("certified")).folder
    certify(folder, ("dcc", "pdf"), ("en", "zh"), None, Signing(signatory, AT))
    against = Against(Anchors((signatory.certificate,)))
    looks: dict[str, Callable[[bytes], Iterator[Check]]] = {
        "DCC": lambda data: verify_dcc(data, against),
        "PDF": lambda data: verify_pdf(data, against),
    }
    return [
        Target(kind, (folder / file).read_bytes(), lambda data, look=looks[kind]: first_bad(look(data)))  # type: ignore[misc] # bound early
        for kind, file in CERTIFICATES.items()
    ]


def bad(checks: list[Check]) -> str:
    return "; ".join(f"{one.name}: {one.found}" for one in checks if one.holds is False)


def first_bad(checks: Iterable[Check]) -> str:
    """Give the first bad check: those of certificates come one by one, and what comes after it is not computed."""
    return next((bad([one]) for one in checks if one.holds is False), "")


@pytest.fixture(scope="module")
def targets(run: Path, several: Path, ring: Ring, certificates: list[Target]) -> dict[str, Target]:
    def look(folder: Path = run) -> str:
        return bad(verify(folder, Means(ring)))

    proof = run.parent / "proof.json"
    proof.write_bytes(prove_line(run, "dcv/10V/5V", 1).data)
    found = [
        *(Target(kind, (run / name).read_bytes(), written(run / name, look)) for kind, name in FILES.items()),
        Target("proof", proof.read_bytes(), written(proof, lambda: bad(check_proof(proof, ring)[1]))),
        *certificates,
        *(
            Target(kind, (several / name).read_bytes(), written(several / name, lambda: look(several)))
            for kind, name in OF_UNITS.items()
        ),
    ]
    return {one.name: one for one in found}


def test_untouched_files_are_good(run: Path, ring: Ring, targets: dict[str, Target]) -> None:
    assert tuple(targets) == KINDS
    assert [kind for kind, one in targets.items() if one.detect(one.data)] == []
    assert [one for one in verify(run, Means(ring, sealed=True)) if one.holds is not True] == []


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", KINDS)  # each for itself, so that they run side by side
def test_every_single_change_is_found(
    kind: str, part: int, targets: dict[str, Target], note: Callable[[Tried], None]
) -> None:
    count = -(-COUNT // 4 // PARTS)
    missed = tuple(overlooked([targets[kind]], count, SEED + part))
    note(Tried(kind, count, missed))
    assert missed == ()


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


def test_a_file_that_is_bad_anyway_is_refused() -> None:
    with pytest.raises(AssertionError, match="bad before"):
        list(overlooked([Target("suspicious", b"abc", lambda _: "always bad")], 10))


def test_the_count_is_said_for_each_kind() -> None:
    every = [Tried("DCC", 1250, ()), Tried("PDF", 3, ("replace at byte 1 of 2",)), Tried("DCC", 1250, ())]
    assert [" ".join(line.split()) for line in said(every)] == [
        "DCC 2,500 changes tried, none overlooked",
        "PDF 3 changes tried, 1 overlooked",
        "together 2,503 changes tried, 1 overlooked",
    ]
