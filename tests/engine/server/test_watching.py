"""A watch of a run says what is so now, whatever the run writes while its process is looked after."""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from calbench.clock import RealClock
from calbench.server.runs import watching
from calbench.server.runs.standing import Standing
from calbench.server.runs.watching import Watch
from calbench.workflow import JOURNAL, PLAN, Options, execute, prepare


def test_a_run_that_ends_while_its_process_is_looked_for_is_not_taken_as_crashed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = execute(prepare("visual-inspection", "demo", Options(simulate=True)), tmp_path / "made").folder
    folder = tmp_path / "run"
    folder.mkdir()
    shutil.copy(made / PLAN, folder)
    *before, last = (made / JOURNAL).read_bytes().splitlines(keepends=True)
    (folder / JOURNAL).write_bytes(b"".join(before))

    def ends_meanwhile(_folder: Path, _clock: RealClock) -> Standing:
        if (folder / JOURNAL).stat().st_size == sum(map(len, before)):
            with (folder / JOURNAL).open("ab") as file:
                file.write(last)
        return Standing("CRASHED", "unknown")

    monkeypatch.setattr(watching, "standing", ends_meanwhile)

    async def looked() -> Watch:
        watch = Watch(folder, RealClock())
        await watch.catch_up()
        await watch.stop()
        return watch

    with ThreadPoolExecutor(1) as elsewhere:  # browser tests leave a loop in the main thread
        watch = elsewhere.submit(lambda: asyncio.run(looked())).result(timeout=30)
    assert watch.projection.head.state == "COMPLETED"
    assert watch.lost is None
