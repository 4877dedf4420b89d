"""Every word of the page is there in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from calbench.documents.states import State
from calbench.quantities import QuantityError, parse_quantity
from calbench.server.runs.viewmodel import CellState, Outputs
from calbench.server.wording import language_of
from calbench.server.wording.speaking import WORDS
from calbench.server.wording.told import in_chinese, templates

HERE = Path(__file__).parents[3] / "src/calbench/server"


def test_both_languages_fill_in_the_same_values() -> None:
    for key, texts in WORDS.items():
        english, chinese = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in texts)
        assert english == chinese, key


def test_chinese_is_chinese_and_no_word_is_empty() -> None:
    same = {"app", "preview.tur"}
    for key, (english, chinese) in WORDS.items():
        assert english, key
        assert chinese, key
        own = re.sub(r"\{\w+\}", "", english)  # what is not filled in
        if key not in same and key != "nav.language" and re.search(r"[A-Za-z]{3}", own):
            assert re.search(r"[\u4e00-\u9fff]", chinese), key
            assert not re.search(r"[\u4e00-\u9fff]", english), key


def test_every_key_that_is_used_is_there() -> None:
    used = set()
    for path in [*HERE.rglob("*.html"), *HERE.rglob("*.py")]:
        used |= set(re.findall(r"""say\(['"]([a-z][\w.-]*[a-z\w])['"]""", path.read_text(encoding="utf-8")))
    assert used - set(WORDS) == set()


def test_every_state_has_a_word() -> None:
    for state in (*get_args(State), "CRASHED", "SILENT"):
        assert f"state.{state}" in WORDS
        assert f"state.{state}.help" in WORDS
    assert {f"outputs.{one}" for one in get_args(Outputs)} <= set(WORDS)
    assert {f"cell.{one}" for one in get_args(CellState)} <= set(WORDS)


def test_the_language_is_what_was_chosen_else_what_the_browser_accepts() -> None:
    assert language_of("", "zh-CN,zh;q=0.9,en;q=0.8") == "zh"
    assert language_of("en", "zh-CN") == "en"
    assert language_of("", "de-DE,de") == "en"
    assert language_of("xx", "") == "en"


# --- what the program says in English, in Chinese ---

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
    *("planning/parameters.py", "planning/refusal.py", "workflow/resuming.py"),
    *("approval/reviewing.py", "approval/releasing.py"),
)
"""Modules of which every sentence may be shown to an operator; of planning also what `reasons.add` is given."""
NOT_SHOWN = ("The server's terminal says where it is.",)  # to programs
OPEN = {"§Role": "Role", "answered§ by": "answered by", "of § §. Some": "of § is not reviewed. Some"}
"""Parts that may be empty, and otherwise are looked at by themselves."""
SENTENCE = re.compile(r"\S.* \S.*[.?]", re.DOTALL)
LATIN = re.compile(r"[A-Za-z_]{3,}")


def spelled(node: ast.AST) -> list[str] | None:
    """Give every way in which a text of the source can read, with a sign for what is filled in; None for no text."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = [spelled(part) or ["§"] for part in node.values]
        return ["".join(chosen) for chosen in product(*parts)]
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.IfExp):
        return [*(spelled(node.value.body) or ["§"]), *(spelled(node.value.orelse) or ["§"])]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = [spelled(side) or ["§"] for side in (node.left, node.right)]
        return ["".join(chosen) for chosen in product(*sides)]
    return None


def sentences(tree: ast.AST) -> Iterator[str]:
    """Give the texts of a module that are sentences, but for its docstrings."""
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        found = spelled(node) if isinstance(node, ast.Constant | ast.JoinedStr) else None
        if found is not None:
            yield from (text for text in found if id(node) not in skipped and SENTENCE.fullmatch(text))
        else:
            waiting.extend(ast.iter_child_nodes(node))


def reasons(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("reasons.add"):
            yield from spelled(node.args[0]) or []


def test_no_refusal_that_an_operator_meets_lacks_a_chinese_text() -> None:
    engine = HERE.parent
    said = {text for name in LOOKED_AT for text in sentences(ast.parse((engine / name).read_text("utf-8")))}
    for path in (engine / "planning").glob("*.py"):
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
