"""Several units in one run: a record and certificates for each, under one seal, and each stands by itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.engine.workflow.sealedparts import (
    altered,
    bad,
    record_of,
    removed,
    resealed_line,
    swapped,
    unknown,
)

from calbench.documents.canonical import canonical, digest, sha256
from calbench.documents.journal import at_position, parse
from calbench.documents.record import Record
from calbench.errors import IntegrityFailure, UsageError
from calbench.evaluation.recording import evaluate_all, evaluate_run, evaluate_unit
from calbench.trust import signednotes
from calbench.trust.issuing import Holder, new_signatory
from calbench.trust.ring import Ring
from calbench.trust.seal import Amendment
from calbench.trust.stationkeys import Signer, new_key
from calbench.verification import Means, verify
from calbench.verification.attesting import check_proof, prove_line
from calbench.workflow import Finished, Options, Signing, certify, evaluate, execute, prepare
from calbench.workflow.differing import differences
from calbench.workflow.impact import Affected, impact
from calbench.workflow.requesting import kept_request
from calbench.workflow.sealing import seal_later, seal_run
from calbench.workflow.storing import Place, place_of, stored_plan
from calbench.workflow.tracing import trace

ORDERS = {"1": {"serial": "US1"}, "2": {"serial": "US2"}, "3": {"serial": "US3"}}
ONLY = ("dcv/10V/5V", "dcv/10V/10V")
FAULT = '  faults: [{instrument: "3", kind: silent, after: 25}]\n'


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Ring:
    ring = Ring(tmp_path_factory.mktemp("ring"))
    ring.keep(new_key("demo-bench-4", "2025-01-01T00:00:00Z", "2099-12-31T23:59:59Z"))
    return ring


@pytest.fixture(scope="module")
def signer(ring: Ring) -> Signer:
    return ring.signer(ring.of("demo-bench-4")[0], None)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory, root: Path, signer: Signer) -> Finished:
    """Three meters of the bench of four, sealed; the one at position 3 dies in the middle."""
    folder = tmp_path_factory.mktemp("bench")
    shutil.copytree(root / "stations" / "assets", folder / "assets")
    station = folder / "bench.yaml"
    text = (root / "stations" / "demo-bench-4.yaml").read_text(encoding="utf-8")
    station.write_text(text + FAULT, encoding="utf-8")
    options = Options(uut={"customer": "Example Ltd."}, units=ORDERS, only=ONLY)
    return execute(prepare("dmm-34401a", str(station), options), folder / "runs", signer=signer)


@pytest.fixture
def run(three: Finished, tmp_path: Path) -> Path:
    """A copy of that run, to be changed."""
    return Path(shutil.copytree(three.folder, tmp_path / three.folder.name))


def test_each_unit_has_a_record_and_one_that_died_harms_no_other(three: Finished) -> None:
    assert sorted(path.name for path in (three.folder / "units").iterdir()) == ["1", "2", "3"]
    assert not (three.folder / "record.json").exists()
    status = {position: record.run.status for position, record in three.records.items()}
    assert status == {"1": "COMPLETED", "2": "COMPLETED", "3": "STOPPED"}
    assert {one.verdict for one in three.records["1"].results} == {"pass"}
    dead = three.records["3"]
    assert dead.run.completeness == "partial"
    assert "no reply within 5 s" in dead.run.reason
    assert dead.results[-1].verdict == "not_evaluated"
    assert three.records["1"].run.reason == ""


def test_a_record_says_what_concerns_its_unit_alone(three: Finished) -> None:
    plan = stored_plan(three.folder)
    for position, record in three.records.items():
        assert record.plan == plan.at(position)
        assert record.plan.of_run == digest(plan)
        assert record.plan_sha256 == digest(record.plan)
        assert record.uut["serial"] == f"US{position}"
        assert record.uut["customer"] == "Example Ltd."
        assert {one.instrument for one in record.identified} == {"calibrator", "climate", position}
        text = (three.folder / "units" / position / "record.json").read_text(encoding="utf-8")
        assert text == canonical(record).decode()
        assert not [other for other in ORDERS if other != position and f"US{other}" in text]


def test_the_names_of_units_begin_with_that_of_their_run(three: Finished) -> None:
    assert [record.run.id for record in three.records.values()] == [
        f"{three.folder.name}-{position}" for position in three.records
    ]


def test_a_unit_rests_on_what_it_read_while_the_source_was_applied_to_all(three: Finished) -> None:
    events, head = parse((three.folder / "journal.jsonl").read_bytes())
    record = three.records["2"]
    point = "dcv/10V/10V"
    own = [one for one in events if one.type == "reading" and one.position == "2" and one.point == point]
    (attempt,) = record.attempts[point]
    assert [raw.text for raw in attempt.readings] == [one.body["text"] for one in own]
    applied = [one for one in events if one.type == "applied" and one.point == point]
    assert len(applied) == 1
    assert {"1", "2"} <= set(applied[0].body["for"])  # type: ignore[call-overload] # a map of positions
    assert [raw.text for raw in attempt.applied] == [applied[0].body["text"]]
    assert (record.journal.lines, record.journal.head) == (len(events), head)


def test_the_environment_is_that_of_the_time_in_which_a_unit_was_measured(three: Finished) -> None:
    events, _ = parse((three.folder / "journal.jsonl").read_bytes())
    first = three.records["1"].run.started
    temperatures = [
        one for one in events if one.type == "condition" and one.body["quantity"] == "temperature"
    ]
    before = [one for one in temperatures if one.t_utc <= first]
    (range_,) = [one for one in three.records["1"].environment if one.quantity == "temperature"]
    assert len(before) > 60  # it was looked at every minute of the hour of warming up
    assert range_.samples == len(temperatures) - len(before) + 1


def test_records_are_computed_one_by_one_or_all_at_once(three: Finished) -> None:
    plan, journal = stored_plan(three.folder), (three.folder / "journal.jsonl").read_bytes()
    assert evaluate_all(plan, journal) == dict(three.records)
    assert evaluate_unit(plan, journal, "3") == three.records["3"]
    with pytest.raises(KeyError):
        evaluate_unit(plan, journal, "4")
    with pytest.raises(ValueError, match="a record for each"):
        evaluate_run(plan, journal)
    with pytest.raises(IntegrityFailure, match="not written for this plan"):
        evaluate_all(plan.model_copy(update={"operator": "another"}), journal)


def test_a_run_of_several_is_verified_whole_and_each_unit_by_itself(three: Finished, ring: Ring) -> None:
    whole = verify(three.folder, Means(ring, sealed=True))
    assert bad(whole) == {}
    assert unknown(whole) == {}
    assert {f"unit {position}: results" for position in ORDERS} <= {one.name for one in whole}
    alone = verify(three.folder / "units" / "2", Means(ring, sealed=True))
    assert bad(alone) == {}
    assert [one.name for one in alone if one.name.startswith("unit ")] == [
        "unit 2: results",
        "unit 2: readings",
        "unit 2: sealed record",
    ]


def test_a_record_alone_is_held_against_the_seal_of_its_run(
    three: Finished, ring: Ring, tmp_path: Path
) -> None:
    found = verify(three.folder / "units" / "2" / "record.json", Means(ring))
    assert bad(found) == {}
    assert list(unknown(found)) == ["journal"]
    taken = tmp_path / "record.json"
    shutil.copyfile(three.folder / "units" / "2" / "record.json", taken)
    found = verify(taken, Means(ring, three.folder / "seal.txt", sealed=False))
    assert bad(found) == {}
    shutil.copyfile(three.folder / "units" / "1" / "record.json", taken)
    altered = taken.read_bytes().replace(b'"position":"1"', b'"position":"2"')
    taken.write_bytes(altered)
    assert "sealed record" in bad(verify(taken, Means(ring, three.folder / "seal.txt")))


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (altered, {"unit 2: results", "unit 2: sealed record"}),
        (
            swapped,
            {
                "unit 1: results",
                "unit 1: sealed record",
                "unit 2: results",
                "unit 2: sealed record",
            },
        ),
        (removed, {"units/2/record.json"}),
        (resealed_line, {"seal signature", "sealed record"}),
    ],
)
def test_what_is_done_to_a_unit_is_found(
    run: Path, ring: Ring, change: Callable[[Path], None], names: set[str]
) -> None:
    change(run)
    assert names <= set(bad(verify(run, Means(ring)))), bad(verify(run, Means(ring)))


def test_a_unit_that_was_removed_from_plan_and_seal_is_found(run: Path, ring: Ring, signer: Signer) -> None:
    """Even whoever has the key cannot leave a unit out: the journal names its plan."""
    plan = stored_plan(run)
    less = plan.model_copy(update={"units": plan.units[:1] + plan.units[2:]})
    (run / "plan.json").write_bytes(canonical(less))
    removed(run)
    (run / "seal.txt").unlink()
    seal_run(run, signer)
    assert "plan and journal" in bad(verify(run, Means(ring)))


def test_what_lies_beside_the_units_is_named(run: Path, ring: Ring) -> None:
    (run / "units" / "9").mkdir()
    (run / "units" / "1" / "note.txt").write_text("?", encoding="utf-8")
    found = [one.found for one in verify(run, Means(ring)) if one.name.endswith("other files")]
    assert found == ["not of calbench, not looked at: note.txt", "not of calbench, not looked at: units/9/"]


def test_the_seal_names_the_record_of_each_unit(three: Finished) -> None:
    text = (three.folder / "seal.txt").read_text(encoding="utf-8")
    assert "\nformat calbench.seal/2\n" in text
    for position in ORDERS:
        assert f"\nrecord/{position} {sha256(record_of(three.folder, position).read_bytes())}\n" in text


def test_a_run_can_be_sealed_later(run: Path, ring: Ring, signer: Signer) -> None:
    (run / "seal.txt").unlink()
    seal_later(run, signer)
    assert bad(verify(run, Means(ring, sealed=True))) == {}
    (run / "seal.txt").unlink()
    altered(run)
    with pytest.raises(IntegrityFailure, match="unit 2: results"):
        seal_later(run, signer)


def test_evaluating_again_changes_nothing(run: Path) -> None:
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    assert evaluate(run).said == ""
    assert evaluate(run / "units" / "2").said == ""
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def test_a_record_that_is_gone_is_computed_again(run: Path, ring: Ring) -> None:
    record_of(run, "2").unlink()
    with pytest.raises(UsageError, match="no unit at position 7"):
        evaluate(run / "units" / "7")
    assert evaluate(run / "units" / "2").said == "The sealed record was not there; it is again."
    assert bad(verify(run, Means(ring))) == {}


def test_an_amendment_of_one_unit_replaces_one_line(
    run: Path, ring: Ring, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = (run / "seal.txt").read_text(encoding="utf-8").splitlines()
    first = record_of(run, "2").read_bytes()
    monkeypatch.setattr("calbench.evaluation.recording.TUR_DEFINITION", "another")
    with pytest.raises(UsageError, match="say why with --reason"):
        evaluate(run / "units" / "2", signer=signer)
    assert (
        "The records of the units 2 were amended" in evaluate(run / "units" / "2", "new rules", signer).said
    )
    new = (run / "seal.txt").read_text(encoding="utf-8").splitlines()
    kept = [line for line in new if line.startswith("record/") and line in old]
    assert [line.split()[0] for line in kept] == ["record/1", "record/3"]
    assert [line for line in new if line.startswith("replaces")] == [f"replaces/2 {sha256(first)}"]
    assert (run / "units" / "2" / "record-1.json").read_bytes() == first
    assert bad(verify(run / "units" / "2", Means(ring))) == {}
    # the other units still follow from the rules of before
    assert set(bad(verify(run, Means(ring)))) == {"unit 1: results", "unit 3: results"}
    evaluate(run, "new rules for all", signer)
    assert bad(verify(run, Means(ring))) == {}
    (run / "units" / "2" / "record-1.json").write_bytes(first + b" ")
    assert list(bad(verify(run, Means(ring)))) == ["former record 1"]


def test_an_amendment_that_does_not_name_a_record_is_found(run: Path, ring: Ring, signer: Signer) -> None:
    """Whoever has the key and replaces the record of unit 1 with that of unit 2 must say so."""
    note = signednotes.read((run / "seal.txt").read_bytes(), "seal")
    for position in ("1", "2"):
        path = record_of(run, position)
        shutil.copyfile(path, path.with_name("record-1.json"))
        path.write_bytes(path.read_bytes().replace(b'"calbench"', b'"calbenches"'))
    shutil.copyfile(run / "seal.txt", run / "seal-1.txt")
    replaced = {"2": sha256((run / "units" / "2" / "record-1.json").read_bytes())}
    amendment = Amendment(note.digest(), "", "new rules", replaced)
    seal_run(run, signer, "amended", amendment=amendment)
    found = bad(verify(run, Means(ring)))
    assert found["former record 1"] == "the record of unit 1 was replaced, and the seal does not say so"


def test_certificates_are_those_of_each_unit(run: Path, ring: Ring) -> None:
    paths = certify(run, ("html", "csv"), ("en",))
    assert [path.relative_to(run).as_posix() for path in paths] == [
        f"units/{position}/{name}" for position in ORDERS for name in ("certificate-en.html", "results.csv")
    ]
    page = (run / "units" / "3" / "certificate-en.html").read_text(encoding="utf-8")
    assert "The item was not measured to the end" in page
    assert "US3" in page
    assert not any(f"US{other}" in page for other in ("1", "2"))
    assert f"CALBENCH1:demo-bench-4:{run.name}:" in page  # as the seal names the run
    assert bad(verify(run, Means(ring))) == {}
    shutil.copyfile(run / "units/1/certificate-en.html", run / "units/2/certificate-en.html")
    assert list(bad(verify(run, Means(ring)))) == ["unit 2: certificate-en.html"]


def test_certificates_are_signed_and_numbered_by_unit(run: Path, ring: Ring, tmp_path: Path) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    signatory = new_signatory(Holder("Li Mei"), at, datetime(2027, 3, 2, tzinfo=UTC))
    with pytest.raises(UsageError, match="are those of one"):
        certify(run, ("dcc",), ("en",), None, Signing(signatory, at, number="X-1"))
    certify(run, ("dcc",), ("en",), None, Signing(signatory, at))
    numbers = [json.loads((run / "units" / one / "issue.json").read_bytes())["number"] for one in ORDERS]
    assert numbers == [f"{run.name}-{position}" for position in ORDERS]
    checks = verify(run / "units" / "2", Means(ring))
    assert [*bad(checks)] == ["unit 2: certificate.xml: signatory"]  # nobody has said that Li Mei is trusted
    alone = verify(run / "units" / "2" / "certificate.xml", Means(ring))
    assert [*bad(alone)] == ["signatory"]
    shutil.copyfile(run / "units/1/certificate.xml", run / "units/2/certificate.xml")
    assert any("made from a record that is none" in one for one in bad(verify(run, Means(ring))).values())


def test_what_its_standards_rest_on_is_asked_of_one_unit(three: Finished) -> None:
    with pytest.raises(UsageError, match="is a run of several units"):
        trace(three.folder)
    chains = trace(three.folder / "units" / "1")
    assert set(chains.chains) == {"REF-0017", "ENV-0004"}
    assert trace(record_of(three.folder, "1")).chains == chains.chains


def test_a_standard_has_touched_every_unit(run: Path) -> None:
    found = [one for one in impact("REF-0017", run.parent) if isinstance(one, Affected)]
    assert [one.run for one in found] == [f"{run.name}-{position}" for position in ORDERS]
    record_of(run, "2").unlink()
    (unread,) = [one for one in impact("REF-0017", run.parent) if not isinstance(one, Affected)]
    assert unread.path.endswith("units/2")


def test_a_line_of_a_unit_is_proven(run: Path, ring: Ring, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="was read at several units"):
        prove_line(run, "dcv/10V/10V", 1)
    chosen = prove_line(run / "units" / "2", "dcv/10V/10V", 1)
    path = tmp_path / "proof.json"
    path.write_bytes(chosen.data)
    event, checks = check_proof(path, ring)
    assert event is not None
    assert (event.position, event.point) == ("2", "dcv/10V/10V")
    assert bad(checks) == {}


def test_what_was_asked_for_is_kept_for_all_units(three: Finished) -> None:
    options = kept_request(three.folder).options(None)
    assert options.units == ORDERS
    assert options.chosen() == ("1", "2", "3")


def test_what_differs_between_plans_is_said_of_its_unit(three: Finished) -> None:
    plan = stored_plan(three.folder)
    other = plan.units[1].model_copy(update={"given": {"serial": "US9"}})
    now = plan.model_copy(update={"units": [plan.units[0], other, plan.units[2]]})
    assert differences(plan, now) == ["units.2.given.serial: US2 → US9"]


def test_a_place_is_a_run_or_one_of_its_units(three: Finished, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place_of(three.folder) == Place(three.folder)
    assert place_of(three.folder / "units" / "2") == Place(three.folder, "2")
    monkeypatch.chdir(three.folder / "units" / "2")
    assert place_of(Path()).position == "2"
    assert place_of(Path()).run.samefile(three.folder)
    monkeypatch.chdir(three.folder)
    assert place_of(Path("units/2")) == Place(Path(), "2")


def test_the_events_of_a_unit_are_its_own_and_those_of_all(three: Finished) -> None:
    events, _ = parse((three.folder / "journal.jsonl").read_bytes())
    own = at_position(events, "2")
    assert {one.position for one in own} == {"", "2"}
    assert own[-1].body["status"] == "COMPLETED"
    assert at_position(events, "3")[-1].body["status"] == "STOPPED"


def test_a_record_of_a_unit_is_read_as_any(three: Finished) -> None:
    data = record_of(three.folder, "1").read_bytes()
    assert canonical(Record.model_validate_json(data)) == data
