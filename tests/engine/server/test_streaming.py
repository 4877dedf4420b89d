"""Events on their way to the screen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.engine.server.conftest import Served
from tests.engine.server.driving import frames

from calbench.control.channel import Channel
from calbench.control.verbs import Command, Reply
from calbench.server.runs.rows import rows
from calbench.server.views import streaming
from calbench.workflow import stored_plan


def run_in(served: Served, procedure: str) -> Path:
    return next(
        one for one in served.settings.runs.iterdir()
        if (one / "plan.json").is_file() and stored_plan(one).procedure.id == procedure
    )  # fmt: skip


def alive(_command: Command) -> Reply:
    """Answer as the process of a run does."""
    return Reply(accepted=True, state="RUNNING", text="")


def test_the_first_frame_has_all_of_a_finished_run(served: Served) -> None:
    folder = run_in(served, "dmm-34401a")
    record = json.loads((folder / "record.json").read_bytes())
    with served.browser() as client:
        seq, frame = next(frames(client, folder.name))
    assert seq == len((folder / "journal.jsonl").read_bytes().splitlines())
    assert frame["head"]["state"] == "COMPLETED"
    assert frame["head"]["outputs"] == "verified_off"
    plan = stored_plan(folder)
    points = [row.id for row in rows(plan)]
    by_id = {result["id"]: result for result in record["results"]}
    shown = {points[cell[1]]: cell for cell in frame["cells"]}
    assert set(shown) == set(points)
    for name, cell in shown.items():
        result = by_id[name]
        assert cell[3] == result["verdict"]
        if result["of"] == "point":
            assert cell[6:10] == [result["shown"][key] for key in ("error", "lower", "upper", "expanded")]


def test_a_run_that_grows_is_shown_line_by_line(served: Served) -> None:
    folder = run_in(served, "dmm-34401a")
    lines = (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "journal.jsonl").write_bytes(b"".join(lines[:390]) + lines[390][:50])
    with served.browser() as client, Channel(folder, alive):
        stream = frames(client, folder.name)
        seq, frame = next(stream)
        assert seq == 390  # the torn line is not there yet
        assert frame["head"]["state"] == "WAITING"
        assert frame["open"] == [390]
        with (folder / "journal.jsonl").open("ab") as file:
            file.write(lines[390][50:] + b"".join(lines[391:450]))
        last = 0
        changed: list[list[Any]] = []
        while last < 450:
            last, frame = next(stream)
            changed += frame.get("cells", [])
        assert frame["head"]["outputs"] == "may_be_on"
        assert {cell[1] for cell in changed} == {0, 1}
        page = client.get(f"/runs/{folder.name}").text
        assert "may be ON" in page


def test_who_comes_again_misses_nothing(served: Served) -> None:
    folder = run_in(served, "scale-class3")
    lines = (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "journal.jsonl").write_bytes(b"".join(lines[:100]))
    with served.browser() as client:
        seq, before = next(frames(client, folder.name))
        with (folder / "journal.jsonl").open("ab") as file:
            file.write(b"".join(lines[100:]))
        again, after = next(frames(client, folder.name, **{"Last-Event-ID": str(seq)}))
    assert (seq, again) == (100, len(lines))
    assert after["full"] is True
    assert len(after["cells"]) > len(before["cells"])


def test_a_run_is_only_reached_by_its_id(served: Served, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "plan.json").write_text("{}")
    with served.browser() as client:
        for name in (
            "..%2felsewhere",
            "%2e%2e",
            "..",
            ".page",
            "x%00y",
            "a" * 300,
            "%252e%252e%252felsewhere",
        ):
            assert client.get(f"/runs/{name}/stream").status_code in (303, 404), name
            assert client.get(f"/runs/{name}").status_code in (303, 404, 307), name


def test_a_stream_ends_with_its_session(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "QUIET", 0.1)  # how often a session is looked at again
    folder = run_in(served, "scale-class3")
    with served.browser() as client:
        stream = frames(client, folder.name)
        next(stream)
        served.services.register.disable("Olga", "test")
        assert [frame for _, frame in stream] == [{}]  # "over"
