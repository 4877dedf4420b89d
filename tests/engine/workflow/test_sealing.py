"""A sealed run: what was done to it is found, and named; and what cannot be known is said."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from calbench.clock import VirtualClock
from calbench.documents.canonical import sha256
from calbench.errors import IntegrityFailure, UsageError
from calbench.trust import merkle, signednotes
from calbench.trust.keychanges import change
from calbench.trust.ring import Ring
from calbench.trust.seal import read_seal
from calbench.trust.stationkeys import Signer, new_key
from calbench.workflow import Finished, Options, evaluate, execute, prepare, seal_later
from calbench.workflow.attesting import check_proof, countersign, prove_line
from calbench.workflow.sealing import demonstration_signer, seal_run, signer_of
from calbench.workflow.verifying import Check, Means, verify

SEAL = "seal.txt"


@pytest.fixture
def run(sealed: Finished, tmp_path: Path) -> Path:
    shutil.copytree(sealed.folder, tmp_path / "run")
    return tmp_path / "run"


def at(text: str) -> VirtualClock:
    return VirtualClock(datetime.fromisoformat(text))


def bad(checks: list[Check]) -> dict[str, str]:
    return {one.name: one.found for one in checks if one.holds is False}


def unknown(checks: list[Check]) -> dict[str, str]:
    return {one.name: one.found for one in checks if one.holds is None}


def test_a_sealed_run_verifies_and_nothing_is_left_unchecked(run: Path, ring: Ring) -> None:
    checks = verify(run, Means(ring, sealed=True))
    assert [one for one in checks if one.holds is not True] == []
    names = [one.name for one in checks]
    assert names == [
        "program", "sources", "plan", "journal", "plan and journal", "end of run", "results",
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


def edit(name: str, change_: Callable[[bytes], bytes]) -> Callable[[Path, Path], None]:
    def edited(run: Path, other: Path) -> None:
        (run / name).write_bytes(change_((run / name).read_bytes()))

    return edited


def take(*names: str) -> Callable[[Path, Path], None]:
    def taken(run: Path, other: Path) -> None:
        for name in names:
            shutil.copyfile(other / name, run / name)

    return taken


def drop(name: str) -> Callable[[Path, Path], None]:
    def dropped(run: Path, other: Path) -> None:
        (run / name).unlink()

    return dropped


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
    from calbench.workflow.verifying_seals import _missing

    real = Plan.model_validate({**plan, "simulated": None})
    late = _missing(run / "gone.txt", real, "2026-01-05T09:00:00Z", ring)
    early = _missing(run / "gone.txt", real, "2024-01-05T09:00:00Z", ring)
    assert (late.holds, early.holds) == (False, None)
    assert "has a key since 2025-01-01T00:00:00Z: it was taken away" in late.found
    assert "before the first key" in early.found


# --- keys ---


def test_an_unknown_key_is_not_bad_and_not_good(run: Path, tmp_path: Path) -> None:
    checks = verify(run, Means(Ring(tmp_path)))
    assert not bad(checks)
    assert "is unknown here, fingerprint" in unknown(checks)["seal key"]
    assert bad(verify(run, Means(Ring(tmp_path), sealed=True))).keys() == {"seal key"}


def test_a_run_sealed_anew_with_another_key_is_found(run: Path, ring: Ring) -> None:
    forged = new_key("demo", "2025-01-01T00:00:00Z", "2099-12-31T23:59:59Z")
    (run / SEAL).unlink()
    seal_run(run, forged)
    assert "The key was replaced" in bad(verify(run, Means(ring)))["seal key"]


def test_a_key_of_another_station_seals_nothing(run: Path) -> None:
    (run / SEAL).unlink()
    with pytest.raises(UsageError, match="one of other, not of station demo"):
        seal_run(run, new_key("other", "2025-01-01T00:00:00Z", "2099-12-31T23:59:59Z"))


def test_a_seal_by_the_trusted_key_of_another_station_is_found(run: Path, tmp_path: Path) -> None:
    other = new_key("other", "2025-01-01T00:00:00Z", "2099-12-31T23:59:59Z")
    ring = Ring(tmp_path / "k")
    ring.trust(other.entry)
    seal = read_seal(signednotes.read((run / SEAL).read_bytes(), SEAL), SEAL)
    (run / SEAL).write_bytes(other.sign(replace(seal, key=other.entry.public).text()).data())
    found = bad(verify(run, Means(ring)))
    assert "no key of station demo" in found["seal key"]


def test_a_key_whose_time_is_over_seals_nothing_and_convinces_nobody(run: Path, tmp_path: Path) -> None:
    (run / SEAL).unlink()
    old = new_key("demo", "2025-01-01T00:00:00Z", "2025-12-31T23:59:59Z")
    with pytest.raises(UsageError, match=r"until 2025-12-31T23:59:59Z, not at .*keys roll demo"):
        seal_run(run, old)
    lying = Signer(old.entry.model_copy(update={"valid_until": "2099-12-31T23:59:59Z"}), old.private)
    seal_run(run, lying)
    ring = Ring(tmp_path / "k")
    ring.trust(old.entry)
    assert "was expired when it sealed" in bad(verify(run, Means(ring)))["seal key"]


def test_a_rolled_key_is_trusted_because_the_old_one_signed_for_it(run: Path, tmp_path: Path) -> None:
    ring = Ring(tmp_path / "k")
    first = new_key("demo", "2025-01-01T00:00:00Z", "2099-12-31T23:59:59Z")
    second = new_key("demo", "2026-02-01T00:00:00Z", "2099-12-31T23:59:59Z")
    ring.trust(first.entry)
    note = change(first, second, "2026-02-01T00:00:00Z", "yearly")
    (run / SEAL).unlink()
    seal_run(run, second)
    assert "its change is not known here" in bad(verify(run, Means(ring)))["seal key"]
    assert ring.take_change(note.data(), "change.txt") == second.entry
    again = Ring(ring.folder)
    (good,) = (one for one in verify(run, Means(again)) if one.name == "seal key")
    assert good.holds
    assert "by a change that both signed" in good.found
    # and the old one is over: what it seals after the change is not believed
    (run / SEAL).unlink()
    seal_run(run, first)
    assert "had replaced it" in bad(verify(run, Means(again)))["seal key"]


@pytest.mark.parametrize("which", ["old", "new"])
def test_a_change_of_key_needs_both_signatures(which: str, tmp_path: Path) -> None:
    first, second = (new_key("demo", f"202{n}-01-01T00:00:00Z", "2099-12-31T23:59:59Z") for n in (5, 6))
    note = change(first, second, "2026-02-01T00:00:00Z", "yearly")
    keep = note.signatures[1:] if which == "old" else note.signatures[:1]
    ring = Ring(tmp_path)
    ring.trust(first.entry)
    with pytest.raises(IntegrityFailure, match="both keys must sign"):
        ring.take_change(signednotes.Note(note.text, keep).data(), "change.txt")


def test_a_change_of_key_that_was_altered_is_refused(tmp_path: Path) -> None:
    first, second = (new_key("demo", f"202{n}-01-01T00:00:00Z", "2099-12-31T23:59:59Z") for n in (5, 6))
    data = change(first, second, "2026-02-01T00:00:00Z", "yearly").data()
    ring = Ring(tmp_path)
    ring.trust(first.entry)
    for old, new in ((b"yearly", b"weekly"), (b"2099", b"2098"), (b"changed 2026", b"changed 2025")):
        assert old in data
        with pytest.raises(IntegrityFailure, match="both keys must sign"):
            ring.take_change(data.replace(old, new), "change.txt")


def test_a_change_from_a_key_that_is_not_trusted_is_refused(tmp_path: Path) -> None:
    first, second = (new_key("demo", f"202{n}-01-01T00:00:00Z", "2099-12-31T23:59:59Z") for n in (5, 6))
    with pytest.raises(UsageError, match="which is not trusted"):
        Ring(tmp_path).take_change(change(first, second, "2026-02-01T00:00:00Z", "x").data(), "change.txt")


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
    assert "keys roll demo" in done.unsealed


# --- later, again, and amended ---


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


# --- a record alone, a second signature, a single reading ---


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


def test_the_seal_has_the_time_of_the_station(run: Path, signer: Signer) -> None:
    (run / SEAL).unlink()
    seal_run(run, signer, clock=at("2026-06-01T10:00:00+00:00"))
    assert "sealed 2026-06-01T10:00:00Z\n" in (run / SEAL).read_text(encoding="utf-8")
    assert sha256((run / "plan.json").read_bytes()) in (run / SEAL).read_text(encoding="utf-8")
