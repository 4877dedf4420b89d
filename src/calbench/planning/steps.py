"""Steps: the flat order of work: setup, then the tests grouped by connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calbench.documents.measurands import MEASURANDS
from calbench.documents.plan import Step, TestPlan
from calbench.documents.point import Point
from calbench.documents.procedure import Procedure, SetupStep
from calbench.documents.sharing import SharingPlan
from calbench.planning import substitution
from calbench.planning.expansion import fill, scope_of
from calbench.planning.limits import quantity
from calbench.planning.points import Setting
from calbench.planning.questions import questions
from calbench.planning.refusal import Reasons
from calbench.planning.seating import UUT
from calbench.quantities import parse_quantity

PROMPT_SECONDS = 30
READING_SECONDS = 5


def setup_steps(
    procedure: Procedure, setting: Setting, reasons: Reasons, *, each: bool = False
) -> list[Step]:
    """Give the steps of `setup`, in the order of the file; a reason for each that cannot be done.

    `each`: there are several units, so say which steps are done for each of them.
    """
    steps = [
        step_of(f"setup/{number}", step, setting, reasons)
        for number, step in enumerate(procedure.setup, start=1)
    ]
    if not each:
        return steps
    return [
        one.model_copy(update={"each": _is_each(authored)})
        for one, authored in zip(steps, procedure.setup, strict=True)
    ]


def _is_each(step: SetupStep) -> bool:
    """Tell whether a step is done for each unit: what concerns the unit alone always is."""
    if step.identify is not None or step.preload is not None:
        return True
    if step.configure is not None:
        return step.configure.role == UUT or step.configure.at == "each"
    return step.prompt is not None and step.prompt.at == "each"


def measuring_steps(tests: Sequence[TestPlan], points: Mapping[str, Point]) -> list[Step]:
    """Give a `connect` step at each change of connection, and a `measure` step for each point and pass.

    The first pass goes through the points as they stand, each further pass the other way round.
    """
    steps: list[Step] = []
    connected = ""
    for test in tests:
        if test.connection and test.connection != connected:
            connected = test.connection
            steps.append(Step(id=f"connect/{connected}", kind="connect", connection=connected))
        own = [points[name] for name in test.points if name in points]
        passes = own[0].passes if own else []
        for number, name in enumerate(passes):
            for point in own if number % 2 == 0 else reversed(own):
                suffix = "" if len(passes) == 1 else f"/{name}"
                steps.append(
                    Step(id=f"{point.id}{suffix}", kind="measure", point=point.id, measured_pass=name)
                )
    return steps


def grouped(tests: list[TestPlan]) -> list[TestPlan]:
    """Bring tests of one connection together; otherwise the order of the file stays."""
    first = {test.connection: index for index, test in reversed(list(enumerate(tests))) if test.connection}
    leads = {test.id: test.connection for test in tests}  # what is derived stays behind what it follows from
    order = {
        id(test): first.get(test.connection or leads.get(test.of, ""), index)
        for index, test in enumerate(tests)
    }
    return sorted(tests, key=lambda test: order[id(test)])


def estimate(
    steps: Sequence[Step],
    points: Mapping[str, Point],
    sharing: SharingPlan | None = None,
    units: int = 1,
) -> int:
    """Estimate the time in seconds: waits as stated, 30 s for each prompt, and the time of each reading.

    There is one person for all units; how often the rest takes its time depends on how they share the standards.
    """
    total = 0.0
    in_turn = units if sharing is not None and sharing.mode == "one_at_a_time" else 1
    for step in steps:
        total += float(step.seconds)
        if step.kind in ("connect", "prompt"):
            times = in_turn if step.kind == "connect" else units if step.each else 1
            total += times * PROMPT_SECONDS * max(1, len(step.questions))
        if step.kind == "measure":
            point = points[step.point]
            total += in_turn * _measuring_seconds(point) + units * _asking_seconds(point)
    return round(total)


def _measuring_seconds(point: Point) -> float:
    settle = float(parse_quantity(point.settle).value) if point.settle else 0.0
    stable = float(parse_quantity(point.stable.seconds).value) if point.stable else 0.0
    for one in point.inputs:
        settle += float(parse_quantity(one.settle).value) if one.settle else 0.0
        stable += float(parse_quantity(one.stable.seconds).value) if one.stable else 0.0
    timed = sum(one.readings for one in point.reads if "seconds" in MEASURANDS[one.read].told)
    told = float(parse_quantity(point.told["seconds"]).value) if "seconds" in point.told else 0.0
    return settle + stable + timed * told + _pulsing(point) + READING_SECONDS * point.readings


def _pulsing(point: Point) -> float:
    """Give how long pulses go on: those of a register with coarse steps may take hours."""
    if point.apply != "pulses":
        return 0.0
    number, rate = (parse_quantity(point.stimulus[name]).value for name in ("value", "frequency"))
    return float(number / rate)


def _asking_seconds(point: Point) -> float:
    own = PROMPT_SECONDS if point.prompt or point.place_role or point.questions else 0
    return own + PROMPT_SECONDS * sum(bool(one.prompt or one.place_role) for one in point.inputs)


def step_of(prefix: str, step: SetupStep, setting: Setting, reasons: Reasons) -> Step:
    """Give a step of `setup` or `adjust`, named after its prefix; a connection after itself, as everywhere."""
    texts = {"position": setting.position}
    if step.identify is not None:
        return Step(
            id=f"{prefix}-identify", kind="identify", role=UUT, compare_with=step.identify.compare_with or ""
        )
    if step.warm_up is not None:
        longest = max(parse_quantity(text).value for text in step.warm_up.values())
        return Step(id=f"{prefix}-warm-up", kind="warm_up", seconds=str(longest), settings=dict(step.warm_up))
    if step.configure is not None:
        settings = {name: _setting(text, setting) for name, text in step.configure.settings.items()}
        return Step(id=f"{prefix}-configure", kind="configure", role=step.configure.role, settings=settings)
    if step.prompt is not None:
        return Step(
            id=f"{prefix}-prompt",
            kind="prompt",
            title=fill(step.prompt.title or {}, texts),
            text=fill(step.prompt.text, texts),
            picture=step.prompt.picture,
            questions=questions(step.prompt.ask, f"{prefix}-prompt", setting.words),
        )
    return _by_hand(prefix, step, setting, reasons)


def _by_hand(prefix: str, step: SetupStep, setting: Setting, reasons: Reasons) -> Step:
    if step.connect is not None:
        return Step(id=f"connect/{step.connect}", kind="connect", connection=step.connect)
    if step.preload is not None:
        return _preload(prefix, step, setting, reasons)
    return Step(id=f"{prefix}-wait", kind="wait", seconds=str(parse_quantity(step.wait or "0 s").value))


def _preload(prefix: str, step: SetupStep, setting: Setting, reasons: Reasons) -> Step:
    preload = step.preload
    if preload is None:
        raise ValueError("not a preload step")
    load = quantity(preload.load, scope_of(setting.parameters))
    sets = [one for one in setting.bound.values() if "standard.mass" in one.role.needs and one.assets]
    made = substitution.made_up(sets[0], load, setting) if sets else None
    if sets and made is None:
        reasons.add(f"{prefix}-preload: {substitution.lacks(sets[0], load, setting)}.")
    return Step(
        id=f"{prefix}-preload",
        kind="preload",
        role=UUT,
        load=load.text(),
        place=[] if made is None else [*made.ballast, *made.place],
        times=preload.times,
    )


def _setting(text: str, setting: Setting) -> str:
    if not text.startswith("$"):
        return text
    return str(setting.parameters[text[1:]])
