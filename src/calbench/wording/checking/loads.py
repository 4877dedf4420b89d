"""Tests: frequencies, and what a source is told."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    (
        "{measurand} takes {all_of}; a point has one value, and one frequency if it alternates",
        "{measurand} 需要 {all_of}；而测量点只有一个值，交变量另有一个频率",
    ),
    (
        (
            "say them all, as in with: {voltage: 230 V, current: 5 A, angle: 0 deg, "
            "frequency: 50 Hz, phases: 3}"
        ),
        "请全部写明，如 with: {voltage: 230 V, current: 5 A, angle: 0 deg, frequency: 50 Hz, phases: 3}",
    ),
    ("{view} applies {quantity}, which does not alternate", "{view}施加 {quantity}，它不是交变量"),
    ("{view} reads {quantity}, which does not alternate", "{view}读取 {quantity}，它不是交变量"),
    ("remove it, or take voltage.ac or current.ac", "请将其删去，或改用 voltage.ac 或 current.ac"),
    ("a frequency is greater than zero, and '{text}' is not", "频率须大于零，而“{text}”不是"),
    ("write a frequency, as in 1 kHz", "请写频率，如 1 kHz"),
    (
        "{view} applies {quantity}, and nothing says at which frequency",
        "{view}施加 {quantity}，而没有说明频率",
    ),
    (
        "{view} compares with {quantity}, and nothing says at which frequency",
        "{view}与 {quantity} 比较，而没有说明频率",
    ),
    (
        "add frequency: 1 kHz, to the test or to each of its ranges",
        "请在项目或其每个量程中加上 frequency: 1 kHz",
    ),
    ("the source is told no {missing}", "没有告知源 {missing}"),
    ("the source is told no {missing} and no {other}", "没有告知源 {missing} 和 {other}"),
    ("a load has no '{name}'", "载荷没有“{name}”"),
    ("{measurand} takes no '{name}'", "{measurand} 没有“{name}”"),
    ("vary it: vary: {current: […]}", "请用 vary 变化它：vary: {current: […]}"),
    (
        "'{key}' has no effect beside 'with', which says the load",
        "“{key}”与说明载荷的 'with' 同时出现时不起作用",
    ),
    ("{name} cannot be '{text}'", "{name} 不能为“{text}”"),
    ("phases are 1 or 3, not {value}", "phases 为 1 或 3，而不是 {value}"),
    ("write 1 or 3", "请写 1 或 3"),
    ("an angle needs its unit, and '{text}' has none", "角度需要单位，而“{text}”没有"),
    ("write {text} deg", "请写 {text} deg"),
    ("{measurand} are whole, and '{text}' is {value}", "{measurand} 须为整数，而“{text}”为 {value}"),
    ("write a whole number, as in ceil(…)", "请写整数，如 ceil(…)"),
    ("{name} is above zero, and '{text}' is {value}", "{name} 须大于零，而“{text}”为 {value}"),
    (
        "{view} reads {quantity}, and nothing says with which {name}",
        "{view}读取 {quantity}，而没有说明 {name}",
    ),
    ("add with: {names}, each with its value", "请加上 with: {names}，并各写其值"),
    ("{name} is one value, not a list", "{name} 是一个值，不是列表"),
    ("write one expression", "请写一个表达式"),
    ("what {view} reads takes no '{name}'", "{view}所读取的量没有“{name}”"),
    ("it takes {all_of}", "它可以有 {all_of}"),
)
