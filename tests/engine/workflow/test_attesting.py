"""What others can hold on to: records with a seal from elsewhere, witnesses, proofs of single readings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.engine.workflow.sealedparts import SEAL, bad, edit, unknown

from calbench.errors import IntegrityFailure, UsageError
from calbench.trust.ring import Ring
from calbench.trust.stationkeys import new_key
from calbench.verification import Means, verify
from calbench.verification.attesting import check_proof, countersign, prove_line
from calbench.workflow import Finished


def test_a_record_alone_is_verified_with_a_seal_from_elsewhere(run: Path, ring: Ring, tmp_path: Path) -> None:
    shutil.copyfile(run / "record.json", tmp_path / "record.json")
    alone = tmp_path / "record.json"
    assert "there is no seal.txt beside it" in unknown(verify(alone, Means(ring)))["seal"]
    checks = verify(alone, Means(ring, run / SEAL, sealed=True))
    assert not bad(checks)
    assert {"sealed journal", "sealed plan", "sealed record"} <= {one.name for one in checks}
    assert not bad(verify(run / "record.json", Means(ring, sealed=True)))  # the one beside it is found


def test_the_seal_of_another_run_does_not_fit_a_record(run: Path, other: Finished, ring: Ring) -> None:
    found = bad(verify(run / "record.json", Means(ring, other.folder / SEAL)))
    assert found.keys() == {"seal and run", "sealed journal", "sealed plan", "sealed record"}


def test_a_witness_signs_what_it_has_verified(run: Path, ring: Ring, tmp_path: Path) -> None:
    witness = new_key("office", "2025-01-01T00:00:00Z", "2099-12-31T23:59:59Z")
    both = Ring(tmp_path / "k")
    for entry in (*ring.of("demo"), witness.entry):
        both.trust(entry)
    countersign(run, witness, both)
    checks = verify(run, Means(both, sealed=True))
    assert not bad(checks)
    assert any(one.name == "countersignature" and "office" in one.found for one in checks)
    with pytest.raises(UsageError, match="already"):
        countersign(run, witness, both)
    assert "office" in unknown(verify(run, Means(ring)))["countersignature"]
    text = (run / SEAL).read_text(encoding="utf-8")
    (run / SEAL).write_text(text.replace("— office", "— offize"), encoding="utf-8")
    assert "not trusted" in bad(verify(run, Means(both)))["countersignature"]


def test_a_run_that_was_altered_is_not_countersigned(run: Path, ring: Ring) -> None:
    edit("journal.jsonl", lambda data: data[:-1])(run, run)
    with pytest.raises(IntegrityFailure, match="not countersigned"):
        countersign(run, new_key("office", "2025-01-01T00:00:00Z", "2099-12-31T23:59:59Z"), ring)


def test_a_single_reading_is_proven_without_its_run(run: Path, ring: Ring, tmp_path: Path) -> None:
    chosen = prove_line(run, "dcv/10V/10V", 3)
    path = tmp_path / "proof.json"
    path.write_bytes(chosen.data)
    shutil.copyfile(run / SEAL, tmp_path / "had-from-the-station.txt")
    shutil.rmtree(run)
    event, checks = check_proof(path, ring, tmp_path / "had-from-the-station.txt")
    assert event is not None
    assert (event.type, event.point, event.body["index"]) == ("reading", "dcv/10V/10V", 3)
    assert [one.holds for one in checks] == [True, True, True, True]


@pytest.mark.parametrize(
    ("old", "new"),
    [('\\"value\\":\\"10.0', '\\"value\\":\\"10.1'), ('"seq":', '"seq":1'), ("head ", "head f")],
)
def test_an_altered_proof_is_found(old: str, new: str, run: Path, ring: Ring, tmp_path: Path) -> None:
    text = prove_line(run, "dcv/10V/10V", 3).data.decode()
    assert old in text
    (tmp_path / "proof.json").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert bad(check_proof(tmp_path / "proof.json", ring)[1])


def test_a_point_with_several_readings_asks_which(run: Path) -> None:
    with pytest.raises(UsageError, match=r"choose one with --reading N\. 1: \+"):
        prove_line(run, "dcv/10V/10V")
    with pytest.raises(UsageError, match="has no reading"):
        prove_line(run, "dcv/11V")
    with pytest.raises(UsageError, match="There is no line 0"):
        prove_line(run, "0")
