"""Questions of every kind, answered on the page: read from displays, ticked, chosen, doubted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Desk
from tests.browser.steps import answer_all, grid, journal, look, prompt, reply, settled, start, state

from calbench.clock import RealClock

ROOT = Path(__file__).parents[2]
PROCEDURE = """
procedure: {en: Every kind of question, zh: 各种问题}
id: every-question
version: 1.0.0
language: 1
words:
  zh: {centred: 居中, not centred: 未居中, Cover closed: 盖已关, Feet firm: 支脚稳固}
parameters:
  full_scale: {type: quantity, unit: V, default: 15 V}
roles:
  uut:      {needs: [measure.voltage.dc], fallback: keyboard}
  standard: {needs: [measure.voltage.dc], fallback: keyboard}
setup:
  - prompt:
      title: {en: Before the start, zh: 开始之前}
      text: {en: Look at the meter., zh: 请查看仪表。}
      picture: level.svg
      ask:
        - name: level_ok
          question: {en: Is the bubble centred?, zh: 水平泡是否居中？}
          answers: [centred, not centred]
        - name: humidity
          question: {en: Humidity at the meter, zh: 仪表处湿度}
          answers: number
          unit: "%RH"
          min: 0 %RH
          max: 100 %RH
          plausible: {min: 30 %RH, max: 70 %RH}
        - name: ready
          question: {en: What is in order?, zh: 哪些正常？}
          answers: {checklist: [Cover closed, Feet firm]}
        - name: remark
          question: {en: Anything else?, zh: 其他说明？}
          answers: text
          optional: true
tests:
  - test: basic-error
    title: {en: Basic error, zh: 基本误差}
    read: standard.voltage.dc
    reading_is: reference
    points: [3 V]
    mpe: 0.01 * full_scale
    prompt: {en: "Set the pointer to {nominal}.", zh: "将指针调到 {nominal}。"}
"""
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 80" width="200" height="80">
<script>window.parent.document.title = "taken"</script>
<rect width="200" height="80" fill="#fff" onload="document.title='taken'"/>
<circle cx="100" cy="40" r="30" fill="none" stroke="#0a4f8f" stroke-width="4"/></svg>"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A laboratory's own project, in whose folder the server works; what it starts does too."""
    for name in ("procedures", "stations"):
        (tmp_path / "lab" / name).mkdir(parents=True)
    (tmp_path / "lab" / "procedures" / "every-question.yaml").write_text(PROCEDURE, encoding="utf-8")
    (tmp_path / "lab" / "procedures" / "level.svg").write_text(SVG, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "lab")
    return tmp_path / "lab"


def asked_for(page: Page, told: set[str], kind: str) -> str:
    """Answer until a question of this kind is open; gives the id of its form."""
    while True:
        form = prompt(page, told)
        name = form.get_attribute("id")
        assert name is not None
        if form.locator(kind).count():
            return name
        told.add(name)
        reply(page.locator(f"#{name}"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_choices_numbers_lists_and_pictures_are_asked_on_the_page(
    desk: Desk, project: Path, language: str
) -> None:
    page, told = desk.page(language=language), set[str]()
    run = start(page, "every-question", "demo-keyboard")

    choice = asked_for(page, told, "button[value=centred]")
    image = page.locator(f"#{choice} img")
    expect(image).to_have_js_property("complete", value=True)
    assert image.evaluate("(one) => one.naturalWidth") > 0
    look(page, f"ask-choice-{language}")
    page.locator(f"#{choice} button[value='centred']").click()
    told.add(choice)

    number = asked_for(page, told, "input[inputmode=decimal]")
    box = page.locator(f"#{number} input[name=answer]")
    box.fill("140")
    page.locator(f"#{number} button").click()
    expect(page.locator("#said .bad")).to_contain_text("100")
    look(page, f"ask-number-refused-{language}")
    expect(page.locator(f"#{number}")).to_be_visible()
    expect(box).to_have_value("140")  # what was typed stays to be mended
    box.fill("91")
    page.locator(f"#{number} button").click()
    expect(page.locator("#said .notice")).to_contain_text("91")
    expect(page.locator("#story")).to_contain_text("91")
    expect(page.locator(f"#{number}")).to_be_visible()  # outside what is expected: asked once more
    look(page, f"ask-number-again-{language}")
    page.locator(f"#{number} button").click()
    told.add(number)

    ticked = asked_for(page, told, "input[type=checkbox][name=item]")
    look(page, f"ask-checklist-{language}")
    for item in page.locator(f"#{ticked} input[name=item]").all():
        item.check()
    page.locator(f"#{ticked} button").click()
    told.add(ticked)
    answer_all(page, told=told)
    state(page, "COMPLETED", "STOPPED")
    look(page, f"ask-ended-{language}")
    answers = {
        str(event.body["id"]): event.body["answer"]
        for event in journal(desk.served, run)
        if event.type == "answered"
    }
    found = {name.rsplit("/", 1)[-1]: text for name, text in answers.items() if name.startswith("setup/")}
    assert found["level_ok"] == "centred"
    assert re.match("91", str(found["humidity"]))
    assert found["ready"] == "Cover closed\nFeet firm"
    assert page.title() != "taken"


def test_a_scale_is_verified_by_hand_with_what_its_display_shows(desk: Desk) -> None:
    page = desk.page()
    run = start(page, "scale-class3", "demo")
    first = prompt(page)
    expect(first).to_be_visible()
    look(page, "scale-first-en")
    assert answer_all(page) > 30
    state(page, "COMPLETED")
    look(page, "scale-completed-en")
    settled(page, desk.served, run)
    record = json.loads(wait_for(desk.served.settings.runs / run / "record.json").read_bytes())
    results = {one["id"]: one["shown"] for one in record["results"] if one["of"] == "point"}
    expanded = [one["expanded"] for name, one in results.items() if name.startswith("linearity")]
    assert all(expanded)
    for point, shown in results.items():  # what is on the screen without a reload is what the record says
        row = page.locator("#grid tr").filter(has=page.get_by_role("rowheader", name=point, exact=True))
        expect(row.locator("td")).to_contain_text(shown["expanded"])
    before = grid(page)
    page.reload()
    settled(page, desk.served, run)
    assert grid(page) == before


def wait_for(path: Path) -> Path:
    """Wait until a record is there: it is written after the last line."""
    clock = RealClock()
    end = clock.monotonic() + 60
    while not path.is_file() and clock.monotonic() < end:
        clock.sleep(0.05)
    return path
