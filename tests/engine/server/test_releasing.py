"""Review and release on the page and by programs: who may, what is seen, what is refused."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.engine.server.conftest import Served
from tests.engine.server.test_api import program

from calbench.clock import RealClock
from calbench.documents.canonical import canonical
from calbench.trust.issuing import Holder, new_signatory
from calbench.trust.signatories import store
from calbench.workflow.reviews import reviews_of
from calbench.workflow.storing import RECORD, SEAL

SECRET = "open sesame"
SAID = "Budgets, limits and both retakes were looked at."


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of keys: that of Hana has a passphrase, that of Ravi none."""
    folder, now = tmp_path / "keys", RealClock().utc().replace(microsecond=0)
    monkeypatch.setenv("CALBENCH_KEYS", str(folder))
    for name, secret in (("hana", SECRET), ("ravi", None)):
        signatory = new_signatory(Holder(name.title(), "Head"), now - timedelta(1), now + timedelta(9))
        store(folder, "signatories", name, signatory, secret)
    return folder


def run_of(served: Served, kind: str = "dmm") -> str:
    plans = {
        path.parent.name: json.loads(path.read_bytes()) for path in served.settings.runs.glob("*/plan.json")
    }
    return next(name for name, plan in plans.items() if plan["procedure"]["id"].startswith(kind))


def hidden(page: str) -> dict[str, str]:
    found = dict(re.findall(r'<input type="hidden" name="(record|entries|position)" value="([^"]*)">', page))
    assert {"record", "entries"} <= set(found), "there is no form"
    return found


def review(served: Served, client: httpx.Client, run: str, **fields: str) -> httpx.Response:
    page = client.get(f"/runs/{run}/review").text
    said = {"decision": "accept", "statement": SAID, **hidden(page), **fields}
    return served.form(client, f"/runs/{run}/review", **said)


def release(served: Served, client: httpx.Client, run: str, **fields: str) -> httpx.Response:
    page = client.get(f"/runs/{run}/review").text
    wish = {"key": "hana", "passphrase": SECRET, "format.pdf": "on", "language.en": "on", "language.zh": "on"}
    return served.form(client, f"/runs/{run}/release", **{**wish, **hidden(page), **fields})


def test_a_run_is_reviewed_and_released_by_two_others(served: Served) -> None:
    run = run_of(served)
    with served.browser("Ravi") as ravi, served.browser("Hana") as hana:
        assert run in ravi.get("/reviews?state=awaiting_review").text
        page = ravi.get(f"/runs/{run}/review").text
        for seen in (
            "Verified now",
            'svg class="plot"',
            "Answers to prompts",
            "Retakes",
        ):
            assert seen in page, seen
        record = json.loads((served.settings.runs / run / RECORD).read_bytes())
        for result in record["results"]:
            shown = result["shown"]
            assert not shown["expanded"] or f">{shown['expanded']}</td>" in page, result["id"]
            assert shown["upper"].removeprefix("+") in page, result["id"]
        answer = review(served, ravi, run)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/runs/{run}/review")
        assert run in hana.get("/reviews?state=awaiting_release").text
        assert run not in hana.get("/reviews?state=awaiting_review").text
        wrong = release(served, hana, run, passphrase="sesame")
        assert wrong.status_code == 409
        assert "sesame" not in wrong.text
        answer = release(served, hana, run, number="K-2026-7")
        assert answer.status_code == 303, answer.text
        assert "K-2026-7" in hana.get("/reviews?state=released").text
        page = hana.get(f"/runs/{run}/review").text
        assert "in force" in page
        pdf = hana.get(f"/runs/{run}/files/certificate-en.pdf")
        assert pdf.headers["content-type"] == "application/pdf"
    path = served.settings.runs / run / "certificate-en.pdf"
    assert path.read_bytes() == pdf.content
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True
    ).stdout
    assert re.search(r"Reviewed by Ravi on .* authorised by Hana on ", " ".join(text.split()))
    log = json.dumps(served.services.audit.lines())
    assert '"review"' in log
    assert '"release"' in log
    assert '"release refused"' in log
    for place in (served.settings.runs / run, served.settings.state):
        for file in place.rglob("*"):
            assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file


def test_the_operator_neither_reviews_nor_releases_and_roles_are_held(served: Served) -> None:
    run = run_of(served)
    journal = (served.settings.runs / run / "plan.json").read_text()
    operator = json.loads(journal)["operator"]
    served.services.register.add(operator, ["operator", "reviewer", "head"], "correct horse battery", "test")
    with served.browser(operator) as maker, served.browser("Ravi") as ravi, served.browser() as olga:
        page = maker.get(f"/runs/{run}/review").text
        assert "You made this run" in page
        assert 'name="decision"' not in page
        shown = hidden(ravi.get(f"/runs/{run}/review").text)
        form = {"decision": "accept", "statement": SAID, **shown}
        refused = served.form(maker, f"/runs/{run}/review", **form)
        assert refused.status_code == 409
        assert "made this run" in refused.text
        assert served.form(olga, f"/runs/{run}/review", **form).status_code == 403
        assert review(served, ravi, run).status_code == 303
        wish = {"key": "ravi", "format.dcc": "on", "language.en": "on", **shown, "entries": "1"}
        assert served.form(ravi, f"/runs/{run}/release", **wish).status_code == 403
        assert served.form(olga, f"/runs/{run}/release", **wish).status_code == 403
        refused = served.form(maker, f"/runs/{run}/release", **wish)
        assert refused.status_code == 409
        assert "made this run" in refused.text
    assert reviews_of(served.settings.runs / run).state == "awaiting_release"


