"""How fast the operator page is: its first view, and an event's way from the journal to the screen, in Chromium.

A run of 48 positions is written once, then its journal is written again line by line at 200 events a second, as a
runner would, while a browser shows it. An event is on the screen when the script has put its frame in place.

    python benchmarks/page.py [CHROMIUM]
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from calbench.control.channel import Channel
from calbench.control.verbs import Reply
from calbench.server.accounts.passwords import Work
from calbench.server.services import services_of
from calbench.server.serving import Address, Running
from calbench.server.settings import Settings
from calbench.workflow import Options, execute, prepare

RATE, SECONDS, PASSWORD = 200, 20, "only for this benchmark"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
WATCH = """() => {
  window.shown = [];
  const root = document.getElementById("run");
  const note = () => window.shown.push([Number(root.dataset.seq), Date.now()]);
  new MutationObserver(note).observe(root, {attributes: true});
}"""


def main() -> None:
    chromium = sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium"
    given = os.environ.get("PAGE_RUN")  # the folder of such a run, to save its making
    with tempfile.TemporaryDirectory() as temporary:
        runs = Path(temporary) / "runs"
        if given:
            source = Path(given)
        else:
            options = Options(positions=("all",), simulate=True, settings={"readings": "4"})
            source = execute(prepare("dmm-34401a", "demo-bench-48", options), Path(temporary) / "made").folder
        folder = runs / source.name
        shutil.copytree(source, folder)
        lines = (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)
        settings = Settings(runs=runs, state=Path(temporary) / "state", work=Work(n=16, r=1, p=1))
        has = services_of(settings)
        has.register.add("Bench", ["operator"], PASSWORD, "benchmark")
        has.database.close()
        with Running(settings, Address(port=0)) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(server.url)
            page.fill("input[name=name]", "Bench")
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_url("**/runs")
            for what in ("first", "second"):
                begun = time.monotonic()
                page.goto(f"{server.url}runs/{folder.name}")
                page.wait_for_selector("#run[data-seq]")
                print(f"{what} view of a finished run of 48 positions: {time.monotonic() - begun:.3f} s")
            page.goto("about:blank")
            live(page, server.url, folder, lines)
            browser.close()


def live(page, url: str, folder: Path, lines: list[bytes]) -> None:
    name = folder.name + "-live"
    again = folder.with_name(name)
    shutil.copytree(folder, again)
    first = next(number for number, line in enumerate(lines) if b'"type":"attempt_started"' in line)
    path = again / "journal.jsonl"
    path.write_bytes(b"".join(lines[:first]))
    with Channel(again, lambda command: Reply(accepted=True, state="RUNNING", text=command.verb)):
        page.goto(f"{url}runs/{name}")
        page.wait_for_selector("#run[data-seq]")
        page.evaluate(WATCH)
        written: list[tuple[int, float]] = []
        begun = time.monotonic()
        with path.open("ab", buffering=0) as file:
            for number, line in enumerate(lines[first : first + RATE * SECONDS], start=first + 1):
                due = begun + (number - first) / RATE
                if (wait := due - time.monotonic()) > 0:
                    time.sleep(wait)
                file.write(line)
                written.append((number, time.time() * 1000))
        page.wait_for_selector(f"#run[data-seq='{written[-1][0]}']")
        shown = sorted(page.evaluate("window.shown"))
    took, index = [], 0
    for number, at in written:
        while shown[index][0] < number:
            index += 1
        took.append(shown[index][1] - at)
    took.sort()
    print(f"{len(took)} events at {RATE} a second: median {took[len(took) // 2]:.0f} ms, "
          f"99 % {took[int(len(took) * 0.99)]:.0f} ms, most {took[-1]:.0f} ms")  # fmt: skip


if __name__ == "__main__":
    main()
