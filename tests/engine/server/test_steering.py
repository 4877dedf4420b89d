"""A run from the page: started, asked, paused, stopped, killed, resumed. The runs are real child processes."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import httpx
from tests.engine.server.conftest import Served
from tests.engine.server.driving import answer, asked, frames, in_state, start, until, verb

from calbench.clock import RealClock
from calbench.control.channel import alive
from calbench.documents.journal import parse


def journal(served: Served, run: str):
    return parse((served.settings.runs / run / "journal.jsonl").read_bytes())[0]


def finish(served: Served, client: httpx.Client, run: str) -> None:
    """Answer whatever is asked until the run has ended."""
    told: set[int] = set()
    for _, frame in frames(client, run):
        if frame.get("head", {}).get("state") in ("COMPLETED", "STOPPED", "ABORTED", "UNSAFE"):
            return
        for seq in frame.get("open", []):
            if seq not in told:
                told.add(seq)
                page = client.get(f"/runs/{run}/prompts").text
                choice = page.split('name="answer" value="')[1].split('"')[0]
                assert answer(served, client, run, seq, choice).status_code == 200


def test_a_whole_verification_is_driven_from_the_page(served: Served) -> None:
    with served.browser() as client:
        run = start(served, client, **{"uut.serial": "MY1", "set.readings": "4"})
        known = until(client, run, asked)
        assert (
            known["head"]["outputs"] == "verified_off"
        )  # leads are never asked for while something may be on
        picture = client.get(f"/runs/{run}/pictures/{known['open'][0]}")
        assert picture.content.startswith(b"\x89PNG")
        finish(served, client, run)
        known = until(client, run, in_state("COMPLETED"))
    assert known["counts"] == {"done": 22, "all": 22, "failed": 0}
    answers = [event for event in journal(served, run) if event.type == "answered"]
    assert {event.body["by"] for event in answers} == {"Olga"}
    assert "answer" in [line["what"] for line in served.services.audit.lines()]


def test_a_prompt_is_answered_once_and_an_old_tab_cannot_answer_the_next(served: Served) -> None:
    with served.browser() as client, served.browser("Hana") as other:
        run = start(served, client)
        first = until(client, run, asked)["open"][0]
        assert answer(served, client, run, first, "yes").status_code == 200
        second = until(client, run, lambda known: asked(known) and known["open"] != [first])["open"][0]
        assert answer(served, other, run, first, "yes").status_code == 409  # replayed
        assert answer(served, other, run, second + 1000, "yes").status_code == 409
        assert until(client, run, asked)["open"] == [second]
        verb(served, client, run, "abort")
        until(client, run, in_state("ABORTED"))
    given = [event for event in journal(served, run) if event.type == "answered"]
    assert [event.body["prompt"] for event in given] == [first]


def test_verbs_say_who_and_why_and_abort_needs_no_role(served: Served) -> None:
    with served.browser() as client, served.browser("Ravi") as reviewer:
        run = start(served, client)
        until(client, run, asked)
        assert verb(served, reviewer, run, "stop").status_code == 403
        assert answer(served, reviewer, run, 1, "yes").status_code == 403
        assert served.form(reviewer, "/start", procedure="dmm-34401a", station="demo").status_code == 403
        assert verb(served, client, run, "melt").status_code == 409
        assert verb(served, client, run, "pause", "lunch").status_code == 200
        assert verb(served, reviewer, run, "abort", "smoke").status_code == 200
        known = until(client, run, in_state("ABORTED"))
        assert known["head"]["outputs"] == "verified_off"
        assert verb(served, client, run, "pause").status_code == 409  # nobody runs it
    said = [event.body for event in journal(served, run) if event.type == "verb"]
    assert [(one["verb"], one["by"], one["reason"]) for one in said] == [
        ("pause", "Olga", "lunch"),
        ("abort", "Ravi", "smoke"),
    ]


def test_a_killed_run_is_shown_as_crashed_and_resumed_from_the_page(served: Served) -> None:
    with served.browser() as client:
        run = start(served, client)
        until(client, run, asked)
        folder = served.settings.runs / run
        os.kill(json.loads((folder / "control.json").read_text())["pid"], signal.SIGKILL)
        known = until(client, run, in_state("CRASHED"))
        assert (
            known["head"]["outputs"] == "unknown"
        )  # a simulated bench dies with its process: no guard has looked
        assert "resume" in client.get(f"/runs/{run}").text
        reply = served.form(client, f"/runs/{run}/resume", answering="people")
        assert reply.status_code == 303, reply.text
        finish(served, client, run)
    resumed = [event for event in journal(served, run) if event.type == "run_resumed"]
    assert [event.body["by"] for event in resumed] == ["Olga"]
    assert journal(served, run)[-1].body["status"] == "COMPLETED"


def test_a_run_that_completed_cannot_be_resumed_and_says_so(served: Served) -> None:
    run = next(one.name for one in served.settings.runs.iterdir() if one.name.startswith("2026"))
    with served.browser() as client:
        reply = served.form(client, f"/runs/{run}/resume", answering="simulated")
        assert reply.status_code == 409
        assert "has completed" in reply.text
        reply = served.form(client, f"/runs/{run}/clear", reason="looked")
        assert reply.status_code == 409
        assert "nothing to clear" in reply.text


def test_what_cannot_be_run_is_refused_with_every_reason(served: Served) -> None:
    with served.browser() as client:
        reply = served.form(
            client, "/start/preview", procedure="dmm-34401a", station="demo", **{"position.2": "1"}
        )
        assert "measure.voltage.dc" in reply.text
        fields = {"procedure": "dmm-34401a", "station": "demo", "set.readings": "2"}
        reply = served.form(client, "/start", **fields)
        assert reply.status_code == 409
        assert "readings" in reply.text
        reply = served.form(client, "/start", procedure="../../etc/passwd", station="demo")
        assert reply.status_code == 409
    assert len(list(served.settings.runs.glob("2026*"))) == 2


def test_a_run_outlives_the_server(served: Served, tmp_path: Path) -> None:
    with served.browser() as client:
        run = start(served, client)
        until(client, run, asked)
    served.stop()
    folder = served.settings.runs / run
    assert alive(folder)
    clock = RealClock()
    from calbench.control.channel import tell
    from calbench.control.verbs import Command

    assert tell(folder, Command(verb="abort", by="test")).accepted
    deadline = clock.monotonic() + 30
    while (folder / "control.json").exists() and clock.monotonic() < deadline:
        clock.sleep(0.05)
    assert journal(served, run)[-1].body["status"] == "ABORTED"


def test_the_journal_is_read_in_parts(served: Served) -> None:
    run = next(one.name for one in served.settings.runs.iterdir() if one.name.startswith("2026"))
    events = journal(served, run)
    with served.browser() as client:
        page = client.get(f"/runs/{run}/journal", params={"type": "asked"}).text
        assert page.count("<details>") == sum(event.type == "asked" for event in events)
        page = client.get(f"/runs/{run}/journal", params={"since": len(events) - 1}).text
        assert page.count("<details>") == 1
        assert client.get(f"/runs/{run}/journal", params={"since": -5}).status_code == 200
        assert client.get(f"/runs/{run}/journal", params={"since": 10**30}).status_code == 200
        assert client.get(f"/runs/{run}/journal", params={"since": "x"}).status_code == 422


def test_the_preview_names_regulation_control_and_what_is_not_confirmed(served: Served) -> None:
    with served.browser() as client:
        fields = {"procedure": "scale-class3", "station": "demo", "position.2": "1", "set.control": "first"}
        text = served.form(client, "/start/preview", **fields).text
        assert "Regulation: OIML R 76-1-2006; the station pins no edition of it" in text
        assert "Kind of control: initial verification" in text
        assert "Repeatability: loads (secondary source), number of repeats (unconfirmed)" in text
