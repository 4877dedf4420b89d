"""Budgets in English and Chinese: the terminal, JSON, and the page."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

from calbench.authoring import load_budget
from calbench.budgeting import evaluate
from calbench.budgeting.density import _density
from calbench.budgeting.page import report
from calbench.budgeting.wording import WORDS
from calbench.cli import main

BUDGETS = Path(__file__).parents[3] / "docs" / "how-to" / "budgets"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{3,}")


def run(*arguments, **environment):
    return CliRunner().invoke(main, ["budget", *map(str, arguments)], env=environment)


class Page(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.shown = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.shown += data


def test_every_word_is_there_in_every_language_with_the_same_places():
    for key, texts in WORDS.items():
        assert set(texts) == {"en", "zh"}, key
        assert sorted(re.findall(r"{\w+}", texts["en"])) == sorted(re.findall(r"{\w+}", texts["zh"])), key
        if len(LATIN.findall(re.sub(r"{\w+}", "", texts["en"]))) > 1:
            assert CHINESE.search(texts["zh"]), key


def test_a_chinese_outcome_has_no_english_left_and_the_same_numbers():
    english, chinese = (run(BUDGETS / "end_gauge.yaml", "--language", one).output for one in ("en", "zh"))
    assert chinese.startswith("50 mm 量块\n")
    assert "不确定度传播律" in chinese
    assert "比较仪随机效应" in chinese
    assert "反正弦" in chinese
    left = set(LATIN.findall(chinese)) - {"theta", "Delta", "dtheta", "als", "JCGM", "JJF", "PCG", "DXSM"}
    assert left == set()
    numbers = [
        re.findall(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?", text.split("\n", 1)[1]) for text in (english, chinese)
    ]
    assert [one for one in numbers[1] if not one.startswith("1059")] == numbers[0]


def test_tables_are_aligned_with_wide_characters():
    lines = run(BUDGETS / "end_gauge.yaml", "--language", "zh").output.splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("输入量"))
    rule = lines[head + 1]
    ends = [match.end() for match in re.finditer("─+", rule)]
    for row in lines[head + 2 : head + 11]:
        cells = "".join(c + ("\x00" if CHINESE.match(c) else "") for c in row)
        assert cells[ends[0] : ends[0] + 2].strip() == ""  # the gap after the first column


def test_json_is_english_wherever_it_is_written_unless_asked_for():
    told = json.loads(run(BUDGETS / "end_gauge.yaml", "--json", CALBENCH_LANG="zh").output)
    assert (told["budget"], told["language"]) == ("end gauge of 50 mm", "en")
    assert told["outputs"]["l"]["gum"]["contributions"][1]["name"] == "observed difference"
    assert "histogram" not in told["outputs"]["l"]["mc"]
    told = json.loads(run(BUDGETS / "end_gauge.yaml", "--json", "--language", "zh").output)
    assert (told["budget"], told["language"]) == ("50 mm 量块", "zh")
    line = told["outputs"]["l"]["gum"]["contributions"][0]
    assert (line["name"], line["source"], line["distribution"]) == ("ls", "标准量块证书", "t")
    assert all(CHINESE.search(note) for note in told["notes"])


def test_the_terminal_speaks_its_language():
    assert "传播律" in run(BUDGETS / "series.yaml", CALBENCH_LANG="zh").output
    assert "传播律" not in run(BUDGETS / "series.yaml", CALBENCH_LANG="en").output


def test_an_unknown_language_of_a_text_is_refused(tmp_path):
    path = tmp_path / "b.yaml"
    path.write_text(
        "budget: {fr: essai}\nmodel: {y: x}\ninputs: {x: {value: 1 V, u: 1 V}}\n", encoding="utf-8"
    )
    found = run(path)
    assert found.exit_code == 2
    assert "languages are en, zh" in found.output


def test_several_outputs_have_coverage_regions():
    told = json.loads(run(BUDGETS / "impedance.yaml", "--method", "gum,mc", "--json").output)
    regions = {(one["method"], one["kind"]): one["k"] for one in told["regions"]}
    # R² + X² = Z²: to first order one follows from the others, so there is no ellipsoid by the law of propagation.
    assert set(regions) == {("gum", "box"), ("mc", "box"), ("mc", "ellipsoid")}
    assert regions["gum", "box"] == pytest.approx(stats.norm.ppf(1 - 0.05 / 6), rel=1e-9)
    assert any("no ellipsoid" in note for note in told["notes"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_holds_every_number_and_loads_nothing(language, tmp_path):
    out = tmp_path / "report.html"
    found = run(BUDGETS / "end_gauge.yaml", "--language", language, "--html", out)
    assert found.exit_code == 0, found.output
    text = out.read_text(encoding="utf-8")
    page = Page(text)
    assert dict(page.tags[0][1])["lang"] == {"en": "en", "zh": "zh-Hans"}[language]
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "img", "iframe")]
    assert not [attrs for _, attrs in page.tags if any(key in attrs for key in ("src", "href", "onload"))]
    assert "default-src 'none'" in text
    for number in ("50000838 ± 92", "31.66", "16.75", "62.3 %", "27.5 %", "35.33", "50000745.9"):
        assert number in page.shown
    assert load_budget(BUDGETS / "end_gauge.yaml").sha256 in page.shown


def test_shares_are_bars_as_long_as_they_are_large():
    outcome = evaluate(load_budget(BUDGETS / "impedance.yaml").model, ["gum"])
    page = Page(report(outcome, "0" * 64, "en").decode())
    bars = [attrs for tag, attrs in page.tags if tag == "span" and attrs.get("class", "").startswith("bar")][
        :3
    ]
    gum = outcome.outputs[0].gum
    assert gum is not None
    shares = [line.share for line in gum.contributions]  # of R: -61.6, -19.5 and 181.1 %
    widths = [float(attrs["style"].removeprefix("width:").removesuffix("px")) for attrs in bars]
    assert widths == pytest.approx([90 * abs(share) / max(map(abs, shares)) for share in shares], abs=0.06)
    assert [("negative" in attrs["class"]) for attrs in bars] == [share < 0 for share in shares]


def test_text_of_a_budget_is_never_markup(tmp_path):
    path, out = tmp_path / "b.yaml", tmp_path / "b.html"
    path.write_text(
        'budget: "<script>alert(1)</script>"\nmodel: {y: x}\n'
        'inputs: {x: {name: "<b>&amp;", value: 1 V, u: 1 V, source: "<img src=x onerror=alert(1)>"}}\n',
        encoding="utf-8",
    )
    assert run(path, "--html", out).exit_code == 0
    page = Page(out.read_text(encoding="utf-8"))
    assert not [tag for tag, _ in page.tags if tag in ("script", "b", "img")]
    assert "<script>alert(1)</script>" in page.shown
    assert "<b>&amp;" in page.shown


def test_bars_and_line_of_the_picture_are_the_two_densities(tmp_path):
    path, out = tmp_path / "b.yaml", tmp_path / "b.html"
    path.write_text(
        "budget: t\nmodel: {y: x}\ninputs: {x: {value: 5 V, u: 2 V, dof: 9}}\n"
        "report: {methods: [gum, mc], draws: 200000}\n",
        encoding="utf-8",
    )
    assert run(path, "--html", out).exit_code == 0
    page = Page(out.read_text(encoding="utf-8"))
    bars = [attrs for tag, attrs in page.tags if tag == "rect" and attrs.get("class") == "count"]
    points = [attrs["points"] for tag, attrs in page.tags if tag == "polyline"]
    line = np.array([[float(v) for v in pair.split(",")] for pair in points[0].split()])
    middles = np.array([float(one["x"]) + float(one["width"]) / 2 for one in bars])
    tops = np.array([float(one["y"]) for one in bars])
    drawn = np.interp(middles, line[:, 0], line[:, 1])
    assert np.abs(drawn - tops).max() < 8  # of 220: the chance of 200,000 draws in 100 bins
    assert 60 < len(bars) <= 100


@pytest.mark.parametrize("dof", [1.0, 3.5, 20.0, math.inf])
def test_the_density_of_the_law_of_propagation_against_scipy(dof):
    for z in (-4.0, -0.3, 0.0, 2.5):
        exact = stats.norm.pdf(z) if math.isinf(dof) else stats.t.pdf(z, dof)
        assert _density(z, dof) == pytest.approx(exact, rel=1e-12)


def test_a_budget_without_uncertainty_has_a_page_too(tmp_path):
    path, out = tmp_path / "b.yaml", tmp_path / "b.html"
    path.write_text(
        "budget: t\nmodel: {y: 2 * x}\ninputs: {x: {value: 1e20 V, u: 0 V}}\n"
        "report: {methods: [gum, mc], draws: 10000}\n",
        encoding="utf-8",
    )
    found = run(path, "--html", out)
    assert found.exit_code == 0, found.output
    assert "nan" not in out.read_text(encoding="utf-8")


@pytest.mark.repeated
def test_the_same_budget_gives_the_same_page_in_another_process(tmp_path):
    pages = []
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.html"
        subprocess.run(
            [sys.executable, "-m", "calbench", "budget", str(BUDGETS / "series.yaml"), "--html", str(out)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
            capture_output=True,
        )
        pages.append(out.read_bytes())
    assert pages[0] == pages[1]


def test_a_page_that_cannot_be_written_is_an_error(tmp_path):
    found = run(BUDGETS / "series.yaml", "--html", tmp_path / "no" / "such" / "folder.html")
    assert found.exit_code == 2
    assert "cannot be written" in found.output


def test_so_many_degrees_of_freedom_are_infinite_in_print_and_as_they_are_for_machines(tmp_path):
    path, out = tmp_path / "b.yaml", tmp_path / "b.html"
    path.write_text(
        "budget: t\nmodel: {y: a + b}\ninputs:\n  a: {value: 5 V, u: 1 mV, dof: 4}\n  b: {value: 5 V, u: 1 V}\n",
        encoding="utf-8",
    )
    shown = run(path, "--html", out)
    assert shown.exit_code == 0
    assert "∞" in shown.output
    assert "e+12" not in shown.output + out.read_text(encoding="utf-8")
    told = json.loads(run(path, "--json").stdout)["outputs"]["y"]["gum"]["dof"]
    assert told == pytest.approx(4e12, rel=1e-5)  # Welch-Satterthwaite: 4 (1 V / 1 mV)^4
