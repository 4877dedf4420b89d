"""What prompts of a point say: the pass that is under way, and what a person is to read and type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from calbench.documents.measurands import LOADED, MEASURANDS
from calbench.documents.plan import Binding, Step
from calbench.documents.point import Point
from calbench.documents.readings import InputPlan

UUT = "uut"
SET_LOAD = {
    "en": "Set the source to {voltage}, {current}, current {angle} behind voltage, {frequency}, on {phases} phase(s). "
    "{loaded}Then type the active power of all phases that it shows.",
    "zh": "请将功率源设置为 {voltage}、{current}、电流滞后电压 {angle}、{frequency}、{phases} 相，"
    "{loaded}然后输入其显示的总有功功率。",
}
"""What a person is told who sets a load."""
ONE_LOADED = {
    "en": "Current flows in phase {loaded} alone; the others have voltage. ",
    "zh": "仅 {loaded} 相通电流，其余各相只加电压，",
}
"""What they are told besides where one phase of three is loaded."""


def named(step: Step, one: InputPlan) -> str:
    """Give the id of the prompt for an input: of its step, and of its own name if it has one."""
    return f"{step.id}/{one.name}" if one.name else step.id


def in_pass(texts: Mapping[str, str], point: Point, step: Step) -> dict[str, str]:
    """Put the name of the pass into a text."""
    name = step.measured_pass
    return {
        language: text.replace("{pass}", point.words.get(language, {}).get(name, name))
        for language, text in texts.items()
    }


def set_load(stimulus: Mapping[str, str]) -> dict[str, str]:
    """Say what a person is to set at a source that takes several quantities together."""
    loaded = stimulus.get("loaded", LOADED[0])
    return {
        language: text.format(**{
            **stimulus,
            "loaded": "" if loaded == LOADED[0] else ONE_LOADED[language].format(loaded=loaded.upper()),
        })
        for language, text in SET_LOAD.items()
    }  # fmt: skip


def only_these(one: InputPlan) -> dict[str, str]:
    """Say which weights are to lie on the pan for an input, and nothing else."""
    return {
        "en": f"Place {lying([*one.ballast, *one.place])} ({one.load}), and nothing else.",
        "zh": f"仅放置 {lying([*one.ballast, *one.place], 'zh')}（{one.load}）。",
    }


def lying(names: Iterable[str], language: str = "en") -> str:
    """Name what is to lie on the pan: weights by their ids, ballast by its number, which is that of its point."""
    called = {"en": "ballast {}", "zh": "替代载荷 {}"}[language]
    return (
        " + ".join(called.format(name.rpartition("/")[2]) if "/" in name else name for name in names)
        or "no weight"
    )


def asked_for(binding: Binding, quantity: str, about: str) -> dict[str, str]:
    """Ask in words for a reading: of which instrument, which quantity, and for what.

    Args:
        binding: who plays the role that is read.
        quantity: as capabilities write it, `voltage.dc`.
        about: the point and pass with the input, or the condition.
    """
    names = {"en": "the unit under test", "zh": "被检器具"}
    if binding.role != UUT:
        own = binding.asset or binding.instrument
        names = {"en": f"{binding.role} ({own})", "zh": f"{binding.role}（{own}）"}
    title = MEASURANDS[quantity].title if quantity in MEASURANDS else {"en": quantity, "zh": quantity}
    return {
        "en": f"What does {names['en']} show? {title['en']}, for {about}",
        "zh": f"{names['zh']}的示值：{title['zh']}（{about}）",
    }
