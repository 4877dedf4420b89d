"""Several units in one run, from the form to the grid."""

from __future__ import annotations

import json

from tests.engine.server.conftest import Served
from tests.engine.server.driving import answer, asked, in_state, until

from calbench.clock import RealClock


def test_four_units_are_started_in_one_run_and_shown_side_by_side(served: Served) -> None:
    places = {f"position.{place}": "1" for place in "123"}
    orders = {f"unit.{place}.serial": f"MY{place}" for place in "123"}
    fields = {"procedure": "dmm-34401a", "station": "demo-bench-4", "set.readings": "4", **places, **orders}
    with served.browser() as client:
        reply = served.form(client, "/start", **fields, answering="simulated")
        assert reply.status_code == 303, reply.text
        run = reply.headers["location"].removeprefix("/runs/")
        known = until(client, run, in_state("COMPLETED"))
        assert known["counts"]["all"] == 3 * 22
        until(client, run, lambda now: now["counts"]["done"] == 3 * 22)
        page = client.get(f"/runs/{run}").text
        assert page.count('scope="col" id="u') == 3
    folder = served.settings.runs / run
    clock, end = RealClock(), RealClock().monotonic() + 60
    while (
        not all((folder / "units" / place / "record.json").is_file() for place in "123")
        and clock.monotonic() < end
    ):  # records are written after the last line
        clock.sleep(0.05)
    records = {place: json.loads((folder / "units" / place / "record.json").read_bytes()) for place in "123"}
    assert {place: record["uut"]["serial"] for place, record in records.items()} == {
        "1": "MY1",
        "2": "MY2",
        "3": "MY3",
    }


def test_a_question_to_all_is_answered_once_and_holds_for_all(served: Served) -> None:
    fields = {"procedure": "dmm-34401a", "station": "demo-bench-4", "position.1": "1", "position.2": "1"}
    with served.browser() as client:
        reply = served.form(client, "/start", **fields, answering="people")
        assert reply.status_code == 303, reply.text
        run = reply.headers["location"].removeprefix("/runs/")
        known = until(client, run, asked)
        assert known["head"]["outputs"] == "verified_off"
        assert answer(served, client, run, known["open"][0], "yes").status_code == 200
        until(client, run, lambda now: now.get("open") != known["open"])
        served.form(client, f"/runs/{run}/verb", verb="abort")
        until(client, run, in_state("ABORTED"))
