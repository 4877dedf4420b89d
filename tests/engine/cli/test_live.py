"""What the terminal says while a run is suspended, waits for an answer, or loses its guard."""

from __future__ import annotations

import pytest

from calbench.cli.live import Progress
from calbench.cli.prompts import show
from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.documents.prompt import Ask, OpenPrompt
from calbench.documents.record import Result
from calbench.workflow import Options, prepare


@pytest.fixture(scope="module")
def plan() -> Plan:
    return prepare("dmm-34401a", "demo-bench-4", Options(positions=("all",), only=("dcv/10V/5V",))).plan


def event(kind: str, position: str = "", **body: object) -> Event:
    told = {"seq": 1, "prev": "0" * 64, "t_utc": "", "t_mono": "", "actor": "runner"}
    return Event.model_validate({**told, "type": kind, "position": position, "point": "", "body": body})


def lines(plan: Plan, events: list[Event], capsys: pytest.CaptureFixture[str]) -> list[str]:
    def none(position: str, point: str) -> Result:
        raise AssertionError((position, point))

    see = Progress(plan, none)
    for one in events:
        see(one)
    return capsys.readouterr().out.splitlines()


def test_a_room_that_stays_too_warm_is_said_once_and_outputs_when_they_are_known(
    plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    """`at_most` is 4 h unless said: 240 looks, that are no 240 lines."""
    warm = [
        event("violation", on_violation="suspend", message=f"27.{n} °C is outside 21 °C … 25 °C")
        for n in range(4)
    ]
    off = event("state", state="SUSPENDED", why=str(warm[0].body["message"]), outputs="verified_off")
    found = lines(plan, [warm[0], off, *warm[1:], event("state", state="SUSPENDED", why="settling")], capsys)
    assert found[0].startswith("! 27.0 °C is outside 21 °C … 25 °C.")
    assert "off" not in found[0]  # nobody has made anything safe yet
    assert found[1] == "= SUSPENDED. Outputs: every output verified off."
    assert found[2] == "= SUSPENDED. The condition holds again; everything settles before the run goes on."
    assert len(found) == 3


def test_a_room_that_is_too_warm_again_is_said_again(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    warm = event("violation", on_violation="suspend", message="27 °C is outside 21 °C … 25 °C")
    off = event("state", state="SUSPENDED", why="", outputs="verified_off")
    found = lines(plan, [warm, off, event("state", state="RUNNING"), warm, off], capsys)
    assert len([line for line in found if line.startswith("! 27 °C")]) == 2


def test_a_prompt_of_one_unit_that_waits_is_named_with_its_position(
    plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    late = {"id": "setup/2-prompt", "after_s": "5.000"}
    found = lines(
        plan,
        [
            event("reminded", "3", **late),
            event("escalated", "3", to="head", **late),
            event("reminded", **late),
        ],
        capsys,
    )
    assert found == [
        "\a! setup/2-prompt (position 3) has been open for 5 s: please answer.",
        "\a! setup/2-prompt (position 3) has been open for 5 s: head is needed.",
        "\a! setup/2-prompt has been open for 5 s: please answer.",
    ]


def test_a_guard_that_follows_one_that_died_is_named(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    did = [event("guard", did=one) for one in ("started", "died", "started")]
    assert lines(plan, did, capsys) == ["! guard died", "! guard started"]


@pytest.mark.parametrize(
    ("waiting", "bounds", "said"),
    [
        (
            {"reminded": True},
            {"minimum": "9 V", "maximum": "10 V"},
            ["    9 V … 10 V", "    It has waited for long: please answer."],
        ),
        ({"escalated_to": "head"}, {}, ["    V", "    It has waited for long. Escalated to: head"]),
    ],
)
def test_a_number_is_listed_with_its_bounds_and_how_long_it_waits(
    waiting: dict[str, object], bounds: dict[str, str], said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    ask = Ask.model_validate(
        {"id": "setup/1-prompt/u", "kind": "number", "text": {"en": "Now?"}, "unit": "V", **bounds}
    )
    show(OpenPrompt.model_validate({"seq": 7, "asked": "", "ask": ask, **waiting}))
    assert capsys.readouterr().out.splitlines()[2:] == said
