"""The operator says no, answers nonsense, makes mistakes, retakes: attempts are kept, and nothing crashes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from calbench.authoring.loading import load_answers
from calbench.errors import RunFailed
from calbench.execution.prompts.answering import FileOperator
from calbench.quantities import parse_quantity
from calbench.workflow import Options

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab

ASKING = ("on_fail: continue", "on_fail: ask, retake: {allowed: 2, reason: required, keep: all}")
WRONG_GAIN = ("{gain: 6 ppm, offset: 0.4 uV}", "{gain: 60 ppm, offset: 0.4 uV}")
CHECKLIST = """\
procedure: Plate
id: plate
version: 1.0.0
language: 1
roles:
  uut: {needs: [measure.mass]}
setup:
  - prompt:
      text: Look at the plate.
      ask:
        - {name: capacity, question: Max, answers: number, unit: kg, min: 1 kg, max: 60 kg}
        - {name: level, question: Level?, answers: [centred, not centred], must_be: centred}
tests:
  - test: look
    prompt: Look.
    ask: [{name: found, question: In order?, answers: [in order, not in order], must_be: in order}]
"""


def test_no_at_a_connection_stops_before_anything_is_applied(
    lab: Lab, texts: dict[str, str], answering: Any
) -> None:
    plan = lab.plan(texts["volts"])
    ran = lab.run(plan, operator=answering(plan, {"connect/": ["no"]}))
    assert ran.outcome.status == "STOPPED"
    assert "connect/leads: not confirmed by the operator" in ran.outcome.reason
    assert not ran.of("applied")
    assert ran.switched_off


def test_five_answers_that_are_not_allowed_stop_the_run_and_say_what_is(lab: Lab, answering: Any) -> None:
    plan = lab.plan(CHECKLIST)
    operators: list[Any] = []

    def make(stage: Any) -> Any:
        operators.append(answering(plan, {"look/": ["perhaps"]})(stage))
        return operators[0]

    ran = lab.run(plan, operator=make)
    assert ran.outcome.status == "STOPPED"
    assert (
        "5 answers were not allowed. 'perhaps' is not one of: in order, not in order." in ran.outcome.reason
    )
    assert len(operators[0].told) == 5
    assert ran.result("look/1").verdict == "not_evaluated"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("0.999", "0.999 kg is outside 1 kg … 60 kg"),
        ("60001 g", "outside 1 kg … 60 kg"),
        ("15 V", "is not a number in kg"),
        ("", "An answer is needed"),
        ("nan", "is not a number in kg"),
        ("1e400", "is not a number in kg"),
        ("15,0", "is not a number in kg"),
    ],
)
def test_a_number_that_is_implausible_is_asked_for_again(
    lab: Lab, answering: Any, typed: str, problem: str
) -> None:
    plan = lab.plan(CHECKLIST)
    operators: list[Any] = []

    def make(stage: Any) -> Any:
        operators.append(answering(plan, {"setup/1-prompt/capacity": [typed, "15000 g"]})(stage))
        return operators[0]

    ran = lab.run(plan, operator=make)
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    (told,) = operators[0].told
    assert problem in told
    answers = [
        event.body["answer"] for event in ran.of("answered") if event.body["id"] == "setup/1-prompt/capacity"
    ]
    assert answers == ["15000 g"]


def test_an_answer_that_must_be_another_one_stops_the_run(lab: Lab, answering: Any) -> None:
    plan = lab.plan(CHECKLIST)
    ran = lab.run(plan, operator=answering(plan, {"setup/1-prompt/level": ["not centred"]}))
    assert ran.outcome.status == "STOPPED"
    assert "the answer is 'not centred', and it must be 'centred'" in ran.outcome.reason


def test_an_inspection_that_finds_something_fails(lab: Lab, answering: Any) -> None:
    plan = lab.plan(CHECKLIST)
    ran = lab.run(plan, operator=answering(plan, {"look/1/found": ["not in order"]}))
    assert ran.outcome.status == "COMPLETED"
    assert ran.result("look/1").verdict == "fail"
    assert ran.record.verdict == "fail"


ANSWERS = """\
language: 1
operator: Wei
confirm: all
answers:
  setup/1-prompt/capacity: 15 kg
  setup/1-prompt/level: centred
