"""What a person is asked to do with small weights and the tare of a scale, beside putting loads on it."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.documents.prompt import Ask
from calbench.documents.readings import InputPlan

Texts = Mapping[str, str]

_TARE = {"en": "Tare the instrument with what lies on it.", "zh": "带当前载荷去皮。"}
_BESIDE = {"en": "Put {size} of small weights down beside the load.", "zh": "在载荷旁再放置 {size} 小砝码。"}
_COUNTED = {
    "added": {
        "en": "Add weights of {size} one by one until the indication steps up. Then type what was added together.",
        "zh": "逐个加放 {size} 的小砝码，直至示值明显跳变一个分度，然后输入所加小砝码的总和。",
    },
    "removed": {
        "en": "Take weights of {size} off one by one until the indication steps down. "
        "Then type what was taken off together, also where all came off and it did not step.",
        "zh": "逐个取下 {size} 的小砝码，直至示值明显减少一个分度，然后输入所取下小砝码的总和；"
        "若全部取下后示值仍未跳变，也输入其总和。",
    },
}


def taring(name: str) -> Ask:
    """Give the prompt to tare; `name` is that of the reading."""
    return Ask(id=f"{name}/tare", kind="confirm", text=_TARE, key="tare")


def laying(name: str, one: InputPlan, said: Texts) -> Ask:
    """Give the prompt to put small weights down beside the load; `said` is what the procedure says of it."""
    return Ask(
        id=f"{name}/beside",
        kind="confirm",
        title=dict(said),
        text=_sized(_BESIDE, one.beside or ""),
        picture=one.picture,
        small={"beside": one.beside or ""},
    )


def counting(name: str, one: InputPlan, said: Texts) -> Ask:
    """Give the prompt to add or take off small weights until the indication steps, and to type their sum."""
    ((way, size),) = one.counted.items()
    return Ask(
        id=name,
        kind="number",
        title=dict(said),
        text=_sized(_COUNTED[way], size),
        picture=one.picture,
        unit="kg",
        small=one.counted,
    )


def _sized(texts: Texts, size: str) -> dict[str, str]:
    return {language: text.replace("{size}", size) for language, text in texts.items()}
