"""Releases that are broken off, refused, given at the same moment, and of single units."""

from __future__ import annotations

import dataclasses
import shutil
import threading
from pathlib import Path

import pytest
from tests.engine.workflow.approving import (
    ACCEPT,
    SEND_BACK,
    bad,
    entries,
    hana,
    named,
)

from calbench.approval.releasing import release
from calbench.approval.reviewing import review
from calbench.documents.issue import Issue
from calbench.documents.releasing import Entry
from calbench.errors import CalbenchError, UsageError
from calbench.verification import Means, verify
from calbench.workflow import Options, execute, prepare
from calbench.workflow.storing import ISSUE, REVIEWS, Place


def test_a_release_that_was_broken_off_is_given_again(
    run: Path, means: Means, monkeypatch: pytest.MonkeyPatch
) -> None:
    review(run, ACCEPT, means)

    def dies(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", dies)
        with pytest.raises(KeyboardInterrupt):
            release(run, hana(number="K-9"), means)
    assert [one.did for one in entries(run)] == ["accepted", "released"]
    assert not (run / ISSUE).exists()
    assert "release it again" in named(verify(run, means), "release").found
    with pytest.raises(UsageError, match="released already, by Hana"):
        release(run, dataclasses.replace(hana(), by="Rita"), means)
    release(run, hana(), means)
    assert len(entries(run)) == 2
    assert Issue.model_validate_json((run / ISSUE).read_bytes()).number == "K-9"
    assert bad(run, means) == []


def test_a_refused_release_leaves_no_entry(run: Path, means: Means) -> None:
    review(run, ACCEPT, means)
    for chosen in ({"issued": "2099-01-01"}, {"number": "a/b"}, {"replaces": "K-1", "reason": "typo"}):
        with pytest.raises(UsageError):
            release(run, hana(**chosen), means)
    with pytest.raises(UsageError, match="A release signs"):
        release(run, dataclasses.replace(hana(), formats=("csv",)), means)
    assert len(entries(run)) == 1
    assert not (run / ISSUE).exists()


def test_of_two_reviews_at_the_same_moment_one_is_written(run: Path, means: Means) -> None:
    said: list[object] = []

    def accept(name: str) -> None:
        try:
            said.append(review(run, dataclasses.replace(ACCEPT, by=name), means))
        except CalbenchError as refused:
            said.append(refused)

    threads = [threading.Thread(target=accept, args=(name,)) for name in ("Ravi", "Rita", "Rosa")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(one, Entry) for one in said) == 1
    assert len(entries(run)) == 1


def test_each_unit_of_a_run_is_reviewed_and_released_by_itself(tmp_path: Path, means: Means) -> None:
    options = Options(simulate=True, positions=("1", "2"), only=("dcv/10V/*",), operator="Olga")
    folder = execute(prepare("dmm-34401a", "demo-bench-4", options), tmp_path).folder
    one, two = (Place(folder, position).folder for position in ("1", "2"))
    with pytest.raises(UsageError, match="run of several units"):
        review(folder, ACCEPT, means)
    assert review(one, ACCEPT, means).position == "1"
    review(two, SEND_BACK, means)
    release(one, hana(number="K-1"), means)
    with pytest.raises(UsageError, match="sent back by Ravi"):
        release(two, hana(number="K-2"), means)
    assert (one / "certificate.xml").is_file()
    checks = verify(folder, means)
    assert [check.found for check in checks if check.holds is False] == []
    assert "released by Hana" in named(checks, "unit 1: reviews").found
    assert "sent back by Ravi" in named(checks, "unit 2: reviews").found
    shutil.copy(one / REVIEWS, two / REVIEWS)
    assert any("one of another run or unit" in found for found in bad(folder, means))
