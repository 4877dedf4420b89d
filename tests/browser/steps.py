"""Steps of a journey, as a person takes them: by what can be seen on the page."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect
from tests.engine.server.conftest import Served

from calbench.clock import RealClock
from calbench.documents.journal import Event, parse

GRID = """() => Object.fromEntries(
  [...document.querySelectorAll("#grid td")].map(
    (one) => [one.id, `${one.className} ${one.innerText}`.replace(/\\s+/g, " ").trim()]))"""
DONE = ("COMPLETED", "STOPPED", "ABORTED", "UNSAFE", "CRASHED")


def look(page: Page, name: str) -> None:
    """Take a picture, where somebody wants to look at them."""
    if folder := os.environ.get("CALBENCH_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=Path(folder) / f"{name}.png")
        page.screenshot(path=Path(folder) / f"{name}-whole.png", full_page=True)


def choose(page: Page, procedure: str, station: str) -> None:
    """Open the form and choose what is to be run."""
    page.goto("/start")
    page.locator("select[name=procedure]").select_option(procedure)
    page.locator("select[name=station]").select_option(station)
    page.locator("form[method=get] button").click()
    expect(page.locator("form[method=post] fieldset").first).to_be_visible()


def begin(page: Page) -> str:
    """Press start; gives the id of the run."""
    page.locator(".row.sticky button.main").click()
    page.wait_for_url("**/runs/*-*")
    expect(page.locator("#run[data-seq]")).to_be_attached()
    return page.url.rsplit("/", 1)[1]


def start(page: Page, procedure: str = "dmm-34401a", station: str = "demo", **fields: str) -> str:
    """Start a run that people answer, through the form; gives its id."""
    choose(page, procedure, station)
    for name, text in fields.items():
        page.locator(f"form[action='/start'] [name='{name}']").fill(text)
    return begin(page)


def state(page: Page, *states: str) -> None:
    """Wait until the page says so."""
    expect(page.locator(", ".join(f"#state.state-{one}" for one in states))).to_be_visible()


def prompt(page: Page, not_these: set[str] = frozenset()) -> Locator:  # type: ignore[assignment] # an empty one
    """Wait for a question that is not one of these; gives its form."""
    wanted = "form.prompt" + "".join(f":not(#{one})" for one in not_these)
    found = page.locator(wanted).first
    expect(found).to_be_visible()
    return found


def reply(form: Locator) -> None:
    """Answer a question with what is right on a simulated bench."""
    for box in form.locator("input[type=checkbox]").all():
        box.check()
    shown = form.get_by_text("The simulated instrument shows").or_(form.get_by_text("模拟仪器显示"))
    box = form.locator("input[name=answer]")
    if box.count():
        if shown.count():
            box.fill(shown.first.inner_text().split(":", 1)[-1].split("：")[-1].strip().split(" ")[0])
        form.locator("button.main").click()
    else:
        form.locator("button").first.click()


def answer_all(page: Page, *states: str, told: Iterable[str] = ()) -> int:
    """Answer whatever is asked until the run is in such a state, but `told`; gives how many questions there were."""
    wanted, told = states or DONE, set(told)
    before = len(told)
    reached = page.locator(", ".join(f"#state.state-{one}" for one in wanted))
    while True:
        fresh = page.locator("form.prompt" + "".join(f":not(#{one})" for one in told))
        expect(reached.or_(fresh).first).to_be_visible()
        if reached.count():
            return len(told) - before
        form = fresh.first
        name = form.get_attribute("id", timeout=5000)
        if name is None:
            continue
        told.add(name)
        reply(page.locator(f"#{name}"))


def journal(served: Served, run: str) -> list[Event]:
    return parse((served.settings.runs / run / "journal.jsonl").read_bytes())[0]


def grid(page: Page) -> dict[str, str]:
    """Give what each cell of the grid says, by its id."""
    found: dict[str, str] = page.evaluate(GRID)
    return found


def settled(page: Page, served: Served, run: str) -> None:
    """Wait until the page has come to the last line of a journal that nobody writes to now, and asks for nothing."""
    path, clock = served.settings.runs / run / "journal.jsonl", RealClock()
    end = clock.monotonic() + 60
    while clock.monotonic() < end:
        lines = path.read_bytes().count(b"\n")
        if page.locator("#run").get_attribute("data-seq") == str(lines):
            expect(page.locator(".htmx-request")).to_have_count(0)
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"the page shows {page.locator('#run').get_attribute('data-seq')} of {lines} lines")


def process_of(served: Served, run: str) -> int:
    """Give the number of the process that runs a run."""
    found: dict[str, Any] = json.loads((served.settings.runs / run / "control.json").read_text())
    return int(found["pid"])
