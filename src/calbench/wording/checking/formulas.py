"""Formulas, formularies, and tables of values by row."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    ("formulary", "公式集"),
    ("a formulary", "公式集"),
    ("a formula", "公式"),
    ("a function", "函数"),
    ("a limit", "允差"),
    ("a value", "值"),
    ("what a test goes through", "项目逐一变化的名称"),
    ("the formula {formula}", "公式 {formula}"),
    (
        "'{file}' has a formula '{name}', and there is another one of this name",
        "“{file}”有公式“{name}”，而另有同名的公式",
    ),
    ("'{name}' is a formula, and also {thing}", "“{name}”是公式，同时也是{thing}"),
    ("'{name}' is {thing}, and no name for a formula", "“{name}”是{thing}，不能作公式名"),
    (
        "'{name}' is a word of expressions, and no name for an argument",
        "“{name}”是表达式的保留字，不能作自变量名",
    ),
    (
        "the limit '{limit}' has a formula with a range, and nothing is measured here",
        "允差“{limit}”含有限定范围的公式，而此处不作测量",
    ),
    ("write the limit here, as an expression", "请在此处用表达式写出允差"),
    ("the formula does not use its argument '{name}'", "公式没有使用其自变量“{name}”"),
    ("remove it, or use it", "请将其删去，或使用它"),
    ("'{name}' does not stand before this formula", "“{name}”不在此公式之前"),
    ("move it up", "请将其上移"),
    ("'{name}' uses itself", "“{name}”使用了自身"),
    ("write it out, as x * x * x", "请将其展开，如 x * x * x"),
    ("a formula is one quantity, and this is {shape}", "公式只能给出一个量，而此处为{shape}"),
    ("the formula has no argument '{name}'", "公式没有自变量“{name}”"),
    ("a range has two ends, not {number}", "范围有两个端点，而不是 {number} 个"),
    ("write from where to where, as in [0 degC, 40 degC]", "请写出两个端点，如 [0 degC, 40 degC]"),
    ("the range goes from {low} to {high}", "范围从 {low} 到 {high}"),
    ("write the lower end first", "请先写下端"),
    ("'{name}' is a formula, and is given no values", "“{name}”是公式，而没有给它值"),
    (
        "{name} of {formula} is {shape}, and this is {other_shape}",
        "{formula} 的 {name} 是{shape}，而此处为{other_shape}",
    ),
    (
        "a formula takes single values, as max, min or mean of a vector",
        "公式需要单个值，如向量的 max、min 或 mean",
    ),
    ("a formula takes single quantities", "公式需要单个量"),
    ("write it in degC, as in 20 degC", "请用 degC 表示，如 20 degC"),
    ("look at how {formula} is declared", "请查看 {formula} 的声明"),
    (
        "in {formula}, '{unit}' is a unit, and here it is something else",
        "“{unit}”在 {formula} 中是单位，而此处另有所指",
    ),
    ("give what is called '{name}' here another name", "请给此处的“{name}”换一个名称"),
    (
        "{name} of {formula} is {value}, and the formula holds from {low} to {high} alone",
        "{formula} 的 {name} 为 {value}，而公式只适用于 {low} 至 {high}",
    ),
    (
        "{name} is {value}, and the formula holds from {low} to {high} alone",
        "{name} 为 {value}，而公式只适用于 {low} 至 {high}",
    ),
    (
        "{name} takes {number} ({names}), not {given}",
        "{name} 需要 {number} 个值（{names}），而不是 {given} 个",
    ),
    ("compare, as in a <= x and x <= b", "请作比较，如 a <= x and x <= b"),
    (
        (
            "with '{name}' written out, this is longer than {length} characters, {operators} "
            "operators or {levels} levels"
        ),
        "展开“{name}”后超过 {length} 个字符、{operators} 个运算符或 {levels} 层",
    ),
    (
        (
            "with {name} written out, this is longer than {length} characters, {operators} "
            "operators or {levels} levels"
        ),
        "展开 {name} 后超过 {length} 个字符、{operators} 个运算符或 {levels} 层",
    ),
    ("shorten it, or compute a part of it in values", "请将其缩短，或在 values 中计算其中一部分"),
    ("'{name}' is handed on twice", "“{name}”传递了两次"),
    (
        "{id} has a connection '{name}', and another sub-procedure has it with other words",
        "{id} 有接线“{name}”，而另一个子程序中的同名接线说明不同",
    ),
    ("declare under connections: here which is meant", "请在此处的 connections: 下声明采用哪一个"),
    (
        "the file holds more than {most} values ('{key}' written out)",
        "文件含有超过 {most} 个值（“{key}”已展开）",
    ),
    ("write a word of each of {names}", "请写 {names} 各自的一个选项"),
    (
        (
            "only 'with', 'controls', 'only_if' and 'sources' stand beside 'use'; the rest "
            "is in the sub-procedure"
        ),
        "与 'use' 同时只能有 'with'、'controls'、'only_if' 和 'sources'；其余写在子程序中",
    ),
    ("the table '{table}' is empty", "表“{table}”是空的"),
    ("write its columns, as in [class, limit]", "请写出各列，如 [class, limit]"),
    ("the table '{table}' has no rows", "表“{table}”没有行"),
    ("add one for each choice", "请为每个选项加一行"),
    ("'{name}' has a column already", "“{name}”已有一列"),
    ("a value stands in one table, once", "一个值只能在一个表中出现一次"),
    ("'{name}' is also a column of a table", "“{name}”同时也是表的一列"),
    ("remove it here, or rename one of them", "请在此处删去，或给其中之一改名"),
    (
        "the first column says the parameter that chooses the row; '{name}' is no choice",
        "第一列为选择行的参数；“{name}”不是 choice 类型",
    ),
    ("the table '{table}' gives no value", "表“{table}”没有给出任何值"),
    ("name a value for each further column", "请为其余各列给出值的名称"),
    (
        "this row has {number} cells, and the first one of the table {other}",
        "此行有 {number} 格，而表的首行有 {other} 格",
    ),
    ("write ~ where the regulation gives nothing", "规程没有规定之处请写 ~"),
    ("there is already a row for {names} (line {line})", "已有 {names} 的行（第 {line} 行）"),
)
