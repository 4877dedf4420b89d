"""Review and release by two people, each before a browser of his own."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Desk
from tests.browser.steps import look

from calbench.clock import RealClock
from calbench.trust.issuing import Holder, new_signatory
from calbench.trust.signatories import store

SECRET = "open sesame"


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of keys with that of Hana."""
    folder, now = tmp_path / "keys", RealClock().utc().replace(microsecond=0)
    monkeypatch.setenv("CALBENCH_KEYS", str(folder))
    signatory = new_signatory(Holder("Hana", "Head"), now - timedelta(1), now + timedelta(9))
    store(folder, "signatories", "hana", signatory, SECRET)


def run_of(desk: Desk) -> str:
    plans = {
        path.parent.name: json.loads(path.read_bytes())
        for path in desk.served.settings.runs.glob("*/plan.json")
    }
    return next(name for name, plan in plans.items() if plan["procedure"]["id"].startswith("dmm"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_record_is_reviewed_by_one_and_released_by_another(desk: Desk, language: str) -> None:
    run = run_of(desk)
    olga = desk.page("Olga", language=language)
    olga.goto(f"/runs/{run}/review")
    expect(olga.locator("form[action$='/review']")).to_have_count(0)  # an operator reviews nothing
    ravi = desk.page("Ravi", language=language)
    ravi.goto("/reviews")
    look(ravi, f"reviews-{language}")
    ravi.locator(f"a[href*='{run}/review']").first.click()
    expect(ravi.locator("form[action$='/release']")).to_have_count(0)
    look(ravi, f"review-{language}")
    ravi.locator("textarea[name=statement]").fill("Budgets and limits were looked at.")
    ravi.locator("button[value=accept]").click()
    expect(ravi.locator(".entries")).to_contain_text("Ravi")
    hana = desk.page("Hana", language=language)
    hana.goto(f"/runs/{run}/review")
    hana.locator("input[name=passphrase]").fill("wrong")
    hana.locator("form[action$='/release'] button.main").click()
    expect(hana.get_by_role("alert")).to_be_visible()
    look(hana, f"release-refused-{language}")
    hana.locator("input[name=passphrase]").fill(SECRET)
    hana.locator("input[name=number]").fill("K-2026-7")
    hana.locator("form[action$='/release'] button.main").click()
    expect(hana.locator("#certificates-title + div")).to_contain_text("K-2026-7")
    look(hana, f"released-{language}")
    hana.goto(f"/runs/{run}/files")
    look(hana, f"files-{language}")
    with hana.expect_download() as saved:
        hana.locator("a[download][href$='.pdf']").first.click()
    assert saved.value.path().read_bytes().startswith(b"%PDF")
