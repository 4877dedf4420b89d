"""A sealed record is amended, never rewritten: what was replaced stays, and says why."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engine.workflow.sealedparts import SEAL, at, bad, edit, take

from calbench.errors import IntegrityFailure, UsageError
from calbench.trust.ring import Ring
from calbench.trust.stationkeys import Signer
from calbench.verification import Means, verify
from calbench.workflow import Finished, evaluate
from calbench.workflow.sealing import seal_run


def test_evaluating_a_sealed_run_gives_the_sealed_record_and_touches_nothing(run: Path) -> None:
    before = {path.name: path.read_bytes() for path in run.glob("*.*")}
    assert evaluate(run).said == ""
    assert before == {path.name: path.read_bytes() for path in run.glob("*.*")}


def test_a_sealed_record_that_was_altered_is_restored(run: Path, ring: Ring) -> None:
    good = (run / "record.json").read_bytes()
    (run / "record.json").write_bytes(good.replace(b"pass", b"fail"))
    assert "it is again" in evaluate(run).said
    assert (run / "record.json").read_bytes() == good


@pytest.fixture
def updated(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the program compute another record, as after an update: it names another definition of the TUR."""

    def update(word: str) -> None:
        monkeypatch.setattr("calbench.evaluation.recording.TUR_DEFINITION", word)

    return update


def test_another_record_is_not_written_over_a_sealed_one_without_a_reason(
    run: Path, updated: Callable[[str], None], signer: Signer, ring: Ring
) -> None:
    before = {path.name: path.read_bytes() for path in run.glob("*.*")}
    updated("another")
    assert "results" in bad(verify(run, Means(ring)))
    with pytest.raises(UsageError, match="say why with --reason"):
        evaluate(run, signer=signer)
    with pytest.raises(UsageError, match="no key for station demo"):
        evaluate(run, "new rules")
    assert before == {path.name: path.read_bytes() for path in run.glob("*.*")}


def test_amended_records_keep_what_they_replace_and_say_why(
    run: Path, updated: Callable[[str], None], signer: Signer, ring: Ring
) -> None:
    first, first_seal = (run / "record.json").read_bytes(), (run / SEAL).read_bytes()
    updated("second")
    evaluate(run, "definition of the TUR", signer)
    updated("third")
    evaluate(run, "once more", signer)
    assert (run / "record-1.json").read_bytes() == first
    assert (run / "seal-1.txt").read_bytes() == first_seal
    assert b'"tur_definition":"second"' in (run / "record-2.json").read_bytes()
    checks = verify(run, Means(ring, sealed=True))
    assert not bad(checks)
    said = {one.name: one.found for one in checks}
    assert "definition of the TUR" in said["former record 1"]
    assert "once more" in said["former record 2"]
    assert "for an amended record" in said["seal"]
    # a former record by itself goes with its own seal; it is of another program, which its results do not show
    assert not bad(verify(run / "record-1.json", Means(ring, sealed=False)))


@pytest.mark.parametrize(
    ("name", "says"),
    [("record-1.json", "taken away"), ("seal-1.txt", "its seal is not here"), (SEAL, "it was taken away")],
)
def test_what_was_replaced_cannot_be_taken_away(
    name: str, says: str, run: Path, updated: Callable[[str], None], signer: Signer, ring: Ring
) -> None:
    updated("second")
    evaluate(run, "definition of the TUR", signer)
    (run / name).unlink()
    assert any(says in found for found in bad(verify(run, Means(ring))).values())


def test_a_former_record_that_was_altered_is_found(
    run: Path, updated: Callable[[str], None], signer: Signer, ring: Ring
) -> None:
    updated("second")
    evaluate(run, "definition of the TUR", signer)
    edit("record-1.json", lambda data: data.replace(b"pass", b"fail", 1))(run, run)
    assert "it was altered" in bad(verify(run, Means(ring)))["former record 1"]


def test_a_former_seal_that_was_made_anew_is_not_the_one_that_was_replaced(
    run: Path, updated: Callable[[str], None], signer: Signer, ring: Ring, tmp_path: Path
) -> None:
    shutil.copytree(run, tmp_path / "again")
    (tmp_path / "again" / SEAL).unlink()
    seal_run(tmp_path / "again", signer, clock=at("2026-06-01T10:00:00+00:00"))
    updated("second")
    evaluate(run, "definition of the TUR", signer)
    shutil.copyfile(tmp_path / "again" / SEAL, run / "seal-1.txt")
    assert "not the seal that the next one replaced" in bad(verify(run, Means(ring)))["former record 1"]


def test_an_amendment_that_was_broken_off_is_taken_up_again(
    run: Path, updated: Callable[[str], None], signer: Signer, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    from calbench.workflow import amending

    updated("second")
    with monkeypatch.context() as patch:
        patch.setattr(amending, "seal_run", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            evaluate(run, "why", signer)
    assert "sealed record" in bad(verify(run, Means(ring)))
    evaluate(run, "why", signer)
    assert not bad(verify(run, Means(ring)))
    assert sorted(path.name for path in run.glob("*-?.*")) == ["record-1.json", "seal-1.txt"]


def test_a_record_that_is_lost_is_not_amended(
    run: Path, updated: Callable[[str], None], signer: Signer
) -> None:
    updated("second")
    (run / "record.json").unlink()
    with pytest.raises(IntegrityFailure, match="Restore it from a copy"):
        evaluate(run, "why", signer)


def test_a_run_whose_journal_is_not_the_sealed_one_is_not_evaluated(
    run: Path, other: Finished, signer: Signer
) -> None:
    take("journal.jsonl", "plan.json")(run, other.folder)
    with pytest.raises(IntegrityFailure, match="not those that were sealed"):
        evaluate(run, "why", signer)


def test_an_unsealed_record_that_becomes_another_is_kept(run: Path, updated: Callable[[str], None]) -> None:
    (run / SEAL).unlink()
    old = (run / "record.json").read_bytes()
    updated("second")
    assert "kept as record-1.json" in evaluate(run).said
    assert (run / "record-1.json").read_bytes() == old
