"""An issue of a certificate: number, date, signatory, and what it replaces (ISO/IEC 17025:2017, 7.8.8)."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.engine.certificates import sample_dmm

from calbench.certificates import Source
from calbench.certificates.assemble import assemble
from calbench.certificates.content import Signatures
from calbench.documents.canonical import canonical, sha256
from calbench.documents.issue import Issue, Replaced, SignedBy
from calbench.documents.record import Record
from calbench.errors import IntegrityFailure, UsageError
from calbench.trust.issuing import Holder, new_signatory
from calbench.workflow import Signing
from calbench.workflow.issuing import place

AT = datetime(2026, 3, 2, 10, 0, 0, tzinfo=UTC)
SIGNATORY = new_signatory(Holder("Li Mei", "Technical manager"), AT - timedelta(1), AT + timedelta(1))
SIGNING = Signing(SIGNATORY, AT)


@pytest.fixture
def record() -> Record:
    data = sample_dmm.dmm_data()
    data["plan"]["laboratory"]["country"] = "DE"
    return Record.model_validate(data)


def issue(folder: Path, record: Record, **chosen: Any) -> tuple[Path, Issue]:
    signing = dataclasses.replace(SIGNING, **chosen)
    where, issuing = place(folder, record, canonical(record), signing, ("en", "zh"))
    return where, issuing.issue


def test_number_and_date_are_those_of_run_and_clock_if_nothing_else_is_said(tmp_path: Path, record: Record):
    where, made = issue(tmp_path, record)
    assert (where, made.number, made.issued) == (tmp_path, record.run.id, "2026-03-02")
    assert made.record_sha256 == sha256(canonical(record))
    _, chosen = issue(tmp_path, record, number="K-2026-0042", issued="2026-02-27")
    assert (chosen.number, chosen.issued) == ("K-2026-0042", "2026-02-27")


@pytest.mark.parametrize(
    ("replaces", "number"),
    [("K-1", "K-1-R1"), ("K-1-R1", "K-1-R2"), ("K-1-R9", "K-1-R10"), ("SIMULATED-K-1", "K-1-R1")],
)
def test_what_replaces_another_has_a_number_and_a_folder_of_its_own(
    replaces: str, number: str, tmp_path: Path, record: Record
):
    where, made = issue(
        tmp_path, record, replaces=replaces, reason="Serial  number\nwas wrong", elsewhere=True
    )
    assert (where, made.number) == (tmp_path / "issues" / number, number)
    assert made.replaces is not None
    assert (made.replaces.reason, made.replaces.change) == ("Serial number was wrong", "amended")


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"replaces": "K-1"}, "belong together"),
        ({"reason": "typo"}, "belong together"),
        ({"replaces": "K-1", "reason": " "}, "belong together"),
        ({"replaces": "K-1", "reason": "typo", "number": "K-1"}, "cannot replace itself"),
        ({"number": "a/b"}, "no number"),
        ({"number": "../x"}, "no number"),
        ({"issued": "1.3.2026"}, "no date"),
        ({"issued": "2026-02-30"}, "no date"),
        ({"issued": "2026-1-5"}, "no date"),
        ({"issued": "2026-01-04"}, "before the end of the run"),
        ({"issued": "2026-03-05"}, "in the future: today is 2026-03-0"),
        ({"replaces": "nosuch", "reason": "x"}, "was not issued from this run: none was"),
        ({"elsewhere": True}, "give it with --replaces"),
    ],
)
def test_what_does_not_fit_is_refused(chosen: dict[str, str], says: str, tmp_path: Path, record: Record):
    with pytest.raises(UsageError, match=says):
        issue(tmp_path, record, **chosen)


def test_an_issued_certificate_is_written_again_with_its_date_and_never_altered(
    tmp_path: Path, record: Record
):
    _, first = issue(tmp_path, record)
    (tmp_path / "issue.json").write_bytes(canonical(first))
    _, again = issue(tmp_path, record, at=AT + timedelta(hours=20))
    assert again == first
    for other in ({"issued": "2026-03-01"}, {"number": "K-2"}):
        with pytest.raises(UsageError, match=f"--replaces {first.number}"):
            issue(tmp_path, record, **other)
    (tmp_path / "issue.json").write_bytes(b"{}")
    with pytest.raises(IntegrityFailure, match="damaged"):
        issue(tmp_path, record)


def _issue(record: Record, replaces: Replaced | None = None) -> Issue:
    return Issue(
        record_sha256=sha256(canonical(record)), number="K-7", issued="2026-03-02", languages=["en", "zh"],
        signatory=SignedBy(name="Li Mei", role="Technical manager"), replaces=replaces,
    )  # fmt: skip


def test_the_page_names_signatory_date_number_and_what_it_replaces(record: Record):
    replaced = Replaced(number="K-6", reason="Serial number was wrong")
    english = assemble(record, "ab" * 32, "en", _issue(record, replaced))
    chinese = assemble(record, "ab" * 32, "zh", _issue(record, replaced))
    (lines,) = (
        block for section in english.sections for block in section.blocks if isinstance(block, Signatures)
    )
    assert [item.value for item in lines.items[2:]] == ["Li Mei, Technical manager", "2026-03-02"]
    assert english.number == "K-7"
    assert english.notices[0] == (
        "This certificate amends certificate K-6, and replaces it. Reason: Serial number was wrong."
    )
    assert "K-6" in chinese.notices[0]


def test_the_same_record_and_issue_give_the_same_bytes(record: Record):
    for language in ("en", "zh"):
        source = Source(record, canonical(record), ("en", "zh"), _issue(record))
        again = Source(
            Record.model_validate_json(canonical(record)), canonical(record), ("en", "zh"), _issue(record)
        )
        assert source.dcc() == again.dcc()
        assert source.pdf(language, source.dcc()) == again.pdf(language, again.dcc())
