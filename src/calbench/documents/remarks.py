"""Remarks that a record holds in English, as they were written, and how a certificate says them in Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

BEYOND_FOR_BALLAST: Final = (
    "Beyond this limit ballast may not take the place of weights; that is no fault of the unit."
)
ON_BALLAST: Final = "Its load is ballast in part, for which {names} must pass; it did not. Use more weights."
OUTSIDE: Final = "Not judged: {name} was {found}, allowed is {allowed}."
RETAKEN: Final = "{name} was {found}, allowed is {allowed}"
RETAKEN_UNKNOWN: Final = "{name} could not be computed: {why}"
"""Why a point was taken again, of each condition that did not hold."""
NOT_COMPUTED: Final = "Not judged: {name} could not be computed: {why}."
RESTS_OUTSIDE: Final = "Not judged: it rests on {names}, measured outside of the conditions."
_CHINESE: Final = {
    BEYOND_FOR_BALLAST: "超出此限时不得用替代载荷代替砝码；这不说明被检器具不合格。",
    ON_BALLAST: "其载荷部分为替代载荷，{names} 须合格而未合格。请使用更多砝码。",
    OUTSIDE: "不作判定：{name}为 {found}，允许范围 {allowed}。",
    NOT_COMPUTED: "不作判定：{name}无法计算：{why}。",
    RETAKEN: "{name}为 {found}，允许范围 {allowed}",
    RETAKEN_UNKNOWN: "{name}无法计算：{why}",
    RESTS_OUTSIDE: "不作判定：其所依据的 {names} 不满足测量条件。",
}
_PLACE: Final = re.compile(r"\\{(\w+)\\}")
_PATTERNS: Final = [
    (
        re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(english)) + r"(?=\s|$)"),
        chinese,
    )  # "3.6" ends no sentence
    for english, chinese in _CHINESE.items()
]


def in_language(remark: str, language: str, names: Mapping[str, str] | None = None) -> str:
    """Give a remark in a language; what has no translation stays as it is.

    `names` are those of operating conditions, from English.
    """
    if language != "zh":
        return remark
    for pattern, chinese in _PATTERNS:
        remark = pattern.sub(lambda found, text=chinese: _filled(text, found, names or {}), remark)  # type: ignore[misc] # bound now
    return remark


def _filled(text: str, found: re.Match[str], names: Mapping[str, str]) -> str:
    filled = found.groupdict()
    if "name" in filled:
        filled["name"] = names.get(filled["name"], filled["name"])
    return text.format(**filled)
