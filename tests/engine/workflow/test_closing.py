"""Ctrl-C after the last line of a run costs neither the record nor the seal."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from calbench.documents.plan import Plan
from calbench.documents.record import Record
from calbench.workflow import Options, execute, executing, prepare
from calbench.workflow.recording import compute_records


def test_ctrl_c_while_the_record_is_computed_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(plan: Plan, folder: Path) -> dict[str, Record]:
        signal.raise_signal(signal.SIGINT)  # the second press of somebody who wants an abort comes too late
        return compute_records(plan, folder)

    monkeypatch.setattr(executing, "compute_records", pressed)
    done = execute(prepare("dmm-34401a", "demo", Options(only=("dcv/10V/5V",))), tmp_path)
    assert done.outcome.status == "COMPLETED"
    assert (done.folder / "record.json").exists()
    with pytest.raises(KeyboardInterrupt):  # and afterwards it means what it did
        signal.raise_signal(signal.SIGINT)
