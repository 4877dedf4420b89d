"""What a certificate says of the conditions that the procedure sets for its points, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

OPERATING_WORDS: Mapping[str, Mapping[Literal["en", "zh"], str]] = {
    "operating": {"en": "Condition", "zh": "测量条件"},
    "operating.found": {"en": "Found", "zh": "实际值"},
    "operating.allowed": {"en": "Allowed", "zh": "允许范围"},
    "operating.holds": {"en": "Held", "zh": "满足"},
    "operating.held": {"en": "yes", "zh": "是"},
    "operating.missed": {"en": "no", "zh": "否"},
    "operating.says": {
        "en": "Measured outside of the conditions of the procedure, and not judged for that: no. {numbers}.",
        "zh": "下列序号的测量不满足测量条件，不作判定：{numbers}。",
    },
}