"""


def answers_file(folder: Path, text: str) -> FileOperator:
    path = folder / "answers.yaml"
    path.write_text(text, encoding="utf-8")
    return FileOperator(load_answers(path).model, "answers.yaml")


def test_an_answer_that_the_file_lacks_stops_the_run_and_names_it(lab: Lab) -> None:
    operator = answers_file(lab.folder, ANSWERS)
    ran = lab.run(lab.plan(CHECKLIST), operator=lambda _stage: operator)
    assert ran.outcome.status == "STOPPED"
    assert (
        "answers.yaml has no answer to 'look/1/found' (In order?). It is one of: in order, not in order. "
        "Add it under answers." in ran.outcome.reason
    )


def test_an_answer_of_the_file_that_is_not_allowed_stops_the_run(lab: Lab) -> None:
    operator = answers_file(lab.folder, ANSWERS + "  look/1/found: dunno\n")
    ran = lab.run(lab.plan(CHECKLIST), operator=lambda _stage: operator)
    assert ran.outcome.status == "STOPPED"
    assert "'dunno' is not one of: in order, not in order" in ran.outcome.reason


def test_an_answers_file_that_confirms_nothing_stops_at_the_first_prompt(lab: Lab) -> None:
    operator = answers_file(lab.folder, ANSWERS.replace("confirm: all\n", ""))
    with pytest.raises(RunFailed):
        operator.tell("anything")
    ran = lab.run(lab.plan(CHECKLIST), operator=lambda _stage: operator)
    assert "has no answer to 'setup/1-prompt'" in ran.outcome.reason


def test_on_fail_continue_goes_on(lab: Lab, texts: dict[str, str]) -> None:
    ran = lab.run(lab.plan(texts["volts"], station=lab.station(WRONG_GAIN)))
    assert ran.outcome.status == "COMPLETED"
    assert ran.record.verdict == "fail"
    assert not [event for event in ran.of("asked") if str(event.body["id"]).startswith("on-fail")]


def test_on_fail_stop_stops_after_the_test(lab: Lab, texts: dict[str, str]) -> None:
    plan = lab.plan(texts["volts"], ("on_fail: continue", "on_fail: stop"), station=lab.station(WRONG_GAIN))
    ran = lab.run(plan)
    assert ran.outcome.status == "STOPPED"
    assert "dcv: dcv/10V/5V, dcv/10V/10V did not pass, and the policy says stop" in ran.outcome.reason
    assert ran.record.verdict == "fail"
    assert ran.switched_off


def test_on_fail_ask_and_stop(lab: Lab, texts: dict[str, str], answering: Any) -> None:
    plan = lab.plan(texts["volts"], ASKING, station=lab.station(WRONG_GAIN))
    ran = lab.run(plan, operator=answering(plan, {"on-fail/dcv": ["stop"]}))
    assert ran.outcome.status == "STOPPED"
    assert "the operator chose to stop" in ran.outcome.reason


def test_retakes_keep_every_attempt_with_its_own_reason_and_the_last_complete_one_counts(
    lab: Lab, texts: dict[str, str], answering: Any
) -> None:
    plan = lab.plan(texts["volts"], ASKING, station=lab.station(WRONG_GAIN))
    ran = lab.run(
        plan,
        operator=answering(
            plan, {"on-fail/dcv/reason": ["lead was loose", "door was open"], "on-fail/dcv": ["retake"]}
        ),
    )
    # two retakes are allowed; the third time "retake" is no answer, and the run stops
    assert ran.outcome.status == "STOPPED"
    attempts = ran.record.attempts["dcv/10V/10V"]
    assert [one.number for one in attempts] == [1, 2, 3]
    assert [one.counts for one in attempts] == [False, False, True]
    assert [one.reason for one in attempts] == ["", "lead was loose", "door was open"]
    assert all(len(one.readings) == 2 for one in attempts)
    assert ran.record.run.retakes == 4
    result = ran.result("dcv/10V/10V")
    mean = sum((Decimal(raw.value) for raw in attempts[2].readings), Decimal(0)) / 2
    assert result.indication is not None
    assert parse_quantity(result.indication).value == mean
    assert result.attempts == 3


def test_a_retake_that_is_interrupted_leaves_the_earlier_attempt_in_force(
    lab: Lab, texts: dict[str, str], answering: Any
) -> None:
    plan = lab.plan(texts["volts"], ASKING, station=lab.station(WRONG_GAIN))

    def interrupt(_stage: Any) -> Any:
        def listen(event: Any) -> None:
            if event.type == "reading" and event.attempt == 2:
                raise KeyboardInterrupt

        return listen

    ran = lab.run(plan, operator=answering(plan, {"on-fail/dcv": ["retake"]}), listen=interrupt)
    assert ran.outcome.status == "STOPPED"
    first, second = ran.record.attempts["dcv/10V/5V"]
    assert (first.complete, first.counts) == (True, True)
    assert (second.complete, second.counts) == (False, False)
    assert ran.result("dcv/10V/5V").verdict == "fail"


def test_a_retake_of_a_series_takes_all_of_it_again(lab: Lab, texts: dict[str, str], answering: Any) -> None:
    plan = lab.plan(
        texts["scale"],
        (
            "points: [1 kg, 10 kg]",
            "load: 10 kg\n    times: 3\n    evaluate: {value: max(indication) - min(indication), limit: 1 mg}",
        ),
        ("    mpe: 10 g\n", ""),
        ASKING,
        station=lab.station(("gain: 200 ppm", "gain: 200 ppm, repeatability: 10 g")),
    )
    ran = lab.run(plan, operator=answering(plan, {"on-fail/load": ["retake", "continue"]}))
    assert ran.outcome.status == "COMPLETED"
    assert [len(ran.record.attempts[f"load/{number}"]) for number in (1, 2, 3)] == [2, 2, 2]


def test_a_wrong_weight_gives_a_failed_point_and_not_a_crash(lab: Lab, texts: dict[str, str]) -> None:
    wrong = "  mistakes:\n    - {at: load/10kg/place, do: wrong_weight, value: W5k}\n"
    ran = lab.run(lab.plan(texts["scale"], station=lab.station(simulation=wrong)))
    assert ran.outcome.status == "COMPLETED"
    assert (ran.result("load/1kg").verdict, ran.result("load/10kg").verdict) == ("pass", "fail")
    error = ran.result("load/10kg").value
    assert error is not None
    assert abs(parse_quantity(error).value + 5) < Decimal("0.02")


def test_leads_that_are_not_connected_give_failed_points_and_not_a_crash(
    lab: Lab, texts: dict[str, str]
) -> None:
    wrong = "  mistakes:\n    - {at: connect/leads, do: no_connection}\n"
    ran = lab.run(lab.plan(texts["volts"], station=lab.station(simulation=wrong)))
    assert ran.outcome.status == "COMPLETED"
    assert {one.verdict for one in ran.record.results} == {"fail"}
    assert ran.switched_off


SHAKING = ("gain: 200 ppm}", "gain: 200 ppm, vibration: 40 g}")


def test_a_scale_that_never_rests_is_asked_about_and_the_operator_may_stop(
    lab: Lab, texts: dict[str, str], answering: Any
) -> None:
    plan = lab.plan(texts["scale"], station=lab.station(SHAKING))
    ran = lab.run(plan, operator=answering(plan, {"load/1kg/unstable": ["wait again", "stop"]}))
    assert ran.outcome.status == "STOPPED"
    assert (
        "load/1kg: the reading did not stay within 5 g for 3 s in 30 s. The operator chose to stop."
        in ran.outcome.reason
    )
    answers = [event.body["answer"] for event in ran.of("answered") if "unstable" in str(event.body["id"])]
    assert answers == ["wait again", "stop"]
    assert ran.result("load/1kg").verdict == "not_evaluated"
    assert not ran.of("reading")


def test_a_scale_that_never_rests_fails_where_the_procedure_says_so(lab: Lab, texts: dict[str, str]) -> None:
    plan = lab.plan(texts["scale"], ("on_timeout: ask", "on_timeout: stop"), station=lab.station(SHAKING))
    ran = lab.run(plan)
    assert ran.outcome.status == "STOPPED"
    assert "The procedure says stop." in ran.outcome.reason
    assert not ran.of("asked")[1:]


def test_a_model_that_is_not_the_one_of_the_work_order_is_refused(lab: Lab, texts: dict[str, str]) -> None:
    changes = ("#environment", "setup:\n  - identify: {at: each, compare_with: work_order}")
    right = lab.plan(texts["volts"], changes, options=Options(uut={"model": "34401A"}))
    assert lab.run(right).outcome.status == "COMPLETED"
    other = lab.plan(texts["volts"], changes, options=Options(uut={"model": "34410A"}))
    ran = lab.run(other)
    assert ran.outcome.status == "STOPPED"
    assert "34410A" in ran.outcome.reason
    assert not ran.of("applied")


def test_another_serial_number_than_the_one_of_the_work_order_is_refused(
    lab: Lab, texts: dict[str, str]
) -> None:
    plan = lab.plan(texts["scale"], station=lab.station(), options=Options(uut={"serial": "B0815"}))
    ran = lab.run(plan)
    assert ran.outcome.status == "STOPPED"
    assert "serial number B4711 answered, but the work order says B0815" in ran.outcome.reason


def test_a_scale_without_an_interface_is_verified_from_an_answers_file(
    lab: Lab, texts: dict[str, str]
) -> None:
    plan = lab.plan(
        texts["scale"],
        ("points: [1 kg, 10 kg]", "points: [1 kg, 10 kg]\n    zero_between: true"),
        station=lab.station(
            ("{driver: mettler/mtsics, link: {serial: COM4, line: 9600 8N1}}", "{driver: keyboard}"),
            ("    2: {serial: B4711, max: 15 kg, d: 5 g, gain: 200 ppm}\n", ""),
        ),
    )
    text = (
        "language: 1\noperator: Wei\nconfirm: all\n"
        "answers: {load/1kg: 1.000 kg, load/10kg: 10.005 kg, identify/serial: B1}\n"
    )
    operator = answers_file(lab.folder, text)
    ran = lab.run(plan, operator=lambda _stage: operator)
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    asked = [str(event.body["id"]) for event in ran.of("asked")]
    assert len(set(asked)) == len(asked)  # each question has a name of its own
    assert [event.body["text"] for event in ran.of("reading")] == ["1.000 kg", "10.005 kg"]


def test_a_reading_that_flickers_is_not_stable_though_the_scale_says_so(
    lab: Lab, texts: dict[str, str], answering: Any
) -> None:
    # 1 kg stands on the edge between two divisions of 5 g, and the table shakes by less than half a division
    flickering = "gain: 0, zero: 2.5 g, linearity: 0 g, repeatability: 0 g, vibration: 2.4 g}"
    plan = lab.plan(
        texts["scale"],
        ("within: 5 g, for: 3 s, timeout: 30 s", "within: 1 g, for: 3 s, timeout: 6 s"),
        station=lab.station(("gain: 200 ppm}", flickering)),
    )
    ran = lab.run(plan, operator=answering(plan, {"load/1kg/unstable": ["stop"]}))
    replies = [str(event.body["received"]) for event in ran.of("exchange") if event.body.get("sent") == "SI"]
    assert {reply[:3] for reply in replies[-6:]} == {"S S"}
    assert len(set(replies[-6:])) == 2
    assert ran.outcome.status == "STOPPED"
    assert "load/1kg: the reading did not stay within 1 g for 3 s" in ran.outcome.reason
