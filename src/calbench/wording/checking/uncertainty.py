"""Uncertainty, decision and regulation, in procedures and budgets."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    ("{view} has no input '{name}'", "{view}没有输入量“{name}”"),
    ("there is nothing to draw: the test states no uncertainty", "没有可抽样的量：项目没有给出不确定度"),
    ("add uncertainty:, or remove monte_carlo", "请加上 uncertainty:，或删去 monte_carlo"),
    (
        "draws give their own k, and the decision has the coverage rule '{rule}'",
        "抽样自行给出 k，而判定采用包含因子规则“{rule}”",
    ),
    (
        "write coverage_rule: t or auto, or remove monte_carlo",
        "请写 coverage_rule: t 或 auto，或删去 monte_carlo",
    ),
    (
        (
            "'{name}' is {distribution} and correlated by a coefficient, which does not say "
            "how the two are drawn together"
        ),
        "“{name}”为 {distribution} 分布且以系数相关，而系数没有说明两者如何共同抽样",
    ),
    (
        "write what the two have in common as a contribution of its own, or remove monte_carlo",
        "请将两者的共同部分写成单独的分量，或删去 monte_carlo",
    ),
    (
        "write what they have in common as an input of its own, or leave out the method mc",
        "请将其共同部分写成单独的输入量，或去掉方法 mc",
    ),
    (
        "'{key}' has no effect beside 'from': the certificate says it",
        "“{key}”与 'from' 同时出现时不起作用：由证书给出",
    ),
    (
        "a contribution of type A is a standard deviation of readings, and needs std",
        "A 类分量是读数的标准偏差，需要 std",
    ),
    ("write std: …, or type: B", "请写 std: …，或 type: B"),
    ("an expanded uncertainty needs its k", "扩展不确定度需要包含因子 k"),
    ("add k: 2", "请加上 k: 2"),
    ("add k: 2, or what the source says", "请加上 k: 2，或来源所给的值"),
    ("add k: 2, or what the certificate says", "请加上 k: 2，或证书所给的值"),
    ("k belongs to an expanded uncertainty, and there is none", "k 用于扩展不确定度，而此处没有"),
    ("write expanded:, or remove k", "请写 expanded:，或删去 k"),
    ("a half width needs the shape of its distribution", "半宽度需要分布的形状"),
    ("add shape: {any_of}", "请加上 shape: {any_of}"),
    ("a normal distribution has no half width", "正态分布没有半宽度"),
    ("write std:, or expanded: with k:", "请写 std:，或 expanded: 和 k:"),
    (
        "the shape {shape_of} belongs to a half width, and there is none",
        "形状 {shape_of} 用于半宽度，而此处没有",
    ),
    ("write half_width:, or remove the shape", "请写 half_width:，或删去形状"),
    ("'{text}' is not the uncertainty of a role", "“{text}”不是角色的不确定度"),
    ("write {typed}", "请写 {typed}"),
    (
        "role '{role}' gives no reference value in {view}, so it has no uncertainty to give here",
        "角色“{role}”在{view}中不给出参考值，因此此处没有它的不确定度",
    ),
    ("apply a source, place weights, or read a reference", "请施加源、放置砝码或读取参考值"),
    (
        "two contributions are called '{name}' (also line {line}), so they count as one quantity",
        "两个分量都叫“{name}”（另见第 {line} 行），会被当作同一个量",
    ),
    (
        "give another name; or say influence: if they are the same",
        "请换一个名称；若确为同一个量，请写 influence:",
    ),
    (
        "a correlation is two {thing} and a coefficient, and here are {number} parts",
        "相关由两个{thing}和一个系数组成，而此处有 {number} 个部分",
    ),
    (
        "'{one}' and '{other}' are one quantity, which is correlated with itself by definition",
        "“{one}”和“{other}”是同一个量，按定义与自身相关",
    ),
    ("remove this correlation", "请删去此相关"),
    ("the correlation of '{one}' and '{other}' is given twice", "“{one}”和“{other}”的相关给出了两次"),
    ("the coefficient is {text}; it is -1 to 1", "系数为 {text}；应为 -1 至 1"),
    ("check digits and sign", "请检查数字和符号"),
)
