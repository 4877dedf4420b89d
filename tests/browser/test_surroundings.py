"""What can happen around a run: a unit is unplugged, the server killed; other sites are in the same browser."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Desk
from tests.browser.steps import (
    answer_all,
    begin,
    choose,
    grid,
    journal,
    look,
    prompt,
    reply,
    settled,
    start,
    state,
)
from tests.engine.server.conftest import Served
from tests.engine.server.test_attacks import NASTY, doctored

from calbench.control.channel import alive

ROOT = Path(__file__).parents[2]


def test_a_unit_that_is_unplugged_is_asked_about_and_the_others_go_on(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("procedures", "stations"):
        (tmp_path / "lab" / name).mkdir(parents=True)
    text = (
        (ROOT / "stations" / "demo-bench-4.yaml")
        .read_text(encoding="utf-8")
        .replace("station: demo-bench-4", "station: torn-off")
    )
    text = text.replace("  units:  ", '  faults: [{instrument: "2", kind: silent, after: 60}]\n  units:  ')
    assert "silent" in text
    (tmp_path / "lab" / "stations" / "torn-off.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "lab")
    page = desk.page()
    choose(page, "dmm-34401a", "torn-off")
    for place in "1234":
        page.locator(f"[name='position.{place}']").check()
        page.locator(f"[name='unit.{place}.serial']").fill(f"MY{place}")
    page.locator("[name='set.readings']").fill("4")
    run = begin(page)
    expect(page.locator("#grid thead th")).to_have_count(5)
    told = set[str]()
    while True:
        form = prompt(page, told)
        name = str(form.get_attribute("id"))
        told.add(name)
        if form.locator("button").filter(has_text="leave out").count():
            break
        reply(page.locator(f"#{name}"))
    look(page, "four-unit-lost-en")
    page.locator(f"#{name} button").filter(has_text="leave out").click()
    expect(page.locator(f"#{name}")).to_have_count(0)
    answer_all(page)
    state(page, "COMPLETED", "STOPPED")
    settled(page, desk.served, run)
    shown = grid(page)
    assert any(text.startswith("cell dropped") for cell, text in shown.items() if cell.startswith("c1-"))
    assert all(
        not text.startswith(("cell dropped", "cell late"))
        for cell, text in shown.items()
        if not cell.startswith("c1-")
    )
    look(page, "four-ended-en")
    assert any(event.type == "unit" and event.position == "2" for event in journal(desk.served, run))


@contextmanager
def serving(runs: Path, state: Path, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve the page from a process of its own, as people do."""
    command = [
        sys.executable,
        "-m",
        "calbench",
        "serve",
        f"--runs={runs}",
        f"--state={state}",
        f"--port={port}",
    ]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "CALBENCH_LANG": "en"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().split()[-1].rstrip("/")
        process.kill()


def test_a_run_goes_on_when_the_server_is_killed_and_the_page_finds_it_again(
    desk: Desk, people: Path, tmp_path: Path
) -> None:
    runs, accounts = tmp_path / "own", tmp_path / "accounts"
    runs.mkdir()
    shutil.copytree(people, accounts)
    with serving(runs, accounts) as (process, url):
        desk.served = Served(
            url, desk.served.settings.__class__(runs=runs, state=accounts), desk.served.services, lambda: None
        )
        page = desk.page()
        run = start(page)
        prompt(page)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    expect(page.locator("#lost")).to_be_visible()
    look(page, "server-lost-en")
    assert alive(runs / run)
    with serving(runs, accounts, int(url.rsplit(":", 1)[1])) as (_, again):
        assert again == url
        expect(page.locator("#lost")).to_be_hidden()
        answer_all(page)
        state(page, "COMPLETED")
        settled(page, desk.served, run)
    # what the page asked for while nobody answered
    desk.faults[:] = [one for one in desk.faults if "Failed to fetch" not in one]


class Foreign(BaseHTTPRequestHandler):
    """A page of another site that tries what it can."""

    target = ""

    def do_GET(self) -> None:
        kind = "text/plain" if "plain" in self.path else "application/x-www-form-urlencoded"
        page = f"""<!doctype html><title>harmless</title>
<iframe name=hidden></iframe><iframe id=framed src="{self.target}/runs"></iframe>
<form id=f method=post action="{self.target}{self.path}" target=hidden enctype="{kind}">
<input name=verb value=abort><input name=csrf value=x>
<input name=name value=Olga><input name=password value=x></form>"""
        body = page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as its base has it
        pass


