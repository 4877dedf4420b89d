"""Questions of every kind, on the page of a real run of a procedure that was written for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.engine.server.conftest import Served
from tests.engine.server.driving import answer, asked, in_state, start, until, verb

from calbench.documents.journal import parse

PROCEDURE = """\
procedure: One voltage
id: one-voltage
version: 1.0.0
language: 1
roles:
  uut:    {needs: [measure.voltage.dc]}
  source: {needs: [source.voltage.dc], must_be_in_calibration: true}
connections:
  leads: {title: Leads, text: Connect the leads., confirm: [Connected]}
setup:
  - prompt:
      text: Look at the meter.
      ask:
        - {name: safe, question: Is it safe?, answers: {checklist: [Earth connected, Guard closed]}}
        - {name: supply, question: Supply, answers: number, unit: V, min: 0 V, max: 300 V, plausible: {min: 207 V}}
        - {name: colour, question: Colour, answers: [grey, black]}
tests:
  - test: dcv
    connection: leads
    apply: source.voltage.dc
    read: uut.voltage.dc
    settle: 5 s
    ranges:
      - {range: 10 V, points: [5 V], mpe: 1 mV, resolution: 10 uV}
policy: {on_fail: continue, prompts: {remind_after: 50 ms, escalate_after: 100 ms, escalate_to: head}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    (folder / "procedures").mkdir(parents=True)
    (folder / "procedures" / "one-voltage.yaml").write_text(PROCEDURE, encoding="utf-8")
    monkeypatch.chdir(folder)  # where the server, and the runs that it starts, look for procedures
    return folder


def next_one(client: httpx.Client, run: str, last: int) -> int:
    known = until(client, run, lambda now: asked(now) and now["open"][-1] > last)
    number: int = known["open"][-1]
    return number


def test_questions_of_every_kind_are_answered_on_the_page(served: Served, project: Path) -> None:
    assert project.is_dir()
    with served.browser() as client:
        run = start(served, client, "one-voltage", real_time="1")
        first = next_one(client, run, 0)
        # it waits: a reminder, then word to whoever is named
        known = until(client, run, lambda now: any("head" in line["text"] for line in now["lines"]))
        assert known["open"] == [first]
        page = client.get(f"/runs/{run}/prompts").text
        assert "Look at the meter." in page
        assert "This question waits too long; head was told." in page
        assert answer(served, client, run, first, "yes").status_code == 200

        checklist = next_one(client, run, first)
        page = client.get(f"/runs/{run}/prompts").text
        assert page.count('type="checkbox" name="item"') == 2
        path = f"/runs/{run}/answer"
        one = served.form(client, path, prompt=str(checklist), item="Earth connected")
        assert one.status_code == 409  # every item must be ticked
        csrf = client.get("/runs").text.split('name="csrf" value="')[1].split('"')[0]
        both: dict[str, Any] = {
            "csrf": csrf,
            "prompt": checklist,
            "item": ["Earth connected", "Guard closed"],
        }
        assert client.post(path, data=both).status_code == 200

        number = next_one(client, run, checklist)
        page = client.get(f"/runs/{run}/prompts").text
        assert "allowed: 0 V … 300 V" in page
        assert "expected: 207 V … +∞" in page
        assert answer(served, client, run, number, "400").status_code == 409  # it cannot be
        doubted = answer(served, client, run, number, "110")  # it may be: is asked again
        assert number in until(client, run, asked)["open"], doubted.text
        assert answer(served, client, run, number, "110").status_code == 200

        choice = next_one(client, run, number)
        assert answer(served, client, run, choice, "pink").status_code == 409
        assert answer(served, client, run, choice, "grey").status_code == 200
        assert answer(served, client, run, choice, "black").status_code == 409  # that of an old tab
        leads = next_one(client, run, choice)
        assert answer(served, client, run, leads, "yes").status_code == 200
        assert answer(served, client, run, leads, "yes").status_code == 409
        until(client, run, in_state("RUNNING", "SAFING", "COMPLETED"))
        verb(served, client, run, "abort")
        until(client, run, in_state("ABORTED", "COMPLETED"))
    events, _ = parse((served.settings.runs / run / "journal.jsonl").read_bytes())
    said = [
        (str(one.body["id"]), one.body["answer"], one.body["by"]) for one in events if one.type == "answered"
    ]
    assert said == [
        ("setup/1-prompt", "yes", "Olga"),
        ("setup/1-prompt/safe", "Earth connected\nGuard closed", "Olga"),
        ("setup/1-prompt/supply", "110", "Olga"),
        ("setup/1-prompt/colour", "grey", "Olga"),
        ("connect/leads", "yes", "Olga"),
    ]
    assert [one.body["answer"] for one in events if one.type == "doubted"] == ["110"]
    assert {"reminded", "escalated"} <= {one.type for one in events}
