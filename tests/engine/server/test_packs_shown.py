"""What the page shows of a verification: some results have limits, some follow from others, some are answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.engine.server.conftest import Served
from tests.engine.server.driving import frames

from calbench.server.runs.judging import _in_parts
from calbench.server.runs.resultpart import ResultPart, ShownPart
from calbench.workflow import Options, execute, prepare

ONLY = ("visual-inspection/*", "zero/*", "loading/*", "discrimination/Min")


@pytest.fixture
def run(served: Served) -> str:
    options = Options(simulate=True, positions=("1",), only=ONLY)
    return execute(prepare("scale-jjg539", "demo-scale-r76", options), served.settings.runs).folder.name


def cells_of(served: Served, run: str) -> tuple[list[str], list[int], dict[str, list[Any]]]:
    """Give the names of the rows, the numbers of those in the chart, and the cells as a Chinese reader gets them."""
    with served.browser() as client:
        client.post("/language", data={"language": "zh", "next": "/runs"})
        page = client.get(f"/runs/{run}").text
        names, judged = (
            json.loads(page.split(f'{key}="')[1].split('"')[0].replace("&#34;", '"'))
            for key in ("data-points", "data-judged")
        )
        _, first = next(frames(client, run))
    return names, judged, {names[cell[1]]: cell for cell in first["cells"]}


def test_the_chart_has_the_results_that_have_limits_and_the_grid_words_for_answers(
    served: Served, run: str
) -> None:
    names, judged, cells = cells_of(served, run)
    charted = {names[number] for number in judged}
    assert {"zero/1", "weighing/up/Max", "discrimination/Min"} <= charted
    assert not {one for one in charted if one.startswith(("visual-inspection/", "loading/"))}
    assert cells["visual-inspection/Display-sound"][6] == "正常"
    # OIML R76-1, A.4.8.2: at least d more, and any more is well: there is no middle to be away from
    assert cells["discrimination/Min"][2:4] == ["measured", "pass"]
    assert cells["discrimination/Min"][11:] == [None, None]


def test_the_form_says_what_can_be_chosen_in_the_language_of_the_reader(served: Served) -> None:
    with served.browser() as client:
        english = client.get("/start?procedure=scale-jjg539&station=demo-scale-r76").text
        client.post("/language", data={"language": "zh", "next": "/runs"})
        chinese = client.get("/start?procedure=scale-jjg539&station=demo-scale-r76").text
    assert '<option value="subsequent">subsequent verification</option>' in english
    assert '<option value="subsequent">后续检定</option>' in chinese
    assert '<option value="changeover" selected>闪变点法</option>' in chinese


def test_procedures_are_offered_by_area_with_the_title_in_the_language_of_the_reader(served: Served) -> None:
    """The value stays the id: addresses, the script and programs name procedures by it."""
    with served.browser() as client:
        english = client.get("/start?procedure=scale-jjg539&station=demo").text
        client.post("/language", data={"language": "zh", "next": "/runs"})
        chinese = client.get("/start?procedure=scale-jjg539&station=demo").text
    for page, area, title in (
        (english, "Mass", "Digital indicating scale, verification (scale-jjg539)"),
        (chinese, "质量", "数字指示秤检定（scale-jjg539）"),
    ):
        assert f'<optgroup label="{area}">' in page
        assert f'<option value="scale-jjg539" selected>{title}</option>' in page
    assert '<option value="keysight-34461a">数字多用表校准（Keysight 34461A' in chinese  # a specification too


def test_why_a_plan_is_refused_is_told_in_the_language_of_the_reader(served: Served) -> None:
    fields = {"procedure": "dmm-34401a", "station": "demo", "set.readings": "3.5", "position.9": "1"}
    with served.browser() as client:
        client.post("/language", data={"language": "zh", "next": "/runs"})
        shown = served.form(client, "/start/preview", **fields).text
        unknown = client.get("/runs/20260105-nobody").text
    assert "参数“readings”：“3.5”不是整数。" in shown
    assert "没有工位“9”；工作站有 1, 2。" in shown
    assert "没有运行“20260105-nobody”。" in unknown


@pytest.mark.parametrize(
    ("lower", "upper", "value", "part"),
    [
        ("-2 g", "2 g", "1 g", 0.5),
        ("0 g", "4 g", "1 g", -0.5),
        (None, "4 g", "1 g", 0.25),
        ("-4 g", None, "-1 g", -0.25),
        ("5 g", None, "10 g", None),
        (None, "-5 g", "-10 g", None),
        (None, "0 g", "-1 g", None),
    ],
)
def test_a_deviation_is_in_parts_of_the_limits_where_they_have_a_middle(
    lower: str | None, upper: str | None, value: str, part: float | None
) -> None:
    result = ResultPart(
        id="a/b", value=value, judged=value, lower=lower, upper=upper, verdict="pass", shown=ShownPart()
    )
    assert _in_parts(result)[0] == part
