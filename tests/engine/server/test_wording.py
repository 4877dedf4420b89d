"""Every word of the page is there in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import get_args

from calbench.documents.states import State
from calbench.server.runs.viewmodel import CellState, Outputs
from calbench.server.wording import language_of
from calbench.server.wording.speaking import WORDS

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