@pytest.fixture
def foreign(served: Served) -> Iterator[str]:
    """Another site, on another port and, as `localhost`, under another name too."""
    handler = type("Handler", (Foreign,), {"target": served.url})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(10)


TRIES = (
    ("POST", "/runs/RUN/verb"),
    ("POST", "/sign-out"),
    ("POST", "/start"),
    ("GET", "/runs"),
    ("GET", "/runs/RUN/stream"),
    ("GET", "/api/v1/runs"),
    ("POST", "/api/v1/runs/RUN/verbs/abort"),
)
FETCHES = """async ([url, tries]) => {
  const found = [];
  for (const credentials of ["include", "omit"])
    for (const mode of ["no-cors", "cors"])
      for (const [method, path] of tries) {
        try {
          const body = method === "POST" ? new URLSearchParams({verb: "abort", reason: "x", csrf: "x"}) : undefined;
          const answer = await fetch(url + path, {method, mode, credentials, body});
          found.push([path, answer.type, answer.type === "opaque" ? "" : await answer.text()]);
        } catch (error) { found.push([path, "error", ""]); }
      }
  return found;
}"""


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_another_site_in_the_same_browser_can_do_and_see_nothing(desk: Desk, foreign: str, host: str) -> None:
    page = desk.page()
    run = start(page)
    prompt(page)
    before = len(journal(desk.served, run))
    attacker = page.context.new_page()
    site = foreign.replace("localhost", host)  # on the same host another port is the same site, to a browser
    for path in (
        f"/runs/{run}/verb",
        f"/runs/{run}/verb?plain",
        "/sign-out",
        "/sign-in",
        "/start",
        f"/runs/{run}/answer",
    ):
        attacker.goto(site + path)
        with attacker.expect_response(lambda answer: answer.request.method == "POST") as sent:
            attacker.evaluate("document.getElementById('f').submit()")
        assert sent.value.status == 403
    results = attacker.evaluate(
        FETCHES, [desk.served.url, [[method, path.replace("RUN", run)] for method, path in TRIES]]
    )
    assert len(results) == 4 * len(TRIES)
    assert all(kind in ("error", "opaque") for _, kind, _ in results)
    framed = attacker.frame_locator("#framed").locator("body")
    assert "34401A" not in framed.inner_text()  # what is framed is an error page
    assert "Runs" not in framed.inner_text()
    assert page.goto("/runs").status == 200  # type: ignore[union-attr] # still signed in
    new = journal(desk.served, run)[before:]
    assert [event.type for event in new if event.type == "verb"] == []
    refused = [line for line in desk.served.services.audit.lines() if line["what"] in ("verb", "signed out")]
    assert refused == []


@pytest.mark.parametrize("said", ["journal", "plan"])
def test_markup_that_an_instrument_or_a_work_order_says_is_shown_as_text(desk: Desk, said: str) -> None:
    run = sorted(one.name for one in desk.served.settings.runs.glob("2026*"))[0]
    folder = desk.served.settings.runs / run
    if said == "journal":
        (folder / "journal.jsonl").write_bytes(doctored((folder / "journal.jsonl").read_bytes()))
    else:
        plan = json.loads((folder / "plan.json").read_bytes())
        plan["procedure"]["title"] = {"en": NASTY}
        plan["operator"] = plan["station"] = NASTY
        plan["uut"]["given"] = {"serial": NASTY, "model": NASTY, "maker": NASTY}
        (folder / "plan.json").write_text(json.dumps(plan))
    page = desk.page()
    page.on("dialog", lambda dialog: desk.faults.append(dialog.message))
    for path in ("/runs", f"/runs/{run}", f"/runs/{run}/journal", f"/runs/{run}/journal?type=exchange"):
        page.goto(path)
        if path.endswith(run):
            settled(page, desk.served, run)
            page.reload()
            settled(page, desk.served, run)
        assert page.locator("main script").count() == 0
        assert page.locator("img[src=x]").count() == 0
        assert page.title() != "taken"
    page.goto(f"/runs/{run}/journal?since=100" if said == "journal" else "/runs")
    expect(page.get_by_text("<script>").first).to_be_attached()  # it is there, as text
