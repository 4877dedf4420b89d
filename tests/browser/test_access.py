"""The page for everybody: by keyboard alone, by screen reader, by finger, on a wide screen and on a tablet."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import TABLET, WIDE, Desk
from tests.browser.steps import choose, look, prompt, settled, start, state
from tests.engine.server.conftest import PASSWORD

AXE = "axe-core@4.14.1"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TOUCH = 44  # px, WCAG 2.2, 2.5.5 Target Size (Enhanced)
SMALL = """(least) => [...document.querySelectorAll("button, a, input:not([type=hidden]), select, textarea, summary")]
  .filter((one) => one.checkVisibility() && !one.classList.contains("skip"))
  .map((one) => [one, (one.closest("label.check") || one).getBoundingClientRect()])
  .filter(([one, box]) => box.height < least - 0.5 || box.width < least - 0.5)
  .filter(([one]) => !(one.tagName === "A" && one.closest("p, dd")))
  .map(([one, box]) => `${one.outerHTML.slice(0, 80)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, fetched for the tests alone."""
    npm = shutil.which("npm")
    if npm is None and os.environ.get("CALBENCH_CI"):
        pytest.fail("There is no npm to fetch axe-core with: apt-get install npm", pytrace=False)
    if npm is None:
        pytest.skip("ACCESSIBILITY WAS NOT JUDGED BY axe-core: apt-get install npm")
    folder = tmp_path_factory.mktemp("axe")
    done = subprocess.run([npm, "pack", AXE], cwd=folder, capture_output=True, text=True, check=False)
    packed = next(folder.glob("*.tgz"), None)
    if packed is None and os.environ.get("CALBENCH_CI"):
        pytest.fail(f"npm pack {AXE}: {done.stderr}", pytrace=False)
    if packed is None:
        pytest.skip(f"ACCESSIBILITY WAS NOT JUDGED BY axe-core: npm pack {AXE} failed")
    shutil.unpack_archive(packed, folder, filter="data")
    return (folder / "package" / "axe.min.js").read_text(encoding="utf-8")


def judged(page: Page, axe: str) -> list[str]:
    """Give what axe-core finds against WCAG 2.2 AA."""
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate("(tags) => axe.run(document, {runOnly: tags})", RULES)
    return [
        f"{page.url.rsplit('/', 1)[-1]}: {one['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


def run_of(desk: Desk) -> str:
    return sorted(one.name for one in desk.served.settings.runs.glob("2026*"))[0]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_against_wcag_on_any_page(
    desk: Desk, axe: str, language: str, colours: Any
) -> None:
    page = desk.page("", language=language)
    page.emulate_media(color_scheme=colours)
    page.goto("/sign-in")
    found = judged(page, axe)
    page.locator("input[name=name]").fill("Olga")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url("**/runs")
    found += judged(page, axe)
    for path in (f"/runs/{run_of(desk)}", f"/runs/{run_of(desk)}/journal", "/runs/nowhere"):
        page.goto(path)
        found += judged(page, axe)
        look(page, f"access-{language}-{colours}-{path.rsplit('/', 1)[-1][:8]}")
    choose(page, "dmm-34401a", "demo-bench-4")
    page.locator("button[formaction]").click()
    expect(page.locator("#preview section")).to_be_visible()
    found += judged(page, axe)
    look(page, f"access-{language}-{colours}-start")
    start(page)
    prompt(page)
    found += judged(page, axe)
    page.locator("#abort").click()
    state(page, "ABORTED")
    assert found == []


@pytest.mark.parametrize("view", [WIDE, TABLET], ids=["1280", "820"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_runs_over_the_edge_and_fingers_find_everything(desk: Desk, language: str, view: Any) -> None:
    page = desk.page(language=language, view=view)
    wrong: list[str] = []

    def check(name: str) -> None:
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong.extend([f"{name}: {over} px too wide"] if over > 0 else [])
        wrong.extend(f"{name}: {one}" for one in page.evaluate(SMALL, TOUCH))
        look(page, f"edge-{view['width']}-{language}-{name}")

    check("runs")
    page.goto(f"/runs/{run_of(desk)}")
    settled(page, desk.served, run_of(desk))
    check("ended")
    page.goto(f"/runs/{run_of(desk)}/journal")
    check("journal")
    choose(page, "dmm-34401a", "demo-bench-4")
    page.locator("button[formaction]").click()
    expect(page.locator("#preview section")).to_be_visible()
    check("start")
    run = start(page)
    prompt(page)
    check("asked")
    page.locator("#abort").click()
    state(page, "ABORTED")
    settled(
        page, desk.served, run
    )  # what it asks for without a cookie would lead it to the sign-in by itself
    check("aborted")
    page.context.clear_cookies()
    page.goto("/sign-in")
    check("sign-in")
    assert wrong == []


def focused(page: Page) -> str:
    """Say what has the focus; it must be visible where it is."""
    found: list[Any] = page.evaluate(
        """() => { const one = document.activeElement, box = one.getBoundingClientRect(), look = getComputedStyle(one);
        const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return [one.id || one.name || one.textContent.trim(), parseFloat(look.outlineWidth), look.outlineStyle,
                one === over || one.contains(over) || (over !== null && over.contains(one))]; }"""
    )
    name, width, style, uncovered = found
    assert width >= 2, f"the focus on {name} cannot be seen"
    assert style != "none", f"the focus on {name} cannot be seen"
    assert uncovered, f"{name} has the focus and lies under something else"
    return str(name)


def tab_to(page: Page, wanted: str, most: int = 80) -> list[str]:
    """Press Tab until something has the focus; gives what had it on the way."""
    passed: list[str] = []
    while len(passed) < most:
        page.keyboard.press("Tab")
        passed.append(focused(page))
        if passed[-1].startswith(wanted):
            return passed
    raise AssertionError(f"Tab never came to {wanted}: {passed}")


def test_a_run_is_started_answered_and_aborted_by_keyboard_alone(desk: Desk) -> None:
    page = desk.page("")
    page.goto("/sign-in")
    page.keyboard.type("Olga")  # the first field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs")
    assert tab_to(page, "Start a run")[0] == "Skip to the content"
    page.keyboard.press("Enter")
    page.wait_for_url("**/start")
    tab_to(page, "procedure")
    page.keyboard.type("34401A v")  # as its title begins: 34401A verification (dmm-34401a)
    expect(page.locator("select[name=procedure]")).to_have_value("dmm-34401a")
    page.keyboard.press("Tab")
    while page.locator("select[name=station]").input_value() != "demo":
        page.keyboard.press("ArrowDown")
    tab_to(page, "Show the form")
    page.keyboard.press("Enter")
    page.wait_for_url("**procedure=dmm-34401a**")
    expect(page.locator("select[name=station]")).to_have_value("demo")
    fields = tab_to(page, "Start the run")
    assert "uut.serial" in fields
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/*-*")
    form = prompt(page)
    look(page, "keyboard-asked-en")
    boxes = form.locator("input[type=checkbox]").count()
    assert boxes, form.inner_text()
    for _ in range(boxes):
        page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.type") != "checkbox":
            page.keyboard.press("Tab")
        focused(page)
        page.keyboard.press("Space")
    tab_to(page, "answer", 3)
    asked = form.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{asked}")).to_have_count(0)
    prompt(page, {str(asked)})
    page.reload()
    prompt(page, {str(asked)})
    order = tab_to(page, "abort")
    assert len(order) <= 12, f"abort is too far away: {order}"
    page.keyboard.press("Enter")
    state(page, "ABORTED")
