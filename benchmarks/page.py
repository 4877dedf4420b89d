"""How fast the operator page is: its first view, an event's way to the screen, and its memory, in Chromium.

The server is a process of its own. A run of 48 positions is made once; then its journal is written again line by line,
as a runner would, while a browser shows it. An event is on the screen when the frame of the screen after it is drawn.

    python benchmarks/page.py [FOLDER OF SUCH A RUN]
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from processes import MEGABYTE

from calbench.control.channel import Channel
from calbench.control.verbs import Reply
from calbench.server.services import services_of
from calbench.server.settings import Settings
from calbench.workflow import Options, execute, prepare

RATE, SECONDS, MANY, FAST = 200, 20, 60_000, 2000
PASSWORD = "only for this benchmark"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
WATCH = """() => {
  window.shown = [];
  const root = document.getElementById("run");
  const note = () => {
    const seq = Number(root.dataset.seq);
    requestAnimationFrame(() => window.shown.push([seq, Date.now()]));
  };
  new MutationObserver(note).observe(root, {attributes: true, attributeFilter: ["data-seq"]});
}"""
READY = """() => new Promise((done) => {
  const root = document.getElementById("run");
  const painted = () => performance.getEntriesByName("first-contentful-paint")[0];
  const there = () => done([painted().startTime, performance.now()]);
  const look = () => painted() && root.dataset.seq ? there() : requestAnimationFrame(look);
  look();
})"""


@dataclass
class Page:
    """What was measured: first views and ways in seconds, memory in MB, before and after many events."""

    painted: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    ways: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    browser: list[float] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)


def chromium() -> str | None:
    """Find a browser; None if there is none."""
    return os.environ.get("CALBENCH_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)


def measure(made: Path | None = None) -> Page | None:
    """Measure all; None without Chromium or Playwright. `made` is a run of 48 positions, to save its making."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a machine without it measures the rest
    except ModuleNotFoundError:
        return None
    program = chromium()
    if program is None:
        return None
    found = Page()
    with tempfile.TemporaryDirectory() as temporary:
        runs, state = Path(temporary) / "runs", Path(temporary) / "state"
        source = made or _made(Path(temporary) / "made")
        shutil.copytree(source, runs / source.name)
        _account(runs, state)
        with _serving(runs, state) as (url, pid), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            cookies = _signed_in(browser, url)
            for _ in range(3):
                context = browser.new_context(storage_state=cookies)  # with an empty cache
                page = context.new_page()
                page.goto(f"{url}runs/{source.name}")
                painted, ready = page.evaluate(READY)
                found.painted.append(painted / 1e3)
                found.ready.append(ready / 1e3)
                context.close()
            context = browser.new_context(storage_state=cookies, viewport={"width": 1280, "height": 900})
            _live(context.new_page(), url, runs / source.name, pid, found)
            browser.close()
    return found


def _made(folder: Path) -> Path:

    options = Options(positions=("all",), simulate=True, settings={"readings": "4"})
    return execute(prepare("dmm-34401a", "demo-bench-48", options), folder).folder


def _account(runs: Path, state: Path) -> None:

    has = services_of(Settings(runs=runs, state=state))
    has.register.add("Bench", ["operator"], PASSWORD, "benchmark")
    has.database.close()


@contextmanager
def _serving(runs: Path, state: Path) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-m", "calbench", "serve", f"--runs={runs}", f"--state={state}", "--port=0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "CALBENCH_LANG": "en"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield process.stdout.readline().split()[-1], process.pid
        finally:
            process.terminate()


def _signed_in(browser, url: str):
    page = browser.new_page()
    page.goto(url)
    page.fill("input[name=name]", "Bench")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/runs")
    cookies = page.context.storage_state()
    page.context.close()
    return cookies


def _live(page, url: str, folder: Path, pid: int, found: Page) -> None:

    lines = (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)
    again = folder.with_name(f"{folder.name}-live")
    shutil.copytree(folder, again)
    first = next(number for number, line in enumerate(lines) if b'"type":"attempt_started"' in line)
    last = next(
        number for number in range(len(lines), 0, -1) if b'"type":"attempt_finished"' in lines[number - 1]
    )
    path = again / "journal.jsonl"
    path.write_bytes(b"".join(lines[:first]))
    following = _endless(lines[first:last], first + 1)
    with (
        Channel(again, lambda command: Reply(accepted=True, state="RUNNING", text=command.verb)),
        path.open("ab", buffering=0) as file,
    ):
        page.goto(f"{url}runs/{again.name}")
        page.wait_for_selector("#run[data-seq]")
        page.evaluate(WATCH)
        written = _write(file, itertools.islice(following, RATE * SECONDS), RATE)
        page.wait_for_selector(f"#run[data-seq='{written[-1][0]}']", timeout=60_000)
        page.wait_for_timeout(200)
        found.ways = _ways(written, sorted(page.evaluate("window.shown")))
        for number in (0, MANY):
            if number:
                seq = _write(file, itertools.islice(following, number), FAST)[-1][0]
                page.wait_for_selector(f"#run[data-seq='{seq}']", timeout=300_000)
            _memory(page, pid, found)


def _endless(lines: list[bytes], first: int) -> Iterator[tuple[int, bytes]]:
    """Give these lines over and over, with numbers that go on."""
    for number, line in zip(itertools.count(first), itertools.cycle(lines), strict=False):
        yield number, re.sub(rb'"seq":\d+', b'"seq":%d' % number, line, count=1)


def _write(file, lines: Iterator[tuple[int, bytes]], rate: int) -> list[tuple[int, float]]:
    """Write lines at a rate; gives the number of each and the time of day at which it was there, in ms."""
    written: list[tuple[int, float]] = []
    begun = time.monotonic()
    for count, (number, line) in enumerate(lines):
        wait = begun + count / rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        file.write(line)
        written.append((number, time.time() * 1e3))
    return written


def _ways(written: list[tuple[int, float]], shown: list[list[float]]) -> list[float]:
    found, index = [], 0
    for number, at in written:
        while shown[index][0] < number:
            index += 1
        found.append((shown[index][1] - at) / 1e3)
    return sorted(found)


def _memory(page, pid: int, found: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    found.browser.append(metrics["JSHeapUsedSize"] / MEGABYTE)
    found.nodes.append(int(metrics["Nodes"]))
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        found.server.append(int(re.search(r"VmRSS:\s+(\d+)", status.read_text())[1]) * 1024 / MEGABYTE)


if __name__ == "__main__":
    result = measure(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    if result is None:
        sys.exit("There is no Chromium, or no Playwright.")
    print(json.dumps({"painted_s": result.painted, "ready_s": result.ready}))
    at = {share: f"{result.ways[int(len(result.ways) * share)]:.3f} s" for share in (0.5, 0.95, 0.99)}
    print(f"{len(result.ways)} events at {RATE}/s, shares: {at}, most {result.ways[-1]:.3f} s")
    print(
        f"before and after {MANY} more: server {result.server} MB, heap {result.browser} MB, nodes {result.nodes}"
    )
