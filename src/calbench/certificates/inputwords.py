"""What a certificate says of the readings that results are computed from, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

INPUT_WORDS: Mapping[str, Mapping[Literal["en", "zh"], str]] = {
    "inputs.says": {
        "en": "Computed from these means of the readings, certified corrections of the standards included: {inputs}.",
        "zh": "结果由下列各读数的平均值（已计入标准器证书修正值）计算：{inputs}。",
    },
    "inputs.one": {"en": "{name}: {quantity} ({of})", "zh": "{name}：{quantity}（{of}）"},
    "inputs.uut": {"en": "item under test", "zh": "被测器具"},
}
