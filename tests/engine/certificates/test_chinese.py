"""A Chinese certificate says in Chinese what the program itself puts into it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from calbench.certificates import Source
from calbench.documents.canonical import canonical
from calbench.workflow import Options, execute, prepare


@pytest.mark.parametrize(
    ("procedure", "serial", "says"),
    [
        ("scale-class3", {"maker": "Example Scales", "model": "ES-15", "serial": "B4711"}, "使用中检查"),
        ("dmm-34401a", {"maker": "HP", "serial": "US36000017"}, "证书 DEMO-2025-0117"),
    ],
)
def test_no_words_of_the_program_are_left_in_english(
    procedure: str, serial: dict[str, str], says: str, tmp_path: Path
):
    record = execute(prepare(procedure, "demo", Options(uut=serial)), tmp_path).record
    page = Source(record, canonical(record), ("en", "zh")).page("zh").decode("utf-8")
    text = re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<(style|script|svg).*?</\1>", " ", page))
    assert says in text
    assert "测试不确定度比，即上下限之间的全宽" in text
    for english in ("in_service", "tolerance span", "span between", ", certificate ", "Risk"):
        assert english not in text
