"""Review and release of a record: who may, of what, in which order; and that `verify` sees what was changed after."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from tests.engine.workflow.approving import (
    ACCEPT,
    NOW,
    RITA,
    SEND_BACK,
    SIGNING,
    amend,
    bad,
    entries,
    hana,
    named,
)

from calbench.approval.releasing import Release, release
from calbench.approval.reviewing import Shown, review
from calbench.documents.canonical import canonical, sha256
from calbench.documents.issue import Issue
from calbench.documents.record import Record
from calbench.errors import IntegrityFailure, UsageError
from calbench.trust.issuing import Holder, new_signatory
from calbench.trust.stationkeys import new_key
from calbench.verification import Means, verify
from calbench.workflow import Finished, Options, Signing, certify, execute, prepare
from calbench.workflow.reviews import operators_of, reviews_of
from calbench.workflow.sealing import seal_run
from calbench.workflow.storing import ISSUE, RECORD, REVIEWS, SEAL, Place


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Finished:
    """A run of a station that wants a release, by another person than the reviewer."""
    folder = tmp_path_factory.mktemp("strict")
    shutil.copytree(root / "stations" / "assets", folder / "assets")
    station = (root / "stations" / "demo.yaml").read_text().replace("station: demo\n", "station: strict\n")
    path = folder / "strict.yaml"
    path.write_text(f"{station}release: {{required: true, by_reviewer: false}}\n")
    options = Options(only=("dcv/10V/*",), operator="Olga")
    return execute(prepare("dmm-34401a", str(path), options), folder / "runs")


@pytest.fixture
def wanting(strict: Finished, tmp_path: Path) -> Path:
    shutil.copytree(strict.folder, tmp_path / "run")
    return tmp_path / "run"


def test_a_record_is_reviewed_released_and_verified(run: Path, means: Means) -> None:
    assert reviews_of(run).state == "awaiting_review"
    accepted = review(run, ACCEPT, means)
    assert (accepted.seq, accepted.record_sha256) == (1, sha256((run / RECORD).read_bytes()))
    assert (accepted.seen.bad, accepted.seen.good > 5) == ([], True)
    assert reviews_of(run).state == "awaiting_release"
    paths = release(run, hana(number="K-7"), means)
    assert {path.name for path in paths} == {"certificate.xml", "certificate-en.html", "certificate-zh.html"}
    assert reviews_of(run).state == "released"
    issue = Issue.model_validate_json((run / ISSUE).read_bytes())
    assert issue.release is not None
    assert (issue.release.reviewed_by, issue.release.authorised_by) == ("Ravi", "Hana")
    assert issue.release.entry_sha256 == sha256((run / REVIEWS).read_bytes().splitlines()[1])
    english, chinese = ((run / f"certificate-{one}.html").read_text() for one in ("en", "zh"))
    assert "Reviewed by Ravi on " in english
    assert "authorised by Hana on " in english
    assert "核验：Ravi，" in chinese
    assert "批准：Hana，" in chinese
    dcc = (run / "certificate.xml").read_text()
    assert "calbench_review" in dcc
    assert "<dcc:content>Ravi</dcc:content>" in dcc.replace('lang="en"', "").replace(" >", ">")
    checks = verify(run, means)
    assert bad(run, means) == []
    assert named(checks, "reviews").holds is True
    assert "released by Hana" in named(checks, "reviews").found


def test_the_printed_certificate_names_both(run: Path, means: Means) -> None:
    review(run, ACCEPT, means)
    wanted = dataclasses.replace(hana(), formats=("pdf",))
    for path in release(run, wanted, means):
        text = subprocess.run(
            ["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True
        ).stdout
        flat = " ".join(text.split())
        assert "Ravi" in flat
        assert "Hana" in flat
        said = "Reviewed by Ravi on" if path.name.endswith("-en.pdf") else "核验：Ravi"
        assert said in flat
    assert bad(run, means) == []


def test_a_certificate_without_a_review_says_so(run: Path) -> None:
    certify(run, ("dcc", "html"), ("en",), signing=SIGNING)
    assert "No technical review before the release is recorded" in (run / "certificate-en.html").read_text()
    assert "release" not in json.loads((run / ISSUE).read_bytes())  # issues of before keep their bytes


@pytest.mark.parametrize("name", ["{operator}", "{OPERATOR}", " {operator}  "])
def test_who_made_the_run_neither_reviews_nor_releases(name: str, run: Path, means: Means) -> None:
    own = operators_of(Place(run))[0]
    spelled = name.format(operator=own, OPERATOR=own.upper())
    with pytest.raises(UsageError, match="made this run"):
        review(run, dataclasses.replace(ACCEPT, by=spelled), means)
    review(run, ACCEPT, means)
    signatory = new_signatory(Holder(own), NOW - timedelta(1), NOW + timedelta(1))
    with pytest.raises(UsageError, match="made this run"):
        release(run, Release(spelled, Signing(signatory, NOW), ("dcc",)), means)
    assert len(entries(run)) == 1


def test_who_answered_a_prompt_made_the_run(wanting: Path, means: Means) -> None:
    journal = (wanting / "journal.jsonl").read_text().splitlines()
    answered = {json.loads(line)["body"]["by"] for line in journal if '"type":"answered"' in line}
    assert answered
    assert "Olga" not in answered  # who is named as the operator is somebody else
    for name in answered:
        with pytest.raises(UsageError, match="made this run"):
            review(wanting, dataclasses.replace(ACCEPT, by=name), means)


def test_the_order_is_kept(run: Path, means: Means) -> None:
    with pytest.raises(UsageError, match="not reviewed"):
        release(run, hana(), means)
    review(run, ACCEPT, means)
    with pytest.raises(UsageError, match="waits for its release"):
        review(run, dataclasses.replace(ACCEPT, by="Rita"), means)
    with pytest.raises(UsageError, match="key is that of Hana"):
        release(run, dataclasses.replace(hana(), by="Ravi"), means)
    review(run, SEND_BACK, means)
    with pytest.raises(UsageError, match="sent back by Ravi: Zero of the 10 V range"):
        release(run, hana(), means)
    with pytest.raises(UsageError, match="sent its record back"):
        certify(run, ("html",), ("en",))
    assert certify(run, ("csv",), ("en",)) == [run / "results.csv"]
    with pytest.raises(UsageError, match="only Ravi"):
        review(run, dataclasses.replace(ACCEPT, by="Rita"), means)
    review(run, ACCEPT, means)
    release(run, hana(), means)
    with pytest.raises(UsageError, match="was released by Hana"):
        review(run, SEND_BACK, means)
    assert [one.did for one in entries(run)] == ["accepted", "sent_back", "accepted", "released"]
    assert bad(run, means) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"statement": " "}, "says what was looked at"),
        ({"statement": "x" * 2001}, "1 to 2000"),
        ({"by": ""}, "is no name"),
        ({"by": "a\x1bb"}, "is no name"),
        ({"again": "measure"}, "say which"),
        ({"did": "sent_back"}, "say which"),
        ({"did": "released"}, "no review"),
    ],
)
def test_a_review_says_what_it_must(changed: dict[str, str], says: str, run: Path, means: Means) -> None:
    with pytest.raises(UsageError, match=says):
        review(run, dataclasses.replace(ACCEPT, **changed), means)  # type: ignore[arg-type] # wrong on purpose
    assert not (run / REVIEWS).exists()


def test_what_does_not_verify_is_sent_back_and_not_accepted(run: Path, means: Means) -> None:
    plan = (run / "plan.json").read_bytes()
    other = new_key("elsewhere", "2025-01-01T00:00:00Z", "2099-12-31T23:59:59Z")
    (run / SEAL).unlink()
    with pytest.raises(UsageError, match="not of station demo"):
        seal_run(run, other)
    record = json.loads((run / RECORD).read_bytes())
    record["results"][0]["verdict"] = "fail"
    (run / RECORD).write_bytes(canonical(record))
    with pytest.raises(IntegrityFailure, match="not accepted, because it does not verify"):
        review(run, ACCEPT, means)
    assert review(run, SEND_BACK, means).seen.bad
    assert (run / "plan.json").read_bytes() == plan


def test_the_seal_of_another_station_is_not_accepted(run: Path, other: Finished, means: Means) -> None:
    (run / SEAL).write_bytes((other.folder / SEAL).read_bytes())
    with pytest.raises(IntegrityFailure, match="seal"):
        review(run, ACCEPT, means)


def test_only_what_was_shown_is_accepted(run: Path, means: Means) -> None:
    shown = Shown(sha256((run / RECORD).read_bytes()), 0)
    review(run, ACCEPT, means, shown)
    with pytest.raises(UsageError, match="meanwhile"):  # a form that is sent again
        review(run, SEND_BACK, means, shown)
    with pytest.raises(UsageError, match="another than the one that was shown"):
        review(run, SEND_BACK, means, Shown("0" * 64, 1))
    with pytest.raises(UsageError, match="meanwhile"):
        release(run, hana(), means, shown)


def test_an_amended_record_needs_a_review_of_its_own(run: Path, means: Means) -> None:
    review(run, ACCEPT, means)
    amend(run)
    assert reviews_of(run).state == "awaiting_review"
    with pytest.raises(UsageError, match="not reviewed"):
        release(run, hana(), means)


def test_a_certificate_over_another_record_than_the_reviewed_one_is_found(run: Path, means: Means) -> None:
    review(run, ACCEPT, means)
    release(run, hana(), means)
    amend(run)
    issue = json.loads((run / ISSUE).read_bytes())
    issue["record_sha256"] = sha256((run / RECORD).read_bytes())
    (run / ISSUE).write_bytes(canonical(issue))
    assert any("made from another record than the one that was reviewed" in one for one in bad(run, means))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("Budgets", "Nothing", "does not follow from the one before"),
        ('"by":"Ravi"', '"by":"Rita"', "does not follow from the one before"),
        ('"seq":1', '"seq":3', "does not follow"),
        ('"did":"accepted"', '"did":"approved"', "Line 1 of the reviews is none"),
    ],
)
def test_an_altered_review_is_found(old: str, new: str, found: str, run: Path, means: Means) -> None:
    review(run, ACCEPT, means)
    release(run, hana(), means)
    text = (run / REVIEWS).read_text()
    assert old in text
    (run / REVIEWS).write_text(text.replace(old, new, 1))
    assert any(found in one for one in bad(run, means))


def test_reviews_that_were_written_anew_are_found_by_the_signed_certificate(run: Path, means: Means) -> None:
    review(run, ACCEPT, means)
    release(run, hana(), means)
    first, second = entries(run)
    first = first.model_copy(update={"by": "Rita"})
    second = second.model_copy(update={"prev": sha256(canonical(first))})
    (run / REVIEWS).write_bytes(b"".join(canonical(one) + b"\n" for one in (first, second)))
    assert any("released by an entry that is not there" in one for one in bad(run, means))
    (run / REVIEWS).write_bytes(canonical(first) + b"\n")
    assert any("released by an entry that is not there" in one for one in bad(run, means))
    (run / REVIEWS).unlink()
    assert any("reviews.jsonl is not there" in one for one in bad(run, means))


def test_entries_by_the_operator_or_of_another_run_are_found(
    run: Path, other: Finished, means: Means
) -> None:
    entry = review(run, ACCEPT, means)
    own = operators_of(Place(run))[0]
    (run / REVIEWS).write_bytes(canonical(entry.model_copy(update={"by": own})) + b"\n")
    assert any("by somebody who made the run" in one for one in bad(run, means))
    (run / REVIEWS).unlink()
    shutil.copytree(other.folder, run.parent / "other")
    review(run.parent / "other", ACCEPT, means)
    shutil.copy(run.parent / "other" / REVIEWS, run / REVIEWS)
    found = bad(run, means)
    assert any("one of another run" in one for one in found)
    assert any("a record that is none of this run" in one for one in found)


def test_a_station_that_wants_a_release_gets_no_certificate_without(wanting: Path, means: Means) -> None:
    record = Record.model_validate_json((wanting / RECORD).read_bytes())
    assert (record.plan.release.required, record.plan.release.by_reviewer) == (True, False)
    for signing in (None, SIGNING):
        with pytest.raises(UsageError, match="wants a review and a release"):
            certify(wanting, ("dcc", "html"), ("en",), signing=signing)
    assert not (wanting / ISSUE).exists()
    certify(wanting, ("csv",), ("en",))
    assert named(verify(wanting, means), "release").holds is None
    review(wanting, dataclasses.replace(ACCEPT, by="Hana"), means)
    with pytest.raises(UsageError, match="wants somebody else to release"):
        release(wanting, hana(), means)
    review(wanting, dataclasses.replace(SEND_BACK, by="Hana"), means)
    review(wanting, dataclasses.replace(ACCEPT, by="Hana"), means)
    release(wanting, Release("Rita", Signing(RITA, NOW), ("dcc",)), means)
    assert certify(wanting, ("html",), ("en",)) == [wanting / "certificate-en.html"]
    assert "Rita" in (wanting / "certificate-en.html").read_text()
    assert bad(wanting, means) == []


def test_a_certificate_that_was_signed_elsewhere_without_release_is_found(
    wanting: Path, means: Means
) -> None:
    review(wanting, ACCEPT, means)
    release(wanting, hana(), means)
    issue = json.loads((wanting / ISSUE).read_bytes())
    del issue["release"]
    (wanting / ISSUE).write_bytes(canonical(issue))
    (wanting / REVIEWS).unlink()
    assert any("issued without the release that the station wants" in one for one in bad(wanting, means))
