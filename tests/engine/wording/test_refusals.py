"""What an operator may be told by the program has a Chinese text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.wording.spelled import LATIN, sentences, spelled

from calbench.quantities import QuantityError, parse_quantity
from calbench.wording.telling import in_chinese, templates

ENGINE = Path(__file__).parents[3] / "src/calbench"

LOOKED_AT = (
    *("execution/controlling.py", "control/channel.py", "workflow/clearing.py", "traceability/validity.py"),
    *(f"execution/prompts/{name}.py" for name in ("open", "remote", "allowing")),
    *(
        f"server/runs/{name}.py"
        for name in ("launching", "commanding", "choosing", "catalogue", "recovering")
    ),
    *(
        "server/releasing/files.py",
        "server/releasing/zipping.py",
        "server/views/units.py",
        "server/failing.py",
    ),
    *("library.py", "workflow/comparing.py", "authoring/copying.py"),
    *("planning/parameters.py", "planning/refusal.py", "workflow/resuming.py"),
    *("approval/reviewing.py", "approval/releasing.py"),
)
"""Modules of which every sentence may be shown to an operator; of planning also what `reasons.add` is given."""
NOT_SHOWN = ("The server's terminal says where it is.",)  # to programs
OPEN = {"§Role": "Role", "answered§ by": "answered by", "of § §. Some": "of § is not reviewed. Some"}
"""Parts that may be empty, and otherwise are looked at by themselves."""


def reasons(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("reasons.add"):
            yield from spelled(node.args[0]) or []


def test_no_refusal_that_an_operator_meets_lacks_a_chinese_text() -> None:
    said = {text for name in LOOKED_AT for text in sentences(ast.parse((ENGINE / name).read_text("utf-8")))}
    for path in (ENGINE / "planning").glob("*.py"):
        said |= set(reasons(ast.parse(path.read_text("utf-8"))))
    meant = {word for _, chinese in templates() for word in LATIN.findall(chinese)}
    english = {
        text: left
        for text in said
        if text not in NOT_SHOWN
        for left in [
            set(LATIN.findall(in_chinese(re.sub("|".join(OPEN), lambda one: OPEN[one[0]], text)))) - meant
        ]
        if left
    }
    assert english == {}


@pytest.mark.parametrize("typed", ["three", "5 Vx", "1 2", "1e", "1e99999 V", "1." + "0" * 60 + " V"])
def test_what_is_wrong_with_a_typed_quantity_is_told_in_chinese(typed: str) -> None:
    with pytest.raises(QuantityError) as told:
        parse_quantity(typed)
    said = in_chinese(f"'{typed}' is not a number in V: {told.value}.")
    assert said.startswith(f"“{typed}”不是以 V 为单位的数值：")
    assert not re.search(r"\b(is|no|of|write|the|has)\b", said), said


def test_what_is_wrong_with_an_expression_is_told_within_a_refusal() -> None:
    error = "'a' is neither a name in scope nor a unit; names in scope: b, c; or a unit such as mV"
    assert in_chinese(f"dcv/1: its limit cannot be computed: {error}.") == (
        "dcv/1：其允差无法计算：“a”既不是可用的名称，也不是单位；可用的名称：b, c；或写单位，如 mV。"
    )
    with pytest.raises(QuantityError) as told:
        parse_quantity("1 V") + parse_quantity("1 A")
    assert in_chinese(str(told.value)) == "1 V 和 1 A 不能相加：电压（V）与电流（A）不同"


def test_a_message_within_a_message_is_told_too_and_what_nobody_wrote_stays() -> None:
    due = (
        "W1 was due for calibration on 2025-01-01 and it is 2026-01-05: "
        "have it calibrated and enter the new certificate."
    )
    assert in_chinese(f"Position 2: Role 'weights': {due}") == (
        "工位 2：角色“weights”：W1 的校准已于 2025-01-01 到期，今天是 2026-01-05：请送校并录入新证书。"
    )
    assert (
        in_chinese("Parameter 'e': '5 V' is not a quantity in g.") == "参数“e”：“5 V”不是以 g 为单位的量值。"
    )
    assert (
        in_chinese("It is ending already: Stopped by A. Berg: too hot.")
        == "已在结束：由 A. Berg 停止：too hot。"
    )
    assert in_chinese("Something new.\n  dcv/1  3.0") == "Something new.\n  dcv/1  3.0"


def test_templates_fill_in_the_same_values_in_both_languages() -> None:
    for english, chinese in templates():
        assert set(re.findall(r"\{(\w+)\}", chinese)) == set(re.findall(r"\{(\w+)\}", english)), english
