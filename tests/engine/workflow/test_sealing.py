"""A sealed run: what was done to it is found, and named; and what cannot be known is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engine.workflow.sealedparts import SEAL, at, bad, drop, edit, take, unknown

from calbench.documents.canonical import sha256
from calbench.errors import IntegrityFailure, UsageError
from calbench.trust import merkle, signednotes
from calbench.trust.ring import Ring
from calbench.trust.seal import read_seal
from calbench.trust.stationkeys import Signer, new_key
from calbench.verification import Means, verify
from calbench.workflow import Finished, Options, execute, prepare, seal_later
from calbench.workflow.sealing import demonstration_signer, seal_run, signer_of


def test_a_sealed_run_verifies_and_nothing_is_left_unchecked(run: Path, ring: Ring) -> None:
    checks = verify(run, Means(ring, sealed=True))
    assert [one for one in checks if one.holds is not True] == []
    names = [one.name for one in checks]
    assert names == [
        "program", "sources", "plan", "journal", "plan and journal", "end of run", "results", "readings",
        "seal", "seal signature", "seal key", "seal and run", "sealed journal", "sealed plan", "sealed record",
    ]  # fmt: skip


def test_the_seal_is_a_checkpoint_over_the_lines_of_the_journal(run: Path) -> None:
    note = signednotes.read((run / SEAL).read_bytes(), SEAL)
    origin, size, _, *extensions = note.text.splitlines()
    lines = (run / "journal.jsonl").read_bytes().splitlines()
    record = json.loads((run / "record.json").read_bytes())
    assert origin == f"demo/{record['run']['id']}"
    assert int(size) == len(lines) == record["journal"]["lines"]
    seal = read_seal(note, SEAL)
    assert seal.over.root == merkle.root(lines)
    assert seal.over.head == record["journal"]["head"]
    assert all(extensions)  # tlog-checkpoint: extension lines are not empty


def test_the_record_is_the_same_whether_a_run_is_sealed_or_not(sealed: Finished, tmp_path: Path) -> None:
    prepared = prepare(
        "dmm-34401a", "demo", Options(uut={"maker": "HP", "serial": "US36000017"}, only=("dcv/10V/*",))
    )
    plain = execute(prepared, tmp_path)
    for name in ("plan.json", "journal.jsonl", "record.json"):
        assert (plain.folder / name).read_bytes() == (sealed.folder / name).read_bytes()
    assert plain.seal is None
    assert not (plain.folder / SEAL).exists()


def moved_signature(run: Path, other: Path) -> None:
    text = (run / SEAL).read_text(encoding="utf-8").partition("\n\n")[0]
    signature = (other / SEAL).read_text(encoding="utf-8").partition("\n\n")[2]
    (run / SEAL).write_text(f"{text}\n\n{signature}", encoding="utf-8")


ALL = ("plan.json", "journal.jsonl", "record.json")


ATTACKS: dict[str, tuple[Callable[[Path, Path], None], str, str]] = {
    "tail cut": (
        edit("journal.jsonl", lambda data: b"".join(data.splitlines(keepends=True)[:-2])),
        "sealed journal",
        "2 are missing",
    ),
    "tail cut within a line": (edit("journal.jsonl", lambda data: data[:-9]), "sealed journal", "tail was cut"),
    "a valid line more": (
        edit("journal.jsonl", lambda data: data + data.splitlines()[-1] + b"\n"),
        "sealed journal",
        "added to",
    ),
    "journal replaced by a valid one": (take("journal.jsonl"), "sealed journal", "altered or replaced as a whole"),
    "all replaced by another valid run": (take(*ALL), "seal and run", "the seal of another run"),
    "seal of another run": (take(SEAL), "seal and run", "the seal of another run"),
    "signature of another seal": (moved_signature, "seal signature", "does not fit"),
    "record altered": (
        edit("record.json", lambda data: data.replace(b'"verdict":"pass"', b'"verdict":"fail"', 1)),
        "sealed record",
        "differs from the sealed one",
    ),
    "plan altered": (
        edit("plan.json", lambda data: data.replace(b'"seed":1', b'"seed":2')),
        "sealed plan",
        "differs from the sealed one",
    ),
    "journal deleted": (drop("journal.jsonl"), "journal.jsonl", "taken away"),
    "record deleted": (drop("record.json"), "record.json", "taken away"),
    "plan deleted": (drop("plan.json"), "plan.json", "taken away"),
    "signature stripped": (
        edit(SEAL, lambda data: data.partition("\n— ".encode())[0]),
        "seal",
        "no signed note",
    ),
    "time of the seal altered": (
        edit(SEAL, lambda data: data.replace(b"sealed 20", b"sealed 19")),
        "seal signature",
        "does not fit",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_what_was_done_to_a_run_is_found_and_named(name: str, run: Path, other: Finished, ring: Ring) -> None:
    attack, check, says = ATTACKS[name]
    before = {path.name: path.read_bytes() for path in run.glob("*.*")}
    attack(run, other.folder)
    assert before != {path.name: path.read_bytes() for path in run.glob("*.*")}
    found = bad(verify(run, Means(ring)))
    assert says in found[check], found


def test_a_chain_that_is_good_in_itself_says_nothing_about_a_replaced_journal(
    run: Path, other: Finished, ring: Ring
) -> None:
    # plan, journal and record of another run are good together: only the seal, which left the station, tells
    take(*ALL)(run, other.folder)
    found = bad(verify(run, Means(ring)))
    assert set(found) == {"seal and run", "sealed journal", "sealed plan", "sealed record"} | (
        set(found) & {"sources"}
    )


def test_a_seal_that_was_taken_away_is_missed_only_where_it_must_have_been(run: Path, ring: Ring) -> None:
    (run / SEAL).unlink()
    checks = verify(run, Means(ring))
    assert (
        "station demo has a key" in unknown(checks)["seal"]
    )  # simulated: nobody knows whether before or after
    assert bad(verify(run, Means(ring, sealed=True))).keys() == {"seal"}
    nobody = Ring(ring.folder / "nothing")
    assert "no key of station demo is known" in unknown(verify(run, Means(nobody)))["seal"]


def test_a_real_run_without_seal_is_bad_once_its_station_has_a_key(run: Path, ring: Ring) -> None:
    plan = json.loads((run / "plan.json").read_bytes())
    assert plan["simulated"]
    from calbench.documents.plan import Plan
    from calbench.verification.seals import _missing

    real = Plan.model_validate({**plan, "simulated": None})
    late = _missing(run / "gone.txt", real, "2026-01-05T09:00:00Z", ring)
    early = _missing(run / "gone.txt", real, "2024-01-05T09:00:00Z", ring)
    assert (late.holds, early.holds) == (False, None)
    assert "has a key since 2025-01-01T00:00:00Z: it was taken away" in late.found
    assert "before the first key" in early.found


def test_demonstration_keys_show_nothing_and_seal_no_measurement(
    tmp_path: Path, run: Path, ring: Ring
) -> None:
    signer = demonstration_signer(tmp_path, "demo")
    assert demonstration_signer(tmp_path, "demo").entry == signer.entry  # kept for the next demonstration
    (run / SEAL).unlink()
    seal_run(run, signer)
    checks = verify(run, Means(ring))
    assert "for demonstrations, which shows nothing" in unknown(checks)["seal key"]
    assert "seal key" in bad(verify(run, Means(ring, sealed=True)))
    from calbench.documents.plan import Plan
    from calbench.workflow.sealing import _require_of

    real = Plan.model_validate({**json.loads((run / "plan.json").read_bytes()), "simulated": None})
    with pytest.raises(UsageError, match="it seals simulated runs alone"):
        _require_of(signer.entry, real, "2026-12-01T00:00:00Z")


def test_the_key_is_opened_before_anything_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Ring(tmp_path)
    path = ring.keep(new_key("demo", "2025-01-01T00:00:00Z", "2099-12-31T23:59:59Z"))
    monkeypatch.setenv("CALBENCH_KEYS", str(tmp_path))
    prepared = prepare("visual-inspection", "demo", Options())
    assert signer_of(prepared) is not None
    path.write_bytes(path.read_bytes().replace(b"M", b"N", 1))
    with pytest.raises(UsageError, match=r"no private key in PEM"):
        signer_of(prepared)


def test_a_key_that_expires_while_it_runs_leaves_a_run_that_can_be_sealed_later(tmp_path: Path) -> None:
    over = new_key("demo", "2025-01-01T00:00:00Z", "2025-12-31T23:59:59Z")
    done = execute(prepare("visual-inspection", "demo", Options()), tmp_path, signer=over)
    assert (done.record.verdict, done.seal) == ("pass", None)
    assert "keys new station demo" in done.unsealed


def test_a_run_whose_machine_died_before_its_seal_is_sealed_later_and_says_so(
    run: Path, ring: Ring, signer: Signer
) -> None:
    (run / SEAL).unlink()
    seal_later(run, signer)
    checks = verify(run, Means(ring, sealed=True))
    assert not bad(checks)
    assert any("LATER than at the end of the run" in one.found for one in checks)
    with pytest.raises(UsageError, match="never replaced in silence"):
        seal_later(run, signer)


def test_a_run_that_does_not_verify_is_not_sealed_later(run: Path, signer: Signer) -> None:
    (run / SEAL).unlink()
    edit("record.json", lambda data: data.replace(b'"k":"1.9', b'"k":"2.9', 1))(run, run)
    with pytest.raises(IntegrityFailure, match="because it does not verify"):
        seal_later(run, signer)
    assert not (run / SEAL).exists()


def test_the_seal_has_the_time_of_the_station(run: Path, signer: Signer) -> None:
    (run / SEAL).unlink()
    seal_run(run, signer, clock=at("2026-06-01T10:00:00+00:00"))
    assert "sealed 2026-06-01T10:00:00Z\n" in (run / SEAL).read_text(encoding="utf-8")
    assert sha256((run / "plan.json").read_bytes()) in (run / SEAL).read_text(encoding="utf-8")


def test_a_source_that_was_taken_from_a_sealed_run_is_named(run: Path, ring: Ring) -> None:
    (run / "sources" / "station-demo.yaml").unlink()
    says = "the plan names them, but they were taken away: station-demo.yaml"
    assert bad(verify(run, Means(ring)))["sources"] == says
    (run / "seal.txt").unlink()
    assert bad(verify(run, Means(ring, seal=None))).get("sources") is None


def test_what_lacks_a_source_is_not_sealed(run: Path, signer: Signer) -> None:
    (run / "seal.txt").unlink()
    (run / "sources" / "station-demo.yaml").unlink()
    with pytest.raises(IntegrityFailure, match=r"taken away: station-demo\.yaml"):
        seal_later(run, signer=signer)
