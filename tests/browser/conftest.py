"""A real Chromium before a real server; the runs that it starts are processes of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)
from tests.engine.server.conftest import PASSWORD, Served, finished_runs, people, served

__all__ = ["finished_runs", "people", "served"]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
WIDE: ViewportSize = {"width": 1280, "height": 900}
TABLET: ViewportSize = {"width": 820, "height": 1180}
WAIT = 60_000  # ms; a journey waits for what a person would see, and a machine may be busy


def executable() -> str:
    """Find Chromium; in CI it must be there."""
    given = os.environ.get("CALBENCH_CHROMIUM")
    found = given or next((path for path in map(shutil.which, CHROMIUM) if path), None)
    if found is None and os.environ.get("CALBENCH_CI"):
        pytest.fail("There is no Chromium: apt-get install chromium", pytrace=False)
    if found is None:
        pytest.skip(
            "THE PAGE WAS NOT TESTED IN A BROWSER: apt-get install chromium, or set CALBENCH_CHROMIUM"
        )
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=WAIT / 2)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, with a new folder for what it remembers, as Playwright makes for each."""
    launched = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
    yield launched
    launched.close()


class Desk:
    """Where people sit: each has a browser context of his own."""

    def __init__(self, browser: Browser, served: Served) -> None:
        self._browser, self.served = browser, served
        self.faults: list[str] = []
        self._contexts: list[BrowserContext] = []

    def page(self, name: str = "Olga", *, language: str = "en", view: ViewportSize = WIDE) -> Page:
        """Open a page, signed in through the form unless there is no name."""
        locale = {"en": "en-GB", "zh": "zh-CN"}[language]
        context = self._browser.new_context(
            base_url=self.served.url, locale=locale, viewport=view, reduced_motion="reduce"
        )
        context.set_default_timeout(WAIT)
        self._contexts.append(context)
        page = self.watched(context.new_page())
        if name:
            sign_in(page, name)
        return page

    def tab(self, page: Page) -> Page:
        """Open another tab of the same person."""
        return self.watched(page.context.new_page())

    def watched(self, page: Page) -> Page:
        """Have faults of scripts, and what the policy of the page forbids, count as faults of the test."""
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self.faults.append(said.text) if _is_fault(said.text) else None)
        return page

    def faults_so_far(self) -> list[str]:
        """Have every page that is open say what it still has to say: an answer comes after what was said before."""
        for page in (page for context in self._contexts for page in context.pages):
            page.evaluate("0")
        return list(self.faults)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def _is_fault(text: str) -> bool:
    return "Content Security Policy" in text or "Uncaught" in text or "TypeError" in text


@pytest.fixture
def desk(browser: Browser, served: Served) -> Iterator[Desk]:
    found = Desk(browser, served)
    yield found
    faults = (
        found.faults_so_far()
    )  # closing breaks off what a page is just asking for, which is no fault of it
    found.close()
    assert faults == []


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("main button").click()
    page.wait_for_url("**/runs")
