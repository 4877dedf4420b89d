"""Whole verifications, driven as an operator drives them."""

from __future__ import annotations

import os
import re
import signal

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
    process_of,
    prompt,
    reply,
    settled,
    start,
    state,
)


def test_signing_in_speaks_the_language_of_the_browser_or_the_one_chosen(desk: Desk) -> None:
    page = desk.page("")
    page.goto("/runs")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Name").fill("Olga")
    page.get_by_label("Password").fill("not this one at all")
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, "signin-refused-en")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    look(page, "signin-zh")
    page.get_by_label("姓名").or_(page.locator("input[name=name]")).first.fill("Olga")
    page.locator("input[name=password]").fill("correct horse battery")
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url("**/runs")
    expect(page.get_by_role("heading", name="运行")).to_be_visible()
    look(page, "runs-zh")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    look(page, "runs-en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_verification_is_started_from_the_form_after_a_look_at_its_plan(desk: Desk, language: str) -> None:
    page = desk.page(language=language)
    choose(page, "dmm-34401a", "demo")
    page.locator("[name='uut.serial']").fill("MY-4711")
    page.locator("[name='set.readings']").fill("1")
    page.locator("button[formaction]").click()
    refusal = page.locator("#preview .reasons")
    expect(refusal).to_contain_text("readings")
    look(page, f"start-refused-{language}")
    page.locator("[name='set.readings']").fill("4")
    page.locator("button[formaction]").click()
    expect(page.locator("#preview table").last).to_contain_text("dcv/100mV")
    expect(refusal).to_have_count(0)
    look(page, f"start-preview-{language}")
    run = begin(page)
    expect(prompt(page)).to_be_visible()
    look(page, f"run-prompt-{language}")
    assert answer_all(page) >= 2
    state(page, "COMPLETED")
    expect(page.locator("#outputs.outputs-verified_off")).to_be_visible()
    expect(page.locator("#grid td.pass")).to_have_count(22)
    look(page, f"run-completed-{language}")
    settled(page, desk.served, run)
    page.goto(f"/runs/{run}/journal")
    look(page, f"journal-{language}")
    given = [event.body for event in journal(desk.served, run) if event.type == "answered"]
    assert {body["by"] for body in given} == {"Olga"}


def test_a_reload_in_mid_run_shows_the_same_and_a_stopped_run_is_resumed(desk: Desk) -> None:
    page = desk.page()
    run = start(page)
    first = prompt(page)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#said")).to_contain_text("ause")
    reply(first)
    state(page, "HELD")
    settled(page, desk.served, run)
    page.wait_for_timeout(300)
    before = (grid(page), page.locator("#story").inner_text(), page.locator(".facts").inner_text())
    look(page, "run-held-en")
    page.reload()
    settled(page, desk.served, run)
    assert (grid(page), page.locator("#story").inner_text(), page.locator(".facts").inner_text()) == before
    page.get_by_role("button", name="Go on").click()
    second = prompt(page)
    page.locator("input[name=reason]").first.fill("end of the shift")
    page.get_by_role("button", name="Stop", exact=True).click()
    state(page, "STOPPED")
    expect(second).to_have_count(0)
    done = {name: text for name, text in grid(page).items() if text.startswith("cell pass")}
    assert done
    look(page, "run-stopped-en")
    page.get_by_role("button", name=re.compile("resume", re.IGNORECASE)).click()
    state(page, "RUNNING", "WAITING", "RECOVERING", "CHECKED", "READY", "LOADED")
    answer_all(page, "COMPLETED", "UNSAFE", "ABORTED")
    state(page, "COMPLETED")
    after = grid(page)
    assert {name: after[name] for name in done} == done
    assert all(text.startswith("cell pass") for text in after.values())
    said = [event.body for event in journal(desk.served, run) if event.type == "verb"]
    assert [(one["verb"], one["reason"]) for one in said][-1] == ("stop", "end of the shift")


def test_abort_by_keyboard_says_how_the_outputs_are(desk: Desk) -> None:
    page = desk.page()
    run = start(page)
    prompt(page)
    page.keyboard.press("Control+Alt+KeyA")
    state(page, "ABORTED")
    expect(page.locator("#outputs.outputs-verified_off")).to_contain_text("verified off")
    expect(page.locator("#abort")).to_be_disabled()
    look(page, "run-aborted-en")
    assert journal(desk.served, run)[-1].body["status"] == "ABORTED"


def test_a_run_whose_process_is_killed_is_shown_as_crashed_and_resumed(desk: Desk) -> None:
    page = desk.page()
    run = start(page)
    prompt(page)
    os.kill(process_of(desk.served, run), signal.SIGKILL)
    state(page, "CRASHED")
    expect(page.locator("form.prompt")).to_have_count(0)
    look(page, "run-crashed-en")
    page.get_by_role("button", name=re.compile("resume", re.IGNORECASE)).click()
    answer_all(page, "COMPLETED", "UNSAFE", "ABORTED")
    state(page, "COMPLETED")


def test_an_old_tab_cannot_answer_a_new_question(desk: Desk) -> None:
    page = desk.page()
    run = start(page)
    first = prompt(page)
    number = first.get_attribute("id")
    assert number is not None
    frozen = desk.tab(page)  # a tab whose stream is cut off, as on a tablet that slept
    frozen.route("**/stream", lambda route: route.abort())
    frozen.goto(f"/runs/{run}")
    other = desk.tab(page)
    other.goto(f"/runs/{run}")
    expect(other.locator(f"#{number}")).to_be_visible()
    reply(page.locator(f"#{number}"))
    expect(other.locator(f"#{number}")).to_have_count(0)  # answered in one tab, gone in the other
    second = prompt(page, {number}).get_attribute("id")
    expect(frozen.locator("#lost")).to_be_visible()
    reply(frozen.locator(f"#{number}"))
    expect(frozen.locator("#said .bad")).to_contain_text("answered")
    look(frozen, "run-old-tab-refused-en")
    expect(page.locator(f"#{second}")).to_be_visible()
    given = [event.body["prompt"] for event in journal(desk.served, run) if event.type == "answered"]
    assert given == [int(number.removeprefix("prompt-"))]
