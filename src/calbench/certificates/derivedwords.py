"""What a certificate says of results that follow from others, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

DERIVED_WORDS: Mapping[str, Mapping[Literal["en", "zh"], str]] = {
    "derived.says": {
        "en": "Not measured by itself; follows from the results of “{of}”: {value}.",
        "zh": "本项不单独测量，由“{of}”的结果计算：{value}。",
    },
    "derived.all": {"en": "all points", "zh": "全部测量点"},
    "derived.decided": {
        "en": "Results that follow from others have no U; they are decided by simple acceptance, without it.",
        "zh": "由其他结果计算得出的结果不给出 U，不计 U，按简单接受判定。",
    },
}
