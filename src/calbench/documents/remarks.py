"""Remarks that a record holds in English, as they were written, and how a certificate says them in Chinese."""

from __future__ import annotations

import re
from typing import Final

BEYOND_FOR_BALLAST: Final = (
    "Beyond this limit ballast may not take the place of weights; that is no fault of the unit."
)
ON_BALLAST: Final = "Its load is ballast in part, for which {names} must pass; it did not. Use more weights."
_CHINESE: Final = {
    BEYOND_FOR_BALLAST: "超出此限时不得用替代载荷代替砝码；这不说明被检器具不合格。",
    ON_BALLAST: "其载荷部分为替代载荷，{names} 须合格而未合格。请使用更多砝码。",
}
_PATTERNS: Final = [
    (re.compile(re.escape(english).replace(r"\{names\}", r"(?P<names>[\w/, -]+?)")), chinese)
    for english, chinese in _CHINESE.items()
]


def in_language(remark: str, language: str) -> str:
    """Give a remark in a language; what has no translation stays as it is."""
    if language != "zh":
        return remark
    for pattern, chinese in _PATTERNS:
        remark = pattern.sub(chinese.replace("{names}", r"\g<names>") if pattern.groups else chinese, remark)
    return remark
