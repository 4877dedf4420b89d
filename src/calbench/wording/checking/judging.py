"""Tests: what is judged, what follows from another test, and conditions."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    ("a limit needs lower, upper or both", "允差需要 lower、upper 或两者"),
    ("write {lower: …, upper: …}", "请写 {lower: …, upper: …}"),
    ("{view} evaluates, and there is no limit to judge by", "{view}有 evaluate，而没有可供判定的允差"),
    (
        "add limit: …; a test without a limit needs no evaluate:",
        "请加上 limit: …；没有允差的项目不需要 evaluate:",
    ),
    ("'{text}' is no difference of two values that {view} reads", "“{text}”不是{view}所读两个值之差"),
    ("write error, or a value such as max(error)", "请写 error，或如 max(error) 的值"),
    (
        "'{text}' gives a value for each point, and of a point only its error is judged",
        "“{text}”对每个测量点给出一个值，而对单点只判定其误差",
    ),
    (
        "write error and say with model: what the error is; or make one value of it, as in max(…)",
        "请写 error，并用 model: 说明误差是什么；或将其合为一个值，如 max(…)",
    ),
    ("'{text}' gives a value for each point", "“{text}”对每个测量点给出一个值"),
    ("make one value of it, as in max(error) - min(error)", "请将其合为一个值，如 max(error) - min(error)"),
    ("'{text}' says of each point whether it holds", "“{text}”对每个测量点说明是否成立"),
    ("count how often, as in count(error > 1 g)", "请计算次数，如 count(error > 1 g)"),
    ("write a difference, or count(…) of a condition", "请写差值，或条件的 count(…)"),
    (
        "{view} follows from no other test, so there is nothing to go across",
        "{view}不由其他项目得出，因此没有可供 across 的测量点",
    ),
    ("add of: TEST, or remove it", "请加上 of: TEST，或将其删去"),
    ("{view} follows from {of}, and nothing says how", "{view}由 {of} 得出，而没有说明如何得出"),
    ("add evaluate: {value: …, limit: …}", "请加上 evaluate: {value: …, limit: …}"),
    (
        "{view} follows from another test and measures nothing, so '{key}' has no effect",
        "{view}由其他项目得出，不作测量，因此“{key}”不起作用",
    ),
    ("allowed are {all_of}", "允许的有 {all_of}"),
    ("'{name}' itself follows from {of}", "“{name}”本身由 {of} 得出"),
    (
        "'{name}' asks questions, and measures nothing that could be evaluated",
        "“{name}”是提问，没有可供评定的测量",
    ),
    ("the points of {view} have no label '{label}'", "{view}的测量点没有标签“{label}”"),
    (
        "'{name}' could mean the test {test}, or the points of this label",
        "“{name}”可能指项目 {test}，也可能指此标签的测量点",
    ),
    ("rename the test or the label's value", "请给项目或标签的值改名"),
    ("{view} measures nothing whose conditions could be looked at", "{view}不作测量，没有可检查的条件"),
    ("remove it, or make a test of it that measures", "请将其删去，或改为作测量的项目"),
    ("there are no conditions", "没有条件"),
    ("write one, or remove it", "请写一个条件，或将其删去"),
    ("there is already a condition '{name}'", "已有条件“{name}”"),
    ("a condition needs from, to or both", "条件需要 from、to 或两者"),
    ("say where it may lie, as in {to: 1 K}", "请说明允许的范围，如 {to: 1 K}"),
    ("a condition is one quantity, and '{text}' gives {shape}", "条件只能是一个量，而“{text}”给出{shape}"),
    (
        "compute one value, as in max(…), and say with from and to where it may lie",
        "请计算一个值，如 max(…)，并用 from 和 to 说明允许的范围",
    ),
    (
        "from, {low}, is above to, {high}, so that nothing is allowed",
        "from（{low}）大于 to（{high}），因此没有允许的值",
    ),
)
