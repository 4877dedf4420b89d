"""Tests: points, loads, inputs, what is applied and read, values and tables."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    ("write 'use: FILE' instead of 'test:', or remove it", "请写 'use: FILE' 代替 'test:'，或将其删去"),
    (
        "'with' gives parameters to a sub-procedure, and there is none",
        "'with' 给子程序传递参数，而此处没有子程序",
    ),
    ("there is already a test '{name}' (line {line})", "已有项目“{name}”（第 {line} 行）"),
    ("give it another id", "请换一个标识"),
    (
        "{view} asks questions, so it measures nothing and cannot have {any_of}",
        "{view}是提问，不作测量，因此不能有 {any_of}",
    ),
    ("make two tests of it", "请将其分为两个项目"),
    ("{view} reads nothing and asks nothing", "{view}既不读数也不提问"),
    ("add read:, inputs:, ask: or of:", "请加上 read:、inputs:、ask: 或 of:"),
    ("there are no points", "没有测量点"),
    ("write them, as in [0 V, 5 V, 10 V]", "请写出测量点，如 [0 V, 5 V, 10 V]"),
    ("judge_on is rounded, and nothing says how to round", "judge_on 为 rounded，而没有说明如何修约"),
    ("add rounding: {interval: …}", "请加上 rounding: {interval: …}"),
    ("from {low} is not below to {high}", "from {low} 不小于 to {high}"),
    ("write shares of the limit, as in {from: 0.8, to: 1.2}", "请写允差的份额，如 {from: 0.8, to: 1.2}"),
    ("{view} has no readings of one pass of which there could be more", "{view}没有可以增加次数的单行程读数"),
    (
        "input {input} is read before the source is set, and cannot be read again after that",
        "输入量 {input} 在设定源之前读取，之后不能再读",
    ),
    ("remove it, or before_apply", "请将其删去，或删去 before_apply"),
    (
        "enclosed is for the pressure that a source put out, and for inputs; {view} lacks one of them",
        "enclosed 用于源所输出的压力和输入量；{view}缺少其中之一",
    ),
    ("apply a pressure and read inputs, or remove it", "请施加压力并读取输入量，或将其删去"),
    (
        "the reading of the unit under test cannot be the reference it is compared with",
        "被测设备的读数不能作为与其自身比较的参考值",
    ),
    ("read a standard, or remove reading_is", "请读取标准器，或删去 reading_is"),
    ("'{key}' has no effect beside 'use'", "“{key}”与 'use' 同时出现时不起作用"),
    (
        "only 'with' and 'controls' stand beside 'use'; the rest is in the sub-procedure",
        "与 'use' 同时只能有 'with' 和 'controls'；其余写在子程序中",
    ),
    (
        "each range of {view} has its own {thing}, so '{key}' would have no effect",
        "{view}的每个量程有各自的{thing}，因此“{key}”不起作用",
    ),
    ("remove it, or write points: instead of ranges:", "请将其删去，或用 points: 代替 ranges:"),
    (
        "{view} has both evaluate and mpe: it can have one limit only",
        "{view}同时有 evaluate 和 mpe：只能有一个允差",
    ),
    ("remove mpe or evaluate", "请删去 mpe 或 evaluate"),
    (
        "role '{role}' does not need {needed}, so it may be played by something without it",
        "角色“{role}”没有要求 {needed}，因此可能由不具备它的仪器担任",
    ),
    ("add {needed} to its needs", "请在其 needs 中加上 {needed}"),
    (
        "{view} applies {applied} and reads {quantity}, which cannot be compared",
        "{view}施加 {applied} 而读取 {quantity}，两者不能比较",
    ),
    ("apply what is read", "请施加所读取的量"),
    (
        "role '{role}' does not need standard.mass, so it has no weights",
        "角色“{role}”没有要求 standard.mass，因此没有砝码",
    ),
    (
        "role '{role}' does not need standard.mass, so it has no weights to substitute",
        "角色“{role}”没有要求 standard.mass，因此没有可替代的砝码",
    ),
    ("add standard.mass to its needs", "请在其 needs 中加上 standard.mass"),
    (
        "test '{name}' has no input that is read of ballast, so it does not find what that weighs",
        "项目“{name}”没有在替代载荷上读取的输入量，因此不能确定其质量",
    ),
    ("add substituted: true to the input that is", "请在相应的输入量中加上 substituted: true"),
    ("weights are placed, and {view} reads {quantity}", "放置了砝码，而{view}读取 {quantity}"),
    ("read a mass, or remove place", "请读取质量，或删去 place"),
    ("{view} both places weights and applies a quantity", "{view}既放置砝码又施加量"),
)
