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
    assert re.search(r"规则 “[^”]+”（[a-z0-9_]+），第 1 版", text)
    assert re.search(r"(?<![（a-z])(guarded|simple|jjf1094)(?![）a-z_])", text) is None
    for english in ("in_use", "tolerance span", "span between", ", certificate ", "Risk"):
        assert english not in text


def test_sources_with_drift_and_between_two_values_are_said_in_chinese():
    from calbench.certificates.budgets import _source

    drift = "REF-0017, drift of 2 ppm * out per year, 51 days after 2025-11-17 (certificate DEMO-2025-0117)"
    line = "REF-0017, certificate DEMO-2025-0117, on the line between 1 kOhm and 10 kOhm"
    assert (
        _source(drift, "zh")
        == "REF-0017，漂移每年 2 ppm * out，自 2025-11-17 起 51 天（证书 DEMO-2025-0117）"
    )
    assert _source(line, "zh") == "REF-0017，证书 DEMO-2025-0117，在 1 kOhm 与 10 kOhm 之间线性内插"
    assert _source(f"{line}, 1 kHz; {line}", "zh").count("之间线性内插") == 2
    assert [_source(one, "en") for one in (drift, line)] == [drift, line]
