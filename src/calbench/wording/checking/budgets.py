"""Budgets."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    ("{number} reading cannot show a spread", "{number} 个读数不能给出分散性"),
    ("{number} readings cannot show a spread", "{number} 个读数不能给出分散性"),
    ("take two or more, or write value: with u:", "请取两个以上，或写 value: 和 u:"),
    (
        "readings have their own uncertainty, and '{key}' is one too many",
        "读数有自己的不确定度，“{key}”是多余的",
    ),
    ("give it as an input of its own", "请将其作为单独的输入量"),
    ("an input with a value needs one of {any_of}", "给出值的输入量需要 {any_of} 之一"),
    ("add one of them; for a constant write {text}", "请加上其中之一；常数请写 {text}"),
    (
        "{key} belongs to the shape {shape_of}, and the shape is {other}",
        "{key} 用于形状 {shape_of}，而此处的形状为 {other}",
    ),
    ("write shape: {shape_of}, or remove {key}", "请写 shape: {shape_of}，或删去 {key}"),
    ("{key} is {text}; it is a share from 0 to 1", "{key} 为 {text}；应为 0 至 1 的份额"),
    ("write a share, as in 0.5", "请写份额，如 0.5"),
    ("readings have their own degrees of freedom, n - 1", "读数有自己的自由度 n - 1"),
    ("remove dof", "请删去 dof"),
    ("dof is {dof}; an uncertainty has 1 or more", "dof 为 {dof}；不确定度的自由度不小于 1"),
    ("write 1 or more; without dof they are infinite", "请写 1 或更多；不写 dof 则为无穷大"),
    (
        "'{name}' has the id of '{other}', so it is the same quantity, and says something else",
        "“{name}”与“{other}”的 id 相同，因此是同一个量，但内容不同",
    ),
    ("give it another id, or write the same value and uncertainty", "请换一个 id，或写同样的值和不确定度"),
    (
        "'{name}' is an input and an output, and can be only one of them",
        "“{name}”既是输入量又是输出量，只能是其中之一",
    ),
    ("give the output another name", "请给输出量换一个名称"),
    ("write what the result is computed from", "请写由什么计算结果"),
    (
        "'{name}' is an input here and also a unit, so this could mean two things",
        "“{name}”在此处是输入量，也是单位，因此有两种含义",
    ),
    (
        "write * between number and input, or call the input otherwise than '{name}'",
        "请在数与输入量之间写 *，或给输入量换一个不同于“{name}”的名称",
    ),
    ("at the values of the inputs, {message}", "按输入量的值：{message}"),
    ("check the values of the inputs, or restate the model", "请检查输入量的值，或改写模型"),
    ("no method is named", "没有给出方法"),
    ("write gum, mc or both", "请写 gum、mc 或两者"),
    (
        "'{unit}' is a unit of {shape}, and the output is {other_shape}",
        "“{unit}”是{shape}的单位，而输出量是{other_shape}",
    ),
    ("name a unit of the output's dimension", "请给出与输出量同量纲的单位"),
    ("the rule 'fixed' needs its k", "规则 'fixed' 需要 k"),
    ("k belongs to the rule 'fixed', and the rule is '{rule}'", "k 用于规则 'fixed'，而此处的规则为“{rule}”"),
    ("write rule: fixed, or remove k", "请写 rule: fixed，或删去 k"),
    (
        "the rule '{rule}' is of the method gum, and only mc is asked for",
        "规则“{rule}”属于方法 gum，而只要求了 mc",
    ),
    ("remove the rule, or add gum to methods", "请删去规则，或在 methods 中加上 gum"),
    ("coverage is {text}; it is a share between 0 and 1", "coverage 为 {text}；应为 0 与 1 之间的份额"),
    ("write 0.95 for 95 %", "95 % 请写 0.95"),
    (
        "{key} is {text}; it is a whole number from {least} to {most}",
        "{key} 为 {text}；应为 {least} 至 {most} 的整数",
    ),
    ("write a number between them", "请写其间的数"),
    (
        (
            "the correlations {pairs} cannot hold together: the matrix has the eigenvalue "
            "{eigenvalue}, so a variance would be negative"
        ),
        "相关系数 {pairs} 不能同时成立：矩阵有特征值 {eigenvalue}，会使方差为负",
    ),
    (
        (
            "The correlations {pairs} cannot hold together: the matrix has the eigenvalue "
            "{eigenvalue}, so a variance would be negative. Check signs and digits of these."
        ),
        "相关系数 {pairs} 不能同时成立：矩阵有特征值 {eigenvalue}，会使方差为负。请检查其符号和数字。",
    ),
    ("check signs and digits of these", "请检查其符号和数字"),
)
