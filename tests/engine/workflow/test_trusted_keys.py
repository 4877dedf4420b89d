"""Which keys convince: unknown ones, those of others, expired ones, and changes from one to another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.engine.workflow.sealedparts import SEAL, bad, unknown

from calbench.errors import IntegrityFailure, UsageError
from calbench.trust import signednotes
from calbench.trust.keychanges import change
from calbench.trust.ring import Ring
from calbench.trust.seal import read_seal
from calbench.trust.stationkeys import Signer, new_key
from calbench.verification import Means, verify
from calbench.workflow.sealing import seal_run


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
    with pytest.raises(UsageError, match=r"until 2025-12-31T23:59:59Z, not at .*keys new station demo"):
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