def test_the_key_of_somebody_else_is_refused(served: Served) -> None:
    run = run_of(served, "scale")
    with served.browser("Ravi") as ravi, served.browser("Hana") as hana:
        review(served, ravi, run)
        page = hana.get(f"/runs/{run}/review").text
        assert "<option>hana</option>" in page
        assert "<option>ravi</option>" not in page
        refused = release(served, hana, run, key="ravi", passphrase="")
        assert refused.status_code == 409
        assert "key is that of Ravi" in refused.text
        for key in ("../hana", "nobody", ""):
            assert release(served, hana, run, key=key).status_code == 409
    assert not (served.settings.runs / run / "issue.json").exists()


def test_a_form_that_is_sent_again_or_is_stale_is_refused(served: Served) -> None:
    run = run_of(served, "scale")
    folder = served.settings.runs / run
    with served.browser("Ravi") as ravi:
        shown = hidden(ravi.get(f"/runs/{run}/review").text)
        back = {"decision": "measure", "statement": "Zero drifts.", **shown}
        assert served.form(ravi, f"/runs/{run}/review", **back).status_code == 303
        again = served.form(ravi, f"/runs/{run}/review", **back)
        assert again.status_code == 409
        assert "meanwhile" in again.text
        assert "Zero drifts." in again.text  # what was typed is not lost
        assert (
            ravi.post(f"/runs/{run}/review", data=back).status_code == 403
        )  # without the secret of the session
        shown = hidden(ravi.get(f"/runs/{run}/review").text)
        record = json.loads((folder / RECORD).read_bytes())
        record["results"][0]["remark"] = "amended"
        (folder / RECORD).write_bytes(canonical(record))
        stale = served.form(ravi, f"/runs/{run}/review", **{**back, **shown})
        assert stale.status_code == 409
        assert "another than the one that was shown" in stale.text
        page = ravi.get(f"/runs/{run}/review").text  # it does not follow from its readings
        assert "can only be sent back" in page
        assert 'value="accept"' not in page
        assert review(served, ravi, run).status_code == 409
    assert len(reviews_of(folder).entries) == 1


def test_what_is_written_is_shown_and_never_run(served: Served) -> None:
    run = run_of(served, "scale")
    with served.browser("Ravi") as ravi:
        review(served, ravi, run, decision="evaluate", statement="<script>alert(1)</script>")
        page = ravi.get(f"/runs/{run}/review").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "to be evaluated anew" in page


def test_the_page_speaks_chinese(served: Served) -> None:
    with served.browser("Ravi") as ravi:
        served.form(ravi, "/language", language="zh", next="/reviews")
        assert "待核验" in ravi.get("/reviews").text
        assert "证书内容预览" in ravi.get(f"/runs/{run_of(served)}/review").text


def test_programs_review_and_release_by_the_same_rules(served: Served) -> None:
    run = run_of(served)
    with program(served, "Ravi") as ravi, program(served, "Hana") as hana, program(served, "Olga") as olga:
        now = ravi.get(f"/runs/{run}/review").json()
        assert (now["state"], now["entries"]) == ("awaiting_review", [])
        assert all(one["holds"] is not False for one in now["checks"])
        about = {"record_sha256": now["record_sha256"], "entries": 0}
        said = {**about, "did": "accepted", "statement": SAID}
        assert olga.post(f"/runs/{run}/review", json=said).status_code == 403
        assert ravi.post(f"/runs/{run}/review", json={**said, "did": "released"}).status_code == 422
        assert ravi.post(f"/runs/{run}/review", json=said).json()["by"] == "Ravi"
        problem = ravi.post(f"/runs/{run}/review", json=said)
        assert (problem.status_code, problem.json()["type"]) == (409, "refused")
        wish = {**about, "entries": 1, "key": "hana", "passphrase": SECRET, "formats": ["dcc", "csv"]}
        assert ravi.post(f"/runs/{run}/release", json=wish).status_code == 403
        assert hana.post(f"/runs/{run}/release", json={**wish, "passphrase": ""}).status_code == 409
        made = hana.post(f"/runs/{run}/release", json=wish)
        assert made.status_code == 200, made.text
        assert {one["name"] for one in made.json()} == {"certificate.xml", "results.csv"}
        now = hana.get(f"/runs/{run}/review").json()
        (certificate,) = now["certificates"]
        assert (certificate["reviewed_by"], certificate["authorised_by"]) == ("Ravi", "Hana")
        rows = hana.get("/reviews", params={"state": "released"}).json()
        assert [one["id"] for one in rows["runs"]] == [run]


def test_a_run_with_the_seal_of_another_station_is_not_accepted(served: Served) -> None:
    run = run_of(served, "scale")
    (served.settings.runs / run / SEAL).write_text("not a seal\n")
    with served.browser("Ravi") as ravi:
        refused = review(served, ravi, run)
    assert refused.status_code == 409
    assert "does not verify" in refused.text
