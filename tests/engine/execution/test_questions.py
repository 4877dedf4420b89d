"""Checklists, plausible numbers, prompts for each unit: from the procedure to plan, journal and record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from calbench.authoring.loading import load_answers
from calbench.certificates.numbered import tested as results_of
from calbench.documents.plan import Plan, Step
from calbench.documents.prompt import Ask
from calbench.errors import RunFailed
from calbench.execution.prompts.answering import FileOperator

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab

LOOK = """\
procedure: A look
id: a-look
version: 1.0.0
language: 1
words: {zh: {Earth: 接地, Guard: 屏蔽}}
roles:
  uut: {needs: [measure.voltage.dc]}
setup:
  - prompt:
      at: each
      text: Before anything is measured
      ask:
        - {name: safe, question: Is it safe?, answers: {checklist: [Earth, Guard]}}
        - {name: supply, question: Supply, answers: number, unit: V, plausible: {min: 207 V, max: 253 V}}
tests:
  - test: look
    ask:
      - {name: seen, question: Seen?, answers: {checklist: [Earth, Guard]}, optional: true}
      - {name: found, question: In order?, answers: [in order, not in order], must_be: in order}
"""


def file_of(folder: Path, text: str) -> FileOperator:
    path = folder / "answers.yaml"
    path.write_text(text, encoding="utf-8")
    return FileOperator(load_answers(path).model, "answers.yaml")


def test_a_checklist_is_planned_asked_ticked_and_printed(lab: Lab) -> None:
    plan = lab.plan(LOOK)
    (prompt,) = [step for step in plan.steps if step.kind == "prompt"]
    assert (prompt.kind, prompt.questions[0].kind, prompt.questions[0].choices) == (
        "prompt",
        "checklist",
        ["Earth", "Guard"],
    )
    ran = lab.run(plan)  # the simulated operator ticks all, and says what is plausible
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    answers = {str(one.body["id"]): one.body["answer"] for one in ran.of("answered")}
    assert answers["setup/1-prompt/safe"] == "Earth\nGuard"
    assert answers["setup/1-prompt/supply"] == "207 V"
    (result,) = ran.record.results
    assert (result.verdict, result.answer) == ("pass", "Earth; Guard; in order")
    (zh,) = results_of(ran.record, "zh")
    assert zh.results[0].answer == "接地; 屏蔽; in order"


def test_a_file_answers_a_checklist_and_must_say_that_it_means_what_is_not_plausible(lab: Lab) -> None:
    plan = lab.plan(LOOK)
    text = (
        "language: 1\nconfirm: all\noperator: Wei\nanswers:\n  setup/1-prompt/safe: all\n"
        "  setup/1-prompt/supply: 110 V\n  look/1/found: in order\n"
    )
    refused = file_of(lab.folder, text)
    ran = lab.run(plan, operator=lambda _stage: refused)
    assert ran.outcome.status == "STOPPED"
    assert "or name setup/1-prompt/supply under confirmed" in ran.outcome.reason
    meant = file_of(lab.folder, text + "confirmed: [setup/1-prompt/supply]\n")
    ran = lab.run(plan, operator=lambda _stage: meant)
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    assert [one.body["answer"] for one in ran.of("doubted")] == ["110 V"]
    (confirmed,) = [one.body for one in ran.of("answered") if one.body.get("confirmed")]
    assert (confirmed["id"], confirmed["by"]) == ("setup/1-prompt/supply", "Wei")


def test_a_file_answers_each_position_before_all(tmp_path: Path) -> None:
    text = 'language: 1\nanswers: {"2: identify/serial": B2, identify/serial: B1}\n'
    operator = file_of(tmp_path, text)
    ask = Ask(id="identify/serial", kind="text", text={"en": "Serial"})
    answers = [operator.answer(ask.model_copy(update={"unit_position": one})) for one in ("", "1", "2")]
    assert answers == ["B1", "B1", "B2"]
    with pytest.raises(RunFailed, match="no answer"):
        operator.answer(Ask(id="other", kind="text", text={"en": "Other"}))


def test_a_plan_of_before_keeps_its_bytes(lab: Lab, texts: dict[str, str]) -> None:
    plan = lab.plan(texts["volts"])
    stored = plan.model_dump_json()
    for later in ("plausible_minimum", '"each"', '"prompts"', '"picture":"'):
        assert later not in stored
    assert Plan.model_validate_json(stored) == plan
    assert Step(id="a", kind="prompt", each=True).model_dump()["each"] is True


@pytest.mark.parametrize("answer", ["a\x1b[2Jb", "a\x00b", "\u202eabc"])
def test_an_answer_is_text_that_can_be_seen(answer: str) -> None:
    from calbench.execution.prompts.allowing import refused

    ask = Ask(id="note", kind="text", text={"en": "Note"})
    assert "nobody can see" in (refused(ask, answer) or "")
    assert refused(ask, "两行\n第二行\tok") is None
