"""What a certificate says of formulas, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

FORMULA_WORDS: Mapping[str, Mapping[Literal["en", "zh"], str]] = {
    "formulas": {"en": "Annex: formulas", "zh": "附录：计算公式"},
    "formula": {"en": "Formula", "zh": "公式"},
    "formula.text": {"en": "Is", "zh": "表达式"},
    "formula.holds": {"en": "Holds for", "zh": "适用范围"},
    "formula.source": {"en": "Source", "zh": "来源"},
    "formula.from": {"en": "{source} (from {origin})", "zh": "{source}（载于 {origin}）"},
    "formula.used": {"en": "{test}: {what} = {text}", "zh": "{test}：{what} = {text}"},
    "formula.indication": {"en": "indication", "zh": "示值"},
    "formula.reference": {"en": "reference value", "zh": "参考值"},
    "formula.model": {"en": "error", "zh": "误差"},
    "formula.value": {"en": "value", "zh": "结果"},
}
